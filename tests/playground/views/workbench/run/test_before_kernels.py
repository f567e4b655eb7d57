"""What is done while kernels are prepared outlives the program, and saving it holds up nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from playground.data.own_points import OwnPoints
from playground.edits.changes import with_changes
from playground.engine import engine
from playground.exchange.files import load, save
from playground.exchange.journal import Leftover, leftovers
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from playground.views.workbench import autosave as autosave_module
from playground.views.workbench.autosave import Autosave
from playground.views.workbench.run import preparation as preparation_module
from playground.views.workbench.run.preparation import USUAL, Interrupted, Preparation
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as timeline_words

Make = Callable[..., Workbench]


class Slow(Preparation):
    """Other precisions than the usual one are ready when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def make_ready(self, precision: str) -> None:
        if precision != USUAL:
            assert self.go.wait(60)
        super().make_ready(precision)

    def interrupt(self) -> None:
        self.go.set()
        super().interrupt()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave_module, "TICK_MS", 5)
    monkeypatch.setattr(autosave_module, "EVERY", 0.01)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def workbench(slow: Slow, qtbot: QtBot) -> Iterator[Workbench]:
    """One whose kernels are not ready; `prepare_now` makes the usual ones so."""
    made = Workbench(Experiment(), preparation=slow)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A run of 1000 steps."""
    session = Session(Experiment())
    session.advance(steps=1000)
    save(tmp_path / "run.nnp", session)
    return tmp_path / "run.nnp"


def killed(workbench: Workbench, folder: Path, *, at_once: bool = False, qtbot: QtBot | None = None) -> Leftover:
    """What a kill leaves behind once the work was written, or what SIGTERM does at once."""
    autosave = Autosave(workbench, place=folder)
    autosave.start()
    if at_once:
        autosave.write_now()
    else:
        assert qtbot is not None
        qtbot.waitUntil(lambda: autosave._written == workbench.moment and autosave._writing is None)
    autosave.close(keep=True)
    (left,) = leftovers(folder)
    return left


def brought_back(left: Leftover, make_workbench: Make) -> Workbench:
    found = left.restored()
    assert found is not None
    assert found.is_whole
    left.discard()
    workbench = make_workbench()
    workbench.recover(found.work)
    workbench.run.settle()
    return workbench


def edit(workbench: Workbench) -> None:
    """Edits of every kind, undo among them."""
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.reset()
    workbench.change("Set penalty", training__l2=0.01)
    workbench.undo()
    workbench.undo()
    workbench.change("Name", title="Kept")


@pytest.mark.parametrize("at_once", [False, True])
def test_early_edits_of_an_opened_run_outlive_a_kill(
    at_once: bool, workbench: Workbench, file: Path, tmp_path: Path, make_workbench: Make, qtbot: QtBot
) -> None:
    assert workbench.open_source(str(file))
    edit(workbench)
    left = killed(workbench, tmp_path / "recovery", at_once=at_once, qtbot=qtbot)
    assert left.epoch == load(file).state.epoch  # type: ignore[union-attr]
    back = brought_back(left, make_workbench)
    assert (back.unsaved, back.experiment) == (True, workbench.experiment)
    expected = Session(load(file))
    expected.apply(with_changes(expected.experiment, training__learning_rate=0.5))
    expected.apply(with_changes(expected.experiment, title="Kept"))
    shot = back.run.snapshot
    assert shot is not None
    assert (shot.step, shot.experiment) == (1000, expected.experiment)
    for each in (back.work.checkpoint().state, expected.state):
        assert each is not None
    back.run.advance_now(steps=10)
    expected.advance(steps=10)
    assert np.array_equal(back.work.checkpoint().state.parameters, expected.state.parameters)  # type: ignore[union-attr]


def test_undo_after_recovery_returns_to_the_right_run(
    workbench: Workbench, file: Path, tmp_path: Path, make_workbench: Make
) -> None:
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.reset()
    back = brought_back(killed(workbench, tmp_path / "recovery", at_once=True), make_workbench)
    back.run.advance_now(steps=7)
    back.reset()
    back.run.settle()
    back.undo()
    back.run.settle()
    assert back.run.snapshot is not None
    assert back.run.snapshot.step == 7, "not the run that was opened"


def test_own_points_that_were_given_early_outlive_a_kill(
    workbench: Workbench, file: Path, tmp_path: Path, make_workbench: Make
) -> None:
    points = OwnPoints(np.random.default_rng(0).normal(size=(40, 2)), np.arange(40.0) % 2)
    workbench.open_source(str(file))
    assert workbench.edit(
        "Own points", with_changes(workbench.experiment, data__source=points.source(2)), points=points
    )
    back = brought_back(killed(workbench, tmp_path / "recovery", at_once=True), make_workbench)
    assert back.experiment == workbench.experiment
    assert back.work.checkpoint().points is not None


@pytest.mark.parametrize("opened", [False, True])
def test_what_is_done_while_another_precision_is_compiled_outlives_a_kill(
    opened: bool, workbench: Workbench, slow: Slow, file: Path, tmp_path: Path, make_workbench: Make, qtbot: QtBot
) -> None:
    """The run waits in the middle of an edit, or has not been made at all."""
    if opened:
        session = Session(with_changes(Experiment(), training__precision="float64"))
        session.advance(steps=1000)
        save(file, session)
    workbench.open_source(str(file))
    workbench.prepare_now() if not opened else workbench._begin()
    if not opened:
        workbench.reset()
        workbench.run.advance_now(steps=12)
        workbench.change("Set precision", training__precision="float64")
    workbench.change("Set rate", training__learning_rate=0.5)
    assert workbench.run.is_held_up
    said: list[tuple[str, str]] = []
    workbench.message_shown.connect(lambda text, kind: said.append((text, kind)))
    run = workbench.runs.present
    workbench.runs.begin()
    assert said == [(timeline_words.NOT_YET, "info")]
    assert workbench.runs.present == run
    back = brought_back(killed(workbench, tmp_path / "recovery", qtbot=qtbot), make_workbench)
    assert back.experiment == workbench.experiment
    assert back.run.snapshot is not None
    assert back.run.snapshot.experiment == workbench.experiment
    assert back.run.snapshot.step == (1000 if opened else 12)


def test_an_undo_beyond_the_journal_goes_back_to_a_branch_of_its_file(
    workbench: Workbench, slow: Slow, file: Path, tmp_path: Path, make_workbench: Make, qtbot: QtBot
) -> None:
    workbench.open_source(str(file))
    workbench.prepare_now()
    workbench.reset()
    workbench.change("Set precision", training__precision="float64")
    workbench.undo()
    workbench.undo()
    workbench.change("Set rate", training__learning_rate=0.5)
    back = brought_back(killed(workbench, tmp_path / "recovery", qtbot=qtbot), make_workbench)
    assert back.run.snapshot is not None
    assert back.run.snapshot.step == 1000, "the run before the reset"
    assert back.experiment == workbench.experiment


# -- saving -----------------------------------------------------------------------------------------------------------


def messages(workbench: Workbench) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    workbench.message_shown.connect(lambda text, kind: heard.append((text, kind)))
    return heard


def test_saving_waits_for_no_kernels_and_writes_what_was_there(workbench: Workbench, file: Path, qtbot: QtBot) -> None:
    workbench.open_source(str(file))
    heard = messages(workbench)
    workbench.change("Set rate", training__learning_rate=0.5)
    before = file.read_bytes()
    assert not workbench.save()
    assert heard == [("Saving run.nnp as soon as the run is prepared. Go on meanwhile.", "info")]
    assert (workbench.unsaved, file.read_bytes() == before) == (True, True)
    workbench.change("Set rate", training__learning_rate=0.25)
    with qtbot.waitSignal(workbench.saving.ended) as ended:
        workbench.prepare_now()
    assert ended.args == [True]
    assert load(file).experiment.training.learning_rate == 0.5  # type: ignore[union-attr]
    assert workbench.unsaved, "what was changed since"
    workbench.undo()
    assert not workbench.unsaved


@pytest.mark.parametrize("name", ["run.nnp", "run.json"])
def test_saving_while_another_precision_is_compiled(
    name: str, workbench: Workbench, slow: Slow, tmp_path: Path, qtbot: QtBot
) -> None:
    workbench.prepare_now()
    workbench.run.advance_now(steps=12)
    workbench.change("Set precision", training__precision="float64")
    assert not workbench.save(tmp_path / name)
    assert workbench.saving.target == tmp_path / name
    assert not (tmp_path / name).exists()
    with qtbot.waitSignal(workbench.saving.ended):
        slow.go.set()
    written: Any = load(tmp_path / name)
    assert written.experiment == workbench.experiment
    assert workbench.unsaved == (name == "run.json"), "an experiment alone is not the trained run"
    assert name == "run.json" or written.state.step == 12


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(workbench: Workbench, file: Path, qtbot: QtBot) -> None:
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save()
    file.write_bytes(b"somebody else's")
    heard = messages(workbench)
    with qtbot.waitSignal(workbench.saving.ended) as ended:
        workbench.prepare_now()
    assert ended.args == [False]
    assert file.read_bytes() == b"somebody else's"
    assert "run.nnp was not saved: it was changed by another program meanwhile" in heard[-1][0]
    assert workbench.unsaved


def test_a_run_that_cannot_be_prepared_is_told_of_the_file(workbench: Workbench, file: Path, qtbot: QtBot) -> None:
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save()
    heard = messages(workbench)
    with qtbot.waitSignal(workbench.saving.ended) as ended:
        workbench.run._fail("The kernels could not be prepared: the disk is full")
    assert ended.args == [False]
    assert heard[-1] == ("run.nnp was not saved: the run could not be prepared.", "error")


def test_two_files_that_wait_are_both_written(workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot) -> None:
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save(tmp_path / "one.nnp")
    workbench.change("Set rate", training__learning_rate=0.25)
    workbench.save(tmp_path / "two.nnp")
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    rates = [load(tmp_path / name).experiment.training.learning_rate for name in ("one.nnp", "two.nnp")]  # type: ignore[union-attr]
    assert rates == [0.5, 0.25]
    assert (workbench.unsaved, workbench.path) == (False, tmp_path / "two.nnp")


def save_later(workbench: Workbench, file: Path, folder: Path) -> Path:
    """Where an edited run will be saved as soon as there are kernels."""
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    assert not workbench.save(folder / "other.nnp")
    return folder / "other.nnp"


def rate_in(file: Path) -> float:
    return load(file).experiment.training.learning_rate


def test_what_is_saved_as_is_what_save_means_also_while_it_waits(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    workbench.open_source(str(file))
    before, other = file.read_bytes(), tmp_path / "other.nnp"
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save(other)
    workbench.change("Set rate", training__learning_rate=0.7)
    workbench.save()
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    assert file.read_bytes() == before
    assert rate_in(other) == 0.7
    assert (workbench.path, workbench.edited) == (other, False)


def test_one_file_by_two_names_waits_once(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save()
    workbench.change("Set rate", training__learning_rate=0.7)
    workbench.save(file.name)
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    assert rate_in(file) == 0.7
    assert not workbench.edited


def test_what_waits_for_files_waits_for_all_of_them(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(workbench)
    third = tmp_path / "third.nnp"
    save(third, Session(Experiment(title="third")))
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    assert not workbench.save(tmp_path / "first.nnp")
    assert not workbench.save(tmp_path / "second.nnp")
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Save)
    window.files.open_path(str(third))
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    assert rate_in(tmp_path / "first.nnp") == rate_in(tmp_path / "second.nnp") == 0.5
    assert workbench.path == third


def test_new_comes_once_the_work_is_safe_whatever_else_was_waiting(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(workbench)
    workbench.open_source(str(file))
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.save(tmp_path / "other.nnp")
    workbench.change("Set rate", training__learning_rate=0.7)
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Save)
    window.files.new()
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    assert rate_in(tmp_path / "other.nnp") == 0.7
    assert workbench.path is None


def test_a_compilation_that_is_about_to_start_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run is replaced between the wish for kernels and the start of the process that makes them."""
    preparation, starting, interrupted = Preparation(), threading.Event(), threading.Event()

    def process(*_command: object, **_how: object) -> subprocess.Popen[bytes]:
        starting.set()
        assert interrupted.wait(10)
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    monkeypatch.setattr(preparation_module, "subprocess", SimpleNamespace(Popen=process))
    monkeypatch.setattr(engine, "prepared", lambda precision: False)
    monkeypatch.setattr(engine, "cache_problem", lambda: None)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(preparation.make_ready, "float64")
        assert starting.wait(10)
        preparation.interrupt()
        interrupted.set()
        with pytest.raises(Interrupted):
            waiting.result(10)
    assert not preparation.is_ready("float64")


def test_a_file_that_was_written_meanwhile_is_not_replaced_by_what_waited_for_longer(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """Kernels are ready, and Save comes once more before anybody has looked."""
    other = save_later(workbench, file, tmp_path)
    workbench.saving._timer.stop()
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.run.ready and not workbench.work.has_to_wait)
    workbench.change("Set rate", training__learning_rate=0.7)
    assert workbench.save(other)
    workbench.saving._on_look()
    assert rate_in(other) == 0.7
    assert workbench.saving.target is None


def test_a_file_that_somebody_else_has_made_meanwhile_is_not_overwritten(
    workbench: Workbench, file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = save_later(workbench, file, tmp_path)
    other.write_bytes(b"theirs")
    workbench.prepare_now()
    qtbot.waitUntil(lambda: workbench.saving.target is None)
    assert other.read_bytes() == b"theirs"
    assert workbench.edited
