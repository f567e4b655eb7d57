"""Products of the Hessian with vectors: against the twin's differences and the whole Hessians of PyTorch's autograd."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

import kernels
from kernels.plan.memory import tangents
from tests.cases import cases
from tests.kernels.drawing import HEADS, HIDDEN, NUMBERS, Network, choice, draw, drawn, targets_for
from tests.kernels.mirror import Mirror, pytorch
from tests.kernels.networks import Run, error, make, prepare
from tests.reference import ACTIVATIONS, KINDS, LOSSES, Layer, Twin
from tests.reference.curvature import hessian_product
from tests.seeds import pairs

Array = np.ndarray[Any, np.dtype[Any]]

WITHIN = 1e-10
"""Of a Hessian's largest entries, against autograd."""

MANY = range(330)
"""Numbers in which every kind meets every loss three times and every activation some thirty networks."""

FEW = (0, 26, 52, 78, 104, 130, 156, 208, 234, 248, 260, 286, 312)
"""Every kind of layer, and none of the networks whose many parameters take a second."""


def products(run: Run, points: Array, vectors: Array) -> Array:
    found = np.full_like(vectors, 7.0)
    kernels.hessian_products(
        run.settings, run.hyperparameters, run.samples, points, vectors, found, run.space, tangents(run.space)
    )
    return found


def hessian(run: Run) -> Array:
    """All of it, a column a product."""
    return products(run, run.parameters[None], np.eye(run.parameters.size)[None])[0]


def autograd(run: Run) -> Array:
    """The whole Hessian by PyTorch, 0 where nothing is trained."""
    torch, mirror = pytorch(), Mirror(run.twin, run.parameters)
    every = mirror.all_tensors()
    learned = [each for each in every if each.requires_grad]
    slopes = torch.autograd.grad(mirror.loss(run.inputs, run.targets), learned, create_graph=True, allow_unused=True)
    lines: list[Array] = []

    def flat(found: dict[int, Any]) -> Array:
        return np.concatenate([
            (found[id(each)].numpy() if found.get(id(each)) is not None else np.zeros(each.shape)).ravel()
            for each in every
        ])  # fmt: skip

    given = dict(zip(map(id, learned), slopes, strict=True))
    for each in every:
        slope = given.get(id(each))
        for place in range(each.numel()):
            if slope is None or not slope.requires_grad:
                lines.append(np.zeros(run.parameters.size))
                continue
            bends = torch.autograd.grad(slope.reshape(-1)[place], learned, retain_graph=True, allow_unused=True)
            lines.append(flat(dict(zip(map(id, learned), bends, strict=True))))
    return np.array(lines)


def compared(number: int) -> tuple[Run, float]:
    """A numbered network, and how far its Hessian is from PyTorch's, relative to the norm."""
    run = prepare(draw(number), seed=number, tests=0)
    found, expected = hessian(run), autograd(run)
    size = max(float(np.linalg.norm(expected)), 1e-12)
    return run, float(np.linalg.norm(found - expected)) / size


@pytest.mark.parametrize("number", FEW)
def test_the_hessian_is_that_of_autograd(number: int) -> None:
    _, distance = compared(number)
    assert distance <= WITHIN


@pytest.mark.long
def test_every_layer_activation_and_loss_bends_as_autograd_says(capsys: pytest.CaptureFixture[str]) -> None:
    worst: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number in MANY:
        about = choice(number)
        run, distance = compared(number)
        assert distance <= WITHIN, (number, about)
        for layer in run.twin.layers:
            worst["layer", layer.kind].append(distance)
            worst["activation", layer.activation].append(distance)
        worst["loss", run.twin.loss_name].append(distance)
    assert {name for what, name in worst if what == "layer"} == set(KINDS)
    assert {name for what, name in worst if what == "loss"} == set(LOSSES)
    assert {name for what, name in worst if what == "activation"} >= set(ACTIVATIONS)
    with capsys.disabled():
        for (what, name), each in sorted(worst.items()):
            print(f"\n{what:10} {name:30} {len(each):4} networks, largest distance {max(each):.1e}", end="")


@cases("number", range(5, 330, 23))
def test_the_twin_says_the_same(number: int) -> None:
    run = prepare(draw(number), seed=number, tests=0)
    vector = np.random.default_rng(number).standard_normal(run.parameters.size)
    found = products(run, run.parameters[None], vector[None, None])[0, 0]
    moved = run.training().trained()
    expected = hessian_product(run.twin, run.inputs, run.targets, vector, moved)
    slope = float(np.linalg.norm(run.gradients()[1])) + 1.0
    assert float(np.linalg.norm(found - expected)) <= 1e-6 * (float(np.linalg.norm(expected)) + slope)


