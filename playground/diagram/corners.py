"""Where the network canvas has an empty corner, for what explains the picture and must not cover any of it.

Owns that choice; knows nothing of Qt or of what is put there.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.diagram.diagram import Column, Diagram
from playground.diagram.rect import Rect
from playground.diagram.wiring import curve_time

APART = 8.0
"""The least distance to whatever is drawn."""
SIGNS = 32.0
"""The room beside the output's units, where classes have their signs."""


def free_corner(diagram: Diagram, seen: Rect, width: float, height: float) -> Rect | None:
    """A place of this size in a lower corner of what is seen of the scene, the right one first; None without room."""
    for x in (seen.right - width, seen.x):
        place = Rect(x, seen.bottom - height, width, height)
        if x >= seen.x and place.y >= seen.y and is_free(diagram, place):
            return place
    return None


def is_free(diagram: Diagram, place: Rect) -> bool:
    """Whether nothing of the network lies in a place below the arcs, or near it."""
    if diagram.gap is not None or place.y < diagram.foot + APART:
        return False
    near = place.grown(APART)
    if any(_meet(near, each) for column in diagram.columns for each in _solid(column, diagram.head)):
        return False
    return not any(_meet(near, each) for each in _lines(diagram, near))


def _meet(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _solid(column: Column, head: int) -> Iterator[Rect]:
    """A column from its card to its last tile, and its stepper."""
    parts = [
        column.card,
        column.highest,
        column.lowest,
        *(each for each in (column.above, column.below) if each),
    ]
    left, right = min(part.x for part in parts), max(part.right for part in parts)
    right += SIGNS if column.layer == head else 0.0
    yield Rect(left, column.card.y, right - left, max(part.bottom for part in parts) - column.card.y)
    if column.stepper is not None:
        yield column.stepper


def _lines(diagram: Diagram, near: Rect) -> Iterator[Rect]:
    """What links and the run-out take above and below a place: they lie between the outermost of them."""
    middle = diagram.band.y + diagram.band.h / 2
    for before, after in zip(diagram.columns, diagram.columns[1:], strict=False):
        yield _fan(before.right, after.left, _span(before), _span(after), near)
    last = diagram.columns[-1]
    yield _fan(last.right, diagram.width, _span(last), (middle, middle), near)


def _span(column: Column) -> tuple[float, float]:
    return column.highest.center[1], column.lowest.center[1]


def _fan(x0: float, x1: float, start: tuple[float, float], end: tuple[float, float], near: Rect) -> Rect:
    """The part of all curves between two columns that lies over or under a place; nothing where they are elsewhere."""
    left, right = max(x0, near.x), min(x1, near.right)
    if left >= right:
        return Rect(x0, start[0], 0.0, 0.0)
    shares = [t * t * (3.0 - 2.0 * t) for t in (curve_time((x - x0) / max(x1 - x0, 1e-9)) for x in (left, right))]
    top = min(start[0] + (end[0] - start[0]) * share for share in shares)
    bottom = max(start[1] + (end[1] - start[1]) * share for share in shares)
    return Rect(left, top - 2.5, right - left, bottom - top + 5.0)
