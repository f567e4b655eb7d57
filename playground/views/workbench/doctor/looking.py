"""When the doctor looks at the run behind the window and ahead of it, and the thread on which it thinks about that.

Owns both, and what is known of the run that is there and of those that were left. Only an action withdraws a forecast:
the run that it is of is the same bits. Knows nothing of what is shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan
from playground.edits.document import Document
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Snapshot
from playground.views.workbench.doctor.errand import Errand
from playground.views.workbench.doctor.known import Known, Shelf, moment_of
from playground.views.workbench.doctor.thinking import Memory, ahead_of, look_of
from playground.views.workbench.doctor.verdicts import Verdicts
from playground.views.workbench.doctor.wishes import Wishes
from playground.views.workbench.run.live_run import LiveRun

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast

Found = TypeVar("Found")

LOOK_EVERY = 0.25
"""Seconds between two looks at a run that goes on."""
SHARE = 0.005
"""Of the training thread's time, at most: of large data it is looked at more rarely."""
SETTLE_MS, TICK_MS = 80, 10
"""How long an edit has to stay before it is looked ahead from it, and how often it is looked whether an answer came."""


class Looking(QObject):
    """`known` is of the run that is there. `leaving` before it is of another one, and whether that is an edit of this
    one; `arrived` when it is. `began` when it is not known any more what will happen; `noted` when more is known."""

    leaving, arrived = Signal(bool), Signal()
    began, noted = Signal(), Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edited: SignalInstance, wishes: Wishes,
        verdicts: Verdicts, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._run, self._document, self._wishes, self._verdicts = run, document, wishes, verdicts
        self._subject: Document | None = None
        self._shelf, self.known = Shelf(), Known(Memory(run.can_bend))
        self._due = 0.0
        self._thread: ThreadPoolExecutor | None = None
        self._cancel = threading.Event()
        self._look: Errand[tuple[Snapshot, float], tuple[Snapshot, tuple[Finding, ...]]] = Errand(self._think_of_now)
        self._ahead: Errand[Checkpoint, Forecast | None] = Errand(self._think_ahead)
        self._later, self._settle = QTimer(self), QTimer(self)
        for timer, act in ((self._later, self._follow), (self._settle, self._look_ahead)):
            timer.setSingleShot(True)
            timer.timeout.connect(act)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        run.snapshot_ready.connect(self._follow)
        run.state_changed.connect(self._on_state_changed)
        edited.connect(self._on_edited)

    @property
    def is_ahead(self) -> bool:
        """Whether it is not known yet what will happen."""
        return self._settle.isActive() or self._ahead.busy

    # -- which run --------------------------------------------------------------------------------------------------

    @property
    def _now_about(self) -> Document:
        """Whatever differs here makes another run, of which nothing is known. Which others there are, and what any is
        called, does not; where it has left another one is told by its number."""
        found = self._document()
        experiment = msgspec.structs.replace(found.experiment, title="", notes="")
        return replace(found, experiment=experiment, at=None, branches=())

    def _on_edited(self) -> None:
        now, left = self._now_about, self._subject
        if now != left:
            self._subject = now
            self.begin_anew(True, left)

    def _on_state_changed(self) -> None:
        """A run that is there is looked at, another one anew; Play asks what will happen."""
        self._subject = self._subject or self._now_about
        if self._run.state == "preparing":
            self.begin_anew(False)
        elif self._run.state == "running" and not self._knows_ahead:
            self._look_ahead()
        elif self.known.moment is None:
            self._follow()

    @property
    def _knows_ahead(self) -> bool:
        """Whether the present run was looked ahead at beyond where it stands, or is being so."""
        shot, known = self._run.live, self.known.forecast
        return self.is_ahead or (known is not None and shot is not None and shot.epoch < known.reached)

    def begin_anew(self, edited: bool, left: Document | None = None) -> None:
        """Forget the run before, and look at the one that is there. left: what the one before was about; what is known
        of it is kept for whoever goes back to it."""
        self.leaving.emit(edited)
        known = self.known
        self._cancel.set()
        if self._look.busy:  # what it remembers may be half a look
            known.memory.cancel.set()
            known.memory = Memory(self._run.can_bend)
        for errand in (self._look, self._ahead):
            errand.drop()
        for timer in (self._settle, self._later):
            timer.stop()
        if not edited:
            self._shelf.clear()
        back = self._shelf.exchanged(left, known, self._subject)
        self.known, self._due = back or Known(Memory(self._run.can_bend)), 0.0
        self.arrived.emit()
        if self._may_look:
            self._ask_look()
            if edited and self.known.forecast is None:
                self._settle.start(SETTLE_MS)
                self.began.emit()

    # -- when -------------------------------------------------------------------------------------------------------

    @property
    def _may_look(self) -> bool:
        return self._wishes.on and self._run.ready and not self._document().blank

    def _follow(self) -> None:
        """Look at the newest moment, unless it was looked at, or the last look was a moment ago."""
        shot = self._run.live
        if shot is None or not self._may_look or self._look.busy or moment_of(shot) == self.known.moment:
            return
        wait = self._due - time.monotonic()
        if wait <= 0.0:
            self._ask_look()
        elif not self._later.isActive():
            self._later.start(round(1000 * wait) + 1)

    def _ask_look(self) -> None:
        self._due = time.monotonic() + LOOK_EVERY
        self._look.begin(self._run.ask(look_of))
        self._tick.start()

    def _look_ahead(self) -> None:
        self._settle.stop()
        if self._may_look:
            self._ahead.begin(self._run.ask(lambda session: session.checkpoint()))
            self._tick.start()
            self.began.emit()

    # -- the thread -------------------------------------------------------------------------------------------------

    def _submit(self, task: Callable[[], Found]) -> Future[Found]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="doctor")
        return self._thread.submit(task)

    def _think_of_now(self, asked: tuple[Snapshot, float]) -> Future[tuple[Snapshot, tuple[Finding, ...]]]:
        shot, seconds = asked
        self._due = max(self._due, time.monotonic() + seconds / SHARE)
        return self._submit(partial(self.known.memory.look, shot))

    def _think_ahead(self, start: Checkpoint, plan: Plan | None = None, **limits: Any) -> Future[Forecast | None]:
        self._cancel = threading.Event()
        return self._submit(partial(ahead_of, start, plan, self._cancel, self._run.can_bend, **limits))

    def _on_tick(self) -> None:
        looked, ahead = self._look.take(), self._ahead.take()
        self._note(looked, ahead)
        if not (self._look.busy or self._ahead.busy):
            self._tick.stop()
        if looked is not None:
            self._follow()

    def _note(self, looked: tuple[Snapshot, tuple[Finding, ...]] | None, ahead: Forecast | None) -> None:
        if looked is not None:
            self.known.moment, self.known.live = moment_of(looked[0]), looked[1]
            self.known.about = looked[0].experiment, looked[0].dataset
            when = looked[0].step, looked[0].epoch
            self._verdicts.note(self._document().run, when, looked[1], self.known.about)
        if ahead is not None:
            self.known.forecast = ahead
            self.known.about = ahead.last.experiment, ahead.last.dataset
        self.noted.emit()

    def foresee(self, epochs: int) -> None:
        """Look ahead so far, however long it takes, and wait for it (pictures)."""
        if self._may_look:
            self._settle.stop()
            start = self._run.ask(lambda session: session.checkpoint())
            assert start is not None
            self._note(None, self._think_ahead(start.result(), Plan(epochs, "asked"), seconds=None).result())

    def wait(self) -> None:
        """Wait until all that is to be known of the present moment is (pictures, tests)."""
        self._later.stop()
        if self._settle.isActive():
            self._look_ahead()
        self._note(self._look.wait(), self._ahead.wait())
        shot = self._run.live
        if self._may_look and shot is not None and moment_of(shot) != self.known.moment:
            self._ask_look()
            self._note(self._look.wait(), None)
        self._tick.stop()

    def close(self) -> None:
        """End the thread."""
        for cancel in (self._cancel, self.known.memory.cancel):
            cancel.set()
        for timer in (self._tick, self._later, self._settle):
            timer.stop()
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
