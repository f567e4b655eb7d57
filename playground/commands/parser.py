"""Reads command lines: argparse with calm sentences instead of usage dumps.

Owns the wording of wrong use and the overview of commands; knows nothing of what commands do.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from playground.commands import COMMANDS
from playground.commands.output import put
from playground.errors import WrongUse
from playground.meant import meant
from playground.numbers import spaced

SOURCES = """\
SOURCE: an experiment (.json), a model file (.nnp), a table (CSV, Excel, Parquet …; with --target NAME), a folder of
pictures, dataset:NAME, a link (in quotes; ours or to TensorFlow Playground), or - for standard input"""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises WrongUse, and names the option that was probably meant."""

    def __init__(self, command: str, **settings: Any) -> None:
        super().__init__(
            prog=f"playground {command}",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **settings,
        )

    def error(self, message: str) -> NoReturn:
        """Called by argparse for everything it refuses."""
        sentence = message[:1].upper() + message[1:]
        raise WrongUse(f"{sentence}{'' if sentence.endswith(('.', '?')) else '.'}\nTry: {self.prog} --help")

    def print_help(self, file: object = None) -> None:
        """Called by argparse for `--help`."""
        put(self.format_help().rstrip("\n"))

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The parsed arguments; an unknown one is refused with a suggestion."""
        found, unknown = self.parse_known_args(arguments)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            name = unknown[0].partition("=")[0]
            what = "option" if name.startswith("-") else "argument"
            self.error(f"there is no {what} {name!r}{suggestion(name, options)}")
        return found


def suggestion(given: str, names: Iterable[str]) -> str:
    """A suggestion to append to a sentence, or nothing."""
    close = meant(given, names)
    return f"; did you mean {close}?" if close else ""


def choice(*names: str) -> Callable[[str], str]:
    """An argument type: one of these names."""

    def read(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(
                f"expected one of {', '.join(names)}; got {text!r}{suggestion(text, names)}"
            )
        return text

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """An argument type: a whole number between two limits."""

    def read(text: str) -> int:
        try:
            number = int(text) if len(text) < 30 else None
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            wanted = f"a whole number from {spaced(low)} to {spaced(high)}"
            raise argparse.ArgumentTypeError(f"expected {wanted}; got {text[:60]!r}")
        return number

    return read


def overview() -> str:
    """The text of `playground --help`."""
    from playground.start.logs import folder

    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{width}}  {summary}" for name, (_, summary) in COMMANDS.items())
    return f"""\
Neural Playground: assemble small neural networks, train them, and see everything that happens.

usage: playground [SOURCE]              the window
       playground COMMAND [options]     everything else; each command has its own --help
       playground --version [--verbose] the program; with all libraries, for reports of faults

commands
{lines}

{SOURCES}

examples
  playground dataset:spirals
  playground train dataset:spirals --set training.learning_rate=0.1 --out spirals.nnp
  playground train iris.csv --target species
  playground predict spirals.nnp --at 1.5,-2

every command takes --quiet; all that take a SOURCE, --set PATH=JSON,
and for tables --target NAME, --features A,B, --missing drop|mean|median|indicator,
--image 8x8
logs: {folder()}
exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted
"""
