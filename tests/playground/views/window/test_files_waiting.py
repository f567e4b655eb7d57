"""Saving while kernels are prepared: the window goes on, and what follows from the answer follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from tests.playground.views.window.driver import Open, bench
from tests.playground.views.window.test_files import answer

Button = QMessageBox.StandardButton


@pytest.fixture
def unprepared(open_window: Open, tmp_path: Path) -> Iterator[MainWindow]:
    """A window on a trained file, with an edit, whose kernels are not ready."""
    session = Session(Experiment())
    session.advance(steps=30)
    save(tmp_path / "run.nnp", session)
    workbench = Workbench()
    workbench.open_source(str(tmp_path / "run.nnp"))
    workbench.change("Set rate", training__learning_rate=0.5)
    yield open_window(workbench)
    workbench.close()


def test_closing_with_save_closes_when_the_file_is_written(
    unprepared: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    asked = answer(monkeypatch, Button.Save)
    assert not unprepared.close()
    assert unprepared.isVisible()
    assert "As soon as the run is prepared run.nnp is saved" in unprepared.messages.text
    bench(unprepared).prepare_now()
    qtbot.waitUntil(lambda: not unprepared.isVisible())
    assert (len(asked), unprepared.work_may_go) == (1, True)
    assert load(tmp_path / "run.nnp").experiment.training.learning_rate == 0.5  # type: ignore[union-attr]


def test_what_was_done_after_that_answer_is_not_lost_by_it(
    unprepared: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    answer(monkeypatch, Button.Save)
    assert not unprepared.close()
    bench(unprepared).change("Set rate", training__learning_rate=0.25)
    with qtbot.waitSignal(bench(unprepared).saving.ended):
        bench(unprepared).prepare_now()
    assert unprepared.isVisible()
    assert bench(unprepared).unsaved


def test_discard_is_an_answer_to_a_file_that_waits_too(
    unprepared: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = (tmp_path / "run.nnp").read_bytes()
    assert not unprepared.files.save()
    answer(monkeypatch, Button.Discard)
    unprepared.files.new()
    assert bench(unprepared).experiment == Experiment()
    bench(unprepared).prepare_now()
    assert (tmp_path / "run.nnp").read_bytes() == before


def test_new_with_save_follows_when_the_file_is_written(
    unprepared: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    answer(monkeypatch, Button.Save)
    bench(unprepared).run.play()
    unprepared.files.new()
    assert bench(unprepared).path is not None
    bench(unprepared).prepare_now()
    qtbot.waitUntil(lambda: bench(unprepared).path is None)
    written = load(tmp_path / "run.nnp")
    assert (written.experiment.training.learning_rate, written.state.step) == (0.5, 30)  # type: ignore[union-attr]
