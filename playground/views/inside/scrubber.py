"""The four phases of a step as one track, and the operation that is shown on it.

Owns where operations lie on the track, its drawing, and the way of the pointer; knows no numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.anatomy.operations.sequence import Span
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.views.workbench.workbench import Workbench
from playground.words.inside import page as words

HIGH, TRACK, HANDLE = 36.0, 4.0, 6.0
BETWEEN, LEAST_SHARE = 12.0, 2.4
"""Pixels between phases; a phase is as long as it has operations, at least that many."""
GAP, LEAST_PART = 2.0, 6.0
"""Between operations, while each is at least so wide."""


class Stretch(msgspec.Struct, frozen=True):
    """A phase on the track."""

    span: Span
    left: float
    width: float

    @property
    def count(self) -> int:
        """Its operations."""
        return self.span.end - self.span.start

    def end_of(self, place: int) -> float:
        """Where the operation at a place ends."""
        return self.left + self.width * (place - self.span.start + 1) / self.count

    def place_at(self, x: float) -> int:
        """The operation at x, the nearest one outside."""
        share = int((x - self.left) / self.width * self.count)
        return self.span.start + min(max(share, 0), self.count - 1)


def stretches(spans: Sequence[Span], width: float, least: Sequence[float]) -> list[Stretch]:
    """The phases side by side. least: the width that each needs for its name."""
    room = width - BETWEEN * (len(spans) - 1)
    shares = [max(float(span.end - span.start), LEAST_SHARE) for span in spans]
    widths, free = [0.0] * len(spans), set(range(len(spans)))
    while free:  # what would be too short gets what it needs; the others share the rest
        rest, whole = room - sum(widths[place] for place in range(len(spans)) if place not in free), 0.0
        whole = sum(shares[place] for place in free)
        short = {place for place in free if rest * shares[place] / whole < least[place]}
        for place in short or free:
            widths[place] = least[place] if short else max(rest * shares[place] / whole, 1.0)
        free = free - short if short else set()
    found, left = [], 0.0
    for span, wide in zip(spans, widths, strict=True):
        found.append(Stretch(span, left, wide))
        left += wide + BETWEEN
    return found


@guarded
class Scrubber(QWidget):
    """A click or a drag shows the operation there."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._inside = workbench.inside
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(theme.scaled(HIGH)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Operations of the step")

    def sizeHint(self) -> QSize:
        return QSize(400, round(theme.scaled(HIGH)))

    @property
    def phases(self) -> list[Stretch]:
        """Where the phases lie."""
        operations = self._inside.operations
        if operations is None:
            return []
        spans, metrics = operations.spans, QFontMetricsF(theme.strong_font())
        least = [metrics.horizontalAdvance(words.PHASES[span.phase]) + theme.scaled(10) for span in spans]
        side = theme.scaled(HANDLE) + 1
        return [
            Stretch(each.span, each.left + side, each.width)
            for each in stretches(spans, self.width() - 2 * side, least)
        ]

    def place_of(self, operation: int) -> QPointF:
        """Where the handle stands for an operation."""
        for phase in self.phases:
            if phase.span.start <= operation < phase.span.end:
                return QPointF(phase.end_of(operation), self._middle)
        return QPointF()

    @property
    def _middle(self) -> float:
        return self.height() - theme.scaled(HANDLE) - 2.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def _seek(self, x: float) -> None:
        found = self.phases
        near = [phase for phase in found if x < phase.left + phase.width + BETWEEN / 2]
        if found:
            self._inside.seek((near[0] if near else found[-1]).place_at(x))

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        place = self._inside.place
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for phase in self.phases:
                self._paint_phase(painter, phase, place)
            if self._inside.operations is not None:
                painter.setBrush(theme.color("surface"))
                painter.setPen(theme.pen("accent", 2))
                radius = theme.scaled(HANDLE) - 1
                painter.drawEllipse(self.place_of(place), radius, radius)

    def _paint_phase(self, painter: QPainter, phase: Stretch, place: int) -> None:
        now = phase.span.start <= place < phase.span.end
        line = QRectF(phase.left, 0, phase.width, theme.scaled(17))
        painter.setFont(theme.small_font())
        name = words.PHASES[phase.span.phase]
        painter.setPen(theme.color("text" if now else "muted"))
        painter.drawText(line, int(LEFT), name)
        if now:
            count = words.place_title(place - phase.span.start, phase.count)
            metrics, small = QFontMetricsF(theme.small_font()), theme.number_font(11)
            wide = QFontMetricsF(small).horizontalAdvance(count)
            if metrics.horizontalAdvance(name) + wide + 10 <= phase.width:
                painter.setFont(small)
                painter.setPen(theme.color("muted"))
                painter.drawText(line, int(RIGHT), count)
        self._paint_track(painter, phase, place)

    def _paint_track(self, painter: QPainter, phase: Stretch, place: int) -> None:
        """Operations with gaps between them, or one piece where they are too many."""
        painter.setPen(Qt.PenStyle.NoPen)
        high, part = theme.scaled(TRACK), phase.width / phase.count
        top = self._middle - high / 2
        done = min(max(place - phase.span.start + 1, 0), phase.count)
        if part < LEAST_PART:
            for share, token in ((1.0, "track"), (done / phase.count, "accent")):
                painter.setBrush(theme.color(token))
                painter.drawRoundedRect(QRectF(phase.left, top, phase.width * share, high), high / 2, high / 2)
            return
        for each in range(phase.count):
            painter.setBrush(theme.color("accent" if each < done else "track"))
            painter.drawRoundedRect(QRectF(phase.left + each * part, top, part - GAP, high), high / 2, high / 2)
