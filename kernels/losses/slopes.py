"""What the losses send back: dloss/dz of the head's units.

Owns the derivatives of the terms in losses.py, traced, in the run's own precision. Must not know other layers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from kernels.lanes.duals import still
from kernels.lanes.elementary import exp_down, larger, smaller
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Index,
    Lanes,
    Number,
    accumulate,
    choose,
    each,
    filled,
    height,
    integer_at,
    load,
    store,
    where_less,
)
from kernels.losses.values import Pair, focal_parts, log_of_sum, log_sigmoids, spread, with_number
from kernels.plan import codes
from kernels.plan.arrangement import BAND, HERE, N_OUT


def cross_entropy(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """o - t: the slope of the loss by o has already met the activation's own."""
    return o - t, filled(o, 1.0)


def squared_error(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """o - t."""
    return o - t, slope


def huber(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """o - t, held within delta."""
    delta = filled(o, number)
    return smaller(larger(o - t, -delta), delta), slope


def absolute(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """The sign of o - t, 0 at 0."""
    d = o - t
    return where_less(0.0, d, 1.0, where_less(d, 0.0, -1.0, still(d))), slope


def hinge(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """-t where 1 - t o > 0, else 0."""
    margin = 1.0 - t * o
    return where_less(0.0, margin, -t, where_less(margin, 1.0, 0.0, margin)), slope


def binary_focal(o: Lanes, t: Lanes, z: Lanes, number: Number) -> Pair:
    """t q**gamma (gamma p ln p - q) + (1 - t) p**gamma (p - gamma q ln q), q = 1 - p; both tails keep their digits."""
    p, q, log_p, log_q = log_sigmoids(z)
    gamma = filled(o, number)
    rise = exp_down(log_q * gamma) * (gamma * (p * log_p) - q)
    fall = exp_down(log_p * gamma) * (p - gamma * (q * log_q))
    return t * rise + (1.0 - t) * fall, filled(o, 1.0)


def naive_binary(o: Lanes, t: Lanes, slope: Lanes, number: Number) -> Pair:
    """-t / p + (1 - t) / (1 - p), times the sigmoid's slope: NaN where p has become 0 or 1."""
    return (1.0 - t) / (1.0 - o) - t / o, slope


SLOPES: Final = {
    codes.SOFTMAX_CROSS_ENTROPY: cross_entropy,  # the binary one too, by being the first
    codes.SQUARED_ERROR: squared_error,
    codes.HUBER: huber,
    codes.ABSOLUTE: absolute,
    codes.HINGE: hinge,
    codes.BINARY_FOCAL: binary_focal,
    codes.NAIVE_BINARY_CROSS_ENTROPY: naive_binary,
}


def focal_terms(
    z: Callable[[Index], Lanes], o: Callable[[Index], Lanes], t: Callable[[Index], Lanes], units: Index, number: Number
) -> Callable[[Index], Lanes]:
    """-t q**gamma (1 - gamma p ln(p) / q), q = 1 - p; ln(p) / q is -1 in the limit of p = 1."""
    top, rest = spread(z, units)
    log_sum, gamma = log_of_sum(rest), filled(top, number)

    def term(unit: Index) -> Lanes:
        p, q, log_p, focus = focal_parts(z(unit) - top, rest, log_sum, gamma)
        ratio = where_less(0.0, q, log_p / q, -1.0)
        return t(unit) * (focus * (gamma * (p * ratio) - 1.0))

    return term


def naive_terms(
    z: Callable[[Index], Lanes], o: Callable[[Index], Lanes], t: Callable[[Index], Lanes], units: Index, number: Number
) -> Callable[[Index], Lanes]:
    """-t / p times p: NaN where p has become 0 or infinite."""
    return lambda unit: -t(unit) / o(unit) * o(unit)


@traced(shared=True)
def head_deltas(
    plan: Any, loss: Any, number: Any, rows: Any, staged: Any, targets: Any, start: Any, columns: Any
) -> None:
    """dloss/dz of the head's units times the sample's share, which is 0 in padding lanes: there the result is 0.

    Targets and, in the row after them, shares are staged from column `start` on. number: Huber's delta or the focal
    loss's gamma. A soft-max with dloss/dln p = g has dloss/dz = g - p sum g.
    """
    head = height(plan) - 1
    here, units, band = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT), integer_at(plan, head, BAND)
    cases = {code: with_number(slope, number) for code, slope in SLOPES.items()}

    def sixteen(column: Index) -> None:
        share = load(staged, targets + units, start + column)

        def o(unit: Index) -> Lanes:
            return load(rows, here + unit, column)

        def t(unit: Index) -> Lanes:
            return load(staged, targets + unit, start + column)

        def slope(unit: Index) -> Lanes:
            return load(rows, here + band + unit, column)

        def place(unit: Index, delta: Lanes) -> None:
            store(rows, here + band * 2 + unit, column, where_less(0.0, share, delta, 0.0))

        def one(unit: Index) -> None:
            d, factor = choose(loss, cases, o(unit), t(unit), slope(unit))
            place(unit, d * share * factor)

        def by_unit() -> tuple[()]:
            each(0, units, 1, one)
            return ()

        def jointly(terms: Callable[..., Callable[[Index], Lanes]]) -> tuple[()]:
            term = terms(slope, o, t, units, number)
            zero = filled(o(units * 0), 0.0)
            (total,) = accumulate(0, units, lambda unit, total: (total + term(unit),), (zero,))
            each(0, units, 1, lambda unit: place(unit, (term(unit) - o(unit) * total) * share))
            return ()

        together = {codes.SOFTMAX_FOCAL: focal_terms, codes.NAIVE_SOFTMAX_CROSS_ENTROPY: naive_terms}
        choose(
            loss,
            {codes.SQUARED_ERROR: by_unit}
            | {code: functools.partial(jointly, terms) for code, terms in together.items()},
        )

    each(0, columns, LANES, sixteen)
