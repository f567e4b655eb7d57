"""Held-out samples that are copies of training samples: what is measured there is memory, not skill.

Source: Kaufman, Rosset and Perlich, Leakage in Data Mining (2011). Data on a grid repeat themselves by nature: copies
count only where they are far more frequent than inside the training set.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

SHARE = 0.05
OFTENER = 2.0
"""How much more frequent than copies within the training set."""
LEAST = 3


def find(look: Look) -> Found | None:
    facts = look.facts
    copies = facts.copies
    if copies is None or copies.sum() < LEAST or facts.tested_on_itself:
        return None
    share, usual = float(copies.mean()), facts.repeated_share
    if share <= SHARE or share <= OFTENER * usual:
        return None
    figures = (
        Figure("share", share, max(SHARE, OFTENER * usual)),
        Figure("count", float(copies.sum())),
        Figure("usual", usual),
    )
    return Found(figures, "warning", Place(points=tuple((np.flatnonzero(copies) + facts.count).tolist())))


RULE = Rule("duplicates", "fact", find)
