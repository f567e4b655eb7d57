"""The held-out loss has turned and rises while the training loss falls: what is learned now is of these samples only.

Evidence: the held-out loss, smoothed over a tenth of the run, against its minimum; an absolute term in nats, since a
share of nearly nothing says nothing.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

RISE, NATS, OF_REGRESSION = 1.25, 0.08, 0.05
BEFORE = 0.8
"""The minimum lies before this share of the run so far."""
BELOW = 0.6
"""The training loss, as a share of the held-out one."""
GAP = 0.04
LEAST_ROWS, LEAST_SHARE = 10, 0.3


def find(look: Look) -> Found | None:
    held_out = look.held_out_score
    losses = look.rows("validation_loss" if look.facts.dataset.validation_labels.size else "test_loss")
    if held_out is None or look.diverged or len(losses) < LEAST_ROWS or look.share < LEAST_SHARE:
        return None
    width = max(1, len(losses) // 10)
    smooth = np.convolve(losses, np.ones(width) / width, "valid")
    lowest = int(np.argmin(smooth))
    best, last = float(smooth[lowest]), float(smooth[-1])
    nats = (NATS if look.facts.classes else OF_REGRESSION) * min(1.0, look.trivial_loss / np.log(2.0))
    gap = look.score - held_out
    if last <= RISE * best or last <= best + nats or lowest > BEFORE * len(smooth) or gap <= GAP:
        return None
    turn, trained = min(lowest + width // 2, len(losses) - 1), look.rows("train_loss")
    if trained[-1] >= BELOW * last or trained[-1] >= trained[turn]:
        return None
    epoch = look.rows("epoch")[turn]
    figures = (
        Figure("rise", last / max(best, 1e-12), RISE), Figure("best_loss", best), Figure("best_epoch", float(epoch)),
        Figure("loss", last, best + nats), Figure("gap", gap, GAP),
    )  # fmt: skip
    return Found(figures, "warning")


RULE = Rule("overfitting", "fit", find)
