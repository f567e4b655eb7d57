"""Convolution of small images.

Owns the three correlations: forward, back to the inputs, and the gradients of the weights. Rows are units, unit =
(channel * height + y) * width + x; columns are samples, sixteen to a vector. Stride 1, PADDING zeros on every side.
Must not know optimizers. Every sum runs over its terms in a fixed order with one accumulator a sample.

Weight (f, c, i, j) lies at WEIGHTS + ((f * CHANNELS + c) * KERNEL + i) * KERNEL + j of the packed parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    blocks_of,
    choose,
    each,
    filled,
    in_blocks,
    integer_at,
    least,
    load,
    most,
    place_number,
    repeat,
    store,
    sums_held,
    total,
)
from kernels.layers.bands import activate_units, give_before
from kernels.plan.arrangement import (
    BAND,
    BEFORE,
    BIAS,
    CHANNELS,
    GRADIENT,
    HEIGHT,
    HERE,
    KERNEL,
    N_OUT,
    PADDING,
    PARAMETERS,
    STRIDE,
    WEIGHTS,
    WIDTH,
)

MANY = 4  # channels at a time, at most
FORWARD, BACKWARD = 0, 1


@dataclass(frozen=True)
class Shape:
    """Sizes of a convolution: images that come in (channels, high, wide) and go out (filters, down, right)."""

    channels: Index
    high: Index
    wide: Index
    filters: Index
    down: Index
    right: Index
    kernel: Index
    padding: Index


def shape_of(plan: Array, layer: Index) -> Shape:
    """The sizes from the plan."""
    channels, high, wide, kernel, padding = (
        integer_at(plan, layer, part) for part in (CHANNELS, HEIGHT, WIDTH, KERNEL, PADDING)
    )
    down, right = high + padding * 2 - kernel + 1, wide + padding * 2 - kernel + 1
    filters = integer_at(plan, layer, N_OUT) // (down * right)
    return Shape(channels, high, wide, filters, down, right, kernel, padding)


def inside(offset: Index, kernel: Index, size: Index) -> tuple[Index, Index]:
    """First and one past the last tap of a kernel laid at `offset` (it may be negative) that falls in 0 … size - 1."""
    return most(0, offset * -1), least(kernel, size - offset)


def either(way: Index, forward: Index, backward: Index) -> Index:
    """`forward` if way is FORWARD, else `backward`."""
    return forward + (backward - forward) * way


def correlate(
    s: Shape,
    source: Index,
    y: Index,
    x: Index,
    term: Callable[..., tuple[Lanes, ...]],
    sums: tuple[Lanes, ...],
) -> tuple[Lanes, ...]:
    """sums = term(c, tap, unit, *sums) over channels c and taps of a kernel laid with its corner at (y, x).

    The source has `source` channels of s.high x s.wide. Channels outside, then rows, then columns.
    """
    first_line, end_line = inside(y, s.kernel, s.high)
    first_tap, end_tap = inside(x, s.kernel, s.wide)

    def channel(c: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        def line(i: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            start = (c * s.high + y + i) * s.wide + x
            return accumulate(first_tap, end_tap, lambda j, *sums: term(c, i * s.kernel + j, start + j, *sums), sums)

        return accumulate(first_line, end_line, line, sums)

    return accumulate(0, source, channel, sums)


@traced(shared=True)
def pass_images(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any, way: Any) -> None:
    """way FORWARD: sums z of all units in their value rows. BACKWARD: deltas of the units before.

    Backward is the same correlation of the deltas with every kernel turned by 180 degrees and padded the other way.
    """
    s = shape_of(plan, layer)
    here, band, weights, stride = (integer_at(plan, layer, part) for part in (HERE, BAND, WEIGHTS, STRIDE))
    square = s.kernel * s.kernel
    source = either(way, integer_at(plan, layer, BEFORE), here + band * 2)
    sources, targets = either(way, s.channels, s.filters), either(way, s.filters, s.channels)
    down, right = either(way, s.down, s.high), either(way, s.right, s.wide)
    padding = either(way, s.padding, s.kernel - 1 - s.padding)
    first_weight, turn = weights + either(way, square * 0, square - 1), either(way, square * 0 + 1, square * 0 - 1)
    across, along = either(way, stride, square), either(way, square, stride)
    seen = Shape(
        s.channels, either(way, s.high, s.down), either(way, s.wide, s.right), s.filters, down, right, s.kernel, padding
    )

    def block(target: Index, count: int, y: Index, x: Index, column: Index) -> None:
        at = first_weight + across * target

        def term(c: Index, tap: Index, unit: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            value, weight = load(rows, source + unit, column), at + along * c + tap * turn
            return tuple(z + value * repeat(packed, PARAMETERS, weight + across * t) for t, z in enumerate(sums))

        zero = filled(load(rows, source, column), 0.0)
        sums = correlate(seen, sources, y - padding, x - padding, term, (zero,) * count)
        unit = (target * down + y) * right + x

        def keep() -> tuple[()]:
            for t, z in enumerate(sums):
                bias = repeat(packed, PARAMETERS, integer_at(plan, layer, BIAS) + target + t)
                store(rows, here + unit + down * right * t, column, z + bias)
            return ()

        def give_back() -> tuple[()]:
            for t, z in enumerate(sums):
                give_before(plan, layer, rows, unit + down * right * t, column, z)
            return ()

        choose(way, {FORWARD: keep, BACKWARD: give_back})

    sizes = blocks_of(min(MANY, sums_held(rows)))

    def pixel(y: Index, x: Index, column: Index) -> None:
        in_blocks(targets, sizes, lambda target, count: block(target, count, y, x, column))

    def sixteen(column: Index) -> None:
        each(0, down, 1, lambda y: each(0, right, 1, lambda x: pixel(y, x, column)))

    each(0, columns, LANES, sixteen)


@traced()
def forward_convolution(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Values and slopes of all units."""
    pass_images(plan, layer, rows, packed, columns, FORWARD)
    activate_units(plan, layer, rows, columns)


