"""Unsaved work on disk, so that a crash, a kill or a failing screen loses seconds.

Owns the folder of journals: a place for each running window, with a lock that ends with its process however it ends,
and which places were left behind. Knows nothing of when something is written, nor of windows.

A place is a folder with `work.nnp` (a model file, replaced as a whole), `about.json`, and perhaps `tail-….json` (what
was done since, and what waits to be done) and `picture.png`; its lock lies beside it, so that a place never exists
without one.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from playground.errors import FileRefused
from playground.exchange import container, model_file, reading, writing
from playground.exchange.on_disk import Mark
from playground.exchange.tail import Restored, Tail, gone_on, read_tail, tail_since, tail_to_do
from playground.run.checkpoint import Checkpoint, Work

if TYPE_CHECKING:
    from filelock import BaseFileLock

WORK, TAIL, ABOUT, PICTURE, LOCK = "work.nnp", "tail-*.json", "about.json", "picture.png", ".lock"


class About(msgspec.Struct, frozen=True):
    """What a journal says of its work beside the model file: the name in the window's title, and the file, if any.

    mark: what that file was like when it was read or saved there. without: names of the branches that a model file has
    no room for.
    """

    title: str = ""
    path: str | None = None
    mark: Mark | None = None
    without: tuple[str, ...] = ()


class Journal:
    """The journal of one running window; for one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place: Path | None = None
        self._lock: BaseFileLock | None = None
        self._written: tuple[Checkpoint, str] | None = None
        self._told: tuple[About, bytes | None] | None = None

    def write(self, work: Work, about: About, picture: bytes | None = None) -> None:
        """Replace what was written; raises FileRefused or OSError, and then the older work is still there."""
        if self._place is not None and not self._place.is_dir():
            self.leave()  # somebody has deleted it
        if self._place is None:
            self._make_place()
        assert self._place is not None
        checkpoint = replace(work.checkpoint, past={})  # its log leads there, too, and it is to stay small
        data = _checked(model_file.write(checkpoint))
        digest = _digest(data)
        if work.to_do:  # first, and beside the tail of the older model file: at no moment is either without its own
            writing.write(_tail_of(self._place, digest), tail_to_do(work, digest))
        writing.write(self._place / WORK, data)
        _remove_tails(self._place, but=_tail_of(self._place, digest) if work.to_do else None)
        self._written = replace(checkpoint, state=None, record=None), digest
        self._write_beside(self._place, about, picture)

    def write_tail(self, now: Work, about: About, picture: bytes | None = None) -> bool:
        """Write what was done since the last `write`; False where that needs a whole `write`. Raises as that does."""
        if self._place is None or self._written is None or not self._place.is_dir():
            return False
        checkpoint, digest = self._written
        tail = tail_since(checkpoint, now, digest)
        if tail is not None:
            writing.write(_tail_of(self._place, digest), tail)
            self._write_beside(self._place, about, picture)
        return tail is not None

    def _write_beside(self, place: Path, about: About, picture: bytes | None) -> None:
        """What is told of the work: of this moment, or nothing."""
        if (about, picture) == self._told:
            return
        writing.write(place / ABOUT, msgspec.json.encode(about))
        if picture is not None:
            writing.write(place / PICTURE, picture)
        else:
            (place / PICTURE).unlink(missing_ok=True)
        self._told = about, picture

    def clear(self) -> None:
        """The work is saved, or may go."""
        if self._place is not None and self._lock is not None:
            _remove(self._place, self._lock)
        self._place = self._lock = self._written = self._told = None

    def leave(self) -> None:
        """The work stays for the next start."""
        if self._lock is not None:
            self._lock.release()
        self._place = self._lock = self._written = self._told = None

    def _make_place(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(4)}"
        lock = _lock_of(place)
        lock.acquire(timeout=0)
        place.mkdir()
        self._place, self._lock = place, lock


