"""The check-up of the run behind the window, made on a thread of its own while that goes on.

Owns when it begins, which steps are made so far, and when they are of no use any more; what a step is,
`playground.diagnosis.check_up` knows.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, SignalInstance

from playground.data import Dataset
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.edits.document import Document
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.run.background import Background, taken
from playground.views.workbench.run.live_run import LiveRun


class CheckingUp(QObject):
    """`changed` when it has begun, has a step more, or has ended; `forgotten` when its steps are of no use any more.
    `steps` are of `experiment` with its `dataset`, by `plan`."""

    changed = Signal()
    forgotten = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edited: SignalInstance, parent: QObject
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._run, self._document = run, document
        self.steps: tuple[Step, ...] = ()
        self.experiment: Experiment | None = None
        self.dataset: Dataset | None = None
        self.plan: Plan | None = None
        self._about: object = None
        self._come: deque[Step] = deque()
        self._asked: Future[None] | None = None
        self._background = Background("check-up", self._on_tick, self)
        edited.connect(self._on_edited)

    @property
    def busy(self) -> bool:
        """Whether steps are being made."""
        return self._asked is not None

    @property
    def can_start(self) -> bool:
        """Whether the run is there, as the document has it."""
        shot, document = self._run.live, self._document()
        return self._run.ready and not document.blank and shot is not None and shot.experiment == document.experiment

    def start(self) -> None:
        """Make all steps anew; nothing while they are being made, or where no run is there yet."""
        shot, document = self._run.live, self._document()
        if self.busy or shot is None or not self.can_start:
            return
        self._come, self.steps = deque(), ()
        self.experiment, self.dataset, self.plan = shot.experiment, shot.dataset, plan_of(shot.experiment)
        self._about = _subject(document)
        start = Checkpoint(shot.experiment, dataset=shot.dataset, points=document.points_in_use)
        cancel, can_bend = self._background.anew(), self._run.can_bend
        self._asked = self._background.submit(_make, start, self.plan, cancel, can_bend, self._come)
        self.changed.emit()

    def cancel(self) -> None:
        """No further; what was made stays."""
        self._background.cancel.set()

    def wait(self) -> None:
        """Wait for the steps under way (pictures, tests)."""
        if self._asked is not None:
            self._asked.exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _on_edited(self) -> None:
        """Steps of another experiment are of no use; title and notes are no part of it."""
        if (self.busy or self.steps) and _subject(self._document()) != self._about:
            self._background.cancel.set()
            self._background.rest()
            self._asked, self.steps, self._come = None, (), deque()
            self.forgotten.emit()

    def _on_tick(self) -> None:
        asked = self._asked
        ended = asked is not None and asked.done()
        come = taken(self._come)
        self.steps = (*self.steps, *come)
        if ended:
            self._background.rest()
            self._asked = None
        if come or ended:
            self.changed.emit()
        if ended and asked is not None:
            asked.result()


def _subject(document: Document) -> object:
    return replace(document, experiment=msgspec.structs.replace(document.experiment, title="", notes=""))


def _make(
    start: Checkpoint, plan: Plan, cancel: threading.Event, can_bend: Callable[[], bool], come: deque[Step]
) -> None:  # fmt: skip
    """All steps, on their thread; each is there as soon as it is made."""
    from playground.diagnosis.check_up.case import Case
    from playground.diagnosis.check_up.checking import steps_of
    from playground.diagnosis.signals.bends import Bends

    for step in steps_of(Case(start, plan, cancel, Bends(can_bend))):
        come.append(step)
