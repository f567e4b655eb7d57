"""Random networks of every kind of layer, with data, each as a slow twin.

Owns how they are drawn; knows nothing of kernels. A number decides everything; kind, activation, loss and optimizer
follow it in such a way that 550 numbers in a row meet every pair that the tests promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.reference import ACTIVATIONS, KINDS, KINKED, LOSSES, OPTIMIZERS, Layer, Rule, Twin, stack

Array = np.ndarray[Any, np.dtype[Any]]
Specs = list[tuple[str, dict[str, Any]]]

HEADS = {
    "squared_error": "tanh", "huber": "linear", "absolute": "linear", "hinge": "linear",
    "binary_cross_entropy": "sigmoid", "binary_focal": "sigmoid", "naive_binary_cross_entropy": "sigmoid",
    "softmax_cross_entropy": "softmax", "softmax_focal": "softmax", "naive_softmax_cross_entropy": "softmax",
}  # fmt: skip
NUMBERS = {"huber": 0.7, "binary_focal": 2.0, "softmax_focal": 2.0}
"""What a loss's number is unless a test says otherwise."""

MARGIN = 3e-6
"""No unit of a network with kinks lies so close to one that float32 might take the other side."""

HIDDEN = tuple(ACTIVATIONS)
ACTIVE = ("dense", "scaling", "batch_norm", "layer_norm", "residual", "conv2d")
"""Kinds that have an activation."""


@dataclass(frozen=True)
class Choice:
    """What a numbered network is about."""

    kind: str
    activation: str
    loss: str
    optimizer: str


@dataclass(frozen=True)
class Network:
    """A drawn network with as many samples as it was asked for."""

    twin: Twin
    inputs: Array
    targets: Array


