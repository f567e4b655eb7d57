"""A layer's parameters as one table: a row for each unit, filter or channel, a column for each of its numbers.

Owns which parameter stands in which cell, and the sizes of a layer in numbers and bytes; knows nothing of words.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import LayerSlot, Layout
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, Optimizer, RmsProp, Sgd

Floats = NDArray[np.floating]
ColumnKind = Literal["weight", "bias", "gain", "shift", "mean", "variance"]
MemoryName = Literal["v", "m", "s"]


class ParameterTable(msgspec.Struct, frozen=True, eq=False):
    """The parameters of a layer that has some.

    places (rows, columns): where each cell's parameter lies in the flat buffer. kinds: of the columns; the weights come
    first, then bias, or gain and shift, then running mean and variance. shape: of the weights. bytes: of one number.
    """

    layer: int
    slot: LayerSlot
    places: NDArray[np.int64]
    kinds: tuple[ColumnKind, ...]
    bytes: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the weights or gains."""
        return self.slot.weight_shape

    @property
    def rows(self) -> int:
        return int(self.places.shape[0])

    @property
    def columns(self) -> int:
        return int(self.places.shape[1])

    @property
    def weights(self) -> int:
        """How many weights or gains."""
        return math.prod(self.shape)

    @property
    def count(self) -> int:
        """How many numbers are learned: running statistics are not."""
        return self.weights + self.slot.bias_count

    @property
    def size(self) -> int:
        """Bytes of all of its numbers, running statistics too."""
        return self.places.size * self.bytes

    def values(self, flat: Floats) -> Floats:
        """(rows, columns) of the numbers in a flat buffer laid out like the parameters."""
        found: Floats = flat[self.places]
        return found


def parameter_tables(layout: Layout, dtype: np.dtype[np.floating]) -> tuple[ParameterTable, ...]:
    """One for each layer with parameters, the head's last."""
    found = (_table(layer, slot, dtype.itemsize) for layer, slot in enumerate(layout.slots))
    return tuple(table for table in found if table is not None)


def _table(layer: int, slot: LayerSlot, size: int) -> ParameterTable | None:
    weights, biases = math.prod(slot.weight_shape), slot.bias_count
    rows = slot.weight_shape[0] if weights else biases
    if not rows:
        return None
    matrix = len(slot.weight_shape) > 1
    parts = [slot.weights + np.arange(weights).reshape(rows, -1)] if weights else []
    kinds: list[ColumnKind] = ["weight" if matrix else "gain"] * (weights // rows)
    if biases == rows:
        parts.append(slot.biases + np.arange(rows)[:, None])
        kinds.append("bias" if matrix else "shift")
    if slot.statistics is not None:
        parts.append(slot.statistics + np.arange(slot.statistic_count).reshape(2, -1).T)
        kinds += ["mean", "variance"]
    return ParameterTable(layer, slot, np.concatenate(parts, axis=1), tuple(kinds), size)


def memory_of(optimizer: Optimizer) -> dict[MemoryName, int]:
    """What an optimizer keeps of each parameter, by its letter in the formulas, and in which of its two rows."""
    match optimizer:
        case Sgd(momentum=0.0):
            return {}
        case Sgd():
            return {"v": 0}
        case RmsProp() | AdaGrad():
            return {"s": 1}
        case Adam() | AdamW() | Nadam():
            return {"m": 0, "s": 1}
        case Lion():
            return {"m": 0}


def strength(value: float, largest: float, decades: int = 0) -> float:
    """How strongly a number is coloured, 0 to 1: its share of the largest, or, with decades, on a logarithmic scale
    that reaches so many powers of ten below it."""
    size = abs(value)
    if not (size > 0.0 and largest > 0.0):
        return 0.0
    if decades:
        return min(max(1.0 + math.log10(size / largest) / decades, 0.0), 1.0)
    return float(min(size / largest, 1.0) ** 0.8)
