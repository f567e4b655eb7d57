"""The window of the plane that maps are computed over, and how finely.

Owns this arithmetic; knows nothing of colours or pixels on a screen.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FINEST, COARSEST = 100, 20
BUDGET = 20_000_000
"""Multiply-adds that all maps of one frame may take: some milliseconds."""
UNIT = 4
"""Multiply-adds that a unit counts as besides its weights: it is activated, and its map is copied."""


def map_resolution(parameters: int, units: int) -> int:
    """Cells per side: fine for small networks, coarser where a network has many parameters or many units."""
    return max(COARSEST, min(FINEST, int(math.sqrt(BUDGET / max(parameters, UNIT * units, 1)))))


def grid_points(extent: float, resolution: int) -> NDArray[np.float64]:
    """Centres of the cells of [−extent, extent]², shape (2, resolution²); the lowest row of the plane comes first."""
    axis = ((np.arange(resolution) + 0.5) / resolution * 2.0 - 1.0) * extent
    x, y = np.meshgrid(axis, axis)
    return np.stack([x.ravel(), y.ravel()])
