"""The layers that have parameters, a row each: shape, count, bytes; one of them is chosen.

Owns drawing, scrolling, clicks and keys on rows; knows nothing of the parameters themselves.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.views.controls.focus import FocusArea
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.parameters import HEAD_TIPS, HEADS, LAYERS

HEAD, ROW, PAD = 24.0, 22.0, 8.0
SHARES = (2.7, 2.3, 1.2, 1.3, 1.3)
DROPPED = (4, 3, 2)
"""Columns that are left out, the first one first, where there is no room for their words."""


@guarded
class LayerRows(FocusArea):
    """`chosen(line)`: another row, by click or by the arrow keys."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[tuple[str, ...], ...] = ()
        self.line = 0
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(LAYERS)
        heads = zip(HEADS, HEAD_TIPS, strict=True)
        self.setToolTip("\n".join(f"{head}: {tip[0].lower()}{tip[1:]}" for head, tip in heads))

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(310)), 165)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(theme.scaled(170)), 60)

    def show_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show these layers, a text for each column."""
        if rows != self.rows:
            self.rows, self.line = rows, min(self.line, max(len(rows) - 1, 0))
            self._fit_bar()
            self._describe()

    def choose(self, line: int) -> None:
        """Choose a row and bring it into sight."""
        if not 0 <= line < len(self.rows):
            return
        bar, high, room = self.verticalScrollBar(), round(theme.scaled(ROW)), self._room()
        bar.setValue(max(min(bar.value(), line * high), (line + 1) * high - room))
        if line != self.line:
            self.line = line
            self._describe()
            self.chosen.emit(line)
        self.viewport().update()

    def _describe(self) -> None:
        text = ", ".join(self.rows[self.line]) if self.rows else ""
        self.setAccessibleDescription(text)
        self.viewport().update()

    def _room(self) -> int:
        return round(self.viewport().height() - theme.scaled(HEAD))

    def _fit_bar(self) -> None:
        bar, high = self.verticalScrollBar(), round(theme.scaled(ROW))
        bar.setRange(0, max(0, len(self.rows) * high - self._room()))
        bar.setSingleStep(high)
        bar.setPageStep(max(1, self._room()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bar()

    # -- wishes -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        y = event.position().y() - theme.scaled(HEAD)
        if y >= 0:
            self.choose(int((y + self.verticalScrollBar().value()) // round(theme.scaled(ROW))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.rows) - 1
        wanted = {
            Qt.Key.Key_Down: min(self.line + 1, last), Qt.Key.Key_Up: max(self.line - 1, 0), Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.shows_focus = True
            self.choose(wanted)

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _columns(self) -> list[tuple[int, QRectF]]:
        """The columns that have room, with their places in the head."""
        metrics, wide = QFontMetricsF(theme.small_font()), float(self.viewport().width())
        kept = list(range(len(HEADS)))
        for dropped in (None, *DROPPED):
            kept = [each for each in kept if each != dropped]
            total = sum(SHARES[each] for each in kept)
            longest = max((metrics.horizontalAdvance(row[0]) for row in self.rows), default=0.0)
            part = wide / total
            heads = all(SHARES[each] * part >= metrics.horizontalAdvance(HEADS[each]) + PAD for each in kept)
            if heads and SHARES[0] * part >= longest + PAD and part >= metrics.horizontalAdvance("0000"):
                break
        left, found = 0.0, []
        for each in kept:
            share = wide * SHARES[each] / total
            found.append((each, QRectF(left, 0.0, share, theme.scaled(HEAD))))
            left += share
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        columns, high = self._columns(), round(theme.scaled(ROW))
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), theme.color("background"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for line, row in enumerate(self.rows):
                top = theme.scaled(HEAD) + line * high - self.verticalScrollBar().value()
                if -high < top < self.viewport().height():
                    self._paint_row(painter, QRectF(0, top, self.viewport().width(), high), row, line, columns)
            head = QRectF(0, 0, self.viewport().width(), theme.scaled(HEAD))
            painter.fillRect(head, theme.color("background"))
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            for column, place in columns:
                painter.drawText(self._inside(place), RIGHT if column else LEFT, HEADS[column])
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(QPointF(0, head.bottom() - 0.5), QPointF(head.right(), head.bottom() - 0.5))
            self.draw_focus(painter)

    def _inside(self, place: QRectF) -> QRectF:
        return place.adjusted(PAD / 2, 0, -PAD / 2, 0)

    def _paint_row(
        self, painter: QPainter, place: QRectF, row: tuple[str, ...], line: int, columns: list[tuple[int, QRectF]]
    ) -> None:
        if line == self.line:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(place.adjusted(0, 1, -2, -1), 5, 5)
        for column, head in columns:
            cell = self._inside(QRectF(head.left(), place.top(), head.width(), place.height()))
            painter.setFont(theme.number_font(11) if column else theme.small_font())
            painter.setPen(theme.color("text" if column == 0 or line == self.line else "muted"))
            shown = painter.fontMetrics().elidedText(row[column], Qt.TextElideMode.ElideRight, round(cell.width()))
            painter.drawText(cell, RIGHT if column else LEFT, shown)
