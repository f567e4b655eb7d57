"""The kernels agree with PyTorch in float64: gradients, steps, long trainings, over every combination of choices."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from kernels.plan import codes
from tests.kernels.drawing import ACTIVE, HIDDEN, Network, choice, draw, rule_for
from tests.kernels.mirror import Mirror, pytorch
from tests.kernels.mirror_training import MirrorTraining
from tests.kernels.networks import OPTIMIZERS, Run, error, make, prepare
from tests.reference import KINDS, LOSSES, Chance, Rule

NETWORKS = 550
GRADIENT_WITHIN, NORM_WITHIN = 1e-12, 1e-10
TRAINING_WITHIN = 1e-9
BATCH = 12


@pytest.fixture(autouse=True)
def torch() -> None:
    pytorch()


def limit(net: Network) -> float:
    return NORM_WITHIN if any(layer.kind == "batch_norm" for layer in net.twin.layers) else GRADIENT_WITHIN


def test_every_pair_that_is_promised_occurs() -> None:
    made = [choice(number) for number in range(NETWORKS)]
    assert NETWORKS >= 500
    assert {(each.kind, each.activation) for each in made} >= set(product(ACTIVE, HIDDEN))
    assert {(each.kind, each.loss) for each in made} == set(product(KINDS, LOSSES))
    assert {(each.loss, each.optimizer) for each in made} == set(product(LOSSES, OPTIMIZERS))
    for number in range(0, NETWORKS, 13):
        about, layers = made[number], draw(number).twin.layers
        assert about.kind in [layer.kind for layer in layers]
        assert about.kind not in ACTIVE or (about.kind, about.activation) in [(x.kind, x.activation) for x in layers]


@pytest.mark.parametrize("apart", [7, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_random_networks(kind: str, apart: int) -> None:
    """In evaluation mode from `gradients`; in training mode from a velocity after one step from rest.

    Each kind with one in `apart` losses, the next one with the next ones, so that all are met.
    """
    first = KINDS.index(kind)
    for number in range(first + len(KINDS) * (first % apart), NETWORKS, apart * len(KINDS)):
        net = draw(number)
        run = prepare(net, Rule("momentum", rate=0.0), seed=number, batch=31, tests=0)
        mirror = Mirror(net.twin)
        loss, gradient = run.gradients()
        assert loss == pytest.approx(mirror.loss(run.inputs, run.targets).item(), rel=1e-12)
        assert error(gradient, mirror.slope(run.inputs, run.targets)) <= limit(net), number
        chance = Chance(int(run.counters[codes.NOISE_SEED]), 0)
        expected = mirror.slope(*run.columns(run.next_batch()), chance)
        assert run.train(1) == codes.OK
        assert error(run.slots[0], expected) <= limit(net), number


def both(run: Run, steps: int) -> float:
    """Kernels and PyTorch take the same steps; how far apart they end, measured by how far they went."""
    mirror, started = Mirror(run.twin, run.parameters), run.parameters.copy()
    training = MirrorTraining(mirror, run.rule, -(-run.inputs.shape[1] // BATCH), int(run.counters[codes.NOISE_SEED]))
    for _ in range(steps):
        training.step(*run.columns(run.next_batch()), seen=lambda: run.evaluate()[0])
        assert run.train(1) == codes.OK
    return error(run.parameters - started, mirror.parameters - started)


@pytest.mark.parametrize("apart", [15, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_of_random_networks(optimizer: str, apart: int) -> None:
    """With the penalties, clipping, norms, decay and schedules that belong to each."""
    mine = [number for number in range(NETWORKS) if choice(number).optimizer == optimizer]
    for number in mine[::apart]:
        rule = rule_for(number)
        if choice(number).activation in ("relu", "leaky_relu") or choice(number).loss in ("absolute", "hinge"):
            rule = replace(rule, rate=1e-5)  # near where it was drawn there is no kink
        run = prepare(draw(number), rule, seed=number, batch=BATCH, tests=0)
        assert both(run, 7) <= TRAINING_WITHIN, number


SMOOTH = ("tanh", "sigmoid", "gelu", "silu", "softplus", "sine", "elu", "linear")
LONG = {
    "plain": {},
    "clipped by norm": {"clip_norm": 0.05, "schedule": "cosine", "every": 100, "factor": 0.1},
    "clipped by value": {"clip_value": 0.02, "schedule": "one_cycle", "every": 200},
    "penalties": {"l1": 1e-3, "l2": 0.01, "schedule": "step", "every": 50, "factor": 0.7},
    "decay": {"weight_decay": 0.05, "schedule": "warm_up", "every": 100},
    "exponential": {"schedule": "exponential", "factor": 0.99, "max_norm": 2.0},
}


def long_run(number: int, optimizer: str, extra: str) -> Run:
    """A smooth network and a loss without corners."""
    rule = Rule(optimizer, rate=0.003, decay=0.99, epsilon=1e-5, **LONG[extra])
    loss = ("squared_error", "softmax_cross_entropy", "binary_cross_entropy", "binary_focal", "softmax_focal")[
        number % 5
    ]
    activation = SMOOTH[number % len(SMOOTH)]
    if optimizer == "lion":  # its steps are signs: what is nearly 0 is anybody's choice, so no sums that cancel
        return make(
            number, (3, 4, 1), "tanh", "binary_cross_entropy", replace(rule, l1=0.0), batch=BATCH, samples=31, tests=0
        )
    kind = ("dense", "layer_norm", "residual", "conv2d", "scaling", "dropout", "batch_norm")[number % 7]
    return prepare(draw(number, kind=kind, loss=loss, activation=activation), rule, seed=number, batch=BATCH, tests=0)


def the_long_way(number: int, optimizer: str, extra: str, steps: int = 1000) -> None:
    assert both(long_run(number, optimizer, extra), steps) <= TRAINING_WITHIN


@pytest.mark.parametrize("steps", [25, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.parametrize(("number", "optimizer"), list(enumerate(OPTIMIZERS)))
def test_many_steps(number: int, optimizer: str, steps: int) -> None:
    the_long_way(number, optimizer, list(LONG)[number % len(LONG)], steps)


@pytest.mark.long
@pytest.mark.parametrize("extra", LONG)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_thousand_steps_with_everything(optimizer: str, extra: str) -> None:
    the_long_way(OPTIMIZERS.index(optimizer) + 10 * list(LONG).index(extra), optimizer, extra)


def test_rmsprop_with_momentum() -> None:
    run = make(7, (3, 7, 5), "tanh", "softmax_cross_entropy", Rule("rmsprop", 0.01), batch=BATCH, samples=31)
    run.hyperparameters[codes.MOMENTUM] = 0.8
    mirror, started = Mirror(run.twin, run.parameters), run.parameters.copy()
    training = MirrorTraining(mirror, run.rule, 3)
    for group in training.optimizer.param_groups:
        group["momentum"] = 0.8
    for _ in range(12):
        training.step(*run.columns(run.next_batch()))
        assert run.train(1) == codes.OK
    assert error(run.parameters - started, mirror.parameters - started) <= TRAINING_WITHIN


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
def test_the_slope_at_a_corner(activation: str) -> None:
    """At z = 0 nothing but convention decides; ours is PyTorch's."""
    run = make(3, (2, 4, 1), activation, "squared_error")
    run.parameters[:12] = 0
    mirror = Mirror(run.twin, run.parameters)
    assert error(run.gradients()[1], mirror.slope(run.inputs, run.targets)) <= GRADIENT_WITHIN


def test_a_window_of_equal_pixels() -> None:
    net = draw(0, kind="max_pool2d", loss="squared_error")
    run = prepare(net, tests=0)
    run.inputs[:] = np.round(run.inputs)
    mirror = Mirror(run.twin)
    weights = next(iter(run.twin.parts(run.parameters)))[0]
    weights[:] = np.round(weights)
    mirror.fill(run.parameters)
    assert error(run.gradients()[1], mirror.slope(run.inputs, run.targets)) <= GRADIENT_WITHIN
