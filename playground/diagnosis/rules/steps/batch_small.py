"""So few samples in a step that it goes mostly where these samples happen to pull: noise, not gradient.

Evidence: how often the loss of all samples rises, and the batch. Noise alone harms nobody (McCandlish et al. 2018).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

FEW, SHARE = 4, 0.02
RISES = 0.42
SWING = 0.02
LEAST_ROWS, LEAST_SHARE = 12, 0.3


def find(look: Look) -> Found | None:
    losses = look.rows("train_loss")
    if look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE:
        return None
    most = min(float(FEW), max(1.0, SHARE * look.facts.count))
    if look.batch_size > most:
        return None
    changes = np.diff(losses[len(losses) // 2 :])
    rises = changes > 0.0
    swing = look.in_guesses(float(changes[rises].mean())) if rises.any() else 0.0
    if rises.mean() <= RISES or swing <= SWING:
        return None
    figures = (Figure("rises", float(rises.mean()), RISES), Figure("batch", float(look.batch_size), most, False))
    return Found((*figures, Figure("swing", swing, SWING)), "note")


RULE = Rule("batch_small", "note", find)
