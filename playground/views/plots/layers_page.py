"""The page of the layers: what the training pass tells of each, side by side.

Owns how many strips have room, and which of them; they draw themselves.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.figures.layer_figures import PROBED
from playground.views.controls import explain
from playground.views.guards.handlers import guarded
from playground.views.plots.layer_strips import LayerStrips
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

ROOMY = 800
"""From this width on there is room for all."""
KEYS = ("gradient_norm", "update_size", "activations", "dead_units")
"""The entries of the glossary for the strips."""
PAIRS = {"steps": (0, 1), "units": (2, 3)}


@guarded
class LayersPage(QWidget):
    """`room_changed` when all fit now, or no longer do."""

    room_changed = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair, self.shows_all = "steps", True
        self.strips = [LayerStrips(workbench, quantity) for quantity in PROBED]
        for key, strips in zip(KEYS, self.strips, strict=True):
            explain(key, strips)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        for strips in self.strips:
            row.addWidget(strips, 1)

    def show_pair(self, pair: str) -> None:
        """Which two are shown where there is no room for all."""
        self.pair = pair
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        shows_all = self.width() >= theme.scaled(ROOMY)
        for place, strips in enumerate(self.strips):
            strips.setVisible(shows_all or place in PAIRS[self.pair])
        if shows_all != self.shows_all:
            self.shows_all = shows_all
            self.room_changed.emit()
