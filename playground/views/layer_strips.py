"""How large a layer's gradient or weights are, over the epochs: one strip a layer, all on one logarithmic scale.

Owns the strips and the trace they show. A trace grows while the strips are visible; nothing is computed otherwise.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.curves import Array, Trace, as_log, figure, label, log_range, log_ticks, thinned
from playground.distributions import layer_name, layer_sizes, short_name
from playground.snapshot import Snapshot
from playground.views import theme
from playground.views.histograms_plot import Kind
from playground.views.inks import Inks
from playground.views.layer_density import LEFT, RIGHT
from playground.views.polygons import polygon
from playground.views.workbench import Workbench

TITLES = {"weights": "Weight size by layer (log)", "gradients": "Gradient size by layer (log)"}
CAPTION, FOOT, NAME, FIGURE = 24.0, 20.0, 34.0, 58.0
LOWEST, TALLEST, NARROWEST = 17.0, 32.0, 150.0


def strip_rects(count: int, width: float, height: float) -> list[QRectF]:
    """The place of every strip with its name and figure, in as few columns as fit; none where there is no room."""
    room = height - CAPTION - FOOT
    columns = math.ceil(count / max(1, int(room / LOWEST)))
    if width / columns < NARROWEST:
        return []
    rows = math.ceil(count / columns)
    high, wide = min(room / rows, TALLEST), width / columns
    return [
        QRectF(index // rows * wide, CAPTION + index % rows * high, wide - (20 if columns > 1 else 0), high)
        for index in range(count)
    ]


class LayerStrips(QWidget):
    """See the module."""

    def __init__(self, workbench: Workbench, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._kind = workbench, kind
        self._trace: Trace | None = None
        self._layout: object = None
        self._names: list[str] = []
        self.setAccessibleName(TITLES[kind])
        workbench.snapshot_ready.connect(self._on_changed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(360, 165)

    @property
    def trace(self) -> Trace | None:
        """The sizes seen so far."""
        return self._trace

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()

    def _on_changed(self) -> None:
        snapshot = self._workbench.snapshot
        if not self.isVisible():
            return
        if snapshot is None:
            self._trace = self._layout = None
        else:
            self._follow(snapshot)
        self.update()

    def _follow(self, snapshot: Snapshot) -> None:
        numbers = snapshot.parameters if self._kind == "weights" else snapshot.gradient
        if snapshot.layout != self._layout or self._trace is None:
            self._layout = snapshot.layout
            layers = len(snapshot.layout.slots)
            self._trace = Trace(layers)
            self._names = [short_name(layer_name(snapshot.layout, index)) for index in range(layers)]
        if numbers is not None:
            self._trace.append(float(snapshot.epoch), layer_sizes(snapshot.layout, numbers))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, 0, self.width(), CAPTION - 6), LEFT, TITLES[self._kind])
            if self._trace is None or not len(self._trace.epochs):
                return
            low, high = log_range(self._trace.values.ravel())
            low = min(low, high - 2)
            rects = strip_rects(self._trace.layers, self.width(), self.height())
            if not rects:
                self._paint_profile(painter, low, high)
                return
            inks = Inks()
            for index, rect in enumerate(rects):
                self._paint_strip(painter, rect, index, (low, high), inks)
            self._paint_epochs(painter, rects)

    def _paint_strip(self, painter: QPainter, rect: QRectF, index: int, ends: tuple[float, float], inks: Inks) -> None:
        assert self._trace is not None
        strip = rect.adjusted(NAME, 2, -FIGURE, -2)
        values = self._trace.values[:, index]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(inks["shade"])
        painter.drawRoundedRect(strip, 4, 4)
        if values[-1] > 0:
            self._paint_line(painter, strip.adjusted(0, 1.5, 0, -1.5), as_log(values), *ends, inks["accent"])
        painter.setFont(inks.words)
        painter.setPen(inks["muted"])
        painter.drawText(rect, LEFT, self._names[index])
        painter.setFont(inks.numbers)
        painter.setPen(inks["text"])
        painter.drawText(rect, RIGHT, figure(float(values[-1]), 2) if values[-1] > 0 else "0")

    def _paint_line(
        self, painter: QPainter, strip: QRectF, values: Array, low: float, high: float, colour: QColor
    ) -> None:
        """An area up to the line; a single moment fills the strip like a thermometer."""
        assert self._trace is not None
        epochs = self._trace.epochs
        first, last = float(epochs[0]), float(epochs[-1])
        span = last - first
        if span > 0:
            epochs, values = thinned(epochs - first, values, 0.0, span, max(int(strip.width() / 1.5), 20))
        else:
            epochs, values, span = np.array([0.0, 1.0]), np.array([values[-1], values[-1]]), 1.0
        x = strip.left() + epochs / span * strip.width()
        y = strip.bottom() - np.clip((values - low) / (high - low), 0.0, 1.0) * strip.height()
        line: QPolygonF = polygon(x, y)
        area = QPolygonF(line)
        area.append(strip.bottomRight())
        area.append(strip.bottomLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour.red(), colour.green(), colour.blue(), 40))
        painter.drawPolygon(area)
        painter.setPen(QPen(colour, 1.0 / self.devicePixelRatioF()))
        for down in (0.0, 0.6):
            painter.drawPolyline(line.translated(0.0, down))

    def _paint_profile(self, painter: QPainter, low: float, high: float) -> None:
        """Very many layers: this moment alone, a bar a layer from left to right over whole decades."""
        assert self._trace is not None
        plot = QRectF(44, CAPTION, self.width() - 44, self.height() - CAPTION - FOOT)
        painter.setFont(theme.number_font(11))
        for power in log_ticks(low, high, 4):
            y = round(plot.bottom() - (power - low) / (high - low) * plot.height()) + 0.5
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(0, y - 8, 38, 16), RIGHT, label(10.0**power))
        step = plot.width() / self._trace.layers
        tall = np.clip((as_log(self._trace.values[-1]) - low) / (high - low), 0.0, 1.0) * plot.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        places = enumerate(tall.tolist())
        painter.drawRects(
            [QRectF(plot.left() + at * step + 1, plot.bottom() - bar, step - 2, bar) for at, bar in places]
        )
        painter.setPen(theme.color("muted"))
        row = QRectF(plot.left(), plot.bottom() + 2, plot.width(), 16)
        painter.drawText(row, LEFT, self._names[0])
        painter.drawText(row, RIGHT, self._names[-1])

    def _paint_epochs(self, painter: QPainter, rects: list[QRectF]) -> None:
        """The epochs that the first column of strips spans."""
        assert self._trace is not None
        bottom = max(rect.bottom() for rect in rects)
        row = QRectF(rects[0].left() + NAME, bottom + 1, rects[0].width() - NAME - FIGURE, 16)
        first, last = (f"{self._trace.epochs[place]:,.0f}" for place in (0, -1))
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        if first == last:
            painter.drawText(row, LEFT, f"epoch {first}")
            return
        painter.drawText(row, LEFT, first)
        painter.drawText(row, RIGHT, last)
