"""Where everything on the timeline's track lies: the handle, marks, the one label, the row of a branch.

Owns these places, what is left out where there is no room, and what a pointer is on; knows nothing of Qt or colours.
Lengths are pixels at the usual size of text, times `Room.scale`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import msgspec
import numpy as np

from playground.diagram.rect import Rect
from playground.diagram.timeline import KINDS, TimelineShown, TrackBranch, TrackMark

HIGH, LOW = 36.0, 32.0
"""The height of the timeline, and in a low window: then there is no second row."""
ALONE, WITH_ROW, SECOND, HINT = 18.0, 14.0, 26.0, 28.5
"""The middle of the track, alone and above a second row; of that row; of a label under a track that is alone."""
THICK, HANDLE, HALO, HELD = 4.0, 6.0, 3.0, 9.0
BAR_WIDE, BAR_HIGH, DROP_HIGH, DIAMOND, DOT = 2.5, 14.0, 9.0, 5.5, 3.0
TOGETHER, NEAR = 4.0, 5.0
"""Marks within so many pixels are one, and so near to one the pointer is on it."""
ASIDE, BEND, APART = 8.0, 14.0, 10.0
"""From a bar to its label; along which a branch leaves the track; between a branch's line and its name."""
TALL = 15.0
"""A line of small text."""


class Room(msgspec.Struct, frozen=True):
    """Where the track may lie: from left to right, inside `width` and `height`; scale: of the text."""

    left: float
    right: float
    width: float
    height: float
    scale: float = 1.0

    @property
    def has_rows(self) -> bool:
        """Whether it is high enough for a second row."""
        return self.height >= HIGH * self.scale - 1.0


class PlacedMark(msgspec.Struct, frozen=True):
    """Marks that stand together: the middle of their bar, and all of them, the one that is drawn last."""

    x: float
    marks: tuple[TrackMark, ...]

    @property
    def mark(self) -> TrackMark:
        return self.marks[-1]


class PlacedBranch(msgspec.Struct, frozen=True):
    """A branch in the second row: where it leaves the track, where its line ends, its name, and how many more there
    are; `runs_on`: it is longer than the track."""

    branch: TrackBranch
    start: float
    end: float
    y: float
    name: Rect
    more: Rect | None
    runs_on: bool


class TrackLayout(msgspec.Struct, frozen=True):
    """All places. y: the middle of the track. end: of the run that is shown. label: of the marks `labelled`.

    dots: in a low window, where branches leave the track, and how many more there are where no row says it.
    """

    room: Room
    shown: TimelineShown
    y: float
    end: float
    handle: float
    marks: tuple[PlacedMark, ...]
    labelled: PlacedMark | None = None
    label: Rect | None = None
    branch: PlacedBranch | None = None
    dots: tuple[tuple[float, TrackBranch], ...] = ()

    def x_of(self, step: float) -> float:
        """Where a step lies."""
        return self.room.left + (self.room.right - self.room.left) * min(step / self.shown.span, 1.0)

    def step_at(self, x: float) -> int:
        """The step at a place, none before the first or after the last that the run has made."""
        share = (x - self.room.left) / max(self.room.right - self.room.left, 1.0)
        return min(round(min(max(share, 0.0), 1.0) * self.shown.span), self.shown.end)

    @property
    def steps_a_pixel(self) -> float:
        """How many steps lie under one pixel."""
        return self.shown.span / max(self.room.right - self.room.left, 1.0)

    def mark_at(self, x: float, y: float) -> PlacedMark | None:
        """The marks under a pointer."""
        near = NEAR * self.room.scale
        if abs(y - self.y) > BAR_HIGH * self.room.scale:
            return None
        return min(
            (each for each in self.marks if abs(each.x - x) <= near), key=lambda each: abs(each.x - x), default=None
        )

    def is_on_more(self, x: float, y: float) -> bool:
        """Whether a pointer is on what opens the list of branches."""
        return self.branch is not None and self.branch.more is not None and self.branch.more.contains(x, y, 3.0)

    def branch_at(self, x: float, y: float) -> TrackBranch | None:
        """The branch under a pointer."""
        found, scale = self.branch, self.room.scale
        if found is not None and abs(y - found.y) <= 6.0 * scale and y > self.y + 5.0 * scale:
            right = max(found.end, found.name.right)
            if min(found.start, found.name.x) <= x <= right + 4.0:
                return found.branch
        return next((each for at, each in self.dots if abs(at - x) <= 5.0 * scale), None)


