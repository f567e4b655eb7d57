"""Activations and their slopes, chosen by code.

Owns the table from codes to f(z) and f'(z), traced. Must not know layers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kernels.lanes.duals import along, still
from kernels.lanes.elementary import (
    ROOT_OF_TURN,
    exp_and_expm1,
    exp_down,
    larger,
    log1p_unit,
    logistic,
    normal,
    sine_and_cosine,
    smaller,
    tanh,
)
from kernels.lanes.vectors import Lanes, filled, magnitude, where_less
from kernels.plan import codes
from kernels.plan.arrangement import LOGIT, NAIVE_SIGMOID, NAIVE_SOFTMAX

LEAK: Final = 0.01
GELU_INNER: Final = 0.7978845608028654  # sqrt(2 / pi)
GELU_CUBIC: Final = 0.044715  # Hendrycks & Gimpel 2016, the tanh form

Pair = tuple[Lanes, Lanes]


def linear(z: Lanes) -> Pair:
    """z."""
    return z, filled(z, 1.0)


def relu(z: Lanes) -> Pair:
    """max(z, 0), slope 0 at 0."""
    slope = where_less(0.0, z, 1.0, filled(z, 0.0))
    return along(larger(z, 0.0), slope, z), slope


def leaky_relu(z: Lanes) -> Pair:
    """z, or 0.01 z below 0."""
    return where_less(0.0, z, z, z * LEAK), where_less(0.0, z, 1.0, filled(z, LEAK))


def elu(z: Lanes) -> Pair:
    """z, or exp(z) - 1 below 0. At 0, where its slope has a corner, the slope stands still, as PyTorch's does."""
    e, below = exp_and_expm1(smaller(z, 0.0))
    return where_less(0.0, z, z, below), where_less(z, 0.0, e, still(e))


def gelu(z: Lanes) -> Pair:
    """0.5 z (1 + tanh(u)), u = sqrt(2/pi) (z + 0.044715 z**3), as z / (1 + exp(-2 u)): nothing cancels below 0.

    z**2 is held below 1e12 so that nothing overflows.
    """
    square = smaller(z * z, 1e12)
    share = logistic(z * (square * (2 * GELU_INNER * GELU_CUBIC) + 2 * GELU_INNER))
    inner_slope = square * (6 * GELU_INNER * GELU_CUBIC) + 2 * GELU_INNER
    h = z * share
    return h, share + h * ((1.0 - share) * inner_slope)


def gelu_erf(z: Lanes) -> Pair:
    """z Φ(z) = 0.5 z (1 + erf(z / sqrt(2))): Hendrycks & Gimpel 2016 as it is, what frameworks take unless told."""
    share, e = normal(z)
    return z * share, share + z * (e * ROOT_OF_TURN)


def silu(z: Lanes) -> Pair:
    """z / (1 + exp(-z))."""
    s = logistic(z)
    h = z * s
    return h, s + h * (1.0 - s)


def softplus(z: Lanes) -> Pair:
    """log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|))."""
    slope = logistic(z)
    return along(larger(z, 0.0) + log1p_unit(exp_down(-magnitude(z))), slope, z), slope


def hyperbolic_tangent(z: Lanes) -> Pair:
    """tanh(z), slope 1 - tanh(z)**2."""
    h = tanh(z)
    return h, 1.0 - h * h


def sigmoid(z: Lanes) -> Pair:
    """1 / (1 + exp(-z)), slope h (1 - h)."""
    h = logistic(z)
    return h, h * (1.0 - h)


def logit(z: Lanes) -> Pair:
    """The sigmoid, with z itself in place of the slope."""
    return logistic(z), z


def softmax_sum(z: Lanes) -> Pair:
    """z twice: softmax.py turns the first into probabilities, the loss reads the second."""
    return z, z


ACTIVATIONS: Final[dict[int, Callable[[Lanes], Pair]]] = {
    codes.LINEAR: linear,
    codes.RELU: relu,
    codes.LEAKY_RELU: leaky_relu,
    codes.ELU: elu,
    codes.GELU: gelu,
    codes.SILU: silu,
    codes.SOFTPLUS: softplus,
    codes.TANH: hyperbolic_tangent,
    codes.SIGMOID: sigmoid,
    codes.SINE: sine_and_cosine,
    codes.GELU_ERF: gelu_erf,
    codes.SOFTMAX: softmax_sum,
    LOGIT: logit,
    NAIVE_SIGMOID: linear,  # softmax.py makes the probabilities of these two
    NAIVE_SOFTMAX: linear,
}
