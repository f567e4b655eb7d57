"""Rings around points: those that an imperfection has touched, the hardest ones, where a finding is seen, the batch
of a step that is looked into, and the sample that a step has used.

Owns this drawing, and which rings there are now; knows nothing of what the imperfection did, or of what makes a point
hard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from playground.data import Dataset
from playground.figures.ground import Ground, Place
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

RADIUS, RING, HALO = 7.0, 1.25, 3.25
FOUND_RADIUS, FOUND_RING, FOUND_HALO = 7.5, 1.75, 3.5
CURRENT, CURRENT_RING, CURRENT_HALO = 8.0, 2.5, 5.0
LIT = 1.5
"""How much wider rings are while somebody points at the place."""


def paint_all(
    painter: QPainter, bench: Workbench, ground: Ground, drawn: tuple[int, int],
    to_pixels: Callable[[Place], QPointF],
) -> None:  # fmt: skip
    """Every ring of this moment. drawn: how many training and held-out points the map shows."""
    data, view = bench.dataset, bench.view
    if view.ringed or view.ringed_samples:
        touched = [*ringed_points(data, ground, view.ringed, drawn)] or [
            *sample_points(data, ground, view.ringed_samples, drawn)
        ]
        paint_rings(painter, [to_pixels(point) for point in touched])
    if view.found_at.points:
        found = sample_points(data, ground, view.found_at.points, drawn)
        paint_found(painter, [to_pixels(point) for point in found], view.found_lit)
    current = bench.run.snapshot.sample if bench.run.snapshot is not None else None
    if bench.inside.infers:
        current, point = bench.inside.row, bench.inside.point
        if point is not None and len(point) == len(data.train_points):
            x, y = ground.places(np.array(point)[:, None]).ravel().tolist()
            _paint(painter, [to_pixels((x, y))], CURRENT, (("surface", CURRENT_HALO), ("accent", CURRENT_RING)))
    elif bench.inside.step is not None:
        batch = tuple(bench.inside.step.batch.samples.tolist())
        current = batch[bench.inside.sample]
        others = tuple(each for each in batch if each != current)
        paint_rings(painter, [to_pixels(point) for point in sample_points(data, ground, others, drawn)])
    if current is not None and current < data.train_labels.size + data.held_out_labels.size:
        pens = (("surface", CURRENT_HALO), ("accent", CURRENT_RING))
        _paint(painter, [to_pixels(ground.place_of(data, current))], CURRENT, pens)


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
