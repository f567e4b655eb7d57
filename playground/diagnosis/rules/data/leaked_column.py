"""A column that is the answer in other words: it will not be there when the network is used.

Evidence: the classes' values of this input hardly vary and lie apart, and no other input comes near it; of a
regression, the correlation with the target. A single useful column varies inside its classes, and is none.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

INSIDE = 0.15
"""Deviation inside the classes, as a share of the distance between their means."""
AGREES = 0.99
"""Share of the samples whose class the nearest mean tells; of a regression the correlation's size."""
OTHERS = 0.97
NOTHING = 0.01
"""A deviation inside the classes so small that it does not matter what others tell."""
LEAST = 20


def find(look: Look) -> Found | None:
    facts = look.facts
    if facts.dataset.image is not None or facts.count < LEAST or len(facts.inputs) < 2:
        return None
    agrees = facts.agreement
    makes = facts.dataset.is_plane and (not facts.dataset.is_own or facts.is_painted)
    own = len(agrees) - len(facts.added) if makes else 0  # where a point lies is no column that could tell
    if own == len(agrees):
        return None
    best = own + int(np.argmax(agrees[own:]))
    others = np.delete(agrees, best)
    if agrees[best] <= AGREES:
        return None
    inside = facts.inside(best) if facts.classes else 0.0
    if inside >= INSIDE:
        return None
    if others.max() >= OTHERS and not (facts.classes and inside < NOTHING):
        return None
    alone = float(others.max())
    figures = (
        Figure("agrees", float(agrees[best]), AGREES), Figure("others", alone, OTHERS, False, alone < OTHERS),
        *([Figure("inside", inside, INSIDE if alone < OTHERS else NOTHING, above=False)] if facts.classes else []),
        Figure("input", float(best)),
    )  # fmt: skip
    return Found(figures, "warning", Place(inputs=(best,)))


RULE = Rule("leaked_column", "fact", find)
