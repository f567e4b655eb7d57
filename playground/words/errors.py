"""What the window and the commands show of an error: its sentence, with numbers as everywhere else.

Owns how the gaps of an error's sentence are filled; the sentence and its values are the error's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playground.errors import Said, Written
from playground.numbers import exact


def told(error: Written) -> str:
    """The message of an error, or of one problem of an experiment."""
    return error.written(exact)


def settings_sentence(file: Path, aside: Path | None) -> str:
    """Of a settings' file that cannot be read: what was done, and where the old one is."""
    kept = f"it was kept as {aside}" if aside is not None else "it could not be moved away and is left alone"
    return f"{file.name} is damaged, so the usual settings are used; {kept}."


def told_changes(changes: Sequence[Said]) -> str:
    """What was changed of a file or a link when it was opened."""
    return " ".join(map(told, changes))
