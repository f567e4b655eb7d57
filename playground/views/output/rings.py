"""Rings around points: those that an imperfection has touched, while its row is pointed at, and the hardest ones.

Owns this drawing; knows nothing of what the imperfection did, or of what makes a point hard.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from playground.data import Dataset
from playground.figures.ground import Ground, Place
from playground.views.theme import theme

RADIUS, RING, HALO = 7.0, 1.25, 3.25


def ringed_points(dataset: Dataset, ground: Ground, kind: str, drawn: tuple[int, int]) -> Iterator[Place]:
    """Where the touched points lie, of those that are drawn: the first training points and the first held-out ones."""
    report = next((each for each in dataset.done if each.kind == kind), None)
    train, held_out = dataset.train_labels.size, dataset.held_out_labels.size
    for index in () if report is None else report.indices.tolist():
        place, shown = (index, drawn[0]) if index < train else (index - train, drawn[1])
        if place < min(shown, held_out if index >= train else train):
            yield ground.place_of(dataset, index)


def sample_points(dataset: Dataset, ground: Ground, samples: tuple[int, ...], drawn: int) -> Iterator[Place]:
    """Training samples, where they are among the first, which are drawn."""
    for index in samples:
        if index < min(drawn, dataset.train_labels.size):
            yield ground.place_of(dataset, index)


def paint_rings(painter: QPainter, places: list[QPointF]) -> None:
    """Thin rings in the colour of text over a halo."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = theme.scaled(RADIUS)
    for token, width in (("surface", HALO), ("text", RING)):
        painter.setPen(theme.pen(token, width))
        for place in places:
            painter.drawEllipse(place, radius, radius)
