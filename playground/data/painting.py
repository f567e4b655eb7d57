"""Painting points: what a brush, a single point, an eraser and a lasso make of the points of a plane.

Owns these as functions from one canvas to the next, in the units of the plane; knows nothing of pixels, of experiments
or of undo. Chance comes from the experiment's seed and the number of points that are there, so the same stroke over
the same points leaves the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.grid import Window
from playground.data.rounding import rounded, to_twenty_bits
from playground.data.source_kind import PLANE

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = tuple[float, float]

MOST_PAINTED = 20_000
"""Painted points at most: undo keeps those of every stroke."""
TRIES = 24
"""Places that are tried for a point before it is left out: where all is full, nothing more is painted."""
AT_ONCE = 32
"""Places that are tried in one go."""


class Canvas(msgspec.Struct, frozen=True, eq=False):
    """What is painted: points (n, 2), read-only, with |x| and |y| up to `extent`, and labels (n,).

    window: (left, right, bottom, top), what of that is painted on where both coordinates have units of their own; None
    where it is all of ±extent. A brush that is round there is as much higher or lower than wide as `ratio` says.

    classes: how many, or their names; 0 where labels are values. columns: the names of the coordinates. noise_unit:
    what noise of values is measured in.
    """

    points: Array
    labels: Array
    classes: int | tuple[str, ...]
    extent: float
    columns: tuple[str, ...] = PLANE
    noise_unit: float = 1.0
    window: Window | None = None

    @property
    def middle(self) -> Place:
        """Where the middle of what is painted on lies."""
        left, right, bottom, top = self.window or (-self.extent, self.extent, -self.extent, self.extent)
        return left / 2.0 + right / 2.0, bottom / 2.0 + top / 2.0

    @property
    def half(self) -> Place:
        """Half its size, to the right and upwards."""
        left, right, bottom, top = self.window or (-self.extent, self.extent, -self.extent, self.extent)
        return right / 2.0 - left / 2.0, top / 2.0 - bottom / 2.0

    @property
    def ratio(self) -> float:
        """How many units upwards lie beside each other like one unit to the right."""
        across, up = self.half
        return up / across

    def shares(self, points: Array) -> Array:
        """Points (n, 2) in shares of what is painted on, from −1 to 1."""
        found: Array = (points - np.array(self.middle)) / np.array(self.half)
        return found

    def places(self, shares: Array) -> Array:
        """The inverse."""
        found: Array = np.array(self.middle) + shares * np.array(self.half)
        return found

    @property
    def count(self) -> int:
        """How many points there are."""
        return int(self.labels.size)

    @property
    def class_count(self) -> int:
        """How many classes there are; 0 for values."""
        return self.classes if isinstance(self.classes, int) else len(self.classes)

    @property
    def classes_used(self) -> int:
        """How many classes have a point; 0 for values."""
        return int(np.count_nonzero(np.bincount(self.labels.astype(np.int64)))) if self.class_count else 0


def blank(classes: int, extent: float) -> Canvas:
    """An empty plane."""
    return Canvas(_kept(np.zeros((0, 2))), _kept(np.zeros(0)), classes, extent)


def with_points(canvas: Canvas, points: Array | Sequence[Place], label: float) -> Canvas:
    """The canvas with more points (k, 2), all of one class or value; those beyond `MOST_PAINTED` are left out."""
    room = max(MOST_PAINTED - canvas.count, 0)
    more = _tidy(canvas, np.asarray(points, np.float64).reshape(-1, 2))[:room]
    labels = np.concatenate([canvas.labels, np.full(len(more), float(label))])
    return replace(canvas, points=_kept(np.concatenate([canvas.points, more])), labels=_kept(labels))


def without(canvas: Canvas, which: Mask) -> Canvas:
    """The canvas without some of its points; the others are what they were."""
    return replace(canvas, points=_kept(canvas.points[~which]), labels=_kept(canvas.labels[~which]))


def relabelled(canvas: Canvas, which: Mask, label: float) -> Canvas:
    """The canvas with another class or value for some of its points."""
    return replace(canvas, labels=_kept(np.where(which, float(label), canvas.labels)))


def moved(canvas: Canvas, which: Mask, by: Place) -> Canvas:
    """The canvas with some of its points moved together, as far as none of them leaves the plane."""
    if not which.any():
        return canvas
    chosen = canvas.points[which]
    middle, half = np.array(canvas.middle), np.array(canvas.half)
    least, most = middle - half - chosen.min(axis=0), middle + half - chosen.max(axis=0)
    points = canvas.points.copy()
    points[which] = _tidy(canvas, chosen + np.clip(by, np.minimum(least, 0.0), np.maximum(most, 0.0)))
    return replace(canvas, points=_kept(points))


def with_class(canvas: Canvas) -> Canvas:
    """The canvas with one class more, which has no points yet."""
    if isinstance(canvas.classes, int):
        return replace(canvas, classes=canvas.classes + 1)
    names = (f"class {number}" for number in range(len(canvas.classes), 2 * len(canvas.classes) + 1))
    return replace(canvas, classes=(*canvas.classes, next(name for name in names if name not in canvas.classes)))


# -- which points ------------------------------------------------------------------------------------------------------


def near_line(points: Array, start: Place, end: Place, radius: float, ratio: float = 1.0) -> Mask:
    """(n,) which points (n, 2) lie within `radius`, in units to the right, of the line between two places.

    ratio: how many units upwards are as long as one to the right.
    """
    unit = np.array((1.0, ratio))
    points, begin = points / unit, np.asarray(start) / unit
    way = np.asarray(end) / unit - begin
    along = (points - begin) @ way / max(float(way @ way), 1e-300)
    nearest = begin + np.clip(along, 0.0, 1.0)[:, None] * way
    found: Mask = ((points - nearest) ** 2).sum(axis=1) <= radius * radius
    return found


def inside(points: Array, corners: Sequence[Place]) -> Mask:
    """(n,) which points (n, 2) lie inside a closed line of corners, by the even-odd rule; none with fewer than three.

    A point is inside where a ray to its right crosses the line an odd number of times (Shimrat 1962).
    """
    found = np.zeros(len(points), np.bool_)
    if len(corners) < 3:
        return found
    line = np.asarray(corners, np.float64)
    low, high = line.min(axis=0), line.max(axis=0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    x, y = points[near].T
    odd = np.zeros(near.size, np.bool_)
    for (x1, y1), (x2, y2) in zip(line.tolist(), np.roll(line, -1, axis=0).tolist(), strict=True):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            odd ^= crosses & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    found[near] = odd
    return found


# -- strokes -----------------------------------------------------------------------------------------------------------


class BrushStroke:
    """A stroke of the brush under way; where it has been is told place by place.

    count: points that the brush leaves where it is set down, and again each time that it has moved by its own width.
    spacing: how far from each other, and from all others, they lie at least. Both are in units to the right.
    """

    def __init__(
        self, canvas: Canvas, label: float, radius: float, count: int, spacing: float, seed: int
    ) -> None:  # fmt: skip
        self._canvas, self._label = canvas, label
        self._radius, self._count, self._spacing, self._ratio = radius, count, spacing, canvas.ratio
        self._rng = stream(seed, Purpose.PAINT, canvas.count)
        self._last: Place | None = None
        self._travelled = 0.0
        self._asked = 0
        self._points: list[Place] = []

    @property
    def points(self) -> list[Place]:
        """The points so far."""
        return self._points

    @property
    def result(self) -> Canvas:
        """The canvas with the points so far."""
        return with_points(self._canvas, self._points, self._label)

    def move_to(self, place: Place) -> list[Place]:
        """The brush is at `place` now; the points that it has left on the way."""
        last = self._last or place
        self._travelled += float(np.sqrt((place[0] - last[0]) ** 2 + ((place[1] - last[1]) / self._ratio) ** 2))
        wanted = round(self._count * (1.0 + self._travelled / (2.0 * self._radius)))
        more = min(wanted - self._asked, MOST_PAINTED - self._canvas.count - len(self._points))
        self._last, self._asked = place, max(wanted, self._asked)
        found = self._scattered(last, place, more) if more > 0 else []
        self._points += found
        return found

    def _scattered(self, start: Place, end: Place, wanted: int) -> list[Place]:
        """Up to so many points under the brush between two places, apart from all others."""
        reach, unit, canvas = self._radius + self._spacing, np.array((1.0, self._ratio)), self._canvas
        there = np.concatenate([canvas.points, np.reshape(self._points, (-1, 2))])
        near = there[near_line(there, start, end, reach, self._ratio)]
        draws = self._rng.random((wanted * TRIES, 3))
        across = 2.0 * draws[:, 1:] - 1.0
        draws, across = (values[(across**2).sum(axis=1) <= 1.0] for values in (draws, across))
        middle = np.asarray(start) + draws[:, :1] * np.subtract(end, start)
        places = _tidy(canvas, middle + across * self._radius * unit)
        places = places[(np.abs(places - canvas.middle) <= canvas.half).all(axis=1)]
        found: list[Place] = []
        for begun in range(0, len(places), AT_ONCE):
            some = self._apart(places[begun : begun + AT_ONCE], near, unit)
            first = len(found)
            while len(some) and len(found) < wanted:
                found.append((float(some[0, 0]), float(some[0, 1])))
                some = self._apart(some[1:], some[:1], unit)
            if len(found) == wanted:
                break
            near = np.concatenate([near, np.reshape(found[first:], (-1, 2))])
        return found

    def _apart(self, places: Array, others: Array, unit: Array) -> Array:
        """Those of some places that lie far enough from all others."""
        across, along = (np.subtract.outer(places[:, axis], others[:, axis]) / unit[axis] for axis in (0, 1))
        far: Array = places[(across**2 + along**2 >= self._spacing * self._spacing).all(axis=1)]
        return far


def _tidy(canvas: Canvas, points: Array) -> Array:
    """Rounded as all points are; in units of their own to twenty binary digits, for these may be of any size."""
    return rounded(points) if canvas.window is None else to_twenty_bits(points)


def _kept(values: Array) -> Array:
    values.flags.writeable = False
    return values
