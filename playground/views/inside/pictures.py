"""Pictures beside a formula: the activation's curve with its tangent, and what each term brings to a sum.

Owns their drawing; numbers are the operation's.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.anatomy.operations.operation import Activation
from playground.figures.function_curves import ACTIVATION_CURVES
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT
from playground.views.theme.polygons import polygon
from playground.words.inside import page as words
from playground.words.inside.symbols import three, two

TITLE, REACH, POINTS = 24.0, 4.0, 121
TANGENT = 1.5
"""How far the tangent goes to each side, in the larger of the two units."""
ROW, LEAST_ROW, NAME, FIGURE = 22.0, 15.0, 74.0, 58.0


@guarded
class Picture(QWidget):
    """What all pictures beside a formula have in common."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(300, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def paint_title(self, painter: QPainter, text: str) -> None:
        """The words over a picture."""
        painter.setFont(theme.strong_font())
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(0, 0, self.width(), theme.scaled(TITLE) - 2), int(LEFT), text)


@guarded
class CurvePicture(Picture):
    """An activation over the sums around this one: the point (z, a), and the tangent whose slope is f′(z)."""

    def __init__(self) -> None:
        super().__init__(words.CURVE)
        self._operation: Activation | None = None

    def show_operation(self, operation: Activation) -> None:
        """Draw another unit's."""
        self._operation = operation
        self.setAccessibleDescription(words.curve_said(operation))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        operation = self._operation
        if operation is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_title(painter, words.curve_title(operation.name))
            top = theme.scaled(TITLE) + 2
            room = QRectF(2, top, self.width() - 4, self.height() - top - 4)
            if room.height() > 20 and room.width() > 40 and math.isfinite(operation.z):
                self._paint_curve(painter, operation, room)

    def _paint_curve(self, painter: QPainter, operation: Activation, room: QRectF) -> None:
        curve = ACTIVATION_CURVES[operation.name.removeprefix("naive_")]
        reach = max(REACH, abs(operation.z) * 1.25)
        z = np.linspace(-reach, reach, POINTS)
        a = curve(z)
        low, high = min(float(a.min()), 0.0, operation.result), max(float(a.max()), 0.0, operation.result)
        space = max(high - low, 1e-9) * 0.08
        low, high = low - space, high + space

        def place(x: float, y: float) -> QPointF:
            across = room.left() + (x + reach) / (2 * reach) * room.width()
            return QPointF(across, room.bottom() - (y - low) / (high - low) * room.height())

        painter.setPen(theme.pen("track", 1))
        painter.drawLine(QLineF(place(-reach, 0.0), place(reach, 0.0)))
        painter.drawLine(QLineF(place(0.0, low), place(0.0, high)))
        across = room.left() + (z + reach) / (2 * reach) * room.width()
        down = room.bottom() - (a - low) / (high - low) * room.height()
        painter.setPen(theme.pen("muted", 1.75))
        painter.drawPolyline(polygon(np.asarray(across, np.float64), np.asarray(down, np.float64)))
        self._paint_point(painter, operation, place, room)

    def _paint_point(self, painter: QPainter, operation: Activation, place: object, room: QRectF) -> None:
        """Down from z to the curve, from there to a, and the tangent."""
        assert callable(place)
        at, foot, beside = place(operation.z, operation.result), place(operation.z, 0.0), place(0.0, operation.result)
        painter.setPen(QPen(theme.color("accent", 0.6), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(foot, at))
        painter.drawLine(QLineF(at, beside))
        painter.save()
        painter.setClipRect(room)
        painter.setPen(theme.pen("accent", 2))
        rise = operation.slope * TANGENT
        start, end = (
            place(operation.z + way * TANGENT, operation.result + way * rise) for way in (-1.0, 1.0)
        )  # fmt: skip
        painter.drawLine(QLineF(start, end))
        painter.restore()
        painter.setBrush(theme.color("accent"))
        painter.setPen(theme.pen("background", 2))
        painter.drawEllipse(at, 5.0, 5.0)
        self._paint_figures(painter, operation, foot, room)

    def _paint_figures(self, painter: QPainter, operation: Activation, foot: QPointF, room: QRectF) -> None:
        """z at its foot, a and the slope in the corner that the curve leaves free."""
        painter.setFont(theme.number_font(11))
        metrics = QFontMetricsF(painter.font())
        text, high = f"z {two(operation.z)}", metrics.height()
        wide = metrics.horizontalAdvance(text) + 8
        left = min(max(foot.x() - wide / 2, room.left()), room.right() - wide)
        top = foot.y() + 3 if operation.result >= 0 else foot.y() - high - 3
        plate = QRectF(left, min(max(top, room.top()), room.bottom() - high), wide, high)
        painter.fillRect(plate, theme.color("background", 0.9))
        painter.setPen(theme.color("text"))
        painter.drawText(plate, int(CENTRE), text)
        lines = (f"a  {two(operation.result)}", f"f′ {three(operation.slope)}")
        for place, line in enumerate(lines):
            painter.setPen(theme.color("accent" if place else "text"))
            painter.drawText(QRectF(room.left(), room.top() + place * high, room.width(), high), int(LEFT), line)


@guarded
class TermsPicture(Picture):
    """A bar for each term of a sum, to the right of zero or to the left, and the sum itself."""

    def __init__(self) -> None:
        super().__init__(words.TERMS)
        self._terms: tuple[tuple[str, float], ...] = ()
        self._total, self._name, self._title = 0.0, "z", words.TERMS

    def show_terms(
        self, terms: tuple[tuple[str, float], ...], name: str, total: float, title: str = words.TERMS
    ) -> None:  # fmt: skip
        """Draw another sum."""
        self._terms, self._name, self._total, self._title = terms, name, total, title
        self.setAccessibleDescription(words.terms_said(terms, name, total))
        self.update()

    @property
    def shown(self) -> list[tuple[str, float]]:
        """The terms that have room, the largest ones first where not all have, and the sum."""
        rows = max(int((self.height() - theme.scaled(TITLE)) / theme.scaled(LEAST_ROW)) - 1, 1)
        kept = list(self._terms)
        if len(kept) > rows:
            kept = sorted(kept, key=lambda each: -abs(each[1]))[: max(rows - 1, 0)]
            rest = self._total - sum(value for _, value in kept)
            kept.append((words.others_title(len(self._terms) - len(kept)), rest))
        return [*kept, (self._name, self._total)]

    def paintEvent(self, event: QPaintEvent) -> None:
        rows = self.shown if self._terms else []
        top = theme.scaled(TITLE)
        high = min(theme.scaled(ROW), (self.height() - top) / max(len(rows), 1))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.paint_title(painter, self._title)
            finite = [abs(value) for _, value in rows if math.isfinite(value)]
            for place, row in enumerate(rows):
                line = QRectF(0, top + place * high, self.width(), high)
                self._paint_row(painter, row, line, max(finite, default=0.0) or 1.0, place == len(rows) - 1)

    def _paint_row(
        self, painter: QPainter, row: tuple[str, float], line: QRectF, largest: float, is_sum: bool
    ) -> None:  # fmt: skip
        name, value = row
        painter.setFont(theme.number_font(12))
        names_of = [each for each, _ in self.shown]
        widest = max(map(QFontMetricsF(painter.font()).horizontalAdvance, names_of), default=0.0)
        names, figures = min(max(widest + 4, theme.scaled(NAME)), 0.42 * line.width()), theme.scaled(FIGURE)
        painter.setPen(theme.color("accent" if is_sum else "text"))
        elide, metrics = Qt.TextElideMode.ElideRight, QFontMetricsF(painter.font())
        painter.drawText(QRectF(0, line.y(), names, line.height()), int(LEFT), metrics.elidedText(name, elide, names))
        painter.drawText(line, int(RIGHT), two(value))
        room = QRectF(names + 6, line.y(), max(line.width() - names - figures - 12, 10.0), line.height())
        middle, half = room.center().x(), room.width() / 2
        painter.setPen(theme.pen("track", 1))
        painter.drawLine(QLineF(middle, line.top(), middle, line.bottom()))
        if math.isfinite(value):
            wide, thick = abs(value) / largest * half, min(10.0, line.height() - 6)
            left = middle if value > 0 else middle - wide
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if is_sum else "positive" if value > 0 else "negative"))
            painter.drawRoundedRect(QRectF(left, line.center().y() - thick / 2, wide, thick), 2, 2)
