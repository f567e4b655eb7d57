"""The answer to a point as a small picture: each output, and where a hundred draws of dropout and noise bring it.

Owns this drawing; numbers are those of `playground.anatomy.inference`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from playground.numbers import plain
from playground.views.guards.handlers import guarded
from playground.views.inside.pictures import Picture
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.inside.inference import DRAWS, KEY, TITLE, answer_rows, answer_said
from playground.words.inside.symbols import Symbols

if TYPE_CHECKING:
    from playground.anatomy.inference import Inference

HEAD, ROW, NAME, FIGURE, DOT = 26.0, 44.0, 34.0, 100.0, 2.2


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
        top = theme.scaled(HEAD)
        high = min(theme.scaled(ROW), (self.height() - top) / max(len(rows), 1))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_title(painter, TITLE if found.drawn is None else DRAWS)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            below = top + len(rows) * high
            if found.drawn is not None and self.height() - below >= theme.scaled(18):
                painter.drawText(QRectF(0, below, self.width(), theme.scaled(18)), int(LEFT), KEY)
            for unit, row in enumerate(rows):
                self._paint_row(painter, found, unit, row, QRectF(0, top + unit * high, self.width(), high))

    def _paint_row(
        self, painter: QPainter, found: Inference, unit: int, row: tuple[str, str], place: QRectF
    ) -> None:  # fmt: skip
        painter.setFont(theme.number_font(13))
        painter.setPen(theme.color("text"))
        painter.drawText(place, int(LEFT), row[0])
        painter.setPen(theme.color("accent"))
        painter.drawText(place, int(RIGHT), row[1])
        room = place.adjusted(theme.scaled(NAME), 0, -theme.scaled(FIGURE), 0)
        values = found.outputs[:, None] if found.drawn is None else np.vstack([found.drawn, found.outputs]).T
        values = values[:, np.isfinite(values).all(axis=0)]
        if not values.size:
            return
        low, high = float(values.min()), float(values.max())
        low, high = (low, high) if high - low > 1e-6 else (low - 0.5, high + 0.5)
        across = room.width() / max(high - low, 1e-9)
        middle = room.center().y()
        painter.setPen(theme.pen("track", 1))
        painter.drawLine(QLineF(room.left(), middle, room.right(), middle))
        self._paint_ends(painter, room, low, high)
        if found.drawn is not None:
            self._paint_draws(painter, found.drawn[:, unit], room, low, across)
        for value, token in ((found.training_outputs, "muted"), (found.outputs, "accent")):
            if value is not None and np.isfinite(value[unit]):
                x = room.left() + (float(value[unit]) - low) * across
                painter.setPen(theme.pen(token, 2))
                painter.drawLine(QLineF(x, middle - 8, x, middle + 8))

    def _paint_ends(self, painter: QPainter, room: QRectF, low: float, high: float) -> None:
        """What the axis reaches to."""
        painter.setFont(theme.number_font(10))
        painter.setPen(theme.color("muted"))
        below = QRectF(room.left(), room.center().y() + 9, room.width(), 12)
        painter.drawText(below, int(LEFT), plain(low, 3))
        painter.drawText(below, int(RIGHT), plain(high, 3))

    def _paint_draws(
        self, painter: QPainter, values: np.ndarray[tuple[int], np.dtype[np.float64]], room: QRectF, low: float,
        across: float,
    ) -> None:  # fmt: skip
        """A dot a draw, in rows one over the other, so that many of them are seen as many."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", 0.35))
        for place, value in enumerate(values.tolist()):
            if np.isfinite(value):
                down = room.center().y() + ((place * 7) % 11 - 5) * 1.2
                painter.drawEllipse(QPointF(room.left() + (value - low) * across, down), DOT, DOT)
