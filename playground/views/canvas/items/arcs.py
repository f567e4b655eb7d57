"""Between links and tiles: the line under each slim card, and the arcs of residual connections with their handles.

Owns how these look, also pointed at, selected, or while an arc's start is dragged; knows nothing of what a drop does.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Column, Diagram
from playground.diagram.outline import CHOICES
from playground.diagram.shown import CanvasModel
from playground.diagram.wiring import Arc
from playground.experiment.layers import LAYER_KINDS
from playground.views.canvas.items.placed import PlacedItem
from playground.views.canvas.items.ports import MARKS
from playground.views.canvas.items.tiles import qrect
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

KNOB = 4.0


class ArcDrag(msgspec.Struct, frozen=True):
    """An arc's start on its way: the residual layer, where the pointer is, and the layer it would start from."""

    layer: int
    x: float
    source: int


def arc_path(arc: Arc) -> QPainterPath:
    """The curve of an arc."""
    path = QPainterPath(QPointF(arc.x0, arc.foot))
    path.cubicTo(arc.x0, arc.control, arc.x1, arc.control, arc.x1, arc.foot)
    return path


@guarded
class ArcsItem(PlacedItem):
    """The arcs of residual connections, and the guides of layers that change every value.

    selected: the layer that is. drag: the start of an arc on its way.
    """

    def __init__(self, model: CanvasModel) -> None:
        super().__init__(model)
        self.selected: int | None = None
        self.drag: ArcDrag | None = None

    def _room(self, diagram: Diagram) -> QRectF:
        top = diagram.columns[0].card.bottom
        return QRectF(0, top, diagram.width, diagram.band.bottom - top + 6)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column in self._diagram.columns:
            guide = MARKS[LAYER_KINDS[column.plan.kind].mark].guide if column.plan.form == "port" else None
            if guide is not None:
                self._draw_guide(painter, column, guide)
        lit = [arc for arc in self._diagram.arcs if self._is_lit(arc)]
        for arc in [arc for arc in self._diagram.arcs if arc not in lit] + lit:
            self._draw_arc(painter, arc, arc in lit)
        if self.drag is not None:
            self._draw_targets(painter, self.drag)

    def _is_lit(self, arc: Arc) -> bool:
        """Whether an arc is selected, pointed at or on its way."""
        if self.drag is not None and self.drag.layer == arc.layer:
            return True
        part = self.hovered
        pointed = part is not None and part.kind in ("arc", "arc_start") and part.layer == arc.layer
        return pointed or self.selected == arc.layer

    def _draw_guide(self, painter: QPainter, column: Column, style: Qt.PenStyle) -> None:
        """A line from the card through the dots: here every value passes the layer."""
        lit = column.layer == self.selected
        colour = theme.color("accent") if lit else theme.color("muted", 0.55)
        painter.setPen(QPen(colour, 1.5 if lit else 1.0, style, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(column.x, column.card.bottom + 4, column.x, column.lowest.bottom + 8))

    def _draw_arc(self, painter: QPainter, arc: Arc, lit: bool) -> None:
        assert self._diagram is not None
        if self.drag is not None and self.drag.layer == arc.layer:
            arc = replace(arc, x0=self.drag.x, source=self.drag.source)
        source, target = self._diagram.column(arc.source), self._diagram.column(arc.layer)
        flat, wide = Qt.PenCapStyle.FlatCap, 2.0 if lit else 1.6
        colour = theme.color("accent") if lit else theme.blend(theme.color("background"), theme.color("muted"), 0.8)
        path = arc_path(arc)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("background"), 6.0, Qt.PenStyle.SolidLine, flat))
        painter.drawPath(path)
        painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, flat))
        painter.drawPath(path)
        painter.drawLine(QLineF(target.x, arc.foot, target.x, target.lowest.center[1]))
        if self.drag is None or self.drag.layer != arc.layer:
            self._draw_stem(painter, arc, source)
        self._draw_knob(painter, QPointF(arc.x0, arc.foot), colour, lit)
        if self.model.layout.slots[arc.layer].is_matrix:
            self._draw_projection(painter, qrect(arc.top_place), colour)

    def _draw_stem(self, painter: QPainter, arc: Arc, source: Column) -> None:
        """From the handle to the first value, and behind the tiles on to the last one: all of them go along."""
        assert self._diagram is not None
        first = source.highest
        last = max((source.tiles[row - source.first].center[1] for row in self._read(source)), default=first.center[1])
        reached = first.center[1] if source.plan.form == "port" else first.y
        painter.drawLine(QLineF(arc.x0, arc.foot, arc.x0, reached))
        if source.plan.form == "port" and arc.x0 != source.out_x:
            painter.drawLine(QLineF(arc.x0, reached, source.out_x, reached))
        painter.drawLine(QLineF(source.out_x, reached, source.out_x, last))

    def _read(self, column: Column) -> list[int]:
        """The units of a column that have a tile and go along; of features those that are read."""
        assert self._diagram is not None
        active = self._diagram.outline.active if column.plan.kind in CHOICES else column.shown
        return [row for row in column.shown if row in active]

    def _draw_knob(self, painter: QPainter, place: QPointF, colour: QColor, lit: bool) -> None:
        """What the start is dragged by."""
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(theme.color("accent_soft" if lit else "surface"))
        painter.drawEllipse(place, KNOB, KNOB)

    def _draw_projection(self, painter: QPainter, top: QRectF, colour: QColor) -> None:
        """A W on an arc that projects."""
        font = theme.small_font()
        font.setPixelSize(round(theme.scaled(10)))
        place = QRectF(0, 0, theme.scaled(16), theme.scaled(14))
        place.moveCenter(top.center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("background"))
        painter.drawRoundedRect(place, 4, 4)
        painter.setFont(font)
        painter.setPen(QPen(colour))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), "W")

    def _draw_targets(self, painter: QPainter, drag: ArcDrag) -> None:
        """Where the start may be dropped: a ring over each layer, the chosen one filled."""
        assert self._diagram is not None
        arc = self._diagram.arc(drag.layer)
        assert arc is not None
        for source in range(FEATURE_COLUMN, drag.layer - 1):
            chosen = source == drag.source
            painter.setPen(theme.pen("accent", 1.5))
            painter.setBrush(theme.color("accent") if chosen else theme.color("surface"))
            x = self._diagram.column(source).out_x
            painter.drawEllipse(QPointF(x, arc.foot), KNOB + 1.5 if chosen else KNOB, KNOB + 1.5 if chosen else KNOB)
            if chosen:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                self._draw_frame(painter, self._diagram.column(source))

    def _draw_frame(self, painter: QPainter, column: Column) -> None:
        """A frame around the values that would be added."""
        rows = self._read(column) or [column.first]
        first, last = (column.tiles[row - column.first] for row in (rows[0], rows[-1]))
        place = QRectF(first.x, first.y, first.w, last.bottom - first.y).adjusted(-6, -6, 6, 6)
        painter.setPen(QPen(theme.color("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(place, 8, 8)
