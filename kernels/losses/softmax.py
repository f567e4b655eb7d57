"""From the head's sums to probabilities, where units need each other or the textbook's way is asked for.

Owns the soft-max and the naive forms, traced. Must not know losses. It runs once after the head, so that these forms
cost no code in every layer's activation.
"""

from __future__ import annotations

from typing import Any

from kernels.lanes.elementary import exp, exp_down, larger
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import Array, Index, Lanes, accumulate, choose, each, filled, height, integer_at, load, store
from kernels.plan import codes
from kernels.plan.arrangement import BAND, CODE, HERE, N_OUT, NAIVE_SIGMOID, NAIVE_SOFTMAX


def softmax(rows: Array, here: Index, units: Index, column: Index) -> None:
    """exp(z - max) / sum over the layer's units, in place; the sum runs from the first unit to the last."""
    (top,) = accumulate(1, units, lambda j, t: (larger(load(rows, here + j, column), t),), (load(rows, here, column),))
    divide_by_sum(rows, here, units, column, lambda z: exp_down(z - top))


def naive_softmax(rows: Array, here: Index, units: Index, column: Index) -> None:
    """exp(z) / sum exp(z): NaN where exp has overflowed."""
    divide_by_sum(rows, here, units, column, exp)


def divide_by_sum(rows: Array, here: Index, units: Index, column: Index, part: Any) -> None:
    """part(z) / sum of part(z), in place."""

    def add(j: Index, total: Lanes) -> tuple[Lanes]:
        e = part(load(rows, here + j, column))
        store(rows, here + j, column, e)
        return (total + e,)

    (total,) = accumulate(0, units, add, (filled(load(rows, here, column), 0.0),))
    each(0, units, 1, lambda j: store(rows, here + j, column, load(rows, here + j, column) / total))


def naive_sigmoid(rows: Array, here: Index, band: Index, units: Index, column: Index) -> None:
    """p = 1 / (1 + exp(-z)), 0 where exp has overflowed, and its slope p (1 - p)."""

    def one(j: Index) -> None:
        p = 1.0 / (exp(-load(rows, here + j, column)) + 1.0)
        store(rows, here + j, column, p)
        store(rows, here + band + j, column, p * (1.0 - p))

    each(0, units, 1, one)


@traced(shared=True)
def probabilities(plan: Any, rows: Any, columns: Any) -> None:
    """Turn the head's sums into probabilities where its code asks for it; any other head stays as it is."""
    head = height(plan) - 1
    here, units, band = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT), integer_at(plan, head, BAND)

    def turn(one: Any, *where: Index) -> Any:
        def work() -> tuple[()]:
            each(0, columns, LANES, lambda column: one(rows, *where, column))
            return ()

        return work

    cases = {
        codes.LINEAR: tuple,
        codes.SOFTMAX: turn(softmax, here, units),
        NAIVE_SIGMOID: turn(naive_sigmoid, here, band, units),
        NAIVE_SOFTMAX: turn(naive_softmax, here, units),
    }
    choose(integer_at(plan, head, CODE), cases)
