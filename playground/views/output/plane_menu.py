"""The menu of the map over a section: which point gives the other columns their values, or the two main directions.

Owns its entries; what a wish comes to is told by `playground.data.section`.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from playground.errors import Said
from playground.numbers import spaced
from playground.views.workbench.view_state import NO_PROBE
from playground.views.workbench.workbench import Workbench
from playground.words.plane import AT_MEAN, HOLD, MAIN, PAIR


class PlaneMenu:
    """`menu` is the one that was opened last."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        self._workbench, self._parent = workbench, parent
        self.menu: QMenu | None = None

    def hold(self, number: int) -> None:
        """Give the other columns the values of one of somebody's own points."""
        self.wish(row=number, main=False)

    def wish(self, **fields: Any) -> None:
        """Change what the map lies over; the probe's place means nothing there."""
        self._workbench.set_view(plane=replace(self._workbench.view.plane, **fields), **NO_PROBE)

    def open_at(self, place: QPoint, number: int | None) -> None:
        """Open the menu; number: the point that was picked, if one was."""
        wish, menu = self._workbench.view.plane, QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        hold = menu.addAction(str(Said(HOLD, {"number": "…" if number is None else spaced(number)})))
        hold.setEnabled(number is not None)
        if number is not None:
            hold.triggered.connect(lambda: self.hold(number))
        mean = menu.addAction(AT_MEAN[0])
        mean.triggered.connect(lambda: self.wish(row=None, main=False))
        menu.addSeparator()
        for text, main in ((PAIR, False), (MAIN[0], True)):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(wish.main == main)
            action.triggered.connect(lambda _checked=False, main=main: self.wish(main=main))
        mean.setCheckable(True)
        mean.setChecked(not wish.main and wish.row is None)
        self.menu = menu
        menu.popup(place)
