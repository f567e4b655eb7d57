"""A seal over the folder of compiled kernels, so that a damaged file is noticed before the processor runs it.

Owns the seal's file and the comparison; knows nothing of Numba. Numba notices a file it cannot read, but a flipped bit
inside machine code would crash the process, and do so again at every start.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

SEAL = "prepared"


def seal(folder: Path, complete: str | None = None) -> None:
    """Write down the hash of every compiled file; `complete`: a precision whose kernels are all among them.

    What was complete once stays so.
    """
    temporary = folder / f"{SEAL}.{os.getpid()}.new"  # another process may be sealing too
    whole = sorted({*_complete(folder), *([] if complete is None else [complete])})
    content = {"complete": whole, "files": _hashes(folder)}
    try:
        temporary.write_text(json.dumps(content), "utf-8")
        temporary.replace(folder / SEAL)
    except OSError:
        temporary.unlink(missing_ok=True)


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
