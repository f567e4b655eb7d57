"""Steps so short that the plan ends long before the loss has fallen.

Evidence: the median length of a step as a share of the weights, and the loss at the planned end at this pace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

Array = NDArray[np.float64]
SHORT_STEP = 1.5e-3
TINY_STEP = 1e-4
LONG_STEP, FALLEN = 0.02, 0.5
"""The largest step so far, from which on a run stands still for another reason; unless the rate has fallen since, to
such a share of itself."""
LEFT, LEFT_OF_TINY = 0.10, 0.02
"""The gradient, as a share of that before any step: at a minimum it would be gone."""
STEADY = 0.2
"""How much the second half has won, as a share of the first: on a plateau it would be nothing."""
RISES = 0.25
FORECAST, FORECAST_OF_TINY, FORECAST_LATE = 0.5, 0.05, 0.25
"""Losses of guessing, at the planned end; the last where that is near, so that a forecast is hardly one any more."""
LATE = 0.8
LEAST_SHARE = 0.05
SMALL_STEP, SHARE_OF_SMALL, SHARE_OF_SHORT = 5e-4, 0.1, 0.5
"""How much of the plan has to be done before steps that are not tiny are called too short: many a run starts slowly."""


def find(look: Look) -> Found | None:
    losses, epochs = look.rows("train_loss"), look.rows("epoch")
    if look.share < LEAST_SHARE or len(losses) < 3 or not look.short:
        return None
    ratios = look.probes("update_ratio")[1:, list(look.weighted)]
    ratio = float(np.nanmedian(ratios)) if np.isfinite(ratios).any() else 1.0
    norms = np.nansum(look.probes("gradient_norm") ** 2, axis=1) ** 0.5
    left = float(norms[-1] / norms[0]) if norms[0] > 0.0 else 0.0
    rises = float(np.mean(np.diff(losses) > 0.0))
    forecast = _forecast(look, losses, epochs)
    if look.share < _least_share(ratio) or _was_long(look):
        return None
    least = LEFT_OF_TINY if ratio < TINY_STEP else LEFT
    if ratio >= SHORT_STEP or left <= least or (rises >= RISES and ratio >= TINY_STEP):
        return None
    usual = FORECAST_LATE if look.share >= LATE else FORECAST
    enough = (FORECAST_OF_TINY if ratio < TINY_STEP else usual) * look.trivial_loss
    stands = ratio >= TINY_STEP and _steadiness(losses, epochs) < STEADY
    if stands or forecast <= enough:
        return None
    figures = (
        Figure("ratio", ratio, SHORT_STEP, above=False), Figure("forecast", forecast, enough),
        Figure("left", left, least),
        Figure("rises", rises, RISES, above=False) if ratio >= TINY_STEP else Figure("rises", rises),
    )  # fmt: skip
    return Found(figures, "warning")


def _was_long(look: Look) -> bool:
    """Whether a step was long that the present rate would make as long again."""
    rates = look.rows("learning_rate")
    return look.largest_ratio() > LONG_STEP and rates[-1] >= FALLEN * rates.max()


def _least_share(ratio: float) -> float:
    if ratio < TINY_STEP:
        return LEAST_SHARE
    return SHARE_OF_SMALL if ratio < SMALL_STEP else SHARE_OF_SHORT


def _steadiness(losses: Array, epochs: Array) -> float:
    """What the second half of the epochs has won, as a share of the first half's; 1 where neither has won anything."""
    middle = int(np.searchsorted(epochs, (epochs[0] + epochs[-1]) / 2.0))
    first, second = float(losses[0] - losses[middle]), float(losses[middle] - losses[-1])
    return second / first if first > 0.0 else 1.0


def _forecast(look: Look, losses: Array, epochs: Array) -> float:
    """The loss at the planned end, at the pace of the second half so far."""
    middle = len(losses) // 2
    gone = epochs[-1] - epochs[middle]
    pace = (losses[-1] - losses[middle]) / gone if gone > 0.0 else 0.0
    return max(0.0, float(losses[-1] + min(0.0, pace) * (look.end - look.epoch)))


RULE = Rule("learning_rate_low", "optimization", find)
