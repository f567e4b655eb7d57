"""Where everything of the network canvas lies: columns, tiles, biases, gaps, and what is at a point.

Owns these places and the hit tests, in pixels of the scene with y downwards; knows nothing of Qt, colours or maps, nor
of how the places are chosen (see `playground.diagram.arrangement`). The lines between columns are in
`playground.diagram.wiring`.
"""

from __future__ import annotations

import msgspec
import numpy as np

from playground.diagram.outline import CHOICES, ColumnPlan, Outline
from playground.diagram.rect import Rect
from playground.diagram.wiring import LINK_REACH, Arc, Links

FEATURES = -1


class Column(msgspec.Struct, frozen=True):
    """One column: a tile for each unit (or channel) of its plan that is shown, and its fixed parts.

    tiles: those of the units from `first` on; where not all have room, `above` and `below` tell of the others. size: a
    tile's height; `x` is the middle of the tiles. Tiles of a pair are twice as wide.
    """

    layer: int
    plan: ColumnPlan
    x: float
    size: float
    tiles: tuple[Rect, ...]
    card: Rect
    stepper: Rect | None
    above: Rect | None = None
    below: Rect | None = None
    first: int = 0

    @property
    def units(self) -> int:
        """Tiles there would be with room enough."""
        return self.plan.tiles

    @property
    def hidden(self) -> int:
        """How many have no tile."""
        return self.units - len(self.tiles)

    @property
    def shown(self) -> range:
        """The units that have a tile."""
        return range(self.first, self.first + len(self.tiles))

    def tile(self, unit: int) -> Rect | None:
        """The tile of a unit, or None where it is not shown."""
        return self.tiles[unit - self.first] if unit in self.shown else None

    def spans(self, x: float) -> bool:
        """Whether x lies in the column, its card and its tiles."""
        return self.card.x - 6.0 <= x <= max(self.card.right, self.right) + 6.0

    def first_for(self, unit: int) -> int:
        """The first unit to show, as near as possible to the present one, so that this one has a tile."""
        return min(max(self.first, unit - len(self.tiles) + 1), unit)

    @property
    def left(self) -> float:
        """Where links end."""
        return self.tiles[0].x

    @property
    def right(self) -> float:
        """Where links start."""
        return self.tiles[0].right

    @property
    def highest(self) -> Rect:
        """The tile at the top. Tiles beside features stand in input order, which need not be that of the rows."""
        return min(self.tiles, key=lambda tile: tile.y)

    @property
    def lowest(self) -> Rect:
        """The tile at the bottom."""
        return max(self.tiles, key=lambda tile: tile.y)

    @property
    def out_x(self) -> float:
        """The middle of what comes out: of a pair its second square."""
        return self.right - self.size / 2 if self.plan.form == "pair" else self.x

    def activation(self) -> Rect:
        """The lower half of the card, where the layer's main setting stands."""
        half = self.card.h / 2
        return Rect(self.card.x, self.card.y + half, self.card.w, half)

    def bias(self, unit: int) -> Rect:
        """The bias square, at the lower left of the tile of a unit that is shown."""
        tile = self.tiles[unit - self.first]
        side = max(5.0, min(10.0, round(self.size * 0.22)))
        return Rect(tile.x - 3.0, tile.bottom - side + 3.0, side, side)

    def pair(self, unit: int) -> tuple[Rect, Rect]:
        """The two squares of a pair that is shown: a filter, and what comes out of it."""
        tile = self.tiles[unit - self.first]
        return Rect(tile.x, tile.y, tile.h, tile.h), Rect(tile.right - tile.h, tile.y, tile.h, tile.h)

    def pixel(self, unit: int, x: float, y: float) -> int:
        """Which pixel of the image in a unit's tile lies at a point, counted by rows; the first one where none does."""
        if self.plan.image is None:
            return 0
        place = self.pair(unit)[1] if self.plan.form == "pair" else self.tiles[unit - self.first]
        if not place.contains(x, y):
            return 0
        rows, columns = self.plan.image
        row = min(int((y - place.y) / place.h * rows), rows - 1)
        return row * columns + min(int((x - place.x) / place.w * columns), columns - 1)

    def stepper_part(self, part: str) -> Rect:
        """A third of the stepper: `minus`, `count` or `plus`."""
        assert self.stepper is not None
        third = self.stepper.w / 3
        place = ("minus", "count", "plus").index(part)
        return Rect(self.stepper.x + place * third, self.stepper.y, third, self.stepper.h)


