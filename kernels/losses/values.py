"""Losses, their slopes at the head, and what counts as a right answer.

Owns the meaning of the loss codes, traced. Must not know layers other than the head. Losses are sums over the head's
units of one term a unit, except those of a soft-max, where every unit depends on all sums z.

The stable losses start from z, which the head keeps in place of its slope. The naive ones start from the probabilities,
as a textbook's first program does, and break down where its numbers break down: that is what they are for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kernels.lanes.duals import differentiable, following, still
from kernels.lanes.elementary import exp_down, larger, log, log1p_unit, smaller
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    Number,
    accumulate,
    choose,
    filled,
    height,
    integer_at,
    load,
    magnitude,
    where_less,
    widened,
)
from kernels.plan import codes
from kernels.plan.arrangement import BAND, HERE, N_OUT

LEAST: Final = 1e-37  # stands for 0 under a logarithm whose result is multiplied by something as small
TINY: Final = 1e-300  # below it the bits of a float64 are shifted up before its logarithm is taken
SHIFT: Final = 2.0**54
LOG_SHIFT: Final = 37.42994775023705

Pair = tuple[Lanes, Lanes]


def natural_log(x: Lanes) -> Lanes:
    """ln x of x >= 0 in float64: -inf at 0, NaN stays NaN; subnormal numbers too."""
    y = log(where_less(x, TINY, x * SHIFT, x)) - where_less(x, TINY, LOG_SHIFT, filled(x, 0.0))
    return where_less(0.0, x, y, -1.0 / magnitude(x))


def squared_error(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """1/2 (o - t)**2."""
    d = widened(o) - widened(t)
    return (d * d * 0.5,)


def binary_cross_entropy(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """max(z, 0) - z t + log(1 + exp(-|z|)), which never overflows."""
    z, t = widened(z), widened(t)
    return ((larger(z, 0.0) - z * t) + log1p_unit(exp_down(-magnitude(z))),)


def huber(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """c (|d| - c / 2) with d = o - t, c = min(|d|, delta): d**2 / 2 up to delta, a straight line beyond."""
    d = magnitude(widened(o) - widened(t))
    c = smaller(d, filled(d, number))
    return (c * (d - c * 0.5),)


def absolute(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """|o - t|."""
    return (magnitude(widened(o) - widened(t)),)


def hinge(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """max(0, 1 - t o)."""
    return (larger(1.0 - widened(t) * widened(o), 0.0),)


@differentiable(lambda z, found: (found[0] * found[1], -(found[0] * found[1]), found[1], -found[0]))
def log_sigmoids(z: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """(p, 1 - p, ln p, ln(1 - p)) of p = sigmoid(z), each to its last digits."""
    e = exp_down(-magnitude(z))
    more, rest = 1.0 / (e + 1.0), log1p_unit(e)
    less = e * more
    p, q = where_less(z, 0.0, less, more), where_less(z, 0.0, more, less)
    return p, q, smaller(z, 0.0) - rest, smaller(-z, 0.0) - rest


def binary_focal(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """-t (1 - p)**gamma ln p - (1 - t) p**gamma ln(1 - p); Lin et al. 2017, "Focal loss", without alpha."""
    _, _, log_p, log_q = log_sigmoids(widened(z))
    t, gamma = widened(t), filled(log_p, number)
    return (-(t * (exp_down(log_q * gamma) * log_p) + (1.0 - t) * (exp_down(log_p * gamma) * log_q)),)


def naive_binary(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """-(t ln p + (1 - t) ln(1 - p)) from p itself; 0 ln 0 is NaN."""
    return (-(widened(t) * natural_log(widened(o)) + widened(1.0 - t) * natural_log(widened(1.0 - o))),)


def naive_softmax(o: Lanes, t: Lanes, z: Lanes, number: Number) -> tuple[Lanes]:
    """-t ln p from p itself; 0 ln 0 is NaN."""
    return (-(widened(t) * natural_log(widened(o))),)


TERMS: Final[dict[int, Callable[..., tuple[Lanes]]]] = {
    codes.SQUARED_ERROR: squared_error,
    codes.BINARY_CROSS_ENTROPY: binary_cross_entropy,
    codes.HUBER: huber,
    codes.ABSOLUTE: absolute,
    codes.HINGE: hinge,
    codes.BINARY_FOCAL: binary_focal,
    codes.NAIVE_BINARY_CROSS_ENTROPY: naive_binary,
    codes.NAIVE_SOFTMAX_CROSS_ENTROPY: naive_softmax,
}


def largest(z: Callable[[Index], Lanes], units: Index) -> Lanes:
    """The largest of z(0) … z(units - 1)."""
    return accumulate(1, units, lambda unit, top: (larger(z(unit), top),), (z(0),))[0]


def softmax_cross_entropy(z: Callable[[Index], Lanes], t: Callable[[Index], Lanes], units: Index) -> Lanes:
    """sum over outputs of t (log sum exp(z - top) - (z - top)), top the largest z."""
    top = largest(z, units)
    zero = filled(top, 0.0)
    (norm,) = accumulate(0, units, lambda unit, n: (n + exp_down(z(unit) - top),), (zero,))
    norm = log(norm)
    return accumulate(0, units, lambda unit, s: (s + t(unit) * (norm - (z(unit) - top)),), (zero,))[0]


def spread(z: Callable[[Index], Lanes], units: Index) -> Pair:
    """(top, rest): the largest z, and the sum of exp(z - top) over the other units.

    The largest unit's own 1 is left out so that 1 - p keeps its digits where p is close to 1; it moves nevertheless,
    and top stands still: what follows does not depend on it.
    """
    top = still(largest(z, units))

    def step(unit: Index, rest: Lanes, met: Lanes) -> Pair:
        x = z(unit) - top
        e = exp_down(x)
        return rest + following(where_less(x, 0.0, e, met * e), e), where_less(x, 0.0, met, 1.0)

    zero = filled(z(0), 0.0)
    rest, _ = accumulate(0, units, step, (zero, zero))
    return top, rest


def log_of_sum(rest: Lanes) -> Lanes:
    """ln(1 + rest)."""
    return where_less(rest, 1.0, log1p_unit(rest), log(rest + 1.0))


def focal_parts(x: Lanes, rest: Lanes, log_sum: Lanes, gamma: Lanes) -> tuple[Lanes, Lanes, Lanes, Lanes]:
    """(p, 1 - p, ln p, (1 - p)**gamma) of a unit, x = z - top."""
    p, log_p = exp_down(x) / (rest + 1.0), x - log_sum
    q = following(where_less(x, 0.0, 1.0 - p, rest / (rest + 1.0)), 1.0 - p)
    return p, q, log_p, exp_down(log(larger(q, LEAST)) * gamma)


def softmax_focal(z: Callable[[Index], Lanes], t: Callable[[Index], Lanes], units: Index, number: Number) -> Lanes:
    """-sum over outputs of t (1 - p)**gamma ln p."""
    top, rest = spread(z, units)
    log_sum, gamma = log_of_sum(rest), filled(top, number)

    def step(unit: Index, total: Lanes) -> tuple[Lanes]:
        _, _, log_p, focus = focal_parts(z(unit) - top, rest, log_sum, gamma)
        return (total - t(unit) * (focus * log_p),)

    return accumulate(0, units, step, (filled(top, 0.0),))[0]


def sample_losses(
    plan: Array, loss: Index, number: Number, rows: Array, staged: Array, targets: Index, column: Index
) -> Lanes:
    """Loss of 16 samples in float64, natural logarithms, unweighted; number: Huber's delta, the focal loss's gamma."""
    head = height(plan) - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)
    sums = here + integer_at(plan, head, BAND)

    def z(unit: Index) -> Lanes:
        return widened(load(rows, sums + unit, column))

    def t(unit: Index) -> Lanes:
        return widened(load(staged, targets + unit, column))

    def by_unit() -> tuple[Lanes]:
        def step(unit: Index, total: Lanes) -> tuple[Lanes]:
            given = load(rows, here + unit, column), load(staged, targets + unit, column)
            term = choose(loss, cases, *given, load(rows, sums + unit, column))[0]
            return (total + term,)

        cases = {code: with_number(term, number) for code, term in TERMS.items()}
        return accumulate(0, units, step, (filled(z(0), 0.0),))

    cases = {
        codes.SQUARED_ERROR: by_unit,
        codes.SOFTMAX_CROSS_ENTROPY: lambda: (softmax_cross_entropy(z, t, units),),
        codes.SOFTMAX_FOCAL: lambda: (softmax_focal(z, t, units, number),),
    }
    return choose(loss, cases)[0]


def with_number(function: Callable[..., Any], number: Number) -> Callable[..., Any]:
    """The same function of lanes alone."""
    return lambda *lanes: function(*lanes, number)


def right_answers(plan: Array, loss: Index, rows: Array, staged: Array, targets: Index, column: Index) -> Lanes:
    """1 where the predicted class is the target's, else 0; NaN is never right.

    One unit: on which side of 1/2 (a probability) or 0 (anything else) it lies. Several: the first largest.
    """
    head = height(plan) - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)
    o, t = load(rows, here, column), load(staged, targets, column)
    none, one = filled(o, 0.0), filled(o, 1.0)
    half = dict.fromkeys(
        (codes.BINARY_CROSS_ENTROPY, codes.BINARY_FOCAL, codes.NAIVE_BINARY_CROSS_ENTROPY),
        lambda: (filled(o, 0.5),),
    )
    (cut,) = choose(loss, {codes.SQUARED_ERROR: lambda: (none,), **half})

    def same_side() -> tuple[Lanes]:
        return (where_less(cut, o, where_less(cut, t, one, none), where_less(cut, t, none, one)),)

    def step(unit: Index, number: Lanes, best: Lanes, aim: Lanes, o: Lanes, t: Lanes) -> tuple[Lanes, ...]:
        x, y = load(rows, here + unit, column), load(staged, targets + unit, column)
        best, aim = where_less(o, x, number, best), where_less(t, y, number, aim)
        return number + 1.0, best, aim, where_less(o, x, x, o), where_less(t, y, y, t)

    def same_class() -> tuple[Lanes]:
        _, best, aim, _, _ = accumulate(1, units, step, (one, none, none, o, t))
        return (where_less(magnitude(best - aim), 0.5, one, none),)

    def seen(unit: Index, fine: Lanes) -> tuple[Lanes]:
        return (where_less(-1.0, magnitude(load(rows, here + unit, column)), fine, none),)

    (same,) = choose(units, {2: same_class, 1: same_side})
    return widened(accumulate(0, units, seen, (same,))[0])
