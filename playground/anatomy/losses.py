"""The losses: each unit's term, and the slope at the head, in float64.

Owns the formulas by the kernels' names; knows nothing of layers other than the head. Terms are unweighted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.anatomy.activations import sigmoid, softplus

Numbers = NDArray[np.float64]


class Loss(NamedTuple):
    """A loss of the head's sums z, its outputs and targets, each (units, n), and its number (Huber's δ, focal γ).

    terms: (units, n), whose sum over the units is a sample's loss. slopes: (units, n) the slope by the output, or where
    `by_sum` at once by z: what the loss and the activation have in common has met there.
    """

    terms: Callable[[Numbers, Numbers, Numbers, float], Numbers]
    slopes: Callable[[Numbers, Numbers, Numbers, float], Numbers]
    by_sum: bool = False


def log_softmax(z: Numbers) -> Numbers:
    """ln of the soft-max over the units (rows)."""
    moved = z - z.max(axis=0)
    found: Numbers = moved - np.log(np.exp(moved).sum(axis=0))
    return found


def _squared_error(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    return 0.5 * (o - t) ** 2


def _huber(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    d = np.abs(o - t)
    near = np.minimum(d, number)
    return near * (d - 0.5 * near)


def _hinge(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    return np.maximum(0.0, 1.0 - t * o)


def _hinge_slope(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    return np.where(1.0 - t * o > 0, -t, 0.0)


def _binary(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    return t * softplus(-z) + (1.0 - t) * softplus(z)


def _binary_focal(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    """Lin et al. 2017 without α: −(1 − p)^γ ln p of the right class's p."""
    return t * np.exp(-number * softplus(z)) * softplus(-z) + (1.0 - t) * np.exp(-number * softplus(-z)) * softplus(z)


def _binary_focal_slope(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    p, q, log_p, log_q = sigmoid(z), sigmoid(-z), -softplus(-z), -softplus(z)
    rise = np.exp(number * log_q) * (number * (p * log_p) - q)
    fall = np.exp(number * log_p) * (p - number * (q * log_q))
    return t * rise + (1.0 - t) * fall


def _softmax_parts(z: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(p, 1 − p, ln p) of the soft-max; 1 − p keeps its digits where p is close to 1."""
    log_p = log_softmax(z)
    p, units = np.exp(log_p), len(z)
    others = ~np.eye(units, dtype=bool)
    rest = np.stack([p[others[unit]].sum(axis=0) for unit in range(units)])
    return p, np.where(p < 0.5, 1.0 - p, rest), log_p


def _softmax_focal(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    _, q, log_p = _softmax_parts(z)
    return -t * (q**number * log_p)


def _softmax_focal_slope(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    """g − p Σ g, with g = ∂ℓ/∂ln p = −t (1 − p)^γ (1 − γ p ln p / (1 − p))."""
    p, q, log_p = _softmax_parts(z)
    ratio = np.where(q > 0, log_p / np.where(q > 0, q, 1.0), -1.0)
    g = t * (q**number * (number * (p * ratio) - 1.0))
    found: Numbers = g - p * g.sum(axis=0)
    return found


def _naive_binary(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(t * np.log(o) + (1.0 - t) * np.log(1.0 - o))


def _naive_binary_slope(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return (1.0 - t) / (1.0 - o) - t / o


def _naive_softmax(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return -t * np.log(o)


def _naive_softmax_slope(z: Numbers, o: Numbers, t: Numbers, number: float) -> Numbers:
    """The same g − p Σ g with g = −t / p · p, which is not a number where p has become 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        g = -t / o * o
        found: Numbers = g - o * g.sum(axis=0)
    return found


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(_squared_error, lambda z, o, t, number: o - t),
    "huber": Loss(_huber, lambda z, o, t, number: np.clip(o - t, -number, number)),
    "absolute": Loss(lambda z, o, t, number: np.abs(o - t), lambda z, o, t, number: np.sign(o - t)),
    "hinge": Loss(_hinge, _hinge_slope),
    "binary_cross_entropy": Loss(_binary, lambda z, o, t, number: o - t, by_sum=True),
    "softmax_cross_entropy": Loss(
        lambda z, o, t, number: -t * log_softmax(z), lambda z, o, t, number: o - t, by_sum=True
    ),
    "binary_focal": Loss(_binary_focal, _binary_focal_slope, by_sum=True),
    "softmax_focal": Loss(_softmax_focal, _softmax_focal_slope, by_sum=True),
    "naive_binary_cross_entropy": Loss(_naive_binary, _naive_binary_slope),
    "naive_softmax_cross_entropy": Loss(_naive_softmax, _naive_softmax_slope, by_sum=True),
}
"""Every loss by the kernels' name."""
