"""Three sets: what rules watch, what is written down, and a test set that is sealed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import playground as pg
from playground.data import Data, GeneratedData, Imperfections
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import EarlyStopping
from playground.experiment.training import Training
from playground.run import actions
from playground.run.performing import perform

CHECKED = Data(GeneratedData("circles", 200), 0.5, validation_share=0.2)
SEALED = Data(GeneratedData("circles", 200), 0.5, validation_share=0.2, test_sealed=True)


def test_the_record_has_all_three_sets_and_each_row_is_what_is_measured_then() -> None:
    session = pg.Session(Experiment(data=CHECKED))
    for _ in range(3):
        session.advance(epochs=2)
        row, metrics = session.history[-1], session.metrics()
        for name in ("train_loss", "test_loss", "validation_loss", "validation_accuracy", "test_accuracy"):
            assert row[name] == pytest.approx(getattr(metrics, name), rel=1e-6)
    assert session.history["validation_loss"][0] > 0, "the row before the first step has it too"
    assert metrics.validation_loss != metrics.test_loss
    assert metrics.held_out == (metrics.validation_loss, metrics.validation_accuracy)


def test_without_a_validation_set_nothing_is_said_of_one() -> None:
    session = pg.Session(Experiment())
    session.advance(epochs=1)
    assert "validation_loss" not in (session.history.dtype.names or ())
    assert session.metrics().validation_loss is None
    assert session.metrics().held_out == (session.metrics().test_loss, session.metrics().test_accuracy)


def test_a_validation_set_changes_no_step() -> None:
    """The training part is the same with and without a test set behind the validation set."""
    whole = Data(GeneratedData("circles", 200), 0.5, validation_share=0.5)
    digests = set()
    for data in (CHECKED, SEALED, whole):
        session = pg.Session(Experiment(data=data))
        session.advance(epochs=3)
        digests.add(session.digest())
    assert len(digests) == 1


def test_rules_watch_the_validation_set() -> None:
    training = Training(learning_rate=0.1, early_stopping=EarlyStopping(patience=10))
    noisy = Data(GeneratedData("circles", 60), 0.5, imperfections=Imperfections(label_noise=0.2), validation_share=0.2)
    session = pg.Session(Experiment(seed=5, data=noisy, training=training))
    assert not session.advance(epochs=2000)
    assert session.stopped is not None
    assert session.stopped.watched == "validation"
    history = session.history
    best = session.stopped.best_epoch
    assert best == history["epoch"][1:][np.argmin(history["validation_loss"][1:])]
    assert best != history["epoch"][1:][np.argmin(history["test_loss"][1:])]


@pytest.mark.parametrize("data", [CHECKED, SEALED])
def test_a_file_goes_on_with_three_sets(data: Data, tmp_path: Path) -> None:
    session = pg.Session(Experiment(data=data))
    session.advance(epochs=3)
    pg.save(tmp_path / "run.nnp", session)
    again = pg.Session(pg.load(tmp_path / "run.nnp"))
    assert np.array_equal(again.dataset.validation_points, session.dataset.validation_points)
    for each in (session, again):
        each.advance(epochs=2)
    assert again.digest() == session.digest()
    assert again.history.tobytes() == session.history.tobytes()


def test_nothing_reads_a_sealed_test_set() -> None:
    session = pg.Session(Experiment(data=SEALED))
    session.advance(epochs=2)
    assert session.metrics().test_loss is None
    assert np.isnan(session.history["test_loss"]).all()
    assert session.snapshot(pg.Demand(predictions=True)).test_outputs.shape[1] == session.dataset.validation_labels.size


def test_opening_it_is_counted_logged_saved_and_replayed(tmp_path: Path) -> None:
    session, open_one = pg.Session(Experiment(data=SEALED)), pg.Session(Experiment(data=CHECKED))
    for each in (session, open_one):
        each.advance(epochs=2)
    first = session.open_test()
    assert (first.number, first.epoch) == (1, 2)
    assert first.loss == pytest.approx(open_one.metrics().test_loss)
    assert first.accuracy == open_one.metrics().test_accuracy
    session.advance(epochs=1)
    perform(session, actions.OpenTest())
    assert session.metrics().test_loss is None, "a look does not break the seal"
    look = session.snapshot().test_look
    assert look is not None
    assert look.number == 2
    assert [type(entry.action).__name__ for entry in session.log.entries] == ["Advance", "OpenTest"] * 2
    pg.save(tmp_path / "run.nnp", session)
    again = pg.Session(pg.load(tmp_path / "run.nnp"))
    assert again.snapshot().test_look == look
    assert again.open_test().number == 3
    replayed = pg.replay(Experiment(data=SEALED), session.log)
    assert replayed.snapshot().test_look == look


def test_looks_are_still_counted_after_the_seal_was_taken_away_for_a_while(tmp_path: Path) -> None:
    session = pg.Session(Experiment(data=SEALED))
    look = session.open_test()
    session.apply(Experiment(data=CHECKED))
    pg.save(tmp_path / "run.nnp", session)
    again = pg.Session(pg.load(tmp_path / "run.nnp"))
    assert again.snapshot().test_look == look
    again.apply(Experiment(data=SEALED), back=True)
    assert again.open_test().number == 2


def test_other_points_were_looked_at_by_nobody() -> None:
    session = pg.Session(Experiment(data=SEALED))
    session.open_test()
    session.new_seed(7)
    assert session.snapshot().test_look is None


def test_a_seal_needs_a_validation_set_and_opening_needs_a_seal() -> None:
    with pytest.raises(InvalidExperiment, match="a sealed test set needs a validation set"):
        pg.Session(Experiment(data=Data(test_sealed=True)))
    with pytest.raises(WrongUse, match="not sealed"):
        pg.Session(Experiment()).open_test()
    everything = Data(GeneratedData("circles", 40), 0.5, validation_share=0.5, test_sealed=True)
    with pytest.raises(WrongUse, match="no test samples"):
        pg.Session(Experiment(data=everything)).open_test()


def test_members_of_a_population_have_the_rows_of_sessions() -> None:
    experiment = Experiment(data=CHECKED)
    session = pg.Session(experiment)
    session.advance(epochs=4)
    (member,) = pg.train_population([experiment], epochs=4)
    assert member.digest == session.digest()
    for name in ("train_loss", "validation_loss", "validation_accuracy", "test_loss"):
        assert member.history[name].tolist() == session.history[name].tolist()
    assert member.metrics == session.metrics()
