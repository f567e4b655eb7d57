"""Cross-validation of the present experiment, on a thread of its own, while the run behind the window goes on.

Owns when it begins, that thread, and whether what came out is still about the document; how folds are made and trained,
`playground.population.folds` knows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.data.section import USUAL_PLANE, PlaneWish
from playground.edits.document import Document
from playground.errors import PlaygroundError
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.background import Background
from playground.words.errors import told

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.folds import CrossValidation

FOLDS = 5
Found = tuple[Document, "CrossValidation", tuple[Snapshot, ...]]


class Folding(QObject):
    """`changed` when it has begun, has come a fold further, has ended, or what it found is of an edited document."""

    changed = Signal()

    def __init__(
        self, document: Callable[[], Document], tell: Callable[[str, str], None], parent: QObject,
        plane: Callable[[], PlaneWish] = lambda: USUAL_PLANE,
    ) -> None:  # fmt: skip
        """plane: over which of many columns maps are wished for."""
        super().__init__(parent)
        self._document, self._tell, self._plane = document, tell, plane
        self._over = USUAL_PLANE
        self._drawn: Future[tuple[Snapshot, ...]] | None = None
        self.result: CrossValidation | None = None
        self.networks: tuple[Snapshot, ...] = ()
        """The network of each fold as it was at the end, with its maps."""
        self.done = 0
        """How many folds of those under way are over."""
        self._of: Document | None = None
        self._asked: Future[Found | None] | None = None
        self._told = 0
        self._background = Background("folding", self._on_tick, self)

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
        self.done = self._told = 0
        self._over, self._drawn = self._plane(), None
        self._asked = self._background.submit(self._find, self._document(), epochs, self._over, self._background.anew())
        self.changed.emit()

    def follow_plane(self) -> None:
        """Maps over another plane, where one is wished for since; `changed` when they are there."""
        if self.result is not None and self._asked is None and self._over != self._plane():
            self._over = self._plane()
            self._drawn = self._background.submit(_networks, self.result, self._over)

    def cancel(self) -> None:
        """Train no further; what was found before stays."""
        self._background.cancel.set()

    def wait(self) -> None:
        """Wait for the folds under way (pictures, tests)."""
        for asked in (self._asked, self._drawn):
            if asked is not None:
                asked.exception()
                self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _find(self, document: Document, epochs: int, plane: PlaneWish, cancel: threading.Event) -> Found | None:
        from playground.population.folds import cross_validate

        def count(folds: int) -> None:
            self.done = folds

        points = document.points_in_use
        found = cross_validate(document.experiment, FOLDS, epochs=epochs, points=points, cancel=cancel, done=count)
        return None if found is None else (document, found, _networks(found, plane))

    def _on_tick(self) -> None:
        self._take_drawn()
        if self._asked is None:
            return
        if not self._asked.done():
            if self.done != self._told:
                self._told = self.done
                self.changed.emit()
            return
        asked, self._asked = self._asked, None
        if self._drawn is None:
            self._background.rest()
        try:
            found = asked.result()
        except PlaygroundError as error:
            self._tell(told(error), "error")
            found = None
        if found is not None:
            self._of, self.result, self.networks = found
        self.changed.emit()

    def _take_drawn(self) -> None:
        if self._drawn is not None and self._drawn.done():
            drawn, self._drawn = self._drawn, None
            self.networks = drawn.result()
            if self._asked is None:
                self._background.rest()
            self.changed.emit()


def _networks(found: CrossValidation, plane: PlaneWish) -> tuple[Snapshot, ...]:
    """The network of each fold, on the thread."""
    return tuple(found.snapshot(fold, plane) for fold in found.folds)
