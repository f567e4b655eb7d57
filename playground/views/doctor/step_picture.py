"""The curve of a step of the check-up: a line over rates or epochs, or a mark for each network, layer or column.

Owns its drawing; knows nothing of how it came about.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground import numbers as formats
from playground.data import Dataset
from playground.diagnosis.check_up.step import Curve, Step
from playground.experiment.experiment import Experiment
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.theme.polygons import polygon
from playground.words.check_up import AXES, point_labels

HIGH, LEFT_ROOM, ABOVE, BELOW, DOT = 156.0, 52.0, 26.0, 20.0, 3.0
ROOF = 1.5
"""First losses above which nothing is drawn."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
Array = NDArray[np.float64]


class Scale:
    """From values to shares of a side; by powers of ten where `log`. Values beyond its ends lie at them."""

    def __init__(self, values: Array, log: bool, from_zero: bool = False) -> None:
        self.log = log
        some = values[values > 0.0] if log else values
        low, high = (float(some.min()), float(some.max())) if some.size else (0.1, 1.0)
        if log:
            low, high = np.floor(np.log10(low)), np.ceil(np.log10(high))
        elif from_zero:
            low, high = min(low, 0.0), max(high, 0.0)
        self.low, self.high = float(low), float(high) if high > low else float(low) + 1.0

    def shares(self, values: Array) -> Array:
        """(n,) where values lie, from 0 to 1."""
        told = np.log10(np.maximum(values, 10.0**self.low)) if self.log else values
        found: Array = np.clip((told - self.low) / (self.high - self.low), 0.0, 1.0)
        return found

    def value(self, share: float) -> float:
        """The value at a share."""
        found = self.low + share * (self.high - self.low)
        return float(10.0**found) if self.log else found


@guarded
class StepPicture(QWidget):
    """A step's curve; of the rate range test with the rate of the run and those that are proposed."""

    def __init__(self, step: Step, curve: Curve, experiment: Experiment, dataset: Dataset) -> None:
        super().__init__()
        self._step, self._curve = step, curve
        self._labels = point_labels(step, experiment, dataset)
        self._axis, self._across = AXES[step.name]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(theme.scaled(HIGH)))
        self.setAccessibleName(f"{self._axis} over {self._across}")
        values = np.nan_to_num(curve.y, nan=0.0)
        if not self._labels:
            values = np.minimum(values, ROOF * values[0])
        self._up = Scale(values, log=step.name == "gradients", from_zero=step.name != "gradients")
        self._values = values
        rate = step.figure("rate")
        ends = curve.x if rate is None or self._labels else np.append(curve.x, rate)
        self._along = Scale(ends, log=step.name == "rates")

    def sizeHint(self) -> QSize:
        return QSize(420, round(theme.scaled(HIGH)))

    def paintEvent(self, event: QPaintEvent) -> None:
        left, top, below = theme.scaled(LEFT_ROOM), theme.scaled(ABOVE), theme.scaled(BELOW)
        plot = QRectF(self.rect()).adjusted(left, top, -theme.scaled(20), -below)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_height(painter, plot)
            heights = plot.bottom() - self._up.shares(self._values) * plot.height()
            if self._labels:
                self._paint_points(painter, plot, heights)
                return
            self._paint_width(painter, plot)
            if self._step.name == "rates":
                self._paint_rates(painter, plot)
            painter.setPen(theme.pen("accent", 1.5))
            painter.drawPolyline(polygon(plot.left() + self._along.shares(self._curve.x) * plot.width(), heights))

    def _paint_height(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(theme.number_font(11))
        for share in (0.0, 0.5, 1.0):
            y = round(plot.bottom() - share * plot.height()) + 0.5
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, y - 8, plot.left() - 6, 16), int(RIGHT), formats.plain(self._up.value(share), 2))
        painter.setFont(theme.small_font())
        high = QFontMetricsF(theme.small_font()).height()
        painter.drawText(
            QRectF(0, 0, self.width(), high), LEFT, f"{self._axis[0].upper()}{self._axis[1:]} over {self._across}"
        )

    def _paint_width(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        decades = round(self._along.high - self._along.low) if self._along.log else 0
        shares = np.linspace(0.0, 1.0, decades + 1) if decades else (0.0, 0.5, 1.0)
        for share in shares:
            place = QRectF(plot.left() + share * plot.width() - 40, plot.bottom() + 3, 80, 14)
            value = self._along.value(float(share))
            painter.drawText(place, CENTRE, formats.plain(value, 1) if decades else formats.counter(round(value)))

    def _paint_rates(self, painter: QPainter, plot: QRectF) -> None:
        """The rate of the run as a line, those that are proposed as a band."""
        tenth, third, rate = (self._step.figure(name) for name in ("tenth", "third", "rate"))
        if tenth is not None and third is not None:
            ends = plot.left() + self._along.shares(np.array([tenth, third])) * plot.width()
            band = theme.color("good")
            band.setAlphaF(0.18)
            painter.fillRect(QRectF(ends[0], plot.top(), ends[1] - ends[0], plot.height()), band)
        if rate is not None:
            x = plot.left() + float(self._along.shares(np.array([rate]))[0]) * plot.width()
            token = "warning" if self._step.passed is False else "text"
            painter.setPen(theme.pen(token, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_points(self, painter: QPainter, plot: QRectF, heights: Array) -> None:
        """A dot on a stem for each, with its label where there is room."""
        count, present = len(self._labels), self._step.figure("present")
        if present is not None:  # the network that is compared with these
            y = plot.bottom() - float(self._up.shares(np.array([present]))[0]) * plot.height()
            painter.setPen(theme.pen("warning" if self._step.passed is False else "text", 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        wide, foot = plot.width() / count, plot.bottom() - float(self._up.shares(np.zeros(1))[0]) * plot.height()
        metrics = QFontMetricsF(theme.small_font())
        every = max(1, int(np.ceil((max(map(metrics.horizontalAdvance, self._labels)) + 6) / wide)))
        if count <= 12:
            every = 1
        painter.setFont(theme.small_font())
        radius = theme.scaled(DOT)
        for place, (label, y) in enumerate(zip(self._labels, heights.tolist(), strict=True)):
            x = plot.left() + (place + 0.5) * wide
            painter.setPen(theme.pen("accent", 1.5))
            painter.drawLine(QPointF(x, foot), QPointF(x, y))
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(QPointF(x, y), radius, radius)
            if place % every == 0:
                painter.setPen(theme.color("muted"))
                text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, every * wide - 2)
                painter.drawText(QRectF(x - every * wide / 2, plot.bottom() + 3, every * wide, 14), CENTRE, text)
