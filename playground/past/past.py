"""The past of all runs of a session: the line that grows now, when a state falls due, and which states stay.

Owns the budget: 64 MB for all lines together. Where it is used up, states go where there are the most for how long ago
they were; the newest and those right after an action stay longest. A line that nothing leads to any more costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakSet

import numpy as np

from playground.engine.state import RunState
from playground.past.curves import Curve, Sight, Tables, begun
from playground.past.lines import Act, Kept, Line, Place
from playground.past.packing import pack

MOST_BYTES = 64_000_000
CURVE_SHARE = 0.4
"""Share of the budget that dropped rows may take."""
LEFT_AFTER = 0.85
"""Share of the budget that is used after states had to go, so that this is seldom."""
EVENT = 8.0
"""How much longer a state right after an action stays than one between two."""


class Past:
    """What a session remembers; `line` is the one that grows. Places and lines may be read by other threads."""

    def __init__(self, base: object) -> None:
        self._most, self._bytes = MOST_BYTES, 0
        self._owner = object()
        self._lines, self._curves = WeakSet[Line](), WeakSet[Curve]()
        self.sight: Sight | None = None
        self.gap = self._due = 0
        self.line = self._line(base)

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take; whoever has it lets lines of its own grow."""
        own = {name: value for name, value in self.__dict__.items() if not name.startswith("_")}
        return own | {"_most": self._most, "_due": self._due}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._owner, self._bytes = object(), 0
        self._lines, self._curves = WeakSet(), WeakSet()
        place = self.line.last
        self.branch(place, self.sight, place.line.beginning)

    # -- the line that grows ----------------------------------------------------------------------------------------

    def _line(self, base: object, start: int = 0, came_from: Place | None = None, beginning: int = 0) -> Line:
        line = Line(self._owner, base, start, came_from, beginning)
        self._lines.add(line)
        return line

    def begin(self, base: object, beginning: int) -> None:
        """A run begins anew."""
        self.line, self.sight = self._line(base, 0, None, beginning), None

    def branch(self, place: Place, sight: Sight | None, beginning: int) -> None:
        """A run goes on from a moment of another one, or of its own."""
        self.line, self.sight = self._line(None, place.step, place, beginning), sight

    def left(
        self, base: object, state: RunState, beside: object, sight: Sight | None, beginning: int, ended: bool
    ) -> Place:
        """Another run that ends where it begins, with this state and these curves, until it is returned to."""
        line = self._line(base, state.step, None, beginning)
        line.ended = ended
        self._bytes += line.keep(Kept(state.step, 0, pack(state), beside, sight, held=True))
        if sight is not None:
            self._curves.add(sight.curve)
        return line.last

    def return_to(self, place: Place, sight: Sight | None) -> None:
        """A run that was left is there again: its line goes on, unless it went on from there already."""
        if place.line.owner is self._owner and place == place.line.last:
            self.line, self.sight = place.line, sight
        else:
            self.branch(place, sight, place.line.beginning)

    def act(self, step: int, action: object, ends: bool, opaque: bool = False) -> None:
        """An action has landed."""
        self.line.acts.append(Act(step, action, self.line.ended, ends, opaque))
        self.line.end, self.line.ended = step, ends

    def goes_on(self, step: int, ended: bool) -> None:
        """Steps were made, or the run has ended."""
        self.line.end, self.line.ended = step, ended

    def adopt(self, other: Past) -> None:
        """What another one has kept, which is used no more, counts here from now on."""
        for line in list(other._lines):
            self._lines.add(line)
        for curve in list(other._curves):
            self._curves.add(curve)
        self._bytes = self._state_bytes()

    def hold(self, lines: Iterable[Line]) -> None:
        """What a file has kept counts here, too."""
        for line in lines:
            self._lines.add(line)
        self._bytes = self._state_bytes()

    # -- what is kept -----------------------------------------------------------------------------------------------

    def steps_to_due(self, step: int) -> int:
        """Steps until a state is to be kept, at least one."""
        return max(1, self._due - step)

    def is_due(self, step: int) -> bool:
        """Whether a state is to be kept now."""
        return step >= self._due

    def see(self, tables: Tables, stride: int, told: int | None) -> None:
        """Keep the rows that the run's curves have now.

        told: of how many of them this moment's predecessor told; None where any of them may be another one now.
        """
        if self.sight is None:
            self.sight = begun(tables, stride)
        elif told is None:
            self.sight = self.sight.after_change(tables, stride)
        elif told < len(tables.rows) or stride != self.sight.stride:
            self.sight = self.sight.with_more(tables.flat(told), stride)
        self._curves.add(self.sight.curve)

    def keep(self, state: RunState, beside: object, held: bool = False) -> None:
        """Keep the state of this moment. held: nothing else leads here."""
        line, step = self.line, state.step
        event = bool(line.acts) and line.acts[-1].step == step
        self._bytes += line.keep(Kept(step, len(line.acts), pack(state), beside, self.sight, held, event))
        self._due = step + max(1, self.gap)
        if self._bytes + self._curve_bytes() > self._most:
            self._make_room(step)

    @property
    def nbytes(self) -> int:
        """Bytes of all that is kept."""
        return self._state_bytes() + self._curve_bytes()

    def _state_bytes(self) -> int:
        return sum(kept.packed.size for line in self._lines for kept in line.kept)

    def _curve_bytes(self) -> int:
        return sum(curve.nbytes for curve in self._curves)

    def _make_room(self, now: int) -> None:
        """States go until the budget is kept, rows where they take more than their share of it."""
        while self._curve_bytes() > self._most * CURVE_SHARE:
            max(self._curves, key=lambda curve: curve.nbytes).thin()
        most = self._most - self._curve_bytes()
        if self._state_bytes() > most:
            self._thin(now, int(most * LEFT_AFTER))
        self._bytes = self._state_bytes()

    def _thin(self, now: int, most: int) -> None:
        """Let states go, those first that are missed least, until so many bytes are left."""
        for held in (False, True):
            while (left := self._state_bytes()) > most:
                found = [each for line in self._lines for each in self._spare(line, now, held)]
                if not found:
                    break
                found.sort(key=lambda each: each[0])
                gone: dict[Line, set[int]] = {}
                for _, line, place in found:
                    if left <= most:
                        break
                    left -= line.kept[place].packed.size
                    gone.setdefault(line, set()).add(place)
                for line, places in gone.items():
                    line.kept = [kept for place, kept in enumerate(line.kept) if place not in places]

    def _spare(self, line: Line, now: int, held: bool) -> Sequence[tuple[float, Line, int]]:
        """Every second of a line's states that may go, with how much each is missed: its gap, for how long ago it was.

        held: all but the newest may go, for nothing else is left.
        """
        kept = line.kept
        if held:
            return [(float(each.held), line, place) for place, each in enumerate(kept[:-1])]
        if len(kept) < 3:
            return []
        steps = np.array([each.step for each in kept], np.float64)
        end = now if line is self.line else steps[-1]
        missed = (steps[2:] - steps[:-2]) / (end - steps[1:-1] + 1.0)
        return [
            (float(missed[place - 1]) * (EVENT if kept[place].event else 1.0), line, place)
            for place in range(1 + len(kept) % 2, len(kept) - 1, 2)
            if not kept[place].held
        ]
