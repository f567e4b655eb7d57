"""What all things have that are drawn over the whole canvas from its diagram: their places, and the room they take.

Owns these; knows nothing of how anything looks.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem

from playground.diagram.diagram import Diagram, Part
from playground.diagram.shown import CanvasModel
from playground.views.guards.handlers import guarded


@guarded
class PlacedItem(QGraphicsItem):
    """Draws from model and diagram at paint time; `set_diagram` after each change of geometry.

    hovered: the part that is pointed at; who sets it says what is drawn anew.
    """

    def __init__(self, model: CanvasModel) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.model = model
        self.hovered: Part | None = None
        self._diagram: Diagram | None = None
        self._bounds = QRectF()

    def set_diagram(self, diagram: Diagram) -> None:
        """Take over new places."""
        self.prepareGeometryChange()
        self._diagram = diagram
        self._bounds = self._room(diagram)

    def _room(self, diagram: Diagram) -> QRectF:
        """Where it draws in this diagram."""
        raise NotImplementedError

    def scroll_to(self, diagram: Diagram) -> None:
        """Other units are shown, and nothing else has moved; who calls this says what is drawn anew."""
        self._diagram = diagram

    def boundingRect(self) -> QRectF:
        return self._bounds
