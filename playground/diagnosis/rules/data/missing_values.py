"""Blank cells: rows are lost, or values are made up; worse where it depends on the answer which cells are blank.

Source: Rubin, Inference and Missing Data (1976). Evidence: the share of blank cells, and whether their rows have other
labels than the rest, in standard errors.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

Hits = NDArray[np.bool_]

SHARE = 0.02
DEPENDS = 4.0
"""Standard errors between the mean labels of rows with and without a blank cell."""
LEAST = 5


def find(look: Look) -> Found | None:
    beside = look.facts.dataset.beside
    if beside is None or not beside.filling.blank:
        return None
    lost = next((each for each in look.facts.dataset.done if each.kind == "missing"), None)
    dropped = beside.filling.imputer == "drop"
    blank = _blank(look, dropped)
    share = lost.count / max(lost.of, 1) if lost is not None and dropped else float(blank.mean()) if blank.size else 0.0
    if share <= SHARE:
        return None
    depends = 0.0 if dropped else max(_depends(look, row) for row in blank)
    figures = (Figure("share", share, SHARE), Figure("depends", depends, DEPENDS, decides=depends > DEPENDS))
    place = Place(points=tuple(np.flatnonzero(blank.any(axis=0)).tolist()))
    if depends > DEPENDS:
        return Found((figures[1], figures[0]), "warning", place, "dependent")
    return Found(figures[:1] if dropped else figures, "note", place, "dropped" if dropped else "filled")


def _blank(look: Look, dropped: bool) -> Hits:
    """(columns, n): which training cells were blank: those that are what the imputer puts there, to the last bit."""
    beside, points = look.facts.dataset.beside, look.facts.dataset.train_points
    assert beside is not None
    rows = [] if dropped else list(beside.filling.blank)
    return np.equal(points[rows], beside.filling.values[rows][:, None])


def _depends(look: Look, blank: Hits) -> float:
    """Standard errors between the labels of rows with and without a blank; of classes the largest of all."""
    if blank.sum() < LEAST or (~blank).sum() < LEAST:
        return 0.0
    labels = look.facts.labels
    coded = [np.equal(labels, each) for each in range(look.facts.classes)] if look.facts.classes else [labels]
    return max(_standard_errors(each.astype(np.float64), blank) for each in coded)


def _standard_errors(values: NDArray[np.float64], hit: Hits) -> float:
    here, there = values[hit], values[~hit]
    error = float(np.sqrt(values.var() * (1.0 / here.size + 1.0 / there.size)))
    return abs(float(here.mean() - there.mean())) / error if error > 0.0 else 0.0


RULE = Rule("missing_values", "fact", find)
