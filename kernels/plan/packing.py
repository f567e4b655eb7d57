"""Copying parameters into the packed layout and back.

Owns the copies and the search for the layer that holds a number that is not finite. Must not know what layers are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.compiling.jit import inline
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import Array, Index, each, load, store, where_less, width
from kernels.plan.arrangement import GRADIENT, IS_TRAINED, PARAMETERS


@inline
def pack(places: Array, flat: Array, packed: Array, row: int) -> None:
    """packed[row] = flat, with zeros between; optimizer state only of what is trained: frozen layers stand still."""
    for i in range(places.shape[1]):
        place = places[0, i]
        kept = place >= 0 and (row == PARAMETERS or packed[IS_TRAINED, i] != 0)
        packed[row, i] = flat[place] if kept else 0


@inline
def unpack(places: Array, packed: Array, row: int, flat: Array) -> bool:
    """flat = packed[row]; is every number finite? Every NaN becomes the one NaN all processors agree on."""
    worst = 0.0  # stays 0 unless a term is infinite or NaN
    for i in range(places.shape[1]):
        place = places[0, i]
        if place >= 0:
            x = packed[row, i]
            worst += x * 0.0
            flat[place] = x if x == x else np.nan
    return worst == 0.0


@inline
def copy(source: Array, target: Array) -> None:
    """target = source, number by number (whole assignment would compile Numba's messages about shapes)."""
    for i in range(source.size):
        target[i] = source[i]


@inline
def bad_layer(owners: Array, parameters: Array, slots: Array) -> int:
    """The first layer with a non-finite parameter or optimizer value."""
    for i in range(owners.shape[1]):
        if not (np.isfinite(parameters[i]) and np.isfinite(slots[0, i]) and np.isfinite(slots[1, i])):
            return int(owners[0, i])
    return 0


@inline
def bad_sample(rows: Array, band: int, first_row: int, count: int, sample: Array, start: int) -> int:
    """The first sample of a batch on which a unit's value, slope or delta is not finite, layer by layer; -1: none."""
    for part in range(3):
        for row in range(part * band + first_row, (part + 1) * band):
            for column in range(count):
                if not np.isfinite(rows[row, column]):
                    return int(sample[0, start + column])
    return -1


@traced()
def keep_frozen(packed: Any) -> None:
    """The gradient of what is not trained becomes 0."""

    def work(i: Index) -> None:
        g, trained = load(packed, GRADIENT, i), load(packed, IS_TRAINED, i)
        store(packed, GRADIENT, i, where_less(0.5, trained, g, 0.0))

    each(0, width(packed), LANES, work)
