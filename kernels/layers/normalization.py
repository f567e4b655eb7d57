"""Batch normalization and layer normalization.

Owns statistics over a batch or over a layer; gains and shifts are scaling.py's. Must not know optimizers. Means come
first and centred squares after them, which loses no digits; sums over columns run vector by vector in 16 lanes, whose
total is a fixed tree. Columns past `count` never enter a statistic.

Batch normalization: Ioffe & Szegedy 2015, running statistics as PyTorch keeps them; layer normalization: Ba, Kiros &
Hinton 2016. The gradients follow from normalized = (x - mean) / sqrt(variance + epsilon):
dx = gain / sqrt(variance + epsilon) * (delta - mean(delta) - normalized * mean(delta * normalized)).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    integer_at,
    lane_numbers,
    load,
    number_at,
    place_number,
    repeat,
    square_root,
    store,
    total,
    where_less,
)
from kernels.layers.bands import for_each_unit, give_before
from kernels.layers.scaling import for_each_channel, gain_gradients, scale_and_shift
from kernels.plan import codes
from kernels.plan.arrangement import BAND, BEFORE, GRADIENT, GROUP, HERE, KIND, N_OUT, PARAMETERS, STATISTICS, WEIGHTS


def mean_over(units: Index, columns: Index, count: Index, like: Lanes, term: Callable[[Any, Any], Lanes]) -> Lanes:
    """Mean of term(unit, column) over 0 … units - 1 and the first `count` columns, in all lanes."""
    zero = filled(like, 0.0)

    def vector(unit: Index, v: Index, sums: Lanes) -> tuple[Lanes]:
        real = where_less(lane_numbers(zero), as_number(count - v * LANES, zero), term(unit, v * LANES), zero)
        return (sums + real,)

    def line(unit: Index, sums: Lanes) -> tuple[Lanes, ...]:
        return accumulate(0, columns // LANES, lambda v, sums: vector(unit, v, sums), (sums,))

    (sums,) = accumulate(0, units, line, (zero,))
    return filled(zero, total(sums)) / as_number(units * count, zero)


def inverse_place(plan: Array, layer: Index, channel: Index) -> Index:
    """Where packed[GRADIENT] keeps 1 / sqrt(variance + epsilon) of a channel from the forward to the backward pass."""
    channels = integer_at(plan, layer, N_OUT) // integer_at(plan, layer, GROUP)
    return integer_at(plan, layer, STATISTICS) + channels + channel


def normalize(
    plan: Array,
    numbers: Array,
    layer: Index,
    rows: Array,
    packed: Array,
    columns: Index,
    statistics: Callable[[Any, Any, Any], tuple[Lanes, Lanes]],
) -> None:
    """Normalized values of all units with each channel's (mean, variance); keeps the inverse deviations."""
    before = integer_at(plan, layer, BEFORE)
    normalized = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 3

    def channel(c: Index, unit: Index, units: Index) -> None:
        mean, variance = statistics(c, before + unit, units)
        inverse = 1.0 / square_root(variance + filled(mean, number_at(numbers, layer, codes.NORM_EPSILON)))
        place_number(packed, GRADIENT, inverse_place(plan, layer, c), first(inverse))

        def one(u: Index, column: Index) -> None:
            store(rows, normalized + unit + u, column, (load(rows, before + unit + u, column) - mean) * inverse)

        for_each_unit(units, columns, one)

    for_each_channel(plan, layer, channel)
    scale_and_shift(plan, layer, rows, packed, columns, normalized)


@traced(shared=True)
def forward_batch_norm(plan: Any, numbers: Any, layer: Any, rows: Any, packed: Any, columns: Any, count: Any) -> None:
    """Training: values, slopes and normalized values; moves the running statistics in packed[PARAMETERS].

    Keeps the inverse deviations in packed[GRADIENT], where the variances lie, for the backward pass.
    """
    means = integer_at(plan, layer, STATISTICS)

    def move(place: Index, batch: Lanes) -> None:
        keep, old = filled(batch, number_at(numbers, layer, codes.KEEP)), repeat(packed, PARAMETERS, place)
        place_number(packed, PARAMETERS, place, first(old + keep * (batch - old)))

    def statistics(c: Index, row: Index, units: Index) -> tuple[Lanes, Lanes]:
        like = load(rows, row, 0)
        mean = mean_over(units, columns, count, like, lambda u, column: load(rows, row + u, column))

        def square(u: Index, column: Index) -> Lanes:
            x = load(rows, row + u, column) - mean
            return x * x

        variance = mean_over(units, columns, count, like, square)
        n = as_number(units * count, mean)
        move(means + c, mean)
        move(inverse_place(plan, layer, c), variance * (n / larger(n - 1.0, 1.0)))
        return mean, variance

    normalize(plan, numbers, layer, rows, packed, columns, statistics)


