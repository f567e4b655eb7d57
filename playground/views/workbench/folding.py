"""Cross-validation of the present experiment, on a thread of its own, while the run behind the window goes on.

Owns when it begins, that thread, and whether what came out is still about the document; how folds are made and trained,
`playground.population.folds` knows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from playground.edits.document import Document
from playground.errors import PlaygroundError
from playground.run.snapshot import Snapshot
from playground.words.errors import told

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.folds import CrossValidation

TICK_MS = 30
FOLDS = 5
Found = tuple[Document, "CrossValidation", tuple[Snapshot, ...]]


class Folding(QObject):
    """`changed` when it has begun, has come a fold further, has ended, or what it found is of an edited document."""

    changed = Signal()

    def __init__(self, document: Callable[[], Document], tell: Callable[[str, str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._tell = document, tell
        self.result: CrossValidation | None = None
        self.networks: tuple[Snapshot, ...] = ()
        """The network of each fold as it was at the end, with its maps."""
        self.done = 0
        """How many folds of those under way are over."""
        self._of: Document | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[Found | None] | None = None
        self._cancel = threading.Event()
        self._told = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def busy(self) -> bool:
        """Whether folds are being trained."""
        return self._asked is not None

    @property
    def is_stale(self) -> bool:
        """Whether what was found is of the experiment before an edit."""
        return self._of is not None and not self._of.says_the_same(self._document())

    def start(self, epochs: int) -> None:
        """Train the folds of the present document for so many epochs each; nothing if some are under way."""
        if self._asked is not None:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="folding")
        self._cancel = threading.Event()
        self.done = self._told = 0
        self._asked = self._thread.submit(self._find, self._document(), epochs, self._cancel)
        self._timer.start()
        self.changed.emit()

    def cancel(self) -> None:
        """Train no further; what was found before stays."""
        self._cancel.set()

    def wait(self) -> None:
        """Wait for the folds under way (pictures, tests)."""
        if self._asked is not None:
            self._asked.exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._cancel.set()
        self._timer.stop()
        if self._thread is not None:
            self._thread.shutdown(wait=True)

    def _find(self, document: Document, epochs: int, cancel: threading.Event) -> Found | None:
        from playground.population.folds import cross_validate

        def count(folds: int) -> None:
            self.done = folds

        points = document.points_in_use
        found = cross_validate(document.experiment, FOLDS, epochs=epochs, points=points, cancel=cancel, done=count)
        return None if found is None else (document, found, tuple(found.snapshot(fold) for fold in found.folds))

    def _on_tick(self) -> None:
        if self._asked is None:
            return
        if not self._asked.done():
            if self.done != self._told:
                self._told = self.done
                self.changed.emit()
            return
        asked, self._asked = self._asked, None
        self._timer.stop()
        try:
            found = asked.result()
        except PlaygroundError as error:
            self._tell(told(error), "error")
            found = None
        if found is not None:
            self._of, self.result, self.networks = found
        self.changed.emit()
