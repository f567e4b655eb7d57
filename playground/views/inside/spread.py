"""The answer to a point as a small picture: each output, and where a hundred draws of dropout and noise bring it.

Owns this drawing; numbers are those of `playground.anatomy.inference`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from playground.numbers import plain
from playground.views.guards.handlers import guarded
from playground.views.inside.pictures import Picture
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.inside.inference import (
    ANSWERED,
    DRAWN,
    DRAWS,
    TITLE,
    TRAINED,
    answer_rows,
    answer_said,
    shown_outputs,
)
from playground.words.inside.symbols import Symbols

if TYPE_CHECKING:
    from playground.anatomy.inference import Inference

HEAD, KEY, AXIS = 26.0, 18.0, 14.0
"""Heights of the title, of the line that says what the marks are, and of the numbers below a row."""
ROW, APART, DOT, REACH, BAR = 92.0, 12.0, 5.0, 0.04, 10.0
"""The most that a row needs; between name, picture and figure; a dot with its gap; beyond the axis' ends; of a bar."""
SHORT = 34.0
"""Rows lower than that have no numbers below them."""


class Strip(msgspec.Struct, frozen=True):
    """The axis of one output: where a value lies on it."""

    place: QRectF
    low: float
    high: float

    def x_of(self, value: float) -> float:
        """Pixels from the left edge of the picture."""
        return self.place.left() + (value - self.low) / (self.high - self.low) * self.place.width()

    def stacked(self, values: Sequence[float]) -> list[QPointF]:
        """A dot for each value, those of one place on top of each other, lower where there is no room for all."""
        most = max(int(self.place.width() / DOT), 1)
        bins = [min(int((value - self.low) / (self.high - self.low) * most), most - 1) for value in values]
        tallest = max(Counter(bins).values(), default=1)
        step = min(DOT, self.place.height() / tallest)
        heights: Counter[int] = Counter()
        found = []
        for each in bins:
            x = self.place.left() + (each + 0.5) / most * self.place.width()
            found.append(QPointF(x, self.place.bottom() - (heights[each] + 0.5) * step))
            heights[each] += 1
        return found


@guarded
class SpreadPicture(Picture):
    """`show_inference` with a point's forward pass."""

    def __init__(self) -> None:
        super().__init__(TITLE)
        self._found: Inference | None = None
        self._symbols: Symbols | None = None

    def show_inference(self, found: Inference, symbols: Symbols) -> None:
        """Draw another answer."""
        self._found, self._symbols = found, symbols
        self.setAccessibleDescription(answer_said(found, symbols))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        found, symbols = self._found, self._symbols
        if found is None or symbols is None:
            return
        rows = answer_rows(found, symbols)
        top, below = theme.scaled(HEAD), theme.scaled(KEY) if found.training_outputs is not None else 0.0
        high = min(theme.scaled(ROW), (self.height() - top - below) / max(len(rows), 1))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_title(painter, TITLE if found.drawn is None else DRAWS)
            for line, (unit, row) in enumerate(zip(shown_outputs(found), rows, strict=True)):
                self._paint_row(painter, found, unit, row, QRectF(0, top + line * high, self.width(), high))
            if below:
                self._paint_key(painter, found, QRectF(0, top + len(rows) * high, self.width(), below))

    def _paint_key(self, painter: QPainter, found: Inference, room: QRectF) -> None:
        """What the marks are, each beside one of them."""
        painter.setFont(theme.small_font())
        metrics, x = QFontMetricsF(theme.small_font()), 0.0
        entries = [(ANSWERED, "accent"), (TRAINED, "muted")] + ([(DRAWN, "")] if found.drawn is not None else [])
        for text, token in entries:
            middle = QPointF(x + 3, room.center().y())
            if token:
                painter.setPen(theme.pen(token, 2))
                painter.drawLine(QLineF(middle.x(), middle.y() - 5, middle.x(), middle.y() + 5))
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent", 0.5))
                painter.drawEllipse(middle, DOT / 2, DOT / 2)
            painter.setPen(theme.color("muted"))
            wide = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x + 10, room.top(), wide + 1, room.height()), int(LEFT), text)
            x += wide + 10 + theme.scaled(APART)

    def _paint_row(
        self, painter: QPainter, found: Inference, unit: int, row: tuple[str, str], place: QRectF
    ) -> None:  # fmt: skip
        figures = QFontMetricsF(theme.number_font(13))
        name, figure = (figures.horizontalAdvance(text) for text in row)
        painter.setFont(theme.number_font(13))
        painter.setPen(theme.color("text"))
        painter.drawText(place, int(LEFT), row[0])
        painter.drawText(place, int(RIGHT), row[1])
        apart = theme.scaled(APART)
        has_axis = place.height() >= theme.scaled(SHORT) and found.training_outputs is not None
        room = place.adjusted(name + apart, 3, -figure - apart, -theme.scaled(AXIS) if has_axis else -3)
        marks = [(found.training_outputs, "muted"), (found.outputs, "accent")]
        lines = [(float(each[unit]), token) for each, token in marks if each is not None and np.isfinite(each[unit])]
        drawn = [] if found.drawn is None else [value for value in found.drawn[:, unit].tolist() if np.isfinite(value)]
        values = [*drawn, *(value for value, _ in lines)]
        if not values or room.width() < 20 or room.height() < 4:
            return
        if found.training_outputs is None:
            _paint_bar(painter, room, values[0], float(np.abs(found.outputs[np.isfinite(found.outputs)]).max()))
            return
        self._paint_strip(painter, Strip(room, *_ends(values)), drawn, lines)
        if has_axis:
            self._paint_ends(painter, room, min(values), max(values))

    def _paint_strip(
        self, painter: QPainter, strip: Strip, drawn: Sequence[float], lines: Sequence[tuple[float, str]]
    ) -> None:  # fmt: skip
        room = strip.place
        painter.setPen(theme.pen("track", 1))
        painter.drawLine(QLineF(room.left(), room.bottom(), room.right(), room.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 0.5))
        for dot in strip.stacked(drawn):
            painter.drawEllipse(dot, DOT / 2 - 0.5, DOT / 2 - 0.5)
        for value, token in lines:
            painter.setPen(theme.pen(token, 2))
            painter.drawLine(QLineF(strip.x_of(value), room.top(), strip.x_of(value), room.bottom()))

    def _paint_ends(self, painter: QPainter, room: QRectF, low: float, high: float) -> None:
        """What the values reach to."""
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        below = QRectF(room.left(), room.bottom() + 1, room.width(), theme.scaled(AXIS) - 1)
        painter.drawText(below, int(LEFT), plain(low, 3))
        if high > low:
            painter.drawText(below, int(RIGHT), plain(high, 3))


def _paint_bar(painter: QPainter, room: QRectF, value: float, largest: float) -> None:
    """One number beside others of its kind, as long as it is large, in its sign's colour."""
    negative, high = value < 0, min(room.height(), theme.scaled(BAR))
    wide = abs(value) / max(largest, 1e-9) * room.width()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("negative" if negative else "accent"))
    painter.drawRoundedRect(QRectF(room.left(), room.center().y() - high / 2, max(wide, 1.0), high), 2, 2)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """A little beyond the smallest and the largest value; around the one there is."""
    low, high = min(values), max(values)
    space = (high - low) * REACH if high - low > 1e-6 else 0.5
    return low - space, high + space
