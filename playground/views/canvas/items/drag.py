"""What a layer carries and shows while it is dragged: the kind in a chip's data, the gap, the card under the pointer.

Owns how these look; what a drag does and where it ends is in `card_drag` and `chip_drag`.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QByteArray, QLineF, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import Diagram
from playground.experiment.layers import LAYER_KINDS
from playground.views.canvas.items.cards import draw_card
from playground.views.canvas.items.tiles import qrect
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

MIME = "application/x-neural-playground-layer"
NOTE = 260.0
"""The widest a refusal is written."""
EDGE = 2
"""The room around a card under the pointer, for its outline."""


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


class FlyingCard(msgspec.Struct, frozen=True):
    """A card under the pointer: its place in the viewport, its two lines. leaving: letting go removes its layer."""

    place: QRectF
    title: str
    below: str
    leaving: bool


@guarded
class DropItem(QGraphicsItem):
    """The place kept open, with a dashed line below it, and why a layer may not land there."""

    def __init__(self) -> None:
        super().__init__()
        self._diagram: Diagram | None = None
        self._texts = ("", "")
        self._flies = False
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
        self.setVisible(diagram.gap is not None)
        self.update()

    def set_flying(self, flies: bool) -> None:
        """Whether a card is under the pointer: the texts stand on that, not in the gap."""
        if flies != self._flies:
            self._flies = flies
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

    def _draw_gap(self, painter: QPainter, gap: QRectF, bottom: float) -> None:
        refused = self._refusal is not None
        if not self._flies and not refused:
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


@guarded
class FlyingGhost(QWidget):
    """The card under the pointer. It lies over all of the window, so that no edge of the canvas cuts it."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._card: FlyingCard | None = None
        self._zoom = 1.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_card(self, card: FlyingCard | None, zoom: float) -> None:
        """Draw a card at its place, as large as the canvas draws them, or none."""
        self._card, self._zoom = card, zoom
        if card is None:
            self.hide()
            return
        window = self._canvas.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        place = card.place.adjusted(-EDGE, -EDGE, EDGE, EDGE).toAlignedRect()
        self.setGeometry(place.translated(self._canvas.mapTo(window, QPoint())))
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._card is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(0.45 if self._card.leaving else 0.95)
            painter.translate(EDGE, EDGE)
            painter.scale(self._zoom, self._zoom)
            size = self._card.place.size() / self._zoom
            draw_card(painter, QRectF(QPointF(), size), self._card.title, self._card.below, "ghost")