@pytest.mark.parametrize(("activation", "loss"), pairs(HIDDEN, list(LOSSES), 6))
def test_on_a_corner_the_convention_is_autograds(activation: str, loss: str) -> None:
    """Zero parameters everywhere but in the first weights: sums of exactly 0, ties and differences of exactly 0."""
    pytorch()
    outputs = 1 if "binary" in loss else 3
    layers = [Layer(2, 3, activation), Layer(3, 4, activation), Layer(4, outputs, HEADS[loss])]
    chance = np.random.default_rng(3)
    parameters = np.concatenate([drawn(layer, chance) for layer in layers])
    parameters[6:] = 0.0
    inputs, targets = chance.standard_normal((2, 23)), targets_for(outputs, 23, loss, loss != "absolute", chance)
    if loss == "absolute":
        targets[:-1] = 0.0
    twin = Twin(layers, parameters, loss, NUMBERS.get(loss, 1.0))
    run = prepare(Network(twin, inputs, targets), tests=0)
    expected = autograd(run)
    assert np.abs(hessian(run) - expected).max() <= 1e-12 * max(1.0, float(np.abs(expected).max()))


@pytest.mark.parametrize("activation", HIDDEN)
def test_a_sample_at_the_origin_of_a_fresh_network_bends_as_autograd_says(activation: str) -> None:
    """All its sums are exactly 0 and yet matter to the loss: ELU's slope has its corner there."""
    pytorch()
    layers = [Layer(2, 5, activation), Layer(5, 4, activation), Layer(4, 1, HEADS["binary_cross_entropy"])]
    chance = np.random.default_rng(4)
    twin = Twin(layers, np.concatenate([drawn(layer, chance) for layer in layers]), "binary_cross_entropy")
    for start, count in ((10, 5), (35, 4), (43, 1)):
        twin.parameters[start : start + count] = 0.0
    inputs, targets = chance.standard_normal((2, 9)), targets_for(1, 9, "binary_cross_entropy", False, chance)
    inputs[:, 0] = 0.0
    run = prepare(Network(twin, inputs, targets), tests=0)
    expected = autograd(run)
    assert np.abs(hessian(run) - expected).max() <= 1e-12 * max(1.0, float(np.abs(expected).max()))


def test_many_vectors_at_many_points_are_many_calls() -> None:
    run = make(1, (3, 5, 4, 2), "relu", samples=150)
    chance = np.random.default_rng(0)
    points = run.parameters + 0.1 * chance.standard_normal((4, run.parameters.size))
    vectors = chance.standard_normal((4, 3, run.parameters.size))
    together = products(run, points, vectors)
    for k in range(4):
        for v in range(3):
            one = products(run, points[k : k + 1], vectors[k : k + 1, v : v + 1])
            assert one.tobytes() == together[k : k + 1, v : v + 1].tobytes()


def test_what_is_frozen_neither_moves_nor_bends() -> None:
    layers = [Layer(2, 4, "tanh", frozen=True), Layer(4, 3, "gelu"), Layer(3, 1, "tanh")]
    chance = np.random.default_rng(5)
    parameters = np.concatenate([drawn(layer, chance) for layer in layers])
    net = Network(Twin(layers, parameters, "squared_error"), chance.standard_normal((2, 40)), np.ones((2, 40)))
    run = prepare(net, tests=0)
    whole = autograd(run)
    whole[:12] = whole[:, :12] = 0.0
    assert np.linalg.norm(hessian(run) - whole) <= WITHIN * np.linalg.norm(whole)


def test_looking_moves_nothing() -> None:
    run = make(2, (2, 8, 8, 1), "tanh")
    before = run.content()
    assert hessian(run).any()
    assert run.content() == before


@pytest.mark.long  # the program asks in double precision only, so nothing else compiles these for single precision
def test_single_precision_is_near() -> None:
    double, single = (make(2, (2, 8, 8, 1), "tanh", dtype=dtype) for dtype in (np.float64, np.float32))
    vector = np.random.default_rng(1).standard_normal((1, 1, single.parameters.size))
    near = products(single, single.parameters[None], vector.astype(np.float32))
    assert error(near, products(double, single.parameters[None].astype(float), vector)) < 1e-4
