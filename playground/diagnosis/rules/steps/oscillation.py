"""The loss swings: it leaps over a valley and back. That alone is no fault; a run may swing and get there.

Evidence: how often the loss of all training samples rises from one epoch to the next, and how far it swings. Beside it,
where that is measured, stands how sharply the loss bends and what steps of this rate can stand.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.edge import edge_of
from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

RISES = 0.35
SWING = 0.05
"""Losses of guessing: the mean size of a rise in the second half of the run."""
LEAST_ROWS, LEAST_SHARE, HARMS_FROM = 12, 0.3, 0.9


def find(look: Look) -> Found | None:
    losses = look.rows("train_loss")
    if look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE:
        return None
    changes = np.diff(losses[len(losses) // 2 :])
    rises = changes > 0.0
    swing = look.in_guesses(float(changes[rises].mean())) if rises.any() else 0.0
    if rises.mean() <= RISES or swing <= SWING:
        return None
    figures = (Figure("swing", swing, SWING), Figure("rises", float(rises.mean()), RISES))
    harms = look.share >= HARMS_FROM and look.behind_for(3) and not look.was_there
    return Found((*figures, *edge_of(look.bend)), "warning" if harms else "note")


RULE = Rule("oscillation", "optimization", find)
