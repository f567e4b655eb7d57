"""The start is so large that the loss and its gradient are: the first step is a leap.

Evidence: the loss before any step, in losses of guessing, and the gradient's norm (Glorot and Bengio 2010; He et al.
2015, for which start keeps signals at their size).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LOSS, LOSS_OF_REGRESSION = 3.0, 300.0
"""Losses of guessing, before any step."""
GRADIENT = 100.0
"""Losses of guessing, of the gradient's norm."""


def find(look: Look) -> Found | None:
    losses, guess = look.rows("train_loss"), look.trivial_loss
    norms = look.start("gradient_norm")
    if not losses.size or not np.isfinite(norms).any():
        return None
    most = LOSS if look.facts.classes else LOSS_OF_REGRESSION
    steepness = float(np.sqrt(np.nansum(np.minimum(norms, 1e150) ** 2))) / guess
    if losses[0] <= most * guess or steepness <= GRADIENT:
        return None
    if look.has_trained and not look.behind:
        return None
    figures = (
        Figure("first_loss", float(losses[0]), most * guess), Figure("guess", guess),
        Figure("gradient", steepness, GRADIENT),
    )  # fmt: skip
    return Found(figures, "critical", Place(layers=(int(np.nanargmax(norms)),)))


RULE = Rule("exploding", "optimization", find)
