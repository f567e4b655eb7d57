"""One number or two of every layer over the epochs: one strip a layer, all on one scale.

Owns the strips; what is told, and on which scale, is a `Quantity`, and the numbers are the run's own record: the same
in every window, whatever was visible.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from playground import numbers as formats
from playground.figures.curves import Array, as_log, thinned
from playground.figures.distributions import layer_name
from playground.figures.layer_figures import LayerCourse, Quantity, course
from playground.figures.shading import tame
from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.plots.layer_plot import CAPTION, LayerPlot
from playground.views.plots.layer_profile import paint_profile
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.views.theme.inks import Inks
from playground.views.theme.polygons import polygon
from playground.views.workbench.workbench import Workbench

FOOT, NAME = 20.0, 54.0
FIGURES = {"area": 58.0, "spread": 100.0, "shares": 80.0}
"""Room for the figure beside a strip."""
LOWEST, TALLEST, NARROWEST = 17.0, 32.0, 180.0
DASH = 4.0
"""How long the line of a layer is that is known at the newest moment alone."""


def strip_rects(count: int, width: float, height: float) -> list[QRectF]:
    """The place of every strip with its name and figure, in as few columns as fit; none where there is no room."""
    room = height - theme.scaled(CAPTION + FOOT)
    columns = math.ceil(count / max(1, int(room / theme.scaled(LOWEST))))
    if width / columns < theme.scaled(NARROWEST):
        return []
    rows = math.ceil(count / columns)
    high, wide = min(room / rows, theme.scaled(TALLEST)), width / columns
    return [
        QRectF(
            index // rows * wide, theme.scaled(CAPTION) + index % rows * high, wide - (20 if columns > 1 else 0), high
        )
        for index in range(count)
    ]


@guarded
class LayerStrips(LayerPlot):
    """See the module."""

    def __init__(self, workbench: Workbench, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(workbench, quantity.title, parent)
        self._quantity = quantity
        self._course: LayerCourse | None = None
        self._moment: object = None
        self._names: list[str] = []
        self._bare: list[bool] = []
        self._ends = (0.0, 1.0)
        self.setToolTip(quantity.tip)

    def sizeHint(self) -> QSize:
        return QSize(360, 165)

    @property
    def course(self) -> LayerCourse | None:
        """What is shown: the run's own record."""
        return self._course

    def figures(self) -> dict[str, str]:
        """What stands beside the strips now, by the layers' names."""
        return {name: self._figure(index) for index, name in enumerate(self._names)}

    def _figure(self, index: int) -> str:
        """A layer's figure now; a dash where it has no parameters of which it could be told, or nobody knows."""
        if self._bare[index] or self._course is None or np.isnan(self._course.now[index]).any():
            return formats.MISSING
        return self._quantity.text(self._course.now[index])

    def _has_nothing(self, snapshot: Snapshot, index: int) -> bool:
        """Whether the quantity is one of parameters and the layer has none."""
        layout, parameters = snapshot.layout, snapshot.parameters
        there = layout.weights(parameters, index).size + layout.biases(parameters, index).size
        return self._quantity.shape == "area" and there == 0

    def title_parts(self) -> list[tuple[str, str]]:
        if self._quantity.shape != "shares":
            return super().title_parts()
        first, second = self.title.split(", ")
        return [(first, "warning"), (", ", "muted"), (second, "bad")]

    def follow(self, snapshot: Snapshot | None) -> bool:
        moment = None if snapshot is None or snapshot.layer_history is None else _moment(snapshot)
        if moment == self._moment:
            return False
        self._moment, self._course, self._names = moment, None, []
        if snapshot is not None and moment is not None:
            self._course = course(self._quantity, snapshot)
            layers = range(len(snapshot.layout.slots))
            self._names = [layer_name(snapshot.layout, index) for index in layers]
            self._bare = [self._has_nothing(snapshot, index) for index in layers]
        return True

    def paint_plot(self, painter: QPainter) -> None:
        if not self._names:
            return
        rects, inks = strip_rects(len(self._names), self.width(), self.height()), Inks()
        if self._course is None:  # nothing is known yet: the layers stand there with dashes
            for index, rect in enumerate(rects):
                self._paint_shade(painter, self._strip(rect), inks)
                self._paint_texts(painter, rect, index, inks)
            return
        values = self._course.values
        self._ends = self._quantity.ends(values)
        if not rects:
            room = QRectF(0, theme.scaled(CAPTION), self.width(), self.height() - theme.scaled(CAPTION + FOOT))
            paint_profile(
                painter, room, self._quantity, np.asarray(tame(self._course.now), np.float64), self._ends, self._names
            )
            return
        for index, rect in enumerate(rects):
            self._paint_strip(painter, rect, index, inks)
        self._paint_epochs(painter, rects)

    # -- one strip --------------------------------------------------------------------------------------------------

    def _paint_strip(self, painter: QPainter, rect: QRectF, index: int, inks: Inks) -> None:
        assert self._course is not None
        strip, numbers = self._strip(rect), self._course.values[:, index]
        self._paint_shade(painter, strip, inks)
        self._paint_band(painter, strip, inks)
        inner = strip.adjusted(0, 1.5, 0, -1.5)
        numbers = numbers[self._course.starts[index] :]
        if not len(numbers):
            pass  # nothing is known of this layer yet
        elif self._quantity.shape == "spread":
            self._paint_spread(painter, inner, numbers, inks["accent"])
        elif self._quantity.shape == "shares":
            self._paint_area(painter, inner, numbers[:, 1], inks["bad"], 150)
            self._paint_line(painter, self._line(inner, numbers[:, 0]), inks["warning"])
        elif numbers[:, 0].any():
            if self._quantity.band is None:
                self._paint_area(painter, inner, numbers[:, 0], inks["accent"], 40)
            self._paint_line(painter, self._line(inner, numbers[:, 0]), inks[self._ink(float(numbers[-1, 0]))])
        self._paint_texts(painter, rect, index, inks)

    def _strip(self, rect: QRectF) -> QRectF:
        """The part of a layer's place that holds the line."""
        return rect.adjusted(theme.scaled(NAME), 2, -theme.scaled(FIGURES[self._quantity.shape]), -2)

    def _paint_shade(self, painter: QPainter, strip: QRectF, inks: Inks) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks["shade"])
        painter.drawRoundedRect(strip, 4, 4)

    def _paint_texts(self, painter: QPainter, rect: QRectF, index: int, inks: Inks) -> None:
        """The layer's name and its figure."""
        figure = self._figure(index)
        painter.setFont(inks.words)
        painter.setPen(inks["muted"])
        painter.drawText(rect, LEFT, self._names[index])
        painter.setFont(inks.numbers)
        painter.setPen(inks["faint" if figure == formats.MISSING else "text"])
        painter.drawText(rect, RIGHT, figure)

    def _paint_band(self, painter: QPainter, strip: QRectF, inks: Inks) -> None:
        """Where values usually lie; of a spread, where 0 is."""
        if self._quantity.band is not None:
            top, bottom = (self._height(strip, end) for end in self._quantity.band[::-1])
            painter.setBrush(inks["good_soft"])
            painter.drawRect(QRectF(strip.left(), top, strip.width(), bottom - top))
        elif self._quantity.shape == "spread":
            middle = round(self._height(strip, 0.0)) + 0.5
            painter.setPen(QPen(inks["faint"], 1, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(strip.left(), middle, strip.right(), middle))

    def _height(self, strip: QRectF, value: float) -> float:
        low, high = self._ends
        return strip.bottom() - min(max((value - low) / (high - low), 0.0), 1.0) * strip.height()

    def _line(self, strip: QRectF, values: Array) -> QPolygonF:
        """The newest values, over the recorded epochs they belong to; a single moment is a level line.

        It is as long as the strip where the run has no other, else a short one at the end.
        """
        assert self._course is not None
        low, high = self._ends
        epochs, values = self._course.epochs, as_log(values) if self._quantity.log else values
        first, span = float(epochs[0]), float(epochs[-1] - epochs[0])
        epochs = epochs[len(epochs) - len(values) :]
        if span > 0:
            epochs, values = thinned(epochs - first, values, 0.0, span, max(int(strip.width() / 1.5), 20))
        else:
            epochs, values, span = np.array([0.0, 1.0]), np.array([values[-1], values[-1]]), 1.0
        if len(epochs) == 1:
            epochs, values = epochs[0] - span * np.array([DASH / strip.width(), 0.0]), np.repeat(values, 2)
        shares = np.clip((values - low) / (high - low), 0.0, 1.0)
        line: QPolygonF = polygon(
            strip.left() + epochs / span * strip.width(), strip.bottom() - shares * strip.height()
        )
        return line

    def _paint_line(self, painter: QPainter, line: QPolygonF, colour: QColor) -> None:
        painter.setPen(QPen(colour, 1.0 / self.devicePixelRatioF()))
        for down in (0.0, 0.6):
            painter.drawPolyline(line.translated(0.0, down))

    def _ink(self, value: float) -> str:
        """The colour of a line: green inside the usual band, quiet outside of it."""
        band = self._quantity.band
        if band is None:
            return "accent"
        return "good" if 10.0 ** band[0] <= value <= 10.0 ** band[1] else "muted"

    def _paint_area(self, painter: QPainter, strip: QRectF, values: Array, colour: QColor, alpha: int) -> None:
        """What lies under a line; a single moment fills the strip like a thermometer."""
        if not values.any():
            return
        area = self._line(strip, values)
        left = area.at(0).x()
        area.append(strip.bottomRight())
        area.append(QPointF(left, strip.bottom()))
        _fill(painter, area, colour, alpha)

    def _paint_spread(self, painter: QPainter, strip: QRectF, numbers: Array, colour: QColor) -> None:
        mean, deviation = numbers[:, 0], numbers[:, 1]
        area = self._line(strip, mean + deviation)
        below = self._line(strip, mean - deviation)
        for at in range(below.count() - 1, -1, -1):
            area.append(QPointF(below.at(at)))
        _fill(painter, area, colour, 40)
        self._paint_line(painter, self._line(strip, mean), colour)

    # -- around the strips ------------------------------------------------------------------------------------------

    def _paint_epochs(self, painter: QPainter, rects: list[QRectF]) -> None:
        """The epochs that the first column of strips spans."""
        assert self._course is not None
        bottom = max(rect.bottom() for rect in rects)
        beside = theme.scaled(NAME + FIGURES[self._quantity.shape])
        row = QRectF(rects[0].left() + theme.scaled(NAME), bottom + 1, rects[0].width() - beside, theme.scaled(16))
        first, last = (formats.counter(float(self._course.epochs[place])) for place in (0, -1))
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        if first == last:
            painter.drawText(row, LEFT, f"epoch {first}")
            return
        painter.drawText(row, LEFT, first)
        painter.drawText(row, RIGHT, last)


def _moment(snapshot: Snapshot) -> tuple[object, ...]:
    """What decides the strips: while it is the same there is nothing new to draw."""
    newest = tuple(snapshot.history[-1].tolist()) if len(snapshot.history) else ()
    moment = snapshot.step, snapshot.version, snapshot.resets
    return *moment, len(snapshot.history), newest, snapshot.layout


def _fill(painter: QPainter, area: QPolygonF, colour: QColor, alpha: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), alpha))
    painter.drawPolygon(area)
