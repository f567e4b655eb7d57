"""The law of a data set as masses on a grid: how often a point of each class falls into each cell of the plane.

Owns the grid, what noise does to it, and what the best possible model (Bayes) answers by it. Knows no data set. The
figures are exact up to the size of a cell, a two-hundredth of the window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Classes = NDArray[np.int64]

CELLS = 200
"""Per side of the grid."""
NARROW = 5
"""Columns that are blurred at a time."""
SIGMAS = 4.0
"""How many standard deviations of noise the grid reaches beyond the clean points."""
LEAST_BLUR = 0.5
"""Standard deviation, in cells, by which a sample is blurred at least, so that its gaps do not count as knowledge."""
LEAST = 1e-9
"""Below this part of the largest mass of a class no point is expected, in a law that has an edge."""


class Law(msgspec.Struct, frozen=True, eq=False):
    """masses: (classes, CELLS, CELLS), by class, x and y, all together 1. reach: half the width of the grid.

    endless: whether points may fall anywhere, however rarely (normal noise), so that every place has its best answer.
    """

    masses: Array
    reach: float
    endless: bool

    @property
    def best_accuracy(self) -> float:
        """The accuracy of always answering the most frequent class of a cell, to six digits."""
        return round(float(self.masses.max(axis=0).sum()), 6)

    def decide(self, points: Array) -> Classes:
        """(n,) the class that the best model answers at points (2, n); −1 where no point ever falls."""
        return self.answers(self.likelihoods(points))

    def likelihoods(self, points: Array) -> Array:
        """(classes, n) how likely a point of each class is at points (2, n), beside the others."""
        return np.stack([self._between(each, points) for each in self.masses])

    def answers(self, likelihoods: Array) -> Classes:
        """(n,) the likeliest class, −1 where no point ever falls."""
        least = 0.0 if self.endless else LEAST * float(self.masses.max())
        found: Classes = likelihoods.argmax(axis=0).astype(np.int64)
        return np.where(likelihoods.max(axis=0) > least, found, -1)

    def _between(self, masses: Array, points: Array) -> Array:
        """The masses at points, between the middles of cells; 0 outside the grid."""
        place = np.asarray((points + self.reach) * (CELLS / (2.0 * self.reach)) - 0.5, dtype=np.float64)
        inside = ((place > -0.5) & (place < CELLS - 0.5)).all(axis=0)
        low = np.clip(np.floor(place), 0, CELLS - 2).astype(np.int64)
        (right, up), (column, row) = np.clip(place - low, 0.0, 1.0), low
        below = masses[column, row] * (1.0 - right) + masses[column + 1, row] * right
        above = masses[column, row + 1] * (1.0 - right) + masses[column + 1, row + 1] * right
        return np.where(inside, below * (1.0 - up) + above * up, 0.0)


def middles(reach: float) -> Array:
    """(CELLS,) the middle of every cell along one side."""
    return np.asarray((np.arange(CELLS) + 0.5) * (2.0 * reach / CELLS) - reach, dtype=np.float64)


def counted(points: Array, labels: Array, classes: int, reach: float | None = None) -> Law:
    """The law of a large sample."""
    if reach is None:
        reach = 1.02 * float(np.abs(points).max())
    places = np.clip(((points + reach) * (CELLS / (2.0 * reach))).astype(np.int64), 0, CELLS - 1)
    cells = (labels.astype(np.int64) * CELLS + places[0]) * CELLS + places[1]
    found = np.bincount(cells, minlength=classes * CELLS * CELLS).reshape(classes, CELLS, CELLS)
    return Law(found / labels.size, reach, False)


def blurred(points: Array, labels: Array, classes: int, scale: float, uniform: bool) -> Law:
    """The law of a large clean sample to which each coordinate's N(0, scale²), or U(±scale), was added."""
    widest = float(np.abs(points).max())
    if scale < LEAST_BLUR * 2.0 * widest / CELLS:
        scale, uniform = LEAST_BLUR * 2.0 * widest / CELLS, False
    reach = widest + scale * (1.0 if uniform else SIGMAS) + 1e-6
    clean = counted(points, labels, classes, reach)
    blur = _blur(scale / (2.0 * reach / CELLS), uniform)
    return Law(_both_ways(blur, clean.masses), reach, not uniform)


