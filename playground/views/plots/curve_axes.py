"""The axes of a plot over the epochs: pyqtgraph's axes and grid, drawn once into a picture and kept until they change.

Owns ranges, marks on the axes and the way from values to pixels; knows nothing of curves. Redrawing the scene for every
new row of a running training would cost more than the curves themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from playground import numbers as formats
from playground.figures import curves
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

# pyqtgraph's own clean-up at exit takes scenes apart that are already gone.
pg.setConfigOptions(exitCleanup=False)

Array = NDArray[np.float64]

LEFT, TOP, RIGHT, BOTTOM = 56, 24, 64, 20
OUTSIDE = 0.04
"""Ends and dots of values beyond the axis stand just outside of it, this share of its length away."""
ABOVE_THE_BOX = 0.5
FAR = 100.0
"""How many axis lengths away a line goes on truly; it is cut at the plot's edge anyway."""


class Axis(msgspec.Struct, frozen=True):
    """The value axis: its ends (as powers of ten where `log`), how its marks and how a single value is written.

    The marks of a logarithmic axis are far apart: each is written by itself.
    """

    low: float
    high: float
    log: bool
    texts: Callable[[Sequence[float]], list[str]] = formats.labels
    figure: Callable[[float], str] = formats.figure


@guarded
class ValueAxis(pg.AxisItem):  # type: ignore[misc]
    """With a grid, pyqtgraph drops the labels at the two ends, and wide ones, for want of room; this gives it."""

    def boundingRect(self) -> QRectF:
        return QRectF(super().boundingRect().adjusted(-20, -10, 0, 10))


class CurveAxes(QObject):
    """The axes of a plot; the plot itself draws over them.

    Two axes and the box between them are all that is needed: pyqtgraph's `PlotItem` also makes two hidden axes, buttons
    and a menu with its forms, which take three times as long.
    """

    def __init__(self, plot: pg.GraphicsView) -> None:
        super().__init__(plot)
        self._plot = plot
        self.axis = Axis(0.0, 1.0, False)
        self.start, self.end = 0.0, 10.0
        self._last_mark = (0.0, "")
        self._drawn: QPixmap | None = None
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._box.disableAutoRange()
        self._values, self._along = ValueAxis("left"), pg.AxisItem("bottom")
        self._values.setWidth(theme.scaled(LEFT))
        self._values.setGrid(255)
        self._along.setHeight(theme.scaled(BOTTOM))
        layout = plot.centralLayout
        layout.setContentsMargins(0, theme.scaled(TOP), theme.scaled(RIGHT), 0)
        layout.setSpacing(0)
        layout.addItem(self._box, 0, 1)
        for axis, place, gap in ((self._values, (0, 0), 8), (self._along, (1, 1), 4)):
            axis.setStyle(tickLength=0, tickAlpha=255, tickTextOffset=gap)
            axis.setStyle(autoExpandTextSpace=False, hideOverlappingLabels=theme.scaled(RIGHT))
            axis.setZValue(ABOVE_THE_BOX)
            axis.linkToView(self._box)
            layout.addItem(axis, *place)
        plot.scene().changed.connect(self._on_scene_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def span(self, axis: Axis, start: float, end: float) -> None:
        """Values on `axis` over the epochs start … end."""
        if (axis, start, end) != (self.axis, self.start, self.end):
            self.axis, self.start, self.end = axis, start, end
            self.refit()

    @property
    def plot_rect(self) -> QRectF:
        """Where values are drawn, in pixels of the viewport."""
        return QRectF(self._box.mapRectToScene(self._box.boundingRect()))

    def on_axis(self, values: Array, beyond: float = OUTSIDE) -> Array:
        """Values as they lie on the axis: as powers of ten if it is logarithmic, none undefined.

        None is further away than `beyond` lengths of the axis.
        """
        axis = self.axis
        edge = beyond * (axis.high - axis.low)
        values = curves.as_log(values) if axis.log else values
        return np.fmax(np.fmin(values, axis.high + edge), axis.low - edge)

    def place(self, plot: QRectF, epoch: float, value: float) -> QPointF:
        """The pixel of a value (as it lies on the axis) at an epoch."""
        share = (value - self.axis.low) / (self.axis.high - self.axis.low)
        along = (epoch - self.start) / (self.end - self.start)
        return QPointF(plot.left() + along * plot.width(), plot.bottom() - share * plot.height())

    def unit_place(self, plot: QRectF, unit: str) -> QRectF:
        """Where the unit of the epochs is written, to the right of their last mark; empty if it would touch it."""
        wide = QFontMetricsF(theme.small_font()).horizontalAdvance(unit)
        at, text = self._last_mark
        taken = self.place(plot, at, self.axis.low).x()
        taken += QFontMetricsF(theme.number_font(11)).horizontalAdvance(text) / 2
        left = plot.right() + theme.scaled(RIGHT) - 2 - wide
        return QRectF(left, plot.bottom() + 3, wide + 1, theme.scaled(BOTTOM)) if left >= taken + 5 else QRectF()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def picture(self) -> QPixmap:
        """The axes, of the size of the viewport."""
        if self._drawn is None or self._drawn.devicePixelRatio() != self._plot.devicePixelRatioF():
            self._drawn = self._rendered()
        return self._drawn

    def _rendered(self) -> QPixmap:
        ratio = self._plot.devicePixelRatioF()
        picture = QPixmap(self._plot.viewport().size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            room = QRectF(self._plot.viewport().rect())
            self._plot.scene().prepareForPaint()
            self._plot.scene().render(painter, room, room)
        return picture

    def refit(self) -> None:
        """Choose ranges and marks anew: for another span, another size or another font."""
        axis = self.axis
        self._box.setRange(xRange=(self.start, self.end), yRange=(axis.low, axis.high), padding=0.0)
        most = max(2, min(5, int((self._plot.height() - theme.scaled(TOP + BOTTOM)) / theme.scaled(32)) + 1))
        marks = curves.log_ticks(axis.low, axis.high, most) if axis.log else curves.ticks(axis.low, axis.high, most)
        across = curves.ticks(self.start, self.end, max(3, min(7, int(self._plot.width() / theme.scaled(90)))))
        texts = [formats.label(curves.from_log(mark)) for mark in marks] if axis.log else axis.texts(marks)
        below = list(zip(across, formats.labels(across), strict=True))
        self._values.setTicks([list(zip(marks, texts, strict=True)), []])
        self._along.setTicks([below, []])
        self._last_mark = below[-1] if below else (0.0, "")
        self._redraw()

    def _redraw(self) -> None:
        self._drawn = None
        self._plot.viewport().update()

    def _on_scene_changed(self, _regions: object) -> None:
        self._redraw()

    def _on_theme_changed(self) -> None:
        for axis in (self._values, self._along):
            axis.setStyle(tickFont=theme.number_font(11))
            axis.setTextPen(pg.mkPen(theme.color("muted")))
            axis.setTickPen(pg.mkPen(theme.color("line")))
            axis.setPen(pg.mkPen(theme.color("line")) if axis is self._along else pg.mkPen(None))
        self.refit()
