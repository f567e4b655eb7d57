"""Prints: results on standard output, talk on standard error.

Owns alignment, the JSON form, and what stands for letters that a terminal lacks; knows nothing of what is printed.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import sys
import unicodedata
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, TextIO

from playground.errors import FileRefused
from playground.numbers import GROUP, MINUS, MISSING, accuracy, plain

GAP = "  "
INSTEAD = {
    GROUP: " ", MINUS: "-", MISSING: "-", "×": "x", "→": "->", "←": "<-", "…": "...", "·": "*", "±": "+-", "′": "'",
    "≤": "<=", "≥": ">=", "½": "1/2", "¼": "1/4", "√": "sqrt", "²": "^2", "³": "^3", "₁": "1", "₂": "2",
    "⁻ᶻ": "^-z", "ᶻ": "^z", "ᵗ": "^t", "Σ": "sum", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps",
    "η": "eta", "λ": "lambda", "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "ψ": "psi",
    "“": '"', "”": '"', "’": "'",
}  # fmt: skip
"""What is written where a terminal's encoding does not have a letter of the left; a question mark for all others."""


def prepare_streams() -> None:
    """Letters that a terminal cannot show become others that mean the same, or question marks, instead of an error."""
    codecs.register_error("instead", _instead)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="instead")


def _instead(error: UnicodeError) -> tuple[str, int]:
    """A codec's error handler: what is written for the letters that it cannot encode, and where it goes on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    for several in (each for each in INSTEAD if len(each) > 1):
        letters = letters.replace(several, INSTEAD[several])
    return "".join(
        letter if letter.isascii() else INSTEAD.get(letter) or _bare(letter) for letter in letters
    ), error.end


def _bare(letter: str) -> str:
    """A letter of a name without its accent; a question mark for all others."""
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else "?"


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
    width = max(len(name) for name, _ in pairs)
    put("\n".join(f"{name:<{width}}{GAP}{text}".rstrip() for name, text in pairs))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Aligned columns under their headings; those of `right` are aligned on the right, as numbers are."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        cells = [
            f"{cell:>{width}}" if column in right else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        put(GAP.join(cells).rstrip())


def number(value: float | None) -> str:
    """A figure in four digits; a dash where there is none."""
    return plain(value, 4)


def percent(value: float | None) -> str:
    """An accuracy as a percentage; a dash where there is none."""
    return accuracy(value)
