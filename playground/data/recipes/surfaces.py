"""Regressions over the plane: slopes, hills, and two rolled sheets.

Owns their formulas and their entries. Targets lie between about −1 and 1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from numpy.random import Generator

from playground.data.recipes.recipe import Array, Counts, DatasetKind, Made, Moved, Parameter, Shape, polar, signed
from playground.data.recipes.rings import MOVES

SHIFTS = "shifts the targets"
REGRESSION_CENTRES = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
Surface = Callable[[Array, Shape], Array]


class Taken(msgspec.Struct, frozen=True):
    """A target that is a function of the point, over the square ±reach; noise moves the points by U(±reach ν) only
    while the target is taken.
    """

    surface: Surface
    reach: float = 6.0

    def __call__(self, counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
        """The points and their targets."""
        points = self.reach * signed(rng, counts[0])
        return points, self.surface(points + self.reach * noise * signed(noise_rng, counts[0]), shape)


def _plane(points: Array, shape: Shape) -> Array:
    """(x + y) / 10."""
    found: Array = points.sum(axis=0) / 10.0
    return found


def _hills(points: Array, shape: Shape) -> Array:
    """Six cones of height ±1 and radius 2."""
    x, y = points
    target = np.zeros(x.size)
    for centre_x, centre_y, sign in REGRESSION_CENTRES:
        height = sign * np.maximum(0.0, 1.0 - np.hypot(x - centre_x, y - centre_y) / shape["width"])
        target = np.where(np.abs(height) > np.abs(target), height, target)
    return target


def _two_hills(points: Array, shape: Shape) -> Array:
    """exp(−d²/2w²) for the distances to (1.8, 1.8) and to (−1.8, −1.8), w = 1.9; both added."""
    x, y = points
    scale = 2.0 * shape["width"] ** 2
    found: Array = sum((np.exp(-((x - at) ** 2 + (y - at) ** 2) / scale) for at in (1.8, -1.8)), start=np.zeros(x.size))
    return found


def _friedman(points: Array, shape: Shape) -> Array:
    """sin(π x₁ x₂) with both coordinates from 0 to 1 across the window: Friedman 1 without its other three inputs."""
    x, y = (points + 6.0) / 12.0
    found: Array = np.sin(np.pi * x * y)
    return found


def _peak(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """exp(−r²/2w²), w = 2, with r uniform up to 6 in any direction; noise as of the other surfaces."""
    count = counts[0]
    points = polar(6.0 * rng.random(count), 2.0 * np.pi * rng.random(count))
    x, y = points + 6.0 * noise * signed(noise_rng, count)
    return points, np.exp(-(x * x + y * y) / (2.0 * shape["width"] ** 2))


def _swiss_roll(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """t from 1.5π on, uniform over so many turns; (t cos t, t sin t), out to 5.4. The target goes from −1 to 1."""
    along = rng.random(counts[0])
    turn = np.pi * (1.5 + 2.0 * shape["turns"] * along)
    scale = 5.4 / (np.pi * (1.5 + 2.0 * shape["turns"]))
    return scale * np.stack([turn * np.cos(turn), turn * np.sin(turn)]), 2.0 * along - 1.0


def _s_curve(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """t uniform over 1.5 turns; (sin t, ±(cos t − 1)) 2.4 times as large. The target goes from −1 to 1."""
    along = 2.0 * rng.random(counts[0]) - 1.0
    turn = 2.0 * np.pi * (shape["turns"] / 2.0) * along
    return 2.4 * np.stack([np.sin(turn), np.sign(turn) * (np.cos(turn) - 1.0)]), along


_entry = partial(DatasetKind, classes=0, samples=1200)

KINDS = (
    _entry("plane", "Plane", "Regression: a slope.", SHIFTS, Taken(_plane), "TensorFlow Playground, reg-plane"),
    _entry(
        "multi_gaussian", "Hills", "Regression: six hills and valleys.", SHIFTS, Taken(_hills),
        "TensorFlow Playground, reg-gauss", parameters=(Parameter("width", 0.5, 4.0, 2.0, "the radius of each hill"),),
    ),
    _entry(
        "two_hills", "Two hills", "Regression: two round hills.", SHIFTS, Taken(_two_hills),
        "DenseDevKev's playground, gauss", parameters=(Parameter("width", 0.5, 4.0, 1.9, "how wide the hills are"),),
    ),
    _entry(
        "peak", "Peak", "Regression: one peak, with more points near it.", SHIFTS, _peak, "mlbench, peak",
        parameters=(Parameter("width", 0.5, 4.0, 2.0, "how wide the peak is"),),
    ),
    _entry(
        "friedman", "Friedman", "Regression: a bent ridge, sin(π·x·y) from a corner.", SHIFTS, Taken(_friedman),
        "Friedman 1991; scikit-learn, make_friedman1, two of its five inputs",
    ),
    _entry(
        "swiss_roll", "Swiss roll", "Regression: how far along a rolled sheet a point lies.", MOVES,
        Moved(_swiss_roll), "Marsland 2009; scikit-learn, make_swiss_roll without its height",
        parameters=(Parameter("turns", 0.5, 3.0, 1.5, "how often the sheet goes around"),),
    ),
    _entry(
        "s_curve", "S curve", "Regression: how far along an S a point lies.", MOVES, Moved(_s_curve),
        "scikit-learn, make_s_curve without its height",
        parameters=(Parameter("turns", 0.5, 1.9, 1.5, "how much of both circles the S follows"),),
    ),
)  # fmt: skip
