"""The rows that need a look: what is odd about each, what was done, and a link that does otherwise.

Owns the list; what can be done with a row is told by `playground.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.numbers import spaced
from playground.tables.looks import Look
from playground.views.controls import Caption, ElidedLabel, LinkButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.words.errors import told
from playground.words.tables import REMEDIES, look_count, more_looks

SHOWN = 3
ROW = 24
NARROW = 460


@guarded
class LookRow(QWidget):
    """One row: `clicked(row)` wants to see it in the table, `remedied(row, remedy)` to have it treated otherwise."""

    clicked = Signal(int)
    remedied = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look: Look | None = None
        self.number = ElidedLabel("", theme.number_font(12), "muted")
        self.what, self.done = ElidedLabel(""), Caption()
        self.remedy = LinkButton("")
        self.setFixedHeight(round(theme.scaled(ROW)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.number.setFixedWidth(round(theme.scaled(76)))
        self.done.setFixedWidth(round(theme.scaled(124)))
        row.addWidget(self.number)
        row.addWidget(self.what, 1)
        row.addWidget(self.done)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self.remedy)
        holder = QWidget()
        holder.setLayout(end)
        end.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(round(theme.scaled(124)))
        row.addWidget(holder)
        self.remedy.clicked.connect(self._on_remedy)

    def show_look(self, look: Look) -> None:
        """Show another row."""
        self.look = look
        self.number.set_text(f"row {spaced(look.row)}")
        self.what.set_text(told(look.what))
        self.done.set_text(told(look.done))
        words = REMEDIES[look.remedy]
        self.remedy.setText(words)
        self.remedy.setAccessibleName(f"Row {look.row}: {words}")
        self.remedy.setVisible(bool(words))
        self.setAccessibleName(f"Row {look.row}: {self.what.text}, {self.done.text}")
        self.setToolTip(as_it_stands(f"{self.what.text}: {self.done.text}"))

    def _on_remedy(self) -> None:
        if self.look is not None:
            self.remedied.emit(self.look.row, self.look.remedy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what is odd goes before what was done, which is told on hover."""
        super().resizeEvent(event)
        self.done.setVisible(self.width() >= theme.scaled(NARROW))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.look is not None:
            self.clicked.emit(self.look.row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.look is not None:
            self.clicked.emit(self.look.row)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), theme.color("shade"))


class LookList(QWidget):
    """At most three rows, and how many more there are; nothing where none needs a look."""

    clicked = Signal(int)
    remedied = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = ElidedLabel("", theme.strong_font())
        self.more = Caption()
        self.rows = [LookRow() for _ in range(SHOWN)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.heading)
        head.addWidget(Caption("click one to see it in the table"))
        head.addStretch(1)
        head.addWidget(self.more)
        column.addLayout(head)
        for row in self.rows:
            row.clicked.connect(self.clicked)
            row.remedied.connect(self.remedied)
            column.addWidget(row)

    def show_looks(self, found: Sequence[Look], count: int) -> None:
        """Show the first of so many."""
        self.setVisible(count > 0)
        self.heading.set_text(look_count(count))
        self.more.set_text(more_looks(count - SHOWN) if count > SHOWN else "")
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(found))
            if place < len(found):
                row.show_look(found[place])
