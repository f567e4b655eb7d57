"""One picture that holds the small maps of all tiles, filled straight from the snapshot's numbers.

Owns the pixels and which of them belong to which tile; knows nothing of colours, nor of where a tile is drawn.
"""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from playground.data import Dataset
from playground.data.section import Section
from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Column, Diagram
from playground.diagram.shown import CanvasModel
from playground.figures.decision import feature_values, inputs_over
from playground.run.snapshot import Snapshot
from playground.views.canvas.items.pictures import coloured, layer_pictures
from playground.views.theme import theme

Pixels = NDArray[np.uint32]

CELL = 50
"""Pixels kept for a tile; large networks use fewer of them."""

CELLS_A_FRAME = 60_000
"""Cells that get their colour in one frame: a small part of its time."""

PARTS = 2
"""Pictures a tile may have: of a convolution its filter and its feature map."""


class Slot(msgspec.Struct, frozen=True):
    """Where the tiles of one column lie in the atlas: `count` rectangles of `high` × `wide` pixels under each other.

    first: the unit whose rectangle is the uppermost.
    """

    place: int
    count: int
    high: int
    wide: int
    first: int = 0


Drawn = tuple[int, Column, float, str]
"""What the pictures of a layer were made from: the model's version, its column, the pixels' ratio, the theme."""


