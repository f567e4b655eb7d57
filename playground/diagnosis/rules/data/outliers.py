"""Samples far away from all others: a squared error heeds them more than all the rest.

Evidence: the distance to the fifth neighbour, in usual distances (Ramaswamy, Rastogi and Shim 2000), of one sample in
ten at most; harm: the run is behind the reference, and most of what is wrong is wrong with them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

FAR = 8.0
"""Usual distances; the tails of normal laws reach 6 or so in 400 samples."""
MOST = 0.1
LEAST = 20
LEAST_SHARE = 0.5
HEEDED = 0.5
"""The share of all errors that these samples have, for them to be the harm."""


def find(look: Look) -> Found | None:
    if look.facts.dataset.image is not None or look.facts.count < LEAST:
        return None
    far = look.facts.isolation
    hit = np.flatnonzero(far > FAR)
    if not 0 < hit.size <= MOST * far.size:
        return None
    figures = (
        Figure("far", float(far.max()), FAR), Figure("count", float(hit.size), MOST * far.size, above=False),
        Figure("samples", float(far.size)),
    )  # fmt: skip
    heeded = _weight(look, hit) if look.share >= LEAST_SHARE and look.behind else 0.0
    place = Place(points=tuple(hit.tolist()))
    if heeded > HEEDED:
        return Found((*figures, Figure("heeded", heeded, HEEDED)), "warning", place)
    return Found(figures, "note", place)


def _weight(look: Look, hit: NDArray[np.int64]) -> float:
    """The share of all that is wrong with the training answers that is wrong with these samples'."""
    labels = look.facts.labels
    if look.facts.classes:
        wrong = np.not_equal(look.answers, labels).astype(np.float64)
    else:
        outputs = look.snapshot.train_outputs
        assert outputs is not None
        wrong = (outputs[0].astype(np.float64) - labels) ** 2
    return float(wrong[hit].sum() / wrong.sum()) if wrong.sum() > 0.0 else 0.0


RULE = Rule("outliers", "fact", find)
