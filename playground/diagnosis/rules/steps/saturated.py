"""Units at the flat ends of tanh or sigmoid from the start: their slope is hardly there, and neither is the gradient.

Evidence: pairs of unit and sample whose slope is below a hundredth of the steepest (LeCun et al. 1998, 4.4).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LEAST_UNITS = 4
"""Of fewer units a share says little."""
LATE = 0.3
FLAT, STILL = 0.5, 0.25
"""At the start, and now."""


def find(look: Look) -> Found | None:
    layers = [place for place in look.nonlinear if look.units(place) >= LEAST_UNITS]
    if not layers or not look.has_trained:
        return None
    shares = np.nan_to_num(look.start("saturated_share")[layers])
    worst = int(np.argmax(shares))
    still = np.nan_to_num(look.now("saturated_share")[layers[worst]])
    if shares[worst] <= FLAT or still <= STILL or not (look.short or (look.share >= LATE and look.is_worse)):
        return None
    figures = (Figure("flat", float(shares[worst]), FLAT), Figure("still", float(still), STILL))
    return Found(figures, "warning", Place(layers=(layers[worst],)))


RULE = Rule("saturated", "optimization", find)
