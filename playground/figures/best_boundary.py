"""The best boundary between the classes (Bayes), and that of a simple model, as lines of the plane.

Owns the way from the law of a source to lines: along the sides of a grid's cells the place is found where another class
becomes the likeliest. Knows nothing of pixels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.data.kinds import kind_of
from playground.data.recipes.law import Law
from playground.data.source import Source
from playground.figures.baselines import SIMPLE
from playground.figures.ground import Ground
from playground.reference.references import Reference

Array = NDArray[np.float64]

CELLS = 160
"""Cells a side of the grid that is looked at."""
FEWER_CELLS = 96
"""The same of a model that takes longer to answer."""
LEAST = 1e-300
"""Added to masses before their logarithms are taken."""
NOT_KNOWN = "the best boundary is not known for these data"
ANY = "any line between the classes is best"


def simple_boundary_note(name: str) -> str:
    """What is said of the line where it is that of a simple model."""
    return f"boundary of the best simple model: {SIMPLE[name]}"


@lru_cache(maxsize=4)
def best_boundary(source: Source, position_noise: float, imbalance: float, extent: float) -> Array | None:
    """(n, 2, 2): the ends of short lines, each a point of the plane, within ±extent; None where the law is not known.

    No line where points of no class, or of one alone, ever fall: with clearly separated classes there may be none at
    all. Label noise makes no difference, as long as a label is rather right than wrong.
    """
    law = kind_of(source).law
    known = None if law is None else law(position_noise, imbalance)
    return None if known is None else _lines(known, extent)


@lru_cache(maxsize=4)
def answered_boundary(reference: Reference, ground: Ground) -> Array:
    """(n, 2, 2): where the answers of a simple model change over the map, along the sides of a grid's cells."""
    edges = [
        np.linspace(middle - half, middle + half, FEWER_CELLS + 1)
        for middle, half in zip(ground.middle, ground.half, strict=True)
    ]
    x, y = (axis.ravel() for axis in np.meshgrid(*((each[:-1] + each[1:]) / 2.0 for each in edges), indexing="ij"))
    answers = reference.predict(ground.samples(np.stack([x, y]))).reshape(FEWER_CELLS, FEWER_CELLS)
    right, up = edges
    across, row = np.nonzero(answers[1:] != answers[:-1])
    upright = np.stack([right[across + 1], up[row], right[across + 1], up[row + 1]], axis=1)
    column, above = np.nonzero(answers[:, 1:] != answers[:, :-1])
    level = np.stack([right[column], up[above + 1], right[column + 1], up[above + 1]], axis=1)
    return np.concatenate([upright, level]).reshape(-1, 2, 2)


def _lines(law: Law, extent: float) -> Array:
    places = np.linspace(-extent, extent, CELLS + 1)
    x, y = (axis.ravel() for axis in np.meshgrid(places, places, indexing="ij"))
    masses = law.likelihoods(np.stack([x, y]))
    answers = law.answers(masses).reshape(CELLS + 1, CELLS + 1)
    logs = np.log(masses + LEAST).reshape(-1, CELLS + 1, CELLS + 1)
    known = _corners(answers).min(axis=0) >= 0
    found = [
        _crossings(places, logs[label] - np.delete(logs, label, axis=0).max(axis=0), known)
        for label in range(1 if len(logs) == 2 else 0, len(logs))
    ]
    return np.concatenate(found) if found else np.empty((0, 2, 2))


def _corners(values: NDArray[np.generic]) -> Array:
    """(4, CELLS, CELLS): each cell's corners, around it from the lower left."""
    return np.stack([values[:-1, :-1], values[1:, :-1], values[1:, 1:], values[:-1, 1:]]).astype(np.float64)


def _crossings(places: Array, lead: Array, known: NDArray[np.bool_]) -> Array:
    """(n, 2, 2): through each known cell in which the lead of a class changes its sign, from side to side."""
    corners = _corners(lead)
    above = corners > 0
    across, up = np.nonzero(known & above.any(axis=0) & ~above.all(axis=0))
    values = corners[:, across, up]
    size = places[1] - places[0]
    at = np.stack([places[across], places[up]])
    steps = np.array([[0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0]]) * size
    begins, ends = values, np.roll(values, -1, axis=0)
    changes = (begins > 0) != (ends > 0)
    share = np.where(changes, begins / np.where(changes, begins - ends, 1.0), 0.0)
    along = np.roll(steps, -1, axis=1) - steps
    points = at[:, None, :] + steps[:, :, None] + along[:, :, None] * share[None]
    order = np.argsort(~changes, axis=0, kind="stable")
    count, cells = changes.sum(axis=0), np.arange(across.size)
    lines = []
    for first in (0, 2):
        some = cells[count >= first + 2]
        lines.append(np.stack([points[:, order[first + side, some], some].T for side in (0, 1)], axis=1))
    return np.concatenate(lines)
