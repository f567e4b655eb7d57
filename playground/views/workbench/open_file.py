"""The file that the document came from or was saved as, and what it was like then.

Owns that memory; knows nothing of documents, runs or who asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from playground.run.checkpoint import Checkpoint

if TYPE_CHECKING:  # what files need is imported when it is used: the window comes first
    from playground.exchange.on_disk import Mark


class OpenFile:
    """`path` is None where the document has no file yet."""

    def __init__(self, path: Path | None = None, mark: Mark | None = None) -> None:
        self.path, self.mark = path, mark

    @classmethod
    def now(cls, path: Path | None) -> OpenFile:
        """A file as it is at this moment."""
        if path is None:
            return cls()
        from playground.exchange.on_disk import mark_of

        return cls(path, mark_of(path))

    @property
    def is_another(self) -> bool:
        """Whether another program, or another window, has changed the file since."""
        if self.path is None or self.mark is None:
            return False
        from playground.exchange.on_disk import is_another

        return is_another(self.path, self.mark)


class Opened(msgspec.Struct, frozen=True, eq=False):
    """What was read from a SOURCE, and the file it was read from, if it was one."""

    checkpoint: Checkpoint
    file: OpenFile


def read_source(source: str) -> Opened:
    """What a file or another SOURCE holds; raises FileRefused or WrongUse."""
    from playground.exchange.sources import open_source

    path = Path(source)
    file = OpenFile.now(path) if path.suffix and path.exists() else OpenFile()
    return Opened(open_source(source), file)
