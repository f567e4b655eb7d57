"""Wrong labels: even far from any border neighbours disagree, and more samples would not change that.

Overlapping classes leave pure regions, labels flipped at random do not. Of a regression the noise of the targets is
told by the Gamma test (Stefánsson, Končar and Jones 1997).
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

SKILL, BEYOND = 0.6, 0.08
"""What the reference reaches at least, and beyond always the same answer: where classes overlap everywhere nobody can
tell noise from that."""
DISAGREE, OF_LAW = 0.10, 0.05
"""Neighbours with another label, among the purest fifth of the samples: two of fifteen; one is enough where the law is
known and references lie far below what it allows."""
LEAST_PER_CLASS, LEAST_TARGETS = 60, 120
FLAT = 0.25
"""An exponent of the learning curve beyond which more samples help."""
EVEN = 0.75
"""How evenly wrong neighbours lie over other classes, from MANY classes on: classes that are alike are no noise."""
MANY = 3
BELOW_LAW = 0.08
"""How far below the law's best accuracy references lie, where the law is known, two standard errors of theirs apart
from that: few samples of classes that overlap look like wrong labels."""
BY_HEART, GAP = 0.03, 0.08
"""What the training score has over the reference, and over the held-out score."""
NOISE = 0.08
"""Of a regression's variance."""


def find(look: Look) -> Found | None:
    return _of_classes(look) if look.facts.classes else _of_targets(look)


def _is_learned(look: Look) -> bool:
    """Whether the network learns the noise by heart; targets that merely scatter harm nobody."""
    reference = look.facts.reference
    memorizes = reference is not None and look.score > reference + BY_HEART and look.lasting_gap > BY_HEART
    return memorizes or look.lasting_gap > GAP


def _of_classes(look: Look) -> Found | None:
    facts = look.facts
    reference, majority = facts.reference, facts.majority
    if facts.purity is None or reference is None or majority is None or reference < max(majority + BEYOND, SKILL):
        return None
    least = DISAGREE if facts.law_accuracy is None else OF_LAW
    if min(400, facts.count) / facts.classes < LEAST_PER_CLASS or facts.purity.purest < least:
        return None
    if facts.exponent >= FLAT or (facts.classes >= MANY and facts.purity.evenness <= EVEN):
        return None
    error = (reference * (1.0 - reference) / min(400, facts.count)) ** 0.5
    if facts.law_accuracy is not None and reference > facts.law_accuracy - BELOW_LAW - 2.0 * error:
        return None  # they overlap as much as their law says
    least += facts.answered_impurity
    if facts.purity.purest < least:
        return None  # neighbours are too far apart to tell
    figures = (
        Figure("disagree", facts.purity.purest, least), Figure("exponent", facts.exponent, FLAT, above=False),
        Figure("suspects", float(len(facts.purity.suspects))),
    )  # fmt: skip
    return Found(figures, "warning", Place(points=facts.purity.suspects), "classes")


def _of_targets(look: Look) -> Found | None:
    noise = look.facts.target_noise
    if not look.has_trained or not look.has_learned or not _is_learned(look):
        return None
    if look.facts.count < LEAST_TARGETS or noise <= NOISE or look.facts.exponent >= FLAT * 2:
        return None
    figures = (Figure("noise", noise, NOISE), Figure("exponent", look.facts.exponent, FLAT * 2, above=False))
    return Found(figures, "warning", detail="targets")


RULE = Rule("label_noise", "fact", find)
