"""The doctor's memory of one run: what was found stays shown until its contrary was measured.

Owns since when a finding holds and when it goes; knows nothing of how findings are made, or of who shows them. Fed with
the same looks it says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from playground.diagnosis.doubt import SMALL, asked_of, without_doubt
from playground.diagnosis.judging import GAPS, LAST, judge, of_one_gap
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import CLOSE, Look

PLACES = {rule.name: place for place, rule in enumerate(RULES)}
PLACES["bad_draw"] = PLACES["too_few_units"]
OVER = {rule.name: rule.is_over for rule in RULES if rule.is_over is not None}
WELL_APART = 0.07
"""Training and held-out score: where they are nearer, and the run is neither behind nor worse on held-out samples than
simple models are, nothing is left to be found. Of one that is worse they have to be as near as `CLOSE`."""
ALONE = (*LAST, "bad_draw")
"""Causes that go at once where another one is found."""
PATIENCE = 3
"""Looks in a row that do not find it any more, before a finding goes; the first and the last of them as far apart as so
many parts of the plan less one: looks may come many in an epoch."""

Arbiter = Callable[[Look, Finding], Finding | None]
"""What a finding really is, tried; None where that was cancelled."""


class Doctor:
    """Looks at one run again and again. An edit or a new beginning makes a new doctor."""

    def __init__(self, arbiter: Arbiter | None = None) -> None:
        """arbiter: tells what a finding of too few units really is, asked once; without, it stays what it is."""
        self._arbiter = arbiter
        self._settled: dict[str, Finding] = {}
        self._shown: dict[str, Finding] = {}
        self._missed: dict[str, tuple[int, int]] = {}
        """Looks in a row that did not find what is shown, and the epoch of the first of them."""

    def look(self, look: Look) -> tuple[Finding, ...]:
        """What is to be shown after this look, in order; each with the step at which it was first found."""
        found = settled(judge(look), look, self._arbiter, self._settled)
        names: set[str] = {each.rule for each in _all(found)}
        stays = {
            name: _without(each, names) for name, each in self._shown.items()
            if name not in names and self._stays(each, look, found)
        }  # fmt: skip
        first: dict[str, tuple[int, int]] = {each.rule: (each.step, each.epoch) for each in _all(self._shown.values())}
        dated = [_since(self._with_earlier(each, names), first) for each in found]
        shown: dict[str, Finding] = {each.rule: each for each in (*dated, *stays.values())}
        if any(each.is_alarm for each in shown.values()):
            shown = {name: each for name, each in shown.items() if each.severity != "good"}
        self._missed = {name: self._missing(name, look) for name in stays}
        self._shown = {each.rule: each for each in of_one_gap(shown.values())}
        return self.shown

    @property
    def shown(self) -> tuple[Finding, ...]:
        """What is shown, alarms first."""
        return tuple(sorted(self._shown.values(), key=lambda each: (not each.is_alarm, PLACES[each.rule])))

    def _with_earlier(self, finding: Finding, names: set[str]) -> Finding:
        """A finding with what once followed from it and is found nowhere now: while its cause is there, it stays."""
        before = self._shown.get(finding.rule)
        kept = () if before is None else tuple(each for each in before.consequences if each.rule not in names)
        return replace(finding, consequences=(*finding.consequences, *kept)) if kept else finding

    def _stays(self, finding: Finding, look: Look, found: tuple[Finding, ...]) -> bool:
        """Whether a finding that was not made again is still to be shown."""
        alarms = any(each.is_alarm and not {each.rule, finding.rule} <= set(GAPS) for each in found)
        is_replaced = alarms and finding.is_alarm
        if is_replaced and finding.rule in ALONE:
            return False
        is_good = any(each.severity == "good" for each in found) or finding.severity == "good"
        is_over = OVER.get(finding.rule)
        contrary = is_replaced or (is_good or _is_well(look) if is_over is None else is_over(look))
        looks, since = self._missing(finding.rule, look)
        return not contrary or looks < PATIENCE or look.epoch - since < (PATIENCE - 1) * look.apart

    def _missing(self, name: str, look: Look) -> tuple[int, int]:
        """The looks that have missed it, with this one, and the epoch of the first."""
        looks, since = self._missed.get(name, (0, look.epoch))
        return looks + 1, since


def _is_well(look: Look) -> bool:
    """Whether the run does what the data allow, on training and held-out samples."""
    return not look.behind and look.lasting_gap <= (CLOSE if look.is_worse else WELL_APART)


def _all(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings and what follows from each."""
    for each in findings:
        yield each
        yield from each.consequences


def _without(finding: Finding, names: set[str]) -> Finding:
    """A finding without those consequences that were found in another place."""
    return replace(finding, consequences=tuple(each for each in finding.consequences if each.rule not in names))


def settled(
    found: tuple[Finding, ...], look: Look, arbiter: Arbiter | None, known: dict[str, Finding]
) -> tuple[Finding, ...]:
    """Findings under their right names. known: what was settled before, added to."""
    asked = asked_of(found)
    if arbiter is not None and asked is not None and SMALL not in known:
        answer = arbiter(look, asked)
        known |= {} if answer is None else {SMALL: answer}
    answer = known.get(SMALL)
    named = (_named(each, answer) if each.rule == SMALL and arbiter is not None else each for each in found)
    return tuple(without_doubt(look, each, answer) for each in named if each is not None)


def _named(finding: Finding, answer: Finding | None) -> Finding | None:
    """A finding as it was settled, at its own moment; None where it was not."""
    if answer is None:
        return None
    return replace(finding, rule=answer.rule, figures=answer.figures, detail=answer.detail)


def _since(finding: Finding, first: dict[str, tuple[int, int]]) -> Finding:
    """A finding, and what follows from it, with the moment at which each was first found."""
    step, epoch = first.get(finding.rule, (finding.step, finding.epoch))
    follows = tuple(_since(each, first) for each in finding.consequences)
    return replace(finding, step=step, epoch=epoch, consequences=follows)
