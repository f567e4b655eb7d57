"""What is noted beside a run: its log, what edits have put aside, its past, and which of the numbered runs it is.

Owns the order in which all of these follow an action; knows nothing of who asks, nor whether what is asked is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playground.data import OwnPoints
from playground.experiment.experiment import Experiment
from playground.run import actions
from playground.run.carrying import runs_alike
from playground.run.checkpoint import Checkpoint, Log
from playground.run.cursor import Cursor, log_to
from playground.run.editing import EntryMade, begin, put_aside, take_over
from playground.run.log import Logbook
from playground.run.memory import Memory
from playground.run.run import Run
from playground.run.shelf import Shelf, TypedOver, TypedValues, copied


class Book:
    """A run, and what is noted of it. `version` grows with every edit.

    sample: the place in the coming batch of the sample that is looked at; an edit ends that.
    """

    def __init__(self, run: Run, log: Log, memory: Memory | None = None) -> None:
        self.run, self.logbook = run, Logbook(log)
        self._shelf, self._typed_over = Shelf(), TypedValues()
        self.number = self.version = 0
        self.sample: int | None = None
        self.memory = Memory(run, log) if memory is None else memory

    @classmethod
    def begun(cls, checkpoint: Checkpoint, run: Run) -> Book:
        """That of a run that was made of a checkpoint."""
        recorded, saved = run.recording.on, checkpoint.state
        beginning = Log(replace(checkpoint, points=run.points, log=None), run.number_type, recorded=recorded)
        book = cls(run, checkpoint.log or beginning)
        converted = saved is not None and saved.parameters.dtype != run.dtype
        if not book.logbook.log.entries:  # no Reopen will say that other runs are forgotten
            book.number_run(0)
        if book.logbook.is_full or book.logbook.log.recorded != recorded or (checkpoint.log and converted):
            book.cut_log()
            book.memory = Memory(run, book.logbook.log)
        return book

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take: a run of its own that goes on, and can be undone, exactly as this one."""
        own = ("run", "logbook", "_shelf", "_typed_over", "memory")
        return self.__dict__ | {name: copied(self.__dict__[name]) for name in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.memory.follow(self.run)

    def at(self, step: int) -> Book:
        """That of a new run, as this one was at a step; see `Session.at`."""
        place, cursor = self.memory.place_at(step), Cursor(self.run)
        assert place is not None
        for _ in cursor.go(place):
            pass
        book = Book(cursor.run, log_to(place, cursor.run), self.memory.beginning_at(place, cursor.run))
        book.number = book.logbook.log.run
        return book

    # -- what has taken effect --------------------------------------------------------------------------------------

    def write(self, step: int, action: actions.Logged, entry: EntryMade | None = None) -> None:
        """Note an action that has taken effect, and at which step it landed. entry: what it has brought back."""
        self.logbook.write(step, action)
        self.memory.note(self.run, action, entry)
        if self.logbook.is_full:
            self.cut_log()

    def cut_log(self) -> None:
        """From here on the log begins with the state of this moment."""
        run = self.run
        self.logbook.begin_anew(run.checkpoint(), run.number_type, run.recording.on, self.number)

    @contextmanager
    def edited(self, action: actions.Logged) -> Iterator[EntryMade]:
        """Around whatever an action does: it is noted, and the log begins anew where it could not tell of that."""
        run = self.run
        step, beside = run.state.step, run.data_beside
        entry = EntryMade(self.logbook.number, *self.memory.now(run))
        with run.changed_as_a_whole():
            yield entry
        self.sample = None
        self.version += 1
        self.write(step, action, entry)
        unknown = entry.returned is not None and entry.returned.number < self.logbook.first
        if unknown or run.data_beside != beside:  # no later file holds what came back, or the points until here
            self.cut_log()

    # -- edits ------------------------------------------------------------------------------------------------------

    def take_over(self, experiment: Experiment, action: actions.Edit | actions.NewSeed) -> bool:
        """See `Session.apply`."""
        if experiment == self.run.experiment:
            return True
        with self.edited(action) as entry:
            back, points = (action.back, action.points) if isinstance(action, actions.Edit) else (False, None)
            take_over(self.run, experiment, self._shelf, back, entry, points)
        return not entry.lost

    def begin(self, experiment: Experiment, action: actions.Beginning, points: OwnPoints | None = None) -> None:
        """Begin anew as the run of the action's number; the one that was there can be returned to."""
        assert action.run is not None
        with self.edited(action) as entry:
            self._shelf.put(self.number, put_aside(self.run, entry))
            begin(self.run, experiment, points)
            self.number = action.run

    def return_to(self, action: actions.Return) -> bool:
        """See `Session.return_to`."""
        with self.edited(action) as entry:
            kept = self._shelf.take(action.run)
            self._shelf.put(self.number, put_aside(self.run, entry))
            entry.lost = kept is None or not runs_alike(kept.left.experiment, action.experiment)
            if kept is None or entry.lost:
                begin(self.run, action.experiment, action.points)
                self.logbook.forget_marks(action.run)
            else:
                self.run.become(kept.left, kept.beginning)
                self.run.experiment, entry.became = action.experiment, kept
            entry.returned, self.number = kept, action.run
        return not entry.lost

    def number_run(self, run: int) -> None:
        """Give the run its number, before anything is done with it."""
        self.number = run
        self.logbook.number_run(run)

    def set_parameter(self, index: int, value: float, key: int | None) -> None:
        """See `Session.set_parameter`."""
        if key is not None:
            found, beginning = float(self.run.state.parameters[index]), self.run.beginning
            self._typed_over.remember(key, TypedOver(index, found, beginning, self.logbook.number))
        self._put(index, value)
        self.write(self.run.state.step, actions.SetParameter(index, value, key))

    def restore_parameter(self, index: int, key: int) -> None:
        """See `Session.restore_parameter`."""
        kept = self._typed_over.found(key, index, self.run.beginning)
        if kept is not None and index < self.run.state.parameters.size:
            self._put(index, kept.value)
            self.write(self.run.state.step, actions.RestoreParameter(index, key))
            if kept.number < self.logbook.first:  # the log does not tell of that value
                self.cut_log()

    def _put(self, index: int, value: float) -> None:
        self.run.put(index, value)
        self.version += 1

    def reopen(self) -> None:
        """See `Session.reopen`."""
        self._shelf.clear()
        self._typed_over.clear()
        self.number = 0
        self.logbook.reopen()
