"""Which two features of a table its map shows at first: the numbers that tell most of the target, each by itself.

Owns that choice; knows nothing of the map.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.tables.choosing import Plan

Array = NDArray[np.float64]

MOST_ROWS, BINS = 2_000, 8
"""Rows that are looked at, evenly chosen, and parts of as many rows each that a feature is cut into."""
SAME = 0.98
"""Correlation from which on two features are one, and the map would be a line."""


def telling_pair(plan: Plan) -> tuple[str, str]:
    """The two features, in the table's order, or as many as there are.

    Features with two values, such as those of words, come last. Of the others each is cut into eight parts by its size,
    and the share of the target's variance that lies between the parts decides, in whole percent; of equals the first
    ones are taken. A class counts as a variable that is 0 or 1.
    """
    rows = plan.rows[:: max(1, -(-plan.rows.size // MOST_ROWS))]
    places = np.searchsorted(plan.rows, rows)
    values = [each.values(rows) for each in plan.inputs]
    coded = _coded(plan.labels[places], len(plan.classes))
    several = [np.unique(each[~np.isnan(each)]).size > 2 for each in values]
    shares = [_share_told(each, coded) for each in values]
    order = sorted(range(len(values)), key=lambda at: (not several[at], -round(shares[at], 2), at))
    if sum(several) > 2:
        first, order = order[0], order[: sum(several)]
        apart = [at for at in order[1:] if abs(_correlation(values[first], values[at])) < SAME]
        order = [first, *(apart or order[1:])]
    names = [plan.inputs[at].name for at in sorted(order[:2])]
    return names[0] if names else "", names[1] if len(names) > 1 else ""


def _coded(labels: Array, classes: int) -> Array:
    """(n, k): of classes whether a row has each, of a number the number."""
    if not classes:
        return labels[:, None] / max(float(np.abs(labels).max(initial=0.0)), 1e-300)
    return np.equal(labels[:, None], np.arange(classes)).astype(np.float64)


def _share_told(values: Array, coded: Array) -> float:
    """The share of the variance between the parts, corrected for their number."""
    there = ~np.isnan(values)
    values, coded = values[there], coded[there]
    edges = np.unique(np.quantile(values, np.linspace(0.0, 1.0, BINS + 1)[1:-1]))
    parts = np.searchsorted(edges, values, side="right")
    counts = np.bincount(parts)
    sums = np.stack([np.bincount(parts, column) for column in coded.T], axis=1)
    used = counts > 0
    total = float(((coded - coded.mean(axis=0)) ** 2).sum())
    between = float((counts[used, None] * (sums[used] / counts[used, None] - coded.mean(axis=0)) ** 2).sum())
    free = values.size - int(used.sum())
    if total <= 0.0 or free < 1:
        return 0.0
    return max(0.0, 1.0 - (1.0 - between / total) * (values.size - 1) / free)


def _correlation(first: Array, second: Array) -> float:
    there = ~np.isnan(first) & ~np.isnan(second)
    a, b = (each[there] - each[there].mean() if there.any() else each[there] for each in (first, second))
    unit = float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0))
    if 0.0 in unit:
        return 0.0
    a, b = a / unit[0], b / unit[1]
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
