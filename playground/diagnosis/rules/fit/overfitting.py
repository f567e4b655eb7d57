"""The held-out loss has turned and rises while the training loss falls: what is learned now is of these samples only.

Evidence: the held-out loss, smoothed over a tenth of the run, against its minimum; an absolute term in nats, since a
share of nearly nothing says nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

Array = NDArray[np.float64]

RISE, NATS, OF_REGRESSION = 1.25, 0.08, 0.05
RISE_OF_WORSE, SHARE_OF_NATS = 1.1, 0.5
"""A rise that is enough where held-out samples are told worse than the reference tells them, and the share of the
absolute term that then is."""
BEFORE = 0.8
"""The minimum lies before this share of the run so far."""
BELOW = 0.6
"""The training loss, as a share of the held-out one."""
GAP, GAP_OF_WORSE = 0.08, 0.04
"""Between training and held-out score; the smaller one where held-out samples are told worse than by the reference."""
LARGEST = 1e100
"""Losses beyond are as large as that: their sums are numbers still."""
WIDE = 0.25
"""A gap that is overfitting without a rise, where held-out samples are told worse than the reference tells them."""
LEAST_ROWS, LEAST_SHARE = 10, 0.3


def find(look: Look) -> Found | None:
    held_out = look.held_out_score
    name = "validation_loss" if look.facts.dataset.validation_labels.size else "test_loss"
    losses = np.minimum(look.rows(name), LARGEST)
    if held_out is None or look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE:
        return None
    width = max(1, len(losses) // 10)
    smooth = np.convolve(losses, np.ones(width) / width, "valid")
    lowest = int(np.argmin(smooth))
    best, last = float(smooth[lowest]), float(smooth[-1])
    nats = (NATS if look.facts.classes else OF_REGRESSION) * min(1.0, look.trivial_loss / np.log(2.0))
    least, least_gap = RISE, GAP
    if look.is_worse:
        least, least_gap, nats = RISE_OF_WORSE, GAP_OF_WORSE, SHARE_OF_NATS * nats
    gap = look.score - held_out
    turn, trained = min(lowest + width // 2, len(losses) - 1), look.rows("train_loss")
    there = lowest + int(np.argmin(losses[lowest : lowest + width]))  # told is what the curve shows, no mean
    figures = (
        Figure("rise", last / max(best, 1e-12), least), Figure("best_loss", float(losses[there])),
        Figure("best_epoch", float(look.rows("epoch")[there])), Figure("loss", float(losses[-1])),
        Figure("mean_loss", last, best + nats), Figure("gap", gap, least_gap),
    )  # fmt: skip
    rises = last > least * best and last > best + nats and lowest <= BEFORE * len(smooth)
    rises = rises and last - best > 2.0 * _error(losses[lowest : lowest + width], losses[-width:])
    if rises and _is_gap(look, gap, least_gap) and trained[-1] < min(BELOW * last, trained[turn]):
        return Found(figures, "warning", detail="rise")
    if _is_gap(look, min(gap, look.lasting_gap), WIDE) and look.is_worse and trained[-1] < BELOW * last:
        besides = (Figure(each.name, each.value) for each in figures[:5])  # of these the gap alone does not ask
        return Found((Figure("gap", min(gap, look.lasting_gap), WIDE), *besides), "warning", detail="gap")
    return None


def _is_gap(look: Look, gap: float, least: float) -> bool:
    """Whether training and held-out score are so far apart, and not by chance."""
    return gap > least and look.is_beyond_chance(gap)


def _error(best: Array, last: Array) -> float:
    """The standard error of the difference of two means: a loss that swings has a lowest stretch by chance."""
    return float((best.var() / len(best) + last.var() / len(last)) ** 0.5)


RULE = Rule("overfitting", "fit", find)