class Part(msgspec.Struct, frozen=True):
    """One thing on the canvas that can be pointed at.

    kind: feature, unit, bias, link, card, activation, minus, count, plus, above, below, arc, arc_start. `unit` is a
    tile, shown or not: the row of a feature or column, a unit, or a channel of an image (the input image is unit 0 of
    layer −1). `source` of a link is the input's position: a tile of the column before, or an
    input feature in input order. An arc's layer is the residual connection that it ends at.
    """

    kind: str
    layer: int
    unit: int = -1
    source: int = -1


class Diagram(msgspec.Struct, frozen=True):
    """The whole picture, laid out. `band` is the strip the tiles lie in; `gap`: the card of a place
    kept open for a layer at `gap_index`, or None. `foot`: the height at which arcs start and end."""

    width: float
    height: float
    outline: Outline
    columns: tuple[Column, ...]
    band: Rect
    foot: float
    arcs: tuple[Arc, ...]
    gap: Rect | None
    gap_index: int | None

    @property
    def head(self) -> int:
        """The layer number of the output head."""
        return self.outline.head

    def column(self, layer: int) -> Column:
        """The column of a layer."""
        return self.columns[layer + 1]

    def source_tile(self, layer: int, source: int) -> Rect | None:
        """The tile that an input of a layer comes from, or None where it is not shown, or not there any more."""
        row = self.source_row(layer, source)
        return None if row is None else self.column(layer - 1).tile(row)

    def source_row(self, layer: int, source: int) -> int | None:
        """The unit of the column before that an input of a layer is, shown or not; None where there is none."""
        active = self.outline.active
        if layer == 0:
            return active[source] if source < len(active) else None
        return source

    def links(self, layer: int) -> Links:
        """The links into a layer, tile by tile."""
        left, right = self.column(layer - 1), self.column(layer)
        rows = self.outline.active if layer == 0 else range(left.units)
        shown = [(place, tile) for place, row in enumerate(rows) if (tile := left.tile(row)) is not None]
        starts = np.array([tile.center[1] for _, tile in shown], dtype=np.float64)
        ends = np.array([tile.center[1] for tile in right.tiles], dtype=np.float64)
        places = np.array([place for place, _ in shown], dtype=np.int64)
        units = np.arange(ends.size) + right.first
        if right.plan.reads_own:
            own = np.arange(min(starts.size, ends.size))
            return Links(layer, left.right, right.left, units[own], places[own], starts[own], ends[own])
        return Links(
            layer,
            left.right,
            right.left,
            np.repeat(units, starts.size),
            np.tile(places, ends.size),
            np.tile(starts, ends.size),
            np.repeat(ends, starts.size),
        )

    def arc(self, layer: int) -> Arc | None:
        """The arc of a residual connection."""
        return next((arc for arc in self.arcs if arc.layer == layer), None)

    def arc_source(self, layer: int, x: float) -> int:
        """The layer nearest to x that a residual connection may start from."""
        return min(range(FEATURES, layer - 1), key=lambda source: abs(self.column(source).x - x))

    def gap_x(self, index: int) -> float:
        """The x half way between the columns that a layer inserted at `index` would stand between."""
        return (self.column(index - 1).x + self.column(index).x) / 2

    def insertion_index(self, x: float) -> int:
        """The index at which a layer dropped at x is inserted."""
        return sum(self.column(layer).x < x for layer in range(self.head))

    def scrollable(self, layer: int) -> Column | None:
        """The column whose units a layer's tiles follow: its own, or of a layer that passes values on the one that it
        reads; None where all of its units are shown."""
        while layer > FEATURES and self.column(layer).plan.reads_own:
            layer -= 1
        return self.column(layer) if self.column(layer).hidden else None

    def column_at(self, x: float) -> Column | None:
        """The column that x lies in, or None between columns."""
        return next((column for column in self.columns if column.spans(x)), None)

    def hit(self, x: float, y: float, reach: float = LINK_REACH) -> Part | None:
        """What lies at a point; small things win over large ones, links come last. reach: how far from a line."""
        for arc in self.arcs:
            if arc.handle.contains(x, y, 3.0):
                return Part("arc_start", arc.layer)
        for column in self.columns:
            found = _hit_column(column, self.head, x, y)
            if found is not None:
                return found
        near = [(arc.distance(x, y), arc.layer) for arc in self.arcs]
        if near and min(near)[0] <= reach:
            return Part("arc", min(near)[1])
        return self._hit_link(x, y, reach)

    def _hit_link(self, x: float, y: float, reach: float) -> Part | None:
        for layer in range(self.head + 1):
            if self.column(layer - 1).x < x < self.column(layer).x:
                links = self.links(layer)
                place = links.nearest(x, y, reach)
                if place is not None:
                    return Part("link", layer, int(links.units[place]), int(links.sources[place]))
        return None

    def point_of(self, part: Part) -> tuple[float, float] | None:
        """The middle of a part, or None where it is not shown; of a link, where it is farthest from all others."""
        rect = self.rect_of(part)
        if rect is None or part.kind != "link":
            return None if rect is None else rect.center
        return self.links(part.layer).clearest(part.unit, part.source) or rect.center

    def rect_of(self, part: Part) -> Rect | None:
        """The place of a part, or None where it is not shown; a link's is a small square at its middle."""
        if not -1 <= part.layer <= self.head:
            return None
        column = self.column(part.layer)
        if part.kind in ("feature", "unit", "bias"):
            tile = column.tile(part.unit)
            return column.bias(part.unit) if tile is not None and part.kind == "bias" else tile
        if part.kind == "link":
            return self._link_rect(part)
        if part.kind in ("minus", "count", "plus"):
            return None if column.stepper is None else column.stepper_part(part.kind)
        if part.kind in ("arc", "arc_start"):
            arc = self.arc(part.layer)
            return None if arc is None else arc.handle if part.kind == "arc_start" else arc.top_place
        places = {"card": column.card, "activation": column.activation(), "above": column.above, "below": column.below}
        return places.get(part.kind)

    def _link_rect(self, part: Part) -> Rect | None:
        end = self.column(part.layer).tile(part.unit)
        start = self.source_tile(part.layer, part.source)
        if start is None or end is None:
            return None
        return Rect((start.right + end.x) / 2, (start.center[1] + end.center[1]) / 2, 0.0, 0.0).grown(6.0)


def _hit_column(column: Column, head: int, x: float, y: float) -> Part | None:
    layer, plan = column.layer, column.plan
    if not column.spans(x):
        return None
    for unit, tile in zip(column.shown, column.tiles, strict=True):
        if plan.kind in CHOICES:
            if Rect(column.card.x, tile.y, tile.right - column.card.x, tile.h).contains(x, y, 1.0):
                return Part("feature", layer, unit)
        elif plan.has_bias and column.bias(unit).contains(x, y, 2.0):
            return Part("bias", layer, unit)
        elif tile.contains(x, y, 3.0 if plan.form == "port" else 1.0):
            return Part("unit", layer, unit)
    if column.stepper is not None and column.stepper.contains(x, y):
        part = next(part for part in ("minus", "count", "plus") if column.stepper_part(part).contains(x, y))
        return Part(part, layer)
    if column.card.contains(x, y):
        below = 0 <= layer < head and column.activation().contains(x, y)
        return Part("activation" if below else "card", layer)
    for kind, place in (("above", column.above), ("below", column.below)):
        if place is not None and place.contains(x, y):
            return Part(kind, layer)
    return None
