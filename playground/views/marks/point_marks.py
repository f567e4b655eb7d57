"""Data points as small marks: one shape and colour a class, a ring that tells training from test points.

Owns the shapes and their ready-made pictures; knows nothing of maps, snapshots or the mouse.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from playground.views.theme import theme

RADIUS = 3.9
RING = 1.25
ROOM = 9
"""Half the side of a mark's picture, in logical pixels."""
TARGET_SHADES = 32
SHAPES = 10
"""How many classes have a mark of their own."""


@lru_cache(maxsize=128)
def mark_path(kind: int, radius: float) -> QPainterPath:
    """The outline of a class's mark around the origin, all of about the same area."""
    path = QPainterPath()
    shape = kind % SHAPES
    if shape == 0:
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif shape == 1:
        side = radius * 0.92
        path.addRect(QRectF(-side, -side, 2 * side, 2 * side))
    elif shape == 8:
        turns = [-math.pi / 2 + math.pi * corner / 5 for corner in range(10)]
        reaches = [1.55 * radius, 0.72 * radius] * 5
        path.addPolygon(
            QPolygonF([QPointF(r * math.cos(a), r * math.sin(a)) for a, r in zip(turns, reaches, strict=True)])
        )
    elif shape == 9:
        path.addRect(QRectF(-1.4 * radius, -0.58 * radius, 2.8 * radius, 1.16 * radius))
    elif shape in (6, 7):
        path.addPolygon(_cross(radius * 1.12, radius * 0.48, 0.0 if shape == 6 else math.pi / 4))
    else:
        corners, turn, size = {2: (3, 0.0, 1.42), 3: (4, 0.0, 1.3), 4: (3, math.pi, 1.42), 5: (5, 0.0, 1.18)}[shape]
        angles = [turn - math.pi / 2 + 2 * math.pi * corner / corners for corner in range(corners)]
        shift = radius * (0.2 if shape == 2 else -0.2 if shape == 4 else 0.0)
        reach = size * radius
        path.addPolygon(QPolygonF([QPointF(reach * math.cos(a), reach * math.sin(a) + shift) for a in angles]))
    path.closeSubpath()
    return path


def _cross(arm: float, half: float, turn: float) -> QPolygonF:
    places = [(-half, -arm), (half, -arm), (half, -half), (arm, -half), (arm, half), (half, half)]
    places += [(-x, -y) for x, y in places]
    cosine, sine = math.cos(turn), math.sin(turn)
    return QPolygonF([QPointF(x * cosine - y * sine, x * sine + y * cosine) for x, y in places])


def paint_mark(
    painter: QPainter, centre: QPointF, kind: int, fill: QColor, ring: QColor, radius: float = RADIUS
) -> None:
    """One mark; two-class and regression marks are circles, `kind` 0."""
    painter.save()
    painter.translate(centre)
    pen = QPen(ring, RING * min(1.0, radius / RADIUS))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(fill)
    painter.drawPath(mark_path(kind, radius))
    painter.restore()


def mark_kind(label: int, classes: int) -> int:
    """The shape of a class: circles where colour is enough (two classes, measured safe), else one shape each."""
    return label if classes > 2 else 0


def mark_radius(side: float, points: int) -> float:
    """How large marks are on a map of `side` pixels: smaller where there are many."""
    wanted = RADIUS * min(side / 360.0, 1.25) * min(1.0, (320.0 / max(points, 1)) ** 0.25)
    return float(round(max(1.8, wanted), 1))


class PointStyle:
    """Ready-made pictures of marks for one task, theme, size and pixel ratio."""

    def __init__(self, classes: int, peak: float, radius: float, ratio: float) -> None:
        self._key = (classes, radius, ratio, theme.current().name)
        self._classes, self._peak = classes, peak

    def kinds(self, labels: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which picture each point takes: its class, or its target in steps."""
        if self._classes:
            return labels.astype(np.int64)
        scaled = (labels / self._peak + 1.0) / 2 * (TARGET_SHADES - 1)
        return np.clip(np.round(np.nan_to_num(scaled)), 0, TARGET_SHADES - 1).astype(np.int64)

    def picture(self, kind: int, is_test: bool, is_wrong: bool = False) -> QPixmap:
        """The picture of a mark, centred."""
        return _picture(self._key, kind, is_test, is_wrong)


def _fill(classes: int, kind: int) -> QColor:
    if classes:
        return theme.color(f"class{kind % SHAPES}")
    lut = theme.diverging_lut()
    return QColor.fromRgb(int(lut[kind * (len(lut) - 1) // (TARGET_SHADES - 1)]))


def _ring(classes: int, is_test: bool) -> QColor:
    """Light around training points, dark around test points (the other way round on dark paper). The middle of a
    regression's colours is as pale as the paper, so its training points get a thin grey outline.
    """
    return theme.color("text" if is_test else "surface") if classes else theme.color("text", 1.0 if is_test else 0.35)


@lru_cache(maxsize=512)
def _picture(key: tuple[int, float, float, str], kind: int, is_test: bool, is_wrong: bool) -> QPixmap:
    classes, radius, ratio, _ = key
    side = math.ceil(2 * ROOM * ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    centre = QPointF(side / ratio / 2, side / ratio / 2)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_wrong:
            painter.setBrush(theme.color("surface", 0.8))
            for token, width in (("surface", 3.0), ("text", 1.4)):
                painter.setPen(theme.pen(token, width))
                painter.drawEllipse(centre, ROOM - 1.8, ROOM - 1.8)
            _paint_stroke(painter, centre)
        ring = theme.color("surface") if is_wrong else _ring(classes, is_test)
        radius = max(radius, 3.2) if is_wrong else radius
        paint_mark(painter, centre, mark_kind(kind, classes), _fill(classes, kind), ring, radius)
    return pixmap


def _paint_stroke(painter: QPainter, centre: QPointF) -> None:
    """A stroke from ring to ring, behind the mark."""
    reach = (ROOM - 1.8) * math.sqrt(0.5)
    painter.setPen(theme.pen("text", 1.4))
    painter.drawLine(centre + QPointF(-reach, reach), centre + QPointF(reach, -reach))
