"""Files as other programs and other windows see them: whether one was changed since, and whether somebody has it open.

Owns these two questions; knows nothing of what is in a file.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from filelock import BaseFileLock


class Mark(NamedTuple):
    """What a file was like: its size, its time, and the SHA-256 of its bytes."""

    size: int
    time: int
    digest: str


def mark_of(path: str | os.PathLike[str]) -> Mark | None:
    """The mark of a file as it is now; None where it cannot be read."""
    try:
        facts = os.stat(path)
        with open(path, "rb") as file:
            return Mark(facts.st_size, facts.st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest())
    except (OSError, ValueError):
        return None


def is_another(path: str | os.PathLike[str], mark: Mark) -> bool:
    """Whether a file is not what it was; one that is gone, or was only touched, has not changed."""
    try:
        facts = os.stat(path)
    except (OSError, ValueError):
        return False
    if (facts.st_size, facts.st_mtime_ns) == (mark.size, mark.time):
        return False
    found = mark_of(path)
    return found is not None and found.digest != mark.digest


class Presence:
    """Tells other windows which file this one has open; the folder is shared by all. For one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: BaseFileLock | None = None
        self._place: str | None = None

    def take(self, path: Path | None) -> bool:
        """This window has that file open now, or none; whether no other window has it."""
        self.leave()
        if path is None:
            return True
        from filelock import FileLock, Timeout

        place = _place(path)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / f"{place}.lock", thread_local=False)
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError:
            return True  # a folder that takes no locks tells nothing
        self._lock, self._place = lock, place
        return True

    def is_elsewhere(self, path: Path) -> bool:
        """Whether another window than this one has that file open; any thread may ask."""
        asked = Presence(self._folder)
        is_alone = asked.take(path)
        asked.leave()
        return not is_alone and self._place != _place(path)

    def leave(self) -> None:
        """The file is open here no more. Its lock stays on disk: two could each hold one that is being deleted."""
        if self._lock is not None:
            lock, self._lock, self._place = self._lock, None, None
            lock.release()


def _place(path: Path) -> str:
    """The name of a file's lock: the same for each way to write its path."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
