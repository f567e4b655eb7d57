"""The upper and lower edge of the canvas: a card over each layer, headings over features and output, unit steppers.

Owns how these look, also pointed at, selected or dragged; knows nothing of what a click does.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Column, Diagram, Part
from playground.diagram.rect import Rect
from playground.diagram.shown import CanvasModel
from playground.edits.layer_fields import fields_of, limits_of, main_field
from playground.experiment.layers import is_frozen, kind_of
from playground.numbers import spaced
from playground.views.canvas.items.placed import PlacedItem
from playground.views.canvas.items.tiles import qrect
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.words.network import activation_label, inputs_title, setting_text, short_label

CENTER = int(Qt.AlignmentFlag.AlignCenter)
RADIUS = 7.0


LOCK = 10.0


def draw_card(
    painter: QPainter, place: QRectF, title: str, below: str, look: str = "card", below_lit: bool = False,
    frozen: bool = False,
) -> None:  # fmt: skip
    """A card with a title and a line under it, with a lock where the layer is frozen; look: plain (no card), card,
    selected, or ghost."""
    if look != "plain":
        fill = {"ghost": "accent_soft"}.get(look, "surface")
        painter.setBrush(theme.color(fill))
        painter.setPen(theme.pen("line", 1.0) if look == "card" else theme.pen("accent", 1.5))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    half = place.height() / 2
    upper = QRectF(place.x(), place.y() + 3, place.width(), half)
    lower = QRectF(place.x(), place.y() + half - 2, place.width(), half)
    ghost = look == "ghost"
    painter.setFont(theme.strong_font())
    painter.setPen(theme.color("accent" if ghost else "text"))
    painter.drawText(upper, CENTER, title)
    ink = theme.color("accent" if ghost or below_lit else "muted")
    _draw_below(painter, lower, below, ink, frozen)


def _draw_below(painter: QPainter, place: QRectF, text: str, ink: QColor, frozen: bool) -> None:
    """The line under a card's title; a lock stands before it."""
    metrics, side = QFontMetricsF(theme.small_font()), theme.scaled(LOCK) if frozen else 0.0
    room = place.width() - 6 - (side + 3 if frozen else 0)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    if frozen:
        start = place.center().x() - (metrics.horizontalAdvance(shown) + side + (3 if shown else 0)) / 2
        icons.draw(painter, "lock", QRectF(start, place.center().y() - side / 2 - 0.5, side, side), ink, 2.5)
        place = place.adjusted(side + (3 if shown else 0), 0, 0, 0)
    painter.setFont(theme.small_font())
    painter.setPen(ink)
    painter.drawText(place, CENTER, shown)


@guarded
class CardsItem(PlacedItem):
    """Cards and headings."""

    def __init__(self, model: CanvasModel) -> None:
        super().__init__(model)
        self.selected: int | None = None
        self.lifted: int | None = None

    def _room(self, diagram: Diagram) -> QRectF:
        return QRectF(0, 0, diagram.width, diagram.columns[0].card.bottom + 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column in self._diagram.columns:
            if column.card.x <= option.exposedRect.right() and column.card.right >= option.exposedRect.left():
                painter.setOpacity(0.35 if column.layer == self.lifted else 1.0)
                self._draw(painter, column)
        painter.setOpacity(1.0)

    def _draw(self, painter: QPainter, column: Column) -> None:
        assert self._diagram is not None
        experiment, place = self.model.experiment, qrect(column.card)
        if column.layer == FEATURE_COLUMN:
            self._draw_input_heading(painter, column, place)
        elif column.layer == self._diagram.head:
            draw_card(painter, place, "Output", activation_label(experiment.head.activation), "plain")
        else:
            layer = experiment.network.layers[column.layer]
            look = "selected" if column.layer == self.selected else "card"
            lit = self.hovered == Part("activation", column.layer) and bool(fields_of(layer))
            below = setting_text(layer, experiment.widths[column.layer + 1])
            draw_card(painter, place, short_label(kind_of(layer).kind), below, look, lit, is_frozen(layer))
            if lit:
                self._draw_arrow(painter, column.activation())

    def _draw_input_heading(self, painter: QPainter, column: Column, place: QRectF) -> None:
        """What the network reads."""
        experiment = self.model.experiment
        pixels, inputs = experiment.input_shape.image, len(experiment.input_names)
        added = len(experiment.added_inputs)
        below = f"{inputs - added} of {len(experiment.offered_inputs) - added}" + (f" + {added}" if added else "")
        if pixels is not None:
            below = f"{pixels[1]} × {pixels[2]}"
        lit = pixels is None and self.hovered == Part("card", column.layer)
        draw_card(painter, place.adjusted(-6, 0, 6, 0), inputs_title(experiment), below, "plain", lit)
        if lit:
            self._draw_arrow(painter, column.activation())

    def _draw_arrow(self, painter: QPainter, rect: Rect) -> None:
        """A small arrow: a click opens a list."""
        side = theme.scaled(11)
        place = QRectF(rect.right - side - 4, rect.center[1] - side / 2 - 2, side, side)
        painter.fillRect(place, theme.color("surface"))
        icons.draw(painter, "chevron-down", place, theme.color("accent"), 2.5)


@guarded
class SteppersItem(PlacedItem):
    """The − n + under each layer."""

    def _room(self, diagram: Diagram) -> QRectF:
        steppers = [column.stepper for column in diagram.columns if column.stepper is not None]
        return QRectF(0, steppers[0].y - 2, diagram.width, steppers[0].h + 4) if steppers else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column in self._diagram.columns:
            if column.stepper is not None and qrect(column.stepper).intersects(option.exposedRect):
                self._draw(painter, column)

    def _draw(self, painter: QPainter, column: Column) -> None:
        assert column.stepper is not None
        place = qrect(column.stepper).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.pen("line", 1.0))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        layer = self.model.experiment.network.layers[column.layer]
        field = main_field(layer)
        low, high = limits_of(layer, field.name) if field is not None else (1.0, 1.0)
        self._draw_sign(painter, column, "minus", column.units > low)
        self._draw_sign(painter, column, "plus", column.units < high)
        lit = self.hovered == Part("count", column.layer)
        painter.setFont(theme.number_font())
        painter.setPen(theme.color("accent" if lit else "text"))
        painter.drawText(place, CENTER, spaced(column.units))

    def _draw_sign(self, painter: QPainter, column: Column, kind: str, usable: bool) -> None:
        rect = column.stepper_part(kind)
        x, y = rect.center
        if usable and self.hovered == Part(kind, column.layer):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawEllipse(QPointF(x, y), rect.h / 2 - 3, rect.h / 2 - 3)
        arm = 4.0
        painter.setPen(QPen(theme.color("text" if usable else "faint", 1.0 if usable else 0.5), 1.4))
        painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
        if kind == "plus":
            painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))
