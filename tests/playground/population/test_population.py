"""Many runs in one call: each is what a session of its own would be."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import EarlyStopping, Stop
from playground.run.population import train_population
from playground.run.session import Session

NOISY = with_changes(Experiment(), network=Network((Dense(6), Dropout(0.3))), training__optimizer=Adam(), seed=5)


def test_the_member_with_the_experiments_seed_is_its_session() -> None:
    members = train_population(NOISY, [3, 5, 9], 20)
    session = Session(NOISY)
    session.advance(epochs=20)
    assert members[1].digest == session.digest()
    assert members[1].metrics == session.metrics()
    assert len({member.digest for member in members}) == 3
    assert [member.epochs for member in members] == [20, 20, 20]


def test_every_member_has_its_own_rate() -> None:
    members = train_population(NOISY, [5, 5, 5], 10, rates=[0.0, 0.03, 0.3])
    session = Session(with_changes(NOISY, training__learning_rate=0.3))
    session.advance(epochs=10)
    assert members[2].digest == session.digest()
    assert members[0].digest == Session(NOISY).digest()
    assert [member.learning_rate for member in members] == [0.0, 0.03, 0.3]


def test_members_end_by_themselves_and_diverge_by_themselves() -> None:
    made = with_changes(NOISY, data__source__name="plane", training__optimizer=Experiment().training.optimizer)
    made = with_changes(made, network=Network((Dense(6, "relu"), Dense(6, "relu"))))
    members = train_population(made, [0, 1], 30, rates=[0.01, 1e4])
    assert [member.ended for member in members] == ["completed", "diverged"]
    assert (members[1].parameters, members[1].metrics, members[1].digest) == (None, None, None)
    stopping = with_changes(NOISY, training__stop=Stop(accuracy=0.9), training__early_stopping=EarlyStopping(50))
    ended = train_population(stopping, range(4), 300)
    assert {member.ended for member in ended} == {"stopped_early"}
    assert len({member.epochs for member in ended}) > 1
    assert [
        member.epochs for member in train_population(with_changes(NOISY, training__stop=Stop(epochs=3)), [1], 9)
    ] == [3]


def test_nothing_is_made_of_nothing_and_wrong_use_is_told() -> None:
    assert train_population(NOISY, [], 5) == []
    assert train_population(NOISY, [5], 0)[0].digest == Session(NOISY).digest()
    with pytest.raises(WrongUse, match="2 seeds and 1 rates"):
        train_population(NOISY, [1, 2], 5, rates=[0.1])
    with pytest.raises(WrongUse, match="learning rates"):
        train_population(NOISY, [1], 5, rates=[np.nan])
