"""Ctrl-C asks as closing does, a second one quits; other signals quit in order; the session is told in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.exchange.journal import leftovers
from playground.views.window.endings import Endings
from tests.playground.views.conftest import EXPECTED
from tests.seeds import long

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = """
import atexit
import gc
import sys
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from playground.views.window.launching import launch

def watch(window, workbench):
    train = "train" in sys.argv
    told, began = set(), time.monotonic()
    def look():
        boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox) and each.isVisible()]
        if boxes and "asked" not in told:
            told.add("asked")
            print("asked", flush=True)
        shot = workbench.run.snapshot
        looked = time.monotonic() - began > (2.0 if "long" in sys.argv else 0.0)  # until the journal is begun
        if shot is not None and "ready" not in told and looked and (shot.step > 50 or not train):
            told.add("ready")
            print("ready", flush=True)
    if train:
        workbench.run.set_speed(50.0)  # and not as fast as the machine can
        workbench.change("Set rate", training__learning_rate=0.05)
        workbench.run.play()
    timer = QTimer(window, interval=5)
    timer.timeout.connect(look)
    timer.start()

@atexit.register  # the first one is the last to be called
def look_for_no_garbage():
    if len(gc.get_objects()) > 1000:
        print(f"garbage is looked for in {len(gc.get_objects())} objects", file=sys.stderr)

sys.exit(launch(None, None, watch))
"""
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def started(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    own = {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    environment = {**os.environ, **own}
    command = [sys.executable, "-X", "faulthandler", "-c", PROGRAM, *arguments]
    process = subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    heard(process, "ready")
    return process


def heard(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip() == word, (line, process.communicate(timeout=60))


def ended(process: subprocess.Popen[str]) -> int:
    _, errors = process.communicate()  # how long it takes is the machine's affair
    assert [line for line in errors.splitlines() if EXPECTED not in line] == []
    return process.returncode


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, long(signal.SIGHUP)])
@pytest.mark.parametrize("asked", [True, long(False)])
def test_a_signal_of_the_system_quits_in_order_while_training_and_work_is_kept_for_the_next_start(
    tmp_path: Path, number: signal.Signals, asked: bool
) -> None:
    """Also while an interrupt before it has asked, and nobody has answered."""
    process = started(tmp_path, "train", "long")
    if asked:
        process.send_signal(signal.SIGINT)
        heard(process, "asked")
    process.send_signal(number)
    assert ended(process) == 128 + number
    left = leftovers(tmp_path / "neural-playground" / "recovery")
    assert [each.checkpoint is not None for each in left] == [True]
    for each in left:
        each.discard()


@posix
@pytest.mark.long
def test_one_interrupt_asks_and_a_second_quits(tmp_path: Path) -> None:
    process = started(tmp_path, "train")
    process.send_signal(signal.SIGINT)
    heard(process, "asked")
    process.send_signal(signal.SIGINT)
    assert ended(process) == 130


@posix
def test_one_interrupt_closes_where_nothing_would_be_lost(tmp_path: Path) -> None:
    process = started(tmp_path)
    process.send_signal(signal.SIGINT)
    assert ended(process) == 0


def test_an_interrupt_that_was_answered_asks_again(qtbot: QtBot, qapp: QApplication) -> None:
    asked: list[int] = []
    endings = Endings(lambda: asked.append(1), lambda: None, asked.append)
    endings.watch(qapp)
    try:
        for times in (1, 2):
            signal.raise_signal(signal.SIGINT)
            qtbot.waitUntil(lambda times=times: len(asked) == times)
        assert endings.code is None
    finally:
        endings.restore()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_before_the_program_leaves_work_can_be_kept(qtbot: QtBot, qapp: QApplication) -> None:
    order: list[object] = []
    endings = Endings(lambda: order.append("ask"), lambda: order.append("leave"), order.append)
    endings.leaving.connect(lambda: order.append("keep"))
    endings.watch(qapp)
    try:
        signal.raise_signal(signal.SIGTERM)
        qtbot.waitUntil(lambda: endings.code is not None)
        assert order == ["keep", "leave", 128 + signal.SIGTERM]
        assert endings.code == 128 + signal.SIGTERM
    finally:
        endings.restore()


def test_after_two_interrupts_at_once_nothing_is_asked(qtbot: QtBot, qapp: QApplication) -> None:
    order: list[object] = []
    endings = Endings(lambda: order.append("ask"), lambda: order.append("leave"), order.append)
    endings.watch(qapp)
    try:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        qtbot.waitUntil(lambda: endings.code is not None)
        qapp.processEvents()
        assert order == ["leave", 130]
    finally:
        endings.restore()


def test_an_interrupt_while_a_question_waits_quits(qtbot: QtBot, qapp: QApplication) -> None:
    order: list[object] = []

    def ask() -> None:
        order.append("ask")
        signal.raise_signal(signal.SIGINT)
        qtbot.waitUntil(lambda: endings.code is not None)

    endings = Endings(ask, lambda: order.append("leave"), order.append)
    endings.watch(qapp)
    try:
        signal.raise_signal(signal.SIGINT)
        qtbot.waitUntil(lambda: endings.code is not None)
        assert order == ["ask", "leave", 130]
    finally:
        endings.restore()


def test_the_end_of_the_session_asks_nobody(qtbot: QtBot, qapp: QApplication) -> None:
    order: list[object] = []
    endings = Endings(lambda: order.append("ask"), lambda: order.append("leave"), order.append)
    endings.leaving.connect(lambda: order.append("keep"))
    endings.watch(qapp)
    try:
        endings._on_session(None)  # type: ignore[arg-type]
        assert order == ["keep"]
    finally:
        endings.restore()
