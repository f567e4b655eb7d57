"""What each column is worth to the trained network: its held-out score with that column dealt out anew.

Sources: Breiman, Random Forests (2001); Fisher, Rudin and Dominici (2019). Dealt out by moving the values on, whose
order is random already. Of a network that has learned nothing it tells nothing.
"""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset
from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure

LITTLE, MUCH = 0.02, 0.05
"""Of accuracy or R²: what a column that tells nothing is worth, and what another one has to be."""
LEAST_SAMPLES, MOST_COLUMNS = 20, 64
SHARES = (1 / 2, 1 / 3, 1 / 5)
"""How far values are moved on, in samples; what comes out is the mean."""


def check(case: Case) -> Step:
    reason = _reason(case)
    if reason:
        return Step("features", None, reason)
    worth = _worth(case)
    read = np.flatnonzero(np.isfinite(worth))
    if len(read) < 2 or np.nanmax(worth) <= MUCH:
        return Step("features", None, "one_column")
    least, most = int(read[np.argmin(worth[read])]), int(np.nanargmax(worth))
    useless = read[worth[read] <= LITTLE]
    curve = Curve(read.astype(np.float64), worth[read])
    figures = (
        Figure("useless", float(len(useless)), 0.0), Figure("columns", float(len(read))),
        Figure("worth", float(worth[least]), LITTLE, above=False), Figure("least", float(least)),
        Figure("largest", float(worth[most])), Figure("most", float(most)),
    )  # fmt: skip
    if not useless.size:
        return Step("features", True, "fine", figures, curve=curve)
    detail = "one_useless" if useless.size == 1 else "useless"
    return Step("features", False, detail, figures, case.found_of("irrelevant_features"), curve)


def _reason(case: Case) -> str:
    """Why there is nothing to say; empty where there is."""
    dataset, held_out = case.dataset, case.before.facts.held_out_labels
    if dataset.image is not None:
        return "image"
    if held_out.size < LEAST_SAMPLES:
        return "few_held_out"
    if len(dataset.columns) + _added(dataset) > MOST_COLUMNS:
        return "many_columns"
    if case.after.diverged or case.score(case.last.metrics) <= case.floor + MUCH:
        return "not_learned"
    return ""


def _added(dataset: Dataset) -> int:
    return 0 if dataset.beside is None else len(dataset.beside.train)


def _worth(case: Case) -> NDArray[np.float64]:
    """(columns and added inputs,) what the score loses; NaN of one that the network does not read."""
    rows = len(case.dataset.columns) + _added(case.dataset)
    dealt = [_dealt(case.dataset, row, share) for row in range(rows) for share in SHARES]
    datasets = [case.dataset, *dealt]
    count = len(datasets)
    members = case.members(
        [case.experiment] * count, [0] * count, datasets, [np.asarray(case.last.parameters)] * count
    )  # fmt: skip
    whole, losses = case.score(members[0].metrics), [each.metrics.held_out[0] for each in members]
    scores = np.array([case.score(each.metrics) for each in members[1:]]).reshape(rows, len(SHARES))
    unread = np.array([each == losses[0] for each in losses[1:]]).reshape(rows, len(SHARES)).all(axis=1)
    return np.asarray(np.where(unread, np.nan, whole - scores.mean(axis=1)), np.float64)


def _dealt(dataset: Dataset, row: int, share: float) -> Dataset:
    """With the held-out values of one column, or added input, moved on."""
    validated, beside = dataset.validation_labels.size > 0, dataset.beside
    if row < len(dataset.columns):
        points = _moved(dataset.held_out_points, row, share)
        return replace(dataset, validation_points=points) if validated else replace(dataset, test_points=points)
    assert beside is not None
    added = _moved(beside.validation if validated else beside.test, row - len(dataset.columns), share)
    moved = replace(beside, validation=added) if validated else replace(beside, test=added)
    return replace(dataset, beside=moved)


def _moved(values: NDArray[np.float64], row: int, share: float) -> NDArray[np.float64]:
    found = values.copy()
    found[row] = np.roll(found[row], max(1, round(share * found.shape[1])))
    return found
