"""Where the doctor has found something: amber rings around units, inputs and whole layers.

Owns this drawing; knows nothing of what was found.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagnosis.signals.finding import NOWHERE, Place
from playground.diagram.diagram import FEATURES, Diagram
from playground.diagram.rect import Rect
from playground.views.canvas.items.tiles import corner, qrect
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

OUTSIDE, WIDE, LIT = 3.0, 2.0, 1.5
"""LIT: how much wider rings are while somebody points at the place."""
BESIDE = 8.0


@guarded
class FoundItem(QGraphicsItem):
    """`show_at` with the place that is lit; what has no place on the canvas now is not."""

    def __init__(self) -> None:
        super().__init__()
        self._diagram: Diagram | None = None
        self._place, self._lit = NOWHERE, False
        self.hide()

    def show_at(self, diagram: Diagram, place: Place, lit: bool = False) -> None:
        """Ring a place, more strongly where it is lit."""
        if place == NOWHERE and self._place == NOWHERE:
            return
        self.prepareGeometryChange()
        self._diagram, self._place, self._lit = diagram, place, lit
        self.setVisible(place != NOWHERE)
        self.update()

    def tiles(self) -> Iterator[Rect]:
        """What is lit: units; all of a layer none of whose units is named; inputs."""
        diagram, place = self._diagram, self._place
        if diagram is None:
            return
        named = {layer for layer, _ in place.units}
        whole = [layer for layer in place.layers if layer not in named]
        shown = {column.layer: column for column in diagram.columns}
        active = diagram.outline.active
        inputs = [(FEATURES, active[each]) for each in place.inputs if each < len(active)]
        for layer, unit in (*place.units, *inputs):
            column = shown.get(layer)
            rect = None if column is None or unit not in column.shown else column.tile(unit)
            if rect is not None:
                yield rect
        for layer in whole:
            if layer in shown:
                yield from shown[layer].tiles

    def boundingRect(self) -> QRectF:
        return QRectF() if self._diagram is None else QRectF(0, 0, self._diagram.width, self._diagram.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rect in self.tiles():
            place, radius = qrect(rect.grown(OUTSIDE)), corner(rect.w) + OUTSIDE
            more = LIT if self._lit else 0.0
            for token, width in (("background", WIDE + 2.0 + more), ("warning", WIDE + more)):
                painter.setPen(theme.pen(token, width))
                painter.drawRoundedRect(place, radius, radius)
