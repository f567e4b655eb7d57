"""Losses of each sample and their slopes at the head's sums z."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tests.reference.functions import ACTIVATIONS, sigmoid, softmax

Array = NDArray[np.float64]
Loss = Callable[[Array, Array, str, float], tuple[Array, Array]]
"""(z, targets, activation of the head, its number) to (loss of each unit and sample, dloss/dz)."""


def _through(function: Callable[[Array, float], tuple[Array, Array]]) -> Loss:
    """A loss of o - t, o the head's output."""

    def loss(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
        value, slope = ACTIVATIONS[head]
        each, inner = function(value(z) - targets, number)
        return each, inner * slope(z)

    return loss


def squared(d: Array, number: float) -> tuple[Array, Array]:
    return 0.5 * d**2, d


def huber(d: Array, number: float) -> tuple[Array, Array]:
    """Huber 1964: a parabola that goes on as a straight line from |d| = delta on."""
    near = np.abs(d) <= number
    return np.where(near, 0.5 * d**2, number * (np.abs(d) - 0.5 * number)), np.clip(d, -number, number)


def absolute(d: Array, number: float) -> tuple[Array, Array]:
    return np.abs(d), np.sign(d)


def hinge(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    short = 1 - targets * z
    return np.maximum(short, 0), np.where(short > 0, -targets, 0)


def binary_cross_entropy(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    return targets * np.logaddexp(0, -z) + (1 - targets) * np.logaddexp(0, z), sigmoid(z) - targets


def softmax_cross_entropy(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    return -targets * (z - np.logaddexp.reduce(z, axis=0)), softmax(z) * targets.sum(axis=0) - targets


def binary_focal(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    """Lin et al. 2017 without alpha: -(1 - p)**gamma ln p of the right class's chance p = sigmoid(u), u = z or -z."""
    sign = 2 * targets - 1
    u = sign * z
    wrong, surprise = sigmoid(-u), np.logaddexp(0, -u)
    slope = -(wrong**number) * (number * sigmoid(u) * surprise + wrong)
    return wrong**number * surprise, sign * slope


def softmax_focal(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    """The same of the right class among several."""
    p = softmax(z)
    right, wrong = (targets * p).sum(axis=0), ((1 - targets) * p).sum(axis=0)
    surprise = -(targets * (z - np.logaddexp.reduce(z, axis=0))).sum(axis=0)
    inner = number * right * wrong ** (number - 1) * -surprise - wrong**number
    slope = inner * np.where(targets == 1, wrong, -p)
    return targets * (wrong**number * surprise), slope


def naive_binary_cross_entropy(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    """As textbooks write it; breaks down where exp overflows or a chance becomes 0."""
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        each = -(targets * np.log(p) + (1 - targets) * np.log(1 - p))
        return each, (-targets / p + (1 - targets) / (1 - p)) * (p * (1 - p))


def naive_softmax_cross_entropy(z: Array, targets: Array, head: str, number: float) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        p = np.exp(z) / np.exp(z).sum(axis=0)
        outer = -targets / p
        return -targets * np.log(p), p * (outer - (outer * p).sum(axis=0))


LOSSES: dict[str, Loss] = {
    "squared_error": _through(squared),
    "binary_cross_entropy": binary_cross_entropy,
    "softmax_cross_entropy": softmax_cross_entropy,
    "huber": _through(huber),
    "absolute": _through(absolute),
    "hinge": hinge,
    "binary_focal": binary_focal,
    "softmax_focal": softmax_focal,
    "naive_binary_cross_entropy": naive_binary_cross_entropy,
    "naive_softmax_cross_entropy": naive_softmax_cross_entropy,
}

MIDDLE = {"squared_error": 0.0, "hinge": 0.0}
"""One output: the side of which number it lies on is the class; 1/2 where none is given."""
