"""Forward and backward through dense layers.

Owns the matrix products. Rows are units, columns are samples, sixteen to a vector. Must not know losses or optimizers.
Every sum runs over its terms in ascending order with one accumulator a sample, so the size of a block never changes a bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels import codes
from kernels.activations import ACTIVATE
from kernels.elementary import exp_down, larger
from kernels.lanes import Array, Index, Lanes, accumulate, choose, each, filled, height, integer_at, load, repeat, store
from kernels.layout import BAND, BEFORE, BIAS, BIAS_STEP, CODE, HERE, N_IN, N_OUT, PARAMETERS, STRIDE, WEIGHTS
from kernels.memory import LANES
from kernels.tracing import traced


def products(
    packed: Array,
    at: Index,
    across: Index,
    along: Index,
    rows: Array,
    row: Index,
    column: Index,
    terms: Index,
    units: int,
    vectors: int,
) -> tuple[Lanes, ...]:
    """For `units` units and `vectors` vectors: the sum over j < terms of weight (unit, j) times rows[row + j].

    The weight lies at packed[PARAMETERS, at + unit * across + j * along].
    """

    def term(j: Index) -> list[Lanes]:
        x = [load(rows, row + j, column + 16 * v) for v in range(vectors)]
        w = [repeat(packed, PARAMETERS, at + across * u + along * j) for u in range(units)]
        return [x[v] * w[u] for u in range(units) for v in range(vectors)]

    def step(j: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        return tuple(s + t for s, t in zip(sums, term(j), strict=True))

    return accumulate(1, terms, step, tuple(term(0)))


def finish(
    plan: Array, layer: Index, rows: Array, packed: Array, unit: Index, column: Index, sums: tuple[Lanes, ...]
) -> None:
    """Bias and activation for the units from `unit` on: values and slopes from weighted sums of one vector of samples each."""
    here, step = integer_at(plan, layer, HERE) + unit, integer_at(plan, layer, BIAS_STEP)
    bias = integer_at(plan, layer, BIAS) + step * unit
    z = [s + repeat(packed, PARAMETERS, bias + step * u) for u, s in enumerate(sums)]
    done = choose(integer_at(plan, layer, CODE), ACTIVATE, *z)
    for u in range(len(z)):
        store(rows, here + u, column, done[u])
        store(rows, here + integer_at(plan, layer, BAND) + u, column, done[len(z) + u])


def forward_block(
    plan: Array, layer: Index, rows: Array, packed: Array, unit: Index, column: Index, units: int, vectors: int
) -> None:
    """`units` units of a layer for `vectors` vectors of samples; with more than one vector only the weighted sums."""
    n_in, before, stride = (
        integer_at(plan, layer, N_IN),
        integer_at(plan, layer, BEFORE),
        integer_at(plan, layer, STRIDE),
    )
    at = integer_at(plan, layer, WEIGHTS) + stride * unit
    sums = products(packed, at, stride, 1, rows, before, column, n_in, units, vectors)
    if vectors == 1:
        finish(plan, layer, rows, packed, unit, column, sums)
        return
    here = integer_at(plan, layer, HERE) + unit
    for u in range(units):
        for v in range(vectors):
            store(rows, here + u, column + LANES * v, sums[u * vectors + v])


def backward_block(
    plan: Array, layer: Index, rows: Array, packed: Array, unit: Index, column: Index, units: int, vectors: int
) -> None:
    """Deltas of `units` inputs of a layer for `vectors` vectors of samples."""
    n_out, band, stride = integer_at(plan, layer, N_OUT), integer_at(plan, layer, BAND), integer_at(plan, layer, STRIDE)
    at, from_row = integer_at(plan, layer, WEIGHTS) + unit, integer_at(plan, layer, HERE) + band * 2
    slopes = integer_at(plan, layer, BEFORE) + band + unit
    sums = products(packed, at, 1, stride, rows, from_row, column, n_out, units, vectors)
    for u in range(units):
        for v in range(vectors):
            delta = sums[u * vectors + v] * load(rows, slopes + u, column + LANES * v)
            store(rows, slopes + band + u, column + LANES * v, delta)


def in_blocks(block: Callable[..., None], units: Index, columns: Index, *place: Any) -> None:
    """block(*place, unit, column, units, vectors) over all units and columns: 4 units and 2 vectors at once where they fit."""
    fours, pairs = units // 4 * 4, columns // 32 * 32

    def column_of_blocks(column: Index, vectors: int) -> None:
        each(0, fours, 4, lambda unit: block(*place, unit, column, 4, vectors))
        each(fours, units, 1, lambda unit: block(*place, unit, column, 1, vectors))

    each(0, pairs, 32, lambda column: column_of_blocks(column, 2))
    each(pairs, columns, 16, lambda column: column_of_blocks(column, 1))


def softmax(rows: Array, here: Index, units: Index, column: Index) -> None:
    """exp(z - max) / sum over the layer's units, in place; the sum runs from the first unit to the last."""
    z = load(rows, here, column)
    (top,) = accumulate(1, units, lambda j, t: (larger(load(rows, here + j, column), t),), (z,))

    def add(j: Index, total: Lanes) -> tuple[Lanes]:
        e = exp_down(load(rows, here + j, column) - top)
        store(rows, here + j, column, e)
        return (total + e,)

    (total,) = accumulate(0, units, add, (filled(z, 0.0),))
    each(0, units, 1, lambda j: store(rows, here + j, column, load(rows, here + j, column) / total))


@traced(0, shared=True)
def forward(plan: Any, rows: Any, packed: Any, columns: Any) -> None:
    """From the input rows to the head: value and slope of every unit."""

    def through(layer: Index) -> None:
        units, here = integer_at(plan, layer, N_OUT), integer_at(plan, layer, HERE)

        def activate(unit: Index, column: Index) -> None:
            finish(plan, layer, rows, packed, unit, column, (load(rows, here + unit, column),))

        in_blocks(forward_block, units, columns, plan, layer, rows, packed)
        each(0, units, 1, lambda unit: each(0, columns // 32 * 32, 16, lambda column: activate(unit, column)))

    layers = height(plan)
    each(0, layers, 1, through)
    head = layers - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)

    def probabilities() -> tuple[()]:
        each(0, columns, 16, lambda column: softmax(rows, here, units, column))
        return ()

    choose(integer_at(plan, head, CODE), {codes.LINEAR: tuple, codes.SOFTMAX: probabilities})


@traced(0, shared=True)
def backward(plan: Any, rows: Any, packed: Any, columns: Any) -> None:
    """From the head's deltas to those of every unit."""
    layers = height(plan)

    def through(above: Index) -> None:
        layer = layers - above
        in_blocks(backward_block, integer_at(plan, layer, N_IN), columns, plan, layer, rows, packed)

    each(1, layers, 1, through)
