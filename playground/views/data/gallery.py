"""The favourites among the data sets, as small pictures in rows of four.

Owns which pictures are shown and where; knows nothing of what choosing one changes. All other sets are in the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data import DATASETS, GeneratedData
from playground.settings.settings import FAVOURITES, MOST_FAVOURITES
from playground.views.data.thumbnails import Thumbnail, looking
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

COLUMNS = 4
SIDE, LARGEST = 42, 52
"""Of a picture: at least, and where the column is wide."""
GAP = 8


def shown_names(pins: Sequence[str], chosen: str | None, places: int) -> list[str]:
    """The sets that are shown: as many favourites as there are places, and always the chosen set."""
    shown = list(pins[:places])
    if chosen is not None and chosen not in shown:
        shown = [*shown[: places - 1], chosen]
    return shown


@guarded
class Gallery(QWidget):
    """`chosen(name)` when the user picks a set; `pin_wanted(name)` when it is to become a favourite, or to be none."""

    chosen = Signal(str)
    pin_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails: dict[str, Thumbnail] = {}
        """Those made so far; the hidden ones are kept."""
        self.pins: tuple[str, ...] = FAVOURITES
        self.rows = 2
        self._name: str | None = None
        self._noise, self._source = 0.0, GeneratedData()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def shown(self) -> list[str]:
        """The names of the sets that are shown, in their order."""
        return shown_names(self.pins, self._name, COLUMNS * self.rows)

    def set_pins(self, pins: Sequence[str]) -> None:
        """Other favourites; names that are no data sets are left out."""
        self.pins = tuple(dict.fromkeys(name for name in pins if name in DATASETS))[:MOST_FAVOURITES]
        self._show()

    def set_rows(self, rows: int) -> None:
        """How many rows of pictures there is room for."""
        if rows != self.rows:
            self.rows = rows
            self._show()

    def show_choice(self, name: str | None, noise: float, classes: int, source: GeneratedData | None = None) -> None:
        """Mark the chosen set, or none where the data come from elsewhere, and draw all with this noise."""
        self._name, self._noise = name, noise
        self._source = source if source is not None and name is not None else GeneratedData(classes=classes)
        self._show()

    def _show(self) -> None:
        shown = self.shown
        for name in shown:
            if name not in self.thumbnails:
                self._make(name)
        for name, button in self.thumbnails.items():
            button.setAutoExclusive(self._name is not None)
            button.setChecked(name == self._name)
            button.set_pinned(name in self.pins)
            button.set_look(self._noise, looking(name, self._source))
            button.setVisible(name in shown)
        self._arrange()

    def _make(self, name: str) -> None:
        button = self.thumbnails[name] = Thumbnail(DATASETS[name], self)
        button.clicked.connect(lambda: self.chosen.emit(name))
        button.pin_wanted.connect(lambda: self.pin_wanted.emit(name))

    def height_for(self, rows: int, width: int) -> int:
        """How high so many rows would be."""
        return rows * self._side(width) + (rows - 1) * GAP

    def _side(self, width: int) -> int:
        least, most = round(theme.scaled(SIDE)), round(theme.scaled(LARGEST))
        return max(24, min((width - (COLUMNS - 1) * GAP) // COLUMNS, max(least, min(most, width // 5))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Put every picture at its place; Tab goes the same way."""
        side, before = self._side(self.width()), None
        step = (self.width() - side) / (COLUMNS - 1)
        for place, name in enumerate(self.shown):
            row, column = divmod(place, COLUMNS)
            picture = self.thumbnails[name]
            picture.setGeometry(round(column * step), row * (side + GAP), side, side)
            if before is not None:
                QWidget.setTabOrder(before, picture)
            before = picture
