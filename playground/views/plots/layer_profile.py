"""What is told of very many layers, at one moment: a bar a layer from left to right, over one axis.

Owns this drawing; used by the strips where there is no room for one strip a layer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from playground.figures.curves import as_log, from_log, log_ticks
from playground.figures.layer_figures import Quantity
from playground.numbers import label, labels
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT

Array = NDArray[np.float64]

AXIS = 44.0
BARS = {"area": ("accent",), "spread": ("accent",), "shares": ("warning", "bad")}


def spans(quantity: Quantity, numbers: Array, low: float) -> list[tuple[Array, Array]]:
    """From where to where each layer's bars go, as they lie on the axis; numbers is (layers, 1 or 2)."""
    if quantity.shape == "spread":
        return [(numbers[:, 0] - numbers[:, 1], numbers[:, 0] + numbers[:, 1])]
    foot = np.full(len(numbers), low)
    return [(foot, as_log(values) if quantity.log else values) for values in numbers.T]


def paint_profile(
    painter: QPainter, room: QRectF, quantity: Quantity, numbers: Array, ends: tuple[float, float], names: list[str]
) -> None:
    """Draw the bars with the axis on the left and the first and the last name below."""
    plot = room.adjusted(theme.scaled(AXIS), 0, 0, 0)
    low, high = ends

    def height(value: float) -> float:
        return plot.bottom() - min(max((value - low) / (high - low), 0.0), 1.0) * plot.height()

    if quantity.band is not None:
        top, bottom = height(quantity.band[1]), height(quantity.band[0])
        painter.fillRect(QRectF(plot.left(), top, plot.width(), bottom - top), theme.color("good_soft"))
    painter.setFont(theme.number_font(11))
    marks = log_ticks(low, high, 4) if quantity.log else [low, (low + high) / 2, high]
    texts = [label(from_log(mark)) for mark in marks] if quantity.log else labels(marks)
    for mark, text in zip(marks, texts, strict=True):
        y = round(height(mark)) + 0.5
        painter.setPen(theme.pen("line", 1))
        painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QRectF(room.left(), y - theme.scaled(8), theme.scaled(AXIS) - 6, theme.scaled(16)), RIGHT, text
        )
    step = plot.width() / len(names)
    painter.setPen(Qt.PenStyle.NoPen)
    for token, (first, last) in zip(BARS[quantity.shape], spans(quantity, numbers, low), strict=True):
        painter.setBrush(theme.color(token, 0.45 if quantity.shape == "spread" else 1.0))
        tops = [(height(end), height(start)) for start, end in zip(first.tolist(), last.tolist(), strict=True)]
        painter.drawRects(
            [QRectF(plot.left() + at * step + 1, top, step - 2, foot - top) for at, (top, foot) in enumerate(tops)]
        )
    painter.setPen(theme.color("muted"))
    row = QRectF(plot.left(), plot.bottom() + 2, plot.width(), theme.scaled(16))
    painter.drawText(row, LEFT, names[0])
    painter.drawText(row, RIGHT, names[-1])
