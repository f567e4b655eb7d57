"""Fields as images: chooses the colours of the theme and the size in pixels.

Owns the image, its colours and the buffers behind it; knows nothing of points, the mouse or where the map stands.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QColor, QImage

from playground.figures.shading import SHADES, Colours, Field, Painter, blended, class_table
from playground.views.theme import theme

SOFTNESS = 0.42
"""How far the map's colours are drawn towards the paper, so that the points stand out."""
MOST_PIXELS = 512
BUDGET = 540
"""Pixels per side times the square root of the number of classes: what one frame may cost."""


def map_table(has_classes: bool, discretize: bool = False) -> Colours:
    """The map's 256 colours in the current theme: from negative to positive, or `CLASS_STEPS` for each class.

    Discretized, the way from negative to positive does not pass through neutral: it is only an edge.
    """
    tokens = theme.current().tokens
    if has_classes:
        colours = [theme.color(f"class{index}").rgb() for index in range(len(tokens.classes))]
        table = class_table(colours, QColor(tokens.neutral).rgb())
    else:
        table = np.asarray(theme.diverging_lut(), np.uint32)
        if discretize:
            table = blended(table[:1], int(table[-1]), np.linspace(0.0, 1.0, SHADES))
    paper = tokens.background if theme.current().is_dark else tokens.surface
    return blended(table, QColor(paper).rgb(), SOFTNESS)


class MapPicture:
    """The image of a field, made by `update`; it keeps the pixels it shows alive."""

    def __init__(self) -> None:
        self.image: QImage | None = None
        self._painter: Painter | None = None
        self._table: Colours | None = None
        self._table_key: tuple[str, bool, bool] | None = None
        self._shown: tuple[Field | None, object] = (None, None)

    def update(self, field: Field, side: float, ratio: float, discretize: bool) -> None:
        """Make the image of a field for a square of `side` logical pixels, unless it is there already."""
        wanted = (side, ratio, discretize, theme.current().name)
        if self._shown[0] is field and self._shown[1] == wanted:
            return
        self._shown = (field, wanted)
        values = field.scores if field.scores is not None else field.values
        assert values is not None
        classes = len(values) if field.scores is not None else 1
        size = max(8, min(round(side * ratio), MOST_PIXELS, int(BUDGET / math.sqrt(classes))))
        if self._painter is None or (self._painter.rows, self._painter.size) != (values.shape[-1], size):
            self._painter = Painter(values.shape[-1], size)
        pixels = self._painter(field, self._colours(field.scores is not None, discretize), discretize)
        self.image = QImage(pixels.data, size, size, 4 * size, QImage.Format.Format_RGB32)

    def _colours(self, has_classes: bool, discretize: bool) -> Colours:
        key = (theme.current().name, has_classes, discretize)
        if self._table is None or key != self._table_key:
            self._table, self._table_key = map_table(has_classes, discretize), key
        return self._table