def judged(shares: Array, regions: Array, reach: float, scale: float) -> Law:
    """The law of points that stay, and are labelled as if each coordinate's U(±scale) were added.

    shares: (CELLS, CELLS) where points fall, all together 1. regions: (classes, CELLS, CELLS) 1 where a class is.
    """
    if scale == 0:
        return Law(regions * shares, reach, False)
    blur = _blur(scale / (2.0 * reach / CELLS), True)
    chances = _both_ways(blur, regions)
    return Law(chances / np.maximum(chances.sum(axis=0), 1e-300) * shares, reach, False)


@lru_cache(maxsize=8)
def _blur(scale: float, uniform: bool) -> Array:
    """(CELLS, CELLS): what of a cell's mass comes to another one along one side; scale in cells.

    Masses stand in the middles of their cells and are read there, which alone spreads them by a twelfth of a cell
    twice: so much is taken off the noise.
    """
    edges = np.arange(CELLS + 1) - 0.5
    if uniform:
        up_to = np.clip((edges + scale) / (2.0 * scale), 0.0, 1.0)
        shares = np.diff(up_to)
        shares[0] = 2.0 * (up_to[1] - 0.5)
    else:
        scale = math.sqrt(max(scale * scale - 1.0 / 12.0, 1e-4))
        beyond = np.array([0.5 * math.erfc(edge / (scale * math.sqrt(2.0))) for edge in edges])
        shares = -np.diff(beyond)
        shares[0] = 2.0 * (0.5 - beyond[1])
    rows = np.arange(CELLS)
    found: Array = shares[np.abs(rows[:, None] - rows[None, :])]
    return found


def _both_ways(blur: Array, masses: Array) -> Array:
    """Masses (classes, CELLS, CELLS) blurred along x and along y."""
    return _along(blur, _along(blur, masses).swapaxes(1, 2)).swapaxes(1, 2)


def _along(blur: Array, masses: Array) -> Array:
    """Blurred along x. In slices for which no BLAS takes several threads: beside a run that uses all cores, waiting for
    the second one took a hundred milliseconds.
    """
    slices = masses.reshape(-1, CELLS, CELLS // NARROW, NARROW).swapaxes(1, 2)
    found: Array = (blur @ np.ascontiguousarray(slices)).swapaxes(1, 2)
    return found.reshape(masses.shape)


class Cloud(msgspec.Struct, frozen=True):
    """A normal cloud: its class, its middle, its standard deviations along both axes, and its covariance."""

    label: int
    middle: tuple[float, float]
    deviations: tuple[float, float]
    covariance: float = 0.0
    weight: float = 1.0


def of_clouds(clouds: Sequence[Cloud], weights: Sequence[float], noise: float) -> Law:
    """The law of classes made of clouds, to which each coordinate's N(0, noise²) was added.

    weights: how often each class is, beside the others; a cloud's own weight is beside those of its class.
    """
    widest = max(max(each.deviations) for each in clouds)
    farthest = max(max(abs(place) for place in each.middle) for each in clouds)
    reach = farthest + 4.5 * math.hypot(widest, noise)
    x, y = middles(reach)[:, None], middles(reach)[None, :]
    masses = np.zeros((len(weights), CELLS, CELLS))
    for each in clouds:
        across, along = (deviation * deviation + noise * noise for deviation in each.deviations)
        both = each.covariance
        determinant = across * along - both * both
        right, up = x - each.middle[0], y - each.middle[1]
        distance = (along * right * right - 2.0 * both * right * up + across * up * up) / determinant
        masses[each.label] += each.weight * np.exp(-0.5 * distance) / math.sqrt(determinant)
    totals = masses.sum(axis=(1, 2), keepdims=True)
    shares = np.asarray(weights, dtype=np.float64)[:, None, None] / sum(weights)
    return Law(masses / totals * shares, reach, True)
