"""Half circles, and a line that crosses a ring.

Owns their formulas and their entries.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from playground.data.recipes.recipe import Counts, DatasetKind, Made, Moved, Parameter, Shape, classes_for
from playground.data.recipes.rings import MOVES


def _moons(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Two half circles, scikit-learn's shape three times as large."""
    outer, inner = (np.pi * np.arange(count) / max(count - 1, 1) for count in counts)
    upper = np.stack([np.cos(outer), np.sin(outer)])
    lower = np.stack([1.0 - np.cos(inner), 0.5 - np.sin(inner)])
    points = 3.0 * (np.concatenate([upper, lower], axis=1) - np.array([[0.5], [0.25]]))
    points[1, counts[0] :] -= shape["gap"]
    return points, np.repeat([0.0, 1.0], counts)


def _moon_chain(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Half circles side by side, upper and lower ones in turn, each holding the next; as wide as fits."""
    scale, parts = 10.0 / (len(counts) + 1), []
    for place, count in enumerate(counts):
        turn = np.pi * np.arange(count) / max(count - 1, 1)
        x = place - (len(counts) - 1) / 2.0 - np.cos(turn)
        parts.append(scale * np.stack([x, np.sin(turn) - 0.25 if place % 2 == 0 else 0.25 - np.sin(turn)]))
    return np.concatenate(parts, axis=1), classes_for(counts)


def _line_and_ring(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """GAN Lab's line (3 − 7.5 u, 1 + 3 u) + N(0, (0.4 w)²), and its ring (3 cos t, 2.5 sin t − 0.5) + N(0, w²)."""
    line, ring = counts
    along, around = rng.random(line), 2.0 * np.pi * rng.random(ring)
    points = np.concatenate(
        [
            np.stack([3.0 - 7.5 * along, 1.0 + 3.0 * along]),
            np.stack([3.0 * np.cos(around), 2.5 * np.sin(around) - 0.5]),
        ],
        axis=1,
    )
    spread = shape["width"] * np.repeat([0.4, 1.0], counts)
    return points + spread * rng.standard_normal(points.shape), classes_for(counts)


_two, _chain, _crossed = Moved(_moons), Moved(_moon_chain), Moved(_line_and_ring)

KINDS = (
    DatasetKind(
        "moons", "Moons", "Two half circles that hold each other.", MOVES, _two, "scikit-learn, make_moons",
        parameters=(Parameter("gap", -1.0, 3.0, 0.0, "how much farther apart the two half circles are"),), law=_two.law,
    ),
    DatasetKind(
        "line_and_ring", "Line and ring", "A line that crosses a ring.", MOVES, _crossed, "GAN Lab, line and ring",
        parameters=(Parameter("width", 0.0, 1.0, 0.25, "how far points lie off the ring; the line has 0.4 of it"),),
        separable=False, law=_crossed.law,
    ),
    DatasetKind(
        "moon_chain", "Moons in a row", "Two to eight half circles, each holding the next.", MOVES, _chain,
        "nnvisu, moons", classes=None, law=_chain.law,
    ),
)  # fmt: skip
