"""Small text files that a person may have edited: whether one may be read at all, and where a broken one goes.

Owns these two answers; knows nothing of what such a file holds.
"""

from __future__ import annotations

import stat
from pathlib import Path


def may_be_text(file: Path, largest: int) -> bool:
    """Whether this is an ordinary file of at most so many bytes: anything else might never end."""
    try:
        found = file.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= largest


def put_aside(file: Path) -> Path | None:
    """Rename a file that cannot be read, so that it is not lost; None where even that is not possible."""
    aside = file.with_name(f"{file.name}.broken")
    try:
        file.replace(aside)
    except OSError:
        return None
    return aside
