"""The network knows its samples, and too few of them tell what lies between.

Evidence: the gap between training and held-out accuracy, and that a neighbour's error still falls with more samples.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

GAP, EXPONENT, ERROR = 0.10, 0.2, 0.06
OF_WORSE, LATE = 0.05, 0.7
"""A gap that is enough where simple models tell held-out samples better, once so much of the plan is done. They tell
the same samples, so that these are hard ones by chance is no doubt then, and no error is too small."""
LEAST_SHARE = 0.4
FALLS = 0.9
"""The held-out loss, as a share of what it was a quarter of the run before: while it falls so fast these samples teach
still."""
STILL_GAINS = 0.3
"""What the held-out score has won in the last quarter, as a share of the gap: while it closes, nothing is settled."""


def find(look: Look) -> Found | None:
    held_out = look.held_out_score
    if held_out is None or look.diverged or not look.has_trained or look.behind:
        return None
    if look.share < LEAST_SHARE:
        return None
    gap, error, exponent = min(look.score - held_out, look.lasting_gap), 1.0 - held_out, look.facts.exponent
    if look.held_out_gain > STILL_GAINS * max(gap, 0.0) or (look.share < LATE and _falls(look)):
        return None
    is_worse = look.is_worse and look.share >= LATE
    least = OF_WORSE if is_worse else GAP
    if gap <= least or exponent <= EXPONENT:
        return None
    if not is_worse and (error <= ERROR or not look.is_beyond_chance(gap)):
        return None
    figures = (
        Figure("gap", gap, least), Figure("exponent", exponent, EXPONENT),
        Figure("error", error, ERROR, decides=not is_worse), Figure("samples", float(look.facts.count)),
    )  # fmt: skip
    return Found(figures, "warning")


def _falls(look: Look) -> bool:
    """Whether the held-out loss still falls: the mean of a tenth of the run against that of a quarter before."""
    losses = look.rows("validation_loss" if look.facts.dataset.validation_labels.size else "test_loss")
    width, back = max(1, len(losses) // 10), len(losses) // 4
    if len(losses) < 8:
        return False
    return float(losses[-width:].mean()) < FALLS * float(losses[-back - width : -back].mean())


RULE = Rule("too_little_data", "fit", find)
