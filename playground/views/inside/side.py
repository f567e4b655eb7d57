"""The right third of the page: a small table, or a picture, of what the formula speaks of.

Owns the table's drawing; texts are `playground.words.inside`'s.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.inside.told import Side

TITLE, ROW, LEAST_ROW = 24.0, 22.0, 14.5
LEAST_COLUMN, BETWEEN, LEAST_BETWEEN, ICON = 44.0, 14.0, 8.0, 14.0
LEAST_COLUMNS = 2
PARTS = "  ·  "
"""Between parts of a note, of which the last ones may go."""


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
    def shown(self) -> list[int]:
        """The rows that have room: of too many the one that is spoken of, the last one, and the first ones."""
        side = self.side
        if side is None:
            return []
        lines = int((self.height() - theme.scaled(TITLE)) / theme.scaled(LEAST_ROW))
        room = max(lines - any(side.heads) - bool(side.note), 1)
        places = range(len(side.rows))
        return sorted(sorted(places, key=lambda each: (each not in (side.strong, places[-1]), each))[:room])

    def paintEvent(self, event: QPaintEvent) -> None:
        side = self.side
        if side is None:
            return
        top, width = theme.scaled(TITLE), float(self.width())
        shown = self.shown
        lines = len(shown) + any(side.heads) + bool(side.note)
        high = min(theme.scaled(ROW), (self.height() - top) / max(lines, 1))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.strong_font())
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(0, 0, width, top - 2), int(LEFT), side.title)
            if any(side.heads):
                self._paint_row(painter, side.heads, top, high, None)
                top += high
            for place in shown:
                self._paint_row(painter, side.rows[place], top, high, place == side.strong)
                top += high
            if side.note:
                self._paint_note(painter, side, QRectF(0, top, width, high))

    def _lefts(self, high: float) -> list[float]:
        """Where each column of numbers begins and the last one ends, as wide as what stands in them; the last columns
        are left out where names would be cut."""
        assert self.side is not None
        lines = [row[1:] for row in (self.side.heads, *self.side.rows) if row]
        words, figures = QFontMetricsF(theme.small_font()), QFontMetricsF(_figures(high))
        widths = []
        for place in range(max(map(len, lines), default=0)):
            head = words.horizontalAdvance(lines[0][place]) if self.side.heads and place < len(lines[0]) else 0.0
            texts = [
                figures.horizontalAdvance(line[place]) for line in lines[bool(self.side.heads) :] if place < len(line)
            ]
            widths.append(max(head, *texts, theme.scaled(LEAST_COLUMN)))
        names = max((figures.horizontalAdvance(row[0]) for row in self.side.rows if _is_symbol(row[0])), default=0.0)
        while (
            len(widths) > LEAST_COLUMNS
            and names + sum(widths) + theme.scaled(LEAST_BETWEEN) * len(widths) > self.width()
        ):
            widths.pop()
        between = max((self.width() - names - sum(widths)) / max(len(widths), 1), theme.scaled(LEAST_BETWEEN))
        between = min(between, theme.scaled(BETWEEN))
        lefts = [self.width() - sum(widths) - between * len(widths)]
        for width in widths:
            lefts.append(lefts[-1] + width + between)
        return lefts

    def _paint_row(self, painter: QPainter, row: tuple[str, ...], top: float, high: float, strong: bool | None) -> None:
        """Its name in text, its numbers in figures; the row that is spoken of in the accent; strong None: the heads."""
        lefts = self._lefts(high)
        symbol = strong is not None and _is_symbol(row[0])
        figures = _figures(high)
        painter.setFont(figures if symbol else theme.small_font())
        painter.setPen(theme.color("accent" if strong else "text" if symbol else "muted"))
        first = next((place for place, text in enumerate(row[1:]) if text), 0)  # a name goes on over empty cells
        room, elide = max(lefts[min(first, len(lefts) - 1)] - 4, 10.0), Qt.TextElideMode.ElideRight
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
        metrics, room = QFontMetricsF(theme.small_font()), place.width() - left
        parts = side.note.split(PARTS)
        while len(parts) > 1 and metrics.horizontalAdvance(PARTS.join(parts)) > room:
            parts.pop()
        note = metrics.elidedText(PARTS.join(parts), Qt.TextElideMode.ElideRight, room)
        painter.drawText(place.adjusted(left, 0, 0, 0), int(LEFT), note)


def _figures(high: float) -> QFont:
    """As large as a row lets them be."""
    return theme.number_font(13 if high >= theme.scaled(19) else 12 if high >= theme.scaled(15.5) else 11)


def _is_symbol(name: str) -> bool:
    """Whether a row's name is a letter of the formula."""
    return any(sign in name for sign in "∂₀₁₂₃₄₅₆₇₈₉")


def in_words(side: Side) -> str:
    """A table as one text, for those who hear it."""
    rows = ["; ".join(part for part in row if part) for row in side.rows]
    return f"{side.title}. {'. '.join(rows)}. {side.note}"
