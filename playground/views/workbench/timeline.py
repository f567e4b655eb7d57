"""Which moment of the run is looked at: the newest one, or any earlier one; and what the document is then.

Owns the wishes to look back and forth, and what is lit on the track; how a moment is reached is the run's. Edits are
made to the document as it is shown, so that whoever looks back edits what is seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from playground.data import Dataset
from playground.diagram.timeline import TrackBranch
from playground.edits.document import Document, Tweak
from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run.snapshot import HISTORY_COLUMNS, Snapshot
from playground.views.workbench.live_run import LiveRun

STEP = HISTORY_COLUMNS.index("step")


class Timeline(QObject):
    """`changed`: another moment is shown, or the run went on; `turned`: what can be done with that is new."""

    changed, turned = Signal(), Signal()

    def __init__(self, run: LiveRun, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self.lit: int | None = None
        self._can: tuple[bool, bool] = (False, False)
        run.snapshot_ready.connect(self._on_changed)
        run.state_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.changed.emit()
        can = self.is_past, self.step > 0
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
        return ()

    @property
    def last(self) -> int | None:
        """The number of the youngest of them."""
        return self.branches[-1].number if self.branches else None

    def light(self, number: int | None) -> None:
        """A branch is pointed at."""
        if number != self.lit:
            self.lit = number
            self.changed.emit()

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
        """One step back: to the beginning of the epoch, or of the one before, or the last update undone.

        A sample is no update: where single samples are looked at it is the one before, else the update.
        """
        shot = self._run.snapshot
        if shot is None:
            return
        self._run.pause()
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


def _steps_of_epoch(shot: Snapshot) -> tuple[int, int]:
    """How many steps the epoch under way has made, and how many it takes."""
    size, count = shot.experiment.training.batch_size, max(shot.dataset.train_labels.size, 1)
    return math.ceil(shot.position / size), math.ceil(count / size)


BEING_CHANGED = "The network is being changed; set the value again in a moment."


class ShownDocument:
    """newest: gives the document as it is now."""

    def __init__(self, run: LiveRun, newest: Callable[[], Document]) -> None:
        self._run, self._newest = run, newest
        self._made: tuple[Experiment, Document, Document] | None = None
        self._tweak_keys = count()
        self._then: Document | None = None
        """What was shown last, where that was of an earlier moment."""

    @property
    def document(self) -> Document:
        """The document, as of the moment that is shown. Title and notes are no part of a run: they are the newest."""
        newest, shot = self._newest(), self._past
        if shot is None:
            return newest
        if self._made is None or self._made[0] is not shot.experiment or self._made[1] is not newest:
            now = newest.experiment
            then = msgspec.structs.replace(shot.experiment, title=now.title, notes=now.notes)
            then = now if then == now else then
            points = newest.points if shot.points is None else shot.points
            document = replace(newest, experiment=then, points=points, blank=False)
            self._made = shot.experiment, newest, newest if document == newest else document
        return self._made[2]

    @property
    def dataset(self) -> Dataset | None:
        """The points of then; None where the newest moment is shown."""
        return None if self._past is None else self._past.dataset

    @property
    def _past(self) -> Snapshot | None:
        return self._run.snapshot if self._run.is_past else None

    def has_turned(self) -> bool:
        """Whether looking back or forth has led to another experiment, or to other points, since it was asked last."""
        newest = self._newest()
        before, self._then = self._then, None if self._past is None else self.document
        if before is None and self._then is None:
            return False
        one, other = before or newest, self._then or newest
        is_like = (one.experiment, one.blank) == (other.experiment, other.blank)
        return not (is_like and one.points_in_use == other.points_in_use)

    def branched(self, document: Document, runs: Iterator[int]) -> Document:
        """An edited document; at an earlier moment it goes on from there as another run, if anything was edited."""
        newest, shot = self._newest(), self._past
        if shot is None or document.run != newest.run:
            return document
        return newest if document == self.document else document.begun(next(runs), shot.step)

    def with_parameter(self, index: int, value: float) -> Document | None:
        """The document with one weight or bias set, by its flat index; None while the run has another network still.

        Raises PlaygroundError where that cannot be set.
        """
        shot, document = self._run.snapshot, self.document
        if shot is None or shot.layout != Layout.of(document.experiment):
            return None
        check_parameter(index, value, shot.parameters, shot.layout)
        return document.with_tweak(Tweak(next(self._tweak_keys), index, float(value)))
