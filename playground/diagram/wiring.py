"""The lines of the network canvas: links between neighbouring columns, and the arcs of residual connections.

Owns their curves, which of them is near a point, and how arcs are stacked so that none hides another; knows nothing
of Qt, colours or weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.diagram.rect import Rect

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LINK_REACH = 5.0
"""A link is hit within so many pixels."""
HANDLE = 11.0
"""The side of an arc's handle."""
ALONG = np.linspace(0.0, 1.0, 65)
"""Where the distance to an arc is measured."""


class Links(msgspec.Struct, frozen=True, eq=False):
    """The links into one column that have a tile at both ends: all start at x0, end at x1."""

    layer: int
    x0: float
    x1: float
    units: Integers
    sources: Integers
    y0: Floats
    y1: Floats

    def same_as(self, other: Links) -> bool:
        """Whether these are the same links at the same places."""
        mine, others = (self.units, self.sources, self.y0, self.y1), (other.units, other.sources, other.y0, other.y1)
        ends = (self.layer, self.x0, self.x1) == (other.layer, other.x0, other.x1)
        return ends and all(np.array_equal(one, two) for one, two in zip(mine, others, strict=True))

    def heights(self, x: float) -> Floats:
        """The y of every link at a given x."""
        t = curve_time((x - self.x0) / max(self.x1 - self.x0, 1e-9))
        return self.y0 + (self.y1 - self.y0) * (t * t * (3.0 - 2.0 * t))

    def nearest(self, x: float, y: float, reach: float = LINK_REACH) -> int | None:
        """The link closest to a point, by its place in this list, or None beyond reach."""
        if not (self.x0 < x < self.x1) or self.units.size == 0:
            return None
        here, step = self.heights(x), 1.0
        slope = (self.heights(x + step) - self.heights(x - step)) / (2 * step)
        distance = np.abs(here - y) / np.sqrt(1.0 + slope * slope)
        best = int(distance.argmin())
        return best if distance[best] <= reach else None

    def clearest(self, unit: int, source: int) -> tuple[float, float] | None:
        """The point of a link that is farthest from all others."""
        own = (self.units == unit) & (self.sources == source)
        best, farthest = None, -1.0
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88):
            x = self.x0 + share * (self.x1 - self.x0)
            heights = self.heights(x)
            here = float(heights[own][0])
            distance = float(np.abs(heights[~own] - here).min(initial=np.inf))
            if distance > farthest:
                best, farthest = (x, here), distance
        return best


def curve_time(share: float) -> float:
    """The curve parameter at a share of the way from x0 to x1, for a cubic whose handles lie at half way."""
    low, high = 0.0, 1.0
    for _ in range(24):
        t = (low + high) / 2
        if 1.5 * t * (1.0 - t) + t**3 < share:
            low = t
        else:
            high = t
    return (low + high) / 2


class Arc(msgspec.Struct, frozen=True):
    """A residual connection: from (x0, foot) over the layers it skips, `rise` pixels high, to (x1, foot).

    x0 lies over the layer `source`, x1 over `layer`. It is a cubic curve whose handles stand straight above its ends.
    """

    layer: int
    source: int
    x0: float
    x1: float
    foot: float
    rise: float

    @property
    def handle(self) -> Rect:
        """What its start is dragged by."""
        return Rect(self.x0 - HANDLE / 2, self.foot - HANDLE / 2, HANDLE, HANDLE)

    @property
    def top_place(self) -> Rect:
        """A small square at its highest point."""
        return Rect((self.x0 + self.x1) / 2, self.foot - self.rise, 0.0, 0.0).grown(5.0)

    @property
    def control(self) -> float:
        """The height of the curve's handles."""
        return self.foot - self.rise * 4 / 3

    def distance(self, x: float, y: float) -> float:
        """How far a point lies from the curve."""
        t = ALONG
        across = self.x0 + (self.x1 - self.x0) * (3.0 * t * t - 2.0 * t**3)
        down = self.foot - 4.0 * self.rise * t * (1.0 - t)
        return float(np.hypot(across - x, down - y).min())


def arc_levels(ends: Sequence[tuple[int, int]]) -> list[int]:
    """For arcs given as (layer, source) the level of each: one that spans others lies above them."""
    levels = [0] * len(ends)
    done: list[int] = []
    for place in sorted(range(len(ends)), key=lambda place: ends[place][0] - ends[place][1]):
        layer, source = ends[place]
        below = [levels[other] for other in done if ends[other][1] < layer and source < ends[other][0]]
        levels[place] = max(below, default=-1) + 1
        done.append(place)
    return levels
