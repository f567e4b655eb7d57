"""Activations and their slopes, as functions of what enters them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: Array) -> Array:
    """Over the units (rows) of each sample (column)."""
    raised = np.exp(z - z.max(axis=0))
    return raised / raised.sum(axis=0)


def bump(z: Array) -> Array:
    """What GELU's tanh form takes the tanh of (Hendrycks and Gimpel 2016)."""
    return np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)


def gelu_slope(z: Array) -> Array:
    t = np.tanh(bump(z))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)


def normal(z: Array) -> Array:
    """The share of a normal distribution below z."""
    return np.vectorize(math.erfc)(-z / math.sqrt(2)) / 2


def gelu_erf_slope(z: Array) -> Array:
    return normal(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def silu_slope(z: Array) -> Array:
    return sigmoid(z) * (1 + z * sigmoid(-z))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z: np.exp(np.minimum(z, 0))),
    "gelu": (lambda z: 0.5 * z * (1 + np.tanh(bump(z))), gelu_slope),
    "silu": (lambda z: z * sigmoid(z), silu_slope),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "sine": (np.sin, np.cos),
    "gelu_erf": (lambda z: z * normal(z), gelu_erf_slope),
}
"""Name: the function and its slope."""

KINKED = {"relu", "leaky_relu"}
"""Their slope jumps, so rounding decides which side a unit near 0 is on."""
