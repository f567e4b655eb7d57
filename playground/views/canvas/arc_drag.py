"""The start of an arc on its way: a residual connection is given another source.

Owns how the start follows the pointer and snaps to a layer; how it looks meanwhile is in `arcs`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.items.arcs import ArcDrag
from playground.views.canvas.surface import CanvasSurface
from playground.words.network import span_text


class ArcStartDrag:
    """Made when the start of a residual layer's arc leaves its place. `source` is the layer it would start from."""

    def __init__(self, surface: CanvasSurface, commands: CanvasCommands, layer: int) -> None:
        self._surface, self._commands, self._layer = surface, commands, layer
        self.source: int | None = None

    def move_to(self, place: QPointF) -> None:
        """The pointer has come to a point of the viewport: snap to the nearest layer that the arc may start from."""
        surface, layer = self._surface, self._layer
        x = surface.scene_position(place).x()
        self.source = surface.base.arc_source(layer, x)
        first, last = surface.base.column(FEATURE_COLUMN).x, surface.base.column(layer).x
        surface.show_arc_drag(ArcDrag(layer, min(max(x, first), last), self.source))
        surface.set_drag_hint(f"let go to skip {span_text(layer - self.source - 1)}")

    def let_go(self) -> None:
        """Use the layer that the start has snapped to."""
        if self.source is not None:
            self._commands.set_source(self._layer, self.source)