def lay_out(
    shown: TimelineShown, room: Room, wide: Callable[[str], float], pointed: TrackMark | None = None
) -> TrackLayout:
    """The places of one run. wide: how wide a small text is. pointed: the mark that is pointed at: it has the label."""
    scale, rows = room.scale, room.has_rows
    has_row = rows and (shown.row is not None or shown.labelled is not None)
    y = (WITH_ROW if has_row else ALONE) * scale if rows else room.height / 2
    bare = TrackLayout(room, shown, y, 0.0, 0.0, ())
    end, handle = bare.x_of(shown.end), bare.x_of(shown.now)
    if shown.end == 0:  # nothing was made yet: what comes is live
        end, handle = (room.left, room.left) if shown.span > 1 else (room.left, room.right)
    marks = _grouped(shown, bare)
    branch = _placed_branch(shown, bare, handle, wide) if rows else None
    aim = shown.marks[shown.labelled] if shown.labelled is not None and rows else None
    aim = aim if pointed is None else pointed
    labelled = next((each for each in marks if aim in each.marks), None) if aim is not None else None
    label = None
    if labelled is not None:
        middle = SECOND * scale if has_row else HINT * scale if rows else y
        text = words_of(labelled) if pointed is not None else labelled.mark.label if aim is None else aim.label
        label = _beside(labelled.x, wide(text), middle, room, branch)
    dots = () if rows else tuple((bare.x_of(each.left_at), each) for each in shown.branches)
    return TrackLayout(room, shown, y, end, handle, marks, labelled, label, branch, dots)


def words_of(placed: PlacedMark) -> str:
    """What stands beside a bar that is pointed at: of several marks the first few."""
    labels = list(dict.fromkeys(each.label for each in reversed(placed.marks)))
    more = f" and {len(labels) - 2} more" if len(labels) > 2 else ""
    return ", ".join(labels[:2]) + more


def _grouped(shown: TimelineShown, places: TrackLayout) -> tuple[PlacedMark, ...]:
    """Marks that would touch stand as one. A best loss beside the newest moment is no news yet."""
    late = shown.end - (HANDLE + APART / 2) * places.room.scale * places.steps_a_pixel
    marks = [each for each in shown.marks if 0 <= each.step <= shown.end and (each.kind != "best" or each.step < late)]
    if not marks:
        return ()
    grid = TOGETHER * places.room.scale
    across = (places.room.right - places.room.left) / shown.span
    columns = np.rint(np.array([each.step for each in marks], dtype=np.float64) * across / grid).astype(np.int64)
    firsts = [0, *(np.flatnonzero(np.diff(columns)) + 1).tolist(), len(marks)]
    found = []
    for first, last in pairwise(firsts):
        together = sorted(marks[first:last], key=lambda each: KINDS.index(each.kind))
        found.append(PlacedMark(places.x_of(together[-1].step), tuple(together)))
    return tuple(found)


def _placed_branch(
    shown: TimelineShown, places: TrackLayout, handle: float, wide: Callable[[str], float]
) -> PlacedBranch | None:
    """The branch of the second row, its name where it hides neither its beginning nor the handle."""
    branch, room = shown.row, places.room
    if branch is None:
        return None
    scale, y = room.scale, SECOND * room.scale
    start, end = places.x_of(branch.left_at), places.x_of(branch.step)
    count = len(shown.branches) - 1
    more = f"+{count}" if count else ""
    name_wide = wide(branch.name)
    whole = name_wide + (APART * scale / 2 + wide(more) if more else 0.0)
    left = _name_place(start, end, handle, whole, room)
    name = Rect(left, y - TALL * scale / 2, name_wide, TALL * scale)
    beside = Rect(name.right + APART * scale / 2, name.y, wide(more), name.h) if more else None
    return PlacedBranch(branch, start, max(end, start), y, name, beside, branch.step > shown.span)


def _name_place(start: float, end: float, handle: float, whole: float, room: Room) -> float:
    """The left end of a branch's name: on its line behind the bend, behind the handle if that is there; where the
    line is too short, behind its end, or before its beginning."""
    scale = room.scale
    first = start + (BEND + APART) * scale
    clear = (HANDLE + HALO + 4.0) * scale
    wanted = first
    if first - clear < handle < first + whole + clear:
        wanted = handle + clear
    if wanted + whole + APART * scale <= end:
        return wanted
    before = handle - clear - whole
    if first <= before and before + whole + APART * scale <= end:
        return before
    behind = end + (DOT + APART / 2) * scale
    if behind - clear < handle < behind + whole + clear:
        behind = handle + clear
    if behind + whole <= room.width:
        return behind
    return max(min(start, handle - clear + ASIDE * scale) - ASIDE * scale - whole, 0.0)


def _beside(x: float, wide: float, middle: float, room: Room, branch: PlacedBranch | None) -> Rect | None:
    """A label left of its bar, or right of it; None where it would lie on a branch's name either way."""
    scale = room.scale
    taken = [] if branch is None else [branch.name, *([branch.more] if branch.more is not None else [])]
    for left in (x - ASIDE * scale - wide, x + ASIDE * scale):
        place = Rect(left, middle - TALL * scale / 2, wide, TALL * scale)
        inside = left >= 0.0 and place.right <= room.width
        if inside and not any(place.x < each.right + 4 and each.x < place.right + 4 for each in taken):
            return place
    return None
