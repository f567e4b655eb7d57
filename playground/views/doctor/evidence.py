"""The evidence of a finding on its sheet: the losses with the moment at which it was found, and the figures.

Owns their drawing; knows nothing of rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground import numbers as formats
from playground.diagnosis.signals.finding import Finding
from playground.figures import curves
from playground.run.snapshot import HISTORY_COLUMNS, Snapshot
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.theme.polygons import polygon
from playground.words.diagnosis import Evidence

if TYPE_CHECKING:  # what looks ahead loads the kernels
    from playground.diagnosis.ahead import Forecast

HIGH, LEFT_ROOM, RIGHT_ROOM, BELOW = 132.0, 44.0, 44.0, 18.0
LEAST_ROWS = 2
"""With fewer there is no curve: those to come are drawn, where they are known, else nothing."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Array = NDArray[np.float64]


@guarded
class LossPicture(QWidget):
    """Train and held-out loss so far, or as they will be, with a line where it was found."""

    def __init__(self, shot: Snapshot, forecast: Forecast | None, finding: Finding) -> None:
        super().__init__()
        coming = forecast is not None and (finding.forecast or len(shot.history) < LEAST_ROWS)
        source = forecast.last if forecast is not None and coming else shot
        self._history, self._found = source.history, float(finding.epoch)
        held_out = "validation" if source.dataset.validation_labels.size else "test"
        self._lines = [("train", "accent"), (held_out, "good" if held_out == "validation" else "warning")]
        if not source.dataset.held_out_labels.size or (source.experiment.data.test_sealed and held_out == "test"):
            self._lines.pop()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(theme.scaled(HIGH)))
        self.setAccessibleName("Loss over the epochs")
        if len(self._history) < LEAST_ROWS:
            self.hide()

    def sizeHint(self) -> QSize:
        return QSize(420, round(theme.scaled(HIGH)))

    def _column(self, name: str) -> Array:
        found: Array = self._history[:, HISTORY_COLUMNS.index(name)]
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        plot = QRectF(self.rect()).adjusted(theme.scaled(LEFT_ROOM), 8, -theme.scaled(RIGHT_ROOM), -theme.scaled(BELOW))
        epochs, losses = self._column("epoch"), [self._column(f"{name}_loss") for name, _ in self._lines]
        top = curves.loss_top(*losses)
        last = max(float(epochs[-1]), self._found, 1.0)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_axes(painter, plot, top, last)
            x = plot.left() + self._found / last * plot.width()
            painter.setPen(theme.pen("warning", 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setClipRect(plot.adjusted(-1, -1, 1, 1))
            ends = []
            for (name, token), values in zip(self._lines, losses, strict=True):
                y = plot.bottom() - np.clip(np.nan_to_num(values, nan=top, posinf=top), 0, top) / top * plot.height()
                painter.setPen(theme.pen(token, 1.25))
                painter.drawPolyline(polygon(plot.left() + epochs / last * plot.width(), y))
                ends.append((name, token, float(y[-1])))
            painter.setClipping(False)
            high = QFontMetricsF(theme.small_font()).height()
            centres = curves.without_overlap(
                [end for _, _, end in ends], [high - 2] * len(ends), plot.top(), plot.bottom(), 0.0
            )  # fmt: skip
            painter.setFont(theme.small_font())
            for (name, token, _), centre in zip(ends, centres, strict=True):
                painter.setPen(theme.color(token))
                painter.drawText(QRectF(plot.right() + 6, centre - high / 2, 80, high), LEFT, name)

    def _paint_axes(self, painter: QPainter, plot: QRectF, top: float, last: float) -> None:
        painter.setFont(theme.number_font(11))
        for share in (0.0, 0.5, 1.0):
            y = round(plot.bottom() - share * plot.height()) + 0.5
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, y - 8, plot.left() - 6, 16), int(RIGHT), formats.plain(share * top, 3))
            across, wide = plot.left() + share * plot.width(), 80.0
            place = QRectF(across - wide / 2, plot.bottom() + 3, wide, 14)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, formats.counter(round(share * last)))


@guarded
class EvidenceRow(QWidget):
    """A figure: its name, its value, and the limit that it has passed; or one that it has kept, or that is no limit of
    a rule, and then it looks as any figure."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__()
        self._evidence, self._alarms = evidence, bool(evidence.threshold) and evidence.alarms
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{evidence.label}: {evidence.value} {evidence.threshold}".strip())

    def sizeHint(self) -> QSize:
        return QSize(300, round(QFontMetricsF(theme.small_font()).height()) + 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        high, wide = float(self.height()), float(self.width())
        limit = theme.scaled(96)
        value = QFontMetricsF(theme.number_font(12)).horizontalAdvance(self._evidence.value)
        with QPainter(self) as painter:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            metrics, room = QFontMetricsF(theme.small_font()), wide - limit - value - 10
            label = metrics.elidedText(self._evidence.label, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(0, 0, room + 2, high), LEFT, label)
            painter.setFont(theme.number_font(12))
            painter.setPen(theme.color("warning" if self._alarms else "text"))
            painter.drawText(QRectF(0, 0, wide - limit, high), int(RIGHT), self._evidence.value)
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, 0, wide, high), int(RIGHT), self._evidence.threshold)
