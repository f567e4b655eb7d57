"""A card on its way: it opens gaps, moves its layer, or takes it away outside of the canvas.

Owns what a lifted card does until it is let go; when it is lifted is decided by `CanvasPointer`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.experiment.layers import kind_of
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.items.drag import FlyingCard
from playground.views.canvas.surface import CanvasSurface, Gap
from playground.words.network import setting_text, short_label

OUTSIDE = 16
"""A card is dragged out when the pointer is so many pixels outside the canvas."""


class CardDrag:
    """Made when a card leaves its place. `index`: before which layer it would land (None: back, or `outside`)."""

    def __init__(self, surface: CanvasSurface, commands: CanvasCommands, layer: int, pressed_at: QPointF) -> None:
        self._surface, self._commands, self.layer = surface, commands, layer
        self.index: int | None = None
        self.outside = False
        self._refusal: str | None = None
        taken = commands.experiment.network.layers[layer]
        self._title = short_label(kind_of(taken).kind)
        self._below = setting_text(taken, commands.experiment.widths[layer + 1])
        card = surface.diagram.column(layer).card
        self._grip = surface.scene_position(pressed_at) - QPointF(card.x, card.y)
        self._size = QSizeF(card.w, card.h)
        surface.show_lifted(layer)

    @property
    def target(self) -> int | None:
        """The place in the new order, or None where nothing would change."""
        if self.index is None or self.index in (self.layer, self.layer + 1):
            return None
        return self.index if self.index < self.layer else self.index - 1

    def hint(self) -> str:
        """What letting go does."""
        if self._refusal is not None:
            return "not here"
        if self.outside:
            return f"let go to remove layer {self.layer + 1}"
        if self.target is None:
            return "drag between two layers, or out of the canvas to remove"
        return f"let go to move layer {self.layer + 1} here"

    def move_to(self, place: QPointF) -> None:
        """The pointer has come to a point of the viewport."""
        surface = self._surface
        surface.scroll_at_edge(place)
        at = surface.scene_position(place)
        room = QRectF(surface.view.viewport().rect()).adjusted(-OUTSIDE, -OUTSIDE, OUTSIDE, OUTSIDE)
        self.outside = not room.contains(place)
        self._aim_at(None if self.outside else surface.base.insertion_index(at.x()))
        corner = place - self._grip * surface.zoom
        card = QRectF(corner, self._size * surface.zoom)
        surface.fly(FlyingCard(card, self._title, self._below, self.outside))
        surface.drop.show_refusal(self._refusal, surface.visible_part())
        surface.set_drag_hint(self.hint())

    def let_go(self) -> None:
        """Move the layer to where the card is, or remove it."""
        if self.outside:
            self._commands.remove(self.layer)
        elif self.target is not None:
            self._commands.move(self.layer, self.target)

    def _aim_at(self, index: int | None) -> None:
        """Open the gap before another layer, or close it, and ask whether the layer may land there."""
        if index == self.index:
            return
        was_open, self.index = self.target is not None, index
        self._refusal = None
        if index is not None and self.target is not None:
            plan = self._surface.base.outline.plan(self.layer)
            self._surface.relayout(Gap(index, self._title, self._below, plan))
            self._refusal = self._commands.move_refusal(self.layer, self.target)
        elif was_open:
            self._surface.relayout()
