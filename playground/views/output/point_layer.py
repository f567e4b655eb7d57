"""All data points of a map as one picture, drawn anew only when the points or what marks them change.

Owns that picture; knows nothing of snapshots, of the mouse or of the map below.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from playground.data import Dataset
from playground.figures.decision import target_peak
from playground.figures.ground import Ground
from playground.views.marks.point_marks import ROOM, PointStyle, mark_radius
from playground.views.theme import theme

MOST = 2000
PALE = 0.3

Mask = NDArray[np.bool_]


class Wrong(msgspec.Struct, frozen=True, eq=False):
    """Which training and test points are answered wrongly."""

    train: Mask
    test: Mask

    def same(self, other: Wrong | None) -> bool:
        """Whether nothing would look different."""
        return other is not None and np.array_equal(self.train, other.train) and np.array_equal(self.test, other.test)


class PointLayer:
    """Draws a data set's points where they lie on the map; at most `MOST` of them."""

    def __init__(self) -> None:
        self._dataset: Dataset | None = None
        self._ground: Ground | None = None
        self._key: tuple[object, ...] = ()
        self._wrong: Wrong | None = None
        self._points: QPixmap | None = None
        self._marks: QPixmap | None = None
        self._style: PointStyle | None = None

    def draw(
        self, painter: QPainter, origin: QPointF, side: float, dataset: Dataset, show_test: bool, wrong: Wrong | None,
        ground: Ground,
    ) -> None:  # fmt: skip
        """Draw the points into the square at `origin`; with `wrong` the others turn pale."""
        if self._ground is None or ground.section is not self._ground.section:
            self._dataset = None
        self._ground = ground
        self._prepare(side, painter.device().devicePixelRatioF(), dataset, show_test, wrong)
        assert self._points is not None
        if wrong is not None:
            painter.setOpacity(PALE)
        painter.drawPixmap(origin, self._points)
        painter.setOpacity(1.0)
        if wrong is not None and self._marks is not None:
            painter.drawPixmap(origin, self._marks)

    def counts(self, dataset: Dataset, show_test: bool) -> tuple[int, int]:
        """How many training and test points are drawn."""
        train, test = dataset.train_labels.size, dataset.held_out_labels.size if show_test else 0
        if train + test <= MOST:
            return train, test
        shown = round(MOST * train / (train + test))
        return shown, MOST - shown

    def _prepare(self, side: float, ratio: float, dataset: Dataset, show_test: bool, wrong: Wrong | None) -> None:
        key = (side, ratio, show_test, theme.current().name)
        if dataset is not self._dataset or key != self._key:
            self._dataset, self._key, self._wrong = dataset, key, None
            radius = mark_radius(side, sum(self.counts(dataset, show_test)))
            self._style = PointStyle(dataset.task.classes, target_peak(dataset), radius, ratio)
            self._points = self._drawn(side, ratio, None)
        if wrong is not None and not wrong.same(self._wrong):
            self._wrong = wrong
            self._marks = self._drawn(side, ratio, wrong)

    def _drawn(self, side: float, ratio: float, wrong: Wrong | None) -> QPixmap:
        assert self._dataset is not None
        picture = QPixmap(round(side * ratio), round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        data, (train, test) = self._dataset, self.counts(self._dataset, self._key[2] is True)
        with QPainter(picture) as painter:
            masks = (None, None) if wrong is None else (wrong.train[:train], wrong.test[:test])
            self._stamp(painter, side, data.train_points[:, :train], data.train_labels[:train], False, masks[0])
            self._stamp(painter, side, data.held_out_points[:, :test], data.held_out_labels[:test], True, masks[1])
        return picture

    def _stamp(
        self, painter: QPainter, side: float, points: NDArray[np.float64], labels: NDArray[np.float64], is_test: bool,
        only: Mask | None,
    ) -> None:  # fmt: skip
        assert self._dataset is not None
        assert self._style is not None
        assert self._ground is not None
        kinds = self._style.kinds(labels)
        shares = self._ground.shares(self._ground.places(points))
        places = (shares * np.array([[0.5], [-0.5]]) + 0.5) * side - ROOM
        wanted = range(labels.size) if only is None else np.flatnonzero(only).tolist()
        pictures = {kind: self._style.picture(kind, is_test, only is not None) for kind in set(kinds.tolist())}
        x, y, kind = places[0].tolist(), places[1].tolist(), kinds.tolist()
        for index in wanted:
            painter.drawPixmap(QPointF(x[index], y[index]), pictures[kind[index]])
