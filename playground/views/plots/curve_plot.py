"""One plot of a few curves over the epochs: the lines, their names at the ends, and a read-out under the cursor.

Owns the drawing of curves it is handed; knows nothing of where they come from. Lines are one pixel wide and drawn
several times side by side: a wide antialiased line costs twenty times as much.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from playground import numbers as formats
from playground.figures import curves
from playground.run.snapshot import Mark
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.plots import curve_notes as notes
from playground.views.plots.curve_axes import BOTTOM, FAR, RIGHT, TOP, Axis, CurveAxes
from playground.views.plots.curve_names import places_of_names
from playground.views.plots.curve_numbers import columns_of, places_of_numbers
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.theme.polygons import polygon
from playground.words.marks import marks_in_words, marks_label

Array = NDArray[np.float64]

TOGETHER, MARK = 3.0, 6.0
"""Pixels within which marks are one, and how large one is."""
STROKES = ((0.0, 0.0), (0.0, 0.7), (0.5, 0.35))
COLUMNS = 0.7
"""Columns a pixel; each gives two vertices."""
COMING = 0.32
"""How strong a line is after the moment that is shown."""
LATE = 0.1
"""Curves that begin later than this share of the epochs so far, after an edit that cleared them, begin at the axis."""
MOST = 1e12
"""Epochs beyond which a figure no longer tells neighbours apart."""


class Line(msgspec.Struct, frozen=True, eq=False):
    """A curve: its name, its colour token, its values (one an epoch row); `quiet` lines are thin and pale.

    epochs: those of its values, where they are others than the plot's. label: what stands at its end, if not its name.
    coming: it goes on after the moment that is shown, and is paler for that. run: the number of another run, whose
    colour and dashes it has.
    """

    name: str
    token: str
    values: Array
    quiet: bool = False
    epochs: Array | None = None
    label: str | None = None
    coming: bool = False
    run: int | None = None

    @property
    def at_end(self) -> str:
        """What stands at its end."""
        return self.name if self.label is None else self.label

    def pen(self, ratio: float) -> QPen:
        """Lines are one pixel wide; ratio: of the screen."""
        width = min(1.0, 1.0 / ratio)
        if self.run is not None:
            return theme.branch_pen(self.run, width, COMING if self.coming else 1.0)
        return QPen(theme.color(self.token, COMING if self.coming else 0.7 if self.quiet else 1.0), width)


@guarded
class CurvePlot(FocusRing, pg.GraphicsView):  # type: ignore[misc]
    """`pointed(epoch)` says which recorded epoch is under the cursor, or None. ground: the colour that it lies on;
    unit: of what is across."""

    pointed = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None, ground: str = "background") -> None:
        pg.GraphicsView.__init__(self, parent=parent, background=None)
        self.setFrameShape(self.Shape.NoFrame)
        self.axes = CurveAxes(self)
        self.title, self.unit, self._ground = title, "epoch", ground
        self.viewport().setAutoFillBackground(ground == "background")
        self._epochs: Array = np.zeros(0)
        self._lines: tuple[Line, ...] = ()
        self._cursor: float | None = None
        self._divergence: tuple[float, str] | None = None
        self._best: tuple[float, str] | None = None
        self._turn: notes.Turn | None = None
        self._now: float | None = None
        self._marks: Sequence[Mark] = ()
        self._mark_epochs: Array = np.zeros(0)
        self._labels_marks = True
        self.setAccessibleName(f"{title} over the epochs")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    def show_lines(
        self,
        epochs: Array,
        lines: Sequence[Line],
        axis: Axis,
        divergence: tuple[float, str] | None = None,
        best: tuple[float, str] | None = None,
        turn: notes.Turn | None = None,
        now: float | None = None,
    ) -> None:
        """Show these curves; divergence and best: an epoch to mark, and the words for it. turn: where held-out samples
        were told best, if they are told worse since. now: the moment that is shown, where it is not the newest."""
        self._epochs, self._lines, self._divergence, self._best = epochs, tuple(lines), divergence, best
        self._turn, self._now = turn, now
        last = max(float(epochs[-1]) if len(epochs) else 0.0, divergence[0] if divergence else 0.0)
        last = max([last, *(float(line.epochs[-1]) for line in lines if line.epochs is not None)])
        first = float(epochs[0]) if len(epochs) else 0.0
        start = first if last * LATE < first < MOST else 0.0
        self.axes.span(axis, start, start + max(10.0, curves.step_up(last - start)))
        self.viewport().update()

    def show_marks(self, marks: Sequence[Mark], epochs: Array, labelled: bool = True) -> None:
        """Show where edits were made; epochs: one a mark, ascending, those below 0 are not shown."""
        self._marks, self._mark_epochs, self._labels_marks = marks, epochs, labelled
        self.viewport().update()

    def marks(self) -> list[tuple[float, str]]:
        """Where marks stand, in pixels from the left, and their labels; those within a few pixels are one."""
        plot, shown = self.axes.plot_rect, np.flatnonzero(self._mark_epochs >= self.axes.start)
        if not shown.size:
            return []
        across = plot.width() / (self.axes.end - self.axes.start)
        places = np.rint((self._mark_epochs[shown] - self.axes.start) * across / TOGETHER) * TOGETHER
        firsts = np.flatnonzero(np.diff(places, prepend=-1.0))
        groups = zip(firsts.tolist(), [*firsts[1:].tolist(), len(places)], strict=True)
        return [
            (plot.left() + float(places[first]), marks_label([self._marks[at] for at in shown[first:end].tolist()]))
            for first, end in groups
        ]

    # -- the cursor -------------------------------------------------------------------------------------------------

    def set_cursor_epoch(self, epoch: float | None) -> None:
        """Show the read-out at an epoch, or none."""
        if epoch != self._cursor:
            self._cursor = epoch
            self.viewport().update()

    @property
    def is_telling(self) -> bool:
        """Whether the read-out tells of the pointer's place."""
        return self._cursor is not None

    def read_out(self) -> list[tuple[str, str, str]]:
        """(token, name, value) of everything under the cursor, nothing without one."""
        if self._cursor is None or not len(self._epochs):
            return []
        at = self._row(self._cursor)
        found = [("muted", "epoch", _epoch_text(float(self._epochs[at])))]
        own = [line for line in self._lines if line.epochs is None]
        found += [(line.token, line.name, self.axes.axis.figure(float(line.values[at]))) for line in own]
        edited = self._edited(float(self._epochs[at]))
        return [*found, ("muted", "edited", edited)] if edited else found

    def _edited(self, epoch: float) -> str:
        """What was edited there, as far as a pixel or two tells; nothing if nothing was."""
        near = TOGETHER * (self.axes.end - self.axes.start) / max(self.axes.plot_rect.width(), 1.0)
        there = (np.abs(self._mark_epochs - epoch) <= near) & (self._mark_epochs >= self.axes.start)
        return marks_in_words([self._marks[at] for at in np.flatnonzero(there).tolist()])

    def _row(self, epoch: float) -> int:
        return int(np.abs(self._epochs - epoch).argmin())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = self.axes.plot_rect
        inside = (
            plot.adjusted(-4, -theme.scaled(TOP), theme.scaled(RIGHT), theme.scaled(BOTTOM)).contains(event.position())
            and len(self._epochs) > 0
        )
        along = (event.position().x() - plot.left()) / max(plot.width(), 1.0)
        epoch = self.axes.start + along * (self.axes.end - self.axes.start)
        self.pointed.emit(float(self._epochs[self._row(epoch)]) if inside else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        last = len(self._epochs) - 1
        if way is not None and last >= 0:
            far = max(1, last // 50) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            at = last + 1 if self._cursor is None else self._row(self._cursor)
            self.shows_focus = True
            self.pointed.emit(float(self._epochs[min(max(at + way * far, 0), last)]))
        elif event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self.pointed.emit(None)
        else:
            event.ignore()

    # -- drawing ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, 0, self.axes.picture())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_all(painter, self.axes.plot_rect)
            self.draw_focus(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "axes"):
            self.axes.refit()

    def close(self) -> bool:
        """Closed as any widget: pyqtgraph would take its scene apart first, and late events then reach dead items."""
        return QWidget.close(self)

    def _paint_all(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(theme.small_font())
        if self._turn is not None:
            notes.paint_turn(painter, self.axes, self._epochs, self._turn)
        elif self._best is not None:
            notes.paint_best(painter, self.axes, *self._best)
        self._paint_marks(painter, plot)
        if self._now is not None:
            notes.paint_now(painter, self.axes, self._now)
        self._paint_lines(painter, plot)
        courses = [(self._epochs if line.epochs is None else line.epochs, line.values) for line in self._lines]
        notes.paint_clipped(painter, self.axes, courses)
        if self._divergence is not None:
            notes.paint_divergence(painter, self.axes, *self._divergence)
        if len(self._epochs):
            self._paint_numbers(painter)
            self._paint_ends(painter)
        painter.setPen(theme.color("faint"))
        painter.drawText(self.axes.unit_place(plot, self.unit), int(Qt.AlignmentFlag.AlignRight), self.unit)
        if self._cursor is not None and len(self._epochs):
            self._paint_cursor(painter, plot, self._row(self._cursor))
        row = QRectF(plot.left(), 0, self.width() - plot.left(), theme.scaled(TOP - 6))
        notes.paint_heading(painter, row, self.title, self.read_out())

    def _paint_lines(self, painter: QPainter, plot: QRectF) -> None:
        """Each line as a polygon of a few vertices a pixel; one that leaves the axis leaves the plot."""
        painter.save()
        painter.setClipRect(plot.adjusted(-3, -1, 3, 3))
        ratio = self.devicePixelRatioF()
        columns = max(int(plot.width() * COLUMNS), 50)
        across = plot.width() / (self.axes.end - self.axes.start)
        down = plot.height() / (self.axes.axis.high - self.axes.axis.low)
        for line in self._lines:
            values = self.axes.on_axis(line.values, FAR)
            along = self._epochs if line.epochs is None else line.epochs
            epochs, values = curves.thinned(along, values, self.axes.start, self.axes.end, columns)
            x = plot.left() + (epochs - self.axes.start) * across
            path = polygon(x, plot.bottom() - (values - self.axes.axis.low) * down)
            painter.setPen(line.pen(ratio))
            for right, below in STROKES[:1] if line.quiet else STROKES:
                path.translate(right, below - 0.35)
                painter.drawPolyline(path)
                path.translate(-right, 0.35 - below)
        painter.restore()

    def clipped(self) -> str:
        """How high the lines go that are cut off above, in words; nothing if none is."""
        return notes.clipped(self.axes, [line.values for line in self._lines])

    def labels(self) -> list[tuple[QRectF, str]]:
        """Where labels of marks stand: those with room before the next mark that touch no other words."""
        places = self.marks() if self._labels_marks else []
        if not places:
            return []
        note = self._best if self._turn is None else (self._turn.epoch, self._turn.words)
        plot, metrics = self.axes.plot_rect, QFontMetricsF(theme.small_font())
        taken = [around for around, line in self.names() if line.at_end]
        taken += [] if note is None else [notes.place_at_top(self.axes, *note)]
        ends = [*(x for x, _ in places[1:]), plot.right() + theme.scaled(RIGHT)]
        found = []
        for (x, label), end in zip(places, ends, strict=False):
            place = QRectF(x + MARK, plot.top() - 4, metrics.horizontalAdvance(label) + 1, theme.scaled(16))
            if place.right() < end + 1 and not any(map(place.intersects, taken)):
                found.append((place, label))
        return found

    def _paint_marks(self, painter: QPainter, plot: QRectF) -> None:
        """A small triangle on the axis for each place where something was edited, its label where there is room."""
        for x, _ in self.marks():
            painter.setPen(QPen(theme.color("faint", 0.5), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x + 0.5, plot.top() + MARK), QPointF(x + 0.5, plot.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("muted"))
            left, right, below = (x - MARK / 2, 0), (x + MARK / 2, 0), (x, MARK)
            painter.drawPolygon([QPointF(across, plot.top() + down) for across, down in (left, right, below)])
        for place, label in self.labels():
            painter.fillRect(place.adjusted(-1, 1, 1, -1), theme.color(self._ground))
            painter.setPen(theme.color("muted"))
            painter.drawText(place, LEFT, label)

    def _ends(self) -> list[QPointF]:
        """Where the lines end."""
        plot = self.axes.plot_rect
        last = [float(self.axes.on_axis(line.values[-1:])[0]) for line in self._lines]
        along = [self._epochs if line.epochs is None else line.epochs for line in self._lines]
        return [self.axes.place(plot, float(each[-1]), value) for each, value in zip(along, last, strict=True)]

    def names(self) -> list[tuple[QRectF, Line]]:
        """Where the lines' names stand: beside their ends, apart from those that end near there; those of other runs
        where the run's own leave room, or nowhere."""
        if not len(self._epochs):
            return []
        found = places_of_names(self.axes.plot_rect, self._ends(), [(line.at_end, line.run) for line in self._lines])
        return list(zip(found, self._lines, strict=True))

    def _paint_ends(self, painter: QPainter) -> None:
        """A dot at the end of each line and its name beside it, which no line of the grid strikes out."""
        for (place, line), end in zip(self.names(), self._ends(), strict=True):
            if not line.quiet and not line.coming:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(line.token))
                painter.drawEllipse(end, 2.5, 2.5)
            if not line.at_end or place.isEmpty():
                continue
            painter.fillRect(
                QRectF(place.left() - 2, place.center().y() - 5, place.width() + 2, 10), theme.color(self._ground)
            )
            painter.setPen(theme.color(line.token))
            painter.drawText(place, LEFT, line.at_end)

    def numbers(self) -> list[tuple[QRectF, Line]]:
        """Where the numbers of other runs stand on their lines, which have no room for their names."""
        plot, axes, names = self.axes.plot_rect, self.axes, self.names()
        wanted = [line.run if line.at_end and place.isEmpty() else None for place, line in names]
        if all(each is None for each in wanted):
            return []
        across = axes.start + (columns_of(plot) - plot.left()) / plot.width() * (axes.end - axes.start)
        along = [self._epochs if line.epochs is None else line.epochs for line in self._lines]
        courses = zip(along, (axes.on_axis(line.values, FAR) for line in self._lines), strict=True)
        there = np.array([np.interp(across, each, values, np.nan, np.nan) for each, values in courses])
        share = (there - axes.axis.low) / (axes.axis.high - axes.axis.low)
        words = [place for place, line in names if line.at_end] + [place for place, _ in self.labels()]
        found = places_of_numbers(plot, plot.bottom() - share * plot.height(), wanted, words)
        return [(place, line) for place, line in zip(found, self._lines, strict=True) if not place.isEmpty()]

    def _paint_numbers(self, painter: QPainter) -> None:
        for place, line in self.numbers():
            painter.fillRect(place.adjusted(1, 1, -1, -1), theme.color(self._ground))
            painter.setPen(theme.color(line.token))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), str(line.run))

    def _paint_cursor(self, painter: QPainter, plot: QRectF, at: int) -> None:
        epoch = float(self._epochs[at])
        x = round(self.axes.place(plot, epoch, self.axes.axis.low).x()) + 0.5
        painter.setPen(theme.pen("muted", 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(theme.pen(self._ground, 1.5))
        for line in self._lines:
            if line.epochs is not None:
                continue
            painter.setBrush(theme.color(line.token))
            painter.drawEllipse(
                self.axes.place(plot, epoch, float(self.axes.on_axis(line.values[at : at + 1])[0])), 3.5, 3.5
            )


def _epoch_text(epoch: float) -> str:
    """An epoch that is over, or the moment within the one under way."""
    return formats.counter(epoch) if epoch == int(epoch) else formats.fixed(epoch, 1)
