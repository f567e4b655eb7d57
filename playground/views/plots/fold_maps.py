"""A small map for each fold: what its network answers, and the samples that it was judged on.

Owns this drawing; knows nothing of how folds are trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.section import Section
from playground.figures.decision import shown_map
from playground.figures.fold_curves import fold_caption
from playground.figures.ground import plane_shown
from playground.figures.shading import Field
from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import class_fill
from playground.views.marks.map_picture import MapPicture
from playground.views.marks.point_marks import SHAPES
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.folds import CrossValidation, Fold

Array = NDArray[np.float64]

LEAST, MOST, GAP, WORDS = 56.0, 84.0, 8.0, 18.0
MOST_POINTS = 200
"""Held-out samples that are drawn in a small map."""


@guarded
class FoldMaps(QWidget):
    """The maps side by side, as many as have room; nothing where there is no plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folds: tuple[tuple[Fold, Field, MapPicture, Array], ...] = ()
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The folds' maps")
        theme.current().changed.connect(self.update)

    def show_folds(self, found: CrossValidation | None, networks: tuple[Snapshot, ...]) -> None:
        """Show the network of each fold; None for nothing."""
        fields = []
        for fold, network in zip(() if found is None else found.folds, networks, strict=True):
            shown = shown_map(network, network.experiment, fold.dataset, None)
            if shown is not None:
                fields.append((fold, shown.field, MapPicture(), places_of(fold, network.section)))
        self._folds = tuple(fields)
        self.setAccessibleDescription(", ".join(f"fold {f.number + 1}: {fold_caption(f)}" for f, *_ in self._folds))
        self.updateGeometry()
        self.update()

    def set_faded(self, faded: bool) -> None:
        """Pale where the experiment has been edited since."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    @property
    def has_maps(self) -> bool:
        """Whether there is anything to be drawn."""
        return bool(self._folds)

    @property
    def side(self) -> float:
        """How wide each map is."""
        return min(max(self.height() - theme.scaled(WORDS), theme.scaled(LEAST)), theme.scaled(MOST))

    def sizeHint(self) -> QSize:
        count = len(self._folds)
        wide = count * theme.scaled(MOST) + max(0, count - 1) * theme.scaled(GAP)
        return QSize(round(wide), round(theme.scaled(MOST + WORDS)))

    def minimumSizeHint(self) -> QSize:
        count = len(self._folds)
        wide = count * theme.scaled(LEAST) + max(0, count - 1) * theme.scaled(GAP)
        return QSize(round(wide), round(theme.scaled(LEAST + WORDS)))

    def map_rect(self, place: int) -> QRectF:
        """Where the map of a fold lies."""
        count, gap = max(len(self._folds), 1), theme.scaled(GAP)
        side = min(self.side, (self.width() - gap * (count - 1)) / count)
        return QRectF(place * (side + gap), 0.0, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for place, (fold, field, picture, places) in enumerate(self._folds):
                self._paint_fold(painter, self.map_rect(place), fold, field, picture, places)

    def _paint_fold(
        self, painter: QPainter, square: QRectF, fold: Fold, field: Field, picture: MapPicture, places: Array
    ) -> None:  # fmt: skip
        picture.update(field, square.width(), self.devicePixelRatioF(), discretize=False)
        inside = QPainterPath()
        inside.addRoundedRect(square, 6, 6)
        painter.setOpacity(0.4 if self._faded else 1.0)
        painter.setClipPath(inside)
        if picture.image is not None:
            painter.drawImage(square, picture.image)
        self._paint_points(painter, square, fold, places)
        painter.setClipping(False)
        painter.setPen(theme.pen("line", 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        words = QRectF(square.left(), square.bottom() + 2, square.width(), theme.scaled(WORDS) - 2)
        painter.drawText(words, CENTRE, fold_caption(fold))
        painter.setOpacity(1.0)

    def _paint_points(self, painter: QPainter, square: QRectF, fold: Fold, places: Array) -> None:
        """The first held-out samples, small."""
        radius, classes = theme.scaled(1.9), fold.dataset.task.is_classification
        painter.setPen(theme.pen("surface", 0.6))
        for (x, y), label in zip(places.T.tolist(), fold.dataset.validation_labels.tolist(), strict=False):
            painter.setBrush(class_fill(int(label) % SHAPES) if classes else theme.color("muted"))
            at = QPointF(square.left() + x * square.width(), square.bottom() - y * square.height())
            painter.drawEllipse(at, radius, radius)


def places_of(fold: Fold, section: Section | None) -> Array:
    """(2, n) where the first held-out samples lie in a map, as shares of its width from the left and the bottom."""
    points = fold.dataset.validation_points[:, :MOST_POINTS]
    if section is None:
        return plane_shown(fold.dataset).shares(points) / 2.0 + 0.5
    left, right, bottom, top = section.window
    across, upwards = section.place(points)
    return np.stack([(across - left) / (right - left), (upwards - bottom) / (top - bottom)])
