"""Curves ready to be drawn: thinned to pixel columns, with round ranges and tidy marks on the axes.

Owns this arithmetic; knows nothing of Qt, colours or where a plot stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.numbers import LARGEST, rounded

Array = NDArray[np.float64]

STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
LEAST_SPAN = 1e-300
"""Axes shorter than that have no marks: floats are too coarse there."""
START = 20
"""The first of so many parts of a curve is its start."""
BESIDE = 4.0
"""How much higher than the run's own curves ask for an axis may be for those of other runs."""
TINY = 1e-12
"""Where a logarithmic axis ends: nothing smaller is told apart."""


def thinned(x: Array, y: Array, low: float, high: float, columns: int) -> tuple[Array, Array]:
    """At most two vertices per pixel column, its lowest and highest value, for x ascending within low … high.

    A curve short enough stays as it is; the first and the last value always stay.
    """
    if len(x) <= 2 * columns or high <= low:
        return x, y
    column = np.minimum(((x - low) * (columns / (high - low))).astype(np.int64), columns - 1)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(column)) + 1])
    ends = np.concatenate([starts[1:], [len(x)]]) - 1
    lowest, highest = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    rising = y[starts] <= y[ends]
    kept_x = np.stack([x[starts], x[ends]], axis=1).ravel()
    kept_y = np.stack([np.where(rising, lowest, highest), np.where(rising, highest, lowest)], axis=1).ravel()
    kept_y[0], kept_y[-1] = y[0], y[-1]
    return kept_x, kept_y


def step_up(value: float) -> float:
    """The smallest round number (1, 1.2, 1.5, 2 … times a power of ten) not below `value`; 1 for nothing."""
    if not 0.0 < value < 1e300:
        return 1e300 if value >= 1e300 else 1.0
    power = 10.0 ** max(math.floor(math.log10(value)), -300)
    return next((step * power for step in STEPS if value <= step * power * (1 + 1e-9)), 10.0 * power)


def loss_top(*lines: Array) -> float:
    """The upper end of a loss axis: round, above all values, but a start or a spike far above the rest may leave it."""
    values = np.concatenate(lines)
    rest = np.concatenate([line[len(line) // START :] for line in lines])
    values, rest = values[np.isfinite(values)], rest[np.isfinite(rest)]
    if not rest.size:
        return step_up(float(values.max())) if values.size else 1.0
    highest, usual = float(rest.max()), float(np.percentile(rest, 95))
    usual = highest if highest <= 20.0 * max(usual, TINY) else usual
    highest = float(values.max())
    return step_up(highest if highest <= 4.0 * max(usual, TINY) else 2.0 * usual)


def loss_top_beside(own: Sequence[Array], others: Sequence[Array]) -> float:
    """The same for a run beside others: each is judged by itself, so that what is common in one hides nothing of
    another, and the others count up to so many times the run's own top."""
    top = loss_top(*own)
    return max([top, *(min(loss_top(each), step_up(BESIDE * top)) for each in others)])


def log_range(values: Array) -> tuple[float, float]:
    """Whole decades (as powers of ten) around all positive values; at least one."""
    values = values[np.isfinite(values) & (values > TINY)]
    if not values.size:
        return -3.0, 0.0
    low, high = math.floor(math.log10(values.min()) + 1e-9), math.ceil(math.log10(values.max()) - 1e-9)
    return float(low), float(max(high, low + 1))


def share_bottom(values: Array) -> float:
    """The lower end of an accuracy axis that ends at 1: one of a few fixed steps, so that it seldom moves."""
    values = values[np.isfinite(values)]
    lowest = float(values.min()) if values.size else 0.0
    return next((step for step in (0.9, 0.8, 0.5) if lowest >= step), 0.0)


def as_log(values: Array) -> Array:
    """Powers of ten, nothing below `TINY`."""
    return np.log10(np.maximum(values, TINY))


def from_log(mark: float) -> float:
    """The value at a place on a logarithmic axis; the largest float above all floats."""
    return LARGEST if mark >= math.log10(LARGEST) else float(10.0**mark)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values within low … high, evenly spaced, at most `most`: both ends if a round step allows it."""
    if not (high > low and most > 1) or not LEAST_SPAN < high - low < LARGEST:
        return []
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    found: list[float] = []
    for step in (factor * scale for scale in (power, 10 * power) for factor in (1.0, 1.25, 2.0, 2.5, 3.0, 4.0, 5.0)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if not 2 <= last - first + 1 <= most:
            continue
        values = [min(max(rounded(index * step, 15), low), high) for index in range(first, last + 1)]
        if math.isclose(first * step, low, abs_tol=1e-9 * step) and math.isclose(last * step, high):
            return values
        found = found or values
    return found


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Whole powers of ten within low … high, at most `most` of them; below two decades also their 2 and 5 fold."""
    if high - low < 2.0 - 1e-9:
        decades = range(math.floor(low), math.ceil(high) + 1)
        found = [power + math.log10(factor) for power in decades for factor in (1, 2, 5)]
        top = min(high + 1e-9, math.log10(LARGEST))
        found = [mark for mark in found if low - 1e-9 <= mark <= top]
        if len(found) <= most:
            return found
    first, last = math.ceil(low - 1e-9), math.floor(min(high + 1e-9, math.log10(LARGEST)))
    step = max(1, math.ceil((last - first + 1) / max(most, 1)))
    return [float(power) for power in range(last, first - 1, -step)][::-1]


def without_overlap(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Centres near the wanted ones, so that labels of these sizes neither overlap nor leave low … high."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    centres = list(wanted)
    edge = low
    for index in order:
        centres[index] = max(centres[index], edge + sizes[index] / 2)
        edge = centres[index] + sizes[index] / 2 + gap
    edge = high
    for index in reversed(order):
        centres[index] = min(centres[index], edge - sizes[index] / 2)
        edge = centres[index] - sizes[index] / 2 - gap
    return centres


def in_gaps(
    taken: Sequence[tuple[float, float]], wanted: Sequence[float], sizes: Sequence[float], low: float, high: float,
    reach: float,
) -> list[float | None]:  # fmt: skip
    """Centres for more labels, each as near to its own wish as the (top, bottom) that are taken allow, the last wish
    first; None where there is no room within `reach` of it."""
    found: list[float | None] = [None] * len(wanted)
    there = list(taken)
    for index in reversed(range(len(wanted))):
        half, wish = sizes[index] / 2, wanted[index]
        edges = [wish, low + half, high - half, *(top - half for top, _ in there), *(end + half for _, end in there)]
        free = [
            centre for centre in edges
            if low <= centre - half and centre + half <= high and abs(centre - wish) <= reach
            and all(centre + half <= top or centre - half >= end for top, end in there)
        ]  # fmt: skip
        if free:
            centre = found[index] = min(free, key=lambda each: abs(each - wish))
            there.append((centre - half, centre + half))
    return found


def side_by_side(spans: Sequence[tuple[float, float]]) -> list[list[int]]:
    """Which of these (left, right) lie over or under each other, if only through others: their places, in groups."""
    groups: list[list[int]] = []
    reach = -math.inf
    for index in sorted(range(len(spans)), key=lambda index: spans[index]):
        if spans[index][0] >= reach:
            groups.append([])
        groups[-1].append(index)
        reach = max(reach, spans[index][1])
    return groups
