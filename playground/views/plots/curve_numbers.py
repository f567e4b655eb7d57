"""Where the numbers of other runs stand on their lines: of those whose names have no room beside their ends.

Owns these places; knows nothing of what else is drawn. Sixteen runs are so told apart without colours, and by dashes
nobody could tell as many.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from playground.views.theme import theme

Array = NDArray[np.float64]

HIGH, PAD, GRID = 13.0, 3.0, 7.0
CLEAR, STEP = 16.0, 4.0
"""A line that is so far from all others, in pixels, is as clear as can be; smaller differences than STEP are none."""


def columns_of(plot: QRectF) -> Array:
    """Where, from left to right, it is looked for places."""
    return np.arange(plot.left() + GRID, plot.right() - GRID, GRID)


def places_of_numbers(
    plot: QRectF, heights: Array, numbers: Sequence[int | None], taken: Sequence[QRectF]
) -> list[QRectF]:
    """A place on each line that wants one, where it is far from the others; empty where there is no room.

    heights (lines, columns): of the lines at `columns_of`, in pixels, NaN where one is not. numbers: what is to stand
    on each, if anything. taken: where other words stand.
    """
    found, across = [QRectF() for _ in numbers], columns_of(plot)
    metrics, high = QFontMetricsF(theme.small_font()), theme.scaled(HIGH)
    inside = (heights >= plot.top()) & (heights <= plot.bottom() - high / 2)
    there = list(taken)
    for index, number in enumerate(numbers):
        if number is None:
            continue
        wide = metrics.horizontalAdvance(str(number)) + 2 * PAD
        for column in _clearest(heights, inside, index):
            place = QRectF(across[column] - wide / 2, heights[index, column] - high / 2, wide, high)
            if not any(map(place.intersects, there)):
                found[index] = place
                there.append(place)
                break
    return found


def _clearest(heights: Array, inside: NDArray[np.bool_], index: int) -> list[int]:
    """Columns in the order in which they suit a line: far from all others, then as far to the right as can be."""
    apart = np.abs(heights - heights[index])
    apart[index] = np.nan
    nearest = np.fmin.reduce(apart, axis=0, initial=CLEAR)
    columns = np.flatnonzero(inside[index])[::-1]
    clear = np.floor(nearest[columns] / STEP)
    order: list[int] = columns[np.argsort(-clear, kind="stable")].tolist()
    return order
