"""The course of a run as it was: actions in their order, and the states that are kept between them.

Owns the way back from any moment; knows nothing of what an action does. Steps are counted up along a line. Where a run
goes on from a moment of another one, its line begins there, and what lies before is the other's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from playground.past.curves import Sight
from playground.past.packing import Packed


class Act(msgspec.Struct, frozen=True, eq=False):
    """An action and the step at which it landed.

    ended: whether the run had ended before it; ends: whether it has after it. opaque: what it has brought back is not
    told by what came before it, so it is never done again: the state after it is held.
    """

    step: int
    action: object
    ended: bool = False
    ends: bool = False
    opaque: bool = False


class Kept(msgspec.Struct, frozen=True, eq=False):
    """A state at a step, after so many acts of its line.

    beside: what belongs to it and is no array. held: nothing else leads there, so it goes last. event: an action has
    just landed.
    """

    step: int
    acts: int
    packed: Packed
    beside: object
    sight: Sight | None
    held: bool = False
    event: bool = False


class Line:
    """A stretch of a run's course that nothing interrupts. Only its owner lets it grow; others may read meanwhile.

    base: what it begins with, where it does not come from another line; None of what a file has kept of states alone.
    beginning: the number of the run's beginning.
    end: the step that it has come to; ended: whether the run had ended there.
    """

    def __init__(
        self, owner: object, base: object, start: int = 0, came_from: Place | None = None, beginning: int = 0
    ) -> None:
        self.owner, self.base, self.beginning = owner, base, beginning
        self.start, self.came_from = start, came_from
        self.acts: list[Act] = []
        self.kept: list[Kept] = []
        self.end, self.ended = start, came_from is not None and came_from.ended

    @property
    def last(self) -> Place:
        """Where it ends."""
        return Place(self, len(self.acts), self.end, self.ended)

    def acts_until(self, step: int) -> int:
        """How many acts have landed at or before a step."""
        return bisect_right(self.acts, step, key=lambda act: act.step)

    def last_kept(self, step: int, acts: int) -> Kept | None:
        """The newest state that is kept of the moments until then."""
        kept = self.kept
        found = bisect_right(kept, (step, acts), key=_key)
        return kept[found - 1] if found else None

    def keep(self, kept: Kept) -> int:
        """Put a state in its place; by how many bytes there is more."""
        known, key = self.kept, _key(kept)
        if not known or _key(known[-1]) < key:
            known.append(kept)
            return kept.packed.size
        place = bisect_right(known, key, key=_key)
        before = known[place - 1] if place and _key(known[place - 1]) == key else None
        if before is None:
            self.kept = [*known[:place], kept, *known[place:]]
            return kept.packed.size
        self.kept = [*known[: place - 1], replace(kept, held=kept.held or before.held), *known[place:]]
        return kept.packed.size - before.packed.size


def _key(kept: Kept) -> tuple[int, int]:
    return kept.step, kept.acts


class Place(NamedTuple):
    """A moment: the line, how many of its acts had landed, the step. ended: whether the run had ended there."""

    line: Line
    acts: int
    step: int
    ended: bool = False

    def lineage(self) -> Iterator[Place]:
        """This place, then those at which the lines before it were left, the newest first."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.line.came_from

    def at(self, step: int) -> Place | None:
        """The moment at a step of the way here, with all that landed there; None where no line tells of it."""
        for place in self.lineage():
            if step == place.step:
                return place
            if place.line.start <= step < place.step:
                return Place(place.line, min(place.acts, place.line.acts_until(step)), step)
        return None


class Way(NamedTuple):
    """How a moment is reached: from a state, or, where none is kept, from what its first line begins with; then these
    acts."""

    kept: Kept | None
    base: Line
    acts: list[Act]

    @property
    def sight(self) -> Sight | None:
        """What the curves were at the state from which the way leads."""
        return None if self.kept is None else self.kept.sight

    @property
    def is_open(self) -> bool:
        """Whether all acts can be done again."""
        return not any(act.opaque for act in self.acts)


def way_to(place: Place) -> Way:
    """The way to a moment from the nearest state before it."""
    acts: list[Act] = []
    for each in place.lineage():
        kept = each.line.last_kept(each.step, each.acts)
        acts[:0] = each.line.acts[0 if kept is None else kept.acts : each.acts]
        if kept is not None or each.line.came_from is None:
            return Way(kept, each.line, acts)
    raise AssertionError("a lineage ends")
