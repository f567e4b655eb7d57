"""Update rules, sixteen packed parameters at a time.

Owns what happens between a gradient and the next parameters. Must not know schedules. The formulas are PyTorch's
(torch.optim 2.x) and, for Lion, algorithm 2 of Chen et al. 2023, "Symbolic discovery of optimization algorithms";
factors are computed in float64, then rounded once.

Nothing moves where gradient and moments are 0 and no weight decay applies: so padding, statistics and frozen layers
rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from kernels.compiling.jit import inline
from kernels.lanes.elementary import exp_down
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    choose,
    each,
    filled,
    first,
    load,
    square_root,
    store,
    where_less,
    widened,
    width,
)
from kernels.learning.clipping import limit_norms, prepare, scale_gradient, squared_norm
from kernels.plan import codes
from kernels.plan.arrangement import FIRST_MOMENT, GRADIENT, IS_WEIGHT, PARAMETERS, SECOND_MOMENT

PLAIN, WITH_MOMENTUM, BY_ROOT, BY_MOMENTS, BY_SIGN = range(5)  # the loops that serve all optimizers
LN_NADAM: Final = -0.040821994520255166  # ln 0.96


@traced()
def advance(
    packed: Any,
    rule: Any,
    rate: Any,
    beta1: Any,
    rest1: Any,
    beta2: Any,
    rest2: Any,
    root: Any,
    epsilon: Any,
    ahead: Any,
    kept: Any,
) -> None:
    """One step of every parameter by one of five rules, with v, m the first and s the second moment:

    plain          w -= rate g
    with momentum  v = beta1 v + g;  w -= rate v, or for Nesterov (ahead 1) rate (g + beta1 v)
    by root        s = beta2 s + rest2 g**2, u = g / (sqrt(s) + epsilon);  w -= rate u, or with momentum like the last
    by moments     m = beta1 m + rest1 g, s = beta2 s + rest2 g**2;
                   w = kept w - (rate m + ahead g) / (root sqrt(s) + epsilon)
    by sign        w = kept w - rate sign(beta1 m + rest1 g);  m = beta2 m + rest2 g

    kept w is for weights; anything else keeps itself whole.
    """

    one = load(packed, PARAMETERS, 0)
    rate, beta1, rest1, beta2 = filled(one, rate), filled(one, beta1), filled(one, rest1), filled(one, beta2)
    rest2, root, epsilon = filled(one, rest2), filled(one, root), filled(one, epsilon)
    ahead, kept = filled(one, ahead), filled(one, kept)

    def gradient(i: Index) -> Lanes:
        return load(packed, GRADIENT, i)

    def decayed(i: Index) -> Lanes:
        return load(packed, PARAMETERS, i) * where_less(0.5, load(packed, IS_WEIGHT, i), kept, 1.0)

    def second(i: Index, g: Lanes) -> Lanes:
        s = load(packed, SECOND_MOMENT, i) * beta2 + g * g * rest2
        store(packed, SECOND_MOMENT, i, s)
        return square_root(s)

    def plain(i: Index) -> None:
        store(packed, PARAMETERS, i, load(packed, PARAMETERS, i) - gradient(i) * rate)

    def with_momentum(i: Index) -> None:
        g = gradient(i)
        v = load(packed, FIRST_MOMENT, i) * beta1 + g
        store(packed, FIRST_MOMENT, i, v)
        store(packed, PARAMETERS, i, load(packed, PARAMETERS, i) - where_less(0.5, ahead, g + v * beta1, v) * rate)

    def by_root(i: Index) -> None:
        g = gradient(i)
        u = g / (second(i, g) + epsilon)
        before = load(packed, FIRST_MOMENT, i)
        v = before * beta1 + u
        store(packed, FIRST_MOMENT, i, where_less(0.0, beta1, v, before))
        store(packed, PARAMETERS, i, load(packed, PARAMETERS, i) - where_less(0.0, beta1, v, u) * rate)

    def by_moments(i: Index) -> None:
        g = gradient(i)
        m = load(packed, FIRST_MOMENT, i) * beta1 + g * rest1
        store(packed, FIRST_MOMENT, i, m)
        scale = second(i, g) * root + epsilon
        store(packed, PARAMETERS, i, decayed(i) - (m * rate + g * ahead) / scale)

    def by_sign(i: Index) -> None:
        g, m = gradient(i), load(packed, FIRST_MOMENT, i)
        c = m * beta1 + g * rest1
        sign = where_less(0.0, c, 1.0, where_less(c, 0.0, -1.0, c))
        store(packed, PARAMETERS, i, decayed(i) - sign * rate)
        store(packed, FIRST_MOMENT, i, m * beta2 + g * rest2)

    def through(work: Callable[[Index], None]) -> Callable[[], tuple[()]]:
        def all_of_them() -> tuple[()]:
            each(0, width(packed), LANES, work)
            return ()

        return all_of_them

    works = {PLAIN: plain, WITH_MOMENTUM: with_momentum, BY_ROOT: by_root, BY_MOMENTS: by_moments, BY_SIGN: by_sign}
    choose(rule, {key: through(work) for key, work in works.items()})


@traced(number=True)
def exponential(like: Any, x: Any) -> Any:
    """exp(x) of a number x <= 0 in float64; `like` is any matrix."""
    return first(exp_down(filled(widened(load(like, PARAMETERS, 0)), x)))


@inline
def update(settings: Array, hyperparameters: Array, rate: float, packed: Array, powers: Array, plan: Array) -> int:
    """One optimizer step at this learning rate from the data gradient in packed[GRADIENT].

    Advances the moments and powers; returns 1 if a clip changed the gradient, else 0.
    """
    optimizer, clipped = settings[codes.OPTIMIZER], 0
    if hyperparameters[codes.L1] != 0.0 or hyperparameters[codes.L2] != 0.0 or hyperparameters[codes.CLIP_VALUE] > 0.0:
        limit = hyperparameters[codes.CLIP_VALUE] if hyperparameters[codes.CLIP_VALUE] > 0.0 else math.inf
        if prepare(packed, hyperparameters[codes.L1], hyperparameters[codes.L2], limit) > 0.0:
            clipped = 1
    if hyperparameters[codes.CLIP_NORM] > 0.0:
        factor = hyperparameters[codes.CLIP_NORM] / (math.sqrt(squared_norm(packed)) + 1e-6)
        if not factor >= 1.0:  # also when the norm is NaN
            scale_gradient(packed, factor)
            clipped = 1
    rule, beta1, beta2 = PLAIN, hyperparameters[codes.MOMENTUM], hyperparameters[codes.DECAY]
    rest1, rest2, root, ahead, kept = 1.0 - beta1, 1.0 - beta2, 1.0, 0.0, 1.0
    if optimizer == codes.SGD:
        if beta1 != 0.0:
            rule, ahead = WITH_MOMENTUM, float(settings[codes.NESTEROV])
    elif optimizer == codes.RMSPROP:
        rule = BY_ROOT
    elif optimizer == codes.ADAGRAD:
        rule, beta1, beta2, rest2 = BY_ROOT, 0.0, 1.0, 1.0
    else:
        if optimizer != codes.ADAM and optimizer != codes.NADAM:
            kept = 1.0 - rate * hyperparameters[codes.WEIGHT_DECAY]
        if optimizer == codes.LION:
            rule = BY_SIGN
        else:
            rule = BY_MOMENTS
            powers[codes.BETA1_POWER] *= beta1
            powers[codes.BETA2_POWER] *= beta2
            root = 1.0 / math.sqrt(1.0 - powers[codes.BETA2_POWER])
            if optimizer == codes.NADAM:
                psi = exponential(packed, hyperparameters[codes.MOMENTUM_DECAY] * LN_NADAM)
                powers[codes.MOMENTUM_DECAY_POWER] *= psi
                mu = beta1 * (1.0 - 0.5 * powers[codes.MOMENTUM_DECAY_POWER])
                next_mu = beta1 * (1.0 - 0.5 * (powers[codes.MOMENTUM_DECAY_POWER] * psi))
                powers[codes.MOMENTUM_PRODUCT] *= mu
                ahead = rate * (1.0 - mu) / (1.0 - powers[codes.MOMENTUM_PRODUCT])
                rate *= next_mu / (1.0 - powers[codes.MOMENTUM_PRODUCT] * next_mu)
            else:
                rate /= 1.0 - powers[codes.BETA1_POWER]
    advance(packed, rule, rate, beta1, rest1, beta2, rest2, root, hyperparameters[codes.EPSILON], ahead, kept)
    if hyperparameters[codes.MAX_NORM] > 0.0:
        limit_norms(plan, packed, hyperparameters[codes.MAX_NORM])
    return clipped
