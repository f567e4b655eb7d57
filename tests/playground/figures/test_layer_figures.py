"""What is told of every layer: the right numbers of a run, on an axis that holds them, in few characters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.figures.layer_figures import (
    ACTIVATION,
    GRADIENT_NORM,
    GRADIENT_SIZE,
    HEALTHY,
    PROBED,
    SATURATED_AND_DEAD,
    UPDATE_RATIO,
    WEIGHT_SIZE,
    Quantity,
    course,
)
from playground.run.session import Session
from playground.run.snapshot import PROBE_COLUMNS, Demand, Snapshot

EVERY = (WEIGHT_SIZE, GRADIENT_SIZE, *PROBED)


@pytest.fixture(scope="module")
def shot() -> Snapshot:
    network = Network((Dense(4, "tanh"), Dense(3, "relu")))
    session = Session(with_changes(Experiment(), network=network))
    session.advance(epochs=5)
    return session.snapshot(Demand(layers=True))


def probed(shot: Snapshot, **changes: float) -> Snapshot:
    """The snapshot of a run with one recorded moment and these figures in every layer, the others 0."""
    row = [changes.get(name, 0.0) for name in PROBE_COLUMNS]
    return replace(shot, history=shot.history[:1], layer_history=np.array([[row] * len(shot.layout.slots)]))


@pytest.mark.parametrize("quantity", EVERY, ids=lambda each: each.title)
def test_a_real_run_has_a_figure_for_every_layer_and_row(quantity: Quantity, shot: Snapshot) -> None:
    found = course(quantity, shot)
    assert found is not None
    unknown = int(quantity is UPDATE_RATIO)  # no step led to the first row
    assert found.epochs.tolist() == list(range(6))
    assert found.values.shape == (6, 3, 1 if quantity.shape == "area" else 2)
    assert found.starts == (unknown,) * 3
    assert found.current == (True,) * 3
    assert np.isfinite(found.values).all()
    low, high = quantity.ends(found.values)
    assert low < high
    for row in found.values[-1]:
        text = quantity.text(row)
        assert 0 < len(text) <= 12
        assert "nan" not in text


def test_activations_are_those_of_the_training_set(shot: Snapshot) -> None:
    found = course(ACTIVATION, shot)
    outputs = _first_layer(shot)
    assert found is not None
    assert found.values[-1, 0, 0] == pytest.approx(outputs.mean(), abs=1e-4)
    assert found.values[-1, 0, 1] == pytest.approx(outputs.std(), rel=1e-3)


def _first_layer(shot: Snapshot) -> np.ndarray:
    weights, biases = shot.weights(0).astype(np.float64), shot.biases(0).astype(np.float64)
    return np.tanh(weights @ shot.dataset.train_points + biases[:, None])


def test_weight_sizes_are_the_root_mean_squares_of_now(shot: Snapshot) -> None:
    found = course(WEIGHT_SIZE, shot)
    assert found is not None
    for layer in range(3):
        own = np.concatenate([shot.weights(layer).ravel(), shot.biases(layer)]).astype(np.float64)
        assert found.values[-1, layer, 0] == pytest.approx(np.sqrt((own**2).mean()), rel=1e-5)


def test_what_was_not_written_down_is_not_told(shot: Snapshot) -> None:
    for quantity in EVERY:
        assert course(quantity, replace(shot, layer_history=None)) is None
        assert course(quantity, probed(shot, **dict.fromkeys(PROBE_COLUMNS, float("nan")))) is None


def test_dead_units_are_told_as_a_share_of_the_layer(shot: Snapshot) -> None:
    found = course(SATURATED_AND_DEAD, probed(shot, dead_units=1, saturated_share=0.25))
    assert found is not None
    assert found.values[0, :, 1].tolist() == [1 / 4, 1 / 3, 1.0]
    assert SATURATED_AND_DEAD.text(found.values[0, 0]) == "25 % dead"
    assert SATURATED_AND_DEAD.text(np.array([0.31, 0.0])) == "31 %"
    assert SATURATED_AND_DEAD.ends(found.values) == (0.0, 1.0)


@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 0.5, 1e6])
def test_the_axis_of_updates_always_holds_the_usual_band(ratio: float, shot: Snapshot) -> None:
    found = course(UPDATE_RATIO, probed(shot, update_ratio=ratio))
    assert found is not None
    low, high = UPDATE_RATIO.ends(found.values)
    assert low <= HEALTHY[0]
    assert HEALTHY[1] <= high
    assert HEALTHY[0] < -3 < HEALTHY[1]


def test_one_wild_moment_does_not_flatten_the_activations() -> None:
    values = np.full((200, 3, 2), 0.5)
    values[0] = 1e6
    low, high = ACTIVATION.ends(values)
    assert (low, high) == (-1.0, 1.0)


@pytest.mark.parametrize("value", [float("inf"), -1.0, 3.4e38])
@pytest.mark.parametrize("quantity", EVERY, ids=lambda each: each.title)
def test_wild_probes_become_finite_figures(quantity: Quantity, value: float, shot: Snapshot) -> None:
    found = course(quantity, probed(shot, **dict.fromkeys(PROBE_COLUMNS, value)))
    assert found is not None
    assert np.isfinite(found.values).all()
    assert np.isfinite(quantity.ends(found.values)).all()
    assert "nan" not in quantity.text(found.values[0, 0])


def test_a_layer_without_gradient_reads_zero() -> None:
    assert GRADIENT_NORM.text(np.array([0.0])) == "0"


def test_a_new_layer_takes_nothing_from_the_others() -> None:
    session = Session(with_changes(Experiment(), network=Network((Dense(4), Dense(3)))))
    session.advance(epochs=3)
    before = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    first, second = session.experiment.network.layers
    session.advance(steps=1)
    session.apply(with_changes(session.experiment, network=Network((first, Dense(5), second))))
    paused = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    assert before is not None
    assert paused is not None
    assert np.array_equal(paused.values[:, [0, 2, 3]], before.values)
    assert (paused.starts, paused.current) == ((0, 4, 0, 0), (True, False, True, True))
    session.advance(epochs=1)
    after = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    assert after is not None
    assert after.starts == (0, 4, 0, 0)
    assert all(after.current)
    assert np.isfinite(after.values).all()
