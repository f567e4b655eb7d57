"""What must be true of a log that a run has written: its entries follow from one another and lead to where the run is.

Owns these rules; knows nothing of JSON or tensors. What an action does to the parameters is not looked at: that would
be the replay itself.
"""

from __future__ import annotations

import msgspec

from playground.data import OwnPoints, PointsData
from playground.exchange.container import Unreadable
from playground.experiment.difference import paths
from playground.experiment.experiment import Experiment
from playground.run.actions import (
    Advance,
    DropBranch,
    Edit,
    GoOn,
    Logged,
    NameBranch,
    NewSeed,
    OpenTest,
    OutOfTime,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
)
from playground.run.carrying import runs_alike
from playground.run.checkpoint import Checkpoint, Entry, Log
from playground.run.log import UNMARKED, written

MARKED = (paths() | {"parameter"}) - UNMARKED
"""What the mark of an edit may say was changed."""


def check_log(log: Log, run: Checkpoint) -> None:
    """Refuse a log whose entries no run can have written one after the other, or that ends elsewhere than the run."""
    assert run.state is not None
    _check_marks(log)
    course = _Course(log.base, log.run, run.points)
    for entry in log.entries:
        course.follow(entry)
    course.end(run.state.step, _has_ended(run))


def _check_marks(log: Log) -> None:
    """Marks are of edits that the run at the base has seen, in their order."""
    last = 0 if log.base.state is None else log.base.state.step
    for mark in log.marks:
        if not 1 <= mark.step <= last:
            sentence = "is not consistent: its log begins at step {last}, with the mark of an edit at step {given}"
            raise Unreadable(sentence, last=last, given=mark.step)
        if not MARKED.issuperset(mark.fields) or (mark.value is not None and len(mark.fields) > 1):
            raise Unreadable("is not consistent: its log has the mark of an edit that there is not")
    if written(log.marks, last) != log.marks:
        raise Unreadable("is not consistent: its log has marks of edits out of order, or more than are written")


def _has_ended(run: Checkpoint) -> bool:
    return run.divergence is not None or run.stopped is not None


class _Course:
    """Where the run stands while its log is walked; None is what only the replay can tell.

    `making`: the steps of the last entry, if it was about steps. Where the run ended, one of them was not made.
    """

    def __init__(self, base: Checkpoint, number: int, points: OwnPoints | None) -> None:
        self._experiment, self._points = base.experiment, points
        self._step: int | None = 0 if base.state is None else base.state.step
        self._ended: bool | None = _has_ended(base)
        self._making = 0
        self._last: Logged | None = None
        self._typed: dict[int, int] = {}
        self._runs, self._first = {number}, number
        self._look_at_points(base.experiment, None)

    def follow(self, entry: Entry) -> None:
        """One entry more."""
        self._arrive(entry.step, entry.number)
        self._check(entry)
        self._take_effect(entry)
        self._last = entry.action

    def end(self, step: int, ended: bool) -> None:
        """The log is over: the run stands there, and has ended or not."""
        self._arrive(step, None)
        if isinstance(self._last, Reopen):
            raise Unreadable("is not consistent: its log ends with a reopening, after which nothing was done")
        if self._ended not in (None, ended):
            raise Unreadable("is not consistent: its log does not tell that the run has ended, or that it goes on")

    def _arrive(self, step: int, number: int | None) -> None:
        """The step of an entry (or of the run, without a number) tells whether the steps before it were all made."""
        if self._step is not None:
            made = step - self._step
            if made not in ((self._making, self._making - 1) if self._making else (0,)):
                where = "the run" if number is None else f"entry {number} of its log"
                sentence = "is not consistent: {where} stands at step {given}, to which its log does not lead"
                raise Unreadable(sentence, where=where, given=step)
            if self._making:
                self._ended = made < self._making
        self._step, self._making = step, 0

    def _check(self, entry: Entry) -> None:
        action, training = entry.action, self._experiment.training
        match action:
            case Advance():
                fits = self._ended is not True and not isinstance(self._last, Advance)
            case GoOn():
                fits = self._ended is not False
            case OutOfTime():
                fits = self._ended is not True and training.stop.seconds is not None
            case OpenTest():
                fits = self._experiment.data.test_sealed
            case Reopen():
                fits = self._last is not None and not isinstance(self._last, Reopen)
            case RestoreParameter(index, key):
                fits = self._typed.get(key) == index
            case Edit(run=run, at=int(at)):
                fits = run is not None and at <= entry.step
            case NameBranch(run, name):
                fits = run in self._runs and name.isprintable()
            case DropBranch(run):
                fits = run in self._runs
            case _:
                fits = True
        if not fits:
            sentence = "is not consistent: entry {given} of its log cannot follow on those before it"
            raise Unreadable(sentence, given=entry.number)

    def _take_effect(self, entry: Entry) -> None:
        match entry.action:
            case Advance(steps):
                self._making = steps
            case Edit(experiment, back, _, run, at):
                self._edit(experiment, back, entry.number)
                if run is not None:
                    self._runs.add(run)
                    self._step, self._ended = 0, False
                if at is not None:  # what a run is about that goes on from a past step is the replay's to tell
                    self._step = self._ended = None
            case Return(run, experiment):
                self._edit(experiment, True, entry.number)
                self._step = self._ended = None
                self._runs.add(run)
            case NewSeed(seed, run):
                self._runs.add(self._first if run is None else run)
                self._step, self._ended = 0, False
                self._experiment = msgspec.structs.replace(self._experiment, seed=seed)
            case Reset(run):
                self._runs.add(self._first if run is None else run)
                self._step, self._ended = 0, False
            case SetParameter(index, _, key):
                if key is not None:
                    self._typed[key] = index
                self._set()
            case RestoreParameter():
                self._set()
            case GoOn():
                self._ended = False
            case OutOfTime():
                self._ended = True
            case Reopen(branches):
                self._typed.clear()
                if not branches:
                    self._runs, self._first = {0}, 0

    def _edit(self, experiment: Experiment, back: bool, number: int) -> None:
        self._look_at_points(experiment, number)
        if not runs_alike(experiment, self._experiment):
            self._ended = False
            if experiment.seed != self._experiment.seed:  # another run; an undo may bring one back as it stood
                self._step, self._ended = (None, None) if back else (0, False)
        self._experiment = experiment

    def _set(self) -> None:
        """A divergence is over with the parameter that led to it; what a rule has ended stays so."""
        self._ended = None if self._ended else self._ended

    def _look_at_points(self, experiment: Experiment, number: int | None) -> None:
        """A log begins anew where the points beside the experiment change, so it is about the file's own throughout."""
        source = experiment.data.source
        wanted = source.digest if isinstance(source, PointsData) else None
        if wanted != (None if self._points is None else self._points.digest):
            where = "begins" if number is None else f"goes on in entry {number}"
            raise Unreadable(f"is not consistent: its log {where} with other points than the file's")
