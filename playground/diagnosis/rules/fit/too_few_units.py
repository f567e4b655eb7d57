"""The network is too small for the pattern: it has stopped improving, and nothing else is wrong.

Asked last. Whether it is too small, badly drawn or badly trained is told by trials.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

SHARE = 0.9
"""How much of the plan has to be done: a run that has stood still for three quarters of it may go on yet."""
LOOKS = 3
MOVES = 0.1
"""Losses of guessing that the last quarter has won, from which on the run is still on its way; at the plan's end it is
on none."""


def find(look: Look) -> Found | None:
    if not look.has_trained or look.diverged or not look.short or not look.behind_for(LOOKS) or look.was_there:
        return None
    won = _won(look)
    if look.share < SHARE or (won > MOVES and look.share < 1.0):
        return None
    reference = look.facts.reference
    assert reference is not None
    assert look.target is not None
    units = sum(look.units(place) for place in look.hidden)
    figures = (
        Figure("score", look.score, look.target, above=False), Figure("reference", reference),
        Figure("units", float(units)), Figure("won", won, MOVES, above=False),
    )  # fmt: skip
    return Found(figures, "warning", Place(layers=look.hidden))


def _won(look: Look) -> float:
    """What the last quarter of the run has won, in losses of guessing."""
    losses = look.rows("train_loss")
    if len(losses) < 4:
        return 1.0
    return look.in_guesses(float(losses[-1 - len(losses) // 4] - losses[-1]))


RULE = Rule("too_few_units", "fit", find)
