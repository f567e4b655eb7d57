"""Which moment of the run is looked at: the newest one, or any earlier one.

Owns the wishes to look back and forth, and what is lit on the track; how a moment is reached is the run's.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from playground.diagram.timeline import TrackBranch, Tree, shared_steps
from playground.edits.document import Document
from playground.errors import WrongUse
from playground.past.branches import LONGEST_NAME, Branch
from playground.run.snapshot import HISTORY_COLUMNS, Demand, Snapshot
from playground.views.workbench.doctor.verdicts import Verdicts
from playground.views.workbench.run.live_run import LiveRun
from playground.views.workbench.shown_document import ShownDocument
from playground.words import timeline as words

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.run.session import Session

LOOK_MS = 15
OF_LEFT = Demand(maps=True, predictions=True)
"""What is asked of a run that is not shown."""
STEP = HISTORY_COLUMNS.index("step")
LAST = sys.maxsize
"""The last sample of a batch, however many it has."""


class Timeline(QObject):
    """`changed`: another moment is shown, or the run went on; `turned`: what can be done with that, or with other
    runs, is new."""

    changed, turned = Signal(), Signal()

    def __init__(
        self, run: LiveRun, shown: ShownDocument, put: Callable[[str, Document, str | None], None],
        tell: Callable[[str, str], None], parent: QObject,
    ) -> None:  # fmt: skip
        """put: makes another document the present one, as a step of that name. tell: says a sentence of a kind."""
        super().__init__(parent)
        self._run, self._shown, self._put, self._tell = run, shown, put, tell
        self.lit: int | None = None
        self.verdicts = Verdicts(lambda: self.tree)
        self.runs: tuple[Branch, ...] = ()
        """All runs, oldest first, as of the last action."""
        self.left: dict[int, Snapshot] = {}
        """How runs stood when they were left, by their numbers."""
        self._leaving: dict[int, Future[Snapshot | None]] = {}
        self.lost: frozenset[int] = frozenset()
        """Runs of which nothing is known any more but that they were there."""
        self._listed: Future[tuple[Branch, ...]] | None = None
        self._soon = QTimer(self, interval=LOOK_MS)
        self._soon.timeout.connect(self._take)
        run.acted.connect(self._list)
        self._can: tuple[bool, bool] = (False, False)
        self._others: tuple[tuple[int, str, int, Snapshot], ...] = ()
        self._branches: tuple[TrackBranch, ...] = ()
        self._names: dict[int, str] = {}
        run.snapshot_ready.connect(self._on_changed)
        run.state_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        if self._listed is not None or self._leaving:
            self._take()
        self.changed.emit()
        can = self.is_past, self.step > 0 or bool(self.sample)
        if can != self._can:
            self._can = can
            self.turned.emit()

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def live(self) -> Snapshot | None:
        """The newest moment of the run."""
        return self._run.live

    @property
    def is_past(self) -> bool:
        """Whether another moment than the newest one is shown."""
        return self._run.is_past

    @property
    def step(self) -> int:
        """The step that is shown."""
        return 0 if self._run.snapshot is None else self._run.snapshot.step

    @property
    def sample(self) -> int | None:
        """The place in the coming batch of the sample that is looked at by single steps, if one is."""
        shot = self._run.snapshot
        return None if shot is None or shot.looked_at is None else shot.looked_at[1]

    @property
    def epoch(self) -> int | None:
        """The epoch that is shown; None where there is no run yet."""
        return None if self._run.snapshot is None else self._run.snapshot.epoch

    @property
    def last_epoch(self) -> int | None:
        """The epoch of the newest moment."""
        return None if self.live is None else self.live.epoch

    @property
    def looked_at(self) -> tuple[int | None, int | None]:
        """The epoch of the earlier moment that is shown, and that of the newest; None where that itself is shown."""
        return (self.epoch, self.last_epoch) if self.is_past else (None, None)

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
            self.turned.emit()

    # -- other runs -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Go on from the moment that is shown as another run, with nothing changed so far."""
        document = self._shown.begun()
        if document is None:
            self._tell(words.NOT_YET, "info")
        else:
            self._put(words.BEGIN, document, None)

    def switch(self, number: int) -> None:
        """Go on in another run, as it was left."""
        branch = next((each for each in self.runs if each.number == number), None)
        if branch is not None and number != self.present:
            self._put(words.switch_to(self.names[number]), self._shown.newest.switched(branch), None)

    def rename(self, number: int, name: str) -> None:
        """Call a run so."""
        self._put(words.RENAME, self._shown.newest.named(number, name.strip()[:LONGEST_NAME]), None)

    def drop(self, number: int) -> None:
        """Delete a run that is not the one that is shown."""
        if number != self.present:
            self._put(words.DELETE, self._shown.newest.dropped(number), None)

    def leave(self, number: int, other: int, back: bool) -> None:
        """The document is about to be another one: what is shown of the past is left, and of a run that is left for
        another one it is kept how it stands. back: by undo or redo."""
        if number != other:
            asked = self._run.ask(partial(_left, number))
            if asked is not None:
                self._leaving[number] = asked
                self._soon.start()
        self._run.leave_past(self._run.live if back else self._run.snapshot)

    def _list(self) -> None:
        self._listed = self._run.ask(lambda session: session.branches)
        if not self._run.ready:
            self.runs, self.left, self.lost = (), {}, frozenset()
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
                self.runs = listed.result()
        if self._listed is None and not self._leaving:
            self._ask_left()
        if self._listed is None and not self._leaving:
            self._soon.stop()
        self._name()

    def _ask_left(self) -> None:
        """Of a run that nobody left here, such as one of a file, ask how it stands: one at a time."""
        for each in self.runs:
            if each.number not in (self.present, *self.left, *self.lost):
                if (asked := self._run.ask(partial(_left, each.number))) is not None:
                    self._leaving[each.number] = asked
                return

    @property
    def tree(self) -> Tree:
        """From which run each has left, and at which step."""
        return {each.number: (each.parent, each.left_at) for each in self.runs}

    def _name(self) -> None:
        """What is shown of the other runs."""
        names, present = words.names_of(self.runs), self.present
        found = tuple(
            TrackBranch(each.number, names[each.number], int(shared_steps(self.tree, each.number, present)), each.step)
            for each in self.runs
            if each.number != present and present in names
        )
        others = tuple(
            (each.number, each.name, each.left_at, self.left[each.number]) for each in found if each.number in self.left
        )
        if (found, names, others) != (self._branches, self._names, self._others):
            self._branches, self._names, self._others = found, names, others
            self.changed.emit()
            self.turned.emit()

    # -- looking ----------------------------------------------------------------------------------------------------

    def look(self, step: int) -> None:
        """Show the moment after so many steps; beyond the last one the run itself."""
        live = self.live
        if live is None or step >= live.step:
            self.to_live()
        else:
            self._run.look(max(step, 0))

    def look_now(self, epoch: int) -> None:
        """Show the end of an epoch while the caller waits (pictures, tests). Raises WrongUse where there is none."""
        live = self.live
        if live is None or epoch > live.epoch:
            raise WrongUse("The run has not come to epoch {epoch}.", epoch=epoch)
        rows = live.history[:, [HISTORY_COLUMNS.index("epoch"), STEP]]
        self.look(round(float(np.interp(epoch, rows[:, 0], rows[:, 1]))))
        self._run.settle()

    def to_live(self) -> None:
        """Show the newest moment."""
        self._run.look(None)

    def go(self, rows: int) -> None:
        """So many recorded moments on, or back."""
        recorded, live = self._recorded, self.live
        if live is None:
            return
        stops = np.unique(np.append(recorded, live.step))
        place = int(np.searchsorted(stops, self.step, "left"))
        if rows > 0 and place < len(stops) and stops[place] > self.step:
            place -= 1  # between two of them: the next one is one step on
        self.look(int(stops[min(max(place + rows, 0), len(stops) - 1)]))

    def back(self, what: Literal["sample", "batch", "epoch"]) -> None:
        """One step back: to the beginning of the epoch, or of the one before, or the last update undone; of samples to
        the one that was looked at before, which may be the last of the batch before."""
        shot = self._run.snapshot
        if shot is None:
            return
        self._run.pause()
        if what == "sample" and self.sample:
            self._run.look(shot.step, self.sample - 1)
            return
        if what == "sample":
            if shot.step > 0:
                self._run.look(shot.step - 1, LAST)
            return
        within, whole = _steps_of_epoch(shot)
        self.look(max(shot.step - ((within or whole) if what == "epoch" else 1), 0))

    def near_recorded(self, step: int, within: float) -> int:
        """The recorded step nearest to one, if it is no farther than `within`; else the step itself."""
        recorded = self._recorded
        if not len(recorded):
            return step
        place = int(np.abs(recorded - step).argmin())
        nearest = int(recorded[place])
        return nearest if abs(nearest - step) <= within else step

    @property
    def _recorded(self) -> NDArray[np.float64]:
        """The steps of the moments that were written down, ascending."""
        live = self.live
        return np.zeros(0) if live is None else live.history[:, STEP]


def _left(number: int, session: Session) -> Snapshot | None:
    return session.times.left(number, OF_LEFT)


def _steps_of_epoch(shot: Snapshot) -> tuple[int, int]:
    """How many steps the epoch under way has made, and how many it takes."""
    size, count = shot.experiment.training.batch_size, max(shot.dataset.train_labels.size, 1)
    return math.ceil(shot.position / size), math.ceil(count / size)
