"""A run: the same bytes for any pattern of calls, edits that keep the weights, nothing non-finite after divergence."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from playground.changes import with_changes
from playground.errors import WrongUse
from playground.experiment import Experiment
from playground.network import Dense, Network
from playground.recording import CAPACITY, Recording
from playground.session import Session
from playground.snapshot import Demand, confusion_matrix, predicted_classes
from playground.training import Adam, RmsProp, Sgd


def experiment(*units: int, **changes: object) -> Experiment:
    return with_changes(Experiment(), network=Network(tuple(Dense(count) for count in units or (4, 2))), **changes)


@pytest.mark.parametrize("optimizer", [Sgd(), Sgd(0.9), Sgd(0.9, True), RmsProp(), Adam()])
def test_any_pattern_of_calls_gives_the_same_digest_and_history(optimizer: object) -> None:
    made = experiment(training__optimizer=optimizer, training__batch_size=7, training__l2=0.001)
    straight = Session(made)
    straight.advance(epochs=40)
    rng = random.Random(0)
    broken = Session(made)
    while broken.state.step < straight.state.step:
        broken.advance(steps=min(rng.choice([1, 2, 3, 50, 333]), straight.state.step - broken.state.step))
        if rng.random() < 0.2:
            broken.snapshot(Demand(True, True, True, (1.0, 2.0)))
    assert broken.digest() == straight.digest()
    assert np.array_equal(broken.recording.rows_so_far(), straight.recording.rows_so_far())


def test_an_epoch_uses_every_sample_once_and_the_last_batch_is_smaller() -> None:
    session = Session(experiment(training__batch_size=60))
    assert session.steps_per_epoch == 5
    session.advance(steps=4)
    assert (session.state.epoch, session.state.position) == (0, 240)
    session.advance(steps=1)
    assert (session.state.epoch, session.state.position) == (1, 0)
    assert sorted(session.state.order) == list(range(250))


def test_epochs_end_at_the_next_boundary() -> None:
    session = Session(experiment())
    session.advance(steps=3)
    session.advance(epochs=1)
    assert (session.state.epoch, session.state.position) == (1, 0)


def test_looking_at_single_samples_changes_nothing() -> None:
    made = experiment(training__batch_size=4)
    looked, straight = Session(made), Session(made)
    seen = []
    for _ in range(9):
        looked.step_sample()
        seen.append(looked.snapshot().sample)
    straight.advance(steps=2)
    assert looked.state.step == 2
    assert looked.digest() == straight.digest()
    assert len(set(seen)) == 9
    first_batches = Session(made).state.order[:9]
    assert seen == list(first_batches)


def test_reset_returns_to_the_same_weights_and_order() -> None:
    session = Session(experiment())
    start, order = session.digest(), session.state.order.copy()
    session.advance(epochs=5)
    trained = session.digest()
    session.reset()
    assert session.digest() == start
    assert np.array_equal(session.state.order, order)
    assert session.recording.rows == 1
    session.advance(epochs=5)
    assert session.digest() == trained


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


def trained(*units: int, **changes: object) -> Session:
    session = Session(experiment(*units, **changes))
    session.advance(epochs=5)
    return session


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


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_divergence_keeps_the_last_finite_state_and_says_where(chunk: int) -> None:
    made = experiment(8, training__learning_rate=50.0, data__source__name="plane")
    made = with_changes(made, network=Network((Dense(8, "relu"), Dense(8, "relu"))))
    session = Session(made)
    while session.divergence is None and session.state.step < 10_000:
        session.advance(steps=chunk)
    found = session.divergence
    assert found is not None
    assert found.step == session.state.step + 1
    assert "layer" in str(found)
    assert np.isfinite(session.state.parameters).all()
    assert np.isfinite(session.recording.rows_so_far()).all()
    assert not session.advance(steps=5)
    reference = Session(made)
    reference.advance(steps=found.step - 1)
    assert reference.divergence is None
    assert reference.digest() == session.digest()
    assert not reference.advance(steps=1)


def figures(session: Session) -> list[np.ndarray]:
    shot = session.snapshot(Demand(True, True, True, (0.5, -3.0)))
    numbers = [
        shot.metrics.train_loss,
        shot.metrics.penalty,
        shot.metrics.test_loss or 0.0,
        shot.metrics.train_accuracy or 0.0,
    ]
    assert shot.probe is not None
    return [
        shot.parameters,
        shot.maps,
        shot.train_outputs,
        shot.test_outputs,
        shot.gradient,
        shot.history,
        shot.probe.units,
        np.array(numbers),
    ]


ACTIVATIONS = ["linear", "relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid", "sine", "leaky_relu"]


@pytest.mark.parametrize("seed", range(60))
def test_no_setting_lets_a_non_finite_figure_out(seed: int) -> None:
    rng = random.Random(seed)
    layers = tuple(Dense(rng.choice([1, 3, 17]), rng.choice(ACTIVATIONS)) for _ in range(rng.choice([0, 1, 3, 8])))
    made = with_changes(
        Experiment(),
        network=Network(layers),
        data__source__name=rng.choice(["plane", "blobs", "xor", "xor_points"]),
        data__source__samples=rng.choice([4, 11, 60]),
        data__train_share=rng.choice([0.05, 0.5, 1.0]),
        data__features=("x", "y", "x_squared"),
        data__imperfections__imbalance=rng.choice([0.0, 0.95]),
        training__learning_rate=rng.choice([0.0, 0.1, 10.0, 1e3, 1e6]),
        training__optimizer=rng.choice([Sgd(), Sgd(0.99, True), RmsProp(), Adam()]),
        training__initializer=rng.choice(["zeros", "constant", "normal", "he_normal"]),
        training__initializer_scale=rng.choice([0.0, 100.0]),
        training__batch_size=rng.choice([1, 10, 100_000]),
        training__l2=rng.choice([0.0, 1e3]),
        training__clip_norm=rng.choice([None, 1.0]),
    )
    session = Session(made)
    for _ in range(4):
        assert all(np.isfinite(each).all() for each in figures(session))
        session.advance(epochs=5)
    assert all(np.isfinite(each).all() for each in figures(session))


def test_the_curve_is_thinned_by_the_epoch_number_alone() -> None:
    recording = Recording()
    for epoch in range(5 * CAPACITY):
        if epoch % recording.stride == 0:
            recording.append((float(epoch), 0, 0, 0, 0, 0))
    kept = recording.rows_so_far()[:, 0]
    assert recording.rows <= CAPACITY
    assert recording.stride == 8
    assert set(np.diff(kept)) == {8.0}


def test_long_runs_record_the_same_rows_however_they_are_cut() -> None:
    made = experiment(1, data__source__samples=4, data__train_share=1.0)
    straight, pieces = Session(made), Session(made)
    straight.advance(epochs=2 * CAPACITY + 100)
    while pieces.state.epoch < 2 * CAPACITY + 100:
        pieces.advance(epochs=min(37, 2 * CAPACITY + 100 - pieces.state.epoch))
    assert straight.recording.stride == 4
    assert np.array_equal(straight.recording.rows_so_far(), pieces.recording.rows_so_far())


def test_snapshots_are_read_only_and_hold_only_what_was_asked_for() -> None:
    session = Session(experiment())
    bare = session.snapshot()
    assert bare.maps is None
    assert bare.gradient is None
    full = session.snapshot(Demand(True, True, True, (1.0, 1.0)))
    for array in (full.parameters, full.maps, full.gradient, full.history, full.train_outputs):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    kept = full.parameters.copy()
    session.advance(epochs=1)
    assert np.array_equal(full.parameters, kept)


def test_maps_are_the_units_over_the_plane_lowest_row_first() -> None:
    session = Session(experiment(3))
    shot = session.snapshot(Demand(maps=True, probe=None))
    weights, biases = shot.weights(0), shot.biases(0)
    resolution = shot.maps.shape[1]
    row, column = 3, 70
    cell = (np.array([column, row]) + 0.5) / resolution * 12 - 6
    assert shot.layer_maps(0)[:, row, column] == pytest.approx(np.tanh(weights @ cell + biases), abs=1e-5)


def test_metrics_agree_with_the_outputs() -> None:
    session = Session(experiment(data__source__name="blobs", data__source__classes=4))
    session.advance(epochs=30)
    shot = session.snapshot(Demand(predictions=True))
    predicted = predicted_classes(shot.test_outputs, "softmax")
    truth = shot.dataset.test_labels
    assert shot.metrics.test_accuracy == pytest.approx(np.mean(predicted == truth))
    matrix = confusion_matrix(truth, predicted, 4)
    assert matrix.sum() == truth.size
    assert np.trace(matrix) / truth.size == pytest.approx(shot.metrics.test_accuracy)


def test_an_empty_test_set_has_no_test_figures() -> None:
    session = Session(experiment(data__train_share=1.0))
    session.advance(epochs=1)
    assert session.metrics().test_loss is None
    assert session.metrics().test_accuracy is None


def test_xor_is_learned_by_the_default_network() -> None:
    session = Session(experiment(data__source__name="xor"))
    session.advance(epochs=400)
    assert session.metrics().test_accuracy >= 0.95


def test_a_run_only_goes_forward() -> None:
    with pytest.raises(WrongUse):
        Session(experiment()).advance(epochs=-1)
