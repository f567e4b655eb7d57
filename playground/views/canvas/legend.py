"""The legend of the network: what colours, the width of links and the small squares mean.

Owns how it looks, and that it lies in an empty corner of the canvas, covers nothing and is away where there is no room;
whether it is wished is the workbench's view's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.diagram.corners import free_corner
from playground.diagram.rect import Rect
from playground.views.canvas.items.links import link_colour, link_width
from playground.views.canvas.items.tiles import bias_square
from playground.views.canvas.surface import CanvasSurface
from playground.views.controls import IconButton, explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.workbench.workbench import Workbench
from playground.words.links import WEIGHT_LINES, legend_lines

SAMPLE, BESIDE, PAD = 30.0, 7.0, 4.0
"""The width of what is explained, its distance to the words, and the room around all."""
WEIGHTS = (0.3, 1.6, 4.0)
DECADES_DRAWN = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
BIAS = 9.0
CLOSE_TIP = "Close the legend  (View, Legend of the network, brings it back)"


@guarded
class CanvasLegend(QWidget):
    """Lies over the canvas, opaque, so that frames below it draw nothing there and it is drawn no more often."""

    def __init__(self, surface: CanvasSurface, workbench: Workbench) -> None:
        super().__init__(surface.view)
        self._surface, self._workbench = surface, workbench
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.lines: tuple[str, ...] = WEIGHT_LINES
        explain("legend", self)
        self.close_button = IconButton("x", CLOSE_TIP, size=20, token="faint", parent=self)
        self.close_button.clicked.connect(lambda: workbench.set_view(legend=False))
        self.hide()
        for signal in (
            surface.laid_out, surface.scrolled, surface.pointed_at, surface.scale_changed, workbench.view_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        self.refresh()
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.small_font())
        words = [metrics.horizontalAdvance(each) for each in self.lines]
        words[0] += self.close_button.width()
        wide = 2 * PAD + theme.scaled(SAMPLE) + BESIDE + max(words)
        return QSize(round(wide), round(2 * PAD + len(self.lines) * self._row))

    @property
    def _row(self) -> float:
        """The height of a line."""
        return QFontMetricsF(theme.small_font()).height() + 3.0

    def refresh(self) -> None:
        """Say what holds now, and go where there is room, or away."""
        model = self._surface.model
        lines = legend_lines(model.links_show, model.scale)
        if lines != self.lines or not self.accessibleName():
            self.lines = lines
            self.setAccessibleName(f"Legend of the network: {', '.join(lines)}")
            self.update()
        place = self._place() if self._workbench.view.legend else None
        if place is None:
            self.hide()
            return
        self.setGeometry(place.toAlignedRect())
        self.close_button.move(self.width() - self.close_button.width(), 0)
        self.show()

    def _place(self) -> QRectF | None:
        """The place in the view; None where there is none, or the card of what is pointed at lies there."""
        surface, size = self._surface, self.sizeHint()
        seen = surface.visible_part()
        wide, high = size.width() / surface.zoom, size.height() / surface.zoom
        found = free_corner(surface.diagram, Rect(seen.x(), seen.y(), seen.width(), seen.height()), wide, high)
        if found is None:
            return None
        place = QRectF(found.x, found.y, found.w, found.h)
        if surface.hover.isVisible() and surface.hover.card.intersects(place):
            return None
        corner = surface.view.mapFromScene(place.topLeft()) + surface.view.viewport().pos()
        return QRectF(QPointF(corner), size)

    def paintEvent(self, event: QPaintEvent) -> None:
        font, row, wide = theme.small_font(), self._row, theme.scaled(SAMPLE)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("background"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            samples = [QRectF(PAD, PAD + line * row, wide, row) for line in range(len(self.lines))]
            _draw_widths(painter, samples[0], WEIGHTS if self._surface.model.links_show == "weight" else DECADES_DRAWN)
            _draw_colours(painter, samples[-2])
            self._draw_bias(painter, samples[-1])
            painter.setFont(font)
            painter.setPen(theme.color("muted"))
            for sample, text in zip(samples, self.lines, strict=True):
                painter.drawText(sample.translated(wide + BESIDE, 0).adjusted(0, 0, self.width(), 0), int(LEFT), text)

    def _draw_bias(self, painter: QPainter, place: QRectF) -> None:
        side, ratio, name = theme.scaled(BIAS), self.devicePixelRatioF(), theme.current().name
        step = side + 4
        for number, look in enumerate((-20, 20)):
            left = place.center().x() - side / 2 + (number - 0.5) * step
            painter.drawPixmap(
                QPointF(left - 1, place.center().y() - side / 2 - 1), bias_square(side, look, ratio, name)
            )


def _draw_colours(painter: QPainter, place: QRectF) -> None:
    """The diverging map, from its negative end to its positive one."""
    bar = place.adjusted(0, place.height() / 2 - 4, 0, 4 - place.height() / 2)
    shades = QLinearGradient(bar.topLeft(), bar.topRight())
    for share, token in enumerate(("negative", "neutral", "positive")):
        shades.setColorAt(share / 2, theme.color(token))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawRoundedRect(bar, 3, 3)


def _draw_widths(painter: QPainter, place: QRectF, weights: Sequence[float]) -> None:
    """Pieces of links, from a small weight to a large one; many lie close together."""
    step, gap = place.width() / len(weights), 1.0 if len(weights) <= len(WEIGHTS) else 0.0
    for number, weight in enumerate(weights):
        flat = Qt.PenCapStyle.FlatCap
        painter.setPen(QPen(link_colour(weight), link_width(weight), Qt.PenStyle.SolidLine, flat))
        left, middle = place.left() + number * step, place.center().y()
        painter.drawLine(QPointF(left + gap, middle), QPointF(left + step - gap, middle))
