"""Where the numbers of other runs stand on their lines: of those whose names have no room beside their ends.

Owns these places; knows nothing of what else is drawn. Sixteen runs are so told apart without colours, and by dashes
nobody could tell as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from playground.views.theme import theme

Array = NDArray[np.float64]

HIGH, PAD, GRID = 13.0, 3.0, 7.0
CLEAR, STEP = 16.0, 4.0
"""A line that is so far from all others, in pixels, is as clear as can be; smaller differences than STEP are none."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A line in pixels, from left to right; number: what is to stand on it, if anything."""

    x: Array
    y: Array
    number: int | None


def places_of_numbers(plot: QRectF, courses: Sequence[Course], taken: Sequence[QRectF]) -> list[QRectF]:
    """A place on each line that wants one, where it is far from the others; empty where there is no room.

    taken: where other words stand.
    """
    found = [QRectF() for _ in courses]
    across = np.arange(plot.left() + GRID, plot.right() - GRID, GRID)
    if not len(across) or all(each.number is None for each in courses):
        return found
    heights = np.array([_heights(each, across) for each in courses])
    metrics, high = QFontMetricsF(theme.small_font()), theme.scaled(HIGH)
    inside = (heights >= plot.top()) & (heights <= plot.bottom() - high / 2)
    there = list(taken)
    for index, course in enumerate(courses):
        if course.number is None:
            continue
        wide = metrics.horizontalAdvance(str(course.number)) + 2 * PAD
        for column in _clearest(heights, index)[: len(across)]:
            middle = heights[index, column]
            place = QRectF(across[column] - wide / 2, middle - high / 2, wide, high)
            if inside[index, column] and not any(map(place.intersects, there)):
                found[index] = place
                there.append(place)
                break
    return found


def _heights(course: Course, across: Array) -> Array:
    """How high a line is there; NaN where it is not."""
    if not len(course.x):
        return np.full(len(across), np.nan)
    return np.interp(across, course.x, course.y, np.nan, np.nan)


def _clearest(heights: Array, index: int) -> list[int]:
    """Columns in the order in which they suit a line: far from all others, then as far to the right as can be."""
    others = np.delete(heights, index, axis=0)
    apart = np.abs(others - heights[index])
    nearest = np.min(np.where(np.isnan(apart), np.inf, apart), axis=0, initial=np.inf)
    clear = np.floor(np.minimum(nearest, CLEAR) / STEP)
    order = np.lexsort((-np.arange(heights.shape[1]), -clear))
    return [int(column) for column in order if not np.isnan(heights[index, column])]
