"""Anti-aliased drawing on small square images: shapes and strokes as distances, distances as ink.

Owns this geometry; knows nothing of data sets or chance. Lengths are in pixels, x goes right and y down from the top
left corner. Only + − × ÷ √ and comparisons are used, so that every processor draws the same. Coordinates are (64, 1)
for the pixels and (n,) for what differs between images, so results are (64, n): pixel (row, column) of image k is
[row · 8 + column, k].
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Polyline = Sequence[tuple[float, float]]

SIDE = 8
"""Pixels per side."""
IMAGE = (1, SIDE, SIDE)
"""Channels, height, width of every image."""
MIDDLE = SIDE / 2


def pixel_centres() -> tuple[Array, Array]:
    """x and y of every pixel's centre, each (64, 1), row by row from the top."""
    places = np.arange(SIDE) + 0.5
    return np.tile(places, SIDE)[:, None], np.repeat(places, SIDE)[:, None]


def ink(distance: Array) -> Array:
    """How much of a pixel is covered, 0 … 1, by a shape whose edge is `distance` away (negative inside it)."""
    return np.clip(0.5 - distance, 0.0, 1.0)


def box(x: Array, y: Array, half_width: Array, half_height: Array) -> Array:
    """Distance to an upright rectangle around the origin (the larger of both axes' distances)."""
    distance: Array = np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)
    return distance


def square(x: Array, y: Array, size: Array) -> Array:
    """Distance to an upright square around the origin, 0.9 `size` from centre to side."""
    return box(x, y, 0.9 * size, 0.9 * size)


def disc(x: Array, y: Array, radius: Array) -> Array:
    """Distance to a disc around the origin."""
    distance: Array = np.sqrt(x * x + y * y) - radius
    return distance


def triangle(x: Array, y: Array, size: Array) -> Array:
    """Distance to a triangle that stands on its base: top (0, −1.1), base corners (±1.1, 0.9) times `size`."""
    across, down = 1.1, 2.0
    sides = (np.abs(x) * down - (y + 1.1 * size) * across) / np.sqrt(across * across + down * down)
    distance: Array = np.maximum(sides, y - 0.9 * size)
    return distance


def cross(x: Array, y: Array, size: Array) -> Array:
    """Distance to an upright cross around the origin, reaching `size` to every side, with arms 0.6 `size` wide."""
    half_arm = 0.3 * size
    distance: Array = np.minimum(box(x, y, size, half_arm), box(x, y, half_arm, size))
    return distance


class Slab(msgspec.Struct, frozen=True):
    """What lies between two heights: its middle and half its width go evenly from the top to the bottom."""

    top: float
    bottom: float
    middle_above: float
    middle_below: float
    half_above: float
    half_below: float


def slab(x: Array, y: Array, of: Slab) -> Array:
    """Distance to a slab, in the unit that x and y have (to a slanting side it is measured across)."""
    down = (y - of.top) / (of.bottom - of.top)
    middle = of.middle_above + (of.middle_below - of.middle_above) * down
    half = of.half_above + (of.half_below - of.half_above) * down
    distance: Array = np.maximum(np.abs(x - middle) - half, np.maximum(of.top - y, y - of.bottom))
    return distance


def strokes(x: Array, y: Array, lines: Sequence[tuple[Array, Array]]) -> Array:
    """Distance to the nearest point of polylines; each is the x and the y of its corners, (corners, n)."""
    nearest = np.full(np.broadcast_shapes(x.shape, lines[0][0][0].shape), np.inf)
    for corners_x, corners_y in lines:
        for place in range(len(corners_x) - 1):
            from_x, from_y = corners_x[place], corners_y[place]
            squared = _segment(x - from_x, y - from_y, corners_x[place + 1] - from_x, corners_y[place + 1] - from_y)
            np.minimum(nearest, squared, out=nearest)
    np.sqrt(nearest, out=nearest)
    return nearest


def _segment(x: Array, y: Array, to_x: Array, to_y: Array) -> Array:
    """Squared distance from (x, y) to the segment from the origin to (to_x, to_y), which is not a point."""
    along = np.clip((x * to_x + y * to_y) / (to_x * to_x + to_y * to_y), 0.0, 1.0)
    x, y = x - along * to_x, y - along * to_y
    return x * x + y * y
