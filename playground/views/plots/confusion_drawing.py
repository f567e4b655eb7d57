"""The drawing of a confusion matrix: where its cells lie, for few classes and for many, and how they look.

Owns that drawing; knows nothing of snapshots or of the sentences beside it.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from playground import numbers as formats
from playground.figures.confusion import Confusion
from playground.views.marks.class_chip import chip_font, class_fill, paint_chip
from playground.views.marks.point_marks import mark_kind, paint_mark
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT
from playground.views.theme.contrast import readable_on
from playground.views.theme.inks import Inks

ROOMY, TIGHT = (40.0, 66.0), (20.0, 122.0)
"""Height above and width left of the cells: with two lines of words above, or with all words in one line."""
TIGHT_BELOW = 20.0
LEAST_WITH_FIGURES = 9.0


class MatrixPlaces(msgspec.Struct, frozen=True):
    """The grid of cells, and whether it is tight: many classes in little height."""

    grid: QRectF
    classes: int
    is_tight: bool

    @property
    def wide(self) -> float:
        """Width of a cell."""
        return self.grid.width() / self.classes

    @property
    def high(self) -> float:
        """Height of a cell."""
        return self.grid.height() / self.classes

    def cell(self, row: int, column: int) -> QRectF:
        """The place of a cell."""
        left, top = self.grid.left() + column * self.wide, self.grid.top() + row * self.high
        return QRectF(left, top, self.wide, self.high)

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """(true class, answered class) of the cell under a point."""
        if not self.grid.contains(point):
            return None
        row = int((point.y() - self.grid.top()) / self.high)
        column = int((point.x() - self.grid.left()) / self.wide)
        return min(row, self.classes - 1), min(column, self.classes - 1)


def matrix_places(width: float, height: float, classes: int) -> MatrixPlaces:
    """Where the cells lie in a view of that size."""
    is_tight = (height - theme.scaled(ROOMY[0]) - 2) / classes < theme.scaled(TIGHT_BELOW)
    head, side = (theme.scaled(each) for each in (TIGHT if is_tight else ROOMY))
    wide = min(theme.scaled(72.0), (width * 0.55 - side) / classes)
    high = min(theme.scaled(40.0), (height - head - 2) / classes)
    return MatrixPlaces(QRectF(side, head, max(wide, 4.0) * classes, max(high, 2.0) * classes), classes, is_tight)


def paint_matrix(painter: QPainter, places: MatrixPlaces, found: Confusion) -> float:
    """Rows are the true classes, columns the answers; returns where the drawing ends on the right."""
    grid, high = places.grid, places.high
    painter.setPen(theme.color("muted"))
    if places.is_tight:
        painter.drawText(QRectF(0, 0, grid.left() - 8, grid.top() - 4), LEFT, "true ↓  answered →")
    else:
        painter.drawText(QRectF(grid.left(), 0, grid.width(), theme.scaled(18)), CENTRE, "answered")
        painter.drawText(
            QRectF(0, theme.scaled(18), grid.left() - theme.scaled(26), grid.top() - theme.scaled(18)), RIGHT, "true"
        )
    top = 0.0 if places.is_tight else theme.scaled(18)
    head = QRectF(grid.right() + 12, top, theme.scaled(60), grid.top() - max(top, 4.0))
    painter.drawText(head, LEFT, "recall")
    figures = theme.number_font(min(12.0, max(high - 2, 8.0) / theme.scaled(1.0)))
    painter.setFont(figures)
    _paint_cells(painter, places, found)
    for index in range(places.classes):
        middle = grid.top() + (index + 0.5) * high
        side = min(high - 1, theme.scaled(16))
        above = QPointF(
            grid.left() + (index + 0.5) * places.wide, grid.top() - theme.scaled(12 if places.is_tight else 10)
        )
        _paint_class(painter, above, index, found, theme.scaled(14))
        _paint_class(painter, QPointF(grid.left() - theme.scaled(22), middle), index, found, side)
        if high >= LEAST_WITH_FIGURES:
            painter.setFont(figures)
            painter.setPen(theme.color("text"))
            recall = formats.accuracy(float(found.recall[index]))
            painter.drawText(
                QRectF(grid.right() + 12, middle - theme.scaled(10), theme.scaled(64), theme.scaled(20)), LEFT, recall
            )
    return grid.right() + 12 + theme.scaled(64)


def _paint_cells(painter: QPainter, places: MatrixPlaces, found: Confusion) -> None:
    """Right answers in the accent, wrong ones in the warning colour, the stronger the larger their share."""
    inks, classes, counts = Inks(), places.classes, found.counts
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks["shade"])
    painter.drawRoundedRect(places.grid, 5, 5)
    gap, radius = (0.5, 2.5) if places.is_tight else (1.0, 4.0)
    for row, column in np.ndindex(classes, classes):
        count = int(counts[row, column])
        cell = places.cell(row, column).adjusted(gap, gap, -gap, -gap)
        ink = inks["faint"]
        if count:
            colour = inks["accent" if row == column else "warning"]
            fill = theme.blend(inks["shade"], colour, strength(float(shares[row, column])))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(cell, radius, radius)
            ink = readable_on(fill, inks["text"], inks["accent_text"])
        if (count or classes <= 4) and places.high >= LEAST_WITH_FIGURES:
            painter.setPen(ink)
            painter.drawText(cell.adjusted(0, -6, 0, 6), CENTRE, formats.counter(int(count)))


def _paint_class(painter: QPainter, centre: QPointF, index: int, found: Confusion, side: float) -> None:
    """A class's sign as a chip where it has one, else its mark and its number."""
    classes = len(found.counts)
    if found.signs:
        painter.setFont(chip_font(min(11.0, max((side - 3) / theme.scaled(1.0), 7.0))))
        chip = QRectF(centre.x() - theme.scaled(8), centre.y() - side / 2, theme.scaled(16), side)
        paint_chip(painter, chip, found.signs[index], class_fill(index), 3.0)
        return
    kind = mark_kind(index, classes)
    radius = min(4.5, side / 2.6)
    paint_mark(painter, centre - QPointF(6, 0), kind, theme.color(f"class{index}"), theme.color("surface"), radius)
    painter.setPen(theme.color("muted"))
    painter.setFont(theme.number_font(12))
    painter.drawText(
        QRectF(centre.x() + 3, centre.y() - theme.scaled(9), theme.scaled(20), theme.scaled(18)), LEFT, str(index)
    )


def strength(share: float) -> float:
    """How strong a cell's colour is: full above half of its row, pale below; between them no ink would be readable."""
    return 0.9 + 0.1 * (2 * share - 1) if share > 0.5 else 0.45 * math.sqrt(2 * share)