@traced()
def backward_convolution(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Deltas of the units before."""
    pass_images(plan, layer, rows, packed, columns, BACKWARD)


@traced(shared=True)
def gradient_convolution(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """packed[GRADIENT] of weights: sums of delta * input over pixels and samples; of biases: sums of delta."""
    s = shape_of(plan, layer)
    before, weights, stride = (integer_at(plan, layer, part) for part in (BEFORE, WEIGHTS, STRIDE))
    deltas = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2
    pixels = s.down * s.right
    zero = filled(load(rows, deltas, 0), 0.0)

    def over_columns(
        first: Index, end: Index, left: Index, right: Index, work: Callable[..., tuple[Lanes, ...]], count: int
    ) -> tuple[Lanes, ...]:
        """Sums of work(y, x, column, *sums) over vectors of samples, then lines, then pixels."""

        def vector(v: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            def line(y: Index, *sums: Lanes) -> tuple[Lanes, ...]:
                return accumulate(left, right, lambda x, *sums: work(y, x, v * LANES, *sums), sums)

            return accumulate(first, end, line, sums)

        return accumulate(0, columns // LANES, vector, (zero,) * count)

    def tap(f: Index, fs: int, c: Index, cs: int, i: Index, j: Index) -> None:
        top, left = i - s.padding, j - s.padding
        image, square = s.high * s.wide, s.kernel * s.kernel

        def work(y: Index, x: Index, column: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            value = before + (c * s.high + y + top) * s.wide + x + left
            delta = deltas + f * pixels + y * s.right + x
            values = [load(rows, value + image * n, column) for n in range(cs)]
            given = [load(rows, delta + pixels * n, column) for n in range(fs)]
            products = [d * v for d in given for v in values]
            return tuple(z + p for z, p in zip(sums, products, strict=True))

        place = weights + f * stride + (c * s.kernel + i) * s.kernel + j
        ends = (*inside(top, s.down, s.high), *inside(left, s.right, s.wide))
        for n, z in enumerate(over_columns(*ends, work, fs * cs)):
            place_number(packed, GRADIENT, place + stride * (n // cs) + square * (n % cs), total(z))

    def taps(f: Index, fs: int, c: Index, cs: int) -> None:
        each(0, s.kernel, 1, lambda i: each(0, s.kernel, 1, lambda j: tap(f, fs, c, cs, i, j)))

    def several(f: Index, fs: int) -> None:
        in_blocks(s.channels, blocks_of(2 if fs > 1 and 2 * fs <= held else 1), lambda c, cs: taps(f, fs, c, cs))

    held = sums_held(rows)
    in_blocks(s.filters, blocks_of(min(MANY, held)), several)

    def bias(f: Index) -> None:
        def work(y: Index, x: Index, column: Index, z: Lanes) -> tuple[Lanes]:
            return (z + load(rows, deltas + f * pixels + y * s.right + x, column),)

        (z,) = over_columns(f * 0, s.down, f * 0, s.right, work, 1)
        place_number(packed, GRADIENT, integer_at(plan, layer, BIAS) + f, total(z))

    each(0, s.filters, 1, bias)
