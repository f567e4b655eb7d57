"""Where a session can go besides going on: to the moments of its past, and to its branches.

Owns the ways there; what is kept of the past is told by `playground.run.memory`, and how a branch begins by
`playground.run.book`. `Session` has the words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from playground.errors import WrongUse
from playground.past.branches import Branch, name_given
from playground.past.lines import Place
from playground.run.actions import DropBranch, Edit, NameBranch, Return
from playground.run.book import Book
from playground.run.checkpoint import Log
from playground.run.cursor import Cursor
from playground.run.looking import snapshot_of
from playground.run.memory import PIECES
from playground.run.performing import Able, done_again
from playground.run.snapshot import Demand, LiveEnd, Snapshot
from playground.scalars import whole

Fresh = Callable[[Log], tuple[Able, Book]]
"""Makes a session that stands at the base of a log, and its book."""


class Times:
    """The ways into the past of a session and to its branches; of the session's own thread."""

    def __init__(self, book: Book, fresh: Fresh) -> None:
        self._book, self._fresh = book, fresh
        self._recall: Iterator[None] | None = None

    # -- the past ---------------------------------------------------------------------------------------------------

    def recalling(self, step: int) -> Iterator[None]:
        """Live again through what only the log tells of, where a step asks for that; yields wherever it may rest.

        Raises WrongUse for a step that the run has not come to, or that nothing leads to any more.
        """
        memory = self._book.memory
        if memory.place_at(whole("step", step)) is None:
            self._recall = self._recall or self._lived_again()
            for _ in self._recall:  # whoever asks next goes on with it
                yield
            self.place_at(step)

    def _lived_again(self) -> Iterator[None]:
        memory = self._book.memory
        log = memory.opened
        again, book = self._fresh(log)
        yield from done_again(again, log, max(1, memory.past.gap // PIECES))
        memory.adopt(book.memory, book.run.state, book.left_at())

    def reached(self, step: int) -> int:
        """A step of the past that can be gone to from here; raises WrongUse for others."""
        for _ in self.recalling(step):
            pass
        return int(step)

    def place_at(self, step: int) -> Place:
        """The moment at a step, for a cursor; after `recalling`."""
        place = self._book.memory.place_at(step)
        if place is None:
            raise WrongUse("The past of this run cannot be reached: its log does not lead to it.")
        return place

    def kept_at(self, step: int) -> Place | None:
        """The moment at a step that can be gone to at once; None where it has to be lived again. Raises as `recalling`.

        What only a file tells of it has the same parameters, order and figures; the curves until then may be coarser.
        """
        memory = self._book.memory
        return memory.place_at(whole("step", step)) or memory.saved_at(step)

    def is_saved(self, step: int) -> bool:
        """Whether only a file has kept states of a moment, which the log may lead to, too."""
        memory = self._book.memory
        return memory.place_at(step) is None and memory.saved_at(step) is not None

    def rebuilding(self, step: int) -> Iterator[None] | None:
        """Live again, piece by piece, what only a file's states tell of a moment; None where all is known of it."""
        return self.recalling(step) if self.is_saved(step) else None

    def forget_saved(self) -> None:
        """Believe no more what a file has kept of the past."""
        self._book.memory.forget_saved()

    def cursor(self) -> Cursor:
        """What goes to any moment of the past, and shows it; it shares the session's points."""
        return Cursor(self._book.run, shares=True)

    def snapshot_at(self, cursor: Cursor, demand: Demand, sample: int | None, version: int) -> Snapshot:
        """The moment at which a cursor stands, as a snapshot; see `Session.snapshot`."""
        run, then = self._book.run, cursor.run.state
        marks = tuple(mark for mark in self._book.logbook.marks if mark.step <= then.step)
        found = snapshot_of(cursor.run, demand, sample, version, marks)
        samples = run.recording.samples.until(then.epoch) if demand.samples else None
        return replace(found, live=LiveEnd(run.state.step, run.state.epoch), samples=samples)

    def left(self, number: int, demand: Demand) -> Snapshot | None:
        """How a branch stands, without going there; None of one that is known no more."""
        book = self._book
        if number == book.number:
            return snapshot_of(book.run, demand, book.sample, book.version, book.logbook.marks)
        kept = book.how_left(number)
        if kept is None:
            return None
        run = self.cursor().run
        run.become(kept.left, kept.beginning)
        return snapshot_of(run, demand, None, -1)

    def look_at_sample(self, place: int) -> None:
        """Look at the sample at this place of the coming batch, beyond its last one at that, as single steps do."""
        run, book = self._book.run, self._book
        book.sample = min(place, run.batch_left - 1) if run.divergence is None else None

    # -- branches ---------------------------------------------------------------------------------------------------

    def branch(self, name: str, at: int | None) -> Branch:
        """See `Session.branch`."""
        book = self._book
        name, number = name_given(name), book.branches.next_number
        at = self.reached(book.run.state.step if at is None else at)
        then = book.experiment_at(at)
        book.begin(then, Edit(then, run=number, at=at))
        if name:
            self.name(number, name)
        return book.branch_of(number)

    def of(self, branch: Branch | int) -> Branch:
        """A branch as it is now; raises WrongUse where there is none."""
        return self._book.branch_of(branch.number if isinstance(branch, Branch) else whole("branch", branch))

    def switch(self, branch: Branch | int) -> Branch:
        """See `Session.switch`."""
        found = self.of(branch)
        if not found.present:
            self._book.return_to(Return(found.number, found.experiment, found.points))
        return self.of(found.number)

    def name(self, run: int, name: str) -> None:
        """See `Session.rename`."""
        self._book.name_branch(NameBranch(whole("run", run), name_given(name)))

    def drop(self, run: int, back: bool = False) -> None:
        """See `Session.delete`; back: it is deleted no more."""
        self._book.drop_branch(DropBranch(whole("run", run), back))

    def made_way(self) -> Branch | None:
        """The branch that had to go for the one that has just begun, told once."""
        gone, self._book.crowded_out = self._book.crowded_out, None
        return gone
