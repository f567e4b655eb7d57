"""Writes a whole file so that at every moment either the old or the new one is there, complete.

Owns the temporary file beside the target, the sync to disk, the check by reading back, and the sentences for what the
system refuses; knows nothing of formats.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from pathlib import Path

from playground.errors import FileRefused
from playground.exchange.reading import shown

PREFIX, SUFFIX = ".neural-playground-", ".tmp"
STALE_SECONDS = 86_400.0
RETRIES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 0.7) if sys.platform == "win32" else ()
"""Pauses before replacing again: on Windows a virus scanner or an indexer may hold the old file for a moment."""

REASONS = {
    errno.ENOSPC: "there is no space left on the disk",
    errno.EFBIG: "the file would be larger than this disk or account allows",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.ENOENT: "its folder does not exist any more",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
} | ({errno.EDQUOT: "your share of the disk is used up"} if hasattr(errno, "EDQUOT") else {})


def check_target(path: str | os.PathLike[str]) -> Path:
    """Where `path` leads to, links followed; refuses what cannot be written."""
    name = shown(path)
    try:
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise FileRefused(f"{name} cannot be written: the folder {shown(target.parent)} does not exist.")
        mode = _mode(target)
    except (OSError, ValueError) as error:
        raise FileRefused(f"{name} cannot be written: {_reason(error)}.") from None
    if mode is not None and stat.S_ISDIR(mode):
        raise FileRefused(f"{name} is a folder; give the name of a file in it.")
    if mode is not None and not stat.S_ISREG(mode):
        raise FileRefused(f"{name} is not an ordinary file and cannot be replaced.")
    if mode is not None and not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise FileRefused(f"{name} is write-protected; save under another name.")
    if not os.access(target.parent, os.W_OK):
        raise FileRefused(f"{name} cannot be written: you may not write in the folder {shown(target.parent)}.")
    return target


def write(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the file by `data`; raises FileRefused, and then the old file is as it was."""
    target = check_target(path)
    _remove_stale(target.parent)
    temporary = target.parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}{SUFFIX}"
    try:
        _write_new(temporary, data, _mode(target))
        _replace(temporary, target)
    except (OSError, ValueError) as error:
        raise FileRefused(f"{shown(path)} was not saved: {_reason(error)}. Nothing was changed.") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _mode(target: Path) -> int | None:
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _write_new(temporary: Path, data: bytes, mode: int | None) -> None:
    """Create the file, write, sync and read back; its permissions are those of `mode`, or the usual ones."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o666)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(descriptor, stat.S_IMODE(mode))
        left = memoryview(data)
        while left:
            written = os.write(descriptor, left)
            if written == 0:
                raise OSError(errno.EIO, "nothing was written")
            left = left[written:]
        _sync(descriptor)
        os.lseek(descriptor, 0, os.SEEK_SET)
        if _read_all(descriptor, len(data)) != data:
            raise OSError(errno.EIO, "what was read back differs from what was written")
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, size: int) -> bytes:
    """Up to one byte more than `size`, so that a longer file is noticed."""
    parts, left = [], size + 1
    while left and (part := os.read(descriptor, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _sync(descriptor: int) -> None:
    """Wait until the disk holds the bytes; macOS needs its own call for that, which some disks lack."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _replace(temporary: Path, target: Path) -> None:
    for pause in RETRIES:
        try:
            os.replace(temporary, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(temporary, target)


def _sync_folder(folder: Path) -> None:
    """Make the replacement itself last; where folders cannot be synced the file is complete all the same."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_stale(folder: Path) -> None:
    """Delete what a killed program left behind more than a day ago."""
    oldest = time.time() - STALE_SECONDS
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                with contextlib.suppress(OSError):
                    facts = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(facts.st_mode) and facts.st_mtime < oldest:
                        os.unlink(entry.path)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return REASONS.get(error.errno or 0, error.strerror or str(error))
    return str(error)
