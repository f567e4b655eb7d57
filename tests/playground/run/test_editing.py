"""Edits of a run that goes on: what was learned stays, undo brings back what went, curves keep their meaning."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.exchange import model_file
from playground.experiment.layers import (
    Dense,
)
from playground.experiment.optimizers import Adam, Sgd
from playground.run.replaying import replay
from playground.run.session import Session
from tests.playground.run.test_session import experiment, trained


@pytest.mark.parametrize(
    "changes",
    [
        {"training__learning_rate": 0.2},
        {"training__optimizer": Adam()},
        {"training__l1": 0.1},
        {"training__batch_size": 3},
        {"data__imperfections__position_noise": 0.3},
        {"data__imperfections__label_noise": 0.3},
        {"training__loss": "binary_cross_entropy"},
        {"title": "other"},
        {"data__train_share": 0.8},
        {"training__initializer": "he_normal"},
    ],
)
def test_edits_of_settings_and_data_keep_every_weight(changes: dict[str, object]) -> None:
    session = Session(experiment())
    session.advance(epochs=3)
    before = session.state.parameters.copy()
    session.apply(with_changes(session.experiment, **changes))
    assert np.array_equal(session.state.parameters, before)
    assert session.advance(epochs=2)
    assert not np.array_equal(session.state.parameters, before)


def test_a_new_unit_and_a_new_layer_keep_all_other_weights_and_the_optimizer_memory() -> None:
    session = Session(experiment(4, 2, training__optimizer=Sgd(0.9)))
    session.advance(epochs=3)
    weights, memory = (
        session.layout.weights(session.state.parameters, 0).copy(),
        session.layout.weights(session.state.slots[0], 0).copy(),
    )
    session.apply(with_changes(session.experiment, network=session.experiment.network.with_layer(0, units=6)))
    assert np.array_equal(session.layout.weights(session.state.parameters, 0)[:4], weights)
    assert np.array_equal(session.layout.weights(session.state.slots[0], 0)[:4], memory)
    assert memory.any()
    session.apply(with_changes(session.experiment, network=session.experiment.network.with_inserted(1, Dense(6))))
    assert np.array_equal(session.layout.weights(session.state.parameters, 0)[:4], weights)
    assert session.advance(epochs=1)


def test_before_the_first_step_an_edit_gives_the_fresh_run_of_the_edited_experiment() -> None:
    edited = with_changes(experiment(), network__layers=(Dense(7), Dense(2)), training__initializer="he_normal")
    session = Session(experiment())
    session.apply(edited)
    session.advance(epochs=2)
    fresh = Session(edited)
    fresh.advance(epochs=2)
    assert session.digest() == fresh.digest()


def test_undo_brings_back_the_weights_of_a_removed_layer() -> None:
    session = trained(4, 3, training__optimizer=Sgd(0.9))
    before, parameters, slots = session.experiment, session.state.parameters.copy(), session.state.slots.copy()
    session.apply(with_changes(before, network=before.network.without(1)))
    assert session.layout.size < parameters.size
    session.apply(before, back=True)
    assert np.array_equal(session.state.parameters, parameters)
    assert np.array_equal(session.state.slots, slots)


def test_undo_of_a_removed_unit_keeps_what_was_learned_since() -> None:
    session = trained(4)
    before, parameters = session.experiment, session.state.parameters.copy()
    session.apply(with_changes(before, network=before.network.with_layer(0, units=3)))
    session.advance(epochs=2)
    kept = session.layout.weights(session.state.parameters, 0).copy()
    session.apply(before, back=True)
    weights = session.layout.weights(session.state.parameters, 0)
    assert np.array_equal(weights[:3], kept)
    assert np.array_equal(weights[3], session.layout.weights(parameters, 0)[3])


def test_undo_of_a_new_seed_brings_the_whole_run_back() -> None:
    session = trained(4)
    before, digest, rows = session.experiment, session.digest(), session.recording.rows_so_far()
    session.apply(with_changes(before, seed=77))
    session.advance(epochs=2)
    session.apply(before, back=True)
    assert session.digest() == digest
    assert session.state.epoch == 5
    assert np.array_equal(session.recording.rows_so_far(), rows)
    session.advance(epochs=3)
    straight = trained(4)
    straight.advance(epochs=3)
    assert session.digest() == straight.digest()


def test_removing_and_adding_by_hand_gives_fresh_weights() -> None:
    session = trained(4)
    before, parameters = session.experiment, session.state.parameters.copy()
    session.apply(with_changes(before, network=before.network.with_layer(0, units=3)))
    session.apply(before)
    assert not np.array_equal(session.state.parameters, parameters)


def test_a_weight_set_and_set_back_before_the_first_step_leaves_a_fresh_run() -> None:
    session = Session(experiment(3))
    value = float(session.state.parameters[0])
    session.set_parameter(0, 0.9)
    session.set_parameter(0, value)
    edited = with_changes(session.experiment, training__initializer="he_normal")
    session.apply(edited)
    assert session.digest() == Session(edited).digest()


def test_another_number_of_the_same_optimizer_keeps_its_memory() -> None:
    session = trained(4, training__optimizer=Sgd(0.9))
    memory = session.state.slots.copy()
    session.apply(with_changes(session.experiment, training__optimizer=Sgd(0.5)))
    assert np.array_equal(session.state.slots, memory)
    session.apply(with_changes(session.experiment, training__optimizer=Adam()))
    assert not session.state.slots.any()


def test_curves_start_anew_where_their_figures_mean_something_else() -> None:
    for changes in (
        {"data__train_share": 1.0},
        {"data__source__name": "plane"},
        {"training__loss": "binary_cross_entropy"},
    ):
        session = trained(4)
        session.apply(with_changes(session.experiment, **changes))
        rows = session.recording.rows_so_far()
        assert len(rows) == 1
        assert rows[0, 0] == 5
        session.advance(epochs=2)
        assert list(session.recording.rows_so_far()[:, 0]) == [5, 6, 7]


@pytest.mark.parametrize(
    "changes", [{"data__train_share": 1.0}, {"training__loss": "binary_cross_entropy"}, {"data__source__name": "blobs"}]
)
def test_curves_that_an_edit_has_cleared_come_back_with_its_undo(changes: dict[str, Any]) -> None:
    session = trained(4)
    before, rows = session.experiment, session.recording.rows_so_far()
    loss = {} if "training__loss" in changes else {"training__loss": "auto"}
    session.apply(with_changes(session.experiment, **changes, **loss))
    assert len(session.recording.rows_so_far()) == 1
    session.apply(before, back=True)
    assert np.array_equal(session.recording.rows_so_far()[:, :6], rows[:, :6])
    session.advance(epochs=2)
    assert list(session.recording.rows_so_far()[:, 0]) == list(range(len(rows) + 2))
    assert model_file.read(model_file.write(session.checkpoint())).experiment == before
    replay(session.log.base.experiment, session.log)


def test_curves_that_were_cleared_stay_so_where_steps_were_made_since() -> None:
    session = trained(4)
    before = session.experiment
    session.apply(with_changes(before, data__train_share=1.0))
    session.advance(epochs=1)
    session.apply(before, back=True)
    assert list(session.recording.rows_so_far()[:, 0]) == [6]


def test_weights_set_by_hand_survive_edits_before_the_first_step() -> None:
    session = Session(experiment(2))
    session.set_parameter(0, 0.75)
    session.apply(with_changes(session.experiment, network=session.experiment.network.with_layer(0, units=3)))
    assert session.state.parameters[0] == 0.75


@pytest.mark.parametrize(("index", "value"), [(-1, 0.0), (25, 0.0), (0, math.nan), (0, math.inf), (0, 1e39)])
def test_a_parameter_that_cannot_be_is_refused(index: int, value: float) -> None:
    session = Session(experiment())
    before = session.digest()
    with pytest.raises(WrongUse):
        session.set_parameter(index, value)
    assert session.digest() == before


def test_the_same_edits_at_the_same_steps_give_the_same_digest() -> None:
    def run(pieces: int) -> str:
        session = Session(experiment())
        for changes in ({"training__learning_rate": 0.1}, {"data__train_share": 0.3}, {"training__optimizer": Adam()}):
            for _ in range(pieces):
                session.advance(steps=60 // pieces)
            session.apply(with_changes(session.experiment, **changes))
        session.advance(epochs=2)
        return session.digest()

    assert run(1) == run(4) == run(60)
