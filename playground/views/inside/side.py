"""The right third of the page: a small table, or a picture, of what the formula speaks of.

Owns the table's drawing; texts are `playground.words.inside`'s.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.inside.told import Side

TITLE, ROW, LEAST_ROW = 24.0, 22.0, 16.0
COLUMN, ICON = 84.0, 14.0


@guarded
class SideTable(QWidget):
    """`show_side` with a table."""

    def __init__(self) -> None:
        super().__init__()
        self.side: Side | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Figures")

    def sizeHint(self) -> QSize:
        return QSize(300, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def show_side(self, side: Side | None) -> None:
        """Show another table, or none."""
        self.side = side
        self.setAccessibleDescription("" if side is None else in_words(side))
        self.update()

    @property
    def rows(self) -> int:
        """Lines below the title: heads, rows, note."""
        side = self.side
        return 0 if side is None else len(side.rows) + any(side.heads) + bool(side.note)

    def height_needed(self) -> float:
        """The least height in which nothing is cut."""
        return theme.scaled(TITLE) + theme.scaled(LEAST_ROW) * self.rows

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self.side
        if side is None:
            return
        top, width = theme.scaled(TITLE), float(self.width())
        high = min(theme.scaled(ROW), max((self.height() - top) / max(self.rows, 1), theme.scaled(LEAST_ROW)))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.strong_font())
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(0, 0, width, top - 2), int(LEFT), side.title)
            if any(side.heads):
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("muted"))
                self._paint_row(painter, side.heads, top, high)
                top += high
            for place, row in enumerate(side.rows):
                self._paint_numbers(painter, row, top, high, place == side.strong)
                top += high
            if side.note:
                self._paint_note(painter, side, QRectF(0, top, width, high))

    def _columns(self, count: int) -> float:
        """How wide a column of numbers is."""
        return min(theme.scaled(COLUMN * (1.2 if count <= 3 else 1.0)), self.width() * 0.64 / max(count - 1, 1))

    def _paint_row(self, painter: QPainter, row: tuple[str, ...], top: float, high: float) -> None:
        wide = self._columns(len(row))
        first = self.width() - wide * (len(row) - 1)
        elide = Qt.TextElideMode.ElideRight
        name = QFontMetricsF(painter.font()).elidedText(row[0], elide, max(first - 4, 10.0))
        painter.drawText(QRectF(0, top, first, high), int(LEFT), name)
        for place, text in enumerate(row[1:]):
            painter.drawText(QRectF(first + place * wide, top, wide, high), int(RIGHT), text)

    def _paint_numbers(
        self, painter: QPainter, row: tuple[str, ...], top: float, high: float, strong: bool
    ) -> None:  # fmt: skip
        """A row: its name in text, its numbers in figures; the one that is spoken of in the accent."""
        wide = self._columns(len(row))
        first = self.width() - wide * (len(row) - 1)
        symbol = any(sign in row[0] for sign in "∂₀₁₂₃₄₅₆₇₈₉")
        painter.setFont(theme.number_font(13 if high >= theme.scaled(19) else 12) if symbol else theme.small_font())
        painter.setPen(theme.color("accent" if strong else "muted" if not symbol else "text"))
        room, elide = max(first - 4, 10.0), Qt.TextElideMode.ElideRight
        painter.drawText(
            QRectF(0, top, first, high), int(LEFT), QFontMetricsF(painter.font()).elidedText(row[0], elide, room)
        )
        painter.setFont(theme.number_font(13 if high >= theme.scaled(19) else 12))
        painter.setPen(theme.color("accent" if strong else "text"))
        for place, text in enumerate(row[1:]):
            painter.drawText(QRectF(first + place * wide, top, wide, high), int(RIGHT), text)

    def _paint_note(self, painter: QPainter, side: Side, place: QRectF) -> None:
        token, left = "muted", 0.0
        if side.good is not None:
            token, size = ("good", theme.scaled(ICON)) if side.good else ("warning", theme.scaled(ICON))
            icon = "check" if side.good else "triangle-alert"
            at = QRectF(0, place.center().y() - size / 2, size, size)
            icons.draw(painter, icon, at, theme.color(token), 2.0)
            left = size + 6
        painter.setFont(theme.small_font())
        painter.setPen(theme.color(token))
        metrics, elide = QFontMetricsF(theme.small_font()), Qt.TextElideMode.ElideRight
        painter.drawText(
            place.adjusted(left, 0, 0, 0), int(LEFT), metrics.elidedText(side.note, elide, place.width() - left)
        )


def in_words(side: Side) -> str:
    """A table as one text, for those who hear it."""
    rows = ["; ".join(part for part in row if part) for row in side.rows]
    return f"{side.title}. {'. '.join(rows)}. {side.note}"
