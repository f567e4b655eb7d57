"""A function as a small curve: on cards that explain it, and beside its name in menus.

Owns this drawing; the curve is given.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

from playground.figures.function_curves import Curve, curve_named
from playground.views.theme import theme
from playground.views.theme.polygons import polygon

ICON, RATIOS = 16, (1, 2, 3)


def paint_curve(painter: QPainter, room: QRectF, curve: Curve, width: float = 1.75) -> None:
    """Draw a curve with the axes through 0, as large as `room` lets it."""
    x, y = curve
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 0.0)
    left, right = float(x.min()), float(x.max())
    across = room.left() + (x - left) / (right - left) * room.width()
    down = room.bottom() - (y - low) / max(high - low, 1e-9) * room.height()
    painter.setPen(theme.pen("track", 1))
    base = room.bottom() + low / max(high - low, 1e-9) * room.height()
    painter.drawLine(QLineF(room.left(), base, room.right(), base))
    if left < 0.0 < right:
        middle = room.left() - left / (right - left) * room.width()
        painter.drawLine(QLineF(middle, room.top(), middle, room.bottom()))
    ink = QPen(theme.color("accent"), width)
    ink.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(ink)
    painter.drawPolyline(polygon(np.asarray(across, np.float64), np.asarray(down, np.float64)))


def curve_icon(picture: str) -> QIcon:
    """The curve of `activation:NAME` as an icon in the colours of the theme."""
    found, curve = QIcon(), curve_named(picture)
    for ratio in RATIOS:
        pixels = QPixmap(QSize(ICON, ICON) * ratio)
        pixels.setDevicePixelRatio(ratio)
        pixels.fill(Qt.GlobalColor.transparent)
        with QPainter(pixels) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_curve(painter, QRectF(1.5, 2.0, ICON - 3.0, ICON - 4.0), curve, 1.5)
        found.addPixmap(pixels)
    return found
