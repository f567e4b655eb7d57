"""What a file keeps of the past of its runs: some states of each stretch that no action interrupts.

Owns which states these are; knows nothing of bytes in a file, nor of what a state is. From a state to the end of its
stretch no action lies, so states alone lead to every moment of it; where a stretch has none left, nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from playground.past.lines import Kept, Line, Place

MOST_BYTES = 2_000_000
"""What the states of a run take that it does not share with an older one."""
MOST_STRETCHES = 256
FIRST_SHARE = 0.5
"""Share of the bytes that the first states of stretches may take: those that actions have led to."""

Ways = Mapping[int, tuple[Place, ...]]
"""By the numbers of runs, where each stands, and the moments at which the lines before were left, the newest first."""
Fits = Callable[[Kept], bool]


class Stretch(msgspec.Struct, frozen=True, eq=False):
    """States of one size, between which no action landed, oldest first.

    after: the place, in the list of all, of the stretch that it goes on from; at: the last moment of that one on the
    way here. None where nothing is kept of what came before.
    """

    after: int | None
    at: int
    kept: tuple[Kept, ...]


class Thinned(NamedTuple):
    """tips: by the numbers of the runs the place of the last stretch of each, and its last moment."""

    stretches: list[Stretch]
    tips: dict[int, tuple[int, int]]


Key = tuple[int, int]
"""Which line, by its place among those found, and which of its parts."""


class _Found(msgspec.Struct):
    """The parts of all lines, the way of each run through them, and the run that each counts for."""

    parts: dict[Key, list[Kept]] = msgspec.field(default_factory=dict)
    paths: dict[int, list[tuple[Key, int]]] = msgspec.field(default_factory=dict)
    owners: dict[Key, int] = msgspec.field(default_factory=dict)


def thinned(ways: Ways, fits: Fits, most: int = MOST_STRETCHES) -> Thinned:
    """The states to keep, at most MOST_BYTES of each run. fits: whether a state may be among them.

    What was chosen once is chosen again, as a whole, from what it has left.
    """
    found = _found(ways, fits)
    chosen: dict[Key, tuple[Kept, ...]] = {}
    for number, path in found.paths.items():
        own = [key for key, _ in path if found.owners[key] == number]
        newest = own[max(0, len(own) - most // len(ways)) :]
        chosen |= _picked({key: found.parts[key] for key in newest})
    return _joined(found, chosen)


def _found(ways: Ways, fits: Fits) -> _Found:
    found, places, parted = _Found(), dict[int, int](), dict[int, list[tuple[int, list[Kept]]]]()
    tips = {id(way[0].line): way[0] for way in ways.values()}
    for number in sorted(ways):
        path = found.paths[number] = []
        for place in reversed(ways[number]):
            line = place.line
            if id(line) not in parted:
                places[id(line)] = len(places)
                parted[id(line)] = _parts(line, tips.get(id(line)), fits)
            for part, (end, states) in enumerate(_until(place, parted[id(line)])):
                if states[0].step > end:
                    continue
                key = places[id(line)], part
                path.append((key, end))
                found.parts[key] = states
                found.owners.setdefault(key, number)
    return found


def _parts(line: Line, tip: Place | None, fits: Fits) -> list[tuple[int, list[Kept]]]:
    """The states of a line by its stretches, and after how many acts each lies; but for the one at its tip, which a
    file has anyway."""
    parts: list[tuple[int, list[Kept]]] = []
    for kept in tuple(line.kept):
        if not fits(kept) or (tip is not None and (kept.acts, kept.step) == (tip.acts, tip.step)):
            continue
        if not parts or parts[-1][0] != kept.acts or parts[-1][1][-1].packed.frame != kept.packed.frame:
            parts.append((kept.acts, []))
        parts[-1][1].append(kept)
    return parts


def _until(place: Place, parts: list[tuple[int, list[Kept]]]) -> list[tuple[int, list[Kept]]]:
    """The parts of the way to a moment, and the last moment of each on that way."""
    found = []
    for number, (acts, states) in enumerate(parts):
        if acts > place.acts or states[0].step > place.step:
            break
        end = place.step if acts == place.acts else place.line.acts[acts].step - 1
        if number + 1 < len(parts) and parts[number + 1][0] == acts:
            end = min(end, parts[number + 1][1][0].step)
        found.append((end, states))
    return found


def _picked(parts: dict[Key, list[Kept]]) -> dict[Key, tuple[Kept, ...]]:
    """All states, or as many as fit: the first ones of the newest stretches, and of the others every so many."""
    sizes = [len(kept.packed.data) for states in parts.values() for kept in states]
    if sum(sizes) <= MOST_BYTES:
        return {key: tuple(states) for key, states in parts.items()}
    room, taken = MOST_BYTES * FIRST_SHARE, set[tuple[Key, int]]()
    for key in reversed(parts):
        room -= len(parts[key][0].packed.data)
        if room < 0:
            break
        taken.add((key, 0))
    left = MOST_BYTES - sum(len(parts[key][0].packed.data) for key, _ in taken)
    others = [
        (key, place) for key, states in parts.items() for place in range(len(states)) if (key, place) not in taken
    ]
    count = min(left // max(sizes), len(others))
    taken |= {others[place] for place in np.linspace(0, len(others) - 1, count).round().astype(int)}
    kept = {key: tuple(each for place, each in enumerate(parts[key]) if (key, place) in taken) for key in parts}
    return {key: states for key, states in kept.items() if states}


def _joined(found: _Found, chosen: dict[Key, tuple[Kept, ...]]) -> Thinned:
    places: dict[Key, int] = {}
    stretches: list[Stretch] = []
    tips: dict[int, tuple[int, int]] = {}
    for number, path in found.paths.items():
        before: tuple[int, int] | None = None
        for key, end in path:
            if key not in chosen or chosen[key][0].step > end:  # nothing is left of it, or nothing on this way
                continue
            if key not in places:
                places[key] = len(stretches)
                after, at = before or (None, 0)
                stretches.append(Stretch(after, at, chosen[key]))
            before = places[key], end
        if before is not None:
            tips[number] = before
    return Thinned(stretches, tips)