def choice(number: int) -> Choice:
    """Every kind with every loss in 110 numbers, with every activation in 550, every loss with every optimizer too."""
    kind, turn = KINDS[number % len(KINDS)], number // len(KINDS)
    loss = tuple(LOSSES)[turn % len(LOSSES)]
    activation = HIDDEN[(turn + turn // len(HIDDEN)) % len(HIDDEN)]
    return Choice(kind, activation, loss, tuple(OPTIMIZERS)[(number + turn) % len(OPTIMIZERS)])


def outputs_of(loss: str, chance: np.random.Generator) -> int:
    """One unit for two classes, otherwise some."""
    if "binary" in loss:
        return 1
    return int(chance.integers(2, 6)) if "softmax" in loss else int(chance.integers(1, 5))


def _image_specs(kind: str, activation: str, chance: np.random.Generator) -> tuple[tuple[int, int, int], Specs]:
    """A small image, and layers with one of the kind among them."""
    size = int(chance.integers(5, 8))
    padding, kernel = int(chance.integers(0, 2)), int(chance.integers(1, 4))
    first: Specs = [("conv2d", {"filters": int(chance.integers(1, 4)), "kernel": 2, "activation": "tanh"})]
    conv = ("conv2d", {"filters": int(chance.integers(1, 4)), "kernel": kernel, "padding": padding})
    middle: dict[str, Specs] = {
        "conv2d": [conv],
        "max_pool2d": [("max_pool2d", {"kernel": 2})],
        "average_pool2d": [("average_pool2d", {"kernel": int(chance.integers(2, 4))})],
        "flatten": [("flatten", {})],
    }
    specs = first + middle.get(kind, [(kind, {})])
    if kind in ACTIVE:
        specs[-1][1]["activation"] = activation
    return (int(chance.integers(1, 3)), size, size), specs


def _flat_specs(kind: str, activation: str, chance: np.random.Generator) -> tuple[int, Specs]:
    """A few dense layers, one of the kind among them."""
    widths = chance.choice((2, 3, 5, 7, 8, 11, 17), 3)
    specs: Specs = [("dense", {"units": int(width), "activation": "tanh"}) for width in widths[1:]]
    own: dict[str, Any] = {"activation": activation} if kind in ACTIVE else {}
    if kind == "dense":
        own["units"] = int(widths[0])
    if kind == "residual":
        own["source"] = int(chance.integers(-1, 1))
    if kind in ("dropout", "gaussian_noise"):
        own["rate"] = float(chance.choice((0.1, 0.5)))
    specs.insert(1 + int(chance.integers(0, 2)), (kind, own))
    return int(widths[0]), specs


def _specs(kind: str, activation: str, chance: np.random.Generator) -> tuple[Any, Specs]:
    pictures = kind in ("conv2d", "max_pool2d", "average_pool2d", "flatten")
    norms = kind in ("batch_norm", "scaling", "layer_norm", "residual", "dropout")
    if pictures or (norms and chance.random() < 0.3):
        return _image_specs(kind, activation, chance)
    return _flat_specs(kind, activation, chance)


def drawn(layer: Layer, chance: np.random.Generator) -> Array:
    """Parameters of a layer: weights of the size that keeps signals alive, positive variances."""
    shape = layer.weight_shape
    weights = chance.standard_normal(layer.weight_count) / np.sqrt(max(1, int(np.prod(shape[1:]))))
    if len(shape) == 1:
        weights = 1 + 0.3 * weights
    statistics = np.empty((0,))
    if layer.statistic_count:
        means, variances = 0.3 * chance.standard_normal(shape[0]), chance.uniform(0.3, 2, shape[0])
        statistics = np.concatenate([means, variances])
    return np.concatenate([weights, 0.3 * chance.standard_normal(layer.bias_count), statistics])


def targets_for(
    outputs: int, count: int, loss: str, classify: bool, chance: np.random.Generator, weighted: bool = False
) -> Array:
    """(outputs + 1, count): what the loss wants, and the samples' weights."""
    weights = chance.uniform(0.2, 2, (1, count)) if weighted else np.ones((1, count))
    if not classify:
        return np.vstack([chance.standard_normal((outputs, count)), weights])
    if outputs == 1 and "softmax" not in loss:
        right = chance.integers(0, 2, (1, count)).astype(float)
    else:
        right = np.eye(outputs)[chance.integers(0, outputs, count)].T
    return np.vstack([2 * right - 1 if loss in ("squared_error", "hinge") else right, weights])


def clear_of_kinks(twin: Twin, inputs: Array, targets: Array, margin: float = MARGIN) -> bool:
    """Whether rounding cannot move a unit, an error or a margin to the other side of a corner."""
    sums, values = twin.forward(inputs)
    gaps = [np.abs(z) for z, layer in zip(sums, twin.layers, strict=True) if layer.activation in KINKED]
    distance = values[-1] - targets[:-1]
    if twin.loss_name in ("absolute", "huber"):
        gap = np.abs(distance if twin.loss_name == "absolute" else np.abs(distance) - twin.number)
        gaps.append(gap[gap > 0])  # exactly at the corner the convention decides, and rounding nothing
    if twin.loss_name == "hinge":
        gaps.append(np.abs(1 - targets[:-1] * values[-1]))
    gaps += list(_pool_gaps(twin, [inputs, *values]))
    return min((float(gap.min(initial=1.0)) for gap in gaps), default=1.0) > margin


def _pool_gaps(twin: Twin, values: list[Array]) -> Iterator[Array]:
    """By how much the largest number of a window exceeds the next one; exact ties are nobody's choice."""
    from tests.reference import images

    for layer, below in zip(twin.layers, values, strict=False):
        if layer.kind == "max_pool2d" and layer.kernel > 1:
            shaped = below.reshape(layer.channels, layer.height, layer.width, -1)
            ordered = np.sort(images.windows(shaped.astype(float), layer.kernel), axis=3)
            gap = ordered[:, :, :, -1] - ordered[:, :, :, -2]
            yield gap[gap > 0]


def draw(
    number: int,
    *,
    kind: str | None = None,
    activation: str | None = None,
    loss: str | None = None,
    layers: list[Layer] | None = None,
    samples: int = 31,
) -> Network:
    """The numbered network. With `layers` given, those; the last of them must be dense and becomes the head."""
    chance, about = np.random.default_rng(number), choice(number)
    loss, kind = loss or about.loss, kind or about.kind
    for _ in range(200):
        outputs = layers[-1].outputs if layers else outputs_of(loss, chance)
        head = "linear" if loss == "squared_error" and number % 2 else HEADS[loss]
        made = _headed(layers, kind, activation or about.activation, outputs, head, chance)
        parameters = np.concatenate([drawn(layer, chance) for layer in made])
        classify = head != "linear" or loss == "hinge"
        inputs = chance.standard_normal((made[0].inputs, samples))
        targets = targets_for(outputs, samples, loss, classify, chance, weighted=number % 3 == 0)
        twin = Twin(made, parameters, loss, NUMBERS.get(loss, 1.0))
        if clear_of_kinks(twin, inputs, targets):
            return Network(twin, inputs, targets)
    raise AssertionError(f"network {number} always has a unit on a kink")


def _headed(
    layers: list[Layer] | None, kind: str, activation: str, outputs: int, head: str, chance: np.random.Generator
) -> list[Layer]:
    if layers:
        last = layers[-1]
        return [*layers[:-1], Layer(last.inputs, last.outputs, head, frozen=last.frozen)]
    shape, specs = _specs(kind, activation, chance)
    return stack(shape, [*specs, ("dense", {"units": outputs, "activation": head})])


def rule_for(number: int) -> Rule:
    """Rates, penalties, clipping, decay and a schedule that belong to a numbered network."""
    chance = np.random.default_rng([number, 1])
    pick = {
        "momentum": (0.5, 0.9), "decay": (0.9, 0.99, 0.999), "epsilon": (1e-8, 1e-6), "l1": (0, 0, 0.01),
        "l2": (0, 0, 0.1), "clip_norm": (0, 0, 0.05, 1.0), "clip_value": (0, 0, 0.03), "max_norm": (0, 0, 0.9),
        "weight_decay": (0, 0.05), "factor": (0.5, 0.9), "every": (2, 5),
    }  # fmt: skip
    drawn_numbers = {name: float(chance.choice(values)) for name, values in pick.items()}
    schedule = str(chance.choice(("constant", "step", "exponential", "cosine", "one_cycle", "warm_up")))
    rate = float(10 ** chance.uniform(-4, -1.5))
    return Rule(choice(number).optimizer, rate=rate, schedule=schedule, **drawn_numbers)
