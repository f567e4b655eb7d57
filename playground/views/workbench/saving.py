"""Saving without holding up the window: where the run waits for its kernels, the file is written once it can be told.

Owns that one writing, waited for or not, and what is said of it; knows nothing of dialogs or of how files look.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from playground.edits.document import Document
from playground.errors import PlaygroundError
from playground.past.branches import Branch
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.open_file import OpenFile
from playground.words.errors import told
from playground.words.saving import changed_meanwhile, saved, when_prepared, without, without_run

LOOK_MS = 30


class _Waiting(NamedTuple):
    """What is to be written where, the document of that moment, and what the file was like; is_open: see `write`."""

    target: Path
    document: Document
    checkpoint: Future[Checkpoint]
    before: OpenFile
    is_open: bool


class Saving(QObject):
    """`ended` tells, of a file that had to wait, whether it was written.

    tell: says a sentence of a kind. note: a file holds a document now, with a run of so many steps, or an experiment
    that is all there is of it.
    """

    ended = Signal(bool)

    def __init__(
        self, parent: QObject, tell: Callable[[str, str], None], note: Callable[[Path, int, Document], None]
    ) -> None:
        super().__init__(parent)
        self._tell, self._note = tell, note
        self._waiting: list[_Waiting] = []
        self.left_out: tuple[Branch, ...] = ()
        """The branches that the file which was written last does not have."""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._on_look)

    @property
    def target(self) -> Path | None:
        """The file that waits to be written; of several the newest."""
        return self._waiting[-1].target if self._waiting else None

    def write(self, target: Path, document: Document, checkpoint: Checkpoint, is_open: bool) -> bool:
        """Write a file now; False, with a message, if that failed. is_open: whether the document came from it."""
        from playground.exchange import files

        self._waiting = [each for each in self._waiting if not _is_same(each.target, target)]  # older than this
        only_experiment = target.suffix == ".json"
        try:
            out = files.write(target, checkpoint.experiment if only_experiment else checkpoint)
        except PlaygroundError as error:
            self._tell(told(error), "error")
            return False
        steps = 0 if checkpoint.state is None else checkpoint.state.step
        lost = "points" if checkpoint.points is not None else "trained weights" if steps else ""
        self.left_out = out
        if out:
            self._tell(without(target.name, out, checkpoint), "warning")
        else:
            self._tell(saved(target.name, lost if only_experiment else ""), "info")
        if not only_experiment or not lost or (is_open and checkpoint.points is None):
            self._note(target, steps, document)
        return True

    def write_later(self, target: Path, document: Document, checkpoint: Future[Checkpoint], is_open: bool) -> None:
        """Write a file as soon as its checkpoint is there, unless it is given up before."""
        before = next((each.before for each in self._waiting if _is_same(each.target, target)), OpenFile.now(target))
        others = [each for each in self._waiting if not _is_same(each.target, target)]
        self._waiting = [*others, _Waiting(target, document, checkpoint, before, is_open)]
        self._timer.start()
        self._tell(when_prepared(target.name), "info")

    def give_up(self) -> None:
        """Nothing is written later."""
        self._waiting = []
        self._timer.stop()

    def _on_look(self) -> None:
        """The oldest first: each asks for a later moment than the one before."""
        while self._waiting and self._waiting[0].checkpoint.done():
            self.ended.emit(self._write_waiting(self._waiting.pop(0)))
        if not self._waiting:
            self._timer.stop()

    def _write_waiting(self, waiting: _Waiting) -> bool:
        name, future = waiting.target.name, waiting.checkpoint
        if future.cancelled():
            self._tell(without_run(name), "error")
        elif waiting.before.is_another or (waiting.before.mark is None and waiting.target.exists()):
            self._tell(changed_meanwhile(name), "error")
        else:
            error = future.exception()
            if error is None:
                return self.write(waiting.target, waiting.document, future.result(), waiting.is_open)
            self._tell(f"{name} was not saved: {told(error) if isinstance(error, PlaygroundError) else error}", "error")
        return False


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names are of one file."""
    return os.path.realpath(one) == os.path.realpath(other)
