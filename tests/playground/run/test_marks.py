"""Marks of edits: where they landed, which run they belong to, and that a file brings them back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from playground.edits.changes import with_changes
from playground.exchange import model_file
from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.figures.past_and_now import epochs_of_marks, up_to_now
from playground.run import log as log_module
from playground.run import shelf
from playground.run.replaying import replay
from playground.run.session import Session
from playground.run.snapshot import Mark
from playground.words.marks import mark_label, marks_label
from tests.own_points import about, made


def edited() -> Session:
    """A run of 40 epochs of 25 steps, with edits after 10 and 20 of them."""
    session = Session(Experiment())
    session.apply(with_changes(session.experiment, training__batch_size=5))
    session.apply(with_changes(session.experiment, training__batch_size=10))
    session.advance(epochs=10)
    session.apply(with_changes(session.experiment, training__learning_rate=0.1))
    session.apply(with_changes(session.experiment, title="Named"))
    session.apply(with_changes(session.experiment, training__learning_rate=0.2))
    session.advance(epochs=10)
    session.apply(with_changes(session.experiment, data__imperfections__label_noise=0.2))
    session.set_parameter(0, 1.0)
    session.apply(with_changes(session.experiment, network=Network((Dense(4), Dense(2), Dense(2)))))
    session.advance(epochs=20)
    return session


def test_each_edit_leaves_a_mark_where_it_landed() -> None:
    shot = edited().snapshot()
    assert [(mark.step, mark_label(mark)) for mark in shot.marks] == [
        (250, "rate 0.2"),
        (500, "label noise 0.2"),
        (500, "weight set"),
        (500, "network"),
    ]
    assert epochs_of_marks(shot.marks, up_to_now(shot)).tolist() == [10.0, 20.0, 20.0, 20.0]
    assert marks_label(shot.marks[1:]) == "3 edits"
    assert marks_label((*shot.marks[:1], *shot.marks[:1])) == "rate 0.2"


def test_title_and_what_comes_before_the_first_step_leave_none() -> None:
    session = Session(Experiment())
    session.apply(with_changes(session.experiment, training__l2=0.1))
    session.set_parameter(0, 1.0)
    session.advance(epochs=1)
    session.apply(with_changes(session.experiment, title="Named", notes="Noted"))
    assert session.snapshot().marks == ()


def test_marks_are_those_of_the_run_that_is_shown() -> None:
    session = edited()
    before = session.snapshot().marks
    session.reset(run=1)
    assert session.snapshot().marks == ()
    session.advance(epochs=2)
    session.apply(with_changes(session.experiment, training__l2=0.01))
    assert [mark_label(mark) for mark in session.snapshot().marks] == ["L2 0.01"]
    session.return_to(0, with_changes(session.experiment, training__l2=0.0))
    assert session.snapshot().marks == before
    session.reset()
    assert session.snapshot().marks == ()


def test_a_file_brings_them_back(tmp_path: Path) -> None:
    session = edited()
    save(tmp_path / "run.nnp", session)
    opened = Session(load(tmp_path / "run.nnp"))
    assert opened.snapshot().marks == session.snapshot().marks
    opened.advance(epochs=1)
    assert opened.snapshot().marks == session.snapshot().marks


def test_marks_before_a_cut_come_back_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 4)
    session = edited()
    assert session.log.begins_with_a_state, "the log was cut between the edits"
    assert len(session.snapshot().marks) == 4
    save(tmp_path / "run.nnp", session)
    opened = Session(load(tmp_path / "run.nnp"))
    assert opened.snapshot().marks == session.snapshot().marks
    again = replay(load(tmp_path / "run.nnp"), session.log)
    assert again.snapshot().marks == session.snapshot().marks
    files = [model_file.write(replace(each.checkpoint(), past={})) for each in (again, session)]
    assert files[0] == files[1], "but for the states of the past, which no log has"
    opened.reset()
    assert opened.snapshot().marks == ()


def test_marks_of_a_log_that_begins_anew_on_the_way_to_a_file_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    session = edited()
    monkeypatch.setattr(model_file, "MOST_LOG_BYTES", 10)
    opened = model_file.read(model_file.write(session.checkpoint()))
    assert opened.log is not None
    assert opened.log.entries == ()
    assert Session(opened).snapshot().marks == session.snapshot().marks


def test_written_marks_are_bounded_and_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = edited().snapshot().marks
    monkeypatch.setattr(log_module, "MOST_MARK_BYTES", 150)
    assert log_module.written(marks, 500) == marks[-2:]
    assert log_module.written(marks, 499) == marks[:1], "a run that stands at that step has not seen the others"


def test_another_seed_leaves_no_mark_of_the_run_before() -> None:
    session = edited()
    session.apply(with_changes(session.experiment, seed=7, training__l2=0.1))
    assert (session.state.step, session.snapshot().marks) == (0, ())


@pytest.mark.parametrize("cut", [False, True])
def test_a_run_that_is_no_longer_kept_takes_its_marks_with_it(cut: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the log is cut just then, or cannot tell that the run was not known any more."""
    monkeypatch.setattr(shelf, "MAX_BYTES", 1)
    session = edited()
    first = session.experiment
    for run in (1, 2):
        session.reset(run=run)
        session.advance(steps=3)
    monkeypatch.setattr(log_module, "MOST_ENTRIES", len(session.log.entries) if cut else 1000)
    session.return_to(0, first)
    assert (session.state.step, session.snapshot().marks) == (0, ())
    session.advance(steps=9)
    session.apply(with_changes(first, training__l2=0.1))
    opened = Session(model_file.read(model_file.write(session.checkpoint())))
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 0)
    opened.advance(steps=1)
    marks = Session(model_file.read(model_file.write(opened.checkpoint()))).snapshot().marks
    assert marks == session.snapshot().marks


def test_marks_before_the_first_row_are_not_placed() -> None:
    session = edited()
    session.apply(with_changes(session.experiment, training__loss="binary_cross_entropy"))
    session.advance(epochs=3)
    shot = session.snapshot()
    placed = epochs_of_marks(shot.marks, up_to_now(shot))
    assert [mark_label(mark) for mark, epoch in zip(shot.marks, placed, strict=True) if epoch >= 0] == ["loss"]
    assert epochs_of_marks(shot.marks, np.zeros((0, 9))).max() < 0


def test_a_mark_has_words_whatever_was_changed() -> None:
    assert mark_label(Mark(1, ("training.optimizer.momentum",), 0.9)) == "optimizer 0.9"
    assert mark_label(Mark(1, ("training.early_stopping",))) == "early stopping"
    assert mark_label(Mark(1, ("data.source.samples", "data.train_share"))) == "2 settings"
    assert mark_label(Mark(1, ("data.source.samples", "data.source.digest"))) == "points"
    assert mark_label(Mark(1, ("data.source.digest", "data.source.classes"))) == "points"
    assert mark_label(Mark(1, ("data.source.digest", "training.l2"))) == "2 settings"


def test_an_edit_in_a_past_that_the_log_does_not_tell_is_marked_by_what_it_changed_then() -> None:
    """Other points cut the log; the moment before them is remembered."""
    first, second = made(2, 40), made(2, 60, seed=2)
    session = Session(about(first), points=first)
    session.advance(steps=200)
    session.apply(about(second), points=second)
    session.advance(steps=100)
    session.apply(with_changes(session.at(120).experiment, training__l2=0.1), points=first, run=1, at=120)
    session.advance(steps=5)
    for each in (session, Session(model_file.read(model_file.write(session.checkpoint())))):
        assert [mark_label(mark) for mark in each.snapshot().marks] == ["L2 0.1"]
