"""The small card beside a point under the cursor: lines of a name and a value.

Owns how the card looks and on which side of the point it stands; knows nothing of where the lines come from.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from playground.figures.decision import Reading
from playground.views.marks.point_marks import mark_kind, paint_mark
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT

PADDING, GAP, AWAY, MARK, ROW = 10.0, 12.0, 14.0, 14.0, 17.0
ELIDE = Qt.TextElideMode.ElideMiddle


def card_rect(lines: tuple[tuple[str, str], ...], point: QPointF, room: QRectF, words: QFont, numbers: QFont) -> QRectF:
    """Where the card stands: right below the point, or on the other side where there is no room."""
    names, values = QFontMetricsF(words), QFontMetricsF(numbers)
    wide = max(names.horizontalAdvance(name) for name, _ in lines) + GAP + MARK
    wide += max(values.horizontalAdvance(value) for _, value in lines) + 2 * PADDING
    wide = min(wide, room.width() - 8)
    high = len(lines) * theme.scaled(ROW) + 2 * (PADDING - 3)
    left = point.x() + AWAY if point.x() + AWAY + wide <= room.right() - 4 else point.x() - AWAY - wide
    top = point.y() + AWAY if point.y() + AWAY + high <= room.bottom() - 4 else point.y() - AWAY - high
    left = min(max(left, room.left() + 4), room.right() - 4 - wide)
    top = min(max(top, room.top() + 4), room.bottom() - 4 - high)
    return QRectF(left, top, wide, high)


def paint_card(painter: QPainter, reading: Reading, point: QPointF, room: QRectF, classes: int) -> None:
    """Draw the card for a reading near `point` within `room`."""
    words, numbers = theme.small_font(), theme.number_font(12)
    rect = card_rect(reading.lines, point, room, words, numbers)
    painter.setPen(theme.pen("line", 1))
    painter.setBrush(theme.color("surface", 0.96))
    painter.drawRoundedRect(rect, 8, 8)
    high = theme.scaled(ROW)
    row = QRectF(rect.left() + PADDING, rect.top() + PADDING - 3, rect.width() - 2 * PADDING, high)
    muted, text, bad = (theme.color(name) for name in ("muted", "text", "bad"))
    for name, value in reading.lines:
        is_answer = name == "answer"
        painter.setFont(words)
        painter.setPen(muted)
        left = row.width() - GAP - QFontMetricsF(numbers).horizontalAdvance(value)
        painter.drawText(row, LEFT, QFontMetricsF(words).elidedText(name, ELIDE, max(left, 0.0)))
        painter.setFont(numbers)
        painter.setPen(bad if reading.wrong and is_answer else text)
        painter.drawText(row, RIGHT, value)
        if is_answer and reading.winner is not None:
            wide = QFontMetricsF(numbers).horizontalAdvance(value)
            centre = QPointF(row.right() - wide - 9, row.center().y())
            kind = mark_kind(reading.winner, classes)
            paint_mark(painter, centre, kind, theme.color(f"class{reading.winner}"), theme.color("surface"))
        row.translate(0, high)
