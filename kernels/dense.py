"""Forward and backward through dense layers.

Owns the matrix products. Rows are units, columns are samples, sixteen to a vector. Must not know losses or optimizers.
Every sum runs over its terms in ascending order with one accumulator a sample, so the size of a block never changes a
bit. Few units at a time suit few inputs: their activations follow at once. Many inputs want more units at a time, so
that each loaded vector is used more often; there the activations follow in a second pass.
"""

from __future__ import annotations

from typing import Any

from kernels import codes
from kernels.activations import ACTIVATE
from kernels.elementary import exp_down, larger
from kernels.lanes import (
    Array,
    Index,
    Lanes,
    accumulate,
    choose,
    each,
    filled,
    height,
    in_blocks,
    integer_at,
    load,
    repeat,
    store,
)
from kernels.layout import (
    BAND,
    BEFORE,
    BIAS,
    BIAS_STEP,
    CODE,
    HERE,
    IS_WIDE,
    N_IN,
    N_OUT,
    PARAMETERS,
    STRIDE,
    WEIGHTS,
)
from kernels.memory import LANES
from kernels.tracing import traced

FEW, MANY = (4, 1), (8, 4, 1)  # units at a time


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
) -> tuple[Lanes, ...]:
    """For `units` units and 16 samples: the sum over j < terms of weight (unit, j) times rows[row + j].

    The weight lies at packed[PARAMETERS, at + unit * across + j * along].
    """

    def term(j: Index) -> list[Lanes]:
        x = load(rows, row + j, column)
        return [x * repeat(packed, PARAMETERS, at + across * u + along * j) for u in range(units)]

    def step(j: Index, *sums: Lanes) -> tuple[Lanes, ...]:
        return tuple(s + t for s, t in zip(sums, term(j), strict=True))

    return accumulate(1, terms, step, tuple(term(0)))


def weighted_sums(
    plan: Array, layer: Index, rows: Array, packed: Array, unit: Index, column: Index, units: int
) -> tuple[Lanes, ...]:
    """Weights times inputs, without bias, of `units` units of a layer for 16 samples."""
    n_in, before, stride = (integer_at(plan, layer, part) for part in (N_IN, BEFORE, STRIDE))
    at = integer_at(plan, layer, WEIGHTS) + stride * unit
    return products(packed, at, stride, 1, rows, before, column, n_in, units)


def finish(
    plan: Array, layer: Index, rows: Array, packed: Array, unit: Index, column: Index, sums: tuple[Lanes, ...]
) -> None:
    """Add biases and apply the activation: values and slopes of the units from `unit` on."""
    here, step = integer_at(plan, layer, HERE) + unit, integer_at(plan, layer, BIAS_STEP)
    bias = integer_at(plan, layer, BIAS) + step * unit
    z = [s + repeat(packed, PARAMETERS, bias + step * u) for u, s in enumerate(sums)]
    done = choose(integer_at(plan, layer, CODE), ACTIVATE, *z)
    for u in range(len(z)):
        store(rows, here + u, column, done[u])
        store(rows, here + integer_at(plan, layer, BAND) + u, column, done[len(z) + u])


def forward_layer(plan: Array, layer: Index, rows: Array, packed: Array, column: Index) -> None:
    """Values and slopes of a layer's units for 16 samples."""
    here, count = integer_at(plan, layer, HERE), integer_at(plan, layer, N_OUT)

    def at_once(unit: Index, units: int) -> None:
        finish(plan, layer, rows, packed, unit, column, weighted_sums(plan, layer, rows, packed, unit, column, units))

    def first_pass(unit: Index, units: int) -> None:
        for u, z in enumerate(weighted_sums(plan, layer, rows, packed, unit, column, units)):
            store(rows, here + unit + u, column, z)

    def second_pass(unit: Index) -> None:
        finish(plan, layer, rows, packed, unit, column, (load(rows, here + unit, column),))

    def narrow() -> tuple[()]:
        in_blocks(count, FEW, at_once)
        return ()

    def wide() -> tuple[()]:
        in_blocks(count, MANY, first_pass)
        each(0, count, 1, second_pass)
        return ()

    choose(integer_at(plan, layer, IS_WIDE), {0: narrow, 1: wide})


def backward_layer(plan: Array, layer: Index, rows: Array, packed: Array, column: Index) -> None:
    """Deltas of a layer's inputs for 16 samples."""
    n_out, band, stride = (integer_at(plan, layer, part) for part in (N_OUT, BAND, STRIDE))
    weights, deltas = integer_at(plan, layer, WEIGHTS), integer_at(plan, layer, HERE) + band * 2
    slopes = integer_at(plan, layer, BEFORE) + band

    def block(unit: Index, units: int) -> None:
        sums = products(packed, weights + unit, 1, stride, rows, deltas, column, n_out, units)
        for u, z in enumerate(sums):
            store(rows, slopes + band + unit + u, column, z * load(rows, slopes + unit + u, column))

    in_blocks(integer_at(plan, layer, N_IN), MANY, block)


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
        each(0, columns, LANES, lambda column: forward_layer(plan, layer, rows, packed, column))

    each(0, height(plan), 1, through)
    head = height(plan) - 1
    here, units = integer_at(plan, head, HERE), integer_at(plan, head, N_OUT)

    def probabilities() -> tuple[()]:
        each(0, columns, LANES, lambda column: softmax(rows, here, units, column))
        return ()

    choose(integer_at(plan, head, CODE), {codes.LINEAR: tuple, codes.SOFTMAX: probabilities})


@traced(0, shared=True)
def backward(plan: Any, rows: Any, packed: Any, columns: Any) -> None:
    """From the head's deltas to those of every unit."""
    layers = height(plan)

    def through(above: Index) -> None:
        each(0, columns, LANES, lambda column: backward_layer(plan, layers - above, rows, packed, column))

    each(1, layers, 1, through)
