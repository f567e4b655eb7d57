"""A chip of the palette over the canvas: it opens the gap it would fall into, and becomes a layer there.

Owns where a dragged kind of layer lands; how the gap looks is in `drag`, how a chip is picked up in `palette`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from playground.diagram.outline import guest_plan
from playground.edits.network import new_layer
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.items.drag import kind_in
from playground.views.canvas.surface import CanvasSurface, Gap
from playground.words.network import setting_text, short_label


class ChipDrag:
    """Fed with the drag events of the viewport; what is no kind of layer is ignored."""

    def __init__(self, surface: CanvasSurface, commands: CanvasCommands) -> None:
        self._surface, self._commands = surface, commands

    def move(self, event: QDragMoveEvent) -> None:
        """Something is over the canvas: open the gap of a layer, or say why it may not land there."""
        kind = kind_in(event.mimeData())
        if kind is None:
            event.ignore()
            return
        self._open_gap(kind, event.position())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def leave(self) -> None:
        """It is gone again."""
        self._surface.end_drag()

    def drop(self, event: QDropEvent) -> None:
        """Insert the layer where the gap is."""
        kind = kind_in(event.mimeData())
        if kind is None or not self._insert(kind, event.position()):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _open_gap(self, kind: str, place: QPointF) -> None:
        surface = self._surface
        surface.scroll_at_edge(place)
        index = self._index_at(place)
        if surface.diagram is surface.base or surface.diagram.gap_index != index:
            layer = new_layer(self._commands.experiment.network, kind, index)
            tiles = getattr(layer, "units", getattr(layer, "filters", 1))
            guest = guest_plan(surface.base.outline, kind, index, tiles)
            refusal = self._commands.insert_refusal(kind, index)
            surface.relayout(Gap(index, short_label(kind), setting_text(layer), guest))
            surface.drop.show_refusal(refusal, surface.visible_part())
        surface.set_drag_hint("let go to insert here" if surface.drop.refusal is None else "not here")

    def _insert(self, kind: str, place: QPointF) -> bool:
        index = self._index_at(place)
        self._surface.end_drag()
        return self._commands.insert(kind, index)

    def _index_at(self, place: QPointF) -> int:
        """Before which layer something at a point of the viewport lands."""
        return self._surface.base.insertion_index(self._surface.scene_position(place).x())
