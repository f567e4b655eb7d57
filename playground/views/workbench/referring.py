"""The references of the present data, found on a thread of their own while somebody looks at them.

Owns when they are asked for and that thread; what they are, `playground.reference` knows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from playground.data import Dataset
from playground.reference.patience import GivenUp, unless
from playground.reference.references import References, kept_references

WAIT_MS, TICK_MS = 250, 30
"""How long the data have to stay as they are, and how often it is looked whether an answer is there."""


class Referring(QObject):
    """`known` once the references of the present data are: `references` has them. None while they are not known, and
    of data that have none."""

    known = Signal()

    def __init__(self, dataset: Callable[[], Dataset], changed: SignalInstance, parent: QObject) -> None:
        super().__init__(parent)
        self._dataset = dataset
        self._of: Dataset | None = None
        self._found: References | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[References | None] | None = None
        self._wanted, self._cancel = False, threading.Event()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_tick)
        changed.connect(self.follow)

    @property
    def references(self) -> References | None:
        """Those of the present data, as far as they are known."""
        return self._found if self._of is self._dataset() else None

    def want(self, wanted: bool) -> None:
        """Whether somebody looks at them; what nobody looks at is not asked for."""
        self._wanted = wanted
        self.follow()

    def follow(self) -> None:
        """The data may be others now."""
        if self._wanted and self._of is not self._dataset():
            self._timer.start(WAIT_MS)

    def wait(self) -> None:
        """Wait for the references of the present data (pictures, tests)."""
        if self._wanted and self._of is not self._dataset():
            self._ask()
            if self._asked is not None:
                self._asked.exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._wanted = False
        self._timer.stop()
        self._cancel.set()
        if self._thread is not None:
            self._thread.shutdown(wait=True)

    def _ask(self) -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="referring")
        self._of, self._found = self._dataset(), None
        self._asked = self._thread.submit(self._find, self._of)

    def _find(self, dataset: Dataset) -> References | None:
        """On the thread."""
        try:
            with unless(self._cancel):
                return kept_references(dataset)
        except GivenUp:
            return None

    def _on_tick(self) -> None:
        if self._asked is None:
            if self._wanted and self._of is not self._dataset():
                self._ask()
                self._timer.start(TICK_MS)
        elif not self._asked.done():
            self._timer.start(TICK_MS)
        else:
            asked, self._asked = self._asked, None
            self._found = asked.result()
            self.known.emit()
            self.follow()
