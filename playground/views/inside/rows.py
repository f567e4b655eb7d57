"""The rows of the data as a list that opens from a link: the chosen one's forward pass is looked into.

Owns the list, its keys, and when it closes; its texts are `playground.words.inside.inference`'s.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from playground.data import Dataset
from playground.figures.ground import sample_of
from playground.views.controls import Caption
from playground.views.controls.popup import Popup
from playground.views.guards.handlers import guarded
from playground.views.marks.grey_pictures import ink_table, picture
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.inside import inference as words

ROW, IMAGE_ROW, PAD = 22.0, 28.0, 6
SIZE = QSize(440, 268)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


@guarded
class RowsModel(QAbstractTableModel):
    """Row by row as Qt asks for them, so that only what is on screen is made into texts."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._data: Dataset | None = None

    def show_data(self, data: Dataset) -> None:
        """Other data; the very same ones change nothing."""
        if data is not self._data:
            self.beginResetModel()
            self._data = data
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        data = self._data
        return 0 if data is None or parent.isValid() else words.row_count(data)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if self._data is None or parent.isValid() else len(words.row_heads(self._data))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if self._data is None or orientation == Qt.Orientation.Vertical:
            return None
        if role == Role.TextAlignmentRole:
            return _aligned(section)
        if role != Role.DisplayRole:
            return None
        return words.row_heads(self._data)[section]

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if self._data is None:
            return None
        if role == Role.TextAlignmentRole:
            left = index.column() in (1, 2)
            return int(
                (Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight) | Qt.AlignmentFlag.AlignVCenter
            )
        if role == Role.DecorationRole and index.column() == 1 and self._data.image is not None:
            image = picture(sample_of(self._data, index.row()).ravel(), self._data.image, ink_table())
            return QPixmap.fromImage(image).scaled(24, 24)
        return words.row_cell(self._data, index.row(), index.column()) if role == Role.DisplayRole else None


def _aligned(column: int) -> int:
    """Words to the left, numbers to the right."""
    return int(LEFT if column in (1, 2) else RIGHT)


@guarded
class RowPicker(Popup):
    """`chosen(row)` whenever the row changes, by click or keys; digits go to a row by its number, Enter closes."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.ROWS_TITLE)
        self.model = RowsModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(words.ROWS_TITLE)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.doubleClicked.connect(self.close)
        self._opening = False
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addWidget(Caption(words.ROWS_SAID))
        column.addWidget(self.table, 1)

    def open_at(self, data: Dataset, row: int | None, above: QPoint, right: int) -> None:
        """Show the data with a row chosen. above, right: where the lower and the right edge are to be on screen."""
        self._restyle(data)
        self._opening = True
        self.model.show_data(data)
        self.table.setCurrentIndex(self.model.index(row or 0, 0))
        self._opening = False
        self.table.resizeColumnsToContents()
        screen = self.screen().availableGeometry()
        size = SIZE.boundedTo(screen.size())
        self.resize(size)
        left = min(max(right - size.width(), screen.left()), screen.right() + 1 - size.width())
        self.move(left, max(above.y() - size.height(), screen.top()))
        self.show()
        self.table.setFocus(Qt.FocusReason.PopupFocusReason)
        self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _restyle(self, data: Dataset) -> None:
        line, ground, muted, text, lit = (
            theme.color(name).name() for name in ("line", "surface", "muted", "text", "accent_soft")
        )
        self.table.setStyleSheet(
            f"QTableView {{ background: {ground}; color: {text}; border: none; selection-background-color: {lit};"
            f" selection-color: {text}; outline: 0; }}"
            f"QTableView::item {{ padding: 0 {PAD}px; }}"
            f"QHeaderView, QHeaderView::section {{ background: {ground}; color: {muted}; border: none;"
            f" padding: 0 {PAD}px; }}"
            f"QHeaderView::section:horizontal {{ border-bottom: 1px solid {line}; }}"
        )
        self.table.setFont(theme.number_font(12))
        self.table.horizontalHeader().setFont(theme.small_font())
        high = ROW if data.image is None else IMAGE_ROW
        self.table.verticalHeader().setDefaultSectionSize(round(theme.scaled(high)))

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid() and not self._opening:
            self.chosen.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.close()
        else:
            super().keyPressEvent(event)
