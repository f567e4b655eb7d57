"""Drawing on a small grey picture with a soft round pen: what one movement of it leaves.

Owns that alone. A picture is (height, width) from 0 (paper) to 1 (ink), row 0 the top; places are (x, y) in pixels from
the top left corner.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Place = tuple[float, float]

RADIUS = 0.6 / 8
"""Of the pen, as a share of the picture's side: that with which digits on 8 × 8 pixels are drawn."""
RUBBER = 2.0
"""How many times as wide as the pen the eraser is."""


def drawn(picture: Array, start: Place, end: Place, erases: bool = False) -> Array:
    """The picture after the pen went straight from one place to another; where it erases, paper is left."""
    height, width = picture.shape
    radius = RADIUS * max(height, width) * (RUBBER if erases else 1.0)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    covered = np.clip(0.5 - (_away(x, y, start, end) - radius), 0.0, 1.0)
    after: Array = np.minimum(picture, 1.0 - covered) if erases else np.maximum(picture, covered)
    return after


def inked(picture: Array, row: int, column: int) -> Array:
    """The picture with one pixel full of ink, or paper again where it was mostly ink."""
    changed = picture.copy()
    changed[row, column] = 0.0 if picture[row, column] > 0.5 else 1.0
    return changed


def _away(x: Array, y: Array, start: Place, end: Place) -> Array:
    """Distance to the segment between two places, which may be one."""
    to_x, to_y = end[0] - start[0], end[1] - start[1]
    x, y = x - start[0], y - start[1]
    squared = to_x * to_x + to_y * to_y
    along = np.clip((x * to_x + y * to_y) / squared, 0.0, 1.0) if squared > 0 else np.zeros_like(x)
    distance: Array = np.hypot(x - along * to_x, y - along * to_y)
    return distance
