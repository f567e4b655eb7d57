"""What the timeline shows of a run, as plain values: how far it went, which moment is shown, what happened on the way.

Owns these values; knows nothing of where they lie on screen (`track`), nor of who found them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["drop", "edit", "rate", "best", "finding", "divergence"]
KINDS: tuple[Kind, ...] = ("drop", "edit", "rate", "best", "finding", "divergence")
"""A drop is the schedule's, a rate somebody's. From the least to the most important: of marks at one place the last one
is drawn."""


class TrackMark(msgspec.Struct, frozen=True):
    """Something that happened at a step, and how it is called in a few words."""

    step: int
    kind: Kind
    label: str


class TrackBranch(msgspec.Struct, frozen=True):
    """Another run of the same document.

    left_at: the step up to which it is the very same run as the one that is shown; 0 where they share nothing. step:
    how far it went.
    """

    number: int
    name: str
    left_at: int
    step: int


class TimelineShown(msgspec.Struct, frozen=True):
    """One run on the timeline.

    end: its last step. now: the step that is shown. marks: in the order of their steps. labelled: the one that has its
    label beside it, by its place among them. branches: the other runs, oldest first; drawn: the number of the one that
    has the second row.
    """

    end: int = 0
    now: int = 0
    marks: tuple[TrackMark, ...] = ()
    labelled: int | None = None
    branches: tuple[TrackBranch, ...] = ()
    drawn: int | None = None

    @property
    def is_past(self) -> bool:
        """Whether another moment than the last one is shown."""
        return self.now < self.end

    @property
    def span(self) -> int:
        """How many steps the track is long: this run, and what goes on from a part of it."""
        return max(self.end, *(each.step for each in self.branches if each.left_at > 0), 1)

    @property
    def row(self) -> TrackBranch | None:
        """The branch of the second row."""
        return next((each for each in self.branches if each.number == self.drawn), None)


Tree = Mapping[int, tuple[int | None, int | None]]
"""For each run, by its number, the run that it has left and the step up to which it is the same."""


def shared_steps(tree: Tree, one: int, other: int) -> float:
    """The step up to which two runs are the same; 0 where they share nothing, infinite of one with itself."""
    mine, theirs = _path(tree, one), _path(tree, other)
    return max((min(mine[each], theirs[each]) for each in mine.keys() & theirs.keys()), default=0)


def _path(tree: Tree, number: int) -> dict[int, float]:
    """The runs that one comes from, itself first, and up to which step it is the same as each."""
    found: dict[int, float] = {}
    limit, at = math.inf, number
    while at in tree and at not in found:
        found[at] = limit
        parent, left_at = tree[at]
        if parent is None or left_at is None:
            break
        limit, at = min(limit, left_at), parent
    return found
