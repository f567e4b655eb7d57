"""What the doctor asks of the run behind the window, and makes of the answers on its own thread.

Owns the way of one question through both threads, the memory that only the second one touches, what is known of a run
and kept of those that were left, and what was said of each so far; knows nothing of when anything is asked, or of what
is shown.
"""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from playground.data import Dataset
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan
from playground.diagram.timeline import Tree
from playground.edits.document import Document
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Snapshot
from playground.views.workbench.trials import Tried

if TYPE_CHECKING:  # they load the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast
    from playground.diagnosis.doctor import Doctor
    from playground.diagnosis.signals.bends import Bends
    from playground.run.session import Session

Told = TypeVar("Told")
Found = TypeVar("Found")
BENDING = 0.05
"""Of the doctor's time, at most, for measuring how the loss of a run that goes on bends."""
log = logging.getLogger("playground")


class Errand(Generic[Told, Found]):
    """A question to the run, and what the doctor's thread makes of the answer: one at a time."""

    def __init__(self, think: Callable[[Told], Future[Found]]) -> None:
        self._think = think
        self._asked: Future[Told] | None = None
        self._thought: Future[Found] | None = None
        self._trouble: type[BaseException] | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None or self._thought is not None

    def begin(self, asked: Future[Told] | None) -> None:
        """Something was asked of the run; what was before is of no interest any more."""
        self._asked, self._thought = asked, None

    def drop(self) -> None:
        """Await nothing."""
        self._asked = self._thought = None

    def take(self) -> Found | None:
        """The answer, once, or None."""
        if self._asked is not None and self._asked.done():
            asked, self._asked = self._asked, None
            if not asked.cancelled() and asked.exception() is None:  # else the run has told why
                self._thought = self._think(asked.result())
        if self._thought is None or not self._thought.done():
            return None
        thought, self._thought = self._thought, None
        trouble = thought.exception()
        if trouble is None:
            return thought.result()
        if type(trouble) is not self._trouble:  # a defect of ours: the run goes on, and the log says so once
            self._trouble = type(trouble)
            log.error("the doctor has failed", exc_info=trouble)
        return None

    def wait(self) -> Found | None:
        """The answer, waited for; the run must be able to answer."""
        if self._asked is not None:
            self._asked.exception()
        if (early := self.take()) is None and self._thought is not None:
            self._thought.exception()
            return self.take()
        return early


class Memory:
    """What the doctor remembers of one run between two actions; only its thread touches it."""

    def __init__(self, can_bend: Callable[[], bool]) -> None:
        """can_bend: whether it may be measured how the loss bends."""
        self._doctor: Doctor | None = None
        self._bends: Bends | None = None
        self._can_bend = can_bend
        self.cancel = threading.Event()
        """Ends what is tried before something is called too small."""

    def look(self, shot: Snapshot) -> tuple[Snapshot, tuple[Finding, ...]]:
        """What is to be said after this moment."""
        from playground.diagnosis.cures.arbitration import arbitrated
        from playground.diagnosis.doctor import Doctor
        from playground.diagnosis.signals.bends import Bends
        from playground.diagnosis.signals.look import Look
        from playground.reference.patience import GivenUp, unless

        self._bends = self._bends or Bends(self._can_bend, BENDING)
        self._doctor = self._doctor or Doctor(partial(arbitrated, cancel=self.cancel))
        try:
            with unless(self.cancel):
                return shot, self._doctor.look(Look(shot, bends=self._bends))
        except GivenUp:  # the run is another one, or the window is gone
            return shot, ()


@dataclass(slots=True, eq=False)
class Known:
    """What the doctor knows of one run since it was begun, or edited last. live: what is found now, at `moment`, and
    about what. forecast: the run to come, as far as it was looked ahead. put_off: rules that are hidden. tried: the
    cures that were tried."""

    memory: Memory
    live: tuple[Finding, ...] = ()
    moment: tuple[int, ...] | None = None
    about: tuple[Experiment, Dataset] | None = None
    forecast: Forecast | None = None
    put_off: frozenset[str] = frozenset()
    tried: Tried | None = None


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


