"""The network answers the same class to every sample, though the data tell them apart.

Asked where no step was at fault: then the way the network is shown its samples, or too few steps, is.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LOOKS = 3
LEAST_SHARE = 0.9
"""How much of the plan has to be done: many a run begins with one answer to everything, and finds its way late."""


def find(look: Look) -> Found | None:
    if not look.facts.classes or not look.has_trained or look.diverged or look.share < LEAST_SHARE:
        return None
    answers = np.unique(look.answers)
    if answers.size != 1 or not look.behind_for(LOOKS):
        return None
    reference = look.facts.reference
    assert reference is not None
    figures = (
        Figure("class", float(answers[0])), Figure("accuracy", look.score, look.target, above=False),
        Figure("reference", reference),
    )  # fmt: skip
    return Found(figures, "warning", Place(layers=(len(look.slots) - 1,)))


RULE = Rule("one_class", "fit", find)
