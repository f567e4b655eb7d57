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
)
from playground.run.session import Session
from playground.run.snapshot import Demand, LayerProbe, Snapshot

EVERY = (WEIGHT_SIZE, GRADIENT_SIZE, *PROBED)


@pytest.fixture(scope="module")
def shot() -> Snapshot:
    network = Network((Dense(4, "tanh"), Dense(3, "relu")))
    session = Session(with_changes(Experiment(), network=network))
    session.advance(epochs=5)
    return session.snapshot(Demand(gradients=True))


def probed(shot: Snapshot, **changes: float) -> Snapshot:
    """The snapshot with other figures in every layer."""
    names = LayerProbe.__dataclass_fields__
    probe = LayerProbe(**{name: changes.get(name, 0) for name in names})  # type: ignore[arg-type]
    return replace(shot, probes=(probe,) * len(shot.layout.slots))


@pytest.mark.parametrize("quantity", EVERY, ids=lambda each: each.title)
def test_a_real_run_has_a_figure_for_every_layer(quantity: Quantity, shot: Snapshot) -> None:
    found = quantity.measure(shot)
    assert found is not None
    assert found.shape == (3, 1 if quantity.shape == "area" else 2)
    assert np.isfinite(found).all()
    low, high = quantity.ends(found[None])
    assert low < high
    for row in found:
        text = quantity.text(row)
        assert 0 < len(text) <= 12
        assert "nan" not in text


def test_activations_are_those_of_the_training_set(shot: Snapshot) -> None:
    found = ACTIVATION.measure(shot)
    outputs = _first_layer(shot)
    assert found is not None
    assert found[0, 0] == pytest.approx(outputs.mean(), abs=1e-4)
    assert found[0, 1] == pytest.approx(outputs.std(), rel=1e-3)


def _first_layer(shot: Snapshot) -> np.ndarray:
    weights, biases = shot.weights(0).astype(np.float64), shot.biases(0).astype(np.float64)
    return np.tanh(weights @ shot.dataset.train_points + biases[:, None])


def test_before_anything_was_measured_there_is_nothing(shot: Snapshot) -> None:
    for quantity in PROBED:
        assert quantity.measure(replace(shot, probes=())) is None
    assert GRADIENT_SIZE.measure(replace(shot, gradient=None)) is None


def test_dead_units_are_told_as_a_share_of_the_layer(shot: Snapshot) -> None:
    found = SATURATED_AND_DEAD.measure(probed(shot, dead_units=1, saturated_share=0.25))
    assert found is not None
    assert found[:, 1].tolist() == [1 / 4, 1 / 3, 1.0]
    assert SATURATED_AND_DEAD.text(found[0]) == "25 % dead"
    assert SATURATED_AND_DEAD.text(np.array([0.31, 0.0])) == "31 %"
    assert SATURATED_AND_DEAD.ends(found) == (0.0, 1.0)


@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 0.5, 1e6])
def test_the_axis_of_updates_always_holds_the_usual_band(ratio: float, shot: Snapshot) -> None:
    found = UPDATE_RATIO.measure(probed(shot, update_ratio=ratio))
    assert found is not None
    low, high = UPDATE_RATIO.ends(found[None])
    assert low <= HEALTHY[0]
    assert HEALTHY[1] <= high
    assert HEALTHY[0] < -3 < HEALTHY[1]


def test_one_wild_moment_does_not_flatten_the_activations() -> None:
    values = np.full((200, 3, 2), 0.5)
    values[0] = 1e6
    low, high = ACTIVATION.ends(values)
    assert (low, high) == (-1.0, 1.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 3.4e38])
@pytest.mark.parametrize("quantity", PROBED, ids=lambda each: each.title)
def test_wild_probes_become_finite_figures(quantity: Quantity, value: float, shot: Snapshot) -> None:
    names = [name for name in LayerProbe.__dataclass_fields__ if name != "dead_units"]
    found = quantity.measure(probed(shot, **dict.fromkeys(names, value)))
    assert found is not None
    assert np.isfinite(found).all()
    assert np.isfinite(quantity.ends(found[None])).all()
    assert "nan" not in quantity.text(found[0])


def test_a_layer_without_gradient_reads_zero() -> None:
    assert GRADIENT_NORM.text(np.array([0.0])) == "0"
