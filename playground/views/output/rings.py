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
FOUND_RADIUS, FOUND_RING, FOUND_HALO = 7.5, 1.75, 3.5
LIT = 1.5
"""How much wider rings are while somebody points at the place."""


def ringed_points(dataset: Dataset, ground: Ground, kind: str, drawn: tuple[int, int]) -> Iterator[Place]:
    """Where the touched points lie, of those that are drawn: the first training points and the first held-out ones."""
    report = next((each for each in dataset.done if each.kind == kind), None)
    train, held_out = dataset.train_labels.size, dataset.held_out_labels.size
    for index in () if report is None else report.indices.tolist():
        place, shown = (index, drawn[0]) if index < train else (index - train, drawn[1])
        if place < min(shown, held_out if index >= train else train):
            yield ground.place_of(dataset, index)


def sample_points(
    dataset: Dataset, ground: Ground, samples: tuple[int, ...], drawn: tuple[int, int]
) -> Iterator[Place]:  # fmt: skip
    """Training samples, and counted on from them held-out ones, where they are among the first, which are drawn."""
    count, held_out = dataset.train_labels.size, dataset.held_out_labels.size
    for index in samples:
        place, shown = (index, drawn[0]) if index < count else (index - count, drawn[1])
        if place < min(shown, held_out if index >= count else count):
            yield ground.place_of(dataset, index)


def paint_found(painter: QPainter, places: list[QPointF], lit: bool = False) -> None:
    """Amber rings around the points that a finding speaks of, stronger ones while its place is pointed at."""
    more = LIT if lit else 0.0
    _paint(painter, places, FOUND_RADIUS + more, (("surface", FOUND_HALO + more), ("warning", FOUND_RING + more)))


def paint_rings(painter: QPainter, places: list[QPointF]) -> None:
    """Thin rings in the colour of text over a halo."""
    _paint(painter, places, RADIUS, (("surface", HALO), ("text", RING)))


def _paint(painter: QPainter, places: list[QPointF], size: float, pens: tuple[tuple[str, float], ...]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = theme.scaled(size)
    for token, width in pens:
        painter.setPen(theme.pen(token, width))
        for place in places:
            painter.drawEllipse(place, radius, radius)
