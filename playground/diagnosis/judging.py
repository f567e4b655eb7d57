"""From a look to findings: all rules asked, in order; the first optimization fault is the cause of later ones.

Owns what stands beside what, and what follows from what; knows nothing of a single rule's figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LAST = ("too_few_units", "one_class")
"""Causes only where nothing else is one; the later follows from the earlier."""


def judge(look: Look) -> tuple[Finding, ...]:
    """What is to be said of a moment: facts first, then one cause in optimization with its consequences, or else what
    comes out; notes last. Where a fact lets no run succeed, all else follows from it."""
    facts, asked = list(_asked(look, "fact")), list(_asked(look, "optimization"))
    faults = [each for each in asked if each.is_alarm]
    notes = [each for each in asked if not each.is_alarm]
    hopeless = next((place for place, each in enumerate(facts) if each.severity == "critical"), None)
    if hopeless is not None:
        facts[hopeless] = replace(facts[hopeless], consequences=tuple(faults))
        return (*facts, *notes, *_asked(look, "note"))
    if faults:
        return (*facts, *_with_consequences(faults), *notes, *_asked(look, "note"))
    fits = list(_asked(look, "fit"))
    causes = [each for each in fits if each.rule not in LAST]
    if not causes and not any(each.is_alarm for each in facts):
        causes = _with_consequences(sorted(fits, key=lambda each: LAST.index(each.rule)))
    return (*facts, *causes, *notes, *_asked(look, "note"))


def _with_consequences(found: list[Finding]) -> list[Finding]:
    """The first one, with the others as what follows from it."""
    return [replace(found[0], consequences=tuple(found[1:]))] if found else []


def _asked(look: Look, kind: str) -> Iterable[Finding]:
    for rule in RULES:
        if rule.kind == kind:
            found = rule.find(look)
            if found is not None:
                yield _finding(rule, found, look)


def _finding(rule: Rule, found: Found, look: Look) -> Finding:
    moment = look.snapshot
    return Finding(rule.name, found.severity, found.figures, moment.step, moment.epoch, found.place, found.detail)
