"""One layer's table as Qt asks for it: cell by cell, so that only what is on screen is made into texts.

Owns which figure stands in the cells, and what typing into one comes to; painting is the cells' business.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from playground.diagram.link_scale import DECADES
from playground.figures.parameter_tables import ParameterTable, strength
from playground.numbers import MISSING, figure, parsed_fraction, weight
from playground.words.parameters import NO_NUMBER, TableWords, said

Floats = NDArray[np.floating]
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class ParameterModel(QAbstractTableModel):
    """`typed(place, value)`: a number was typed for a parameter, by its place in the flat buffer; `refused(sentence)`:
    what was typed is none.

    table: the layer's; None for nothing. values (rows, columns): what the cells show, None where it is not known.
    """

    typed = Signal(int, float)
    refused = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.table: ParameterTable | None = None
        self.values: Floats | None = None
        self.figure = "value"
        self._words: TableWords | None = None
        self._largest = 1.0

    def show_table(self, table: ParameterTable | None, words: TableWords | None) -> None:
        """Another layer, or the same one of another network."""
        self.beginResetModel()
        self.table, self._words, self.values = table, words, None
        self.endResetModel()

    def show_values(self, figure: str, values: Floats | None, largest: float) -> None:
        """What the cells show now; largest: the size that is coloured fully."""
        self.figure, self.values, self._largest = figure, values, largest
        if self.table is not None:
            self.dataChanged.emit(self.index(0, 0), self.index(self.table.rows - 1, self.table.columns - 1))

    # -- what Qt asks -----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if self.table is None or parent.isValid() else self.table.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if self.table is None or parent.isValid() else self.table.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable if self.figure == "value" and self.values is not None else usual

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if self.table is None or not index.isValid():
            return None
        if role == Role.DisplayRole:
            return self.cell(index.row(), index.column())[0]
        if role == Role.EditRole:
            return "" if self.values is None else self.cell(index.row(), index.column())[0]
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            return f"{self.name(index.row(), index.column())}: {self.cell(index.row(), index.column())[0]}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if self.table is None or self._words is None or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._words.row(section) if section < self.table.rows else None
        return self._words.column(self.table.kinds[section], section) if section < self.table.columns else None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """A typed text; one that is the very text that stood there changes nothing."""
        if role != Role.EditRole or self.table is None or self.figure != "value":
            return False
        if str(value) == self.data(index, Role.EditRole):
            return False
        number = parsed_fraction(str(value))
        if number is None:
            self.refused.emit(said(NO_NUMBER, typed=str(value).strip()[:20]))
            return False
        self.typed.emit(int(self.table.places[index.row(), index.column()]), number)
        return True

    # -- cells ------------------------------------------------------------------------------------------------------

    def cell(self, row: int, column: int) -> tuple[str, float]:
        """What is written in a cell, and how strongly it is coloured, −1 to 1; a dash where nothing is known."""
        if self.values is None:
            return MISSING, 0.0
        return written(self.figure, float(self.values[row, column]), self._largest)

    def name(self, row: int, column: int) -> str:
        """Whose number it is: `unit 2, from x`."""
        if self.table is None or self._words is None:
            return ""
        return self._words.cell(self.table.kinds[column], row, column)


def written(name: str, value: float, largest: float) -> tuple[str, float]:
    """A figure of that name as a cell has it: its text, and how strongly it is coloured, −1 to 1."""
    size = strength(value, largest, DECADES if name in ("gradient", "update") else 0)
    return (weight if name == "value" else figure)(value), size if value > 0 else -size
