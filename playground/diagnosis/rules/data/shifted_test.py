"""The held-out samples follow another law than the training samples: what is measured there says little of either.

Source: Quiñonero-Candela et al., Dataset Shift in Machine Learning (2009). Evidence: the distance between the means of
a column, in deviations and in standard errors, of which the largest of many columns has more by chance.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

APART = 0.3
BY_CHANCE = 2e-4
"""How often a data set whose held-out samples follow the same law is called shifted, whatever its number of columns."""
LEAST = 20


def find(look: Look) -> Found | None:
    facts = look.facts
    if facts.dataset.image is not None or facts.held_out_labels.size < LEAST or facts.count < LEAST:
        return None
    apart = facts.shift
    errors = apart / np.sqrt(1.0 / facts.count + 1.0 / facts.held_out_labels.size)
    worst = int(np.argmax(apart))
    limit = NormalDist().inv_cdf(1.0 - 0.5 * BY_CHANCE / len(apart))
    if apart[worst] <= APART or errors[worst] <= limit:
        return None
    figures = (Figure("apart", float(apart[worst]), APART), Figure("errors", float(errors[worst]), limit),
               Figure("column", float(worst)))  # fmt: skip
    return Found(figures, "warning", Place(inputs=(worst,) if worst < len(facts.names) else ()))


RULE = Rule("shifted_test", "fact", find)
