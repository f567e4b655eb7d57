"""Gradients by the parameters, from deltas and values.

Owns the two ways of summing over samples. Must not know losses or optimizers. Both overwrite packed[GRADIENT].
"""

from __future__ import annotations

from typing import Any

from kernels.lanes import (
    Array,
    Index,
    Lanes,
    accumulate,
    as_number,
    each,
    filled,
    fold,
    height,
    integer_at,
    lane_numbers,
    least,
    load,
    load_flat,
    repeat,
    store,
    transpose,
    where_less,
)
from kernels.layout import BAND, BEFORE, GRADIENT, HERE, N_IN, N_OUT, STRIDE, WEIGHTS
from kernels.memory import LANES, WIDE
from kernels.tracing import traced


def total(sums: list[Lanes]) -> Lanes:
    """The totals of 16 vectors, in their order, by a fixed tree of neighbours."""
    while len(sums) > 1:
        sums = [fold(sums[i], sums[i + 1]) for i in range(0, len(sums), 2)]
    return sums[0]


def narrow_gradients(rows: Array, pairs: Array, packed: Array, i: Index, vectors: Index) -> None:
    """Gradients of the packed parameters i … i + 15: sums over lanes of the products of their pairs of rows."""

    def terms(v: Index) -> list[Lanes]:
        left = [load_flat(rows, integer_at(pairs, 0, i + p) + v * LANES) for p in range(LANES)]
        right = [load_flat(rows, integer_at(pairs, 1, i + p) + v * LANES) for p in range(LANES)]
        return [a * b for a, b in zip(left, right, strict=True)]

    def step(v: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        return tuple(s + t for s, t in zip(sums, terms(v), strict=True))

    store(packed, GRADIENT, i, total(list(accumulate(1, vectors, step, tuple(terms(0))))))


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
    vectors: int,
) -> None:
    """Gradients of the weights from 16 * `vectors` inputs to `units` units: delta times turned inputs, summed over samples in order."""
    delta = integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2 + unit
    stride = integer_at(plan, layer, STRIDE)
    at = integer_at(plan, layer, WEIGHTS) + stride * unit + k

    def term(s: Index) -> list[Lanes]:
        x = [load(turned, s, k + LANES * v) for v in range(vectors)]
        d = [repeat(rows, delta + u, s) for u in range(units)]
        return [x[v] * d[u] for u in range(units) for v in range(vectors)]

    def step(s: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        return tuple(a + b for a, b in zip(sums, term(s), strict=True))

    sums = accumulate(1, samples, step, tuple(term(0)))
    for u in range(units):
        for v in range(vectors):
            store(packed, GRADIENT, at + stride * u + LANES * v, sums[u * vectors + v])


def turn(plan: Array, layer: Index, rows: Array, columns: Index, turned: Array) -> None:
    """turned[sample, k] = value of the layer's input k, zero where k is past its inputs."""
    n_in, before = integer_at(plan, layer, N_IN), integer_at(plan, layer, BEFORE)

    def sixteen(k: Index) -> None:
        each(0, columns, LANES, lambda column: transpose(rows, before + k, column, turned, column, k))

    def cut(k: Index, sample: Index) -> None:
        x = load(turned, sample, k)
        store(turned, sample, k, where_less(lane_numbers(x), as_number(n_in - k, x), x, filled(x, 0.0)))

    each(0, n_in, LANES, sixteen)
    each(n_in // 16 * 16, n_in, LANES, lambda k: each(0, columns, 1, lambda sample: cut(k, sample)))


@traced(0, shared=True)
def weight_gradients(
    plan: Any, narrow: Any, rows: Any, pairs: Any, turned: Any, packed: Any, samples: Any, columns: Any
) -> None:
    """From values and deltas of every unit to packed[GRADIENT]; columns past `samples` hold zero deltas."""
    each(0, narrow, LANES, lambda i: narrow_gradients(rows, pairs, packed, i, columns // LANES))

    def wide(layer: Index) -> None:
        turn(plan, layer, rows, columns, turned)
        place = (plan, layer, rows, turned, packed, samples)
        units, stride = integer_at(plan, layer, N_OUT), integer_at(plan, layer, STRIDE)
        fours, twos = units // 4 * 4, stride // 32 * 32
        each(0, twos, 32, lambda k: each(0, fours, 4, lambda unit: outer_block(*place, unit, k, 4, 2)))
        each(twos, stride, 16, lambda k: each(0, fours, 4, lambda unit: outer_block(*place, unit, k, 4, 1)))
        each(fours, units, 1, lambda unit: each(0, stride, 16, lambda k: outer_block(*place, unit, k, 1, 1)))

    def layer_if_wide(layer: Index) -> None:
        each(WIDE, least(integer_at(plan, layer, N_IN) + 1, WIDE + 1), 1, lambda _: wide(layer))

    each(0, height(plan), 1, layer_if_wide)
