"""The slow twin is right: it agrees with PyTorch, with differences of its own loss, and with published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kernels.drawing import Network, draw
from tests.kernels.mirror import Mirror, pytorch
from tests.kernels.mirror_training import MirrorTraining
from tests.reference import (
    KINDS,
    OPTIMIZERS,
    SCHEDULES,
    Chance,
    Rule,
    Training,
    Twin,
    normals,
    philox,
    share,
    stack,
    uniforms,
)
from tests.seeds import pairs

WITHIN = 1e-12


def error(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected)) / max(float(np.linalg.norm(expected)), 1e-300)


@pytest.mark.parametrize("apart", [3, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_and_running_statistics_are_pytorchs(kind: str, apart: int) -> None:
    """Each kind with one in `apart` losses, the next one with the next ones, so that all are met."""
    first = KINDS.index(kind)
    for number in range(first + len(KINDS) * (first % apart), 220, apart * len(KINDS)):
        net = draw(number)
        for chance in (None, Chance(7, 3)):
            mirror = Mirror(net.twin)
            gradient, after = net.twin.learn(net.inputs, net.targets, chance)
            assert error(gradient, mirror.slope(net.inputs, net.targets, chance)) <= 100 * WITHIN
            assert error(after, mirror.parameters) <= WITHIN


@pytest.mark.parametrize("apart", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("loss", ["binary_focal", "softmax_focal", "hinge", "huber", "naive_softmax_cross_entropy"])
def test_a_gradient_is_the_slope_of_the_loss(loss: str, apart: int) -> None:
    """By central differences: of the losses that PyTorch does not have as such, and of some that it has."""
    net = draw(3, loss=loss, kind="layer_norm", activation="tanh")
    twin, found = net.twin, np.empty(net.twin.parameters.size)
    started = twin.parameters.copy()
    some = np.arange(0, found.size, apart)
    for index in some:
        ends = []
        for way in (1e-6, -1e-6):
            twin.parameters = started.copy()
            twin.parameters[index] += way
            ends.append(twin.loss(net.inputs, net.targets))
        found[index] = (ends[0] - ends[1]) / 2e-6
    twin.parameters = started
    assert error(found[some], twin.gradient(net.inputs, net.targets)[some]) <= 1e-6


def test_label_smoothing_and_class_weights_are_pytorchs() -> None:
    """Smoothing is in the targets, class weights in their last row; PyTorch has arguments for both."""
    torch = pytorch()
    net = draw(0, loss="softmax_cross_entropy", kind="dense", activation="tanh")
    classes, count = net.targets.shape[0] - 1, net.targets.shape[1]
    right = np.arange(count) % classes
    hot = np.eye(classes)[right].T
    logits = net.twin.forward(net.inputs)[0][-1]
    z, wanted = torch.tensor(logits.T.copy()), torch.tensor(right)
    smooth = np.vstack([0.9 * hot + 0.1 / classes, np.ones(count)])
    expected = torch.nn.functional.cross_entropy(z, wanted, label_smoothing=0.1).item()
    assert net.twin.loss(net.inputs, smooth) == pytest.approx(expected, rel=WITHIN)
    weights = np.arange(1.0, classes + 1)
    weighted = np.vstack([hot, weights[right] / weights[right].mean()])
    expected = torch.nn.functional.cross_entropy(z, wanted, weight=torch.tensor(weights)).item()
    assert net.twin.loss(net.inputs, weighted) == pytest.approx(expected, rel=WITHIN)


def test_naive_losses_are_the_stable_ones_where_nothing_overflows() -> None:
    for name in ("binary_cross_entropy", "softmax_cross_entropy"):
        net = draw(1, loss=name, kind="dense", activation="tanh")
        naive = Twin(net.twin.layers, net.twin.parameters, f"naive_{name}")
        assert naive.loss(net.inputs, net.targets) == pytest.approx(net.twin.loss(net.inputs, net.targets), rel=1e-12)
        assert error(*(each.gradient(net.inputs, net.targets) for each in (naive, net.twin))) <= 1e-12


CHANGES = {
    "plain": {},
    "penalties": {"l1": 0.003, "l2": 0.02},
    "clipped by norm": {"clip_norm": 0.1},
    "clipped by value": {"clip_value": 0.01},
    "clipped by both": {"clip_value": 0.02, "clip_norm": 0.05},
    "short weights": {"max_norm": 0.8},
    "decay": {"weight_decay": 0.1},
}

DECAYING = [("adamw", "decay"), ("lion", "decay")]
"""Only these two let weights decay."""


def follow(net: Network, rule: Rule, steps: int) -> Training:
    """The twin and PyTorch take the same steps and arrive at the same place."""
    batch = 7
    data = net.inputs, net.targets
    training = Training(net.twin, rule, data, (net.inputs[:, :0], net.targets[:, :0]), batch, seed=5)
    mirror = Mirror(net.twin)
    other = MirrorTraining(mirror, rule, training.per_epoch, seed=5)
    for step in range(steps):
        start = step % training.per_epoch * batch
        columns = np.arange(start, min(start + batch, training.samples))
        mine = net.inputs[:, columns], net.targets[:, columns]
        if rule.schedule != "reduce_on_plateau":
            assert other.optimizer.param_groups[0]["lr"] == pytest.approx(training.rate, rel=1e-9, abs=1e-18)
        training.step(*mine)
        other.step(*mine, seen=lambda: training.twin.loss(*data))
    moved = error(training.parameters - net.twin.parameters, mirror.parameters - net.twin.parameters)
    assert moved <= 1e-9
    return training


@pytest.mark.parametrize(("optimizer", "changes"), pairs(list(OPTIMIZERS), list(CHANGES), 5, DECAYING))
def test_steps_are_pytorchs(optimizer: str, changes: str) -> None:
    rule = Rule(optimizer, rate=0.01, decay=0.95, epsilon=1e-6, **CHANGES[changes])
    number = list(OPTIMIZERS).index(optimizer)
    training = follow(draw(number, activation="tanh", loss="softmax_cross_entropy"), rule, 25)
    assert (training.clipped > 0) == ("clip" in changes)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_are_pytorchs(schedule: str) -> None:
    rule = Rule(rate=0.3, schedule=schedule, every=4, factor=0.4, plateau_delta=0.2, monitor="train_loss")
    training = follow(draw(2, kind="dense", activation="tanh", loss="squared_error"), rule, 60)
    reached = share(rule, training.epoch, 60, training.per_epoch, training.watch.plateau_rate)
    assert (reached == 1) == (schedule in ("constant", "warm_up"))


def test_a_frozen_layer_stays_and_the_others_go_on() -> None:
    layers = stack(
        4, [("dense", {"units": 5, "frozen": True}), ("batch_norm", {"frozen": True}), ("dense", {"units": 1})]
    )
    net = draw(4, layers=layers, loss="squared_error")
    training = follow(net, Rule("adam", l2=0.1, clip_norm=0.1, max_norm=0.5), 10)
    marks = training.trained()
    assert (training.parameters[:25] == net.twin.parameters[:25]).all()
    assert not marks[: layers[0].size + layers[1].size].any()
    assert (training.parameters[marks] != net.twin.parameters[marks]).all()


def test_philox_gives_the_published_numbers() -> None:
    """Random123's kat_vectors: philox2x32 10."""
    assert [int(word) for word in philox(0, 0, 0)] == [0xFF1DAE59, 0x6CD10DF2]
    assert [int(word) for word in philox(*[0xFFFFFFFF] * 3)] == [0x2C3F628B, 0xAB4FD7AD]
    assert [int(word) for word in philox(0x243F6A88, 0x85A308D3, 0x13198A2E)] == [0xDD7CE038, 0xF62A4C12]


def test_chance_is_uniform_and_normal_and_new_at_every_step() -> None:
    first, second = Chance(1, 2).words(range(100), 1000)
    even, bell = uniforms(first), normals(first, second)
    assert abs(even.mean() - 0.5) < 0.004
    assert abs(even.var() - 1 / 12) < 0.001
    assert abs(bell.mean()) < 0.013
    assert abs(bell.var() - 1) < 0.02
    assert abs((bell**4).mean() - 3) < 0.15
    for step in (3, 2 + 2**15, 2 + 2**16):
        assert (Chance(1, step).words(range(100), 1000)[0] == first).mean() < 1e-3
