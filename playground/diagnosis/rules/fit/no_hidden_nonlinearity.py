"""No layer bends, so the network is a line, and no line answers what neighbours answer.

A product of matrices is a matrix: linear layers, however many, are one (Minsky and Papert, Perceptrons, 1969, for XOR).
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

GAIN = 0.05
LEAST_SHARE = 0.2


def find(look: Look) -> Found | None:
    reference, line = look.facts.reference, look.facts.linear
    if look.bends or reference is None or line is None or reference - line <= GAIN:
        return None
    if look.share >= LEAST_SHARE and look.score >= reference - GAIN:
        return None  # a line that is trained for it does better than one that is fitted by least squares
    figures = (Figure("gain", reference - line, GAIN), Figure("linear", line), Figure("reference", reference))
    return Found(figures, "critical", Place(layers=tuple(range(len(look.slots)))), "deep" if look.hidden else "none")


RULE = Rule("no_hidden_nonlinearity", "fact", find)
