"""The loss stands still although the data allow less: a minimum, a saddle, or flat ground.

Which of these is told by the signs of the curvature (Dauphin et al. 2014, Identifying and attacking the saddle point
problem), where it is known: it is measured where a plateau is found, and nowhere before.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.bends import Bend
from playground.diagnosis.signals.edge import edge_of
from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.run.measuring import LARGEST

STILL = 0.01
"""Losses of guessing that the last quarter has won."""
LEAST_ROWS, LEAST_SHARE = 12, 0.2
DOWN = 0.003
"""Of the largest curvature: what bends down by less is the rest of a valley that is not quite at its bottom."""
FLAT = 0.01
"""Losses of guessing that a step as long as all weights, at least 1, changes the loss by, where it bends most."""


def find(look: Look) -> Found | None:
    losses = look.rows("train_loss")
    if look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE or not look.behind_for(3):
        return None
    quarter = losses[-1 - len(losses) // 4 :]
    won = look.in_guesses(float(abs(quarter[0] - quarter[-1])))
    if won >= STILL:
        return None
    figures = (Figure("won", won, STILL, above=False), Figure("loss", float(losses[-1])))
    bend = look.bend
    if bend is None or look.in_guesses(abs(bend.loss - look.snapshot.metrics.train_loss)) >= STILL:
        return Found(figures, "note")
    detail, told = _shape(look, bend)
    return Found((*figures, *told, *edge_of(bend)), "note", detail=detail)


def _shape(look: Look, bend: Bend) -> tuple[str, tuple[Figure, ...]]:
    """What the ground is like, with the figures that tell; nothing where these do not decide.

    The penalty's own curvature lies between 0 and L2, so the smallest of both together lies no lower than that of the
    loss and no higher than that and L2. L1 has corners, of which no curvature tells.
    """
    largest, smallest, training = bend.found.eigenvalue, bend.found.smallest, look.training
    if largest is None or smallest is None or training.l1 > 0.0:
        return "", ()
    most = max(abs(largest), abs(smallest))
    parameters = look.snapshot.parameters.astype(np.float64)
    with np.errstate(over="ignore"):
        length = float(np.clip(parameters @ parameters, 1.0, LARGEST))
    bends = look.in_guesses(0.5 * most * length)
    if bends < FLAT and bend.found.converged:
        return "flat", (Figure("bends", bends, FLAT, above=False),)
    down = smallest / most
    if (smallest + training.l2) / most < -DOWN:
        return "saddle", (Figure("down", down, -DOWN, above=False),)
    if down >= -DOWN and bend.found.converged:
        return "minimum", (Figure("down", down, -DOWN),)
    return "", ()


RULE = Rule("plateau", "note", find)
