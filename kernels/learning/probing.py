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
    first,
    height,
    integer_at,
    lane_numbers,
    load,
    magnitude,
    most,
    place_number,
    store,
    total,
    where_less,
    widened,
    width,
)
from kernels.plan import codes
from kernels.plan.arrangement import (
    BAND,
    CODE,
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


@traced(shared=True)
def squares(plan: Any, packed: Any, row: Any, change: Any, moments: Any, part: Any) -> None:
    """A part of each layer's moments becomes the sum of the squares of its part of packed[row], lane by lane.

    change 1: of its change since `remember`.
    """

    def of_layer(layer: Index) -> None:
        sums = [
            strip_squares(packed, row, change, integer_at(plan, layer, start), integer_at(plan, layer, length))
            for start, length in ((STRIP, STRIP_LENGTH), (OTHER_STRIP, OTHER_LENGTH))
        ]
        store(moments, layer * 3 + part, 0, sums[0] + sums[1])

    each(0, height(plan), 1, of_layer)


@inline
def probe_gradient(plan: Array, packed: Array, row: int, moments: Array, probes: Array) -> None:
    """The norm of the gradient in packed[row], layer by layer; what moments held is lost."""
    squares(plan, packed, row, 0, moments, 0)
    for layer in range(plan.shape[0]):
        probes[layer, codes.GRADIENT_NORM] = math.sqrt(sum_of_lanes(moments, 3 * layer))


@inline
def probe_parameters(plan: Array, packed: Array, moments: Array, probes: Array) -> None:
    """The norm of weights and biases, layer by layer; what moments held is lost."""
    squares(plan, packed, PARAMETERS, 0, moments, 0)
    for layer in range(plan.shape[0]):
        probes[layer, codes.PARAMETER_NORM] = math.sqrt(sum_of_lanes(moments, 3 * layer))


@inline
def probe_update(plan: Array, packed: Array, step: int, moments: Array, probes: Array) -> None:
    """How far a step moved each layer since `remember`, relative to the size of its parameters before.

    Where that is more than ever before, the maximum becomes that of `step`. What moments held is lost.
    """
    squares(plan, packed, SUM, 0, moments, 0)
    squares(plan, packed, PARAMETERS, 1, moments, 1)
    for layer in range(plan.shape[0]):
        size, moved = sum_of_lanes(moments, 3 * layer), sum_of_lanes(moments, 3 * layer + 1)
        ratio = math.sqrt(moved / size) if size > 0.0 else 0.0
        probes[layer, codes.UPDATE_RATIO] = ratio
        if ratio > probes[layer, codes.LARGEST_UPDATE_RATIO]:
            probes[layer, codes.LARGEST_UPDATE_RATIO], probes[layer, codes.LARGEST_UPDATE_STEP] = ratio, step


@inline
def record_probes(probes: Array, record: Array) -> None:
    """record (layers, 9) becomes what the probes say now."""
    for layer in range(probes.shape[0]):
        for column in range(codes.PROBES):
            record[layer, column] = probes[layer, column]


@traced(shared=True)
def add_moments(plan: Any, rows: Any, count: Any, moments: Any, peaks: Any) -> None:
    """Add the first `count` columns to each layer's moments (sum of values, of squares, saturated) and units' peaks."""

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

        start = tuple(load(moments, layer * 3 + part, 0) for part in range(3))
        for part, sums in enumerate(accumulate(0, integer_at(plan, layer, N_OUT), of_unit, start)):
            store(moments, layer * 3 + part, 0, sums)

    each(0, height(plan), 1, of_layer)


@traced()
def clear(lines: Any) -> None:
    """Every row's first sixteen numbers become 0."""
    each(0, height(lines), 1, lambda row: store(lines, row, 0, filled(load(lines, row, 0), 0.0)))


@traced(number=True)
def sum_of_lanes(sums: Any, row: Any) -> Any:
    """The total of 16 lanes by a fixed tree."""
    return total(widened(load(sums, row, 0)))


@traced(shared=True)
def probe_units(plan: Any, moments: Any, peaks: Any, samples: Any, probes: Any) -> None:
    """From the moments over `samples` samples: each layer's mean and variance, dead units, saturated share.

    The head, whose loss may look at what comes before its activation, has no dead units.
    """

    def of_layer(layer: Index) -> None:
        units, here = integer_at(plan, layer, N_OUT), integer_at(plan, layer, HERE)
        one = filled(load(moments, layer * 3, 0), 1.0)
        share = one / as_number(most(units * samples, 1), one)
        mean, square, flat = (filled(one, total(load(moments, layer * 3 + part, 0))) * share for part in range(3))
        variance = square - mean * mean

        def count(unit: Index, dead: Lanes) -> tuple[Lanes]:
            peak = load(peaks, here + unit, 0)
            below = filled(one, total(where_less(peak, ALIVE, filled(peak, 1.0), filled(peak, 0.0))))
            return (where_less(15.5, below, dead + one, dead),)

        zero = filled(one, 0.0)
        (dead,) = accumulate(0, units, count, (zero,))
        found = {
            codes.ACTIVATION_MEAN: mean,
            codes.ACTIVATION_VARIANCE: where_less(0.0, variance, variance, zero),
            codes.DEAD_UNITS: dead,
            codes.SATURATED_SHARE: flat,
        }
        for column, value in found.items():
            place_number(probes, layer, column, first(value))

    each(0, height(plan), 1, of_layer)
    place_number(probes, height(plan) - 1, codes.DEAD_UNITS, first(filled(load(moments, 0, 0), 0.0)))
