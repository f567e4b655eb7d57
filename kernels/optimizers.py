"""Penalties, clipping and update rules, sixteen packed parameters at a time.

Owns what happens between a gradient and the next parameters. Must not know layers. The formulas are PyTorch's
(torch.optim.SGD, RMSprop, Adam; torch.nn.utils.clip_grad_norm_); factors are computed in float64, then rounded once.
"""

from __future__ import annotations

import math
from typing import Any

from kernels import codes
from kernels.jit import inline
from kernels.lanes import (
    Array,
    Index,
    Lanes,
    accumulate,
    each,
    load,
    square_root,
    store,
    total,
    where_less,
    widened,
    width,
)
from kernels.layout import FIRST_MOMENT, GRADIENT, IS_WEIGHT, PARAMETERS, SECOND_MOMENT
from kernels.memory import LANES
from kernels.tracing import traced


@traced(0)
def add_penalty(packed: Any, l1: Any, l2: Any) -> None:
    """gradient += l2 w + l1 sign(w) for weights, not biases; sign(0) = 0."""

    def work(i: Index) -> None:
        w, g, mark = load(packed, PARAMETERS, i), load(packed, GRADIENT, i), load(packed, IS_WEIGHT, i)
        sign = where_less(0.0, w, mark, where_less(w, 0.0, -mark, 0.0))
        store(packed, GRADIENT, i, g + (w * mark * l2 + sign * l1))

    each(0, width(packed), LANES, work)


@traced("double")
def squared_norm(packed: Any) -> Any:
    """Sum of the squares of the whole gradient, in float64."""

    def step(j: Index, sums: Lanes) -> tuple[Lanes]:
        g = widened(load(packed, GRADIENT, j * LANES))
        return (sums + g * g,)

    g = widened(load(packed, GRADIENT, 0))
    return total(accumulate(1, width(packed) // LANES, step, (g * g,))[0])


@traced(0)
def scale_gradient(packed: Any, factor: Any) -> None:
    """gradient *= factor."""
    each(0, width(packed), LANES, lambda i: store(packed, GRADIENT, i, load(packed, GRADIENT, i) * factor))


@traced(0)
def descend(packed: Any, rate: Any) -> None:
    """w -= rate g."""
    each(
        0,
        width(packed),
        LANES,
        lambda i: store(packed, PARAMETERS, i, load(packed, PARAMETERS, i) - load(packed, GRADIENT, i) * rate),
    )


@traced(0)
def gather_momentum(packed: Any, momentum: Any, ahead: Any) -> None:
    """v = m v + g; the gradient becomes v, or for Nesterov (ahead 1, otherwise 0) g + m v."""

    def work(i: Index) -> None:
        g = load(packed, GRADIENT, i)
        v = load(packed, FIRST_MOMENT, i) * momentum + g
        store(packed, FIRST_MOMENT, i, v)
        store(packed, GRADIENT, i, where_less(0.5, ahead, g + v * momentum, v))

    each(0, width(packed), LANES, work)


@traced(0)
def divide_by_root_mean_square(packed: Any, decay: Any, rest: Any, epsilon: Any) -> None:
    """RMSprop: s = decay s + (1 - decay) g**2; the gradient becomes g / (sqrt(s) + epsilon)."""

    def work(i: Index) -> None:
        g = load(packed, GRADIENT, i)
        s = load(packed, SECOND_MOMENT, i) * decay + g * g * rest
        store(packed, SECOND_MOMENT, i, s)
        store(packed, GRADIENT, i, g / (square_root(s) + epsilon))

    each(0, width(packed), LANES, work)


@traced(0)
def adam(packed: Any, rate: Any, beta1: Any, rest1: Any, beta2: Any, rest2: Any, root: Any, epsilon: Any) -> None:
    """Kingma & Ba 2015: m, s moving means of g, g**2; w -= rate m / (root sqrt(s) + epsilon).

    The bias corrections are in rate and root.
    """

    def work(i: Index) -> None:
        g = load(packed, GRADIENT, i)
        m = load(packed, FIRST_MOMENT, i) * beta1 + g * rest1
        s = load(packed, SECOND_MOMENT, i) * beta2 + g * g * rest2
        store(packed, FIRST_MOMENT, i, m)
        store(packed, SECOND_MOMENT, i, s)
        step = m * rate / (square_root(s) * root + epsilon)
        store(packed, PARAMETERS, i, load(packed, PARAMETERS, i) - step)

    each(0, width(packed), LANES, work)


@inline
def update(settings: Array, hyper: Array, packed: Array, powers: Array) -> None:
    """One optimizer step from the data gradient in packed[GRADIENT]; advances the moments and powers."""
    number = packed.dtype.type
    beta1, beta2, epsilon = hyper[codes.MOMENTUM], hyper[codes.DECAY], number(hyper[codes.EPSILON])
    if hyper[codes.L1] != 0.0 or hyper[codes.L2] != 0.0:
        add_penalty(packed, number(hyper[codes.L1]), number(hyper[codes.L2]))
    if hyper[codes.CLIP_NORM] > 0.0:
        factor = hyper[codes.CLIP_NORM] / (math.sqrt(squared_norm(packed)) + 1e-6)
        if not factor >= 1.0:  # also when the norm is NaN
            scale_gradient(packed, number(factor))
    if settings[codes.OPTIMIZER] == codes.ADAM:
        powers[0] *= beta1
        powers[1] *= beta2
        rate, root = hyper[codes.LEARNING_RATE] / (1.0 - powers[0]), 1.0 / math.sqrt(1.0 - powers[1])
        rest1, rest2 = number(1.0 - beta1), number(1.0 - beta2)
        adam(packed, number(rate), number(beta1), rest1, number(beta2), rest2, number(root), epsilon)
        return
    ahead = 0.0
    if settings[codes.OPTIMIZER] == codes.RMSPROP:
        divide_by_root_mean_square(packed, number(beta2), number(1.0 - beta2), epsilon)
    elif settings[codes.NESTEROV] != 0:
        ahead = 1.0
    if beta1 != 0.0:
        gather_momentum(packed, number(beta1), number(ahead))
    descend(packed, number(hyper[codes.LEARNING_RATE]))
