"""The points of a canvas as one picture, all of them, drawn anew only when the canvas or what is chosen changes.

Owns that picture; knows nothing of tools, of the mouse or of the map below.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from playground.data.painting import Array, Canvas, Mask, Place
from playground.figures.shading import round_up
from playground.views.marks.point_marks import ROOM, PointStyle, mark_radius
from playground.views.theme import theme


class PaintedLayer:
    """Draws a canvas over a square of ±extent; chosen points have a dark ring."""

    def __init__(self) -> None:
        self._canvas: Canvas | None = None
        self._chosen: Mask | None = None
        self._key: tuple[float, float, str] | None = None
        self._picture: QPixmap | None = None
        self._style: PointStyle | None = None

    def draw(
        self, painter: QPainter, origin: QPointF, side: float, canvas: Canvas, chosen: Mask | None,
        fresh: Sequence[Place] = (), label: float = 0.0,
    ) -> None:  # fmt: skip
        """Draw the canvas into the square at `origin`, and on top the points of a stroke that is under way."""
        ratio = painter.device().devicePixelRatioF()
        key = (side, ratio, theme.current().name)
        if canvas is not self._canvas or chosen is not self._chosen or key != self._key or self._picture is None:
            self._canvas, self._chosen, self._key = canvas, chosen, key
            self._style = _style_of(canvas, side, ratio)
            self._picture = self._drawn(side, ratio)
        painter.drawPixmap(origin, self._picture)
        if fresh and self._style is not None:
            painter.save()
            painter.translate(origin)
            points = np.reshape(fresh, (-1, 2))
            self._stamp(painter, side, points, np.full(len(points), label), False)
            painter.restore()

    def _drawn(self, side: float, ratio: float) -> QPixmap:
        assert self._canvas is not None
        picture = QPixmap(round(side * ratio), round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        points, labels, chosen = self._canvas.points, self._canvas.labels, self._chosen
        with QPainter(picture) as painter:
            if chosen is None:
                self._stamp(painter, side, points, labels, False)
            else:
                self._stamp(painter, side, points[~chosen], labels[~chosen], False)
                self._stamp(painter, side, points[chosen], labels[chosen], True)
        return picture

    def _stamp(self, painter: QPainter, side: float, points: Array, labels: Array, is_chosen: bool) -> None:
        assert self._canvas is not None
        assert self._style is not None
        kinds = self._style.kinds(labels)
        places = (points / self._canvas.extent * np.array([0.5, -0.5]) + 0.5) * side - ROOM
        pictures = {kind: self._style.picture(kind, is_chosen) for kind in set(kinds.tolist())}
        for (x, y), kind in zip(places.tolist(), kinds.tolist(), strict=True):
            painter.drawPixmap(QPointF(x, y), pictures[kind])


def _style_of(canvas: Canvas, side: float, ratio: float) -> PointStyle:
    peak = 1.0
    if not canvas.class_count:
        peak = max(peak, round_up(float(np.abs(canvas.labels).max(initial=0.0))))
    return PointStyle(canvas.class_count, peak, mark_radius(side, canvas.count), ratio)
