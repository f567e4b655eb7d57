"""The rows that are used, over two of the features, or as pictures where they are such: it follows every change.

Owns its drawing; knows nothing of what is chosen elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.tables.choosing import Plan
from playground.views.guards.handlers import guarded
from playground.views.marks.point_marks import PointStyle, mark_radius
from playground.views.tables.picture_rows import PictureRows, paint_pictures, picture_rows
from playground.views.theme import theme

MOST_POINTS = 1500
"""More are drawn as so many of them, evenly chosen."""
HIGH, EDGE = 126, 12


@guarded
class RowsPicture(QWidget):
    """A scatter of marks; without two features one lies along a line. Rows that are pictures are drawn as such."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: NDArray[np.float64] = np.zeros((2, 0))
        self._labels: NDArray[np.float64] = np.zeros(0)
        self._classes = 0
        self._pictures: PictureRows | None = None
        self.setMinimumHeight(40)
        self.setAccessibleName("The rows over two features")
        theme.current().changed.connect(self.update)

    @property
    def count(self) -> int:
        """How many rows are drawn, at most."""
        return int(self._labels.size if self._pictures is None else len(self._pictures.pixels))

    @property
    def shows_pictures(self) -> bool:
        """Whether rows are drawn as pictures."""
        return self._pictures is not None

    def show_plan(self, plan: Plan | None, across: str, upwards: str) -> None:
        """Draw the rows of a plan over these two inputs; nothing without one."""
        inputs = {} if plan is None else {each.name: each for each in plan.inputs}
        self._pictures = picture_rows(plan) if plan is not None and plan.image_side and plan.rows.size else None
        self.setAccessibleName("The rows over two features" if self._pictures is None else "Some of the pictures")
        if plan is None or self._pictures is not None or across not in inputs:
            self._points, self._labels = np.zeros((2, 0)), np.zeros(0)
        else:
            step = max(1, plan.rows.size // MOST_POINTS)
            rows = plan.rows[::step]
            x = inputs[across].values(rows)
            y = inputs[upwards].values(rows) if upwards in inputs else np.zeros(rows.size)
            known = ~(np.isnan(x) | np.isnan(y))
            self._points = np.stack([_spread(x[known]), _spread(y[known])])
            labels = plan.labels[::step][known]
            self._classes = len(plan.classes)
            self._labels = labels if self._classes else 2 * _spread(labels) - 1
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(250, round(theme.scaled(HIGH)))

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("background"))
            painter.drawRoundedRect(rect, 8, 8)
            if not self.count:
                return
            inner = rect.adjusted(EDGE, EDGE, -EDGE, -EDGE)
            if self._pictures is not None:
                paint_pictures(painter, inner, self._pictures)
                return
            radius = mark_radius(200.0, self.count)
            style = PointStyle(self._classes, 1.0, radius, self.devicePixelRatioF())
            for x, y, kind in zip(*self._points, style.kinds(self._labels), strict=True):
                picture = style.picture(int(kind), is_test=False)
                side = picture.width() / picture.devicePixelRatio() / 2
                place = QPointF(inner.left() + x * inner.width() - side, inner.bottom() - y * inner.height() - side)
                painter.drawPixmap(place, picture)


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values from 0 to 1; the same ones in the middle."""
    if not values.size:
        return values
    low, high = float(values.min()), float(values.max())
    half = high / 2 - low / 2
    return (values / 2 - low / 2) / half if half > 0 else np.full(values.size, 0.5)
