"""Samples far away from all others: a squared error heeds them more than all the rest.

Evidence: the distance from the median in median absolute deviations (Iglewicz and Hoaglin 1993), of one sample in ten
at most; harm: the run ends behind the reference, or held-out samples are told worse than training ones.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

FAR = 4.5
"""Deviations, as the median absolute one tells them: in two columns of a normal law one sample in 70,000."""
MOST = 0.1
TO_DEVIATION = 1.4826
LEAST_SHARE = 0.5


def find(look: Look) -> Found | None:
    dataset = look.facts.dataset
    if dataset.image is not None or look.facts.count < 20:
        return None
    far = _far(dataset.train_points)
    if not look.facts.classes:
        far = np.maximum(far, _far(look.facts.labels[None, :]))
    hit = np.flatnonzero(far > FAR)
    if not 0 < hit.size <= MOST * look.facts.count:
        return None
    figures = (Figure("far", float(far.max()), FAR), Figure("count", float(hit.size)),
               Figure("samples", float(look.facts.count)))  # fmt: skip
    harms = look.share >= LEAST_SHARE and look.behind
    return Found(figures, "warning" if harms else "note", Place(points=tuple(hit.tolist())))


def _far(points: np.ndarray) -> np.ndarray:
    """(n,) how far each sample lies out, in the column in which that is most; columns of few values have no say."""
    found = np.zeros(points.shape[1])
    for column in points:
        middle = np.median(column)
        deviation = TO_DEVIATION * float(np.median(np.abs(column - middle)))
        if deviation > 0.0 and np.unique(column[:200]).size > 10:
            found = np.maximum(found, np.abs(column - middle) / deviation)
    return found


RULE = Rule("outliers", "fact", find)
