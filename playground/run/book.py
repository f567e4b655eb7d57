"""What is noted beside a run: its log, what edits have put aside, its past, and which of the numbered runs it is.

Owns the order in which all of these follow an action; knows nothing of who asks, nor whether what is asked is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from playground.data import OwnPoints
from playground.engine.state import RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.past.branches import Branch, Branches
from playground.past.lines import Place, way_to
from playground.run import actions
from playground.run.carrying import points_after, runs_alike
from playground.run.checkpoint import Checkpoint, KeptBranch, Log
from playground.run.cursor import Cursor, log_to
from playground.run.editing import Branching, EntryMade, begin, put_aside, take_over
from playground.run.log import Logbook
from playground.run.memory import Memory
from playground.run.run import Run
from playground.run.shelf import PutAside, Shelf, TypedOver, TypedValues, copied


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
        self.branches = Branches(self.branch_now())
        self.crowded_out: Branch | None = None
        """The branch that had to go for the one that has just begun."""

    @classmethod
    def begun(cls, checkpoint: Checkpoint, run: Run) -> Book:
        """That of a run that was made of a checkpoint."""
        recorded, saved = run.recording.on, checkpoint.state
        beginning = Log(
            replace(checkpoint, points=run.points, log=None, branches=(), past={}), run.number_type, recorded=recorded
        )
        book = cls(run, checkpoint.log or beginning)
        converted = saved is not None and saved.parameters.dtype != run.dtype
        if not book.logbook.log.entries:  # no Reopen will say that other runs are forgotten
            book.number_run(0)
        if book.logbook.is_full or book.logbook.log.recorded != recorded or (checkpoint.log and converted):
            book.cut_log()
            book.memory = Memory(run, book.logbook.log)
        if checkpoint.branches:
            book._open_branches(checkpoint.branches)
        if not converted:
            book.memory.open_past(checkpoint.past)
        return book

    def _open_branches(self, kept: tuple[KeptBranch, ...]) -> None:
        """The branches of a file are there as they were left; what came before is told by the log, if at all."""
        present = next(each.number for each in kept if each.run is None)
        if not self.logbook.log.entries:
            self.logbook.number_run(present)
        self.number = present
        self.memory.number_root(present)
        self.logbook.reopen(branches=True)
        now, found = self.branch_now(), []
        for each in kept:
            left = self.run.experiment if each.run is None else each.run.experiment
            branch = replace(now, number=each.number, name=each.name, parent=each.parent, left_at=each.left_at)
            if each.run is not None and each.run.state is not None:
                beginning = self.run.next_beginning()
                place, sight = self.memory.left(each.number, each.run, beginning)
                number = self.logbook.first if self.logbook.knows(each.number) else -1
                self._shelf.put(each.number, PutAside(each.run, beginning, number, place, sight))
                state, points = each.run.state, each.run.points if left.source_kind.is_given else None
                branch = replace(branch, step=state.step, epoch=state.epoch, experiment=left, points=points)
            found.append(branch)
        self.branches = Branches.of(found, present)

    def left_at(self) -> dict[int, tuple[Place, RunState]]:
        """By the numbers of the runs, where each but the present one was left."""
        found = {}
        for branch in self.branches.listed():
            kept = self._shelf.take(branch.number)
            if branch.number != self.number and kept is not None:
                found[branch.number] = kept.place, kept.state
        return found

    def how_left(self, number: int) -> PutAside | None:
        """A run as it was left; None of the present one, and of one that is known no more."""
        return None if number == self.number else self._shelf.take(number)

    def checkpoint(self) -> Checkpoint:
        """See `Session.checkpoint`: the run with its branches, those that are still known; none where it is alone."""
        kept, gone = list[KeptBranch](), list[Branch]()
        for each in self.all_branches():
            left = None if each.present else self._shelf.take(each.number)
            if left is None and not each.present:
                gone.append(each)
            else:
                run = None if left is None else left.left
                kept.append(KeptBranch(each.number, each.name, each.parent, each.left_at, run))
        alone = len(kept) == 1 and (kept[0].number, kept[0].name) == (0, "")
        return replace(
            self.run.checkpoint(), log=self.logbook.log, branches=() if alone else tuple(kept), gone=tuple(gone),
            past=self.ways(),
        )  # fmt: skip

    def ways(self) -> dict[int, tuple[Place, ...]]:
        """Where each of the branches for a file stands in what is remembered, by its number."""
        memory, found = self.memory, {number: place for number, (place, _) in self.left_at().items()}
        return {number: memory.way(place) for number, place in {**found, self.number: memory.past.line.last}.items()}

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take: a run of its own that goes on, and can be undone, exactly as this one."""
        own = ("run", "logbook", "_shelf", "_typed_over", "memory", "branches")
        return self.__dict__ | {name: copied(self.__dict__[name]) for name in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.memory.follow(self.run)

    def at(self, place: Place) -> Book:
        """That of a new run, as this one was at a moment; see `Session.at`."""
        cursor = Cursor(self.run)
        for _ in cursor.go(place):
            pass
        book = Book(cursor.run, log_to(place, cursor.run), self.memory.beginning_at(place, cursor.run))
        if not book.logbook.log.entries:
            book.number_run(0)
        return book

    # -- what has taken effect --------------------------------------------------------------------------------------

    def write(self, step: int, action: actions.Logged, entry: EntryMade | None = None) -> None:
        """Note an action that has taken effect, and at which step it landed. entry: what it has brought back."""
        branched = None if entry is None else entry.branched
        self.logbook.write(step, action, None if branched is None else branched.before)
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
        step, beside, beginning = run.state.step, run.data_beside, run.beginning
        entry = EntryMade(self.logbook.number, *self.memory.now(run))
        with run.changed_as_a_whole():
            yield entry
        self.sample = None
        self.version += 1
        if run.beginning != beginning and entry.became is None and entry.branched is None:
            self.branches.begun_anew(self.number)
        self.write(step, action, entry)
        unknown = entry.returned is not None and entry.returned.number < self.logbook.first
        untold = entry.branched is not None and not entry.branched.is_told
        if unknown or untold or run.data_beside != beside:
            self.cut_log()  # no later file holds what came back, or the points until here

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
        """Begin anew as the run of the action's number, or as a branch; what was there can be returned to."""
        assert action.run is not None
        at = action.at if isinstance(action, actions.Edit) else None
        cursor = None if at is None else self._cursor_at(at)
        if cursor is not None:
            points = points_after(experiment, points, (self.run.points, cursor.run.points))
        self.branches.tell(self.branch_now())
        with self.edited(action) as entry:
            self._shelf.put(self.number, put_aside(self.run, entry))
            if cursor is None:
                begin(self.run, experiment, points)
            else:
                self._branch(cursor, entry)
                take_over(self.run, experiment, Shelf(), False, entry, points)
            parent, self.number = self.number, action.run
        fork = entry.branched
        if at and fork is not None and fork.beginning != self.run.beginning:  # another seed is another run
            at = None
        self.crowded_out = self.branches.begin(self.number, parent, at)
        self.branches.tell(self.branch_now())

    def _cursor_at(self, step: int) -> Cursor:
        """What stands where the run was at a step."""
        place, cursor = self.memory.place_at(step), Cursor(self.run)
        if place is None:
            raise WrongUse("The past of this run cannot be reached: its log does not lead to it.")
        for _ in cursor.go(place):
            pass
        return cursor

    def _branch(self, cursor: Cursor, entry: EntryMade) -> None:
        """Stand where a cursor does. Which layers are the same ones is told by the log, as it is in a replay."""
        run, place = self.run, cursor.place
        assert place is not None
        then, told = cursor.run.experiment, self.logbook.experiment_at(place.step)
        run.become(cursor.run.checkpoint(), run.beginning)
        run.experiment = told if told == then else then
        run.beginning = run.next_beginning()
        entry.branched = Branching(place, way_to(place).sight, run.beginning, run.experiment, told == then)

    def return_to(self, action: actions.Return) -> bool:
        """See `Session.return_to`."""
        self.branches.tell(self.branch_now())
        with self.edited(action) as entry:
            kept = self._shelf.take(action.run)
            self._shelf.put(self.number, put_aside(self.run, entry))
            entry.lost = kept is None or not runs_alike(kept.left.experiment, action.experiment)
            entry.lost = entry.lost or not self._becomes(kept)
            if entry.lost:
                begin(self.run, action.experiment, action.points)
                self.logbook.forget_marks(action.run)
            else:
                self.run.experiment, entry.became = action.experiment, kept
            entry.returned, self.number = kept, action.run
        self.branches.return_to(self.branch_now())
        return not entry.lost

    def _becomes(self, kept: PutAside | None) -> bool:
        """Let a run that was left take the place of this one, if it is known; that of a forged file may not fit."""
        try:
            if kept is not None:
                self.run.become(kept.left, kept.beginning)
        except WrongUse:
            return False
        return kept is not None

    def number_run(self, run: int) -> None:
        """Give the run its number, before anything is done with it."""
        self.number = run
        self.logbook.number_run(run)
        self.branches.forget_others(run)

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

    def reopen(self, branches: bool = False) -> None:
        """See `Session.reopen`."""
        self._shelf.clear(but_runs=branches)
        self._typed_over.clear()
        if not branches:
            self.number = 0
            self.branches.forget_others(0)
        self.logbook.reopen(branches)

    # -- branches ---------------------------------------------------------------------------------------------------

    def branch_now(self) -> Branch:
        """The present branch, as far as the run tells of it."""
        run = self.run
        points = run.points if run.experiment.source_kind.is_given else None
        return Branch(self.number, "", None, None, run.state.step, run.state.epoch, run.experiment, True, points)

    def all_branches(self) -> tuple[Branch, ...]:
        """Those that there are, oldest first."""
        self.branches.tell(self.branch_now())
        return self.branches.listed()

    def name_branch(self, action: actions.NameBranch) -> None:
        """See `Session.rename`."""
        self._must_have(action.run)
        self.branches.name(action.run, action.name)
        self._write_of(action)

    def drop_branch(self, action: actions.DropBranch) -> None:
        """See `Session.delete`."""
        if action.back:
            if self.branches.found(action.run) is None:
                self._must_have(action.run)
            self.branches.bring_back(action.run)
        else:
            self._must_have(action.run)
            if action.run == self.number:
                raise WrongUse("The present branch cannot be deleted: switch to another one first.")
            self.branches.drop(action.run)
        self._write_of(action)

    def _write_of(self, action: actions.NameBranch | actions.DropBranch) -> None:
        """Note what becomes of a branch, unless the log does not know it: a replay has none then."""
        if self.logbook.knows(action.run):
            self.write(self.run.state.step, action)

    def branch_of(self, number: int) -> Branch:
        """The branch of a number; raises WrongUse where there is none."""
        self._must_have(number)
        return next(each for each in self.all_branches() if each.number == number)

    def experiment_at(self, step: int) -> Experiment:
        """What the run was about at a step that can be reached."""
        then, told = self._cursor_at(step).run.experiment, self.logbook.experiment_at(step)
        return told if told == then else then

    def _must_have(self, number: int) -> None:
        if not self.branches.has(number):
            known = [branch.number for branch in self.branches.listed()]
            raise WrongUse("There is no branch {given}; there are {known}.", given=number, known=known)
