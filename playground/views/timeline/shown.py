"""From the run, its findings and its branches to what the timeline shows.

Owns which events have a mark and how they are called; where marks lie, `playground.diagram.track` knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from playground.diagnosis.signals.finding import Finding
from playground.diagram.timeline import TimelineShown, TrackBranch, TrackMark
from playground.experiment.schedules import PlateauSchedule, StepSchedule
from playground.run.snapshot import HISTORY_COLUMNS, Mark, Snapshot
from playground.views.workbench.doctor.live_doctor import LiveDoctor
from playground.words import timeline as words
from playground.words.diagnosis import title_of
from playground.words.marks import mark_label

RATES = ("training.learning_rate", "training.schedule")
STEP, EPOCH, RATE = (HISTORY_COLUMNS.index(name) for name in ("step", "epoch", "learning_rate"))
SAME, MOST_DROPS = 1e-9, 40
"""Rates that differ by less, relatively, are the same; so many drops have a mark."""
LEAST_ROWS = 3
"""With fewer rows the lowest loss is no news."""


def all_findings(doctor: LiveDoctor, run: int) -> tuple[Finding, ...]:
    """What is found in a run now, and what was found in those that it comes from before it left them."""
    before = [
        each for each in doctor.verdicts.before(run) if doctor.wishes.on and each.rule not in doctor.wishes.rules_off
    ]
    known = {each.rule for each in before}
    return (*before, *(each for each in doctor.now if each.rule not in known))


def timeline_of(
    live: Snapshot, now: int, findings: Sequence[Finding], opened: str, branches: tuple[TrackBranch, ...],
    drawn: int | None,
) -> TimelineShown:  # fmt: skip
    """live: the newest moment. now: the step that is shown. opened: the rule of the finding that somebody reads."""
    marks = [*_of_drops(live), *map(_of_edit, live.marks), *_of_findings(findings), *_of_best(live)]
    marks += _of_divergence(live)
    marks.sort(key=lambda each: each.step)
    place = _labelled(marks, findings, opened)
    return TimelineShown(live.step, min(now, live.step), tuple(marks), place, branches, drawn)


def _of_edit(mark: Mark) -> TrackMark:
    return TrackMark(mark.step, "rate" if _is_of_rate(mark) else "edit", mark_label(mark))


def _is_of_rate(mark: Mark) -> bool:
    return any(field == name or field.startswith(f"{name}.") for field in mark.fields for name in RATES)


def _of_drops(live: Snapshot) -> list[TrackMark]:
    """Where the schedule has lowered the rate at once, since anybody changed either; of very many some, evenly."""
    schedule = live.experiment.training.schedule
    if not isinstance(schedule, (StepSchedule, PlateauSchedule)):
        return []
    since = max((mark.step for mark in live.marks if _is_of_rate(mark)), default=-1)
    rows = live.history[live.history[:, STEP] > since]
    steps, epochs, rates = rows[:, STEP], rows[:, EPOCH], rows[:, RATE]
    places = np.flatnonzero(rates[1:] < rates[:-1] * (1.0 - SAME))
    if not len(places):
        return []
    if len(places) > MOST_DROPS:
        places = places[np.linspace(0, len(places) - 1, MOST_DROPS).round().astype(np.int64)]
    when = steps[places]
    if isinstance(schedule, StepSchedule):  # rows may be far apart, and it is known at which epoch it acts
        when = np.interp(np.ceil(epochs[places] / schedule.every) * schedule.every, epochs, steps)
    drops = zip(when.tolist(), rates[places + 1].tolist(), strict=True)
    return [TrackMark(round(step), "drop", words.rate_drop(rate)) for step, rate in drops]


def _of_findings(findings: Iterable[Finding]) -> list[TrackMark]:
    """Where each alarm was first found; what is only foreseen has not happened yet."""
    there = (each for each in findings if each.is_alarm and not each.forecast)
    return [TrackMark(each.step, "finding", title_of(each)) for each in there]


def _of_best(live: Snapshot) -> list[TrackMark]:
    """The recorded epoch with the lowest held-out loss, if it is not the newest."""
    watched = _watched(live)
    rows = live.history
    if watched is None or len(rows) < LEAST_ROWS:
        return []
    losses = rows[:, HISTORY_COLUMNS.index(f"{watched}_loss")]
    if not np.isfinite(losses).any():
        return []
    best = int(np.nanargmin(losses))
    if best == len(rows) - 1:
        return []
    return [TrackMark(int(rows[best, STEP]), "best", words.best_loss(watched))]


def _watched(live: Snapshot) -> str | None:
    """The held-out set that is looked at."""
    if live.metrics.validation_loss is not None:
        return "validation"
    return None if live.metrics.test_loss is None else "test"


def _of_divergence(live: Snapshot) -> list[TrackMark]:
    return [] if live.divergence is None else [TrackMark(live.step, "divergence", words.DIVERGED)]


def _labelled(marks: Sequence[TrackMark], findings: Sequence[Finding], opened: str) -> int | None:
    """The mark that the finding which somebody reads is about: where it was found, or of too good a fit to the
    training set the best held-out loss."""
    names = {title_of(each) for each in findings if each.rule == opened}
    kinds = ("best", "finding") if opened == "overfitting" else ("finding",)
    for kind in kinds:
        for place, each in enumerate(marks):
            if each.kind == kind and (kind == "best" or each.label in names) and names:
                return place
    return None