class UnitAtlas:
    """Columns are counted as in a diagram, the inputs' first."""

    def __init__(self) -> None:
        self._pixels: Pixels = np.zeros((CELL, CELL), np.uint32)
        self._slots: dict[tuple[int, int], Slot] = {}
        self._features_drawn: tuple[object, ...] | None = None
        self._drawn: dict[int, Drawn] = {}
        self._wrap()

    def _wrap(self) -> None:
        """The image is only a view of the array, which must live as long."""
        rows, columns = self._pixels.shape
        self.image = QImage(self._pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)

    def source(self, column: int, unit: int, part: int = 0) -> QRectF | None:
        """The part of the image that shows a tile, or None where nothing is known of it yet."""
        slot = self._slots.get((column, part))
        if slot is None or not 0 <= unit - slot.first < slot.count:
            return None
        return QRectF(slot.place * CELL, (unit - slot.first) * CELL, slot.wide, slot.high)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._drawn, self._slots = {}, {}
        self._features_drawn = None

    def remap(self, origins: list[int | None]) -> None:
        """After an edit: show for each column what was known of the column it was before."""
        known, before = self._slots, self._cells()
        self._pixels = np.zeros((self._pixels.shape[0], PARTS * len(origins) * CELL), np.uint32)
        self._wrap()
        self._drawn, self._slots = {}, {}
        cells = self._cells()
        for column, origin in enumerate(origins):
            for part in range(PARTS):
                slot = None if origin is None else known.get((origin, part))
                if slot is not None:
                    place = PARTS * column + part
                    cells[:, :, place] = before[:, :, slot.place]
                    self._slots[column, part] = replace(slot, place=place)
        if not origins or origins[0] is None:
            self._features_drawn = None

    def _cells(self) -> Pixels:
        """The pixels as (rows, CELL, columns, CELL), without a copy."""
        return self._pixels.reshape(-1, CELL, self._pixels.shape[1] // CELL, CELL)

    def fill(self, diagram: Diagram, model: CanvasModel, ratio: float, layers: range, at_once: bool = True) -> bool:
        """Draw what is out of date of some layers' maps; returns False where some have to wait for the next call.

        Unless all are wanted at once, a call draws only so many cells, the oldest layers first.
        """
        self._make_room(diagram)
        if diagram.outline.is_image:
            layers = range(min(layers.start, FEATURE_COLUMN), layers.stop) if len(layers) else layers
        elif diagram.outline.is_plane:
            self._draw_features(model)
        elif model.snapshot is not None and model.snapshot.section is not None:
            self._draw_inputs(diagram, model, model.snapshot.dataset, model.snapshot.section)
        snapshot = model.snapshot
        if snapshot is None or (snapshot.maps is None and not diagram.outline.is_image):
            return True
        cells = 0
        for layer in sorted(layers, key=lambda layer: self._drawn[layer][0] if layer in self._drawn else -1):
            wanted: Drawn = (model.version, diagram.column(layer), ratio, theme.current().name)
            if self._drawn.get(layer) == wanted:
                continue
            if cells > CELLS_A_FRAME and not at_once:
                return False
            cells += self._draw_layer(diagram, model, snapshot, layer, ratio)
            self._drawn[layer] = wanted
        return True

    def _draw_layer(self, diagram: Diagram, model: CanvasModel, snapshot: Snapshot, layer: int, ratio: float) -> int:
        """Draw the tiles of a layer; returns the number of cells."""
        column = diagram.column(layer)
        shown = slice(column.first, column.shown.stop)
        if diagram.outline.is_image:
            for part, picture in enumerate(layer_pictures(model, layer, shown)):
                if picture is not None:
                    self._draw(layer + 1, part, _enlarged(picture), column.first)
            return CELL * CELL * len(column.tiles)
        if column.plan.form == "port":
            return 0
        assert snapshot.maps is not None
        slot = snapshot.layout.slots[layer]
        values = snapshot.maps[slot.row : slot.row + slot.outputs]
        step = _step(values.shape[-1], column.size * ratio)
        values = values[:, ::-step, ::step]
        own_classes = layer == diagram.head and slot.outputs > 1
        self._draw(layer + 1, 0, coloured(values, slot.activation, own_classes, shown=shown), column.first)
        return values[shown].size

    def _make_room(self, diagram: Diagram) -> None:
        rows = max(len(column.tiles) for column in diagram.columns) * CELL
        columns = PARTS * len(diagram.columns) * CELL
        had_rows, had_columns = self._pixels.shape
        if had_rows < rows or had_columns != columns:
            kept = self._pixels[:rows, :columns]
            self._pixels = np.zeros((max(rows, had_rows), columns), np.uint32)
            self._pixels[: kept.shape[0], : kept.shape[1]] = kept
            self._wrap()

    def _draw_features(self, model: CanvasModel) -> None:
        """Features change only with the data: they are drawn once for a window of the plane and a theme."""
        names, columns = model.experiment.offered_inputs, model.experiment.source_kind.columns
        added = len(model.experiment.added_inputs)
        key = (theme.current().name, model.extent, model.window, names, columns)
        if self._features_drawn == key:
            return
        self._features_drawn = key
        of_plane = names[: len(names) - added]
        maps = np.stack([feature_values(name, columns, model.extent, CELL, model.window) for name in of_plane])
        maps = np.concatenate([maps, np.zeros((added, CELL, CELL))])  # a place in the plane tells nothing of those
        self._draw(FEATURE_COLUMN + 1, 0, coloured(maps[:, ::-1], ""))

    def _draw_inputs(self, diagram: Diagram, model: CanvasModel, dataset: Dataset, section: Section) -> None:
        """The columns and formulas that show, over a section; a tile is neutral where its input is as on average."""
        column, names = diagram.column(FEATURE_COLUMN), model.experiment.offered_inputs
        shown = names[column.first : column.shown.stop]
        key = (theme.current().name, section, shown, column.first)
        if self._features_drawn == key or not shown:
            return
        self._features_drawn = key
        on_section = names[: len(names) - len(model.experiment.added_inputs)][column.first : column.shown.stop]
        maps = np.zeros((len(shown), CELL, CELL))  # a place on the section tells nothing of added inputs
        if on_section:
            values, low, high = inputs_over(dataset, section, on_section, CELL)
            middle, half = (each[:, None, None] for each in (low / 2 + high / 2, high / 2 - low / 2))
            maps[: len(on_section)] = np.clip((values - middle) / half, -1.0, 1.0)
        self._draw(FEATURE_COLUMN + 1, 0, coloured(maps[:, ::-1], "tanh"), column.first)

    def _draw(self, column: int, part: int, colours: Pixels, first: int = 0) -> None:
        count, high, wide = colours.shape
        place = PARTS * column + part
        self._cells()[:count, :high, place, :wide] = colours
        self._slots[column, part] = Slot(place, count, high, wide, first)


def _step(resolution: int, wanted: float) -> int:
    """Every how many cells of a map one is taken: enough for the tile's pixels, at most CELL."""
    cells = min(CELL, max(16.0, wanted))
    return max(-(-resolution // CELL), int(resolution / cells))


def _enlarged(picture: Pixels) -> Pixels:
    """Every pixel of an image repeated, so that it stays a square with sharp edges when it is drawn smoothly."""
    times = max(1, CELL // max(picture.shape[1:]))
    return picture.repeat(times, axis=1).repeat(times, axis=2)
