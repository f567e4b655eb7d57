"""Pooling: the largest or the mean value of each window of an image.

Owns windows of KERNEL x KERNEL pixels that touch but do not overlap; what is left over at the right and below is not
looked at and gets delta 0. Rows are units, unit = (channel * height + y) * width + x. Must not know other layers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    as_number,
    each,
    filled,
    integer_at,
    load,
    magnitude,
    where_less,
)
from kernels.layers.bands import for_each_unit, give, give_before, put
from kernels.plan.arrangement import BAND, BEFORE, CHANNELS, HEIGHT, HERE, KERNEL, N_IN, WIDTH


def for_each_window(plan: Array, layer: Index, columns: Index, work: Callable[[Any, Any, Any], object]) -> None:
    """work(unit, corner, column) for every unit of the layer; corner: its window's first unit in the layer before."""
    channels, high, wide, kernel = (integer_at(plan, layer, part) for part in (CHANNELS, HEIGHT, WIDTH, KERNEL))
    down, right = high // kernel, wide // kernel

    def pixel(channel: Index, y: Index, x: Index) -> None:
        unit, corner = (channel * down + y) * right + x, (channel * high + y * kernel) * wide + x * kernel
        each(0, columns, LANES, lambda column: work(unit, corner, column))

    each(0, channels, 1, lambda c: each(0, down, 1, lambda y: each(0, right, 1, lambda x: pixel(c, y, x))))


def through_window(
    plan: Array, layer: Index, corner: Index, step: Callable[..., tuple[Lanes, ...]], sums: tuple[Lanes, ...]
) -> tuple[Lanes, ...]:
    """sums = step(unit, *sums) for the window's units in the layer before, row after row."""
    kernel, wide = integer_at(plan, layer, KERNEL), integer_at(plan, layer, WIDTH)

    def line(y: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        start = corner + y * wide
        return accumulate(0, kernel, lambda x, *sums: step(start + x, *sums), sums)

    return accumulate(0, kernel, line, sums)


def largest(plan: Array, layer: Index, rows: Array, corner: Index, column: Index) -> Lanes:
    """The largest value of a window; NaN if one of them is."""
    before = integer_at(plan, layer, BEFORE)

    def step(unit: Index, top: Lanes) -> tuple[Lanes]:
        x = load(rows, before + unit, column)
        return (where_less(top, x, x, where_less(-1.0, magnitude(x), top, x)),)

    return through_window(plan, layer, corner, step, (load(rows, before + corner, column),))[0]


@traced(shared=True)
def forward_max_pool(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """Values of the units (slopes 1): the largest of the window."""

    def window(unit: Index, corner: Index, column: Index) -> None:
        put(plan, layer, rows, unit, column, largest(plan, layer, rows, corner, column))

    for_each_window(plan, layer, columns, window)


def area(plan: Array, layer: Index, like: Lanes) -> Lanes:
    """Units in a window."""
    kernel = integer_at(plan, layer, KERNEL)
    return as_number(kernel * kernel, like)


@traced(shared=True)
def forward_average_pool(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """Values of the units (slopes 1): the sum of the window, row after row, divided by its size."""
    before = integer_at(plan, layer, BEFORE)

    def window(unit: Index, corner: Index, column: Index) -> None:
        zero = filled(load(rows, before + corner, column), 0.0)
        (total,) = through_window(
            plan, layer, corner, lambda place, total: (total + load(rows, before + place, column),), (zero,)
        )
        put(plan, layer, rows, unit, column, total / area(plan, layer, zero))

    for_each_window(plan, layer, columns, window)


@traced(shared=True)
def clear_deltas_before(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """The deltas of the units before become 0 unless this layer adds to them."""
    before = integer_at(plan, layer, BEFORE)

    def one(unit: Index, column: Index) -> None:
        give_before(plan, layer, rows, unit, column, filled(load(rows, before + unit, column), 0.0))

    for_each_unit(integer_at(plan, layer, N_IN), columns, one)


@traced(shared=True)
def backward_max_pool(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """Deltas of the units before: the first largest of each window gets its delta."""
    here, before, band = (integer_at(plan, layer, part) for part in (HERE, BEFORE, BAND))
    clear_deltas_before(plan, layer, rows, columns)

    def window(unit: Index, corner: Index, column: Index) -> None:
        top = largest(plan, layer, rows, corner, column)

        def step(place: Index, left: Lanes) -> tuple[Lanes]:
            given = where_less(load(rows, before + place, column), top, 0.0, left)
            give(rows, before + place, band, 1, column, given)
            return (where_less(load(rows, before + place, column), top, left, 0.0),)

        through_window(plan, layer, corner, step, (load(rows, here + band * 2 + unit, column),))

    for_each_window(plan, layer, columns, window)


@traced(shared=True)
def backward_average_pool(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """Deltas of the units before: an equal share of the window's delta for each."""
    here, before, band = (integer_at(plan, layer, part) for part in (HERE, BEFORE, BAND))
    clear_deltas_before(plan, layer, rows, columns)

    def window(unit: Index, corner: Index, column: Index) -> None:
        delta = load(rows, here + band * 2 + unit, column)
        share = delta / area(plan, layer, delta)

        def step(place: Index) -> tuple[()]:
            give(rows, before + place, band, 1, column, share)
            return ()

        through_window(plan, layer, corner, step, ())

    for_each_window(plan, layer, columns, window)
