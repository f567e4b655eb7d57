"""The notes that stand on the curves: where the run was best, where it diverged, how high a line goes that is cut off.

Owns their places and how they are drawn; knows nothing of where the figures come from, nor of the lines themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from playground import numbers as formats
from playground.figures import curves
from playground.views.plots.curve_axes import FAR, RIGHT, CurveAxes
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.theme.polygons import polygon

Array = NDArray[np.float64]

WASH, WASH_COLUMNS = 0.07, 400
"""How strong the gap is washed, and in how many columns it is drawn."""
AWAY = 6
"""Pixels between a line and its words."""
APART, AFTER_TITLE = 14, 20
"""Between two figures under the cursor, and behind the title."""


class Turn(msgspec.Struct, frozen=True, eq=False):
    """Where held-out samples were told best, and its words; the two lines whose gap is washed from there on."""

    epoch: float
    words: str
    lines: tuple[Array, Array] | None


def paint_turn(painter: QPainter, axes: CurveAxes, epochs: Array, turn: Turn) -> None:
    """An amber line, its words at the top, and from it on a wash between the lines."""
    plot, x = axes.plot_rect, _across(axes, turn.epoch)
    if turn.lines is not None and len(epochs) > 1:
        first = min(int(np.searchsorted(epochs, turn.epoch)), len(epochs) - 2)
        down = plot.height() / (axes.axis.high - axes.axis.low)
        edges = []
        for values in turn.lines:
            shown = axes.on_axis(values[first:], FAR)
            along, shown = curves.thinned(epochs[first:], shown, axes.start, axes.end, WASH_COLUMNS)
            right = plot.left() + (along - axes.start) * plot.width() / (axes.end - axes.start)
            edges.append((right, plot.bottom() - (shown - axes.axis.low) * down))
        (left_x, left_y), (right_x, right_y) = edges
        painter.save()
        painter.setClipRect(plot)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("warning", WASH))
        painter.drawPolygon(polygon(np.concatenate([left_x, right_x[::-1]]), np.concatenate([left_y, right_y[::-1]])))
        painter.restore()
    painter.setPen(theme.pen("warning", 1))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    painter.drawText(place_at_top(axes, turn.epoch, turn.words), LEFT, turn.words)


def paint_best(painter: QPainter, axes: CurveAxes, epoch: float, words: str) -> None:
    """A quiet line at the best epoch, its words at the top, on the side where there is room."""
    plot, x = axes.plot_rect, _across(axes, epoch)
    painter.setPen(QPen(theme.color("faint", 0.55), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    painter.setPen(theme.color("muted"))
    painter.drawText(place_at_top(axes, epoch, words), LEFT, words)


def place_at_top(axes: CurveAxes, epoch: float, words: str) -> QRectF:
    """Where the words of a line at this epoch stand, where they stand at its top."""
    plot = axes.plot_rect
    left, wide = _beside(_across(axes, epoch), words, plot.right())
    return QRectF(left, plot.top() + 1, wide + 1, theme.scaled(16))


def paint_divergence(painter: QPainter, axes: CurveAxes, epoch: float, words: str) -> None:
    """A line where the run diverged, its words at the bottom."""
    plot, x = axes.plot_rect, _across(axes, epoch)
    painter.setPen(theme.pen("bad", 1))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
    left, wide = _beside(x, words, plot.right() + theme.scaled(RIGHT))
    place = QRectF(max(left, plot.left()), plot.bottom() - theme.scaled(22), wide + 1, theme.scaled(18))
    painter.drawText(place, LEFT, words)


def paint_now(painter: QPainter, axes: CurveAxes, epoch: float) -> None:
    """A line at the moment that is shown."""
    plot, x = axes.plot_rect, _across(axes, epoch)
    painter.setPen(QPen(theme.color("accent", 0.6), 1))
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))


def clipped(axes: CurveAxes, lines: Sequence[Array]) -> str:
    """How high the lines go that are cut off above, in words; nothing if none is."""
    high = curves.from_log(axes.axis.high) if axes.axis.log else axes.axis.high
    highest = max((float(values[np.isfinite(values)].max(initial=0.0)) for values in lines), default=0.0)
    return f"↑ {formats.figure(highest, 2)}" if highest > high * (1 + 1e-9) else ""


def paint_clipped(painter: QPainter, axes: CurveAxes, lines: Sequence[tuple[Array, Array]]) -> None:
    """How high the lines go that leave the plot: in its top left corner, beside a line that falls from there.

    lines: epochs and values of each.
    """
    text, plot = clipped(axes, [values for _, values in lines]), axes.plot_rect
    if not text:
        return
    room, high = plot.left() + plot.width() / 6, theme.scaled(18)
    left = max((x for x in falls(axes, lines, high) if x < room), default=plot.left()) + AWAY + 2
    painter.setPen(theme.color("muted"))
    painter.drawText(QRectF(left, plot.top() + 1, theme.scaled(90), theme.scaled(16)), LEFT, text)


def falls(axes: CurveAxes, lines: Sequence[tuple[Array, Array]], depth: float) -> Iterator[float]:
    """Where each line, in the first fifth of the plot, last comes down from its uppermost pixels; in pixels."""
    plot, axis = axes.plot_rect, axes.axis
    below = axis.high - depth / plot.height() * (axis.high - axis.low)
    for epochs, line in lines:
        first = int(np.searchsorted(epochs, axes.start + (axes.end - axes.start) / 5, "right"))
        values = axes.on_axis(line, FAR)
        above = np.flatnonzero(values[:first] > below)
        if above.size:
            ends = slice(int(above[-1]), int(above[-1]) + 2)
            yield axes.place(plot, float(np.interp(-below, -values[ends], epochs[ends])), axis.low).x()


def _across(axes: CurveAxes, epoch: float) -> float:
    """The middle of the pixel at which an epoch stands."""
    return round(axes.place(axes.plot_rect, epoch, axes.axis.low).x()) + 0.5


def _beside(x: float, words: str, end: float) -> tuple[float, float]:
    """Where words beside a line begin, on its left where there is no room before `end`, and how wide they are."""
    wide = QFontMetricsF(theme.small_font()).horizontalAdvance(words)
    return (x + AWAY if x + AWAY + wide < end else x - AWAY - wide), wide


def fitting(title: float, told: Sequence[float], width: float) -> tuple[bool, int]:
    """Whether a title stands before what is told, and how many of those have room: what is told comes first, whole.

    title, told: their widths in pixels.
    """
    with_title = not told or title + sum(told) <= width
    left, count = title if with_title else 0.0, 0
    for wide in told:
        left += wide
        if left > width:
            break
        count += 1
    return with_title, count


def paint_heading(painter: QPainter, row: QRectF, title: str, read_out: Sequence[tuple[str, str, str]]) -> None:
    """The title, and (colour, name, value) of what is under the cursor; nothing of it is cut."""
    small, numbers = theme.small_font(), theme.number_font(12)
    of_names, of_values = QFontMetricsF(small), QFontMetricsF(numbers)
    told = [
        (of_names.horizontalAdvance(name) + AWAY, of_values.horizontalAdvance(value) + APART)
        for _, name, value in read_out
    ]
    left = of_names.horizontalAdvance(title) + AFTER_TITLE
    with_title, count = fitting(left, [sum(each) for each in told], row.width() + APART)
    if with_title:
        painter.setFont(small)
        painter.setPen(theme.color("muted"))
        painter.drawText(row, LEFT, title)
    else:
        left = 0.0
    for (token, name, value), advances in zip(read_out[:count], told, strict=False):
        for font, ink, text, advance in zip((small, numbers), (token, "text"), (name, value), advances, strict=True):
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            painter.drawText(row.translated(left, 0), LEFT, text)
            left += advance
