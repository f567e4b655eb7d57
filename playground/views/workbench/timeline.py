"""Which moment of the run is looked at: the newest one, or any earlier one.

Owns the wishes to look back and forth; how a moment is reached is the run's.
"""

from __future__ import annotations

import math
import sys
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from playground.errors import WrongUse
from playground.run.snapshot import HISTORY_COLUMNS, Snapshot
from playground.views.workbench.run.live_run import LiveRun

STEP = HISTORY_COLUMNS.index("step")
LAST = sys.maxsize
"""The last sample of a batch, however many it has."""


class Timeline(QObject):
    """`changed`: another moment is shown, or the run went on; `turned`: what can be done with that is new."""

    changed, turned = Signal(), Signal()

    def __init__(self, run: LiveRun, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self._can: tuple[bool, bool] = (False, False)
        run.snapshot_ready.connect(self._on_changed)
        run.state_changed.connect(self._on_changed)

    def _on_changed(self) -> None:
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


def _steps_of_epoch(shot: Snapshot) -> tuple[int, int]:
    """How many steps the epoch under way has made, and how many it takes."""
    size, count = shot.experiment.training.batch_size, max(shot.dataset.train_labels.size, 1)
    return math.ceil(shot.position / size), math.ceil(count / size)
