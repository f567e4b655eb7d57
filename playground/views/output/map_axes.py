"""The axes of a map over a section: round values in the columns' own units, names, and where the other columns stand.

Owns this drawing and the room it needs; knows nothing of the map itself.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from playground.figures.curves import ticks
from playground.figures.ground import Ground, axes_of
from playground.numbers import labels
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT

EDGE, LEAST_EDGE, LINE, MARK = 56.0, 42.0, 15.0, 4.0
ROOMY = 230.0
"""A map that has less room is drawn without the names: they stand in the lists above it."""
CENTRE = int(Qt.AlignmentFlag.AlignCenter)
ELIDE = Qt.TextElideMode.ElideRight


def margin(room: float) -> int:
    """What of this room lies to the left of the map and below it."""
    return round(theme.scaled(EDGE if room >= theme.scaled(ROOMY) else LEAST_EDGE))


def paint_axes(
    painter: QPainter, square: QRectF, edge: int, ground: Ground, columns: tuple[str, ...], others: str
) -> None:  # fmt: skip
    """Draw both axes with that margin, and below them `others`."""
    assert ground.section is not None
    line, metrics = theme.scaled(LINE), QFontMetricsF(theme.small_font())
    for axis in (0, 1):
        _paint_marks(painter, square, edge, ground, axis)
    painter.setFont(theme.small_font())
    below = QRectF(square.left(), square.bottom() + MARK + line, square.width(), line)
    if edge == round(theme.scaled(EDGE)):
        _paint_names(painter, square, edge, axes_of(ground.section, columns))
        below.translate(0, line)
    if metrics.horizontalAdvance(others) > below.width():
        below.setLeft(below.left() - edge)
    painter.setPen(theme.color("muted"))
    painter.drawText(below, CENTRE, metrics.elidedText(others, ELIDE, below.width()))


def _paint_names(painter: QPainter, square: QRectF, edge: int, names: tuple[str, str]) -> None:
    line, metrics = theme.scaled(LINE), QFontMetricsF(theme.small_font())
    across, upwards = (metrics.elidedText(f"→ {name}", ELIDE, square.width()) for name in names)
    painter.setPen(theme.color("text"))
    painter.drawText(QRectF(square.left(), square.bottom() + MARK + line, square.width(), line), CENTRE, across)
    painter.save()
    painter.translate(square.left() - edge, square.bottom())
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, square.height(), line), CENTRE, upwards)
    painter.restore()


def _paint_marks(painter: QPainter, square: QRectF, edge: int, ground: Ground, axis: int) -> None:
    """The round values of one axis; a label that another one would touch is left out."""
    font = theme.number_font(11)
    metrics, line = QFontMetricsF(font), theme.scaled(LINE)
    middle, half = ground.middle[axis], ground.half[axis]
    size = square.height() if axis else square.width()
    marks = ticks(middle - half, middle + half, max(2, min(5, int(size / theme.scaled(48)))))
    painter.setFont(font)
    for mark, text in zip(marks, labels(marks), strict=True):
        share = ((mark - middle) / half + 1.0) / 2.0
        painter.setPen(theme.pen("line", 1))
        if axis:
            y = square.bottom() - share * square.height()
            painter.drawLine(square.left() - MARK, y, square.left(), y)  # type: ignore[call-overload]
            named = line if edge == round(theme.scaled(EDGE)) else 0.0
            room = QRectF(square.left() - edge + named, y - line / 2, edge - named - MARK - 2, line)
            align, text = int(RIGHT), metrics.elidedText(text, ELIDE, room.width())
        else:
            x = square.left() + share * square.width()
            painter.drawLine(x, square.bottom(), x, square.bottom() + MARK)  # type: ignore[call-overload]
            wide = metrics.horizontalAdvance(text)
            left = min(max(x - wide / 2, square.left()), square.right() - wide)
            room, align = QRectF(left, square.bottom() + MARK, wide + 1, line), int(LEFT)
        painter.setPen(theme.color("muted"))
        painter.drawText(room, align, text)
