"""One class is rare, and the network has learned to overlook it: accuracy looks fine.

Evidence: the share of each class that is found (recall), not accuracy.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

RATIO = 4.0
FOUND = 0.6
WORSE = 0.3
FOUND_SURELY = 0.7
"""Of every rare class, before it is called found again: between this and FOUND it may cross back any moment."""
NEAR = 0.04
"""Accuracy may lack so much of the reference; with less, something else is wrong, unless the rare class is never
answered, and the frequent one always."""
LEAST_SHARE = 0.2


def find(look: Look) -> Found | None:
    counts = look.facts.class_counts
    present = counts > 0
    if look.diverged or look.share < LEAST_SHARE or present.sum() < 2:
        return None
    recalls, reference, frequent = look.recalls, look.facts.reference, int(np.argmax(counts))
    few = present & (counts * RATIO <= counts[frequent])
    if not few.any() or reference is None:
        return None
    rare = int(np.argmin(np.where(few, recalls, np.inf)))
    never = recalls[rare] == 0.0 and recalls[frequent] == 1.0
    if not never and look.score < reference - NEAR:
        return None
    ratio = counts[frequent] / counts[rare]
    if recalls[rare] >= FOUND or recalls[frequent] - recalls[rare] <= WORSE:
        return None
    figures = (
        Figure("recall", float(recalls[rare]), FOUND, above=False), Figure("ratio", float(ratio), RATIO),
        Figure("accuracy", look.score), Figure("class", float(rare)), Figure("balanced", float(np.nanmean(recalls))),
    )  # fmt: skip
    points = np.flatnonzero((look.facts.labels == rare) & (look.answers != rare))
    return Found(figures, "warning", Place(points=tuple(points.tolist())))


def is_over(look: Look) -> bool:
    """Whether rare classes are found: accuracy, and how near it is to what the data allow, says nothing of that."""
    counts = look.facts.class_counts
    few = (counts > 0) & (counts * RATIO <= counts.max(initial=0))
    return look.diverged or not few.any() or bool(look.recalls[few].min() >= FOUND_SURELY)


RULE = Rule("imbalance", "fit", find, is_over)
