"""Reads a whole file into memory, within a size that is checked first.

Owns the sentences for what the system refuses; knows nothing of formats.
"""

from __future__ import annotations

import os
import stat

from playground import scalars
from playground.errors import FileRefused, WrongUse


def shown(path: str | os.PathLike[str]) -> str:
    """A path as it stands in a sentence: on one line, whatever its letters; raises WrongUse for what is none."""
    if not isinstance(path, (str, os.PathLike)):
        raise WrongUse("The path of a file is needed here; got {given}.", given=scalars.shown(path))
    text = os.fspath(path)
    return text if text.isprintable() and text else repr(text)


def read(path: str | os.PathLike[str], limit: int) -> bytes:
    """All bytes of a regular file of at most `limit` bytes."""
    name = shown(path)
    try:
        facts = os.stat(path)
        if stat.S_ISDIR(facts.st_mode):
            raise FileRefused(f"{name} is a folder, not a file.")
        if not stat.S_ISREG(facts.st_mode):
            raise FileRefused(f"{name} is not an ordinary file.")
        if facts.st_size > limit:
            sentence = "{name} is too large: {given} bytes, where {high} are allowed."
            raise FileRefused(sentence, name=name, given=facts.st_size, high=limit)
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise FileRefused(f"{name} does not exist.") from None
    except PermissionError:
        raise FileRefused(f"{name} may not be read by you.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise FileRefused(f"{name} cannot be read: {reason}.") from None
    if len(data) > limit:
        raise FileRefused("{name} is too large: more than {high} bytes.", name=name, high=limit)
    return data
