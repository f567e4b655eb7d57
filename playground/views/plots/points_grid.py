"""The rows of all training points: a head to sort by, a mark of the class, a bar for the share of right answers.

Owns drawing, scrolling, sorting, and the clicks and keys on rows; knows nothing of maps or runs.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.data import Dataset
from playground.figures.hard_points import PointTable
from playground.views.controls.focus import FocusArea
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import class_fill
from playground.views.marks.point_marks import SHAPES, mark_kind, paint_mark
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT

HEAD, ROW, PAD = 24.0, 22.0, 10.0
WIDTHS = {"point": 1.0, "class": 1.6, "target": 1.2, "loss": 1.2, "margin": 1.2, "right": 1.5, "learned": 1.3,
          "mean loss": 1.3}  # fmt: skip
HEADS = {"learned": "learned at", "right": "right in"}
TIPS = "A click on a head sorts by it, once more the other way round; a click on a row shows the point on the map."
NEW_ORDER = {"loss": True, "mean loss": True, "learned": True}
"""Columns whose largest number comes first at the first click."""


@guarded
class PointsGrid(FocusArea):
    """`point_chosen(index)`: a training point, by click or by the arrow keys; Home and End go to the ends."""

    point_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: PointTable | None = None
        self._dataset: Dataset | None = None
        self._order = np.zeros(0, np.int64)
        self.column, self.descending = "", False
        self.chosen: int | None = None
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Training points")
        self.setToolTip(TIPS)

    def sizeHint(self) -> QSize:
        return QSize(560, 165)

    @property
    def order(self) -> list[int]:
        """The points from the top row down."""
        return [int(point) for point in self._order]

    def show_table(self, table: PointTable | None) -> None:
        """Show what was written down, sorted as before; the chosen point stays chosen while there is one."""
        self._table, self._dataset = table, None if table is None else table.history.dataset
        if table is None or (self.chosen is not None and self.chosen >= table.count):
            self.chosen = None
        if table is not None and self.column not in table.columns:
            self.column = ""
        self._sort()

    def _sort(self) -> None:
        table = self._table
        if table is None:
            self._order = np.zeros(0, np.int64)
        else:
            self._order = table.ordered(self.column, self.descending) if self.column else table.hardest
        self._fit_bar()
        how = f", sorted by {self.column}" if self.column else ", the hardest first"
        self.setAccessibleDescription(f"{len(self._order)} rows{how}")

    def _fit_bar(self) -> None:
        bar, high = self.verticalScrollBar(), theme.scaled(ROW)
        room = self.viewport().height() - theme.scaled(HEAD)
        bar.setRange(0, max(0, round(len(self._order) * high - room)))
        bar.setSingleStep(round(high))
        bar.setPageStep(max(1, round(room)))
        self.viewport().update()

    def sort_by(self, column: str) -> None:
        """By another column; by the same one the other way round."""
        same = column == self.column
        self.column, self.descending = column, not self.descending if same else NEW_ORDER.get(column, False)
        self.verticalScrollBar().setValue(0)
        self._sort()

    # -- where things lie -------------------------------------------------------------------------------------------

    def columns(self) -> list[tuple[str, QRectF]]:
        """Each column with its place in the head."""
        if self._table is None:
            return []
        names = self._table.columns
        wide, total = self.viewport().width(), sum(WIDTHS[name] for name in names)
        left, found = 0.0, []
        for name in names:
            share = wide * WIDTHS[name] / total
            found.append((name, QRectF(left, 0.0, share, theme.scaled(HEAD))))
            left += share
        return found

    def row_rect(self, line: int) -> QRectF:
        """Where the row of a line lies now."""
        top = theme.scaled(HEAD) + line * theme.scaled(ROW) - self.verticalScrollBar().value()
        return QRectF(0.0, top, self.viewport().width(), theme.scaled(ROW))

    def _line_at(self, y: float) -> int | None:
        line = int((y - theme.scaled(HEAD) + self.verticalScrollBar().value()) // theme.scaled(ROW))
        return line if y >= theme.scaled(HEAD) and 0 <= line < len(self._order) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    # -- wishes -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if place.y() < theme.scaled(HEAD):
            hit = next((name for name, rect in self.columns() if rect.contains(place)), None)
            if hit is not None:
                self.sort_by(hit)
            return
        line = self._line_at(place.y())
        if line is not None:
            self._choose(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._order) - 1
        found = np.flatnonzero(self._order == self.chosen) if self.chosen is not None else np.zeros(0, np.int64)
        line = int(found[0]) if found.size else -1
        wanted = {
            Qt.Key.Key_Down: line + 1, Qt.Key.Key_Up: max(line - 1, 0), Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if wanted is None or last < 0:
            super().keyPressEvent(event)
        else:
            self.shows_focus = True
            self._choose(min(wanted, last))

    def _choose(self, line: int) -> None:
        self.chosen = int(self._order[line])
        bar, row = self.verticalScrollBar(), self.row_rect(line)
        if row.top() < theme.scaled(HEAD):
            bar.setValue(round(bar.value() + row.top() - theme.scaled(HEAD)))
        elif row.bottom() > self.viewport().height():
            bar.setValue(round(bar.value() + row.bottom() - self.viewport().height()))
        self.viewport().update()
        self.point_chosen.emit(self.chosen)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._table is None:
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("muted"))
                painter.drawText(QRectF(self.viewport().rect()), CENTRE, "Nothing to show yet")
                return
            columns = self.columns()
            first = max(0, self.verticalScrollBar().value() // max(1, round(theme.scaled(ROW))) - 1)
            for line in range(first, len(self._order)):
                row = self.row_rect(line)
                if row.top() > self.viewport().height():
                    break
                if row.bottom() > theme.scaled(HEAD):
                    self._paint_row(painter, self._table, int(self._order[line]), row, columns)
            self._paint_head(painter, columns)
            self.draw_focus(painter)

    def _paint_head(self, painter: QPainter, columns: list[tuple[str, QRectF]]) -> None:
        whole = QRectF(0, 0, self.viewport().width(), theme.scaled(HEAD))
        painter.fillRect(whole, theme.color("surface"))
        painter.setFont(theme.small_font())
        for name, rect in columns:
            sorted_by = name == self.column
            painter.setPen(theme.color("text" if sorted_by else "muted"))
            arrow = (" ↓" if self.descending else " ↑") if sorted_by else ""
            painter.drawText(self._inside(rect), LEFT if name == "class" else RIGHT, HEADS.get(name, name) + arrow)
        painter.setPen(theme.pen("line", 1))
        painter.drawLine(QPointF(0, whole.bottom() - 0.5), QPointF(whole.right(), whole.bottom() - 0.5))

    def _inside(self, rect: QRectF) -> QRectF:
        return rect.adjusted(theme.scaled(PAD), 0, -theme.scaled(PAD), 0)

    def _paint_row(
        self, painter: QPainter, table: PointTable, point: int, row: QRectF, columns: list[tuple[str, QRectF]]
    ) -> None:
        wrong = table.history.judged and not table.history.rows[-1].right[point]
        if point == self.chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent", 0.16))
            painter.drawRoundedRect(row.adjusted(2, 1, -2, -1), 5, 5)
        painter.setFont(theme.number_font(12))
        for name, head in columns:
            cell = self._inside(QRectF(head.left(), row.top(), head.width(), row.height()))
            if name == "class":
                self._paint_class(painter, cell, point)
                continue
            token = "warning" if wrong and name in ("margin", "loss") else "muted" if name == "point" else "text"
            painter.setPen(theme.color(token))
            painter.drawText(cell, RIGHT, table.text(name, point))

    def _paint_class(self, painter: QPainter, cell: QRectF, point: int) -> None:
        assert self._dataset is not None
        index, side = int(self._dataset.train_labels[point]), theme.scaled(10)
        centre = QPointF(cell.left() + side / 2, cell.center().y())
        kind, fill = mark_kind(index, self._dataset.task.classes), class_fill(index % SHAPES)
        paint_mark(painter, centre, kind, fill, theme.color("surface"), side / 2)
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("text"))
        words = cell.adjusted(side + theme.scaled(6), 0, 0, 0)
        name = painter.fontMetrics().elidedText(
            self._dataset.class_name(index), Qt.TextElideMode.ElideRight, round(words.width())
        )
        painter.drawText(words, LEFT, name)
        painter.setFont(theme.number_font(12))
