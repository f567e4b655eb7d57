"""A small number field for each class, with the class's mark beside it.

Owns these fields; knows nothing of losses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from playground.data.task import MAX_CLASSES
from playground.views.controls import NumberField
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import SIDE, chip_font, class_fill, paint_chip
from playground.views.marks.point_marks import mark_kind, paint_mark
from playground.views.theme import theme

IN_A_ROW, FIELD = 5, 44
MOST = 1e3


@guarded
class ClassMark(QWidget):
    """A class as it is told elsewhere: the mark of its points, or the chip of its images."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index, self._classes, self.sign = index, 2, ""
        self.setFixedWidth(round(theme.scaled(SIDE)))

    def show_class(self, classes: int, sign: str) -> None:
        """`sign`: what stands on the chip of images; nothing for points."""
        self._classes, self.sign = classes, sign
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        middle = QRectF(self.rect()).center()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.sign:
                side = theme.scaled(SIDE)
                chip = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
                painter.setFont(chip_font())
                paint_chip(painter, chip, self.sign, class_fill(self._index))
                return
            kind, fill = mark_kind(self._index, self._classes), theme.color(f"class{self._index}")
            paint_mark(painter, middle, kind, fill, theme.color("surface"), theme.scaled(4.5))


class ClassWeights(QWidget):
    """`changed(weights)` when the user has set another weight of a class."""

    changed = Signal(tuple)

    def __init__(self, refuse: Callable[[str], object]) -> None:
        super().__init__()
        self._weights: tuple[float, ...] = ()
        self.fields: list[NumberField] = []
        self.marks: list[ClassMark] = []
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
            cell, mark = QWidget(), ClassMark(index)
            row = QHBoxLayout(cell)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addWidget(mark)
            row.addWidget(field)
            grid.addWidget(cell, index // IN_A_ROW, index % IN_A_ROW)
            self.fields.append(field)
            self.marks.append(mark)
            self._cells.append(cell)
        grid.setColumnStretch(IN_A_ROW, 1)

    def show_weights(self, weights: Sequence[float], names: Sequence[str], signs: Sequence[str]) -> None:
        """A field for each weight; `names` are the classes', `signs` those of their chips, "" for marks."""
        self._weights = tuple(weights)
        for index, (field, cell) in enumerate(zip(self.fields, self._cells, strict=True)):
            cell.setVisible(index < len(self._weights))
            if index < len(self._weights):
                self.marks[index].show_class(len(weights), signs[index])
                field.setAccessibleName(f"Weight of {names[index]}")
                field.setToolTip(as_it_stands(f"How much a sample of {names[index]} counts, relative to the others."))
                field.set_value(self._weights[index])

    def _on_committed(self, index: int, value: float) -> None:
        self.changed.emit((*self._weights[:index], value, *self._weights[index + 1 :]))
