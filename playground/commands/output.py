"""Prints: results on standard output, talk on standard error.

Owns alignment and the JSON form; knows nothing of what is printed.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, TextIO

from playground.errors import FileRefused
from playground.letters import HANDLER, as_shown, register
from playground.numbers import accuracy, plain

GAP = "  "


def prepare_streams() -> None:
    """Letters that a terminal cannot show become others that mean the same, or question marks, instead of an error."""
    register()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=HANDLER)


QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
"""Whether a command keeps its talk to itself (`--quiet`)."""


def say(text: str) -> None:
    """Talk: progress, hints, warnings; nothing with `--quiet`."""
    if not QUIET.get():
        tell(text)


def tell(text: str) -> None:
    """What is said in any case: why something failed."""
    if sys.stderr is not None:
        write(sys.stderr, f"{text}\n")


def put(text: str) -> None:
    """A result, as lines on standard output; raises FileRefused where that takes nothing any more."""
    if sys.stdout is not None and (problem := write(sys.stdout, f"{text}\n")):
        raise FileRefused("The results could not be written: {problem}.", problem=problem)


def write(stream: TextIO, text: str) -> str | None:
    """Write at once; says what is wrong with the stream, and then this and all that follows goes nowhere, quietly.

    Nothing is wrong where whoever read has gone (`| head`): a broken pipe stops no work, and a command's exit code
    tells of its work alone.
    """
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # also for what is still kept, at the interpreter's own flush on exit
        os.close(nowhere)
        return None if isinstance(error, BrokenPipeError) else error.strerror
    return None


def print_json(value: dict[str, Any]) -> None:
    """The one JSON object of a command; plain ASCII, so that no terminal's encoding can spoil it. JSON has finite
    numbers only: what is none is null."""
    try:
        text = json.dumps(value, indent=2, allow_nan=False)
    except ValueError:
        text = json.dumps(_all_finite(value), indent=2, allow_nan=False)
    put(text)


def _all_finite(value: Any) -> Any:
    """The same value with null for every number that is not finite."""
    match value:
        case dict():
            return {name: _all_finite(each) for name, each in value.items()}
        case list() | tuple():
            return [_all_finite(each) for each in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


def print_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    """Lines of a name and a text, the texts aligned."""
    lines = [(_as_shown(name), text) for name, text in pairs]
    width = max(len(name) for name, _ in lines)
    put("\n".join(f"{name:<{width}}{GAP}{text}".rstrip() for name, text in lines))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Aligned columns under their headings; those of `right` are aligned on the right, as numbers are."""
    lines = [[_as_shown(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = [
            f"{cell:>{width}}" if column in right else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        put(GAP.join(cells).rstrip())


def _as_shown(text: str) -> str:
    """What a text will be on standard output, so that columns are as wide as they look."""
    return as_shown(text, getattr(sys.stdout, "encoding", None))


def number(value: float | None) -> str:
    """A figure in four digits; a dash where there is none."""
    return plain(value, 4)


def percent(value: float | None) -> str:
    """An accuracy as a percentage; a dash where there is none."""
    return accuracy(value)
