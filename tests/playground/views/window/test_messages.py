"""A message goes away when it no longer applies, and by itself; one that asks waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMainWindow
from pytestqt.qtbot import QtBot

from playground.settings import settings
from playground.views.controls.few_lines import FewLines, broken
from playground.views.theme import theme
from playground.views.window import messages
from playground.views.window.main_window import MainWindow
from playground.views.window.messages import WELCOME, MessageStrip
from playground.views.workbench.workbench import Workbench
from tests.playground.views.window.driver import Open, bench, press

Make = Callable[..., Workbench]


@pytest.fixture
def workbench(make_workbench: Make) -> Workbench:
    return make_workbench()


@pytest.fixture
def strip(qtbot: QtBot) -> Iterator[MessageStrip]:
    """A strip beside the menus of a window."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.menuBar().addMenu("File")
    window.resize(700, 400)
    window.show()
    yield MessageStrip(window.menuBar())
    window.close()


@pytest.mark.parametrize("kind", ["info", "error"])
def test_a_message_goes_with_the_next_edit(kind: str, workbench: Workbench, strip: MessageStrip) -> None:
    workbench.experiment_changed.connect(strip.outdate)
    strip.show_message("y is the only feature left.", kind)
    workbench.change("Set a wrong rate", training__learning_rate=-1.0)
    assert strip.isVisible()
    workbench.change("Set learning rate", training__learning_rate=0.5)
    assert not strip.isVisible()


@pytest.mark.parametrize("kind", ["info", "error"])
def test_a_message_goes_by_itself_but_not_from_under_the_pointer(
    kind: str, strip: MessageStrip, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert messages.STAYS_MS == 8000
    monkeypatch.setattr(messages, "STAYS_MS", 30)
    strip.show_message("Refused.", kind)
    strip.enterEvent(None)
    assert not strip._timer.isActive()
    assert strip.isVisible()
    strip.leaveEvent(None)
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_a_message_under_a_dialog_stays_until_that_is_closed(
    strip: MessageStrip, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(messages, "STAYS_MS", 20)
    dialog = QDialog(strip.window())
    dialog.open()
    strip.show_message("“moons.nnp” is open in another window too.", "warning")
    qtbot.wait(120)
    assert strip.isVisible()
    dialog.accept()
    qtbot.waitUntil(strip.isHidden)


def test_a_message_that_asks_stays(strip: MessageStrip) -> None:
    strip.show_message("Diverged.", "warning", [("Reset", lambda: None)])
    strip.outdate()
    assert strip.isVisible()
    assert not strip._timer.isActive()


LONG = "A long line that tells what is wrong with the file, and what to do about it. "


@pytest.mark.parametrize(("text", "lines", "cut"), [("Saved.", 1, False), (LONG, 2, False), (LONG * 5, 2, True)])
def test_at_most_two_lines_are_drawn_and_the_tool_tip_has_the_rest(
    text: str, lines: int, cut: bool, qtbot: QtBot
) -> None:
    label = FewLines(theme.small_font())
    qtbot.addWidget(label)
    label.resize(300, 32)
    label.set_text(text)
    assert len(label.lines()) == lines
    assert (label.is_cut(), label.toolTip()) == (cut, text if cut else "")
    assert label.lines()[-1].endswith("…") == cut
    assert label.text == text


@pytest.mark.parametrize("text", ["", "one", "donaudampfschifffahrtsgesellschaft" * 20, "a b\n\nc"])
def test_any_text_is_broken(text: str) -> None:
    for width in (0.0, 1.0, 40.0, 1e6):
        assert len(broken(text, theme.small_font(), width)) <= 2


def test_the_first_start_has_a_hint_that_goes_and_is_remembered(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True)
    assert window.messages.text == WELCOME
    bench(window).change("Set rate", training__learning_rate=0.1)
    assert window.messages.isVisible(), "it waits"
    qtbot.mouseClick(window.messages._close, Qt.MouseButton.LeftButton)
    assert settings.read().welcomed
    assert open_window(remember=True).messages.isHidden()


def test_play_takes_the_hint_away(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True)
    bench(window).run.start()
    press(qtbot, window, "Space")
    qtbot.waitUntil(lambda: bench(window).run.state == "running")
    assert window.messages.isHidden()
    bench(window).run.pause()
    assert settings.read().welcomed


def test_nothing_is_hinted_where_nothing_is_remembered(window: MainWindow) -> None:
    assert window.messages.isHidden()
