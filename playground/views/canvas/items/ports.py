"""The dots of layers that pass values on: what the layer does to each value, in ten pixels.

Owns these marks, by the names that rows of layer kinds use; knows nothing of places but the rectangle it is given.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from playground.experiment.layers import Layer, Mark, kind_of
from playground.views.theme import theme

SIXTEENTHS = 16
"""Qt counts angles in sixteenths of a degree."""
LARGEST_GAIN = 2.0


def gain_colour(gain: float) -> QColor:
    """A gain from −1 to 1 on the diverging map, with enough colour to see its sign."""
    end = theme.color("positive" if gain > 0 else "negative")
    return theme.blend(theme.color("neutral"), end, min(1.0, abs(gain)) ** 0.6)


def draw_port(painter: QPainter, place: QRectF, layer: Layer, gain: float | None, lit: bool) -> None:
    """One dot. gain: what a normalization or scaling multiplies this value by, None where that is not known."""
    ink = theme.color("accent" if lit else "muted")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("background"))
    painter.drawEllipse(place.adjusted(-2, -2, 2, 2))
    MARKS[kind_of(layer).mark].draw(painter, place, ink, layer, gain)


def _draw_share(painter: QPainter, place: QRectF, ink: QColor, layer: Layer, gain: float | None) -> None:
    """A ring from which the share that is dropped is missing."""
    rate: float = getattr(layer, "rate", 0.0)
    ring = place.adjusted(1, 1, -1, -1)
    painter.setBrush(theme.color("surface"))
    painter.drawEllipse(ring)
    painter.setPen(QPen(ink, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    kept = 360.0 * (1.0 - rate)
    painter.drawArc(ring, round((90.0 - 360.0 * rate) * SIXTEENTHS), -round(kept * SIXTEENTHS))


def _draw_wave(painter: QPainter, place: QRectF, ink: QColor, layer: Layer, gain: float | None) -> None:
    """A small wave on a disc."""
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(theme.color("surface"))
    painter.drawEllipse(place)
    wave, y, quarter = QPainterPath(), place.center().y(), place.width() / 4
    wave.moveTo(place.left() + 0.6 * quarter, y)
    wave.cubicTo(
        place.left() + 1.6 * quarter, y - 4, place.right() - 1.6 * quarter, y + 4, place.right() - 0.6 * quarter, y
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(wave)


def _draw_sum(painter: QPainter, place: QRectF, ink: QColor, layer: Layer, gain: float | None) -> None:
    """A plus in a circle."""
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(theme.color("surface"))
    painter.drawEllipse(place)
    centre, arm = place.center(), place.width() * 0.26
    painter.drawLine(QLineF(centre.x() - arm, centre.y(), centre.x() + arm, centre.y()))
    painter.drawLine(QLineF(centre.x(), centre.y() - arm, centre.x(), centre.y() + arm))


def _draw_square(painter: QPainter, place: QRectF, ink: QColor, layer: Layer, gain: float | None) -> None:
    """A small square: the value goes on as it is."""
    painter.setBrush(ink)
    side = place.width() * 0.55
    painter.drawRect(QRectF(place.center().x() - side / 2, place.center().y() - side / 2, side, side))


def _draw_gain(painter: QPainter, place: QRectF, ink: QColor, layer: Layer, gain: float | None) -> None:
    """A diamond in the gain's colour, the larger the gain the larger."""
    size = 1.0 if gain is None else min(abs(gain), LARGEST_GAIN)
    half = place.width() * (0.28 + 0.16 * size)
    centre = place.center()
    painter.setPen(QPen(ink, 1.0))
    painter.setBrush(theme.color("neutral") if gain is None else gain_colour(gain))
    corners = [QPointF(0, -half), QPointF(half, 0), QPointF(0, half), QPointF(-half, 0)]
    painter.drawPolygon([centre + corner for corner in corners])


class PortMark(msgspec.Struct, frozen=True):
    """How a kind is marked. draw(painter, place, ink, layer, gain): one dot; guide: the line through all its dots."""

    draw: Callable[[QPainter, QRectF, QColor, Layer, float | None], None]
    guide: Qt.PenStyle | None = None


MARKS: dict[Mark, PortMark] = {
    "ring": PortMark(_draw_share, Qt.PenStyle.DashLine),
    "wave": PortMark(_draw_wave, Qt.PenStyle.DotLine),
    "plus": PortMark(_draw_sum),
    "square": PortMark(_draw_square),
    "diamond": PortMark(_draw_gain, Qt.PenStyle.SolidLine),
}
