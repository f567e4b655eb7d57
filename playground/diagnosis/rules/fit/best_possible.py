"""Nothing better is possible: the law of the data, or what simple models reach, is where the network stands.

The Bayes limit (Hastie, Tibshirani and Friedman 2.4) where it is known; else the reference.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

NEAR = 0.02
"""How far below the best, one standard error of the held-out samples apart from that."""
PERFECT = 0.975
"""A limit so near to 1 is no news."""
LEAST_SHARE = 0.2


def find(look: Look) -> Found | None:
    held_out = look.held_out_score
    if held_out is None or look.share < LEAST_SHARE or look.diverged or look.behind:
        return None
    known = look.facts.dataset.best_accuracy if look.facts.classes else None
    references = look.facts.references
    reached = None if references is None else look.facts.held_out_score(references.best)
    best = known if known is not None else reached
    if best is None or best >= PERFECT:
        return None
    error = (best * (1.0 - best) / look.facts.held_out_labels.size) ** 0.5 if look.facts.classes else 0.0
    least = best - NEAR - error
    if held_out < least or not look.has_learned:
        return None
    figures = (Figure("score", held_out, least), Figure("best", best))
    return Found(figures, "good", detail="law" if known is not None else "reference")


RULE = Rule("best_possible", "note", find)
