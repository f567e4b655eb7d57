"""One picture that holds the small maps of all tiles, filled straight from the snapshot's numbers.

Owns the pixels and how a unit's values become colours; knows nothing of where a tile is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from playground.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram import Diagram
from playground.features import FEATURES
from playground.grid import grid_points
from playground.snapshot import Snapshot
from playground.views import theme
from playground.views.canvas_model import CanvasModel

Floats = NDArray[np.floating]
Pixels = NDArray[np.uint32]

CELL = 50
"""Pixels kept for a tile; large networks use fewer of them."""

CELLS_A_FRAME = 60_000
"""Cells that get their colour in one frame: a small part of its time."""

NATURAL = {"tanh": (-1.0, 1.0), "sine": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0)}
"""The values that get the ends of the colour map; a layer not named here is scaled by each unit's own largest value."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the tiles of one column lie in the atlas: `count` squares of `side` pixels under each other."""

    place: int
    count: int
    side: int


class UnitAtlas:
    """Columns are counted as in a diagram, the features' first."""

    def __init__(self) -> None:
        self._pixels: Pixels = np.zeros((CELL, CELL), np.uint32)
        self._slots: list[Slot | None] = []
        self._features_drawn: tuple[str, float] | None = None
        self._drawn: dict[int, int] = {}
        self._wrap()

    def _wrap(self) -> None:
        """The image is only a view of the array, which must live as long."""
        rows, columns = self._pixels.shape
        self.image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)

    def source(self, column: int, unit: int) -> QRectF | None:
        """The part of the image that shows a unit, or None where nothing is known of it yet."""
        slot = self._slots[column] if column < len(self._slots) else None
        if slot is None or unit >= slot.count:
            return None
        return QRectF(slot.place * CELL, unit * CELL, slot.side, slot.side)

    def forget(self) -> None:
        """Nothing is known any more but the features."""
        self._drawn = {}
        self._slots = self._slots[:1]

    def remap(self, origins: list[int | None]) -> None:
        """After an edit: show for each column what was known of the column it was before."""
        known, self._drawn = self._slots, {}
        self._slots = [known[each] if each is not None and each < len(known) else None for each in origins]

    def fill(self, diagram: Diagram, model: CanvasModel, ratio: float, layers: range, at_once: bool = True) -> bool:
        """Draw the maps of some layers anew; returns False where some of them have to wait for the next call.

        Unless all are wanted at once, a call draws only so many cells, the oldest layers first.
        """
        self._make_room(diagram)
        self._draw_features(model.extent)
        snapshot = model.snapshot
        if snapshot is None or snapshot.maps is None:
            return True
        cells = 0
        for layer in sorted(layers, key=lambda layer: self._drawn.get(layer, -1)):
            if self._drawn.get(layer) == model.version and not at_once:
                continue
            if cells > CELLS_A_FRAME and not at_once:
                return False
            cells += self._draw_layer(diagram, snapshot, layer, ratio)
            self._drawn[layer] = model.version
        return True

    def _draw_layer(self, diagram: Diagram, snapshot: Snapshot, layer: int, ratio: float) -> int:
        """Draw the tiles of a layer; returns the number of cells."""
        assert snapshot.maps is not None
        column, slot = diagram.column(layer), snapshot.layout.slots[layer]
        values = snapshot.maps[slot.row : slot.row + len(column.tiles)]
        step = _step(values.shape[-1], column.size * ratio)
        values = values[:, ::-step, ::step]
        self._draw(layer + 1, _colours(values, slot.activation, layer == diagram.head, slot.outputs))
        return values.size

    def _make_room(self, diagram: Diagram) -> None:
        rows = max(len(column.tiles) for column in diagram.columns) * CELL
        columns = len(diagram.columns) * CELL
        if self._pixels.shape[0] < rows or self._pixels.shape[1] != columns:
            self._pixels = np.zeros((rows, columns), np.uint32)
            self._wrap()
            self._features_drawn = None
        self._slots = [*self._slots[: len(diagram.columns)], *[None] * (len(diagram.columns) - len(self._slots))]

    def _draw_features(self, extent: float) -> None:
        """The features never change: they are drawn once for a window of the plane and a theme."""
        key = (theme.current().name, extent)
        if self._features_drawn == key:
            return
        self._features_drawn = key
        x, y = grid_points(extent, CELL)
        maps = np.stack([feature.compute(x, y) for feature in FEATURES.values()]).reshape(-1, CELL, CELL)
        self._draw(FEATURE_COLUMN + 1, _colours(maps[:, ::-1], "", False, 1))

    def _draw(self, place: int, colours: Pixels) -> None:
        count, side = colours.shape[:2]
        cells = self._pixels.reshape(-1, CELL, self._pixels.shape[1] // CELL, CELL)
        cells[:count, :side, place, :side] = colours
        self._slots[place] = Slot(place, count, side)


def _step(resolution: int, wanted: float) -> int:
    """Every how many cells of a map one is taken: enough for the tile's pixels, at most CELL."""
    cells = min(CELL, max(16.0, wanted))
    return max(-(-resolution // CELL), int(resolution / cells))


def _colours(values: Floats, activation: str, is_head: bool, units: int) -> Pixels:
    """(n, side, side) colours of maps: diverging, or each class's own colour for a head of several classes."""
    low, high = NATURAL.get(activation, (None, None))
    if low is None or high is None:
        size = np.abs(values).max(axis=(1, 2), keepdims=True)
        scale = np.divide(127.5, size, out=np.zeros_like(size), where=size > 1e-9)
        index = values * scale + 127.5
    else:
        index = (values - low) * (255.0 / (high - low))
    places = np.clip(index, 0.0, 255.0).astype(np.uint8)
    if is_head and units > 1:
        own: Pixels = theme.class_lut()[np.arange(values.shape[0])[:, None, None], places]
        return own
    found: Pixels = theme.diverging_lut()[places]
    return found
