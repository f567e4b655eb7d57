"""Difficulties that lessons are about come as the literature says they do, and so do their cures: 5 seeds each, or 20.

The set-ups and figures come from the study behind the lessons, which has circles of radii 1 and 0.5 (Gaussian noise
0.1), 200 training points and batches of 20. Ours is a disc of radius 2.5 in a ring of 3.5 to 5; scaled to ±1
(`min_max`) it is a disc of 0.5 in a ring of 0.7 to 1, which is as near as the data sets here come. Every seed has
points, weights and order of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Layer
from playground.experiment.network import Network
from playground.run.session import Session
from playground.run.snapshot import LayerProbe

many = pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.long)])
BATCH = 20
CIRCLES = with_changes(
    Experiment(),
    data__source__name="circles",
    data__source__samples=2_000,
    data__train_share=0.1,
    data__scaling="min_max",
    training__loss="binary_cross_entropy",
    training__learning_rate=0.1,
    training__batch_size=BATCH,
)


def sessions(count: int, *layers: Layer, base: Experiment = CIRCLES, **training: Any) -> Iterator[Session]:
    """A fresh session for every seed."""
    changes = {f"training__{name}": value for name, value in training.items()}
    for seed in range(count):
        yield Session(with_changes(base, seed=seed, network=Network(layers), **changes))


def trained(count: int, *layers: Layer, epochs: int = 100, **settings: Any) -> list[Session]:
    found = list(sessions(count, *layers, **settings))
    for session in found:
        session.advance(epochs=epochs)
    return found


def accuracies(found: list[Session]) -> list[float]:
    """On 1,800 test points."""
    every = [session.metrics().test_accuracy for session in found]
    return [each for each in every if each is not None]


def probes(session: Session) -> tuple[LayerProbe, ...]:
    return session.snapshot().probes


# -- vanishing gradients ----------------------------------------------------------------------------------------------


@many
def test_eight_sigmoid_layers_stay_at_chance_and_relu_with_he_cures_every_one(count: int) -> None:
    stuck = trained(count, *[Dense(8, "sigmoid")] * 8, initializer="xavier_uniform")
    assert len(accuracies(stuck)) == count
    assert all(0.49 <= each <= 0.51 for each in accuracies(stuck))
    ratios = [probes(each)[0].gradient_norm / probes(each)[-1].gradient_norm for each in stuck]
    assert max(ratios) < 1e-4, "almost nothing of the gradient arrives at the first layer"
    cured = trained(count, *[Dense(8, "relu")] * 8, initializer="he_normal")
    assert min(accuracies(cured)) >= 0.95
    assert len(cured) == count


@many
@pytest.mark.parametrize(("depth", "low", "high"), [(1, 0.1, 1.0), (3, 2e-3, 5e-2), (6, 2e-5, 1e-3), (10, 1e-8, 1e-5)])
def test_the_gradient_shrinks_with_every_sigmoid_layer(depth: int, low: float, high: float, count: int) -> None:
    """The study's medians of first to last layer: 0.28, 8.5e-3, 1.4e-4 and 3e-7."""
    found = trained(count, *[Dense(8, "sigmoid")] * depth, epochs=20)
    ratios = [probes(each)[0].gradient_norm / probes(each)[-1].gradient_norm for each in found]
    assert low < np.median(ratios) < high


# -- numbers that break down ------------------------------------------------------------------------------------------


def with_large_head(count: int, numerics: str, factor: float, precision: str = "float32") -> list[Session]:
    """Sixteen ReLU units and a soft-max whose initial weights are `factor` times too large, trained for 50 epochs."""
    settings: dict[str, Any] = {"loss": "softmax_cross_entropy", "initializer": "he_normal", "precision": precision}
    found = list(sessions(count, Dense(16, "relu"), numerics=numerics, **settings))
    for session in found:
        head = session.layout.slots[-1]
        for place, weight in enumerate(session.layout.weights(session.state.parameters, 1).ravel().tolist()):
            session.set_parameter(head.weights + place, factor * weight)
        session.advance(epochs=50)
    return found


@many
def test_the_naive_soft_max_breaks_down_where_the_stable_one_trains(count: int) -> None:
    for session in with_large_head(count, "naive", 100.0):
        broken = session.divergence
        assert broken is not None
        assert (broken.step, broken.epoch) == (1, 0)
        assert broken.sample in session.state.order[:BATCH]
        assert np.isfinite(session.state.parameters).all()
    stable = with_large_head(count, "stable", 100.0)
    assert not any(session.divergence for session in stable)
    assert min(accuracies(stable)) > 0.75
    assert np.median(accuracies(stable)) > 0.95


