"""The colour of a class or a value that is painted.

Owns that choice, which the brush's ring and the palette share.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

from playground.data.painting import Canvas
from playground.views.theme import theme


def paint_colour(canvas: Canvas, label: float) -> QColor:
    """The colour of a class, or of a value from −1 to 1 on the map's own scale."""
    if canvas.class_count:
        return theme.color(f"class{int(label)}")
    table = theme.diverging_lut()
    share = (min(max(label, -1.0), 1.0) + 1.0) / 2.0
    return QColor.fromRgb(int(table[round(share * (len(table) - 1))]))
