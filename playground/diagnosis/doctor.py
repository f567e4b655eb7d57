"""The doctor's memory of one run: what was found stays shown until its contrary was measured.

Owns since when a finding holds and when it goes; knows nothing of how findings are made, or of who shows them. Fed with
the same looks it says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playground.diagnosis.judging import LAST, judge
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.diagnosis.signals.look import Look

PLACES = {rule.name: place for place, rule in enumerate(RULES)}
PLACES["bad_draw"] = PLACES["too_few_units"]
STILL_APART = 0.03
"""Training and held-out score; where they are nearer, and the run is not behind, nothing is left to be found."""
SMALL = "too_few_units"
PATIENCE = 3
"""Looks in a row that do not find it any more, before a finding goes."""


Arbiter = Callable[[Look, Finding], Finding | None]
"""What a finding really is, tried; None where that was cancelled."""


class Doctor:
    """Looks at one run again and again. An edit or a new beginning makes a new doctor."""

    def __init__(self, arbiter: Arbiter | None = None) -> None:
        """arbiter: tells what a finding of too few units really is, asked once; without, it stays what it is."""
        self._arbiter = arbiter
        self._settled: dict[str, Finding] = {}
        self._shown: dict[str, Finding] = {}
        self._missed: dict[str, int] = {}
        self.withdrawn: set[str] = set()
        """Rules whose finding has gone again."""

    def look(self, look: Look) -> tuple[Finding, ...]:
        """What is to be shown after this look, in order; each with the step at which it was first found."""
        found = settled(judge(look), look, self._arbiter, self._settled)
        names = {each.rule for top in found for each in (top, *top.consequences)}
        alarms = any(each.is_alarm for each in found)
        stays = {name: each for name, each in self._shown.items() if name not in names}
        stays = {name: each for name, each in stays.items() if self._stays(each, look, alarms and each.is_alarm)}
        self.withdrawn |= self._shown.keys() - names - stays.keys()
        self._missed = {name: self._missed.get(name, 0) + 1 for name in stays}
        first = {name: (each.step, each.epoch) for name, each in self._shown.items()}
        dated = tuple(_since(each, first.get(each.rule)) for each in found)
        lasting = (_without(each, names) for each in stays.values())
        self._shown = {each.rule: each for each in (*dated, *lasting)}
        return self.shown

    @property
    def shown(self) -> tuple[Finding, ...]:
        """What is shown, alarms first."""
        return tuple(sorted(self._shown.values(), key=lambda each: (not each.is_alarm, PLACES[each.rule])))

    def _stays(self, finding: Finding, look: Look, is_replaced: bool) -> bool:
        """Whether a finding that was not made again is still to be shown. is_replaced: another cause was found."""
        if is_replaced and finding.rule in LAST:
            return False
        contrary = is_replaced or (not look.behind and look.lasting_gap <= STILL_APART)
        return not contrary or self._missed.get(finding.rule, 0) + 1 < PATIENCE


def settled(
    found: tuple[Finding, ...], look: Look, arbiter: Arbiter | None, known: dict[str, Finding]
) -> tuple[Finding, ...]:
    """Findings under their right names. known: what was settled before, added to."""
    if arbiter is None:
        return found
    for each in found:
        if each.rule == SMALL and SMALL not in known and (answer := arbiter(look, each)) is not None:
            known[SMALL] = answer
    answer = known.get(SMALL)
    named = (_named(each, answer) if each.rule == SMALL else each for each in found)
    return tuple(each for each in named if each is not None)


def _named(finding: Finding, answer: Finding | None) -> Finding | None:
    """A finding as it was settled, at its own moment; None where it was not."""
    if answer is None:
        return None
    return replace(finding, rule=answer.rule, figures=answer.figures, detail=answer.detail)


def _since(finding: Finding, first: tuple[int, int] | None) -> Finding:
    return finding if first is None else replace(finding, step=first[0], epoch=first[1])


def _without(finding: Finding, names: set[RuleName]) -> Finding:
    """A finding less those consequences that now stand for themselves, or follow from another."""
    left = tuple(each for each in finding.consequences if each.rule not in names)
    return finding if left == finding.consequences else replace(finding, consequences=left)