@traced(shared=True)
def forward_running_norm(plan: Any, numbers: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Batch normalization outside training: the same with the running statistics, which stay as they are."""
    means = integer_at(plan, layer, STATISTICS)

    def statistics(c: Index, row: Index, units: Index) -> tuple[Lanes, Lanes]:
        variance = repeat(packed, PARAMETERS, inverse_place(plan, layer, c))
        return repeat(packed, PARAMETERS, means + c), variance

    normalize(plan, numbers, layer, rows, packed, columns, statistics)


@traced(shared=True)
def forward_layer_norm(plan: Any, numbers: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Values, slopes and normalized values; statistics over the units of one sample."""
    units, before = integer_at(plan, layer, N_OUT), integer_at(plan, layer, BEFORE)
    normalized = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 3

    def sixteen(column: Index) -> None:
        mean, inverse = sample_statistics(plan, numbers, layer, rows, column)

        def one(unit: Index) -> None:
            store(rows, normalized + unit, column, (load(rows, before + unit, column) - mean) * inverse)

        each(0, units, 1, one)

    each(0, columns, LANES, sixteen)
    scale_and_shift(plan, layer, rows, packed, columns, normalized)


def sample_statistics(plan: Array, numbers: Array, layer: Index, rows: Array, column: Index) -> tuple[Lanes, Lanes]:
    """(mean, 1 / sqrt(variance + epsilon)) over the units before, for 16 samples."""
    units, before = integer_at(plan, layer, N_OUT), integer_at(plan, layer, BEFORE)
    zero = filled(load(rows, before, column), 0.0)
    n = as_number(units, zero)
    (sums,) = accumulate(0, units, lambda u, sums: (sums + load(rows, before + u, column),), (zero,))
    mean = sums / n

    def square(u: Index, sums: Lanes) -> tuple[Lanes]:
        x = load(rows, before + u, column) - mean
        return (sums + x * x,)

    (squares,) = accumulate(0, units, square, (zero,))
    return mean, 1.0 / square_root(squares / n + filled(zero, number_at(numbers, layer, codes.NORM_EPSILON)))


@traced(shared=True)
def backward_batch_norm(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any, count: Any, training: Any) -> None:
    """Deltas of the units before; with training 0 the statistics are constants, with 1 they are the batch's own.

    Reads the inverse deviations the forward pass kept in packed[GRADIENT]; columns past `count` get delta 0.
    """
    here, band, gains = (integer_at(plan, layer, part) for part in (HERE, BAND, WEIGHTS))

    def channel(c: Index, unit: Index, units: Index) -> None:
        delta, normalized = here + unit + band * 2, here + unit + band * 3
        factor = repeat(packed, PARAMETERS, gains + c) * repeat(packed, GRADIENT, inverse_place(plan, layer, c))
        moves = as_number(training, factor)

        def product(u: Index, column: Index) -> Lanes:
            return load(rows, delta + u, column) * load(rows, normalized + u, column)

        mean = mean_over(units, columns, count, factor, lambda u, column: load(rows, delta + u, column)) * moves
        slope = mean_over(units, columns, count, factor, product) * moves

        def one(u: Index, column: Index) -> None:
            d = (load(rows, delta + u, column) - mean) - load(rows, normalized + u, column) * slope
            real = where_less(lane_numbers(d), as_number(count - column, d), d * factor, 0.0)
            give_before(plan, layer, rows, unit + u, column, real)

        for_each_unit(units, columns, one)

    for_each_channel(plan, layer, channel)


@traced(shared=True)
def backward_layer_norm(plan: Any, numbers: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Deltas of the units before, through the statistics of each sample."""
    units, here, band = (integer_at(plan, layer, part) for part in (N_OUT, HERE, BAND))
    gains = integer_at(plan, layer, WEIGHTS)

    def sixteen(column: Index) -> None:
        _, inverse = sample_statistics(plan, numbers, layer, rows, column)
        n, zero = as_number(units, inverse), filled(inverse, 0.0)

        def terms(u: Index) -> tuple[Lanes, Lanes]:
            delta = load(rows, here + u + band * 2, column) * repeat(packed, PARAMETERS, gains + u)
            return delta, load(rows, here + u + band * 3, column)

        def step(u: Index, sums: Lanes, products: Lanes) -> tuple[Lanes, Lanes]:
            delta, normalized = terms(u)
            return sums + delta, products + delta * normalized

        sums, products = accumulate(0, units, step, (zero, zero))

        def one(u: Index) -> None:
            delta, normalized = terms(u)
            give_before(plan, layer, rows, u, column, ((delta - sums / n) - normalized * (products / n)) * inverse)

        each(0, units, 1, one)

    each(0, columns, LANES, sixteen)


@traced()
def gradient_norm(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Gradients of gains and shifts, from deltas and normalized values; those of running statistics are 0."""
    normalized = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 3
    gain_gradients(plan, layer, rows, packed, columns, normalized)
    means = integer_at(plan, layer, STATISTICS)
    zero = first(filled(load(rows, normalized, 0), 0.0))

    def clear(c: Index, unit: Index, units: Index) -> None:
        place_number(packed, GRADIENT, means + c, zero)
        place_number(packed, GRADIENT, inverse_place(plan, layer, c), zero)

    def statistics() -> tuple[()]:
        for_each_channel(plan, layer, clear)
        return ()

    choose(integer_at(plan, layer, KIND), {codes.LAYER_NORM: tuple, codes.BATCH_NORM: statistics})
