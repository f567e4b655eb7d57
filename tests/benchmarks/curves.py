"""The picture of the cost curves: a panel for width, depth and batch, both axes logarithmic.

Owns the drawing, which needs no display; knows nothing of how the curves were measured.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from .cost import LANES, Curve

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from playground.views.theme import theme

WIDTH, HEIGHT, SCALE = 1440, 520, 2
MARGIN, GAP, LEFT, TOP, BOTTOM = 24.0, 28.0, 60.0, 92.0, 62.0
TITLES = {"width": "Width", "depth": "Depth", "batch": "Batch size"}
AXES = {"width": "units a hidden layer", "depth": "hidden layers", "batch": "samples a step"}


class Panel:
    """One panel: its curves and the way from a size and a cost to a point of the picture."""

    def __init__(self, across: str, curves: list[Curve], frame: QRectF) -> None:
        self.across, self.curves, self.frame = across, curves, frame
        points = [point for curve in curves for point in curve.points]
        costs = [point.sample * 1e9 for point in points]
        least, most = math.log2(min(p.size for p in points)), math.log2(max(p.size for p in points))
        lowest, highest = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))
        self.sizes, self.costs = (least, max(most, least + 1)), (lowest, max(highest, lowest + 1))

    def place(self, size: float, cost: float) -> QPointF:
        """cost in nanoseconds."""
        x = (math.log2(size) - self.sizes[0]) / (self.sizes[1] - self.sizes[0])
        y = (math.log10(cost) - self.costs[0]) / (self.costs[1] - self.costs[0])
        return QPointF(self.frame.left() + x * self.frame.width(), self.frame.bottom() - y * self.frame.height())


def draw(curves: list[Curve], path: str | Path) -> None:
    """Write a PNG; OSError if that is impossible."""
    app = QApplication.instance() or QApplication([])  # letters need one
    image = QImage(WIDTH * SCALE, HEIGHT * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(QColor(theme.LIGHT.background))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    kinds = list(dict.fromkeys(curve.across for curve in curves))
    each = (WIDTH - 2 * MARGIN - GAP * (len(kinds) - 1)) / len(kinds)
    try:
        for index, kind in enumerate(kinds):
            card = QRectF(MARGIN + index * (each + GAP), MARGIN, each, HEIGHT - 2 * MARGIN)
            frame = card.adjusted(LEFT, TOP, -24.0, -BOTTOM)
            draw_panel(painter, card, Panel(kind, [curve for curve in curves if curve.across == kind], frame))
    finally:
        painter.end()
    if not image.save(str(path), "PNG"):
        raise OSError(f"The picture could not be written to {path}.")
    del app  # lived until the fonts were used


def text(painter: QPainter, place: QRectF, words: str, side: Qt.AlignmentFlag, ink: str = "") -> None:
    painter.setPen(QColor(ink or theme.LIGHT.muted))
    painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, words)


def draw_panel(painter: QPainter, card: QRectF, panel: Panel) -> None:
    painter.setPen(QPen(QColor(theme.LIGHT.line), 1.0))
    painter.setBrush(QColor(theme.LIGHT.surface))
    painter.drawRoundedRect(card, 8.0, 8.0)
    left = Qt.AlignmentFlag.AlignLeft
    painter.setFont(theme.strong_font())
    heading = QRectF(card.left() + 20, card.top() + 14, card.width() - 40, 20)
    text(painter, heading, f"{TITLES[panel.across]}: processor time of a sample", left, theme.LIGHT.text)
    painter.setFont(theme.small_font())
    for index, curve in enumerate(panel.curves):
        ink = theme.LIGHT.classes[1 - index]
        row = QRectF(card.left() + 40, card.top() + 38 + 18 * index, card.width() - 60, 18)
        painter.setPen(QPen(QColor(ink), 2.0))
        painter.drawLine(QPointF(row.left() - 20, row.center().y()), QPointF(row.left() - 6, row.center().y()))
        text(painter, row, curve.note, left)
    draw_axes(painter, panel)
    for index, curve in enumerate(panel.curves):
        draw_curve(painter, panel, curve, QColor(theme.LIGHT.classes[1 - index]))


def draw_axes(painter: QPainter, panel: Panel) -> None:
    frame, line = panel.frame, QPen(QColor(theme.LIGHT.line), 1.0)
    painter.setFont(theme.number_font())
    for power in range(panel.costs[0], panel.costs[1] + 1):
        y = panel.place(2 ** panel.sizes[0], 10.0**power).y()
        painter.setPen(line)
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        place = QRectF(frame.left() - LEFT, y - 9, LEFT - 8, 18)
        text(painter, place, duration(power), Qt.AlignmentFlag.AlignRight)
    first, last = (round(size) for size in panel.sizes)
    for power in range(first, last + 1):
        x = panel.place(2.0**power, 10.0 ** panel.costs[0]).x()
        painter.setPen(line)
        painter.drawLine(QPointF(x, frame.bottom()), QPointF(x, frame.bottom() + 4))
        if (last - power) % 2 == 0 or last - first < 8:
            text(painter, QRectF(x - 30, frame.bottom() + 6, 60, 18), f"{2**power}", Qt.AlignmentFlag.AlignHCenter)
    painter.setFont(theme.small_font())
    below = QRectF(frame.left(), frame.bottom() + 28, frame.width(), 18)
    text(painter, below, f"{AXES[panel.across]} (full dots: multiples of {LANES})", Qt.AlignmentFlag.AlignHCenter)


def duration(power: int) -> str:
    """10**power nanoseconds with a unit."""
    return f"{10 ** (power % 3)} {('ns', 'µs', 'ms', 's')[power // 3]}" if power >= 0 else f"{10.0**power:g} ns"


def draw_curve(painter: QPainter, panel: Panel, curve: Curve, ink: QColor) -> None:
    """The line, and a dot for each size: full at multiples of 16, hollow elsewhere."""
    places = [panel.place(point.size, point.sample * 1e9) for point in curve.points]
    painter.setPen(QPen(ink, 1.6))
    painter.drawPolyline(places)
    for point, place in zip(curve.points, places, strict=True):
        painter.setBrush(ink if point.size % LANES == 0 else QColor(theme.LIGHT.surface))
        painter.setPen(QPen(ink, 1.2))
        painter.drawEllipse(place, 2.6, 2.6)
