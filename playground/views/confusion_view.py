"""Which class is taken for which; for a regression the answers against the targets.

Owns the drawing and the choice between training and test set; the figures come from `playground.verdicts`.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.curves import label
from playground.standing import percent
from playground.verdicts import Confusion, Counts, Scatter, confusion, scatter
from playground.views import theme
from playground.views.inks import Inks
from playground.views.layer_density import CENTRE, LEFT, RIGHT
from playground.views.point_marks import mark_kind, paint_mark
from playground.views.polygons import polygon
from playground.views.workbench import Workbench

HEAD, SIDE = 40.0, 66.0
MOST_POINTS = 1000


class ConfusionView(QWidget):
    """Computes only while it is visible, and only for a new snapshot."""

    set_changed = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._test = True
        self._found: Confusion | Scatter | None = None
        self.setAccessibleName("Confusion matrix")
        workbench.snapshot_ready.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(900, 165)

    @property
    def found(self) -> Confusion | Scatter | None:
        """What is shown."""
        return self._found

    @property
    def shows_test(self) -> bool:
        """Whether the test set is shown; the training set where there is no other."""
        return self._test and self._workbench.dataset.test_labels.size > 0

    def set_test(self, test: bool) -> None:
        """Show the test set, or the training set."""
        if test != self._test:
            self._test = test
            self._on_changed()
            self.set_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        snapshot, data = self._workbench.snapshot, self._workbench.dataset
        find = confusion if data.task.is_classification else scatter
        self._found = find(snapshot, data, self.shows_test)
        self.setAccessibleDescription(" ".join(self._found.sentences) if self._found else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            if self._found is None:
                painter.setPen(theme.color("muted"))
                painter.drawText(QRectF(self.rect()), CENTRE, "Nothing to show yet")
            elif isinstance(self._found, Confusion):
                right = self._paint_matrix(painter, self._found)
                self._paint_words(painter, right + 40, self._found.sentences)
            else:
                right = self._paint_scatter(painter, self._found)
                self._paint_words(painter, right + 40, self._found.sentences)

    # -- classes ----------------------------------------------------------------------------------------------------

    def _paint_matrix(self, painter: QPainter, found: Confusion) -> float:
        """Rows are the true classes, columns the answers; returns where the drawing ends on the right."""
        classes = len(found.counts)
        wide = min(72.0, (self.width() * 0.55 - SIDE) / classes)
        high = min(40.0, (self.height() - HEAD - 2) / classes)
        grid = QRectF(SIDE, HEAD, wide * classes, high * classes)
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(grid.left(), 0, grid.width(), 18), CENTRE, "answered")
        painter.drawText(QRectF(0, 18, SIDE - 26, HEAD - 18), RIGHT, "true")
        painter.drawText(QRectF(grid.right() + 12, 18, 60, HEAD - 18), LEFT, "recall")
        painter.setFont(theme.number_font(12))
        self._paint_cells(painter, grid, found.counts)
        for row in range(classes):
            y = grid.top() + row * high
            self._paint_class(painter, QPointF(grid.left() + (row + 0.5) * wide, HEAD - 10), row, classes)
            self._paint_class(painter, QPointF(SIDE - 22, y + high / 2), row, classes)
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(grid.right() + 12, y, 64, high), LEFT, percent(float(found.recall[row])))
        return grid.right() + 76

    def _paint_cells(self, painter: QPainter, grid: QRectF, counts: Counts) -> None:
        """Right answers in the accent, wrong ones in the warning colour, the stronger the larger their share."""
        inks, classes = Inks(), len(counts)
        wide, high = grid.width() / classes, grid.height() / classes
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks["shade"])
        painter.drawRoundedRect(grid, 5, 5)
        for row, column in np.ndindex(classes, classes):
            count = int(counts[row, column])
            cell = QRectF(grid.left() + column * wide, grid.top() + row * high, wide, high).adjusted(1, 1, -1, -1)
            ink = inks["faint"]
            if count:
                colour = inks["accent" if row == column else "warning"]
                fill = theme.blend(inks["shade"], colour, strength(float(shares[row, column])))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRoundedRect(cell, 4, 4)
                ink = readable_on(fill, inks["text"], inks["accent_text"])
            if count or classes <= 4:
                painter.setPen(ink)
                painter.drawText(cell, CENTRE, f"{count:,}")

    def _paint_class(self, painter: QPainter, centre: QPointF, index: int, classes: int) -> None:
        kind = mark_kind(index, classes)
        paint_mark(painter, centre - QPointF(6, 0), kind, theme.color(f"class{index}"), theme.color("surface"), 4.5)
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(centre.x() + 3, centre.y() - 9, 20, 18), LEFT, str(index))

    # -- regression -------------------------------------------------------------------------------------------------

    def _paint_scatter(self, painter: QPainter, found: Scatter) -> float:
        """Answers upwards over targets to the right, with the line where both are equal."""
        plot = QRectF(60, 6, self.height() - 30.0, self.height() - 30.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shade"))
        painter.drawRoundedRect(plot, 6, 6)
        painter.setPen(QPen(theme.color("faint"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(plot.bottomLeft(), plot.topRight()))
        inside = np.clip(np.stack([found.targets, found.answers])[:, :MOST_POINTS] / found.reach, -1.0, 1.0)
        x = plot.left() + (inside[0] + 1) / 2 * plot.width()
        y = plot.bottom() - (inside[1] + 1) / 2 * plot.height()
        dot = QPen(theme.color("warning" if self.shows_test else "accent", 0.7), 3.5)
        dot.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(dot)
        painter.drawPoints(polygon(x, y))
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        for share, value in ((0.0, -found.reach), (0.5, 0.0), (1.0, found.reach)):
            mark = plot.bottom() - share * (plot.height() - 12) - 6
            painter.drawText(QRectF(0, mark - 8, 54, 16), RIGHT, label(value))
            flag = (LEFT, CENTRE, RIGHT)[round(share * 2)]
            painter.drawText(QRectF(plot.left(), plot.bottom() + 3, plot.width(), 16), flag, label(value))
        painter.setFont(theme.small_font())
        painter.drawText(QRectF(plot.right() + 10, plot.bottom() + 3, 60, 16), LEFT, "target")
        painter.drawText(QRectF(plot.right() + 10, plot.top(), 60, 16), LEFT, "answer")
        return plot.right() + 60

    def _paint_words(self, painter: QPainter, left: float, sentences: list[str]) -> None:
        painter.setFont(theme.ui_font())
        high = QFontMetricsF(theme.ui_font()).height() + 4
        top = HEAD
        for place, sentence in enumerate(sentences):
            painter.setPen(theme.color("text" if place == 0 else "muted"))
            painter.drawText(QRectF(left, top + place * high, max(self.width() - left, 0.0), high), LEFT, sentence)


def strength(share: float) -> float:
    """How strong a cell's colour is: full above half of its row, pale below; between them no ink would be readable."""
    return 0.9 + 0.1 * (2 * share - 1) if share > 0.5 else 0.45 * math.sqrt(2 * share)


def readable_on(fill: QColor, first: QColor, second: QColor) -> QColor:
    """The one of two inks that contrasts more with a fill."""
    return first if contrast(first, fill) >= contrast(second, fill) else second


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2)."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: QColor) -> float:
    return _light(colour.rgb())


@lru_cache(maxsize=512)
def _light(rgb: int) -> float:
    colour = QColor.fromRgb(rgb)
    red, green, blue = (_linear(channel) for channel in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else math.pow((channel + 0.055) / 1.055, 2.4)
