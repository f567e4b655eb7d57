"""From a look to findings: all rules asked, in order; the first optimization fault is the cause of later ones.

Owns what stands beside what, and what follows from what; knows nothing of a single rule's figures.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from playground.diagnosis.doubt import SMALL, is_doubtful
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.reference.patience import go_on

APART, GAPS = ("shifted_test", "missing_feature", "label_noise"), ("overfitting", "too_little_data")
OF_SIZE = (
    "exploding", "numerics", "vanishing", "dead_units", "saturated", "learning_rate_high", "oscillation",
    "learning_rate_low",
)  # fmt: skip
"""What inputs far from 0 ± 1 bring with them."""
LAST = ("too_few_units", "one_class")
"""Causes only where nothing else is one; the later follows from the earlier."""
OF_HELD_OUT = ("duplicates", "scaler_leak", "shifted_test")
"""Facts about held-out samples and what they were prepared with: none is why training samples are not learned."""


def judge(look: Look) -> tuple[Finding, ...]:
    """What is to be said of a moment: facts first, then one cause in optimization with its consequences, or else what
    comes out; notes last. Where a fact lets no run succeed, all else follows from it."""
    facts, asked = list(_asked(look, "fact")), list(_asked(look, "optimization"))
    faults = [each for each in asked if each.is_alarm]
    hopeless = next((place for place, each in enumerate(facts) if each.severity == "critical"), None)
    causes: list[Finding] = []
    if hopeless is not None:
        facts[hopeless] = replace(facts[hopeless], consequences=tuple(faults))
    elif faults:
        facts, faults = _from_inputs(facts, faults)
        causes = _doubted(look, _with_consequences(faults))
    else:
        facts, causes = _brought_along(facts, _of_fit(look, facts))
        causes = list(of_one_gap(causes))
    notes = [*(each for each in asked if not each.is_alarm), *_asked(look, "note")]
    if any(each.is_alarm for each in (*facts, *causes)):
        notes = [each for each in notes if each.severity != "good"]
    return (*facts, *causes, *notes)


def _from_inputs(facts: list[Finding], faults: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What inputs of another size do to signals and steps follows from them."""
    place = next((place for place, each in enumerate(facts) if each.rule == "unscaled_inputs"), None)
    if place is None:
        return facts, faults
    facts[place] = replace(facts[place], consequences=tuple(each for each in faults if each.rule in OF_SIZE))
    return facts, [each for each in faults if each.rule not in OF_SIZE]


def _of_fit(look: Look, facts: list[Finding]) -> list[Finding]:
    """What comes out of a run whose steps are sound."""
    fits = list(_asked(look, "fit"))
    causes = [each for each in fits if each.rule not in LAST]
    if causes or any(each.is_alarm and each.rule not in OF_HELD_OUT for each in facts):
        return causes
    return _with_consequences(sorted(fits, key=lambda each: LAST.index(each.rule)))


def _brought_along(facts: list[Finding], causes: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """A gap between training and held-out samples follows from a fact that makes them unlike, or wrong."""
    place = next((place for place, each in enumerate(facts) if each.rule in APART), None)
    if place is None:
        return facts, causes
    gaps = tuple(each for each in causes if each.rule in GAPS)
    facts[place] = replace(facts[place], consequences=gaps)
    return facts, [each for each in causes if each.rule not in GAPS]


def of_one_gap(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, of which overfitting and too few samples are one: that the held-out loss has turned is what
    happens, that more samples would help is told under it."""
    found = {each.rule: each for each in findings}
    turned, few = found.get("overfitting"), found.get("too_little_data")
    if turned is None or few is None:
        return tuple(found.values())
    del found[few.rule]
    found[turned.rule] = replace(turned, consequences=(*turned.consequences, few))
    return tuple(found.values())


def _with_consequences(found: list[Finding]) -> list[Finding]:
    """The first one, with the others as what follows from it."""
    return [replace(found[0], consequences=tuple(found[1:]))] if found else []


def _doubted(look: Look, causes: list[Finding]) -> list[Finding]:
    """The causes, with the doubt whether the network is too small under one that such a network brings about."""
    if not causes or not is_doubtful(look, causes[0]):
        return causes
    doubts = tuple(each for each in _asked(look, "fit") if each.rule == SMALL)
    return [replace(causes[0], consequences=(*causes[0].consequences, *doubts)), *causes[1:]]


def _asked(look: Look, kind: str) -> Iterable[Finding]:
    for rule in RULES:
        if rule.kind == kind:
            go_on()
            found = rule.find(look)
            if found is not None:
                yield _finding(rule, found, look)


def _finding(rule: Rule, found: Found, look: Look) -> Finding:
    moment = look.snapshot
    at = moment if moment.divergence is None else moment.divergence
    return Finding(
        rule.name, found.severity, found.figures, at.step, at.epoch, found.place, found.detail, begun=look.begun,
        edited=look.edited,
    )  # fmt: skip
