"""The pointer on the canvas: pointing, clicking, and lifting what can be dragged.

Owns what is under the pointer, and which drag begins where; a drag itself is in `card_drag` or `arc_drag`, what is done
at the end is done by `CanvasCommands` or opened by `CanvasOpeners`.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.edits.layer_fields import fields_of
from playground.views.canvas.arc_drag import ArcStartDrag
from playground.views.canvas.card_drag import CardDrag
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.inside import CanvasInside
from playground.views.canvas.openers import CanvasOpeners
from playground.views.canvas.sight import CanvasSight
from playground.views.canvas.surface import CanvasSurface

HANDS = {"feature", "bias", "minus", "count", "plus", "arc", "above", "below"}


class Drag(Protocol):
    """Something that follows the pointer until the button goes up."""

    def move_to(self, place: QPointF) -> None:
        """The pointer has come to a point of the viewport."""

    def let_go(self) -> None:
        """The button has gone up; what was drawn of the drag is gone already."""


class Pan:
    """The scene is pushed about. Made when the pointer has left the point where it was pressed."""

    def __init__(self, sight: CanvasSight, pressed_at: QPointF) -> None:
        self._sight, self._last = sight, pressed_at

    def move_to(self, place: QPointF) -> None:
        """The pointer has come to a point of the viewport."""
        self._sight.pan(place - self._last)
        self._last = place

    def let_go(self) -> None:
        """The scene stays where it is."""


class CanvasPointer:
    """Fed with positions in the viewport. `hovered` is the part pointed at, `drag` what is on its way."""

    def __init__(
        self, surface: CanvasSurface, sight: CanvasSight, commands: CanvasCommands, openers: CanvasOpeners,
        glass: CanvasInside,
    ) -> None:  # fmt: skip
        self._surface, self._sight, self._commands, self._openers = surface, sight, commands, openers
        self._glass = glass
        self.hovered: Part | None = None
        self.drag: Drag | None = None
        self._pressed: Part | None = None
        self._pressed_at = QPointF()

    def press(self, place: QPointF) -> Part | None:
        """The left button goes down; returns what lies there."""
        self._pressed, self._pressed_at = self._surface.part_at(place), place
        part = self._pressed
        if part is not None and part.kind in ("card", "activation", "arc", "arc_start"):
            self._commands.select(part.layer)
        elif part is None:
            self._commands.select(None)
        return part

    def move(self, place: QPointF, held: bool) -> None:
        """The pointer moves, with the left button down or not."""
        if self.drag is None and held and self._is_far(place):
            self.drag = self._lifted()
        if self.drag is not None:
            self.drag.move_to(place)
        elif not held:
            self.point_at(self._surface.part_at(place))

    def release(self, place: QPointF) -> None:
        """The left button goes up."""
        part, drag = self._pressed, self.drag
        self._pressed = None
        if drag is not None:
            self.cancel()
            drag.let_go()
        elif part is not None and part == self._surface.part_at(place):
            self._click(part, place.toPoint())

    def press_middle(self, place: QPointF) -> None:
        """The middle button goes down: it always pushes the scene."""
        self.cancel()
        self._start_pan(place)

    def cancel(self) -> bool:
        """Give up a drag; returns whether there was one."""
        if self.drag is None:
            return False
        self.drag = self._pressed = None
        self._surface.end_drag()
        return True

    # -- pointing and clicking --------------------------------------------------------------------------------------

    def point_at(self, part: Part | None) -> None:
        """Show a part as the one pointed at."""
        if part == self.hovered:
            return
        self.hovered = part
        self._surface.show_hover(part)
        self._commands.look_at(part)
        self._glass.point_at(part)
        self._surface.view.viewport().setCursor(self._cursor(part))

    def _cursor(self, part: Part | None) -> Qt.CursorShape:
        """A hand over what can be clicked, an open one over what can be dragged."""
        if self._glass.on:
            jumps = part is not None and part.kind in ("unit", "link", "bias")
            return Qt.CursorShape.PointingHandCursor if jumps else Qt.CursorShape.ArrowCursor
        match None if part is None else part.kind:
            case "arc_start":
                return Qt.CursorShape.OpenHandCursor
            case "card" if part is not None and self._commands.is_hidden(part.layer):
                return Qt.CursorShape.OpenHandCursor
            case "activation" if part is not None:
                can = bool(fields_of(self._commands.experiment.network.layers[part.layer]))
                return Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.OpenHandCursor
            case "card" if part is not None and part.layer < 0 and not self._surface.model.outline.is_image:
                return Qt.CursorShape.PointingHandCursor
            case "link" if part is not None and self._surface.model.parameter_index(part) is not None:
                return Qt.CursorShape.PointingHandCursor
            case kind if kind in HANDS:
                return Qt.CursorShape.PointingHandCursor
            case _:
                return Qt.CursorShape.ArrowCursor

    def _click(self, part: Part, place: QPoint) -> None:
        if self._glass.on and part.kind not in ("above", "below"):
            self._glass.click(QPointF(place))
            return
        match part.kind:
            case "feature":
                self._commands.toggle_feature(self._commands.experiment.offered_inputs[part.unit])
            case "minus" | "plus":
                self._commands.step_main(part.layer, 1 if part.kind == "plus" else -1)
            case "count":
                self._openers.edit_main(part.layer)
            case "bias" | "link":
                self._openers.edit_value(part, place)
            case "above" | "below":
                self._sight.turn_page(part.layer, -1 if part.kind == "above" else 1)
                self.point_at(self._surface.part_at(QPointF(place)))
            case "activation":
                self._openers.open_setting(part.layer)
            case "card" if part.layer < 0 and not self._surface.model.outline.is_image:
                self._openers.open_menu(part)

    # -- lifting ----------------------------------------------------------------------------------------------------

    def _is_far(self, place: QPointF) -> bool:
        """Whether the pointer has left the place where it was pressed: a drag, not a click."""
        return (place - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()

    def _lifted(self) -> Drag | None:
        """The drag of what is pressed, or None where that stays in its place."""
        part = self._pressed
        if part is None or part.kind in ("unit", "link"):
            return self._start_pan(self._pressed_at)
        if self._glass.on:
            return None
        is_card = part.kind in ("card", "activation") and self._commands.is_hidden(part.layer)
        if not is_card and part.kind != "arc_start":
            return None
        self.point_at(None)
        self._surface.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if is_card:
            return CardDrag(self._surface, self._commands, part.layer, self._pressed_at)
        return ArcStartDrag(self._surface, self._commands, part.layer)

    def _start_pan(self, place: QPointF) -> Drag | None:
        if not self._sight.can_pan:
            return None
        self.point_at(None)
        self._surface.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.drag = Pan(self._sight, place)
        return self.drag
