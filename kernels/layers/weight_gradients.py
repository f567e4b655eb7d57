"""Gradients by the parameters, from deltas and values.

Owns the two ways of summing over samples in matrix products. Must not know losses or optimizers. Both overwrite
packed[GRADIENT]; layers whose parameters serve several units sum their own (normalization.py, convolution.py).
"""

from __future__ import annotations

from typing import Any

from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    as_number,
    blocks_of,
    choose,
    each,
    filled,
    in_blocks,
    integer_at,
    lane_numbers,
    load,
    load_flat,
    repeat,
    store,
    sums_held,
    totals,
    transpose,
    where_less,
)
from kernels.plan.arrangement import BAND, GRADIENT, HERE, IS_WIDE, N_IN, N_OUT, STRIDE, WEIGHED, WEIGHTS


def narrow_gradients(rows: Array, pairs: Array, packed: Array, i: Index, vectors: Index) -> None:
    """Gradients of the packed parameters i … i + 15: sums over lanes of the products of their pairs of rows."""

    def products(v: Index, parameters: range) -> list[Lanes]:
        left, right = (
            [load_flat(rows, integer_at(pairs, side, i + p) + v * LANES) for p in parameters] for side in (0, 1)
        )
        return [a * b for a, b in zip(left, right, strict=True)]

    def sums(start: int, count: int) -> tuple[Lanes, ...]:
        parameters = range(start, start + count)

        def step(v: Index, *sums: Lanes) -> tuple[Lanes, ...]:
            return tuple(s + t for s, t in zip(sums, products(v, parameters), strict=True))

        return accumulate(1, vectors, step, tuple(products(0, parameters)))

    store(packed, GRADIENT, i, totals(sums, sums_held(rows)))


def outer_block(
    plan: Array,
    layer: Index,
    rows: Array,
    turned: Array,
    packed: Array,
    samples: Index,
    unit: Index,
    k: Index,
    units: int,
) -> None:
    """Gradients of the weights from inputs k … k + 15 to `units` units: delta times input, summed over the samples."""
    delta = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2 + unit
    stride = integer_at(plan, layer, STRIDE)

    def terms(s: Index) -> list[Lanes]:
        x = load(turned, s, k)
        return [x * repeat(rows, delta + u, s) for u in range(units)]

    def step(s: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        return tuple(a + b for a, b in zip(sums, terms(s), strict=True))

    for u, gradient in enumerate(accumulate(1, samples, step, tuple(terms(0)))):
        store(packed, GRADIENT, integer_at(plan, layer, WEIGHTS) + stride * (unit + u) + k, gradient)


def turn(plan: Array, layer: Index, rows: Array, columns: Index, turned: Array) -> None:
    """turned[sample, k] = value of the layer's input k, zero where k is past its inputs."""
    n_in, before = integer_at(plan, layer, N_IN), integer_at(plan, layer, WEIGHED)

    def sixteen(k: Index) -> None:
        each(0, columns, LANES, lambda column: transpose(rows, before + k, column, turned, column, k))

    def cut(k: Index, sample: Index) -> None:
        x = load(turned, sample, k)
        store(turned, sample, k, where_less(lane_numbers(x), as_number(n_in - k, x), x, filled(x, 0.0)))

    each(0, n_in, LANES, sixteen)
    each(n_in // 16 * 16, n_in, LANES, lambda k: each(0, columns, 1, lambda sample: cut(k, sample)))


def wide_gradients(plan: Array, layer: Index, rows: Array, turned: Array, packed: Array, samples: Index) -> None:
    """Gradients of all weights of a wide layer."""

    def sixteen(k: Index) -> None:
        def block(unit: Index, units: int) -> None:
            outer_block(plan, layer, rows, turned, packed, samples, unit, k, units)

        in_blocks(integer_at(plan, layer, N_OUT), blocks_of(sums_held(rows)), block)

    each(0, integer_at(plan, layer, STRIDE), LANES, sixteen)


@traced(shared=True)
def sums_over_lanes(summed: Any, rows: Any, pairs: Any, packed: Any, columns: Any) -> None:
    """Gradients of the first `summed` packed parameters; columns past the samples hold zero deltas."""
    each(0, summed, LANES, lambda i: narrow_gradients(rows, pairs, packed, i, columns // LANES))


@traced(shared=True)
def sums_of_outer_products(
    plan: Any, layer: Any, rows: Any, turned: Any, packed: Any, samples: Any, columns: Any
) -> None:
    """Gradients of the weights of a wide layer; nothing for others."""

    def wide() -> tuple[()]:
        turn(plan, layer, rows, columns, turned)
        wide_gradients(plan, layer, rows, turned, packed, samples)
        return ()

    choose(integer_at(plan, layer, IS_WIDE), {0: tuple, 1: wide})
