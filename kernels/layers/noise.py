"""Layers that disturb what passes through them while training, and the layer that only hands on.

Owns dropout and Gaussian noise. Must not know how random bits are made (lanes/vectors.py) nor when a run trains.

Every number is drawn from counters: (column + 2**17 step, row + 2**15 (step // 2**15)), both modulo 2**32, with the
run's seed as key; row is that of the unit among all units (below 2**15), column the place in the batch (below 2**17).
So a draw depends on seed, step, unit and place only, nothing is stored between the passes, and the way a run is cut
into calls changes nothing.
"""

from __future__ import annotations

from typing import Any

from kernels.lanes.elementary import log, sine_and_cosine
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    filled,
    integer_at,
    load,
    number_at,
    square_root,
    uniforms,
    where_less,
)
from kernels.layers.bands import for_each_unit, give_before, put
from kernels.plan import codes
from kernels.plan.arrangement import BAND, BEFORE, HERE, N_OUT

COLUMNS, ROWS = 2**17, 2**15
FULL_TURN = 6.283185307179586


def draws(like: Lanes, row: Index, column: Index, step: Index, seed: Index) -> tuple[Lanes, Lanes]:
    """Two numbers in [0, 1) for 16 samples of the unit in `row`."""
    return uniforms(like, column + step * COLUMNS, row + step // ROWS * ROWS, seed)


def kept(numbers: Array, layer: Index, x: Lanes, row: Index, column: Index, step: Index, seed: Index) -> Lanes:
    """x / (1 - rate) with probability 1 - rate, else 0."""
    rate = filled(x, number_at(numbers, layer, codes.RATE))
    return where_less(draws(x, row, column, step, seed)[0], rate, 0.0, x / (1.0 - rate))


@traced(shared=True)
def forward_dropout(plan: Any, numbers: Any, layer: Any, rows: Any, columns: Any, step: Any, seed: Any) -> None:
    """Values of the units (slopes 1): what comes in / (1 - RATE), or 0 with probability RATE."""
    here, before = integer_at(plan, layer, HERE), integer_at(plan, layer, BEFORE)

    def one(unit: Index, column: Index) -> None:
        x = load(rows, before + unit, column)
        put(plan, layer, rows, unit, column, kept(numbers, layer, x, here + unit, column, step, seed))

    for_each_unit(integer_at(plan, layer, N_OUT), columns, one)


@traced(shared=True)
def backward_dropout(plan: Any, numbers: Any, layer: Any, rows: Any, columns: Any, step: Any, seed: Any) -> None:
    """Deltas of the units before, by the same draws as in the forward pass of this step."""
    here, deltas = integer_at(plan, layer, HERE), integer_at(plan, layer, HERE) + integer_at(plan, layer, BAND) * 2

    def one(unit: Index, column: Index) -> None:
        delta = load(rows, deltas + unit, column)
        passed = kept(numbers, layer, delta, here + unit, column, step, seed)
        give_before(plan, layer, rows, unit, column, passed)

    for_each_unit(integer_at(plan, layer, N_OUT), columns, one)


@traced(shared=True)
def forward_noise(plan: Any, numbers: Any, layer: Any, rows: Any, columns: Any, step: Any, seed: Any) -> None:
    """Values of the units (slopes 1): what comes in + RATE times a standard normal number (Box & Muller 1958).

    The uniform numbers are multiples of 2**-24, so a draw never exceeds sqrt(48 ln 2) = 5.77 deviations.
    """
    here, before = integer_at(plan, layer, HERE), integer_at(plan, layer, BEFORE)

    def one(unit: Index, column: Index) -> None:
        x = load(rows, before + unit, column)
        u, v = draws(x, here + unit, column, step, seed)
        normal = square_root(log(1.0 - u) * -2.0) * sine_and_cosine(v * FULL_TURN)[1]
        put(plan, layer, rows, unit, column, x + normal * filled(x, number_at(numbers, layer, codes.RATE)))

    for_each_unit(integer_at(plan, layer, N_OUT), columns, one)


@traced(shared=True)
def forward_copy(plan: Any, layer: Any, rows: Any, columns: Any) -> None:
    """Values of the units (slopes 1): what comes in."""
    before = integer_at(plan, layer, BEFORE)
    for_each_unit(
        integer_at(plan, layer, N_OUT),
        columns,
        lambda unit, column: put(plan, layer, rows, unit, column, load(rows, before + unit, column)),
    )