@dataclass(frozen=True, slots=True, eq=False)
class Leftover:
    """Work that its window never saved; the lock is held, so that no other window offers it too.

    checkpoint: of the model file; None where it cannot be read, and then `problem` says why. tail: what was done since,
    as its file tells it. written: seconds since 1970.
    """

    checkpoint: Checkpoint | None
    problem: str | None
    about: About
    picture: bytes | None
    written: float
    tail: Tail | None
    _place: Path = field(repr=False)
    _lock: BaseFileLock = field(repr=False)

    @property
    def epoch(self) -> int | None:
        """The epoch that the work had come to; None where nothing was trained."""
        if self.tail is not None:
            return self.tail.epoch
        state = None if self.checkpoint is None else self.checkpoint.state
        return None if state is None else state.epoch

    def restored(self, stop: Callable[[], bool] = lambda: False) -> Restored | None:
        """The work as it was left: what was done since the model file is done again, which takes as long as it took.

        stop: asked every few milliseconds whether it has taken too long; then the work is as far as it has come.
        """
        if self.checkpoint is None:
            return None
        return Restored(Work(self.checkpoint)) if self.tail is None else gone_on(self.checkpoint, self.tail, stop)

    def discard(self) -> None:
        """It is not wanted, or is safe elsewhere."""
        _remove(self._place, self._lock)

    def leave(self) -> None:
        """It stays for the next start."""
        self._lock.release()


def _checked(data: bytes) -> bytes:
    """The bytes, if they can be read again: they replace older ones that can."""
    try:
        model_file.read(data)
    except container.Unreadable as error:
        raise FileRefused("it could not be opened again: it {why}.", why=error) from None
    return data


def _tail_of(place: Path, digest: str) -> Path:
    """The file of what was done since the model file with this digest."""
    return place / TAIL.replace("*", digest[:16])


def _remove_tails(place: Path, but: Path | None) -> None:
    """Those of older model files, and of this one where nothing is left to be done."""
    for each in place.glob(TAIL):
        if each != but:
            with contextlib.suppress(OSError):
                each.unlink()


def _digest(data: bytes) -> str:
    """What a model file says of its own bytes."""
    return str(container.read_header(data).spec["sha256"])


def leftovers(folder: Path) -> list[Leftover]:
    """The work that windows left behind which run no more, newest first. Whoever asks holds it until it lets go."""
    found = []
    for place in _places(folder):
        lock = _taken(place)
        if lock is None:
            continue
        if (place / WORK).exists():
            found.append(_read(place, lock))
        else:
            _remove(place, lock)
    return sorted(found, key=lambda each: -each.written)


def _places(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from sorted(each for each in folder.iterdir() if each.is_dir() and not each.is_symlink())


def _taken(place: Path) -> BaseFileLock | None:
    """The place's lock; None while its window, or one that offers it, still runs."""
    from filelock import Timeout

    lock = _lock_of(place)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return None
    return lock


def _lock_of(place: Path) -> BaseFileLock:
    from filelock import FileLock  # where there is nothing to keep, nobody waits for it

    return FileLock(place.with_name(place.name + LOCK), thread_local=False)


def _read(place: Path, lock: BaseFileLock) -> Leftover:
    checkpoint, problem, tail = None, None, None
    try:
        data = reading.read(place / WORK, container.MAX_BYTES)
        checkpoint = model_file.read(data)
        tail_file = _tail_of(place, _digest(data))
        tail = _read_tail(tail_file, _digest(data))
    except FileRefused as error:
        problem = str(error)
    except Exception as error:  # the boundary: whatever a damaged journal provokes is told, and hides no other one
        problem = f"{WORK} {error}."
    about, picture = About(), None
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        about = msgspec.json.decode((place / ABOUT).read_bytes(), type=About)
    with contextlib.suppress(OSError):
        picture = (place / PICTURE).read_bytes()
    written = max(_time_of(place / WORK), _time_of(tail_file) if tail is not None else 0.0)
    return Leftover(checkpoint, problem, about, picture, written, tail, place, lock)


def _read_tail(file: Path, work: str) -> Tail | None:
    """What was done since the model file of that digest; None where nothing was, or another file is meant."""
    try:
        return read_tail(file.read_bytes(), work)
    except OSError:
        return None


def _time_of(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _remove(place: Path, lock: BaseFileLock) -> None:
    shutil.rmtree(place, ignore_errors=True)
    lock.release()
    if not place.exists():
        with contextlib.suppress(OSError):
            place.with_name(place.name + LOCK).unlink(missing_ok=True)
