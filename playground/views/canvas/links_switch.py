"""The switch in the row over the canvas: whether links show weights, gradients or the last update.

Owns its words and its menu; what is chosen goes to whoever listens.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from playground.diagram.link_scale import LinkScale
from playground.run.snapshot import LINK_FIGURES, LinkFigure
from playground.views.canvas.menus import make_menu
from playground.views.controls import LinkButton, explain
from playground.views.guards.handlers import guarded
from playground.words.links import ENTRIES, SWITCH_NAME, TIPS, switch_text, switch_tip


@guarded
class LinksSwitch(LinkButton):
    """`chosen(figure)`: another figure was chosen in the menu, which is `menu` while it is open."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("", token="muted")
        self.menu: QMenu | None = None
        explain("links_show", self)
        self.setAccessibleName(SWITCH_NAME)
        self.show_figure("weight", None)
        self.clicked.connect(self.open)

    def show_figure(self, figure: LinkFigure, scale: LinkScale | None) -> bool:
        """Say what the links show now, and on which scale; all but the usual is marked by the accent.

        Returns whether it needs another room than before.
        """
        self._figure, self._token = figure, "muted" if figure == "weight" else "accent"
        before, text = self.text(), switch_text(figure, scale)
        self.setText(text)
        self.setToolTip(switch_tip(figure, scale))
        self.setAccessibleDescription(text)
        if text == before:
            return False
        self.updateGeometry()
        return True

    def open(self) -> None:
        """Open the menu of the three, below the switch."""
        menu = make_menu(self)
        group = QActionGroup(menu)
        for figure in LINK_FIGURES:
            action = menu.addAction(ENTRIES[figure])
            action.setToolTip(TIPS[figure])
            action.setCheckable(True)
            action.setChecked(figure == self._figure)
            action.triggered.connect(lambda _checked=False, figure=figure: self.chosen.emit(figure))
            group.addAction(action)
        self.menu = menu
        menu.destroyed.connect(self._forget)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _forget(self) -> None:
        self.menu = None
