"""A run: the same bytes for any pattern of calls, edits that keep the weights, nothing non-finite after divergence."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.engine.state import PROBES, RECORD_COLUMNS
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    Dense,
    Dropout,
    GaussianNoise,
    LayerNorm,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, RmsProp, Sgd
from playground.run.recording import CAPACITY, Recording
from playground.run.session import Session
from playground.run.snapshot import Demand, Metrics, confusion_matrix, predicted_classes


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


def trained(*units: int, **changes: object) -> Session:
    session = Session(experiment(*units, **changes))
    session.advance(epochs=5)
    return session


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
    batch = session.state.order[session.state.position : session.state.position + 10]
    assert found.sample in batch
    assert str(found).endswith(f"at training sample {found.sample}.")
    assert np.isfinite(session.state.parameters).all()
    assert np.isfinite(session.recording.rows_so_far()).all()
    assert not session.advance(steps=5)
    reference = Session(made)
    reference.advance(steps=found.step - 1)
    assert reference.divergence is None
    assert reference.digest() == session.digest()
    assert not reference.advance(steps=1)


def test_where_a_long_call_breaks_is_found_without_repeating_every_step() -> None:
    made = experiment(8, data__source__name="plane", training__learning_rate=3.0)
    made = with_changes(made, network=Network((Dense(8, "relu"), Dense(8, "relu"))))
    session, calls = Session(made), []
    train = session._run.engine.train

    def counted(*arguments: object) -> int:
        calls.append(arguments[1])
        return train(*arguments)

    session._run.engine.train = counted
    assert not session.advance(steps=5000)
    assert len(calls) < 30
    found = session.divergence
    assert found is not None
    assert found.step == session.state.step + 1
    stepwise = Session(made)
    while stepwise.advance(steps=1):
        pass
    assert (stepwise.divergence, stepwise.digest()) == (found, session.digest())


def test_another_precision_keeps_the_weights_and_goes_on_in_it() -> None:
    session = trained(4, training__optimizer=Adam())
    before = session.state.parameters.copy()
    session.apply(with_changes(session.experiment, training__precision="float64"))
    assert session.dtype is np.float64
    assert session.state.parameters.dtype == session.state.slots.dtype == np.float64
    assert np.array_equal(session.state.parameters, before.astype(np.float64))
    assert session.advance(epochs=2)
    session.apply(with_changes(session.experiment, training__precision="float32"), back=True)
    assert session.state.parameters.dtype == np.float32
    assert session.advance(epochs=2)
    assert Session(experiment(4, training__precision="float64")).dtype is np.float64


def test_undo_of_a_removed_layer_in_another_precision_brings_its_weights_back() -> None:
    session = trained(4, 3)
    before = session.experiment
    session.apply(with_changes(before, network=before.network.without(1)))
    session.apply(with_changes(session.experiment, training__precision="float64"))
    session.apply(with_changes(before, training__precision="float64"))
    session.apply(before, back=True)
    assert session.state.parameters.dtype == np.float32
    assert session.advance(epochs=1)


def test_losses_of_many_vectors_are_those_of_each() -> None:
    session = trained(4)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((7, session.layout.size)).astype(np.float32)
    vectors[0] = session.state.parameters
    vectors[1] = np.nan
    found = session.losses(vectors)
    assert found.shape == (7, 2)
    assert np.isfinite(found).all()
    metrics = session.metrics()
    assert tuple(found[0]) == (metrics.train_loss, metrics.train_accuracy)
    session.state.parameters[:] = vectors[5]
    assert found[5, 0] == session.metrics().train_loss
    with pytest.raises(WrongUse, match="rows of 17 numbers"):
        session.losses(vectors[:, 1:])
    assert session.losses(vectors[:0]).shape == (0, 2)


def test_maps_of_any_window_agree_with_the_maps_of_the_whole() -> None:
    session = trained(3)
    whole = session.snapshot(Demand(maps=True)).maps
    resolution = whole.shape[1]
    assert np.array_equal(session.maps((-6.0, 6.0, -6.0, 6.0), resolution), whole)
    corner = session.maps((-6.0, 0.0, -6.0, 0.0), resolution // 2)
    assert corner == pytest.approx(whole[:, : resolution // 2, : resolution // 2], abs=1e-5)
    for window in ((1.0, 1.0, 0.0, 1.0), (0.0, math.inf, 0.0, 1.0)):
        with pytest.raises(WrongUse, match="window"):
            session.maps(window, 10)
    with pytest.raises(WrongUse, match="no plane"):
        Session(experiment(3, data__source__name="bars")).maps((-6.0, 6.0, -6.0, 6.0), 10)


def test_noise_comes_from_the_seed_and_the_step_alone() -> None:
    made = with_changes(experiment(), network=Network((Dense(8), Dropout(0.5), GaussianNoise(0.5))))
    straight, broken = Session(made), Session(made)
    straight.advance(epochs=10)
    for _ in range(250):
        broken.advance(steps=1)
    assert broken.digest() == straight.digest()
    assert straight.metrics() == straight.metrics()
    other = Session(with_changes(made, seed=1))
    assert other.state.counters[6] != straight.state.counters[6]


def test_frozen_layers_stay_and_the_others_learn() -> None:
    made = with_changes(experiment(), network=Network((Dense(4, frozen=True), Dense(3), Scaling(2.0, frozen=True))))
    session = Session(made)
    before = session.state.parameters.copy()
    session.advance(epochs=3)
    moved = session.layout.trained()
    assert np.array_equal(session.state.parameters[~moved], before[~moved])
    assert (session.state.parameters[moved] != before[moved]).mean() > 0.9


def test_the_curve_is_thinned_by_the_epoch_number_alone() -> None:
    recording, nothing = Recording(), Metrics(0.0, 0.0, 0.0, 0.0, 0.0)
    recording.use_layers([None], np.ones((1, 2)))
    for epoch in range(5 * CAPACITY):
        if epoch % recording.stride == 0:
            recording.record((epoch, epoch, 0), 0.1, nothing, np.zeros((1, 9)))
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


def test_a_broken_call_leaves_nothing_behind() -> None:
    layers = (Dense(3), LayerNorm(), Dense(2, "relu"))
    made = with_changes(experiment(), network=Network(layers), training__clip_norm=1e-3, training__optimizer=Adam())
    used, fresh = Session(made), Session(made)
    good = used.state.copy()
    used.state.parameters[:] = np.finfo(np.float32).max
    shown = used._run.examples
    used._run.engine.train(
        used.state, 3, shown.train, shown.test, np.zeros((9, RECORD_COLUMNS)), np.zeros((9, 4, PROBES)), 1
    )
    assert not np.isfinite(used.state.parameters).all()
    used._run.state = good
    assert used.advance(steps=2)
    fresh.advance(steps=2)
    assert used.digest() == fresh.digest()
