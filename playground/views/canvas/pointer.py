"""The pointer on the canvas: pointing, clicking, and both kinds of drags.

Owns what is under the pointer and what is on its way; what is done at the end is done by `CanvasCommands` or the view.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Part
from playground.diagram.outline import guest_plan
from playground.edits.layer_fields import fields_of
from playground.edits.network import new_layer
from playground.experiment.layers import kind_of
from playground.views.canvas.arcs import ArcDrag
from playground.views.canvas.drag import OUTSIDE, CardDrag
from playground.words.network import setting_text, short_label, span_text

if TYPE_CHECKING:
    from playground.views.canvas.view import CanvasView

SCROLL_EDGE, SCROLL_STEP = 28, 14
HANDS = {"feature", "bias", "minus", "count", "plus", "arc"}


class CanvasPointer:
    """Fed with positions in the viewport."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.hovered: Part | None = None
        self.card: CardDrag | None = None
        self.arc: ArcDrag | None = None
        self._pressed: Part | None = None
        self._pressed_at = QPointF()

    # -- pointing and clicking --------------------------------------------------------------------------------------

    def press(self, place: QPointF) -> None:
        """The left button goes down."""
        self._pressed, self._pressed_at = self._view.part_at(place), place
        part = self._pressed
        if part is not None and part.kind in ("card", "activation", "arc", "arc_start"):
            self._view.commands.select(part.layer)
        elif part is None:
            self._view.commands.select(None)

    def move(self, place: QPointF, held: bool) -> None:
        """The pointer moves, with the left button down or not."""
        if self.card is not None:
            self._carry(place)
        elif self.arc is not None or (
            held and self._far(place) and self._pressed is not None and self._pressed.kind == "arc_start"
        ):
            self._pull(place)
        elif held and self._may_lift(place):
            self._lift()
            self._carry(place)
        elif not held:
            self.point_at(self._view.part_at(place))

    def release(self, place: QPointF) -> None:
        """The left button goes up."""
        part, self._pressed = self._pressed, None
        if self.card is not None:
            self._put_down()
        elif self.arc is not None:
            self._let_go()
        elif part is not None and part == self._view.part_at(place):
            self._click(part)

    def point_at(self, part: Part | None) -> None:
        """Show a part as the one pointed at."""
        if part == self.hovered:
            return
        self.hovered = part
        self._view.show_hover(part)
        self._view.tell_hovered(part)
        self._view.viewport().setCursor(self._cursor(part))

    def _cursor(self, part: Part | None) -> Qt.CursorShape:
        """A hand over what can be clicked, an open one over what can be dragged."""
        view = self._view
        match None if part is None else part.kind:
            case "arc_start":
                return Qt.CursorShape.OpenHandCursor
            case "card" if part is not None and view.commands.is_hidden(part.layer):
                return Qt.CursorShape.OpenHandCursor
            case "activation" if part is not None:
                can = bool(fields_of(view.commands.experiment.network.layers[part.layer]))
                return Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.OpenHandCursor
            case "link" if part is not None and view.model.parameter_index(part) is not None:
                return Qt.CursorShape.PointingHandCursor
            case kind if kind in HANDS:
                return Qt.CursorShape.PointingHandCursor
            case _:
                return Qt.CursorShape.ArrowCursor

    def _click(self, part: Part) -> None:
        view = self._view
        match part.kind:
            case "feature":
                view.commands.toggle_feature(part.unit)
            case "minus" | "plus":
                view.commands.step_main(part.layer, 1 if part.kind == "plus" else -1)
            case "count":
                view.edit_main(part.layer)
            case "bias" | "link":
                view.edit_value(part)
            case "activation":
                view.open_setting(part.layer)

    # -- a card on its way ------------------------------------------------------------------------------------------

    def _may_lift(self, place: QPointF) -> bool:
        part = self._pressed
        if part is None or part.kind not in ("card", "activation") or not self._view.commands.is_hidden(part.layer):
            return False
        return self._far(place)

    def _far(self, place: QPointF) -> bool:
        """Whether the pointer has left the place where it was pressed: a drag, not a click."""
        return (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()

    def _lift(self) -> None:
        assert self._pressed is not None
        view, layer = self._view, self._pressed.layer
        taken = view.commands.experiment.network.layers[layer]
        rect = view.diagram.column(layer).card
        grip = view.mapToScene(self._pressed_at.toPoint()) - QPointF(rect.x, rect.y)
        below = setting_text(taken, view.commands.experiment.widths[layer + 1])
        self.card = CardDrag(layer, short_label(kind_of(taken).kind), below, grip)
        self.point_at(None)
        view.show_lifted(layer)
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _carry(self, place: QPointF) -> None:
        assert self.card is not None
        view, before = self._view, self.card
        self._scroll_at_edge(place)
        at = view.mapToScene(place.toPoint())
        room = QRectF(view.viewport().rect()).adjusted(-OUTSIDE, -OUTSIDE, OUTSIDE, OUTSIDE)
        outside = not room.contains(place)
        index = None if outside else view.base.insertion_index(at.x())
        self.card = replace(before, index=index, outside=outside)
        gap = self.card.index if self.card.target is not None else None
        if gap != (before.index if before.target is not None else None):
            view.relayout(gap, before.title, before.below, view.base.outline.plan(before.layer))
        if self.card.target is not None:
            refusal = before.refusal
            if index != before.index:
                refusal = view.commands.move_refusal(before.layer, self.card.target)
            self.card = replace(self.card, refusal=refusal)
        else:
            self.card = replace(self.card, refusal=None)
        rect = view.base.column(before.layer).card
        corner = at - before.grip
        seen = view.visible_part()
        x = min(max(corner.x(), seen.left() - rect.w / 2), seen.right() - rect.w / 2)
        y = min(max(corner.y(), seen.top() - rect.h / 2), seen.bottom() - rect.h / 2)
        view.drop.show_gap(view.diagram, before.title, before.below)
        view.drop.fly(QRectF(x, y, rect.w, rect.h), outside)
        view.drop.show_refusal(self.card.refusal, seen)
        view.set_drag_hint(self.card.hint())

    def _put_down(self) -> None:
        assert self.card is not None
        card = self.card
        self.cancel()
        if card.outside:
            self._view.commands.remove(card.layer)
        elif card.target is not None:
            self._view.commands.move(card.layer, card.target)

    def cancel(self) -> bool:
        """Give up a drag; returns whether there was one."""
        if self.card is None and self.arc is None:
            return False
        self.card = self.arc = self._pressed = None
        self._view.show_arc_drag(None)
        self._end_drag()
        return True

    # -- the start of an arc on its way -----------------------------------------------------------------------------

    def _pull(self, place: QPointF) -> None:
        """The start follows the pointer; it would snap to the nearest layer that it may start from."""
        view = self._view
        layer = self.arc.layer if self.arc is not None else self._pressed.layer if self._pressed is not None else 0
        if self.arc is None:
            self.point_at(None)
            view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        at = view.mapToScene(place.toPoint())
        source = view.base.arc_source(layer, at.x())
        first, last = view.base.column(FEATURE_COLUMN).x, view.base.column(layer).x
        self.arc = ArcDrag(layer, min(max(at.x(), first), last), source)
        view.show_arc_drag(self.arc)
        view.set_drag_hint(f"let go to skip {span_text(layer - source - 1)}")

    def _let_go(self) -> None:
        assert self.arc is not None
        arc = self.arc
        self.cancel()
        self._view.commands.set_source(arc.layer, arc.source)

    # -- a chip on its way ------------------------------------------------------------------------------------------

    def chip_moved(self, kind: str, place: QPointF) -> None:
        """A chip of the palette is over the canvas: open the gap it would fall into, or say why it may not."""
        view = self._view
        self._scroll_at_edge(place)
        index = view.base.insertion_index(view.mapToScene(place.toPoint()).x())
        if view.diagram is view.base or view.diagram.gap_index != index:
            experiment = view.commands.experiment
            layer = new_layer(experiment.network, kind, index)
            tiles = getattr(layer, "units", getattr(layer, "filters", 1))
            guest = guest_plan(view.base.outline, kind, index, tiles)
            refusal = view.commands.insert_refusal(kind, index)
            view.relayout(index, short_label(kind), setting_text(layer), guest)
            view.drop.show_refusal(refusal, view.visible_part())
        view.set_drag_hint("let go to insert here" if view.drop.refusal is None else "not here")

    def chip_left(self) -> None:
        """The chip is gone again."""
        self._end_drag()

    def chip_dropped(self, kind: str, place: QPointF) -> bool:
        """Insert the layer where the gap is."""
        index = self._view.base.insertion_index(self._view.mapToScene(place.toPoint()).x())
        self._end_drag()
        return self._view.commands.insert(kind, index)

    def _end_drag(self) -> None:
        view = self._view
        view.drop.fly(None)
        view.show_lifted(None)
        if view.diagram is not view.base:
            view.relayout()
        view.set_drag_hint("")
        view.viewport().unsetCursor()

    def _scroll_at_edge(self, place: QPointF) -> None:
        bar, width = self._view.horizontalScrollBar(), self._view.viewport().width()
        if place.x() < SCROLL_EDGE:
            bar.setValue(bar.value() - SCROLL_STEP)
        elif place.x() > width - SCROLL_EDGE:
            bar.setValue(bar.value() + SCROLL_STEP)


def hovered_unit(part: Part | None, feature_input: int | None) -> tuple[int, int] | None:
    """What the decision map shows large while this part is pointed at."""
    if part is None or part.kind not in ("feature", "unit", "bias"):
        return None
    if part.layer == FEATURE_COLUMN:
        return None if feature_input is None else (FEATURE_COLUMN, feature_input)
    return part.layer, part.unit
