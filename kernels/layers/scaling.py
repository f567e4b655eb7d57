"""Layers that multiply every unit by a gain and add a shift.

Owns gains and shifts, which GROUP neighbouring units share (the pixels of a channel); the normalizations use them
too. Must not know statistics nor optimizers. Sums over columns run vector by vector in 16 lanes, whose total is
a fixed tree.
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
    each,
    filled,
    integer_at,
    load,
    place_number,
    repeat,
    store,
    total,
)
from kernels.layers.bands import activate_units, for_each_unit, give_before
from kernels.plan.arrangement import BAND, BEFORE, BIAS, GRADIENT, GROUP, HERE, N_OUT, PARAMETERS, WEIGHTS


def for_each_channel(plan: Array, layer: Index, work: Callable[[Any, Any, Any], object]) -> None:
    """work(channel, first unit, units) for the groups of units that share parameters."""
    group = integer_at(plan, layer, GROUP)
    each(0, integer_at(plan, layer, N_OUT) // group, 1, lambda channel: work(channel, channel * group, group))


@traced(shared=True)
def scale_and_shift(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any, source: Any) -> None:
    """Values and slopes of all units from z = gain x + shift; the x of the first unit lies in row `source`."""
    here, gains, shifts = (integer_at(plan, layer, part) for part in (HERE, WEIGHTS, BIAS))

    def channel(c: Index, unit: Index, units: Index) -> None:
        def one(u: Index, column: Index) -> None:
            x = load(rows, source + unit + u, column) * repeat(packed, PARAMETERS, gains + c)
            store(rows, here + unit + u, column, x + repeat(packed, PARAMETERS, shifts + c))

        for_each_unit(units, columns, one)

    for_each_channel(plan, layer, channel)
    activate_units(plan, layer, rows, columns)


@traced()
def forward_scaling(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Values and slopes of a scaling layer's units."""
    scale_and_shift(plan, layer, rows, packed, columns, integer_at(plan, layer, BEFORE))


@traced(shared=True)
def backward_scaling(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Deltas of the units before: delta times gain."""
    deltas, gains = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2, integer_at(plan, layer, WEIGHTS)

    def channel(c: Index, unit: Index, units: Index) -> None:
        def one(u: Index, column: Index) -> None:
            delta = load(rows, deltas + unit + u, column) * repeat(packed, PARAMETERS, gains + c)
            give_before(plan, layer, rows, unit + u, column, delta)

        for_each_unit(units, columns, one)

    for_each_channel(plan, layer, channel)


@traced(shared=True)
def gain_gradients(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any, source: Any) -> None:
    """packed[GRADIENT] of gains: sums of delta * x; of shifts: sums of delta. Row `source` holds the first x."""
    deltas = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2
    gains, shifts = integer_at(plan, layer, WEIGHTS), integer_at(plan, layer, BIAS)

    def channel(c: Index, unit: Index, units: Index) -> None:
        def line(u: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            return accumulate(0, columns // LANES, lambda v, *sums: vector(unit + u, v * LANES, *sums), sums)

        def vector(u: Index, column: Index, gain: Lanes, shift: Lanes) -> tuple[Lanes, Lanes]:
            delta = load(rows, deltas + u, column)
            return gain + delta * load(rows, source + u, column), shift + delta

        zero = filled(load(rows, deltas, 0), 0.0)
        gain, shift = accumulate(0, units, line, (zero, zero))
        place_number(packed, GRADIENT, gains + c, total(gain))
        place_number(packed, GRADIENT, shifts + c, total(shift))

    for_each_channel(plan, layer, channel)


@traced()
def gradient_scaling(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Gradients of gains and shifts, from deltas and what came in."""
    gain_gradients(plan, layer, rows, packed, columns, integer_at(plan, layer, BEFORE))
