"""The share of the learning rate in force at a step; torch.optim.lr_scheduler's formulas.

`epoch` counts whole epochs, `k` all steps from the start on, `per_epoch` the steps of an epoch.
"""

from __future__ import annotations

from math import cos, floor, pi

from tests.reference.optimizers import Rule

WARM_SHARE, START, END = 0.3, 1 / 25, 1 / 25 / 1e4  # OneCycleLR's pct_start, 1 / div_factor, final_div_factor


def step(rule: Rule, epoch: int, k: int, per_epoch: int) -> float:
    return rule.factor ** floor(epoch / rule.every)


def exponential(rule: Rule, epoch: int, k: int, per_epoch: int) -> float:
    return rule.factor**epoch


def cosine(rule: Rule, epoch: int, k: int, per_epoch: int) -> float:
    """Loshchilov & Hutter 2017, without restarts; once down it stays down."""
    done = min(epoch, rule.every) / rule.every
    return rule.factor + (1 - rule.factor) * (1 + cos(pi * done)) / 2


def one_cycle(rule: Rule, epoch: int, k: int, per_epoch: int) -> float:
    """Smith & Topin 2018: up for three tenths of the steps, then down to almost nothing."""
    last = rule.every * per_epoch - 1
    top = WARM_SHARE * rule.every * per_epoch - 1
    if k <= top:
        return _between(START, 1.0, k / top if top > 0 else 1.0)
    return _between(1.0, END, (min(k, last) - top) / (last - top))


def warm_up(rule: Rule, epoch: int, k: int, per_epoch: int) -> float:
    return min(1.0, (k + 1) / (rule.every * per_epoch))


def _between(a: float, b: float, done: float) -> float:
    """Half a cosine wave from a to b."""
    return b + (a - b) * (1 + cos(pi * done)) / 2


SCHEDULES = ("constant", "step", "exponential", "cosine", "one_cycle", "warm_up", "reduce_on_plateau")


def share(rule: Rule, epoch: int, k: int, per_epoch: int, plateau: float) -> float:
    """What the learning rate is multiplied with; `plateau` is what reduce_on_plateau has come to."""
    functions = {"step": step, "exponential": exponential, "cosine": cosine, "one_cycle": one_cycle, "warm_up": warm_up}
    if rule.schedule == "reduce_on_plateau":
        return plateau
    return functions[rule.schedule](rule, epoch, k, per_epoch) if rule.schedule in functions else 1.0
