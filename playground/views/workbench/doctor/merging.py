"""What is found now and what will be, as one list.

Owns what of the two is told where both tell the same rule, and the order; knows nothing of when anything is found.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from playground.diagnosis.signals.finding import Finding
from playground.views.workbench.doctor.known import Known

TRIED = ("tried", "tried_adam")
"""Forms of a finding that trials have renamed."""


def merged(known: Known, left: tuple[Finding, ...], sized: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is found now, then what will be, alarms before all else; a forecast that has come true is none. left: what
    was shown before an edit; sized: whether a smaller network does."""
    step, ahead = -1 if known.moment is None else known.moment[-1], known.forecast
    coming = {} if ahead is None else {each.rule: each for each in ahead.findings}
    named = (as_tried(each, coming.values()) for each in known.live)
    live = [_since(each, coming.get(each.rule)) for each in named]
    told = {rule for each in live for rule in (each.rule, *(under.rule for under in each.consequences))}
    lasts = ahead is not None and step <= ahead.last.step
    new = [replace(each, forecast=each.step > step) for each in coming.values() if lasts and each.rule not in told]
    told |= {each.rule for each in new}
    stays = [each for each in left if each.rule not in told]
    return tuple(sorted((*live, *new, *stays, *sized), key=lambda each: not each.is_alarm))


def as_tried(live: Finding, ahead: Iterable[Finding]) -> Finding:
    """What stopped short, under the name that the trials of the look ahead have given to it: a look at the visible run
    makes none, and would call the network too small beside it."""
    answer = next((each for each in ahead if each.detail in TRIED), None)
    if live.rule != "too_few_units" or answer is None:
        return live
    return replace(live, rule=answer.rule, figures=answer.figures, detail=answer.detail)


def _since(live: Finding, ahead: Finding | None) -> Finding:
    """A finding since it began, which the look ahead may have told sooner."""
    if ahead is None or ahead.step >= live.step:
        return live
    return replace(live, step=ahead.step, epoch=ahead.epoch)
