"""Undo and redo as a list of old values with names.

Owns the list; the value may be anything frozen. No Qt: Python commands on a Qt undo stack crash at exit.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

Value = TypeVar("Value")

MAX_STEPS = 1000


class Step(msgspec.Struct, Generic[Value], frozen=True):
    """A value, and the name of the edit that led to it."""

    name: str
    value: Value
    merge: str | None = None


class History(Generic[Value]):
    """The past, present and future of one value.

    Edits with the same `merge` key in a row become one step, so that a slider's drag is undone at once;
    `settle` ends such a run.
    """

    def __init__(self, value: Value, saved: bool = True, alike: Callable[[Value, Value], bool] = operator.eq) -> None:
        """saved: whether the value is on disk, or not missed. alike: whether two values need no new saving."""
        self._alike = alike
        self._steps: list[Step[Value]] = [Step("", value)]
        self._at = 0
        self._saved: int | None = 0 if saved else None
        self._merging = False

    @property
    def current(self) -> Value:
        return self._steps[self._at].value

    @property
    def undo_name(self) -> str | None:
        """The name of the step that undo would take back, or None."""
        return self._steps[self._at].name if self._at else None

    @property
    def redo_name(self) -> str | None:
        """The name of the step that redo would make again, or None."""
        return self._steps[self._at + 1].name if self._at + 1 < len(self._steps) else None

    @property
    def unsaved(self) -> bool:
        """Whether the current value differs from the one last marked as saved."""
        return self._saved is None or not self._alike(self._steps[self._saved].value, self.current)

    def push(self, name: str, value: Value, merge: str | None = None) -> None:
        """Make `value` the current one. What was undone is forgotten."""
        if value == self.current:
            return
        if self._saved is not None and self._saved > self._at:
            self._saved = None
        del self._steps[self._at + 1 :]
        merges = self._merging and merge is not None and self._steps[-1].merge == merge and self._saved != self._at
        if merges:
            self._steps[-1] = Step(name, value, merge)
        else:
            self._steps.append(Step(name, value, merge))
        self._merging = merge is not None
        self._drop_oldest()
        self._at = len(self._steps) - 1

    def settle(self) -> None:
        """The next edit starts a step of its own, even with the same merge key."""
        self._merging = False

    def undo(self) -> Value:
        """The value before the last step; at the beginning nothing changes."""
        self._merging = False
        self._at = max(0, self._at - 1)
        return self.current

    def redo(self) -> Value:
        """The value after the step undone last; at the end nothing changes."""
        self._merging = False
        self._at = min(len(self._steps) - 1, self._at + 1)
        return self.current

    def mark_saved(self, value: Value) -> None:
        """This value, the current one or one of those before, is on disk."""
        places = [place for place, step in enumerate(self._steps) if step.value is value]
        self._saved = self._at if value is self.current else places[-1] if places else None
        self._merging = False

    def _drop_oldest(self) -> None:
        extra = len(self._steps) - MAX_STEPS
        if extra > 0:
            del self._steps[:extra]
            if self._saved is not None:
                self._saved = self._saved - extra if self._saved >= extra else None
