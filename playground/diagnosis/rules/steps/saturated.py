"""Units at the flat ends of tanh or sigmoid from the start: their slope is hardly there, and neither is the gradient.

Evidence: pairs of unit and sample whose slope is below a hundredth of the steepest (LeCun et al. 1998, 4.4).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.diagnosis.signals.squashing import squashing

LEAST_UNITS = 4
"""Of fewer units a share says little."""
LATE = 0.3
FLAT, STILL = 0.5, 0.25
"""At the start, and now."""


def find(look: Look) -> Found | None:
    units = {place: look.units(place) for place in squashing(look)}
    dead, starts, nows = (look.start("dead_units"), look.start("saturated_share"), look.now("saturated_share"))
    layers = [place for place, count in units.items() if count >= LEAST_UNITS or dead[place] >= count]
    if not layers:
        return None
    shares = np.nan_to_num(starts[layers])
    worst = int(np.argmax(shares))
    layer, still = layers[worst], np.nan_to_num(nows[layers[worst]])
    is_stuck = bool(dead[layer] >= units[layer])
    if shares[worst] <= FLAT or still <= STILL or not _harms(look, is_stuck):
        return None
    figures = (Figure("flat", float(shares[worst]), FLAT), Figure("still", float(still), STILL))
    place = Place(layers=(layer,))
    return Found(figures, look.severity, place, "stuck") if is_stuck else Found(figures, "warning", place, "flat")


def _harms(look: Look, is_stuck: bool) -> bool:
    """Whether the run is short for it. A layer with no slope at all cannot learn, which is known before any step."""
    if not look.has_trained:
        return is_stuck
    return look.short or (is_stuck and look.behind) or (look.share >= LATE and look.is_worse)


RULE = Rule("saturated", "optimization", find)
