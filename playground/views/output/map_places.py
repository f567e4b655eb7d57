"""Where places of the decision map lie in its widget, and which data points lie there.

Owns this arithmetic between pixels, places and samples, and which sample a click asks to be looked into; draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from playground.data.section import can_be_cut
from playground.figures.decision import DataPoint, nearest
from playground.figures.ground import Ground, Place, ground_of, plane_of, sample_of
from playground.views.output.easel import Easel
from playground.views.output.map_axes import margin
from playground.views.workbench.workbench import Workbench


class MapPlaces:
    """Of the points that are trained on, or of the plane that is painted on."""

    def __init__(self, workbench: Workbench, widget: QWidget, easel: Easel) -> None:
        self._workbench, self._widget, self._easel = workbench, widget, easel
        self._ground: Ground | None = None
        self._key: tuple[object, ...] = ()

    @property
    def square(self) -> QRectF:
        """The largest square, in whole pixels; axes lie to its left and below."""
        edge = self.edge
        wide, high = self._widget.width() - edge, self._widget.height() - edge
        side = max(min(wide, high), 0)
        return QRectF(edge + (wide - side) // 2, (high - side) // 2, side, side)

    @property
    def edge(self) -> int:
        """The room for axes."""
        return margin(min(self._widget.width(), self._widget.height())) if self.has_axes else 0

    @property
    def has_axes(self) -> bool:
        """Whether the map is one over a section."""
        return can_be_cut(self._workbench.dataset) and not self._easel.shows

    @property
    def ground(self) -> Ground | None:
        """What the map lies over; None where the data have no map, and of a section until it is known."""
        data, shot = self._workbench.dataset, self._workbench.run.snapshot
        canvas = self._workbench.painting.canvas if self._easel.shows else None
        section = None if data.is_plane or shot is None else shot.section
        key = (data, None if canvas is None else (canvas.extent, canvas.window), section)
        if self._key != key:
            self._key = key
            self._ground = ground_of(data, shot) if canvas is None else plane_of(canvas.extent, canvas.window)
        return self._ground

    def to_pixels(self, point: Place) -> QPointF:
        """Where a place of the map lies in the widget; the middle where there is no map."""
        square, ground = self.square, self.ground
        across, up = (0.0, 0.0) if ground is None else ground.share(point)
        x, y = (across + 1) / 2, (1 - up) / 2
        return QPointF(square.left() + x * square.width(), square.top() + y * square.height())

    def to_plane(self, place: QPointF) -> Place:
        """The place of the map under a place of the widget, never outside the map."""
        square, ground = self.square, self.ground
        x = 2 * (place.x() - square.left()) / max(square.width(), 1.0) - 1
        y = 1 - 2 * (place.y() - square.top()) / max(square.height(), 1.0)
        return (0.0, 0.0) if ground is None else ground.at((x, y))

    def point_at(self, point: Place, drawn: tuple[int, int], pixels: float) -> DataPoint | None:
        """The data point within so many pixels of a place, among the first ones, which are drawn; held-out points
        last because they are drawn on top."""
        data, ground = self._workbench.dataset, self.ground
        if ground is None:
            return None
        at, reach = ground.share(point), pixels * 2 / max(self.square.width(), 1.0)
        for points, first in (
            (data.held_out_points[:, : drawn[1]], data.train_labels.size),
            (data.train_points[:, : drawn[0]], 0),
        ):
            found = nearest(ground.shares(ground.places(points)), at, reach)
            if found is not None:
                return self.sample_at(first + found)
        return None

    def sample_at(self, sample: int) -> DataPoint | None:
        """A data point, counted over the training and then the held-out samples; None where there is none such."""
        data, ground = self._workbench.dataset, self.ground
        train, held_out = data.train_labels, data.held_out_labels
        if ground is None or not 0 <= sample < train.size + held_out.size:
            return None
        is_test = sample >= train.size
        label = held_out[sample - train.size] if is_test else train[sample]
        place, values = ground.place_of(data, sample), sample_of(data, sample)
        return DataPoint(place, float(label), is_test, sample, values, data.number_of(sample))


def look_into(bench: Workbench, ground: Ground, place: Place, point_at: Callable[[Place], DataPoint | None]) -> None:
    """Show the forward pass of a place, or of the data point there; nothing outside the mode."""
    if bench.inside.on:
        datum = point_at(place)
        if datum is not None:
            bench.inside.infer_row(datum.sample)
            return
        bench.inside.infer(sample=ground.samples(np.array(place)[:, None]).ravel().tolist())
