"""Another precision is compiled in a process of its own while the window goes on, and the run waits for it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from playground.engine import engine
from playground.views.workbench.run import preparation
from playground.views.workbench.run.preparation import Interrupted, Preparation
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]


class Compiler:
    """In the place of the child process: it takes until it is let go, or terminated."""

    made: list[Compiler]

    def __init__(self, command: list[str], **_options: object) -> None:
        self.command, self.done = command, threading.Event()
        self.terminated = False
        Compiler.made.append(self)

    def wait(self) -> int:
        assert self.done.wait(60)
        return 0

    def terminate(self) -> None:
        self.terminated = True
        self.done.set()


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> type[Compiler]:
    """An engine that has float32 only, and whose compilations go by hand."""
    Compiler.made = []
    real, loaded = engine.warm, ["float32"]
    monkeypatch.setattr(preparation, "subprocess", SimpleNamespace(Popen=Compiler))
    monkeypatch.setattr(engine, "prepared", lambda precision="float32": precision in loaded)
    monkeypatch.setattr(engine, "cache_problem", lambda: None)
    monkeypatch.setattr(engine, "warm", lambda precision="float32": (loaded.append(precision), real(precision)))
    return Compiler


def test_a_precision_that_is_there_compiles_nothing(compiler: type[Compiler]) -> None:
    ready = Preparation()
    ready.make_ready("float32")
    ready.make_ready("float32")
    assert compiler.made == []
    assert ready.compiling == ""


def test_the_child_is_told_the_precision(compiler: type[Compiler]) -> None:
    ready = Preparation()
    waiting = threading.Thread(target=ready.make_ready, args=("float64",))
    waiting.start()
    while not compiler.made:
        time.sleep(0.01)
    assert ready.compiling == "float64"
    assert compiler.made[0].command[-1] == "float64"
    compiler.made[0].done.set()
    waiting.join(60)
    assert not waiting.is_alive()
    assert ready.compiling == ""


def test_closing_stops_a_compilation_and_whoever_waits_for_it(compiler: type[Compiler]) -> None:
    ready = Preparation()
    heard: list[Exception] = []

    def wait() -> None:
        try:
            ready.make_ready("float64")
        except Interrupted as error:
            heard.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not compiler.made:
        time.sleep(0.01)
    ready.cancel()
    waiting.join(60)
    assert compiler.made[0].terminated
    assert len(heard) == 1


def test_the_window_goes_on_while_float64_is_compiled(
    make_workbench: Make, compiler: type[Compiler], qtbot: QtBot
) -> None:
    workbench = make_workbench()
    workbench.run.start()
    qtbot.waitUntil(lambda: workbench.run._preparation.finished)
    beats: list[None] = []
    clock = QTimer()
    clock.setInterval(10)
    clock.timeout.connect(lambda: beats.append(None))
    clock.start()
    workbench.change("Use float64", training__precision="float64")
    qtbot.waitUntil(lambda: workbench.run.compiling == "float64")
    heard: list[None] = []
    workbench.run.state_changed.connect(lambda: heard.append(None))
    before = len(beats)
    qtbot.waitUntil(lambda: len(beats) > before + 3)
    assert workbench.run.snapshot.parameters.dtype == "float32"
    compiler.made[0].done.set()
    qtbot.waitUntil(lambda: workbench.run.snapshot.parameters.dtype == "float64")
    assert workbench.run.compiling == ""
    qtbot.waitUntil(lambda: bool(heard))


def test_another_document_does_not_wait_for_the_compilation(
    make_workbench: Make, compiler: type[Compiler], qtbot: QtBot
) -> None:
    workbench = make_workbench()
    workbench.run.start()
    qtbot.waitUntil(lambda: workbench.run._preparation.finished)
    told: list[str] = []
    workbench.message_shown.connect(lambda text, kind: told.append(text))
    workbench.change("Use float64", training__precision="float64")
    qtbot.waitUntil(lambda: workbench.run.compiling == "float64")
    workbench.new()
    assert compiler.made[0].terminated
    qtbot.waitUntil(lambda: workbench.run.snapshot is not None)
    assert workbench.run.compiling == ""
    assert told == []
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > 0)


def test_a_refused_edit_asks_for_no_compilation(make_workbench: Make, compiler: type[Compiler]) -> None:
    workbench = make_workbench()
    assert not workbench.change("Use float16", training__precision="float16")
    workbench.run.advance_now(epochs=1)
    assert compiler.made == []


def test_a_plots_library_that_cannot_be_loaded_is_told_and_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyqtgraph", None)
    preparation = Preparation()
    preparation._import_plots()
    assert preparation.plots_imported
    assert preparation.plots_failure is not None
    assert preparation.plots_failure.startswith("The curves cannot be drawn: their library could not be loaded (")


def test_kernels_that_nobody_waits_for_are_compiled_aside_once_and_not_after_the_end(compiler: type[Compiler]) -> None:
    ready = Preparation()
    assert not ready.is_there("curvature")
    assert not ready.is_there("curvature")
    assert [each.command[-1] for each in compiler.made] == ["curvature"]
    assert ready.compiling == "", "the run goes on meanwhile"
    ready.cancel()
    assert compiler.made[0].terminated
    closed = Preparation()
    closed.cancel()
    assert not closed.is_there("curvature")
    assert len(compiler.made) == 1
