"""The panel with every kind of layer, in groups: it opens from the palette's last chip.

Owns that panel and when it closes; the chips are those of the palette, so each can be dragged from here too.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from playground.edits.network import kind_refusal
from playground.experiment.experiment import Experiment
from playground.experiment.layers import GROUPS, LAYER_KINDS, Group, LayerKind
from playground.views.canvas.palette import LayerChip
from playground.views.controls import Caption
from playground.views.controls.popup import Popup
from playground.views.guards.handlers import guarded


def of_group(title: Group) -> list[LayerKind[Any]]:
    """The kinds under a heading."""
    return [kind for kind in LAYER_KINDS.values() if kind.group == title]


@guarded
class LayerShelf(Popup):
    """`chosen(kind)` on a double click or Enter on a chip, `picked(kind)` on a click."""

    chosen = Signal(str)
    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("All kinds of layers")
        self.chips: dict[str, LayerChip] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 14, 14)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for row, title in enumerate(GROUPS):
            grid.addWidget(Caption(title), row, 0)
            line = QHBoxLayout()
            line.setSpacing(8)
            for kind in of_group(title):
                chip = self.chips[kind.kind] = LayerChip(kind)
                chip.chosen.connect(self._on_chosen)
                chip.picked.connect(self.picked)
                chip.drag_started.connect(self.close)
                line.addWidget(chip)
            line.addStretch(1)
            grid.addLayout(line, row, 1)

    def open_at(self, experiment: Experiment, corner: QPoint, by_keyboard: bool = False) -> None:
        """Show the panel with its upper left corner at a point of the screen."""
        for kind, chip in self.chips.items():
            chip.set_refusal(kind_refusal(experiment, kind))
        self.adjustSize()
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        y = max(screen.top(), min(corner.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        first = next(iter(self.chips.values()))
        first.setFocus(Qt.FocusReason.TabFocusReason if by_keyboard else Qt.FocusReason.PopupFocusReason)

    def _on_chosen(self, kind: str) -> None:
        self.close()
        self.chosen.emit(kind)
