"""What was done to a run, in order: enough to make the very same run again.

Owns the log and when its entries merge; knows nothing of how an action takes effect, nor of files. Entries merge only
where the merged one has the same effect: steps with steps, and, where no step lies between them, changes of settings
that only the next step reads, or of one parameter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from copy import copy
from typing import Any

import msgspec

from playground.experiment.difference import Changes, changes_between
from playground.experiment.experiment import Experiment
from playground.run.actions import (
    Advance,
    Edit,
    Logged,
    NewSeed,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
)
from playground.run.carrying import runs_alike
from playground.run.checkpoint import Checkpoint, Entry, Log
from playground.run.snapshot import Mark

MOST_ENTRIES = 4_000
MOST_BYTES = 500_000
"""What the entries of a log may come to when they are written down; a longer log begins anew with a full state."""
MOST_MARKS = 1_000
"""More edits of one run than that are not marked: the oldest go."""
UNMARKED = {"title", "notes", "seed"}
"""Fields that leave no mark: they are no part of the run, or make another one."""
MOST_MARK_BYTES = 100_000
"""What the marks before a cut may come to when they are written down: the oldest of more go."""
ENTRY_BYTES = 80
"""What an entry comes to, beside the changes of an edit."""
READ_BY_STEPS = {f"training.{name}" for name in ("learning_rate", "clip_norm", "clip_value", "max_norm")} | {
    "title",
    "notes",
}
"""Settings whose change touches nothing but the steps to come: of several such edits in a row only the last counts."""


class Logbook:
    """A log that is being written."""

    def __init__(self, log: Log) -> None:
        self._base, self._dtype, self._recorded, self._run = log.base, log.dtype, log.recorded, log.run
        self._entries = list(log.entries)
        self._first = log.first
        self._number = log.entries[-1].number + 1 if log.entries else log.first
        self._experiment = self._before = log.base.experiment
        self._mergeable = False
        self._bytes = self._newest = 0
        self._changes: Changes | None = None
        self._earlier = log.marks
        self._marks: dict[int, tuple[Mark, ...]] = {log.run: log.marks}
        self._before_mark: tuple[Mark, ...] = ()
        """Without the newest entry's own: it is another where another edit merges with that."""
        self._present = log.run
        self._told = Told(log)
        for entry in log.entries:
            self._follow(entry.action)
            self._told.follow(entry)
            self._mark(entry.step, entry.action)
        self.reopen()

    @property
    def log(self) -> Log:
        """The log so far."""
        entries = tuple(self._entries)
        return Log(self._base, self._dtype, entries, self._first, self._recorded, self._run, self._earlier)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_told": self._told.copied()}

    @property
    def number(self) -> int:
        """The number that the next entry will have, if it does not merge with the last one."""
        return self._number

    @property
    def first(self) -> int:
        """The number of the first entry since the base; what was done before is known only by what it led to."""
        return self._first

    def reopen(self, branches: bool = False) -> None:
        """A run goes on from a file: before the next action the log says so, once. branches: the file holds them."""
        self._keeps_branches = branches
        self._reopened = bool(self._entries) and not isinstance(self._entries[-1].action, Reopen)

    def number_run(self, run: int) -> None:
        """The run at the base of a log without entries has that number."""
        marks = self._marks.pop(self._present, ())
        self._run = self._present = run
        self._marks[run] = marks
        self._told = Told(self.log)

    def experiment_at(self, step: int) -> Experiment | None:
        """What the present run was about at a step; None where the log does not tell."""
        return self._told.experiment_at(step)

    def knows(self, run: int) -> bool:
        """Whether the entries tell of a run of that number."""
        return self._told.knows(run)

    @property
    def is_full(self) -> bool:
        """Whether the log should begin anew."""
        return len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES

    def begin_anew(self, base: Checkpoint, dtype: str, recorded: bool, run: int) -> None:
        """Cut: what was done so far is known only by the state it has led to. Numbers go on."""
        self._dtype, self._recorded, self._run = dtype, recorded, run
        self._base, self._mergeable = base, False
        self._experiment = self._before = base.experiment
        self._entries, self._bytes, self._first = [], 0, self._number
        self._earlier = written(self.marks, 0 if base.state is None else base.state.step)
        self._told = Told(self.log)
        self._reopened = False

    def write(self, step: int, action: Logged, before: Experiment | None = None) -> None:
        """Add an action that landed at `step`. before: what an edit has changed, where these entries may not tell."""
        if self._reopened:
            self._reopened = False
            self.write(step, Reopen(self._keeps_branches))
        merged = self._merged(self._entries[-1].action, action) if self._entries else None
        if merged is None:
            refused = self._mergeable  # and whatever follows does not merge with this one: a replay would merge more
            self._entries.append(Entry(self._number, step, action))
            self._number += 1
            self._follow(action, before)
            self._told.follow(self._entries[-1])
            self._mark(step, action)
            self._mergeable = self._mergeable and not refused
            return
        last = self._entries[-1]
        self._entries[-1] = Entry(last.number, last.step, merged)
        if isinstance(merged, Edit):
            self._experiment = merged.experiment
            self._told.follow(self._entries[-1])
            self._bytes -= self._newest
            self._changes = changes_between(self._before, merged.experiment)
            self._newest = _size(self._changes)
            self._bytes += self._newest
            self._mark(last.step, merged, again=True)

    def _merged(self, last: Logged, action: Logged) -> Logged | None:
        """One action that has the effect of both, or None."""
        match last, action:
            case Advance(before), Advance(steps):
                return Advance(before + steps)
            case SetParameter(then, _, one), SetParameter(now, _, other) if (
                then == now and one is None and other is None
            ):
                return action
            case Edit(), Edit(experiment, back=False, run=None) if self._mergeable:
                only_steps = _is_read_by_steps(changes_between(self._experiment, experiment))
                # two edits that lead nowhere still let a run go on that a rule had ended; none does not
                return action if only_steps and not runs_alike(self._before, experiment) else None
        return None

    def _follow(self, action: Logged, before: Experiment | None = None) -> None:
        """Keep count of the experiment and of the bytes; remember whether the newest edit may merge."""
        changes: Changes | None = None
        if isinstance(action, (Edit, Return)):
            changes = changes_between(before or self._told.source_of(action), action.experiment)
            self._before, self._experiment = self._experiment, action.experiment
            self._changes = changes
            self._newest = _size(changes)
            self._bytes += self._newest
        elif isinstance(action, NewSeed):
            self._experiment = msgspec.structs.replace(self._experiment, seed=action.seed)
        self._bytes += ENTRY_BYTES
        plain = isinstance(action, Edit) and not action.back and action.run is None
        self._mergeable = plain and changes is not None and _is_read_by_steps(changes)

    # -- marks ------------------------------------------------------------------------------------------------------

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The edits of the present run, oldest first."""
        return self._marks.get(self._present, ())

    def forget_marks(self, run: int) -> None:
        """The run of that number is known no more: another one begins when it is returned to."""
        self._marks[run] = ()

    def _mark(self, step: int, action: Logged, again: bool = False) -> None:
        """Keep the mark of an action that has just been written; again: in place of the one before."""
        mark: Mark | None = None
        match action:
            case Reopen(branches=False):
                self._marks, self._present = {0: self.marks}, 0
            case Return(run=run):
                self._present = run
            case Edit(run=run, at=int(at)) if run is not None:
                before = () if "seed" in (self._changes or {}) else self.marks
                self._present, step = run, at
                self._marks[run] = tuple(each for each in before if each.step <= at)
                mark = _mark_of(at, self._changes or {})
            case Reset(run=run) | NewSeed(run=run) | Edit(run=run) if run is not None:
                self._present = run
                self._marks[run] = ()
            case Reset() | NewSeed():
                self._marks[self._present] = ()
            case Edit():
                if self._changes and "seed" in self._changes:
                    self._marks[self._present] = ()
                else:
                    mark = _mark_of(step, self._changes or {})
            case SetParameter() | RestoreParameter():
                mark = Mark(step, ("parameter",))
        kept = self._before_mark if again else self.marks
        self._before_mark = kept
        if mark is not None:
            marked = step > 0 and mark.fields  # before the first step an edit only makes another beginning
            self._marks[self._present] = (*kept[-MOST_MARKS + 1 :], mark) if marked else kept


def written(marks: tuple[Mark, ...], step: int) -> tuple[Mark, ...]:
    """Those that are written down for a run that stands at `step`: in order, and the newest if they come to too much.

    A log cannot tell whether a run that was returned to was still known; the marks of one that was not are no longer
    in order with those of the run that began in its place.
    """
    kept: list[Mark] = []
    left = MOST_MARK_BYTES
    for mark in reversed(marks):
        if mark.step > step:
            continue
        step, left = mark.step, left - len(msgspec.json.encode(mark))
        if left < 0:
            break
        kept.append(mark)
    return tuple(reversed(kept))


def marks_of(log: Log, step: int) -> tuple[Mark, ...]:
    """The marks that are written down for the run at the end of a log, which stands at `step`."""
    return written(Logbook(log).marks, step)


def _mark_of(step: int, changes: Changes) -> Mark:
    """The mark of an edit; title and notes leave none."""
    paths = [path for path in changes if path not in UNMARKED]
    value = changes[paths[0]] if len(paths) == 1 else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Mark(step, tuple(paths))
    return Mark(step, tuple(paths), float(value))


def _size(changes: Changes) -> int:
    """Bytes of an edit in a file."""
    return len(msgspec.json.encode(changes))


def _is_read_by_steps(changes: Changes) -> bool:
    return changes.keys() <= READ_BY_STEPS


class Told:
    """What each of the numbered runs was about at which step, as far as the entries of a log tell.

    It begins with a log's base, and follows its entries. experiment: what the newest of them leads to.
    """

    def __init__(self, log: Log) -> None:
        base = log.base
        self._present, self.experiment = log.run, base.experiment
        begins = 0 if base.state is None else base.state.step
        self._runs: dict[int, list[tuple[int, Experiment]] | None] = {log.run: [(begins, base.experiment)]}
        self._left: dict[int, int] = {}

    def experiment_at(self, step: int) -> Experiment | None:
        """What the present run was about at a step; None where the entries do not tell."""
        known = [experiment for begun, experiment in self._runs.get(self._present) or () if begun <= step]
        return known[-1] if known else None

    def reaches(self, run: int | None, step: int) -> bool:
        """Whether the entries may lead to a step of the run of that number; None: of the present one."""
        known = self._runs.get(self._present if run is None else run, [])
        return known is None or any(begun <= step for begun, _ in known)

    def knows(self, run: int) -> bool:
        """Whether there is a run of that number."""
        return run in self._runs

    def source_of(self, action: Logged) -> Experiment:
        """The experiment that an action changes: the newest, or, of an edit at a past step, the one of then."""
        if isinstance(action, Edit) and action.at is not None:
            return self.experiment_at(action.at) or self.experiment
        return self.experiment

    def follow(self, entry: Entry) -> None:
        """An entry more; one that has merged with the newest takes its place."""
        action, before = entry.action, self.experiment
        match action:
            case Edit(experiment) | Return(experiment=experiment):
                self.experiment = experiment
            case NewSeed(seed):
                self.experiment = msgspec.structs.replace(before, seed=seed)
        now = self.experiment
        match action:
            case Reopen(branches=False):
                self._runs, self._present = {0: self._runs.get(self._present)}, 0
            case Return(run):
                self._left[self._present], self._present = entry.step, run
                known = self._runs.get(run)
                self._runs[run] = None if known is None else [*known, (self._left.get(run, 0), now)]
            case Edit(run=int(run), at=int(at)):
                known, then = self._runs.get(self._present), self.experiment_at(at)
                self._leave_for(run, entry.step)
                if known is None or then is None:
                    self._runs[run] = None
                else:
                    since = [each for each in known if each[0] <= at] if then.seed == now.seed else []
                    self._runs[run] = [*since, (at if since else 0, now)]
            case Edit(run=int(run)) | NewSeed(run=int(run)) | Reset(run=int(run)):
                self._leave_for(run, entry.step)
                self._runs[run] = [(0, now)]
            case NewSeed() | Reset():
                self._runs[self._present] = [(0, now)]
            case Edit(back=back) if now.seed != before.seed:
                self._runs[self._present] = None if back else [(0, now)]
            case Edit():
                known = self._runs.get(self._present)
                if known:
                    kept = known[:-1] if known[-1][0] == entry.step else known
                    self._runs[self._present] = [*kept, (entry.step, now)]

    def copied(self) -> Told:
        """Another one that knows the same."""
        made = copy(self)
        made._runs, made._left = self._runs.copy(), self._left.copy()
        return made

    def _leave_for(self, run: int, step: int) -> None:
        self._left[self._present], self._present = step, run


def told_by(log: Log) -> Told:
    """What all entries of a log tell."""
    told = Told(log)
    for entry in log.entries:
        told.follow(entry)
    return told


def experiments_of(log: Log) -> Iterator[Experiment]:
    """The experiment that a log begins with, and those that its entries lead to."""
    experiment = log.base.experiment
    yield experiment
    for entry in log.entries:
        if isinstance(entry.action, (Edit, Return)):
            experiment = entry.action.experiment
        elif isinstance(entry.action, NewSeed):
            experiment = msgspec.structs.replace(experiment, seed=entry.action.seed)
        else:
            continue
        yield experiment


def last_experiment(log: Log) -> Experiment:
    """The experiment that a log ends with."""
    return deque(experiments_of(log), maxlen=1)[0]
