"""What every kind of layer does with its units' rows: activate sums, hand deltas to the units before.

Owns where a unit's value, slope and delta lie and when deltas add up. Must not know what a layer computes.
Row r of the value band has its slope in row r + band and its delta in row r + 2 band; columns are samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import Array, Index, Lanes, choose, each, filled, integer_at, load, store
from kernels.layers.activations import ACTIVATIONS
from kernels.plan.arrangement import ADDS, BAND, BEFORE, CODE, HERE, N_OUT


def give(rows: Array, row: Index, band: Index, adds: Index, column: Index, contribution: Lanes) -> None:
    """The delta of the unit in `row` becomes contribution times its slope, or grows by it if `adds` is 1."""
    given = contribution * load(rows, row + band, column)
    (delta,) = choose(adds, {0: lambda: (given,), 1: lambda: (load(rows, row + band * 2, column) + given,)})
    store(rows, row + band * 2, column, delta)


def give_before(plan: Array, layer: Index, rows: Array, unit: Index, column: Index, contribution: Lanes) -> None:
    """The same for a unit of the layer before, counted from its first."""
    row, band = integer_at(plan, layer, BEFORE) + unit, integer_at(plan, layer, BAND)
    give(rows, row, band, integer_at(plan, layer, ADDS), column, contribution)


def put(plan: Array, layer: Index, rows: Array, unit: Index, column: Index, value: Lanes) -> None:
    """The value of a unit without activation: its slope is 1."""
    row = integer_at(plan, layer, HERE) + unit
    store(rows, row, column, value)
    store(rows, row + integer_at(plan, layer, BAND), column, filled(value, 1.0))


def for_each_unit(units: Index, columns: Index, work: Any) -> None:
    """work(unit, column) for 0 … units - 1 and every sixteenth column."""
    each(0, units, 1, lambda unit: each(0, columns, LANES, lambda column: work(unit, column)))


def put_activated(plan: Array, layer: Index, rows: Array, unit: Index, column: Index, *sums: Lanes) -> None:
    """Values and slopes of units of these sums, the first of which is `unit`, each stored as soon as it is known."""
    here, band = integer_at(plan, layer, HERE) + unit, integer_at(plan, layer, BAND)

    def putting(activation: Callable[[Lanes], tuple[Lanes, Lanes]]) -> Callable[..., tuple[()]]:
        def put_all(*sums: Lanes) -> tuple[()]:
            for u, z in enumerate(sums):
                value, slope = activation(z)
                store(rows, here + u, column, value)
                store(rows, here + band + u, column, slope)
            return ()

        return put_all

    choose(integer_at(plan, layer, CODE), {code: putting(each) for code, each in ACTIVATIONS.items()}, *sums)


@traced(shared=True)
def activate_units(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """The sums z in the value rows of a layer's units become values; their slopes go to the slope rows."""
    here = integer_at(plan, layer, HERE)

    def one(unit: Index, column: Index) -> None:
        put_activated(plan, layer, rows, unit, column, load(rows, here + unit, column))

    for_each_unit(integer_at(plan, layer, N_OUT), columns, one)
