"""The schedule as a small line over the epochs to come, with a dot where the run stands.

Owns this drawing; the shares come from `playground.figures.schedule_preview`.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.schedules import ConstantSchedule, Schedule
from playground.figures.schedule_preview import Preview, preview, share_at
from playground.numbers import label, rounded
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.views.theme.polygons import polygon

FOOT = 16.0


@guarded
class ScheduleLine(QWidget):
    """Nothing is drawn for a constant rate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schedule: Schedule = ConstantSchedule()
        self._epoch, self._rate = 0.0, ""
        self._preview: Preview | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 64)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 40)

    def show_schedule(self, schedule: Schedule, epoch: float, rate: str) -> None:
        """Show the line of a schedule with the present place; `rate` is the rate in force, as it reads."""
        if (schedule, epoch, rate) == (self._schedule, self._epoch, self._rate):
            return
        self._schedule, self._epoch, self._rate = schedule, epoch, rate
        constant = isinstance(schedule, ConstantSchedule)
        self._preview = None if constant else preview(schedule, epoch)
        self.setAccessibleName("" if constant else f"Schedule of the learning rate; now {rate or 'unknown'}")
        self.update()

    def words(self) -> str:
        """The line's note: the rate in force, or why there is no line."""
        now = f"now {self._rate}" if self._rate else ""
        if isinstance(self._schedule, ConstantSchedule):
            return ""
        if self._preview is None:
            return f"Each drop waits for the test loss to stop falling{', ' if now else ''}{now}"
        return now

    def dot(self, room: QRectF) -> QPointF | None:
        """Where the run stands on the line."""
        if self._preview is None:
            return None
        import numpy as np

        share = share_at(self._schedule, np.array([self._epoch]))
        assert share is not None
        return _place(room, self._epoch / self._preview.end, float(share[0]))

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.room()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            foot = QRectF(room.left(), room.bottom() + 2, room.width(), FOOT)
            if self._preview is None:
                painter.drawText(QRectF(0, 0, self.width(), 20), LEFT, self.words())
                return
            painter.setPen(theme.pen("line", 1))
            base = round(room.bottom()) + 0.5
            painter.drawLine(QPointF(room.left(), base), QPointF(room.right(), base))
            self._paint_line(painter, room)
            painter.setFont(theme.number_font(11))
            painter.setPen(theme.color("muted"))
            painter.drawText(foot, LEFT, "0")
            painter.drawText(foot, RIGHT, f"{label(rounded(self._preview.end, 3))} epochs")
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), self.words())

    def room(self) -> QRectF:
        """Where the line is drawn."""
        return QRectF(4, 5, self.width() - 8, self.height() - FOOT - 7)

    def _paint_line(self, painter: QPainter, room: QRectF) -> None:
        assert self._preview is not None
        shown = self._preview
        x = room.left() + shown.epochs / shown.end * room.width()
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.drawPolyline(polygon(x, room.bottom() - shown.shares * room.height()))
        dot = self.dot(room)
        if dot is not None:
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(QPointF(dot.x(), room.bottom()), dot)
            painter.setPen(theme.pen("surface", 1.5))
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(dot, 4.0, 4.0)


def _place(room: QRectF, along: float, share: float) -> QPointF:
    return QPointF(room.left() + min(along, 1.0) * room.width(), room.bottom() - share * room.height())
