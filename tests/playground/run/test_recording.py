"""The record of a run: the same rows whatever is looked at, from before the first step on; nothing where it is off."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.schedules import EarlyStopping, StepSchedule
from playground.run.recording import CAPACITY, OF_STEPS, WITHOUT_VALIDATION
from playground.run.session import Session
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, SIZE_COLUMNS, Demand

SMALL = with_changes(Experiment(), data__source__samples=40)
DEEP = with_changes(SMALL, network=Network((Dense(4), BatchNorm(), Dropout(0.3), Dense(3, "relu"))))


def column(session: Session, name: str) -> np.ndarray:
    return session.history[name]


def test_the_first_row_stands_before_the_first_step_probes_too() -> None:
    session = Session(DEEP)
    history = session.history
    assert history.shape == (1,)
    assert (history["epoch"][0], history["step"][0]) == (0, 0)
    assert history["train_loss"][0] == session.metrics().train_loss
    assert (history["gradient_norm"][0][[0, 3, 4]] > 0).all()
    assert (history["activation_variance"][0] > 0).all()
    assert (history["parameter_norm"][0][[0, 1, 3, 4]] > 0).all()
    for place in OF_STEPS:
        assert np.isnan(history[PROBE_COLUMNS[place]][0]).all(), "no step led there"
    assert session.snapshot().probes[0].gradient_norm == history["gradient_norm"][0, 0]


def test_a_row_an_epoch_with_names_and_the_figures_of_that_moment() -> None:
    session = Session(with_changes(DEEP, training__schedule=StepSchedule(2, 0.5), training__clip_norm=0.1))
    rates = []
    for epoch in range(1, 6):
        rates.append(session.learning_rate)
        session.advance(epochs=1)
        last = session.history[-1]
        assert last["epoch"] == epoch
        assert last["step"] == session.state.step
        assert last["clipped_steps"] == session.state.clipped_steps > 0
        assert last["train_loss"] == pytest.approx(session.metrics().train_loss)
        assert np.array_equal([last[name] for name in PROBE_COLUMNS], session.state.probes.T)
    assert column(session, "learning_rate")[1:].tolist() == rates
    assert session.history.dtype.names == (*HISTORY_COLUMNS[:WITHOUT_VALIDATION], *PROBE_COLUMNS, *SIZE_COLUMNS)


def test_the_rows_do_not_depend_on_what_is_looked_at_or_on_the_calls() -> None:
    watched, unwatched = Session(DEEP), Session(DEEP)
    unwatched.advance(epochs=12)
    while watched.state.step < unwatched.state.step:
        watched.advance(steps=1)
        watched.snapshot(Demand(maps=True, layers=watched.state.step % 3 == 0))
    assert watched.history.tobytes() == unwatched.history.tobytes()


def test_figures_that_nobody_measures_are_not_numbers() -> None:
    regression = Session(with_changes(SMALL, data__source__name="plane"))
    assert np.isnan(regression.history["train_accuracy"]).all()
    untested = Session(with_changes(SMALL, data__train_share=1.0))
    assert np.isnan(untested.history["test_loss"]).all()
    assert not np.isnan(untested.history["train_accuracy"]).any()


def test_a_maximum_carries_its_step_and_an_edit_starts_it_anew() -> None:
    session = Session(SMALL)
    session.advance(epochs=5)
    history = session.history
    steps, largest = history["largest_update_step"][-1], history["largest_update_ratio"][-1]
    assert (largest >= history["update_ratio"][1:].max(axis=0)).all()
    assert ((steps >= 1) & (steps <= session.state.step)).all()
    session.apply(with_changes(session.experiment, training__learning_rate=1e-6))
    session.advance(epochs=1)
    after = session.history[-1]
    assert (after["largest_update_ratio"] < largest / 100).all()
    assert (after["largest_update_step"] > history["step"][-1]).all()


def test_layers_take_their_history_along_when_others_come_and_go() -> None:
    session = Session(with_changes(SMALL, network=Network((Dense(4), Dense(3)))))
    session.advance(epochs=4)
    before = column(session, "gradient_norm").copy()
    first, second = session.experiment.network.layers
    session.apply(with_changes(session.experiment, network=Network((first, Dense(5), second))))
    after = column(session, "gradient_norm")
    assert after.shape == (5, 4)
    assert np.array_equal(after[:-1, [0, 2, 3]], before[:-1])
    assert np.isnan(after[:-1, 1]).all(), "a new layer has no past"
    assert not np.isnan(after[-1]).any(), "the newest row tells of the network as it is"
    session.apply(with_changes(session.experiment, network=Network((second,))))
    assert np.array_equal(column(session, "gradient_norm")[:-1], before[:-1, [1, 2]])


def test_the_record_keeps_its_size_and_its_layers_when_it_is_thinned() -> None:
    session = Session(with_changes(SMALL, data__source__samples=8, training__batch_size=8))
    session.advance(epochs=CAPACITY + 10)
    history = session.history
    assert session.recording.stride == 2
    assert set(np.diff(history["epoch"])) == {2.0}
    assert not np.isnan(history["gradient_norm"]).any()


RULED = with_changes(DEEP, training__early_stopping=EarlyStopping(patience=3), training__learning_rate=0.3)


@pytest.mark.parametrize("made", [SMALL, DEEP, RULED], ids=["small", "deep", "ruled"])
def test_without_a_record_the_run_is_the_same_and_nothing_is_written_down(made: Experiment) -> None:
    silent, told = Session(made, record=False), Session(made)
    for session in (silent, told):
        session.advance(epochs=60)
        session.apply(with_changes(session.experiment, training__learning_rate=0.01))
        session.advance(epochs=5)
    assert silent.digest() == told.digest()
    assert (silent.state.step, silent.stopped) == (told.state.step, told.stopped)
    assert silent.history.shape == (0,)
    assert silent.snapshot(Demand(layers=True)).probes == ()
    assert not silent.state.probes.any()
    assert silent.checkpoint().record is not None
    again = Session(silent.checkpoint())
    again.advance(epochs=2)
    assert again.history["epoch"].tolist() == [silent.state.epoch + 1, silent.state.epoch + 2]


def test_a_penalty_changes_nothing_of_the_newest_row_but_the_penalty() -> None:
    run = Session(DEEP)
    run.advance(epochs=3)
    before = run.history
    run.apply(with_changes(run.experiment, training__l2=0.5))
    after = run.history
    assert after["penalty"][-1] == run.metrics().penalty > before["penalty"][-1]
    for name in before.dtype.names or ():
        kept = before[name] if name != "penalty" else before[name][:-1]
        assert np.array_equal(after[name][: len(kept)], kept, equal_nan=True), name


def test_the_penalty_changed_at_a_row_leaves_the_steps_that_led_there() -> None:
    session = Session(with_changes(SMALL, network=Network((Dense(4), Dense(3)))))
    session.advance(epochs=3)
    before = column(session, "update_ratio")[-1].copy()
    session.apply(with_changes(session.experiment, training__l2=0.01))
    last = session.history[-1]
    assert last["penalty"] > 0
    assert last["update_ratio"].tolist() == before.tolist()
    assert [probe.update_ratio for probe in session.snapshot().probes] == before.tolist()
    _, second = session.experiment.network.layers
    session.apply(with_changes(session.experiment, network=Network((Dense(6), second))))
    assert np.isnan(column(session, "update_ratio")[-1]).tolist() == [True, True, False], "layers of another size"


def test_the_row_before_the_first_step_tells_the_rate_of_the_step_to_come() -> None:
    session = Session(SMALL)
    session.set_parameter(0, 0.5)
    session.apply(with_changes(session.experiment, training__learning_rate=0.007))
    assert column(session, "learning_rate").tolist() == [0.007] == [session.learning_rate]


def test_sizes_are_those_of_their_rows_also_when_the_record_is_thinned() -> None:
    session = Session(with_changes(SMALL, data__source__samples=8, training__batch_size=8))
    for units, epochs in ((5, CAPACITY // 2), (6, CAPACITY)):
        head = session.experiment.network.layers[1:]
        session.apply(with_changes(session.experiment, network=Network((Dense(units), *head))))
        session.advance(epochs=epochs, steps=1)
    history = session.history
    after = history["step"] > CAPACITY // 2 + 1
    assert set(history["units"][after, 0]) == {6.0}
    assert set(history["units"][1:][~after[1:], 0]) == {5.0}


def test_rows_after_an_edit_that_cleared_the_curves_have_the_sizes_of_their_moment() -> None:
    session = Session(SMALL)
    session.advance(epochs=4)
    narrow = session.history["parameters"][0, 0]
    wide = with_changes(SMALL, data__features=("x", "y", "xy"), training__class_weights="balanced")
    session.apply(wide)
    session.advance(epochs=4)
    assert set(session.history["parameters"][:, 0]) == {narrow * 4 / 3}
