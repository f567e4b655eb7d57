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


def judge(look: Look) -> tuple[Finding, ...]:
    """What is to be said of a moment: facts first, then one cause in optimization with its consequences, or else what
    comes out; notes last. Where a fact lets no run succeed, all else follows from it."""
    facts, faults = list(_asked(look, "fact")), list(_asked(look, "optimization"))
    hopeless = next((place for place, each in enumerate(facts) if each.severity == "critical"), None)
    if hopeless is not None:
        facts[hopeless] = replace(facts[hopeless], consequences=tuple(faults))
        return (*facts, *_asked(look, "note"))
    if faults:
        return (*facts, replace(faults[0], consequences=tuple(faults[1:])), *_asked(look, "note"))
    fits = list(_asked(look, "fit"))
    alone = len(fits) == 1 and not any(each.is_alarm for each in facts)
    fits = fits if alone else [each for each in fits if each.rule != "too_few_units"]
    return (*facts, *fits, *_asked(look, "note"))


def _asked(look: Look, kind: str) -> Iterable[Finding]:
    for rule in RULES:
        if rule.kind == kind:
            found = rule.find(look)
            if found is not None:
                yield _finding(rule, found, look)


def _finding(rule: Rule, found: Found, look: Look) -> Finding:
    moment = look.snapshot
    return Finding(rule.name, found.severity, found.figures, moment.step, moment.epoch, found.place, found.detail)
