"""Dragging on the canvas: chips from the palette that open a gap, and cards that move or leave.

Owns what a drag is and the ghost that shows where it lands; the insertion itself is done by `CanvasCommands`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QLineF, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram import Diagram
from playground.network import LAYER_KINDS
from playground.views import theme
from playground.views.canvas_cards import draw_card
from playground.views.canvas_tiles import qrect

MIME = "application/x-neural-playground-layer"
OUTSIDE = 16
"""A card is dragged out when the pointer is so many pixels outside the canvas."""


def layer_mime(kind: str) -> QMimeData:
    """What a chip of the palette carries."""
    data = QMimeData()
    data.setData(MIME, QByteArray(kind.encode()))
    return data


def kind_in(data: QMimeData | None) -> str | None:
    """The layer kind that is carried, or None for anything else."""
    if data is None or not data.hasFormat(MIME):
        return None
    kind = bytes(data.data(MIME).data()).decode("utf-8", "replace")
    return kind if kind in LAYER_KINDS else None


@dataclass(frozen=True, slots=True)
class CardDrag:
    """A card on its way: what it says, where it was gripped, and the place it would go to (None: back or away)."""

    layer: int
    title: str
    below: str
    grip: QPointF
    index: int | None = None
    outside: bool = False

    def hint(self) -> str:
        """What letting go does."""
        if self.outside:
            return f"let go to remove layer {self.layer + 1}"
        if self.index is None or self.index in (self.layer, self.layer + 1):
            return "drag between two layers, or out of the canvas to remove"
        return f"let go to move layer {self.layer + 1} here"

    @property
    def target(self) -> int | None:
        """The place in the new order, or None where nothing would change."""
        if self.index is None or self.index in (self.layer, self.layer + 1):
            return None
        return self.index if self.index < self.layer else self.index - 1


class DropItem(QGraphicsItem):
    """The place kept open, with a dashed line below it, and the card that follows the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self._diagram: Diagram | None = None
        self._texts = ("", "")
        self._flying: QRectF | None = None
        self._leaving = False

    def show_gap(self, diagram: Diagram, title: str, below: str) -> None:
        """Draw the gap of a diagram, if it has one."""
        self.prepareGeometryChange()
        self._diagram, self._texts = diagram, (title, below)
        self.setVisible(diagram.gap is not None or self._flying is not None)
        self.update()

    def fly(self, place: QRectF | None, leaving: bool = False) -> None:
        """Draw a card under the pointer, or none."""
        self._flying, self._leaving = place, leaving
        self.setVisible(place is not None or (self._diagram is not None and self._diagram.gap is not None))
        self.update()

    def boundingRect(self) -> QRectF:
        if self._diagram is None:
            return QRectF()
        return QRectF(0, 0, self._diagram.width, self._diagram.height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._diagram.gap is not None:
            gap = qrect(self._diagram.gap)
            if self._flying is None:
                draw_card(painter, gap, *self._texts, "ghost")
            x = gap.center().x()
            painter.setPen(QPen(theme.color("accent"), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, gap.bottom() + 4, x, self._diagram.band.bottom))
        if self._flying is not None:
            painter.setOpacity(0.45 if self._leaving else 0.95)
            draw_card(painter, self._flying, *self._texts, "ghost")
            painter.setOpacity(1.0)
