"""The spread of each layer's numbers as small histograms over one range: the weights, or their mean gradient.

Owns the drawing of these small multiples; what they hold comes from `playground.figures.distributions`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.figures.distributions import LayerSpread, Spread, spread
from playground.numbers import figure, labels
from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.plots.layer_density import paint_density
from playground.views.plots.layer_plot import CAPTION, LayerPlot
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT
from playground.views.theme.inks import Inks
from playground.views.workbench.workbench import Workbench

Kind = Literal["weights", "gradients"]
TITLES = {"weights": "Weights by layer", "gradients": "Mean gradient by layer"}
GAP = 20.0
NARROW = 90.0
"""Up to this width a histogram has its name alone."""
AIR = 4.0
"""Between two labels of an axis."""
DENSITY_BINS = 81


def grid_of(count: int, width: float, height: float) -> tuple[int, int] | None:
    """(columns, rows) for so many cells, in as few rows as leave them wide enough; None where there is no room."""
    for rows in range(1, max(1, int((height - theme.scaled(CAPTION)) / theme.scaled(52))) + 1):
        columns = math.ceil(count / rows)
        if width / columns >= theme.scaled(88):
            return columns, rows
    return None


NO_PARAMETERS = "no parameters"
"""What stands in place of a histogram of a layer that has none."""


@guarded
class HistogramsPlot(LayerPlot):
    """Computes only while it is visible, and only for a new snapshot."""

    def __init__(self, workbench: Workbench, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(workbench, TITLES[kind], parent)
        self._kind = kind
        self._spread: Spread | None = None
        self._source: object = None
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(560, 165)

    @property
    def spread(self) -> Spread | None:
        """What is shown."""
        return self._spread

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._source = None
        self.refresh()

    def follow(self, snapshot: Snapshot | None) -> bool:
        numbers = None
        if snapshot is not None:
            numbers = snapshot.parameters if self._kind == "weights" else snapshot.gradient
        if numbers is self._source and numbers is not None:
            return False
        self._source, self._spread = numbers, None
        if snapshot is not None and numbers is not None:
            grid = grid_of(len(snapshot.layout.slots), self.width(), self.height())
            bins = _bins(self.width() / grid[0] - GAP) if grid else DENSITY_BINS
            self._spread = spread(snapshot.layout, numbers, bins)
        return True

    def paint_plot(self, painter: QPainter) -> None:
        if self._spread is None:
            painter.drawText(QRectF(self.rect()), CENTRE, "Nothing to show yet")
            return
        grid = grid_of(len(self._spread.layers), self.width(), self.height())
        if grid is None:
            paint_density(painter, self._room(), self._spread)
            return
        self._paint_legend(painter)
        inks = Inks()
        columns, rows = grid
        room = self._room()
        wide, high = room.width() / columns, room.height() / rows
        for index, layer in enumerate(self._spread.layers):
            cell = QRectF(index % columns * wide, room.top() + index // columns * high, wide - GAP, high - 2)
            self._paint_cell(painter, cell, layer, inks)

    def _room(self) -> QRectF:
        """What is below the title."""
        top = theme.scaled(CAPTION)
        return QRectF(0, top, self.width(), self.height() - top)

    def _paint_legend(self, painter: QPainter) -> None:
        """What bars and ticks mean, after the title."""
        left = QFontMetricsF(theme.small_font()).horizontalAdvance(self.title) + 24
        painter.setPen(theme.pen("text", 1.5))
        painter.drawLine(QLineF(left, theme.scaled(6), left, theme.scaled(13)))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(left + 7, 0, theme.scaled(200), theme.scaled(CAPTION) - 6), LEFT, "biases")

    def _paint_cell(self, painter: QPainter, cell: QRectF, layer: LayerSpread, inks: Inks) -> None:
        assert self._spread is not None
        name, roomy = theme.scaled(16), cell.height() >= theme.scaled(84)
        foot = 14.0 + name if roomy else 8.0
        plot = cell.adjusted(0, name + 2, 0, -foot)
        painter.setFont(inks.words)
        painter.setPen(inks["text"])
        painter.drawText(QRectF(cell.left(), cell.top(), cell.width(), name), LEFT, layer.name)
        if not layer.count and not layer.biases.size:
            painter.setPen(inks["faint"])
            painter.drawText(plot, CENTRE, NO_PARAMETERS)
            return
        if cell.width() > theme.scaled(NARROW):
            painter.setFont(inks.numbers)
            painter.setPen(inks["muted"])
            painter.drawText(QRectF(cell.left(), cell.top(), cell.width(), name), RIGHT, figure(layer.size, 2))
        painter.setFont(inks.numbers)
        _paint_bars(painter, plot, layer, inks)
        painter.setPen(inks["line"])
        base = round(plot.bottom()) + 0.5
        painter.drawLine(QPointF(plot.left(), base), QPointF(plot.right(), base))
        painter.setPen(QPen(inks["faint"], 1, Qt.PenStyle.DotLine))
        middle = round(plot.center().x()) + 0.5
        painter.drawLine(QPointF(middle, plot.top()), QPointF(middle, base))
        painter.setPen(inks["text"])
        places = plot.left() + (layer.biases / self._spread.reach + 1) / 2 * plot.width()
        painter.drawLines([QLineF(x, base + 2, x, base + 7) for x in places[:256].tolist()])
        if roomy:
            painter.setPen(inks["muted"])
            reach = self._spread.reach
            row = QRectF(plot.left(), base + 11, plot.width(), name)
            for flag, text in axis_texts(reach, plot.width(), QFontMetricsF(inks.numbers).horizontalAdvance):
                painter.drawText(row, flag, text)


def axis_texts(reach: float, width: float, wide: Callable[[str], float]) -> tuple[tuple[int, str], ...]:
    """What stands under an axis from -reach to reach, width pixels long: both ends, and 0 where they leave it room,
    else the dotted line alone tells it. wide: of a text, in pixels."""
    low, middle, high = labels((-reach, 0.0, reach))
    apart = width / 2 - max(wide(low), wide(high)) - wide(middle) / 2
    ends = (LEFT, low), (RIGHT, high)
    return (*ends, (CENTRE, middle)) if apart >= theme.scaled(AIR) else ends


def _bins(width: float) -> int:
    """An odd number of bins, so that one is centred on 0."""
    return 2 * int(min(max(width / 8, 5), 20)) + 1


def _paint_bars(painter: QPainter, plot: QRectF, layer: LayerSpread, inks: Inks) -> None:
    """Negative numbers to the left in their colour, positive ones to the right."""
    bins = len(layer.bars)
    step, half = plot.width() / bins, bins // 2
    gap = 1.0 if step >= 3 else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    full = np.flatnonzero(layer.bars)
    parts = (("negative", full[full < half]), ("faint", full[full == half]), ("positive", full[full > half]))
    for token, wanted in parts:
        painter.setBrush(inks[token])
        tall = np.maximum(layer.bars[wanted] * plot.height(), 1.5)
        painter.drawRects(
            [
                QRectF(plot.left() + index * step + gap / 2, plot.bottom() - bar, step - gap, bar)
                for index, bar in zip(wanted.tolist(), tall.tolist(), strict=True)
            ]
        )
