"""Where everything of the network canvas lies: columns, unit tiles, biases, links, gaps.

Owns these places and the hit tests, in pixels of the scene with y downwards; knows nothing of Qt, colours or maps, nor
of how the places are chosen (see `playground.arrangement`).
Columns are called by layer: −1 the features, 0 … n−1 the hidden layers, n the output head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEATURES = -1
LINK_REACH = 5.0
"""A link is hit within so many pixels."""


@dataclass(frozen=True, slots=True)
class Rect:
    """An upright rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def contains(self, x: float, y: float, margin: float = 0.0) -> bool:
        """True inside, or no farther outside than the margin."""
        return self.x - margin <= x <= self.right + margin and self.y - margin <= y <= self.bottom + margin

    def grown(self, by: float) -> Rect:
        """The rectangle with every side moved outwards."""
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn: `features` rows of which `active` are inputs (in input order), hidden layers, output units."""

    features: int
    active: tuple[int, ...]
    layers: tuple[int, ...]
    outputs: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `units` in all, a tile of side `size` for each of the first ones, and its fixed parts."""

    layer: int
    units: int
    x: float
    size: float
    tiles: tuple[Rect, ...]
    card: Rect
    stepper: Rect | None
    more: Rect | None

    @property
    def hidden(self) -> int:
        """Units that have no tile."""
        return self.units - len(self.tiles)

    def activation(self) -> Rect:
        """The lower half of the card, where the activation stands."""
        half = self.card.h / 2
        return Rect(self.card.x, self.card.y + half, self.card.w, half)

    def bias(self, unit: int) -> Rect:
        """The bias square, at the lower left of the unit's tile."""
        tile = self.tiles[unit]
        side = max(5.0, min(10.0, round(self.size * 0.22)))
        return Rect(tile.x - 3.0, tile.bottom - side + 3.0, side, side)

    def stepper_part(self, part: str) -> Rect:
        """A third of the stepper: `minus`, `count` or `plus`."""
        assert self.stepper is not None
        third = self.stepper.w / 3
        place = ("minus", "count", "plus").index(part)
        return Rect(self.stepper.x + place * third, self.stepper.y, third, self.stepper.h)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on the canvas that can be pointed at.

    kind: feature, unit, bias, link, card, activation, minus, count, plus, more. `unit` of a feature is its row.
    `source` of a link is the input's position: a unit of the column before, or an input feature in input order.
    """

    kind: str
    layer: int
    unit: int = -1
    source: int = -1


@dataclass(frozen=True, slots=True)
class Links:
    """The links into one column that have a tile at both ends: all start at x0, end at x1."""

    layer: int
    x0: float
    x1: float
    units: Integers
    sources: Integers
    y0: Floats
    y1: Floats

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


@dataclass(frozen=True, slots=True)
class Diagram:
    """The whole picture, laid out. `band` is the strip the tiles lie in; `gap`: the card of a place
    kept open for a layer at `gap_index`, or None."""

    width: float
    height: float
    shape: Shape
    columns: tuple[Column, ...]
    band: Rect
    gap: Rect | None
    gap_index: int | None

    @property
    def head(self) -> int:
        """The layer number of the output head."""
        return len(self.shape.layers)

    def column(self, layer: int) -> Column:
        """The column of a layer."""
        return self.columns[layer + 1]

    def source_tile(self, layer: int, source: int) -> Rect | None:
        """The tile that an input of a layer comes from, or None where it is not shown."""
        row = self.shape.active[source] if layer == 0 else source
        tiles = self.column(layer - 1).tiles
        return tiles[row] if row < len(tiles) else None

    def links(self, layer: int) -> Links:
        """The links into a layer, unit by unit."""
        left, right = self.column(layer - 1), self.column(layer)
        rows = self.shape.active if layer == 0 else range(left.units)
        pairs = [(place, row) for place, row in enumerate(rows) if row < len(left.tiles)]
        starts = np.array([left.tiles[row].center[1] for _, row in pairs], dtype=np.float64)
        ends = np.array([tile.center[1] for tile in right.tiles], dtype=np.float64)
        places = np.array([place for place, _ in pairs], dtype=np.int64)
        return Links(
            layer,
            left.x + left.size / 2,
            right.x - right.size / 2,
            np.repeat(np.arange(ends.size), starts.size),
            np.tile(places, ends.size),
            np.tile(starts, ends.size),
            np.repeat(ends, starts.size),
        )

    def gap_x(self, index: int) -> float:
        """The x half way between the columns that a layer inserted at `index` would stand between."""
        return (self.column(index - 1).x + self.column(index).x) / 2

    def insertion_index(self, x: float) -> int:
        """The index at which a layer dropped at x is inserted."""
        return sum(self.column(layer).x < x for layer in range(self.head))

    def hit(self, x: float, y: float) -> Part | None:
        """What lies at a point; small things win over large ones, links come last."""
        for column in self.columns:
            found = _hit_column(column, self.head, x, y)
            if found is not None:
                return found
        return self._hit_link(x, y)

    def _hit_link(self, x: float, y: float) -> Part | None:
        for layer in range(self.head + 1):
            if self.column(layer - 1).x < x < self.column(layer).x:
                links = self.links(layer)
                place = links.nearest(x, y)
                if place is not None:
                    return Part("link", layer, int(links.units[place]), int(links.sources[place]))
        return None

    def point_of(self, part: Part) -> tuple[float, float] | None:
        """The middle of a part, or None where it is not shown; of a link, where it is farthest from all others."""
        rect = self.rect_of(part)
        if rect is None or part.kind != "link":
            return None if rect is None else rect.center
        links = self.links(part.layer)
        own = (links.units == part.unit) & (links.sources == part.source)
        best, farthest = rect.center, -1.0
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88):
            x = links.x0 + share * (links.x1 - links.x0)
            heights = links.heights(x)
            here = float(heights[own][0])
            distance = float(np.abs(heights[~own] - here).min(initial=np.inf))
            if distance > farthest:
                best, farthest = (x, here), distance
        return best

    def rect_of(self, part: Part) -> Rect | None:
        """The place of a part, or None where it is not shown; a link's is a small square at its middle."""
        if not -1 <= part.layer <= self.head:
            return None
        column = self.column(part.layer)
        if part.kind in ("feature", "unit", "bias"):
            if not 0 <= part.unit < len(column.tiles):
                return None
            return column.bias(part.unit) if part.kind == "bias" else column.tiles[part.unit]
        if part.kind == "link":
            return self._link_rect(part)
        if part.kind in ("minus", "count", "plus"):
            return None if column.stepper is None else column.stepper_part(part.kind)
        return {"card": column.card, "activation": column.activation(), "more": column.more}.get(part.kind)

    def _link_rect(self, part: Part) -> Rect | None:
        target = self.column(part.layer).tiles
        start = self.source_tile(part.layer, part.source)
        if start is None or part.unit >= len(target):
            return None
        end = target[part.unit]
        return Rect((start.right + end.x) / 2, (start.center[1] + end.center[1]) / 2, 0.0, 0.0).grown(6.0)


def _hit_column(column: Column, head: int, x: float, y: float) -> Part | None:
    layer = column.layer
    if not column.card.x - 6.0 <= x <= column.card.right + 6.0:
        return None
    for unit, tile in enumerate(column.tiles):
        if layer == FEATURES:
            if Rect(column.card.x, tile.y, tile.right - column.card.x, tile.h).contains(x, y, 1.0):
                return Part("feature", layer, unit)
        elif column.bias(unit).contains(x, y, 2.0):
            return Part("bias", layer, unit)
        elif tile.contains(x, y, 1.0):
            return Part("unit", layer, unit)
    if column.stepper is not None and column.stepper.contains(x, y):
        part = next(part for part in ("minus", "count", "plus") if column.stepper_part(part).contains(x, y))
        return Part(part, layer)
    if column.card.contains(x, y):
        below = 0 <= layer < head and column.activation().contains(x, y)
        return Part("activation" if below else "card", layer)
    if column.more is not None and column.more.contains(x, y):
        return Part("more", layer)
    return None
