"""The spread of very many layers as one picture: a row a layer, the darker the more numbers lie there.

Owns the picture; used by the histograms where there is no room for one histogram a layer.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from playground.figures.distributions import Spread
from playground.figures.shading import Colours, blended
from playground.numbers import labels
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT

NAMES, FOOT = 54.0, 20.0


def density_pixels(spread: Spread) -> Colours:
    """(layers, bins) colours: negative numbers in their colour, positive ones in theirs, empty bins like the paper."""
    shares = np.sqrt(np.array([layer.bars for layer in spread.layers]))
    half = shares.shape[1] // 2
    paper = np.full(shares.shape, QColor(theme.color("shade")).rgb(), np.uint32)
    ink = np.full(shares.shape, theme.color("positive").rgb(), np.uint32)
    ink[:, :half] = theme.color("negative").rgb()
    ink[:, half] = theme.color("muted").rgb()
    return blended(paper, ink, shares)


def named_rows(layers: int, height: float) -> list[int]:
    """Which rows have room for their name: the first, the last, and some between."""
    step = max(1, int(np.ceil(theme.scaled(14.0) / max(height / layers, 1e-6))))
    rows = [row for row in range(0, layers, step) if layers - 1 - row >= step]
    return [*rows, layers - 1]


def paint_density(painter: QPainter, room: QRectF, spread: Spread) -> None:
    """Draw the picture with the layers' names on the left and the range below."""
    pixels = density_pixels(spread)
    layers, bins = pixels.shape
    image = QImage(pixels.data, bins, layers, 4 * bins, QImage.Format.Format_RGB32)
    plot = room.adjusted(theme.scaled(NAMES), 0, 0, -theme.scaled(FOOT))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(plot, image)
    painter.setPen(QPen(theme.color("faint"), 1, Qt.PenStyle.DotLine))
    middle = round(plot.center().x()) + 0.5
    painter.drawLine(QPointF(middle, plot.top()), QPointF(middle, plot.bottom()))
    painter.setFont(theme.small_font())
    painter.setPen(theme.color("muted"))
    row_height = plot.height() / layers
    for row in named_rows(layers, plot.height()):
        centre = plot.top() + (row + 0.5) * row_height
        name = spread.layers[row].name
        painter.drawText(
            QRectF(room.left(), centre - theme.scaled(8), theme.scaled(NAMES), theme.scaled(16)), LEFT, name
        )
    painter.setFont(theme.number_font(11))
    below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), theme.scaled(16))
    for flag, text in zip((LEFT, CENTRE, RIGHT), labels((-spread.reach, 0.0, spread.reach)), strict=True):
        painter.drawText(below, flag, text)
