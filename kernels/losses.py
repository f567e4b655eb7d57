"""Losses, their slopes at the head, and what counts as a right answer.

Owns the meaning of the loss codes, traced. Must not know layers other than the head.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kernels import codes
from kernels.elementary import exp_down, larger, log, log1p_unit
from kernels.lanes import (
    Array,
    Index,
    Lanes,
    accumulate,
    choose,
    each,
    filled,
    height,
    integer_at,
    load,
    magnitude,
    store,
    where_less,
    widened,
)
from kernels.layout import BAND, HERE, N_OUT
from kernels.memory import LANES
from kernels.tracing import traced


@traced(0, shared=True)
def head_deltas(plan: Any, loss: Any, rows: Any, staged: Any, targets: Any, start: Any, columns: Any) -> None:
    """dloss/dz of the head's units; their targets and shares are staged from column `start` on.

    squared error (o - t) f'(z), cross-entropies p - t; times the share: 1 / batch size, 0 in padding lanes.
    """
    head = height(plan) - 1
    here, units, band = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT), integer_at(plan, head, BAND)

    def sixteen(column: Index) -> None:
        share = load(staged, targets + units, start + column)
        each(0, units, 1, lambda unit: one(unit, column, share))

    def one(unit: Index, column: Index, share: Lanes) -> None:
        delta = (load(rows, here + unit, column) - load(staged, targets + unit, start + column)) * share
        slope = load(rows, here + band + unit, column)
        (delta,) = choose(loss, {codes.SOFTMAX_CROSS_ENTROPY: only_first, codes.SQUARED_ERROR: times}, delta, slope)
        store(rows, here + band * 2 + unit, column, delta)

    each(0, columns, LANES, sixteen)


def only_first(delta: Lanes, slope: Lanes) -> tuple[Lanes]:
    """The cross-entropies' own slope already cancels the activation's."""
    return (delta,)


def times(delta: Lanes, slope: Lanes) -> tuple[Lanes]:
    """The chain rule."""
    return (delta * slope,)


def squared_error(
    rows: Array, here: Index, sums: Index, units: Index, staged: Array, targets: Index, column: Index
) -> Lanes:
    """1/2 sum over outputs of (o - t)**2."""

    def step(unit: Index, total: Lanes) -> tuple[Lanes]:
        d = widened(load(rows, here + unit, column)) - widened(load(staged, targets + unit, column))
        return (total + d * d * 0.5,)

    return accumulate(0, units, step, (filled(widened(load(rows, here, column)), 0.0),))[0]


def binary_cross_entropy(
    rows: Array, here: Index, sums: Index, units: Index, staged: Array, targets: Index, column: Index
) -> Lanes:
    """max(z, 0) - z t + log(1 + exp(-|z|)), which never overflows."""
    z, t = widened(load(rows, sums, column)), widened(load(staged, targets, column))
    return (larger(z, 0.0) - z * t) + log1p_unit(exp_down(-magnitude(z)))


def softmax_cross_entropy(
    rows: Array, here: Index, sums: Index, units: Index, staged: Array, targets: Index, column: Index
) -> Lanes:
    """sum over outputs of t (log sum exp(z - top) - (z - top)), top the largest z."""

    def z(unit: Index) -> Lanes:
        return widened(load(rows, sums + unit, column))

    (top,) = accumulate(1, units, lambda unit, t: (larger(z(unit), t),), (z(0),))
    (norm,) = accumulate(0, units, lambda unit, n: (n + exp_down(z(unit) - top),), (filled(top, 0.0),))
    norm = log(norm)

    def step(unit: Index, total: Lanes) -> tuple[Lanes]:
        return (total + widened(load(staged, targets + unit, column)) * (norm - (z(unit) - top)),)

    return accumulate(0, units, step, (filled(top, 0.0),))[0]


LOSSES: Final[dict[int, Callable[..., Lanes]]] = {
    codes.SQUARED_ERROR: squared_error,
    codes.BINARY_CROSS_ENTROPY: binary_cross_entropy,
    codes.SOFTMAX_CROSS_ENTROPY: softmax_cross_entropy,
}


def sample_losses(plan: Array, loss: Index, rows: Array, staged: Array, targets: Index, column: Index) -> Lanes:
    """Loss of 16 samples in float64, natural logarithms; stable because it starts from the head's sums z."""
    head = height(plan) - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)
    sums = here + integer_at(plan, head, BAND)

    def case(function: Callable[..., Lanes]) -> Callable[[], tuple[Lanes]]:
        return lambda: (function(rows, here, sums, units, staged, targets, column),)

    return choose(loss, {code: case(function) for code, function in LOSSES.items()})[0]


def right_answers(plan: Array, loss: Index, rows: Array, staged: Array, targets: Index, column: Index) -> Lanes:
    """1 where the predicted class is the target's, else 0; NaN is never right.

    One unit: on which side of 0 (squared error) or 1/2 (binary cross-entropy) it lies. Several: the first largest.
    """
    head = height(plan) - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)
    o, t = load(rows, here, column), load(staged, targets, column)
    none, one = filled(o, 0.0), filled(o, 1.0)
    (cut,) = choose(loss, {codes.SQUARED_ERROR: lambda: (none,), codes.BINARY_CROSS_ENTROPY: lambda: (filled(o, 0.5),)})

    def same_side() -> tuple[Lanes]:
        return (where_less(cut, o, where_less(cut, t, one, none), where_less(cut, t, none, one)),)

    def step(unit: Index, number: Lanes, best: Lanes, aim: Lanes, o: Lanes, t: Lanes) -> tuple[Lanes, ...]:
        x, y = load(rows, here + unit, column), load(staged, targets + unit, column)
        best, aim = where_less(o, x, number, best), where_less(t, y, number, aim)
        return number + 1.0, best, aim, where_less(o, x, x, o), where_less(t, y, y, t)

    def same_class() -> tuple[Lanes]:
        _, best, aim, _, _ = accumulate(1, units, step, (one, none, none, o, t))
        return (where_less(magnitude(best - aim), 0.5, one, none),)

    (same,) = choose(units, {2: same_class, 1: same_side})
    return widened(where_less(-1.0, magnitude(o), same, none))
