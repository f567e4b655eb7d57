"""Which two features of a table its map shows at first: the number that tells most of the target, and the one
that tells most together with it.

Owns that choice; knows nothing of the map.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.tables.choosing import Plan

Array = NDArray[np.float64]

MOST_ROWS, BINS, FEW = 2_000, 8, 4
"""Rows that are looked at, evenly chosen, and parts of as many rows each that a feature is cut into, by itself and
beside another one."""
ROOM = 6
"""Rows for each part: of a small table there are fewer parts."""
SAME = 0.98
"""Correlation from which on two features are one, and the map would be a line."""


def telling_pair(plan: Plan) -> tuple[str, str]:
    """The two features, in the table's order, or as many as there are.

    Each is cut into eight parts by its size, and the share of the target's variance that lies between the parts decides
    on the first one, in whole percent; the same of both, each cut into four parts, decides on the second. Of equals the
    first ones are taken. Features with two values, such as those of words, come last. A class counts as a variable that
    is 0 or 1.
    """
    rows = plan.rows[:: max(1, -(-plan.rows.size // MOST_ROWS))]
    places = np.searchsorted(plan.rows, rows)
    values = [each.values(rows) for each in plan.inputs]
    coded = _coded(plan.labels[places], len(plan.classes))
    able = [at for at, each in enumerate(values) if np.unique(each[~np.isnan(each)]).size > 2]
    able = able if len(able) > 1 else [*able, *(at for at in range(len(values)) if at not in able)]
    names = [plan.inputs[at].name for at in able]
    if len(names) > 2:
        bins = max(2, min(BINS, rows.size // ROOM)), max(2, min(FEW, math.isqrt(rows.size // ROOM)))
        alone = [_share_told(_parts(values[at], bins[0]), coded) for at in able]
        first = able[int(np.argmax(np.round(alone, 2)))]
        apart = [at for at in able if at != first and abs(_correlation(values[first], values[at])) < SAME]
        others = apart or [at for at in able if at != first]
        cut = _parts(values[first], bins[1])
        together = [_share_told(_both(cut, _parts(values[at], bins[1])), coded) for at in others]
        second = others[int(np.argmax(np.round(together, 2)))]
        names = [plan.inputs[at].name for at in sorted((first, second))]
    elif len(names) == 2:
        names = [plan.inputs[at].name for at in sorted(able)]
    return names[0] if names else "", names[1] if len(names) > 1 else ""


def _coded(labels: Array, classes: int) -> Array:
    """(n, k): of classes whether a row has each, of a number the number."""
    if not classes:
        return labels[:, None] / max(float(np.abs(labels).max(initial=0.0)), 1e-300)
    return np.equal(labels[:, None], np.arange(classes)).astype(np.float64)


def _parts(values: Array, count: int) -> NDArray[np.int64]:
    """(n,) which of so many parts, of as many rows each, a value lies in; −1 where it is empty."""
    there = ~np.isnan(values)
    if not there.any():
        return np.full(values.size, -1)
    edges = np.unique(np.quantile(values[there], np.linspace(0.0, 1.0, count + 1)[1:-1]))
    return np.where(there, np.searchsorted(edges, values, side="right"), -1)


def _both(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where((first < 0) | (second < 0), -1, first * FEW + second)


def _share_told(parts: NDArray[np.int64], coded: Array) -> float:
    """The share of the variance between the parts, corrected for their number."""
    parts, coded = parts[parts >= 0], coded[parts >= 0]
    counts = np.bincount(parts)
    used = counts > 0
    free = parts.size - int(used.sum())
    coded = coded - coded.mean(axis=0) if parts.size else coded
    total = float((coded**2).sum())
    if total <= 0.0 or free < 1:
        return 0.0
    sums = np.stack([np.bincount(parts, column) for column in coded.T], axis=1)
    between = float((sums[used] ** 2 / counts[used, None]).sum())
    return max(0.0, 1.0 - (1.0 - between / total) * (parts.size - 1) / free)


def _correlation(first: Array, second: Array) -> float:
    there = ~np.isnan(first) & ~np.isnan(second)
    a, b = (each[there] - each[there].mean() if there.any() else each[there] for each in (first, second))
    unit = float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0))
    if 0.0 in unit:
        return 0.0
    a, b = a / unit[0], b / unit[1]
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
