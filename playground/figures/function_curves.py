"""Activations, losses and schedules as curves to be drawn small: what each does, at a glance.

Owns these formulas in NumPy, which need no compiled kernel (a menu opens before there is one); a test holds the
activations against what a network of one unit computes. Knows nothing of how a curve is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playground.experiment.schedules import SCHEDULES
from playground.figures.schedule_preview import preview

Array = NDArray[np.float64]
Curve = tuple[Array, Array]

REACH, POINTS = 4.0, 81
GELU = float(np.sqrt(2.0 / np.pi))

ACTIVATION_CURVES: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "linear": lambda z: z,
    "leaky_relu": lambda z: np.maximum(0.01 * z, z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0.0))),
    "gelu": lambda z: 0.5 * z * (1.0 + np.tanh(GELU * (z + 0.044715 * z**3))),
    "gelu_erf": lambda z: 0.5 * z * (1.0 + np.vectorize(math.erf)(z / math.sqrt(2.0))),
    "silu": lambda z: z / (1.0 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0.0, z),
    "sine": np.sin,
}
"""Each activation as a function of the weighted sum z."""
LOSS_CURVES: dict[str, tuple[float, float, Callable[[Array], Array]]] = {
    "squared_error": (-3.0, 3.0, lambda d: 0.5 * d * d),
    "huber": (-3.0, 3.0, lambda d: np.where(np.abs(d) <= 1.0, 0.5 * d * d, np.abs(d) - 0.5)),
    "absolute": (-3.0, 3.0, np.abs),
    "hinge": (-2.0, 3.0, lambda m: np.maximum(0.0, 1.0 - m)),
    "cross_entropy": (0.01, 1.0, lambda p: -np.log(p)),
    "focal": (0.01, 1.0, lambda p: -((1.0 - p) ** 2) * np.log(p)),
}
"""Each loss with the ends of what it is drawn over: the error, the margin, or the chance of the right class."""


def activation_curve(name: str) -> Curve:
    """(z, f(z)) of an activation over −4 … 4."""
    z = np.linspace(-REACH, REACH, POINTS)
    return z, ACTIVATION_CURVES[name](z)


def loss_curve(name: str) -> Curve:
    """(what it is drawn over, loss)."""
    low, high, loss = LOSS_CURVES[name]
    over = np.linspace(low, high, POINTS)
    return over, loss(over)


def schedule_curve(name: str) -> Curve:
    """(epoch, share of the rate) of a ready-made schedule; a drop at each plateau, for the one that waits for them."""
    found = preview(SCHEDULES[name].schedule)
    if found is not None:
        return found.epochs, found.shares
    epochs = np.linspace(0.0, 80.0, POINTS)
    return epochs, 0.5 ** np.floor(epochs / 20.0)


def curve_named(picture: str) -> Curve:
    """The curve of `activation:NAME`, `loss:NAME` or `schedule:NAME`; raises KeyError for any other."""
    kind, _, name = picture.partition(":")
    return {"activation": activation_curve, "loss": loss_curve, "schedule": schedule_curve}[kind](name)
