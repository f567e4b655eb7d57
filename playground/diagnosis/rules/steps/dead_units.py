"""Units that answer 0 to every sample: no gradient reaches them, so they never come back.

Units at the ends of tanh or sigmoid are as flat where numbers end; that is saturation, and told as such.
Source: Lu, Shin, Su and Karniadakis, Dying ReLU and Initialization (2019).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.diagnosis.signals.squashing import squashing

HALF = 0.5
MOST = 0.5
"""Of the units that are dead now, those that were so at the start: more, and ordinary steps have only added to them."""
LEAST_SHARE = 0.05
"""How much of the plan has to be done before half a layer is missed; a whole one is at once."""
LONG = 0.1
"""An update ratio from which on steps may kill."""
BETTER = 0.5
"""The loss at the last change of rate, optimizer and the like, as a share of the present one."""


def find(look: Look) -> Found | None:
    ends = squashing(look)
    layers = [place for place in look.nonlinear if look.units(place) > 0 and place not in ends]
    if not layers:
        return None
    units = np.array([look.units(place) for place in layers], float)
    now, start = look.now("dead_units")[layers] / units, look.start("dead_units")[layers] / units
    now, start = np.nan_to_num(now), np.nan_to_num(start)
    gone, far = now >= 1.0, look.largest_ratio() > LONG
    born = (now >= HALF) & ((start >= HALF) | ((start > MOST * now) & (not far)))
    born &= ~(gone & (start < 1.0) & far) & (not _did_better(look))
    held = born.any() and look.share >= LEAST_SHARE and look.short
    if not (held or (gone.any() and (look.behind or not look.has_trained))):
        return None
    if gone.any() and not born.any() and far:
        return None  # steps that were too long have killed them: that is the cause
    worst = int(np.argmax(np.where(born | gone, now, 0.0)))
    figures = (
        Figure("dead", float(now[worst]), HALF if born[worst] else 1.0),
        Figure("count", float(round(now[worst] * units[worst]))),
        Figure("units", float(units[worst])), Figure("at_start", float(start[worst])),
    )  # fmt: skip
    since_then = now[worst] > start[worst] or not born[worst]
    return Found(figures, look.severity, Place(layers=(layers[worst],)), "died" if since_then else "born")


def _did_better(look: Look) -> bool:
    """Whether the run had learned with these units when its steps were changed: then not they are in its way now."""
    losses = look.rows("train_loss")
    return look.edited != look.begun and losses.size > 1 and bool(losses[0] < BETTER * losses[-1])


RULE = Rule("dead_units", "optimization", find)