@many
def test_the_naive_soft_max_holds_longer_in_double_precision_and_with_weights_of_a_usual_size(count: int) -> None:
    assert (
        sum(session.divergence is not None for session in with_large_head(count, "naive", 100.0, "float64"))
        <= count // 5
    )
    usual = with_large_head(count, "naive", 1.0)
    assert not any(session.divergence for session in usual)
    assert min(accuracies(usual)) > 0.95


# -- a learning rate that is too high ---------------------------------------------------------------------------------

PLANE = with_changes(Experiment(), data__source__name="plane", data__source__samples=400, training__batch_size=BATCH)


@many
def test_a_learning_rate_that_is_too_high_diverges_and_is_named(count: int) -> None:
    shape: dict[str, Any] = {"base": PLANE, "initializer": "he_normal"}
    named = 0
    for session in trained(count, Dense(16, "leaky_relu"), learning_rate=1.0, **shape):
        broken, start = session.divergence, session.state.position
        assert broken is not None
        assert broken.step == session.state.step + 1 < 20
        assert f"step {broken.step} (epoch 0) in {session.layout.layer_name(broken.layer)}" in str(broken)
        assert np.isfinite(session.state.parameters).all()
        if broken.sample is not None:  # none where every sample's numbers are finite and only their sum is not
            assert broken.sample in session.state.order[start : start + BATCH], "a sample of the batch that broke it"
            assert str(broken).endswith(f"at training sample {broken.sample}.")
            named += 1
    assert named >= 0.75 * count
    lower = trained(count, Dense(16, "leaky_relu"), learning_rate=0.01, **shape)
    assert not any(session.divergence for session in lower)
    assert max(session.metrics().train_loss for session in lower) < 0.01


# -- dead units -------------------------------------------------------------------------------------------------------


def silent_units(session: Session) -> list[int]:
    """By hand: in each hidden layer, how many ReLU units are 0 on every training point."""
    low, high = (getattr(np, end)(session.dataset.train_points, axis=1, keepdims=True) for end in ("min", "max"))
    values = (session.dataset.train_points - (low + high) / 2) / ((high - low) / 2)
    found = []
    for layer in range(len(session.layout.slots) - 1):
        weights = session.layout.weights(session.state.parameters, layer)
        values = np.maximum(weights @ values + session.layout.biases(session.state.parameters, layer)[:, None], 0.0)
        found.append(int((values == 0.0).all(axis=1).sum()))
    return found


@many
@pytest.mark.parametrize(("bias", "all_dead"), [(-2.0, True), (0.0, False)])
def test_relu_units_that_begin_with_a_bias_of_minus_two_are_dead(bias: float, all_dead: bool, count: int) -> None:
    found = trained(count, *[Dense(16, "relu")] * 2, initializer="he_normal", initial_bias=bias)
    counted = [[probe.dead_units for probe in probes(session)[:-1]] for session in found]
    assert counted == [silent_units(session) for session in found]
    assert sum(second == 16 for _, second in counted) == (count if all_dead else 0)
    right = accuracies(found)
    assert max(right) < 0.51 if all_dead else min(right) > 0.95


# -- L1 without dead weights ------------------------------------------------------------------------------------------


@many
def test_a_weight_that_l1_has_driven_through_zero_can_come_back(count: int) -> None:
    """TensorFlow Playground sets a weight that crosses 0 to 0 for ever, so such a network would not learn again."""
    free = with_changes(CIRCLES, data__scaling="none")
    for session in sessions(count, Dense(6), base=free, l1=0.1):
        weights = np.concatenate([np.arange(slot.weights, slot.biases) for slot in session.layout.slots])
        signs = np.sign(session.state.parameters[weights])
        session.advance(epochs=100)
        held = session.state.parameters[weights].copy()
        crossed = np.sign(held) != signs
        assert np.abs(held).max() < 0.02, "nothing is left of any weight"
        assert crossed.sum() >= 3
        session.apply(with_changes(session.experiment, training__l1=0.0))
        session.advance(epochs=300)
        back = np.abs(session.state.parameters[weights])
        assert np.median(back[crossed]) > 0.2
        assert accuracies([session])[0] > 0.95
