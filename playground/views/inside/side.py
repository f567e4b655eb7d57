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
LEAST_COLUMN, BETWEEN, ICON = 44.0, 14.0, 14.0


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
                self._paint_row(painter, side.heads, top, high, None)
                top += high
            for place, row in enumerate(side.rows):
                self._paint_row(painter, row, top, high, place == side.strong)
                top += high
            if side.note:
                self._paint_note(painter, side, QRectF(0, top, width, high))

    def _lefts(self) -> list[float]:
        """Where each column of numbers begins and the last one ends: as wide as what stands in them."""
        assert self.side is not None
        lines = [row[1:] for row in (self.side.heads, *self.side.rows) if row]
        words, figures = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.number_font(13))
        widths = []
        for place in range(max(map(len, lines), default=0)):
            head = words.horizontalAdvance(lines[0][place]) if self.side.heads and place < len(lines[0]) else 0.0
            texts = [
                figures.horizontalAdvance(line[place]) for line in lines[bool(self.side.heads) :] if place < len(line)
            ]
            widths.append(max(head, *texts, theme.scaled(LEAST_COLUMN)) + theme.scaled(BETWEEN))
        lefts = [self.width() - sum(widths)]
        for width in widths:
            lefts.append(lefts[-1] + width)
        return lefts

    def _paint_row(self, painter: QPainter, row: tuple[str, ...], top: float, high: float, strong: bool | None) -> None:
        """Its name in text, its numbers in figures; the row that is spoken of in the accent; strong None: the heads."""
        lefts = self._lefts()
        symbol = strong is not None and any(sign in row[0] for sign in "∂₀₁₂₃₄₅₆₇₈₉")
        figures = theme.number_font(13 if high >= theme.scaled(19) else 12)
        painter.setFont(figures if symbol else theme.small_font())
        painter.setPen(theme.color("accent" if strong else "text" if symbol else "muted"))
        room, elide = max(lefts[0] - 4, 10.0), Qt.TextElideMode.ElideRight
        name = QFontMetricsF(painter.font()).elidedText(row[0], elide, room)
        painter.drawText(QRectF(0, top, room, high), int(LEFT), name)
        if strong is not None:
            painter.setFont(figures)
            painter.setPen(theme.color("accent" if strong else "text"))
        for left, right, text in zip(lefts, lefts[1:], row[1:], strict=False):
            painter.drawText(QRectF(left, top, right - left, high), int(RIGHT), text)

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
