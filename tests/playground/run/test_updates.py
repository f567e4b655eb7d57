"""The last step's change of each parameter: measured where somebody looks, of the same run, and else not known."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import EarlyStopping, Stop
from playground.run.session import Session
from playground.run.snapshot import Demand

SMALL = with_changes(Experiment(), data__source__samples=60)
UPDATES = Demand(updates=True)


def kept(experiment: Experiment = SMALL) -> Session:
    session = Session(experiment)
    session.recording.keeps_update = True
    return session


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_it_is_the_difference_of_the_parameters_and_the_run_is_the_same(steps: int) -> None:
    session, plain = kept(), Session(SMALL)
    session.advance(steps=steps)
    if steps > 1:
        plain.advance(steps=steps - 1)
    before = plain.state.parameters.copy()
    plain.advance(steps=1)
    assert session.recording.last_update is not None
    assert session.recording.last_update.tolist() == (plain.state.parameters - before).tolist()
    assert not session.recording.last_update.flags.writeable
    assert session.snapshot(UPDATES).update is session.recording.last_update
    assert session.snapshot().update is None
    assert (session.digest(), len(session.log.entries)) == (plain.digest(), 1)


def test_many_steps_in_a_call_are_the_same_with_and_without() -> None:
    session, plain = kept(), Session(SMALL)
    for each in (session, plain):
        each.advance(epochs=3)
        each.advance(steps=4)
    assert session.history.tobytes() == plain.history.tobytes()
    assert session.digest() == plain.digest()


def test_where_nobody_looked_it_is_not_known_and_one_step_alone_is() -> None:
    session = Session(SMALL)
    assert session.recording.last_update is None
    session.advance(steps=3)
    assert session.recording.last_update is None
    session.advance(steps=1)
    assert session.recording.last_update is not None


def test_an_edit_a_reset_and_the_step_back_to_the_best_epoch_end_it() -> None:
    session = kept()
    session.advance(steps=3)
    session.set_parameter(0, 0.5)
    assert session.recording.last_update is not None, "it is still what the last step has added"
    session.apply(with_changes(SMALL, training__optimizer=Adam()))
    assert session.recording.last_update is None
    session.advance(steps=3)
    session.reset()
    assert session.recording.last_update is None
    stopping = with_changes(SMALL, training__early_stopping=EarlyStopping(patience=1), training__learning_rate=3.0)
    session = kept(stopping)
    session.advance(epochs=200)
    assert session.stopped is not None
    assert session.stopped.reason == "early_stopping"
    assert session.recording.last_update is None


def test_the_last_step_of_a_run_that_ends_is_looked_at() -> None:
    session = kept(with_changes(SMALL, training__stop=Stop(epochs=2)))
    session.advance(epochs=50)
    assert session.stopped is not None
    assert session.recording.last_update is not None
    assert np.abs(session.recording.last_update).max() > 0


def test_a_step_that_led_to_no_number_is_none() -> None:
    wild = with_changes(SMALL, training__learning_rate=3.0, network=Network((Dense(8, "relu"),)))
    session = kept(on_dataset(wild, "plane"))
    session.advance(epochs=50)
    assert session.divergence is not None
    assert session.recording.last_update is None
