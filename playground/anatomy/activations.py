"""The activation functions and their slopes, as functions of z in float64.

Owns these formulas; knows nothing of layers. GELU's tanh form is Hendrycks and Gimpel 2016; at a corner the slope is
that of the side below, as the kernels and PyTorch have it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

LEAK = 0.01
"""Leaky ReLU's slope below 0."""
BEND, CUBIC = math.sqrt(2.0 / math.pi), 0.044715
"""GELU's √(2/π), and what z³ counts in it."""


class Function(NamedTuple):
    """An activation function and its slope, both of z."""

    value: Callable[[Numbers], Numbers]
    slope: Callable[[Numbers], Numbers]


def sigmoid(z: Numbers) -> Numbers:
    """1 / (1 + e⁻ᶻ), without overflow and with all digits on both sides."""
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, 1.0) / (1.0 + small)


def softmax(z: Numbers) -> Numbers:
    """Over the units (rows) of each sample (column), the largest taken off first."""
    raised = np.exp(z - z.max(axis=0))
    found: Numbers = raised / raised.sum(axis=0)
    return found


def softplus(z: Numbers) -> Numbers:
    """ln(1 + eᶻ)."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def _tanh_slope(z: Numbers) -> Numbers:
    a = np.tanh(z)
    return 1.0 - a * a


def _gelu_inner(z: Numbers) -> Numbers:
    return np.tanh(BEND * (z + CUBIC * z * z * z))


def _gelu(z: Numbers) -> Numbers:
    return 0.5 * z * (1.0 + _gelu_inner(z))


def _gelu_slope(z: Numbers) -> Numbers:
    t = _gelu_inner(z)
    return 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * BEND * (1.0 + 3.0 * CUBIC * z * z)


_erfc = np.frompyfunc(math.erfc, 1, 1)


def _normal_share(z: Numbers) -> Numbers:
    """The share of a normal distribution below z."""
    return 0.5 * np.asarray(_erfc(-z / math.sqrt(2.0)), np.float64)


def _gelu_erf_slope(z: Numbers) -> Numbers:
    return _normal_share(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def naive_sigmoid(z: Numbers) -> Numbers:
    """1 / (1 + e⁻ᶻ) as it is written: 0 where the exponential has overflowed."""
    with np.errstate(over="ignore"):
        return 1.0 / (np.exp(-z) + 1.0)


def naive_softmax(z: Numbers) -> Numbers:
    """As it is written: not a number where an exponential has overflowed."""
    with np.errstate(over="ignore", invalid="ignore"):
        raised = np.exp(z)
        found: Numbers = raised / raised.sum(axis=0)
    return found


FUNCTIONS: dict[str, Function] = {
    "linear": Function(lambda z: z, np.ones_like),
    "relu": Function(lambda z: np.maximum(z, 0.0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": Function(lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK)),
    "elu": Function(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
        lambda z: np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0))),
    ),
    "gelu": Function(_gelu, _gelu_slope),
    "gelu_erf": Function(lambda z: z * _normal_share(z), _gelu_erf_slope),
    "silu": Function(lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1.0 + z * sigmoid(-z))),
    "softplus": Function(softplus, sigmoid),
    "tanh": Function(np.tanh, _tanh_slope),
    "sigmoid": Function(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "sine": Function(np.sin, np.cos),
    "naive_sigmoid": Function(naive_sigmoid, lambda z: naive_sigmoid(z) * (1.0 - naive_sigmoid(z))),
}
"""Every activation by its name; those of the head that take all units together are in SOFTMAXES."""
SOFTMAXES: dict[str, Callable[[Numbers], Numbers]] = {"softmax": softmax, "naive_softmax": naive_softmax}

CORNERED = ("relu", "leaky_relu")
"""Their slope jumps at z = 0."""


def softmax_slope(a: Numbers) -> Numbers:
    """How each probability of a soft-max moves with its own z alone: a(1 − a)."""
    return a * (1.0 - a)
