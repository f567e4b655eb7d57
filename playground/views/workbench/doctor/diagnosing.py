"""Asks why the run behind the window has diverged, on a thread of its own, and tells when it is known.

Owns when that is asked and that thread; what the causes are, the run's own file knows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from playground.data import OwnPoints
from playground.edits.document import Document
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.live_run import LiveRun
from playground.words.divergence import cure_name

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.causes.divergence import Cure, Diagnosis

TICK_MS = 30


class Diagnosing(QObject):
    """`known` once the cause of the present divergence is: it is then in `diagnosis`, else there is None."""

    known = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edit: Callable[..., bool], parent: QObject
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._run, self._document, self._edit = run, document, edit
        self.diagnosis: Diagnosis | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[Diagnosis | None] | None = None
        self._subject = 0
        """Grows with whatever makes the question before an old one; its trials then end by themselves."""
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        run.state_changed.connect(self._on_state_changed)

    def _on_state_changed(self) -> None:
        """A run that has diverged is asked why; not where an edit is on its way that may end it."""
        self._forget()
        shot, document = self._run.live, self._document()
        if self._run.state != "diverged" or shot is None or shot.experiment != document.experiment:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="diagnosing")
        self._asked = self._thread.submit(self._find, shot, document.points_in_use, self._subject)
        self._timer.start()

    def _forget(self) -> None:
        """The run has been edited or has begun anew: what was asked and what was found are of no use any more."""
        self._subject += 1
        self.diagnosis = self._asked = None
        self._timer.stop()

    def apply(self, cure: Cure) -> None:
        """A fresh run with the change that helps against the divergence; undo returns to the run that diverged."""
        self._edit(cure_name(cure), cure.experiment, fresh=True)

    def wait(self) -> None:
        """Wait for the answer, if one was asked for (pictures, tests)."""
        if self._asked is not None:
            self._asked.exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._forget()
        if self._thread is not None:
            self._thread.shutdown(wait=True)

    def _find(self, snapshot: Snapshot, points: OwnPoints | None, subject: int) -> Diagnosis | None:
        from playground.causes.divergence import diagnosed

        assert snapshot.divergence is not None
        dataset, wanted = snapshot.dataset, lambda: subject == self._subject
        return diagnosed(snapshot.experiment, dataset, snapshot.divergence, points, wanted)

    def _on_tick(self) -> None:
        if self._asked is None or not self._asked.done():
            return
        asked, self._asked = self._asked, None
        self._timer.stop()
        self.diagnosis = asked.result()
        if self.diagnosis is not None:
            self.known.emit()
