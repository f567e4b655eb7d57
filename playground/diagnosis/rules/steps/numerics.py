"""The textbook soft-max has overflowed: eᶻ has no number beyond z = 88.7 in single precision.

Source: Goodfellow, Bengio and Courville, Deep Learning, 4.1.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

BOUNDS = {"float32": 88.72, "float64": 709.78}


def find(look: Look) -> Found | None:
    divergence = look.snapshot.divergence
    if look.training.numerics != "naive" or divergence is None:
        return None
    figures = (Figure("step", float(divergence.step)), Figure("bound", BOUNDS[look.training.precision]))
    return Found(figures, "critical", Place(layers=(len(look.slots) - 1,)))


RULE = Rule("numerics", "optimization", find)
