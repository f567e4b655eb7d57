"""Where a race begins: the sheet that lies over the window.

Owns when one is made: the first window does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.views.workbench.workbench import Workbench

if TYPE_CHECKING:  # the first window does not wait for it
    from playground.views.plots.races.sheet import RaceSheet


class Races(QObject):
    """`sheet` is the one that was opened last."""

    def __init__(self, workbench: Workbench, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._window = workbench, window
        self.sheet: RaceSheet | None = None

    def open(self, start: bool = False) -> RaceSheet:
        """The sheet with the seven optimizers; start: at once."""
        from playground.views.plots.races.sheet import RaceSheet

        self.sheet = RaceSheet(self._workbench, self._window)
        self.sheet.open()
        if start:
            self.sheet.start()
        return self.sheet
