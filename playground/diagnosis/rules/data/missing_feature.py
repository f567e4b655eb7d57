"""The network does not read what the answer depends on: with all columns simple models are right far more often.

Evidence: references with all columns and with those that are read, each judged on samples that it never saw.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

GAIN = 0.05


def find(look: Look) -> Found | None:
    own, everything = look.facts.references, look.facts.with_everything
    if own is None or everything is None or own is everything:
        return None
    score, held_out = look.facts.score, look.facts.held_out_score
    with_all, without = score(everything.best), score(own.best)
    if with_all - without <= GAIN:
        return None
    fresh_all, fresh = held_out(everything.best), held_out(own.best)
    if fresh_all is not None and fresh is not None and fresh_all - fresh <= GAIN:
        return None
    figures = (Figure("gain", with_all - without, GAIN), Figure("with_all", with_all), Figure("without", without))
    return Found(figures, "warning", Place(inputs=tuple(range(len(look.facts.names)))))


RULE = Rule("missing_feature", "fact", find)
