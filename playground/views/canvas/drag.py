"""What a layer carries and shows while it is dragged: the kind in a chip's data, the gap, the card under the pointer.

Owns how these look; what a drag does and where it ends is in `card_drag` and `chip_drag`.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QLineF, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import Diagram
from playground.experiment.layers import LAYER_KINDS
from playground.views.canvas.cards import draw_card
from playground.views.canvas.tiles import qrect
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

MIME = "application/x-neural-playground-layer"
NOTE = 260.0
"""The widest a refusal is written."""


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
class FlyingCard:
    """A card under the pointer: its place in the scene, its two lines. leaving: letting go would remove its layer."""

    place: QRectF
    title: str
    below: str
    leaving: bool


@guarded
class DropItem(QGraphicsItem):
    """The place kept open, with a dashed line below it, the card that follows the pointer, and why it may not land."""

    def __init__(self) -> None:
        super().__init__()
        self._diagram: Diagram | None = None
        self._texts = ("", "")
        self._flying: FlyingCard | None = None
        self._refusal: str | None = None
        self._visible = QRectF()

    @property
    def refusal(self) -> str | None:
        """The sentence that is shown."""
        return self._refusal

    def show_refusal(self, sentence: str | None, visible: QRectF) -> None:
        """Say beside the gap why the layer may not land there. visible: the part of the scene that is on screen."""
        if sentence != self._refusal:
            self._refusal, self._visible = sentence, visible
            self.update()

    def show_gap(self, diagram: Diagram, title: str, below: str) -> None:
        """Draw the gap of a diagram, if it has one; the texts stand in it while no card flies."""
        self.prepareGeometryChange()
        self._diagram, self._texts = diagram, (title, below)
        if diagram.gap is None:
            self._refusal = None
        self.setVisible(diagram.gap is not None or self._flying is not None)
        self.update()

    def fly(self, card: FlyingCard | None) -> None:
        """Draw a card under the pointer, or none."""
        self._flying = card
        self.setVisible(card is not None or (self._diagram is not None and self._diagram.gap is not None))
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
            self._draw_gap(painter, qrect(self._diagram.gap), self._diagram.band.bottom)
        if self._flying is not None:
            painter.setOpacity(0.45 if self._flying.leaving else 0.95)
            draw_card(painter, self._flying.place, self._flying.title, self._flying.below, "ghost")
            painter.setOpacity(1.0)

    def _draw_gap(self, painter: QPainter, gap: QRectF, bottom: float) -> None:
        refused = self._refusal is not None
        if self._flying is None and not refused:
            draw_card(painter, gap, *self._texts, "ghost")
        x = gap.center().x()
        painter.setPen(QPen(theme.color("warning" if refused else "accent"), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, gap.bottom() + 4, x, bottom))
        if self._refusal is not None:
            self._draw_refusal(painter, self._refusal, x, gap.bottom() + 10)

    def _draw_refusal(self, painter: QPainter, sentence: str, x: float, y: float) -> None:
        """A note under the gap, inside what is visible."""
        metrics = QFontMetricsF(theme.small_font())
        wide = min(theme.scaled(NOTE), self._visible.width() - 24)
        wrap = int(Qt.TextFlag.TextWordWrap)
        text = metrics.boundingRect(QRectF(0, 0, wide, 400), wrap, sentence)
        note = QRectF(0, 0, text.width() + 20, text.height() + 14)
        left = min(max(x - note.width() / 2, self._visible.left() + 4), self._visible.right() - note.width() - 4)
        note.moveTopLeft(QPointF(round(left), round(y)))
        painter.setPen(theme.pen("warning", 1.0))
        painter.setBrush(theme.color("warning_soft"))
        painter.drawRoundedRect(note, 6, 6)
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("warning"))
        painter.drawText(note.adjusted(10, 7, -10, -7), wrap | int(Qt.AlignmentFlag.AlignHCenter), sentence)
