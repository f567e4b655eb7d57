"""Strokes under way, one class for each thing that a drag over the plane can be: painting, erasing, lassoing, moving.

Owns what a stroke has come to so far, in the units of the plane, and the step that it becomes; knows nothing of pixels
or of the mouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from playground.data.painting import BrushStroke, Canvas, Place, inside, moved, near_line, with_points, without
from playground.views.workbench.painting import Painting
from playground.words.painting import chosen_note, note_of, stroke_name


class Stroke(Protocol):
    """What goes on from the press of a button to its release.

    canvas: what is to be drawn; it is `before` until something was taken away or moved. fresh: points on top of it.
    """

    before: Canvas
    canvas: Canvas
    fresh: Sequence[Place]

    @property
    def note(self) -> str:
        """What it has come to."""

    def go_on(self, place: Place) -> None:
        """The pointer is at `place` now."""

    def finish(self) -> None:
        """It becomes a step of the document, if it has come to anything."""


class Painted:
    """The brush leaves points."""

    def __init__(self, painting: Painting, label: float, radius: float, spacing: float, place: Place) -> None:
        self.before = self.canvas = painting.canvas
        self._painting = painting
        count = max(1, round(painting.size * painting.density))
        self._brush = BrushStroke(self.before, label, radius, count, spacing, painting.seed)
        self.fresh: Sequence[Place] = self._brush.points
        self.go_on(place)

    @property
    def note(self) -> str:
        return note_of(len(self.fresh))

    def go_on(self, place: Place) -> None:
        self._brush.move_to(place)

    def finish(self) -> None:
        if self.fresh:
            self._painting.commit(stroke_name("Paint", len(self.fresh)), self._brush.result)


class Erased:
    """The eraser takes points away."""

    fresh: Sequence[Place] = ()

    def __init__(self, painting: Painting, radius: float, place: Place) -> None:
        self.before = self.canvas = painting.canvas
        self._painting, self._radius, self._last = painting, radius, place
        self._gone = near_line(self.before.points, place, place, radius, self.before.ratio)
        self.canvas = without(self.before, self._gone)

    @property
    def note(self) -> str:
        return note_of(-int(self._gone.sum()))

    def go_on(self, place: Place) -> None:
        hit = near_line(self.before.points, self._last, place, self._radius, self.before.ratio) & ~self._gone
        self._last = place
        if hit.any():
            self._gone = self._gone | hit
            self.canvas = without(self.before, self._gone)

    def finish(self) -> None:
        if self._gone.any():
            self._painting.commit(stroke_name("Erase", int(self._gone.sum())), self.canvas)


class Lassoed:
    """A line is drawn around points."""

    fresh: Sequence[Place] = ()

    def __init__(self, painting: Painting, corners: Sequence[Place]) -> None:
        self.before = self.canvas = painting.canvas
        self._painting, self.corners = painting, list(corners)

    @property
    def note(self) -> str:
        return chosen_note(int(inside(self.before.points, self.corners).sum()))

    def go_on(self, place: Place) -> None:
        if place != self.corners[-1]:
            self.corners.append(place)

    def finish(self) -> None:
        which = inside(self.before.points, self.corners)
        self._painting.choose(which if which.any() else None)


class Moved:
    """What the lasso holds is dragged, or pushed by keys. by: how far from where it was."""

    fresh: Sequence[Place] = ()

    def __init__(self, painting: Painting, place: Place, merge: str | None = None) -> None:
        assert painting.chosen is not None
        self.before = self.canvas = painting.canvas
        self._painting, self._start, self._merge = painting, place, merge
        self._chosen = painting.chosen
        self.by: Place = (0.0, 0.0)

    @property
    def note(self) -> str:
        return chosen_note(int(self._chosen.sum()))

    def go_on(self, place: Place) -> None:
        asked = (place[0] - self._start[0], place[1] - self._start[1])
        self.canvas = moved(self.before, self._chosen, asked)
        right, up = (self.canvas.points[self._chosen] - self.before.points[self._chosen])[0].tolist()
        self.by = right, up

    def finish(self) -> None:
        if self.by != (0.0, 0.0):
            name = stroke_name("Move", int(self._chosen.sum()))
            self._painting.commit(name, self.canvas, self._merge, keeps=True)


def put_point(painting: Painting, label: float, spacing: float, place: Place) -> None:
    """A single point, unless there is one already."""
    canvas = painting.canvas
    if not near_line(canvas.points, place, place, spacing, canvas.ratio).any():
        after = with_points(canvas, [place], label)
        if after.count > canvas.count:
            painting.commit(stroke_name("Paint", 1), after)
