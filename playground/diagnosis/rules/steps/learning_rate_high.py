"""Steps so long that they leap over what they head for, or leave all numbers.

Evidence: the length of a step as a share of the layer's weights, the largest so far; or where the run broke.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.diagnosis.signals.strides import goes_in_ordinary_steps

LEAP = 0.5
WORSE, NOT_SMALL = 1.2, 0.05
"""Losses of guessing, now and in the middle of the last looks, and a ratio, that together are as much: of a loss that
leaps up once nothing is left a moment later."""
FALLEN = 0.9
"""The loss as a share of what it was at first: one that falls from far above guessing is on its way."""
LONG = 0.1
"""A ratio that kills a layer of units."""
NEARLY, AT_START = 0.9, 0.5
"""The share of a layer's units whose death leaves nothing to learn with, where nothing was learned; and how many of
them may have been dead before any step."""
LOOKS = 3


def find(look: Look) -> Found | None:
    if not look.has_trained:
        return None
    ratio, guess = look.largest_ratio(), look.trivial_loss
    divergence = look.snapshot.divergence
    if divergence is not None:
        broke = (Figure("broke_at", float(divergence.step)), Figure("ratio", ratio, LEAP, decides=False))
        return Found(broke, "critical", Place(layers=(divergence.layer,)), "broke")
    loss = look.snapshot.metrics.train_loss
    losses = look.rows("train_loss")
    on_its_way = losses.size > 0 and loss < FALLEN * losses[0]
    lately = float(np.median(look.lately(losses))) if losses.size else loss
    worse = min(loss, lately) > WORSE * guess and ratio > NOT_SMALL and not on_its_way
    dead = _killed_share(look) if ratio > LONG else 0.0
    killed = dead > 0.0
    leapt = ratio > LEAP
    if not (leapt or worse or killed) or not (look.behind_for(LOOKS) or look.guessing_is_better(WORSE)):
        return None
    if not (worse or killed) and _has_come_back(look):
        return None
    detail = "leap" if leapt else "killed" if killed else "worse"
    ratios = look.now("largest_update_ratio")
    layer = max(look.weighted, key=lambda place: np.nan_to_num(ratios[place]))
    step = look.now("largest_update_step")[layer]
    figures = (
        Figure("ratio", ratio, LEAP if leapt else LONG if killed else NOT_SMALL),
        Figure("largest", float(np.nan_to_num(ratios[layer]))), Figure("at_step", float(np.nan_to_num(step))),
        Figure("loss", loss, WORSE * guess if detail == "worse" else None), Figure("guess", guess),
        *([Figure("dead", dead, 1.0 if look.has_learned else NEARLY, decides=False)] if detail == "killed" else []),
    )  # fmt: skip
    return Found(figures, look.severity, Place(layers=(layer,)), detail)


def _has_come_back(look: Look) -> bool:
    """Whether the leap was long ago: steps are ordinary ones, and the run is on its way to what the data allow."""
    return goes_in_ordinary_steps(look) and not look.short and not look.guessing_is_better(WORSE)


def _killed_share(look: Look) -> float:
    """The largest share of dead units of a layer that was not so at the start: all of them, or nearly all of a run that
    has learned nothing; 0 where there is no such layer."""
    layers = list(look.nonlinear)
    if not layers:
        return 0.0
    units = np.array([look.units(place) for place in layers], float)
    now, start = look.now("dead_units")[layers], look.start("dead_units")[layers]
    nearly = (now >= NEARLY * units) & (start < AT_START * units) & (not look.has_learned)
    killed = ((now >= units) & (start < units)) | nearly
    return float(np.max(now / units, initial=0.0, where=killed))


RULE = Rule("learning_rate_high", "optimization", find)
