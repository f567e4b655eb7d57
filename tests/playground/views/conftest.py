"""Workbenches and windows for view tests; any Qt message fails the test that caused it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from tests import deprecations

EXPECTED = "This plugin does not support"
"""What Qt says where it draws off the screen."""
PATIENCE = 60_000
"""Milliseconds that a test waits for what must come: how long it takes is the machine's affair."""


WAITS = ("waitUntil", "waitSignal", "waitSignals", "waitActive", "waitExposed")


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, which by itself gives up after five seconds."""
    bot = QtBot(request)
    for name in WAITS:
        setattr(bot, name, partial(getattr(bot, name), timeout=PATIENCE))
    return bot


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["neural-playground-tests"]


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from or written to the developer's own settings."""
    from playground.settings import settings

    monkeypatch.setattr(settings, "folder", lambda: tmp_path / "settings")


@pytest.fixture(autouse=True)
def no_qt_messages(qapp: object) -> Iterator[None]:
    """Warnings that Qt prints are failures, but for deprecations."""
    heard: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        heard.append(text)

    previous = qInstallMessageHandler(listen)
    yield
    qInstallMessageHandler(previous)
    for text in filter(deprecations.is_one, heard):
        deprecations.tell(text)
    serious = [text for text in heard if not text.startswith(EXPECTED) and not deprecations.is_one(text)]
    assert not serious, f"Qt said: {serious}"


@pytest.fixture
def make_workbench(qtbot: QtBot) -> Iterator[Callable[..., object]]:
    """Workbenches with the first snapshot already there, closed after the test."""
    from playground.views.workbench.workbench import Workbench

    made = []

    def make(source: object = None) -> Workbench:
        workbench = Workbench(source or Experiment())
        made.append(workbench)
        workbench.prepare_now()
        return workbench

    yield make
    for workbench in made:
        workbench.close()
        workbench.deleteLater()


@pytest.fixture
def light_again() -> Iterator[None]:
    """Light colours before the test, and after it for the next one."""
    from playground.views.theme import theme

    theme.current().set_theme("light")
    yield
    theme.current().set_theme("light")


@pytest.fixture
def open_window(make_workbench: Callable[..., Any], light_again: None, qtbot: QtBot) -> Iterator[Callable[..., Any]]:
    """Windows, shown and active; nobody is asked about unsaved work when they are closed."""
    from playground.views.window.main_window import MainWindow

    opened: list[MainWindow] = []

    def open_one(workbench: Any = None, size: tuple[int, int] = (1440, 900), remember: bool = False) -> MainWindow:
        window = MainWindow(workbench or make_workbench(), remember=remember)
        opened.append(window)
        window.resize(*size)
        with qtbot.waitActive(window):
            window.show()
        QApplication.processEvents()
        return window

    yield open_one
    for window in opened:
        window._closed = True
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Callable[..., Any]) -> Any:
    """One window with the default experiment."""
    return open_window()
