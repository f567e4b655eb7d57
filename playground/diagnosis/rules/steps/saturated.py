"""Units at the flat ends of tanh or sigmoid from the start: their slope is hardly there, and neither is the gradient.

Evidence: pairs of unit and sample whose slope is below a hundredth of the steepest (LeCun et al. 1998, 4.4).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

FLAT = 0.5
WORSE = 0.05
"""What the held-out score lacks of the reference."""


def find(look: Look) -> Found | None:
    if not look.nonlinear or not look.has_trained:
        return None
    shares = np.nan_to_num(look.start("saturated_share")[list(look.nonlinear)])
    worst = int(np.argmax(shares))
    if shares[worst] <= FLAT or not (look.behind or _worse(look)):
        return None
    figures = (Figure("flat", float(shares[worst]), FLAT),)
    return Found(figures, "warning", Place(layers=(look.nonlinear[worst],)))


def _worse(look: Look) -> bool:
    facts, score = look.facts, look.held_out_score
    reference = None if facts.references is None else facts.held_out_score(facts.references.best)
    return score is not None and reference is not None and score < reference - WORSE


RULE = Rule("saturated", "optimization", find)
