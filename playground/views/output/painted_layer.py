"""The points of a canvas as one picture, all of them, drawn anew only when the canvas or what is chosen changes.

Owns that picture; knows nothing of tools, of the mouse or of the map below.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from playground.data.painting import Array, Canvas, Mask, Place
from playground.figures.shading import round_up
from playground.views.marks.point_marks import ROOM, PointStyle, mark_radius
from playground.views.theme import theme

FAR = 16.0
"""More than the plane is wide, in shares of half of it."""


class PaintedLayer:
    """Draws a canvas over a square; chosen points have a dark ring."""

    def __init__(self) -> None:
        self._canvas: Canvas | None = None
        self._chosen: Mask | None = None
        self._key: tuple[object, ...] = ()
        self._picture: QPixmap | None = None
        self._style: PointStyle | None = None

    def draw(
        self, painter: QPainter, origin: QPointF, side: float, canvas: Canvas, chosen: Mask | None,
        fresh: Sequence[Place] = (), label: float = 0.0,
    ) -> None:  # fmt: skip
        """Draw the canvas into the square at `origin`, and on top the points of a stroke that is under way."""
        ratio = painter.device().devicePixelRatioF()
        key = (side, ratio, theme.current().name, canvas.class_count, canvas.middle, canvas.half, _size(canvas, side),
               _peak(canvas))  # fmt: skip
        if canvas is not self._canvas or chosen is not self._chosen or key != self._key:
            self._renew(key, side, ratio, canvas, chosen)
        assert self._picture is not None
        painter.drawPixmap(origin, self._picture)
        if fresh:
            painter.save()
            painter.translate(origin)
            points = np.reshape(fresh, (-1, 2))
            self._stamp(painter, side, points, np.full(len(points), label), False)
            painter.restore()

    def _renew(
        self, key: tuple[object, ...], side: float, ratio: float, canvas: Canvas, chosen: Mask | None
    ) -> None:  # fmt: skip
        """The picture of another canvas: anew, or where marks look as before only around what has changed."""
        old, old_chosen = self._canvas, self._chosen
        same = key == self._key and old is not None and self._picture is not None
        self._canvas, self._chosen, self._key = canvas, chosen, key
        whole = QRectF(0, 0, side, side)
        if same and old is not None:
            self._draw_into(side, _changed(old, old_chosen, canvas, chosen, side) & whole)
            return
        self._style = PointStyle(canvas.class_count, _peak(canvas), _size(canvas, side), ratio)
        self._picture = QPixmap(round(side * ratio), round(side * ratio))
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        self._draw_into(side, whole)

    def _draw_into(self, side: float, place: QRectF) -> None:
        """All that lies in a part of the picture, in order, in the place of what was there."""
        assert self._canvas is not None
        assert self._picture is not None
        if place.isEmpty():
            return
        points, labels = self._canvas.points, self._canvas.labels
        at = _pixels(self._canvas, points, side)
        room = place.adjusted(-ROOM, -ROOM, ROOM, ROOM)
        near = ((at >= (room.left(), room.top())) & (at <= (room.right(), room.bottom()))).all(axis=1)
        chosen = np.zeros(len(points), np.bool_) if self._chosen is None else self._chosen
        with QPainter(self._picture) as painter:
            painter.setClipRect(place)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.fillRect(place, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            for which, is_chosen in ((near & ~chosen, False), (near & chosen, True)):
                self._stamp(painter, side, points[which], labels[which], is_chosen)

    def _stamp(self, painter: QPainter, side: float, points: Array, labels: Array, is_chosen: bool) -> None:
        assert self._canvas is not None
        assert self._style is not None
        kinds = self._style.kinds(labels)
        places = _pixels(self._canvas, points, side) - ROOM
        pictures = {kind: self._style.picture(kind, is_chosen) for kind in set(kinds.tolist())}
        for (x, y), kind in zip(places.tolist(), kinds.tolist(), strict=True):
            painter.drawPixmap(QPointF(x, y), pictures[kind])


def _pixels(canvas: Canvas, points: Array, side: float) -> Array:
    """(n, 2) where points lie in a square of that side."""
    places: Array = (canvas.shares(points) * np.array([0.5, -0.5]) + 0.5) * side
    return places


def _size(canvas: Canvas, side: float) -> float:
    return mark_radius(side, canvas.count)


def _peak(canvas: Canvas) -> float:
    if canvas.class_count:
        return 1.0
    return max(1.0, round_up(float(np.abs(canvas.labels).max(initial=0.0))))


def _changed(old: Canvas, old_chosen: Mask | None, new: Canvas, new_chosen: Mask | None, side: float) -> QRectF:
    """The part of the picture in which marks have come, gone or changed, on whole pixels; empty where none has."""
    there = np.setxor1d(_keys(old, old_chosen), _keys(new, new_chosen))
    if not there.size:
        return QRectF()
    points = np.stack([there.real - np.round(there.real / FAR) * FAR, there.imag], axis=1)
    points[:, 1] -= np.round(points[:, 1] / FAR) * FAR
    low, high = (edge(_pixels(new, new.places(points), side), axis=0) for edge in (np.min, np.max))
    corner = QPointF(float(np.floor(low[0])), float(np.floor(low[1])))
    found = QRectF(corner, QPointF(float(np.ceil(high[0])), float(np.ceil(high[1]))))
    return found.adjusted(-ROOM, -ROOM, ROOM, ROOM)


def _keys(canvas: Canvas, chosen: Mask | None) -> NDArray[np.complex128]:
    """A number for how and where each mark is drawn: its place in shares of the plane, its label, whether chosen."""
    x, y = canvas.shares(canvas.points).T
    found: NDArray[np.complex128] = np.empty(x.size, np.complex128)
    found.real = x + FAR * np.round(100.0 * canvas.labels)
    found.imag = y if chosen is None else y + FAR * chosen
    return found
