"""A seal over the folder of compiled kernels, so that a damaged file is noticed before the processor runs it.

Owns the seal's file and the comparison; knows nothing of Numba. Numba notices a file it cannot read, but a flipped bit
inside machine code would crash the process, and do so again at every start.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SEAL = "prepared"
LOCK = "sealing.lock"
PATIENCE = 5.0
"""Seconds to wait for others, of whom each takes a small part of one."""


def seal(folder: Path, complete: str | None = None) -> None:
    """Write down the hash of every compiled file; `complete`: a precision whose kernels are all among them.

    What was complete once stays so.
    """
    temporary = folder / f"{SEAL}.{os.getpid()}.new"
    with _one_at_a_time(folder):
        whole = sorted({*_complete(folder), *([] if complete is None else [complete])})
        content = {"complete": whole, "files": _hashes(folder)}
        try:
            temporary.write_text(json.dumps(content), "utf-8")
            temporary.replace(folder / SEAL)
        except OSError:
            temporary.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two that seal at once would each forget what the other one has completed. A folder that takes no lock, and
    somebody who does not let go of it, stop nobody."""
    from filelock import FileLock  # only who has compiled needs it

    lock = FileLock(folder / LOCK)
    with suppress(OSError, NotImplementedError):  # a Timeout is one, too
        if folder.is_dir():
            lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        lock.release()


def is_complete(folder: Path, precision: str = "float32") -> bool:
    """Whether the kernels for a precision were all compiled into this folder once."""
    return precision in _complete(folder)


def _complete(folder: Path) -> list[str]:
    """The precisions that are complete."""
    content = _read(folder)
    found = content.get("complete") if isinstance(content, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def is_broken(folder: Path) -> bool:
    """Whether a sealed file is missing or differs, or the seal is spoiled. Files that came later are not judged."""
    if not (folder / SEAL).exists():
        return False
    content = _read(folder)
    if not isinstance(content, dict) or not isinstance(content.get("files"), dict):
        return True
    found = _hashes(folder)
    return any(found.get(name) != value for name, value in content["files"].items())


def _read(folder: Path) -> object:
    """The seal's content, or None where there is none that can be read."""
    try:
        content: object = json.loads((folder / SEAL).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content


def _hashes(folder: Path) -> dict[str, str]:
    """Machine code only: an index grows with every new kind of number, and a spoiled one cannot be read."""
    files = sorted(folder.rglob("*.nbc"))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
