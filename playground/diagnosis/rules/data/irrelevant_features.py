"""Inputs that tell nothing: with many of them and few samples a network finds patterns that are not there.

Evidence: permutation importance for the best reference on held-out samples (Breiman 2001; Fisher, Rudin and Dominici
2019), and harm: the gap between training and held-out score, of a network that has learned anything.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LITTLE, MUCH = 0.02, 0.05
GAP = 0.05
LEAST_SKILL = 0.10
"""What the reference has over always the same answer: importance for a model that knows nothing means nothing."""
LEAST_SHARE = 0.2


def find(look: Look) -> Found | None:
    facts = look.facts
    useless = facts.importance
    if useless is None or facts.reference is None or facts.majority is None:
        return None
    if facts.reference - facts.majority <= LEAST_SKILL or useless.max() <= MUCH:
        return None
    found: NDArray[np.int64] = np.flatnonzero(useless <= LITTLE)
    if not found.size:
        return None
    held_out = look.held_out_score
    gap = 0.0 if held_out is None or look.share < LEAST_SHARE or not look.has_learned else look.score - held_out
    figures = (
        Figure("gap", gap, GAP, decides=gap > GAP), Figure("count", float(found.size)),
        Figure("largest", float(useless.max()), MUCH),
        Figure("worth", float(useless[found].max()), LITTLE, above=False), Figure("inputs", float(len(useless))),
    )  # fmt: skip
    return Found(figures, "warning" if gap > GAP else "note", Place(inputs=tuple(found.tolist())))


RULE = Rule("irrelevant_features", "fact", find)
