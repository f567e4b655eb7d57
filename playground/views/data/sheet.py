"""All data sets on a sheet: groups of larger pictures, a search, and the stars of the favourites.

Owns the arrangement, the search and the keys of the sheet, and draws pictures a few at a time, so that nothing waits
for them; knows nothing of what choosing a set changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.data import DATASETS, DatasetKind, GeneratedData
from playground.data.recipes.recipe import GROUPS
from playground.data.recipes.table import ALIASES
from playground.errors import Said
from playground.views.controls import Caption, ElidedLabel
from playground.views.controls.overlay import HoldingSheet
from playground.views.data.thumbnails import looking
from playground.views.data.tile import Tile
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.words.gallery import MATCHES, NOTHING_FITS, SEARCH_TIP, haystack

SIZE = QSize(884, 612)
TURN = 0.012
"""Seconds of drawing between two looks at what the user does."""


@guarded
class SearchField(QLineEdit):
    """`entered`: Return; `left`: the key down, towards the pictures."""

    entered = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


@guarded
class Tiles(QWidget):
    """The tiles that fit the search, in groups under captions, as many a row as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: dict[str, Tile] = {}
        self.captions = {group: Caption(group, self) for group in GROUPS}
        self.shown: list[str] = []
        self.columns = 1

    def show_only(self, names: Sequence[str]) -> None:
        """Show these sets and no others."""
        self.shown = list(names)
        for name, tile in self.tiles.items():
            tile.setVisible(name in self.shown)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def arrange(self) -> None:
        """Give every tile its place; the widget is as high as they need."""
        if not self.tiles:
            return
        size = next(iter(self.tiles.values())).sizeHint()
        self.columns = max(1, self.width() // size.width())
        step, top = self.width() / self.columns, 0
        for group, caption in self.captions.items():
            names = [name for name in self.shown if DATASETS[name].group == group]
            caption.setVisible(bool(names))
            if not names:
                continue
            caption.setGeometry(8, top, self.width() - 8, caption.sizeHint().height())
            top += caption.height() + 6
            for place, name in enumerate(names):
                row, column = divmod(place, self.columns)
                x = round(column * step + (step - size.width()) / 2)
                self.tiles[name].setGeometry(QRect(x, top + row * (size.height() + 8), size.width(), size.height()))
            top += -(-len(names) // self.columns) * (size.height() + 8) + 10
        self.setMinimumHeight(top)

    def beside(self, name: str, right: int, down: int) -> str | None:
        """The shown set beside another: the next one in reading order, or the nearest of the row above or below."""
        if right:
            place = self.shown.index(name) + right
            return self.shown[place] if 0 <= place < len(self.shown) else None
        here = self.tiles[name].geometry().center()
        ys = sorted({self.tiles[each].y() for each in self.shown})
        row = ys.index(self.tiles[name].y()) + down
        if not 0 <= row < len(ys):
            return None
        others = [each for each in self.shown if self.tiles[each].y() == ys[row]]
        return min(others, key=lambda each: abs(self.tiles[each].geometry().center().x() - here.x()))


@guarded
class GallerySheet(HoldingSheet):
    """`chosen(name)` for the set that is taken, and the sheet closes; `pin_wanted(name)` for a star."""

    chosen = Signal(str)
    pin_wanted = Signal(str)
    full_size = SIZE

    def __init__(
        self, parent: QWidget, current: str | None, noise: float, source: GeneratedData | None, pins: Sequence[str]
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("All data sets")
        self._current, self._waiting = current, deque[Tile]()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_some)
        self.search = SearchField()
        self.search.setPlaceholderText("Search by name, program, task …")
        self.search.setAccessibleName("Search data sets")
        self.search.setToolTip(SEARCH_TIP)
        self.search.setFixedHeight(round(theme.scaled(32)))
        self.count = Caption()
        self.grid = Tiles()
        self.nothing = ElidedLabel("", theme.ui_font(), "muted")
        self.nothing.alignment = Qt.AlignmentFlag.AlignCenter
        for name, kind in DATASETS.items():
            self.grid.tiles[name] = self._tile(kind, looking(name, source), noise)
        self.parts = self.search, self.grid
        self._lay_out()
        self.set_pins(pins)
        self._filter("")
        self.search.textChanged.connect(self._filter)
        self.search.entered.connect(self._take_first)
        self.search.left.connect(lambda: self._go_to(self.grid.shown[0] if self.grid.shown else None))

    def first_stop(self) -> QWidget:
        """The search."""
        return self.search

    def _tile(self, kind: DatasetKind, source: GeneratedData, noise: float) -> Tile:
        tile = Tile(kind, source, noise, self.grid)
        tile.setChecked(kind.name == self._current)
        tile.picture_wanted.connect(lambda: self._want(tile))
        tile.clicked.connect(lambda: self._take(kind.name))
        tile.pin_wanted.connect(lambda: self.pin_wanted.emit(kind.name))
        tile.moved.connect(lambda right, down: self._move(kind.name, right, down))
        return tile

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(20, 18, 8, 12)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 12, 0)
        head.setSpacing(12)
        head.addWidget(self.search, 1)
        head.addWidget(self.count)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self.scroller = QScrollArea()
        self.scroller.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidgetResizable(True)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(self.grid)
        for each in (self.scroller.viewport(), self.grid):
            each.setAutoFillBackground(False)  # the panel shows through
        column.addWidget(self.scroller, 1)
        column.addWidget(self.nothing, 1)
        foot = Caption("Arrows and Return choose. The star, Space or a right click puts a set into the column.")
        column.addWidget(foot)

    def set_pins(self, pins: Sequence[str]) -> None:
        """Which sets are favourites."""
        for name, tile in self.grid.tiles.items():
            tile.set_pinned(name in pins)

    # -- the search ------------------------------------------------------------------------------------------------

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        fitting = [name for name in DATASETS if all(word in SEARCHED[name] for word in words)]
        self.grid.show_only(fitting)
        for name, tile in self.grid.tiles.items():
            tile.set_first(bool(words) and fitting[:1] == [name])
        self.scroller.setVisible(bool(fitting))
        self.nothing.setVisible(not fitting)
        self.nothing.set_text(str(Said(NOTHING_FITS, {"text": text.strip()[:40]})))
        given = formats.spaced(len(fitting)), formats.spaced(len(DATASETS))
        self.count.set_text(MATCHES.format(*given) if words else f"{given[1]} sets")
        self.scroller.verticalScrollBar().setValue(0)

    def _take_first(self) -> None:
        """Return in the search: the first set that fits, if anything was searched for."""
        if self.search.text().strip() and self.grid.shown:
            self._take(self.grid.shown[0])

    def _take(self, name: str) -> None:
        self.accept()
        self.chosen.emit(name)

    # -- the keyboard ----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters typed over the pictures go on with the search."""
        text = event.text()
        if text and text.isprintable() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.insert(text)
        elif event.key() == Qt.Key.Key_Backspace:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.backspace()
        else:
            super().keyPressEvent(event)

    def _move(self, name: str, right: int, down: int) -> None:
        beside = self.grid.beside(name, right, down)
        if beside is None and (down < 0 or right < 0):
            self.search.setFocus(Qt.FocusReason.BacktabFocusReason)
        self._go_to(beside)

    def _go_to(self, name: str | None) -> None:
        if name is not None:
            tile = self.grid.tiles[name]
            tile.setFocus(Qt.FocusReason.TabFocusReason)
            self.scroller.ensureWidgetVisible(tile, 0, 40)

    # -- pictures, a few at a time -----------------------------------------------------------------------------------

    def _want(self, tile: Tile) -> None:
        if tile not in self._waiting:
            self._waiting.append(tile)
            self._timer.start()

    def _draw_some(self) -> None:
        """Draw for some milliseconds; what is no longer seen is left out, and asks again when it is."""
        begun = perf_counter()
        while self._waiting and perf_counter() - begun < TURN:
            tile = self._waiting.popleft()
            if not tile.visibleRegion().isEmpty():
                tile.draw_picture()
        if not self._waiting:
            self._timer.stop()


def _searched() -> dict[str, str]:
    others: dict[str, list[str]] = {name: [] for name in DATASETS}
    for alias, name in ALIASES.items():
        others[name].append(alias)
    return {name: haystack(kind, others[name]) for name, kind in DATASETS.items()}


SEARCHED = _searched()
"""What a search looks through, for each set: all in small letters."""
