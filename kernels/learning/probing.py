"""What a run tells about its layers: gradient and update sizes, and how the units answer the training set.

Owns these figures; takes them from what training has in hand anyway. Must not know losses or optimizers.
"""

from __future__ import annotations

import math
from typing import Any, Final

from kernels.compiling.jit import inline
from kernels.lanes.elementary import larger
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    as_number,
    choose,
    each,
    filled,
    height,
    integer_at,
    lane_numbers,
    load,
    magnitude,
    store,
    total,
    where_less,
    widened,
    width,
)
from kernels.plan import codes
from kernels.plan.layout import (
    BAND,
    CODE,
    GRADIENT,
    HERE,
    N_OUT,
    OTHER_LENGTH,
    OTHER_STRIP,
    PARAMETERS,
    STRIP,
    STRIP_LENGTH,
    SUM,
)

EVERY: Final = 16  # steps from one look at gradient and update to the next
ALIVE: Final = 1e-12  # a unit whose slope is smaller on every sample is dead
FLAT: Final = {codes.LINEAR: 0.0, codes.TANH: 0.01, codes.SIGMOID: 0.0025}  # saturated: below 1 % of the steepest slope


@traced()
def remember(packed: Any) -> None:
    """packed[SUM] = packed[PARAMETERS]."""
    each(0, width(packed), LANES, lambda i: store(packed, SUM, i, load(packed, PARAMETERS, i)))


def strip_squares(packed: Array, row: Index, change: Index, start: Index, length: Index) -> Lanes:
    """Sixteen sums of the squares of `length` numbers from `start` on; change 1: of their change from packed[SUM]."""

    def step(vector: Index, sums: Lanes) -> tuple[Lanes]:
        x = load(packed, row, vector * LANES)
        (x,) = choose(change, {0: lambda: (x,), 1: lambda: (x - load(packed, SUM, vector * LANES),)})
        place, none = lane_numbers(x) + as_number(vector * LANES, x), filled(x, 0.0)
        inside = where_less(place, as_number(start, x), none, where_less(place, as_number(start + length, x), x, none))
        wide = widened(inside)
        return (sums + wide * wide,)

    zero = filled(widened(load(packed, row, 0)), 0.0)
    return accumulate(start // LANES, (start + length + 15) // LANES, step, (zero,))[0]


@traced(number=True)
def squares(plan: Any, layer: Any, packed: Any, row: Any, change: Any) -> Any:
    """Sum of the squares of a layer's part of packed[row], or of its change since `remember`."""
    sums = [
        strip_squares(packed, row, change, integer_at(plan, layer, start), integer_at(plan, layer, length))
        for start, length in ((STRIP, STRIP_LENGTH), (OTHER_STRIP, OTHER_LENGTH))
    ]
    return total(sums[0] + sums[1])


@inline
def probe_gradient(plan: Array, packed: Array, probes: Array) -> None:
    """The gradient's norm, layer by layer, before the step it leads to."""
    remember(packed)
    for layer in range(plan.shape[0]):
        probes[layer, codes.GRADIENT_NORM] = math.sqrt(squares(plan, layer, packed, GRADIENT, 0))


@inline
def probe_update(plan: Array, packed: Array, probes: Array) -> None:
    """How far a step moved each layer, relative to the size of its parameters before; and the running maximum."""
    for layer in range(plan.shape[0]):
        size, moved = squares(plan, layer, packed, SUM, 0), squares(plan, layer, packed, PARAMETERS, 1)
        ratio = math.sqrt(moved / size) if size > 0.0 else 0.0
        probes[layer, codes.UPDATE_RATIO] = ratio
        probes[layer, codes.LARGEST_UPDATE_RATIO] = max(probes[layer, codes.LARGEST_UPDATE_RATIO], ratio)


@traced(shared=True)
def tally(plan: Any, rows: Any, count: Any, tallies: Any, peaks: Any) -> None:
    """Add the first `count` columns to each layer's tallies (sum of values, of squares, saturated) and units' peaks."""

    def of_layer(layer: Index) -> None:
        here, band = integer_at(plan, layer, HERE), integer_at(plan, layer, BAND)

        def of_unit(unit: Index, *found: Lanes) -> tuple[Lanes, ...]:
            def sixteen(vector: Index, value: Lanes, square: Lanes, flat: Lanes, peak: Lanes) -> tuple[Lanes, ...]:
                column = vector * LANES
                h, slope = load(rows, here + unit, column), magnitude(load(rows, here + band + unit, column))
                zero = filled(h, 0.0)
                real = where_less(lane_numbers(h) + as_number(column, h), as_number(count, h), filled(h, 1.0), zero)
                limits = {code: (lambda limit=limit: (filled(h, limit),)) for code, limit in FLAT.items()}
                (limit,) = choose(integer_at(plan, layer, CODE), limits)
                h, slope = where_less(0.5, real, h, zero), where_less(0.5, real, slope, zero)
                saturated = where_less(slope, limit, real, zero)
                wide = widened(h)
                return value + wide, square + wide * wide, flat + widened(saturated), larger(peak, slope)

            peak = load(peaks, here + unit, 0)
            *sums, peak = accumulate(0, (count + 15) // 16, sixteen, (*found, peak))
            store(peaks, here + unit, 0, peak)
            return tuple(sums)

        start = tuple(load(tallies, layer * 3 + part, 0) for part in range(3))
        for part, sums in enumerate(accumulate(0, integer_at(plan, layer, N_OUT), of_unit, start)):
            store(tallies, layer * 3 + part, 0, sums)

    each(0, height(plan), 1, of_layer)


@traced()
def clear(lines: Any) -> None:
    """Every row's first sixteen numbers become 0."""
    each(0, height(lines), 1, lambda row: store(lines, row, 0, filled(load(lines, row, 0), 0.0)))


@traced(number=True)
def sum_of_lanes(sums: Any, row: Any) -> Any:
    """The total of 16 lanes by a fixed tree."""
    return total(widened(load(sums, row, 0)))


@traced(number=True)
def lanes_below(lines: Any, row: Any, limit: Any) -> Any:
    """How many of a row's first 16 numbers are below the limit."""
    x = widened(load(lines, row, 0))
    return total(where_less(x, filled(x, limit), filled(x, 1.0), filled(x, 0.0)))


@inline
def probe_units(plan: Array, tallies: Array, peaks: Array, samples: int, probes: Array) -> None:
    """From the tallies over `samples` samples: each layer's mean and variance, dead units, saturated share."""
    for layer in range(plan.shape[0]):
        units = plan[layer, N_OUT]
        share = 1.0 / max(units * samples, 1)
        mean = sum_of_lanes(tallies, 3 * layer) * share
        dead = 0.0
        for unit in range(units):
            dead += 1.0 if lanes_below(peaks, plan[layer, HERE] + unit, ALIVE) > 15.5 else 0.0
        is_head = layer == plan.shape[0] - 1
        probes[layer, codes.ACTIVATION_MEAN] = mean
        probes[layer, codes.ACTIVATION_VARIANCE] = max(sum_of_lanes(tallies, 3 * layer + 1) * share - mean * mean, 0.0)
        probes[layer, codes.DEAD_UNITS] = 0.0 if is_head else dead
        probes[layer, codes.SATURATED_SHARE] = sum_of_lanes(tallies, 3 * layer + 2) * share
