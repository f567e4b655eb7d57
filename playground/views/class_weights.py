"""A small number field for each class, with the class's colour beside it.

Owns these fields; knows nothing of losses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from playground.task import MAX_CLASSES
from playground.views import theme
from playground.views.controls import NumberField

IN_A_ROW, FIELD = 5, 44
MOST = 1e3


class ClassDot(QWidget):
    """A dot in a class's colour."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedWidth(round(theme.scaled(9)))

    def paintEvent(self, event: QPaintEvent) -> None:
        side = theme.scaled(8)
        colours = len(theme.current().tokens.classes)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(f"class{self._index % colours}"))
            painter.drawEllipse(QRectF(0, (self.height() - side) / 2, side, side))


class ClassWeights(QWidget):
    """`changed(weights)` when the user has set another weight of a class."""

    changed = Signal(tuple)

    def __init__(self, refuse: Callable[[str], object]) -> None:
        super().__init__()
        self._weights: tuple[float, ...] = ()
        self.fields: list[NumberField] = []
        self._cells: list[QWidget] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for index in range(MAX_CLASSES):
            field = NumberField(f"Weight of class {index}", (0.0, MOST))
            field.setFixedWidth(round(theme.scaled(FIELD)))
            field.committed.connect(lambda value, index=index: self._on_committed(index, value))
            field.refused.connect(refuse)
            cell = QWidget()
            row = QHBoxLayout(cell)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addWidget(ClassDot(index))
            row.addWidget(field)
            grid.addWidget(cell, index // IN_A_ROW, index % IN_A_ROW)
            self.fields.append(field)
            self._cells.append(cell)
        grid.setColumnStretch(IN_A_ROW, 1)

    def show_weights(self, weights: Sequence[float], names: Sequence[str]) -> None:
        """A field for each weight; `names` are the classes'."""
        self._weights = tuple(weights)
        for index, (field, cell) in enumerate(zip(self.fields, self._cells, strict=True)):
            cell.setVisible(index < len(self._weights))
            if index < len(self._weights):
                field.setAccessibleName(f"Weight of {names[index]}")
                field.setToolTip(f"How much a sample of {names[index]} counts, relative to the others.")
                field.set_value(self._weights[index])

    def _on_committed(self, index: int, value: float) -> None:
        self.changed.emit((*self._weights[:index], value, *self._weights[index + 1 :]))
