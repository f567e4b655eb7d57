"""Which difference between two sets of runs is a cure, and when two cures are about equal.

Owns this rule and its numbers; knows nothing of experiments. One pair is no proof: another seed alone makes a run
better by two points in one of seven cases. Nor are five pairs that all became better, which chance does in one of 32;
that five runs of one kind all lie beyond five of another it does in one of 252. Where five pairs are better and one run
without is as good by its seed, five more are made: ten of ten is chance in one of 1024. A loss alone decides nowhere
but against overfitting: near 0 a tenth of it is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from playground.diagnosis.cures.measures import Measure, falls

Verdict = Literal["helped", "about_equal", "no_help"]
"""helped: by the rule. about_equal: it helped too, and no better or worse than the best by more than chance; of a
smaller network that it does as well. no_help: not shown."""

PAIRS, DRAWS = 5, 15
"""Runs without and with a cure; where a draw is at fault, which another draw may mend."""
FIRST, ALL = 2, 10
"""Pairs after which a cure is given up that cannot be shown to help any more; those of one that five leave open."""
POINTS = 0.02
"""Of accuracy, R², optimism and misjudging, between the medians."""
LOSS, NATS = 0.10, 0.03
"""Of the loss without, and of that of the best constant answer."""
CHANCE = 0.01
"""That so many successes come about if the cure does nothing (Fisher's exact test, one-sided)."""


def helped(
    measure: Measure, without: Sequence[float], treated: Sequence[float], unit: float = 1.0, sound: bool = True
) -> bool:  # fmt: skip
    """No overlap, or each of ten pairs better; and the medians far enough apart. The runs stand pair by pair.

    unit: of a loss, that of the best constant answer. sound: whether the treated runs are finite and right more often
    than the best constant answer is; else it is no cure. Of a bad draw the figures are 1 for success and 0.
    """
    if not sound or not without or not treated:
        return False
    if measure == "success":
        return _by_chance(sum(without), sum(treated), len(without), len(treated)) <= CHANCE
    is_apart = all_better(measure, without, treated) if len(treated) >= ALL else _no_overlap(measure, without, treated)
    return is_apart and _enough(measure, without, treated, unit)


def is_open(
    measure: Measure, without: Sequence[float], treated: Sequence[float], unit: float = 1.0, sound: bool = True
) -> bool:  # fmt: skip
    """Whether all pairs are better, by enough, and the runs overlap all the same: more pairs will tell."""
    if measure == "success" or not sound or _no_overlap(measure, without, treated):
        return False
    return all_better(measure, without, treated) and _enough(measure, without, treated, unit)


def is_lost(measure: Measure, without: Sequence[float], treated: Sequence[float]) -> bool:
    """Whether no further run can make it a cure: one treated run does no better than the best one without, and one no
    better than its own pair. treated: the first ones."""
    if measure == "success" or _no_overlap(measure, without, treated):
        return False
    return not all_better(measure, without, treated)


def all_better(measure: Measure, without: Sequence[float], treated: Sequence[float]) -> bool:
    """Whether every pair became better, as far as both were made."""
    sign = -1.0 if falls(measure) else 1.0
    return all(sign * after > sign * before for before, after in zip(without, treated, strict=False))


def _no_overlap(measure: Measure, without: Sequence[float], treated: Sequence[float]) -> bool:
    """Whether the worst treated run is better than the best one without."""
    sign = -1.0 if falls(measure) else 1.0
    return min(sign * each for each in treated) > max(sign * each for each in without)


def _enough(measure: Measure, without: Sequence[float], treated: Sequence[float], unit: float) -> bool:
    """Whether the medians are far enough apart."""
    before, after = float(np.median(without)), float(np.median(treated))
    if measure == "loss":
        return before - after >= max(LOSS * before, NATS * unit)
    if measure in ("optimism", "misjudged"):
        return abs(before) - abs(after) >= POINTS
    return after - before >= POINTS


def effect(measure: Measure, without: Sequence[float], treated: Sequence[float]) -> float:
    """Between the medians: of a loss as a share of that without, of success between the shares, else the difference."""
    if not without or not treated:
        return 0.0
    if measure == "success":
        return float(np.mean(treated) - np.mean(without))
    before, after = float(np.median(without)), float(np.median(treated))
    return (after - before) / max(before, 1e-12) if measure == "loss" else after - before


def about_equal(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two cures of the same pairs are no further apart than the standard error of their difference."""
    apart = np.subtract(one, other)
    if apart.size < 2:
        return False
    return abs(float(apart.mean())) <= float(apart.std(ddof=1)) / math.sqrt(apart.size)


def as_good(without: Sequence[float], treated: Sequence[float]) -> bool:
    """Whether a smaller network does as well: better, or worse by no more than `slack`."""
    return float(np.subtract(treated, without).mean()) >= -slack(without, treated)


def slack(without: Sequence[float], treated: Sequence[float]) -> float:
    """The paired standard error, at least a point: what a smaller network may be worse by."""
    apart = np.subtract(treated, without)
    error = float(apart.std(ddof=1)) / math.sqrt(apart.size) if apart.size > 1 else 0.0
    return max(error, POINTS / 2.0)


def _by_chance(before: float, after: float, of_before: int, of_after: int) -> float:
    """The chance of so many successes or more among the treated, were all runs alike."""
    some, everyone = round(before + after), of_before + of_after
    ways = [
        math.comb(of_after, count) * math.comb(of_before, some - count)
        for count in range(round(after), min(of_after, some) + 1)
    ]
    return sum(ways) / math.comb(everyone, some)