MOST_LEFT = 8


class Shelf:
    """What is known of runs that were left, by their number: each stands as it was left until it is gone back to."""

    def __init__(self) -> None:
        self._of = dict[int, tuple[Document, Known]]()

    def exchanged(self, left: Document | None, known: Known, now: Document | None) -> Known | None:
        """Another document is there, or an edited one. What is known of its run; None where that stands otherwise, or
        was never left."""
        if left is None or now is None or left.run == now.run:
            return None
        self._of.pop(left.run, None)
        self._of[left.run] = left, known
        while len(self._of) > MOST_LEFT:
            self._of.pop(next(iter(self._of)))
        was, found = self._of.pop(now.run, (None, None))
        return found if was == now else None

    def clear(self) -> None:
        """Another document, whose runs have the same numbers."""
        self._of.clear()


def moment_of(shot: Snapshot) -> tuple[int, ...]:
    """Equal ones are the same moment of the same run."""
    return shot.version, shot.resets, shot.step


def look_of(session: Session) -> tuple[Snapshot, float]:
    """What a look needs, asked on the training thread, and how many seconds of that thread it took."""
    from playground.diagnosis.signals.look import DEMAND

    begun = time.perf_counter()
    return session.snapshot(DEMAND), time.perf_counter() - begun


def ahead_of(
    start: Checkpoint, plan: Plan | None, cancel: threading.Event, can_bend: Callable[[], bool], **limits: Any
) -> Forecast | None:  # fmt: skip
    """The look ahead, on the doctor's thread."""
    from playground.diagnosis.ahead import look_ahead
    from playground.diagnosis.signals.bends import Bends

    return look_ahead(start, plan, cancel, bends=Bends(can_bend), **limits)


MOST_VERDICTS = 400
"""Verdicts kept of one run; of more every second one goes."""
MOST_RUNS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What was said after a step, and of what."""

    step: int
    epoch: int
    findings: tuple[Finding, ...]
    about: tuple[Experiment, Dataset]


class Verdicts:
    """What was said of each run, by its number, for whoever looks back."""

    def __init__(self, tree: Callable[[], Tree]) -> None:
        """tree: which run has left which other one, and at which step; what was said until then is said of both."""
        self._tree, self._of = tree, dict[int, list[Verdict]]()

    def note(
        self, run: int, when: tuple[int, int], findings: tuple[Finding, ...], about: tuple[Experiment, Dataset]
    ) -> None:
        """Something was said, after a step, in an epoch; what was said of the same or of later steps was said of a run
        that went another way."""
        known = self._of.pop(run, [])
        self._of[run] = known
        while known and known[-1].step >= when[0]:
            known.pop()
        known.append(Verdict(*when, findings, about))
        if len(known) > MOST_VERDICTS:
            del known[1:-1:2]
        while len(self._of) > MOST_RUNS:
            self._of.pop(next(iter(self._of)))

    def at(self, run: int, step: int) -> Verdict | None:
        """What was said last at or before a step; None where nobody had looked yet."""
        tree, seen = self._tree(), set[int]()
        at: int | None = run
        while at is not None and at not in seen:
            seen.add(at)
            known = self._of.get(at, [])
            place = bisect_right(known, step, key=lambda each: each.step)
            if place:
                return known[place - 1]
            at, left_at = tree.get(at, (None, None))
            step = step if left_at is None else min(step, left_at)
            at = None if left_at is None else at
        return None

    def before(self, run: int) -> tuple[Finding, ...]:
        """What was said of the runs that this one comes from when each was left, once a rule, by the oldest of them."""
        tree, found, seen = self._tree(), dict[str, Finding](), {run}
        parent, left_at = tree.get(run, (None, None))
        while parent is not None and left_at is not None and parent not in seen:
            seen.add(parent)
            then = self.at(parent, left_at)
            found |= {each.rule: each for each in (() if then is None else then.findings) if each.step <= left_at}
            parent, left_at = tree.get(parent, (None, None))
        return tuple(found.values())
