"""The errors a user may meet, as values: a sentence with gaps, and what fills them.

Owns their shape; knows nothing of where they are shown. Every sentence says what was wrong, where, and what is allowed.
`str` fills it plainly, for whoever uses Python; `playground.words.errors` fills it as numbers are written on screen. A
translation is looked up by the sentence with its gaps, and whoever wants the values need not read texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Protocol, TypeAlias

MAX_LISTED = 12
"""Problems written out in one message; a hostile file may have thousands."""

Write: TypeAlias = Callable[[float], str]
"""How a number becomes text."""


class Written(Protocol):
    """Whatever becomes text once it is known how numbers are written."""

    def written(self, write: Write) -> str:
        """The whole text."""
        ...


Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Written | None"
"""What may stand in a gap; a sequence is listed with commas."""


def plainly(number: float) -> str:
    """A number as Python code would have it, whole ones without a point."""
    whole = abs(number) < 1e16 and number == int(number)
    return str(int(number) if whole else number)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence whose gaps, such as {given}, are filled by the values of these names; without values it has none."""

    sentence: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def written(self, write: Write) -> str:
        """The whole sentence."""
        if not self.values:
            return self.sentence
        return self.sentence.format_map({name: _text(value, write) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.written(plainly)


def _text(value: Value, write: Write) -> str:
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return value
        case int() | float():
            return write(value)
        case Real():  # NumPy's
            return write(float(value))
        case Sequence():
            return ", ".join(_text(each, write) for each in value)
        case _:
            return value.written(write)


class Explained(Exception):
    """An error with a sentence and its values."""

    def __init__(self, sentence: str = "", **values: Value) -> None:
        super().__init__(sentence)
        self.said = Said(sentence, values)

    @property
    def values(self) -> Mapping[str, Value]:
        """What the sentence is about."""
        return self.said.values

    def written(self, write: Write) -> str:
        """The whole message."""
        return self.said.written(write)

    def __str__(self) -> str:
        return self.written(plainly)


class PlaygroundError(Explained):
    """Base of every error that is meant for the user; its text is a clear sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an experiment: where it is, what is wrong there, which rule says so, and its values.

    rule: a short name, such as `range`. values: among them `given`, and `low` and `high` where there are limits.
    """

    path: str
    sentence: str
    rule: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, rule: str, sentence: str, **values: Value) -> Problem:
        """The same, the values by name."""
        return cls(path, sentence, rule, values)

    @property
    def said(self) -> Said:
        """What is wrong, without the path."""
        return Said(self.sentence, self.values)

    @property
    def message(self) -> str:
        """The same as plain text."""
        return str(self.said)

    def written(self, write: Write) -> str:
        """The path and what is wrong there."""
        text = self.said.written(write)
        return f"{self.path}: {text}" if self.path else text

    def __str__(self) -> str:
        return self.written(plainly)


class InvalidExperiment(PlaygroundError):
    """An experiment that breaks a limit or a rule; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)

    def lines(self, write: Write) -> list[str]:
        """The problems, as many as are written out, a line each."""
        listed = [problem.written(write) for problem in self.problems[:MAX_LISTED]]
        if len(self.problems) > MAX_LISTED:
            listed.append(f"… and {write(len(self.problems) - MAX_LISTED)} more problems")
        return listed

    def written(self, write: Write) -> str:
        """The whole message, a problem a line."""
        return "\n".join(self.lines(write))


class FileRefused(PlaygroundError):
    """A file that cannot be opened or written, with the reason."""


class WrongUse(PlaygroundError):
    """A command line, or a call, that asks for something that does not exist."""


class PointsRefused(PlaygroundError):
    """Own points that are missing, that can be no points, or that are not those of their experiment."""


class EngineUnavailable(PlaygroundError):
    """The kernels could not be prepared on this machine."""
