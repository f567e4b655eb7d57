"""The errors a user may meet. Owns their wording's shape; knows nothing of where they are shown.

Every message is one or more plain sentences: what was wrong, where, and what is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_LISTED = 12
"""Problems written out in one message; a hostile file may have thousands."""


class PlaygroundError(Exception):
    """Base of every error that is meant for the user; its text is a clear sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an experiment: where it is, and what is wrong there."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidExperiment(PlaygroundError):
    """An experiment that breaks a limit or a rule; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = [str(problem) for problem in self.problems[:MAX_LISTED]]
        if len(self.problems) > MAX_LISTED:
            listed.append(f"… and {len(self.problems) - MAX_LISTED} more problems")
        super().__init__("\n".join(listed))


class FileRefused(PlaygroundError):
    """A file that cannot be opened or written, with the reason."""


class WrongUse(PlaygroundError):
    """A command line, or a call, that asks for something that does not exist."""


class PointsRefused(PlaygroundError):
    """Own points that are missing, that can be no points, or that are not those of their experiment."""


class EngineUnavailable(PlaygroundError):
    """The kernels could not be prepared on this machine."""
