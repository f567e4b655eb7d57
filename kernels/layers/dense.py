"""Forward and backward through layers that are matrix products: dense layers and residual connections.

Owns the matrix products. Rows are units, columns are samples, sixteen to a vector. Must not know losses or optimizers.
Every sum runs over its terms in ascending order with one accumulator a sample, so the size of a block never changes a
bit: as many units at a time as the processor holds sums. With few inputs the activations follow at once, of few units
at a time; with many they follow in a second pass.
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
    blocks_of,
    choose,
    each,
    in_blocks,
    integer_at,
    least,
    load,
    repeat,
    store,
    sums_held,
)
from kernels.layers.bands import activate_units, give, put_activated
from kernels.plan.arrangement import (
    ADDS,
    BAND,
    BEFORE,
    BIAS,
    BIAS_STEP,
    HERE,
    IS_WIDE,
    N_IN,
    N_OUT,
    PARAMETERS,
    SOURCE,
    SOURCE_ADDS,
    SOURCE_NEEDS,
    STRIDE,
    WEIGHED,
    WEIGHTS,
)

FEW = 4  # units at a time whose activations follow at once, at most


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
    n_in, weighed, stride = (integer_at(plan, layer, part) for part in (N_IN, WEIGHED, STRIDE))
    at = integer_at(plan, layer, WEIGHTS) + stride * unit
    return products(packed, at, stride, 1, rows, weighed, column, n_in, units)


def biased(plan: Array, layer: Index, packed: Array, unit: Index, sums: tuple[Lanes, ...]) -> list[Lanes]:
    """The sums of the units from `unit` on, plus their biases."""
    step = integer_at(plan, layer, BIAS_STEP)
    bias = integer_at(plan, layer, BIAS) + step * unit
    return [s + repeat(packed, PARAMETERS, bias + step * u) for u, s in enumerate(sums)]


def sums_to_rows(plan: Array, layer: Index, rows: Array, packed: Array, column: Index) -> None:
    """z of all units, in place of their values."""
    here = integer_at(plan, layer, HERE)

    def several(unit: Index, units: int) -> None:
        sums = weighted_sums(plan, layer, rows, packed, unit, column, units)
        for u, z in enumerate(biased(plan, layer, packed, unit, sums)):
            store(rows, here + unit + u, column, z)

    in_blocks(integer_at(plan, layer, N_OUT), blocks_of(sums_held(rows)), several)


@traced(shared=True)
def forward_dense(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """Values and slopes of a dense layer's units."""
    count = integer_at(plan, layer, N_OUT)

    def at_once(unit: Index, units: int, column: Index) -> None:
        z = biased(plan, layer, packed, unit, weighted_sums(plan, layer, rows, packed, unit, column, units))
        put_activated(plan, layer, rows, unit, column, *z)

    def narrow() -> tuple[()]:
        sizes = blocks_of(min(FEW, sums_held(rows)))
        some = lambda column: in_blocks(count, sizes, lambda unit, units: at_once(unit, units, column))  # noqa: E731
        each(0, columns, LANES, some)
        return ()

    def wide() -> tuple[()]:
        each(0, columns, LANES, lambda column: sums_to_rows(plan, layer, rows, packed, column))
        activate_units(plan, layer, rows, columns)
        return ()

    choose(integer_at(plan, layer, IS_WIDE), {0: narrow, 1: wide})


@traced(shared=True)
def forward_residual(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any) -> None:
    """z = what came in + what entered some layers earlier, projected if it has another width."""
    here, count, before = (integer_at(plan, layer, part) for part in (HERE, N_OUT, BEFORE))
    projects = least(integer_at(plan, layer, N_IN), 1)
    source = integer_at(plan, layer, SOURCE)
    skipped = source + projects * (here - source)  # the projection lies in this layer's own rows

    def add(unit: Index, column: Index) -> None:
        store(rows, here + unit, column, load(rows, before + unit, column) + load(rows, skipped + unit, column))

    def project() -> tuple[()]:
        each(0, columns, LANES, lambda column: sums_to_rows(plan, layer, rows, packed, column))
        return ()

    choose(projects, {0: tuple, 1: project})
    each(0, count, 1, lambda unit: each(0, columns, LANES, lambda column: add(unit, column)))
    activate_units(plan, layer, rows, columns)


def give_products(
    plan: Array, layer: Index, rows: Array, packed: Array, columns: Index, first: Index, adds: Index
) -> None:
    """Through the weights of a layer to the units they read, the first of which is in row `first`."""
    n_out, band, stride = (integer_at(plan, layer, part) for part in (N_OUT, BAND, STRIDE))
    weights, deltas = integer_at(plan, layer, WEIGHTS), integer_at(plan, layer, HERE) + band * 2

    def sixteen(column: Index) -> None:
        def block(unit: Index, units: int) -> None:
            sums = products(packed, weights + unit, 1, stride, rows, deltas, column, n_out, units)
            for u, z in enumerate(sums):
                give(rows, first + unit + u, band, adds, column, z)

        in_blocks(integer_at(plan, layer, N_IN), blocks_of(sums_held(rows)), block)

    each(0, columns, LANES, sixteen)


@traced(shared=True)
def backward_dense(plan: Any, layer: Any, rows: Any, packed: Any, columns: Any, row_part: Any, adds_part: Any) -> None:
    """Deltas of the units that a layer's weights read; the last two name columns of the plan: their row, and ADDS."""
    first, adds = integer_at(plan, layer, row_part), integer_at(plan, layer, adds_part)
    give_products(plan, layer, rows, packed, columns, first, adds)


@traced(shared=True)
def backward_copy(plan: Any, layer: Any, rows: Any, columns: Any, row_part: Any, adds_part: Any) -> None:
    """Deltas of the units whose values a layer adds up or hands on unchanged."""
    here, band, count = (integer_at(plan, layer, part) for part in (HERE, BAND, N_OUT))
    first, adds = integer_at(plan, layer, row_part), integer_at(plan, layer, adds_part)

    def one(unit: Index, column: Index) -> None:
        give(rows, first + unit, band, adds, column, load(rows, here + band * 2 + unit, column))

    each(0, count, 1, lambda unit: each(0, columns, LANES, lambda column: one(unit, column)))


def backward_residual(plan: Array, layer: Index, rows: Array, packed: Array, columns: Index) -> None:
    """Deltas of the layer before, then of the source."""
    backward_copy(plan, layer, rows, columns, BEFORE, ADDS)

    def through_weights() -> tuple[()]:
        backward_dense(plan, layer, rows, packed, columns, SOURCE, SOURCE_ADDS)
        return ()

    def straight() -> tuple[()]:
        backward_copy(plan, layer, rows, columns, SOURCE, SOURCE_ADDS)
        return ()

    def needed() -> tuple[()]:
        choose(least(integer_at(plan, layer, N_IN), 1), {0: straight, 1: through_weights})
        return ()

    choose(integer_at(plan, layer, SOURCE_NEEDS), {0: tuple, 1: needed})
