"""All runs of the document: from which each has left, how it stood then, what it is called, and which is pointed at.

Owns what is known of them, and the wishes to begin, switch, rename and delete one; knows nothing of the moment that is
looked at. Whether anything comes of a wish is told by the document that it makes.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from playground.diagram.timeline import TrackBranch, Tree, shared_steps
from playground.edits.document import Document
from playground.past.branches import LONGEST_NAME, Branch
from playground.run.snapshot import Demand, Snapshot
from playground.views.workbench.run.live_run import LiveRun
from playground.views.workbench.shown_document import ShownDocument
from playground.words import timeline as words

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.run.session import Session

LOOK_MS = 15
OF_LEFT = Demand(maps=True, predictions=True)
"""What is asked of a run that is not shown."""


class Runs(QObject):
    """`changed`: other runs are there, one is called otherwise, or another one is pointed at."""

    changed = Signal()

    def __init__(
        self, run: LiveRun, shown: ShownDocument, put: Callable[[str, Document, str | None], None],
        tell: Callable[[str, str], None], parent: QObject,
    ) -> None:  # fmt: skip
        """put: makes another document the present one, as a step of that name. tell: says a sentence of a kind."""
        super().__init__(parent)
        self._run, self._shown, self._put, self._tell = run, shown, put, tell
        self.lit: int | None = None
        self.all: tuple[Branch, ...] = ()
        """All of them, oldest first, as of the last action."""
        self.left: dict[int, Snapshot] = {}
        """How runs stood when they were left, by their numbers."""
        self._leaving: dict[int, Future[Snapshot | None]] = {}
        self.lost: frozenset[int] = frozenset()
        """Runs of which nothing is known any more but that they were there."""
        self._listed: Future[tuple[Branch, ...]] | None = None
        self._others: tuple[tuple[int, str, int, Snapshot], ...] = ()
        self._branches: tuple[TrackBranch, ...] = ()
        self._names: dict[int, str] = {}
        self._soon = QTimer(self, interval=LOOK_MS)
        self._soon.timeout.connect(self._take)
        run.acted.connect(self._list)
        run.snapshot_ready.connect(self._on_changed)
        run.state_changed.connect(self._on_changed)

    @property
    def branches(self) -> tuple[TrackBranch, ...]:
        """The other runs, oldest first."""
        return self._branches

    @property
    def others(self) -> tuple[tuple[int, str, int, Snapshot], ...]:
        """The other runs of which it is known how they stood: number, name, the step up to which they are this one."""
        return self._others

    @property
    def present(self) -> int:
        """The number of the run that is shown."""
        return self._shown.newest.run

    @property
    def names(self) -> dict[int, str]:
        """How each run is called, by its number: by the user, or else by what it does otherwise than its parent."""
        return self._names

    @property
    def last(self) -> int | None:
        """The number of the youngest of them."""
        return self.branches[-1].number if self.branches else None

    def light(self, number: int | None) -> None:
        """A branch is pointed at."""
        if number != self.lit:
            self.lit = number
            self.changed.emit()

    # -- wishes -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Go on from the moment that is shown as another run, with nothing changed so far."""
        document = self._shown.begun()
        if document is None:
            self._tell(words.NOT_YET, "info")
        else:
            self._put(words.BEGIN, document, None)

    def switch(self, number: int) -> None:
        """Go on in another run, as it was left."""
        branch = next((each for each in self.all if each.number == number), None)
        if branch is not None and number != self.present:
            self._put(words.switch_to(self.names[number]), self._shown.newest.switched(branch), None)

    def rename(self, number: int, name: str) -> None:
        """Call a run so."""
        self._put(words.RENAME, self._shown.newest.named(number, name.strip()[:LONGEST_NAME]), None)

    def drop(self, number: int) -> None:
        """Delete a run that is not the one that is shown."""
        if number != self.present:
            self._put(words.DELETE, self._shown.newest.dropped(number), None)

    def leave(self, number: int) -> None:
        """Another run is about to take the place of this one: how it stands is kept."""
        asked = self._run.ask(partial(_left, number))
        if asked is not None:
            self._leaving[number] = asked
            self._soon.start()

    # -- what is asked of the run -----------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        if self._listed is not None or self._leaving:
            self._take()

    def _list(self) -> None:
        self._listed = self._run.ask(lambda session: session.branches)
        if not self._run.ready:
            self.all, self.left, self.lost = (), {}, frozenset()
        self._soon.start()

    def _take(self) -> None:
        """What was asked of the run, as soon as it is told."""
        for number in [each for each, asked in self._leaving.items() if asked.done()]:
            asked = self._leaving.pop(number)
            if not asked.cancelled() and asked.exception() is None:
                shot, self.lost = asked.result(), self.lost | {number}
                if shot is not None:
                    self.left[number], self.lost = shot, self.lost - {number}
        listed = self._listed
        if listed is not None and listed.done():
            self._listed = None
            if not listed.cancelled() and listed.exception() is None:
                self.all = listed.result()
        if self._listed is None and not self._leaving:
            self._ask_left()
        if self._listed is None and not self._leaving:
            self._soon.stop()
        self._name()

    def _ask_left(self) -> None:
        """Of a run that nobody left here, such as one of a file, ask how it stands: one at a time."""
        for each in self.all:
            if each.number not in (self.present, *self.left, *self.lost):
                if (asked := self._run.ask(partial(_left, each.number))) is not None:
                    self._leaving[each.number] = asked
                return

    @property
    def tree(self) -> Tree:
        """From which run each has left, and at which step."""
        return {each.number: (each.parent, each.left_at) for each in self.all}

    def _name(self) -> None:
        """What is shown of the other runs."""
        names, present = words.names_of(self.all), self.present
        found = tuple(
            TrackBranch(each.number, names[each.number], int(shared_steps(self.tree, each.number, present)), each.step)
            for each in self.all
            if each.number != present and present in names
        )
        others = tuple(
            (each.number, each.name, each.left_at, self.left[each.number]) for each in found if each.number in self.left
        )
        if (found, names, others) != (self._branches, self._names, self._others):
            self._branches, self._names, self._others = found, names, others
            self.changed.emit()


def _left(number: int, session: Session) -> Snapshot | None:
    return session.times.left(number, OF_LEFT)
