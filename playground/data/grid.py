"""The window of the plane that maps are computed over, and how finely.

Owns this arithmetic; knows nothing of colours or pixels on a screen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Window = tuple[float, float, float, float]
"""(left, right, bottom, top)."""

MARGIN = 0.05
"""What is left free on each side of the samples, as a share of their width."""

FINEST, COARSEST = 100, 20
BUDGET = 20_000_000
"""Multiply-adds that all maps of one frame may take: some milliseconds."""
UNIT = 4
"""Multiply-adds that a unit counts as besides its weights: it is activated, and its map is copied."""


def map_resolution(parameters: int, units: int) -> int:
    """Cells per side: fine for small networks, coarser where a network has many parameters or many units."""
    return max(COARSEST, min(FINEST, int(math.sqrt(BUDGET / max(parameters, UNIT * units, 1)))))


def window_around(places: Sequence[Array]) -> Window:
    """Around all places (2, n), with a margin; one unit to each side where they do not differ."""
    low = np.min([each.min(axis=1) for each in places], axis=0)
    high = np.max([each.max(axis=1) for each in places], axis=0)
    room = np.where(high > low, MARGIN * (high - low), 1.0)
    left, bottom = (low - room).tolist()
    right, top = (high + room).tolist()
    return left, right, bottom, top


def window_points(window: Window, resolution: int) -> Array:
    """Centres of the cells of a window, shape (2, resolution²); the lowest row comes first."""
    left, right, bottom, top = window
    places = (np.arange(resolution) + 0.5) / resolution
    x, y = np.meshgrid(left + (right - left) * places, bottom + (top - bottom) * places)
    return np.stack([x.ravel(), y.ravel()])


def plane_points(extent: float, window: Window | None, resolution: int) -> Array:
    """Centres of the cells of what is shown of a plane, shape (2, resolution²): of a window, or else of ±extent."""
    return grid_points(extent, resolution) if window is None else window_points(window, resolution)


def grid_points(extent: float, resolution: int) -> NDArray[np.float64]:
    """Centres of the cells of [−extent, extent]², shape (2, resolution²); the lowest row of the plane comes first."""
    axis = ((np.arange(resolution) + 0.5) / resolution * 2.0 - 1.0) * extent
    x, y = np.meshgrid(axis, axis)
    return np.stack([x.ravel(), y.ravel()])
