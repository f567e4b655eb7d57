"""The loss stands still although the data allow less: a minimum, a saddle, or flat ground.

Which of these is told by the signs of the curvature (`Session.sharpness`), which is asked for apart (Dauphin et al.
2014, Identifying and attacking the saddle point problem).
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

STILL = 0.01
"""Losses of guessing that the last quarter has won."""
LEAST_ROWS, LEAST_SHARE = 12, 0.2


def find(look: Look) -> Found | None:
    losses = look.rows("train_loss")
    if look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE or not look.behind_for(3):
        return None
    quarter = losses[-1 - len(losses) // 4 :]
    won = look.in_guesses(float(abs(quarter[0] - quarter[-1])))
    if won >= STILL:
        return None
    figures = (Figure("won", won, STILL, above=False), Figure("loss", float(losses[-1])))
    return Found(figures, "note")


RULE = Rule("plateau", "note", find)
