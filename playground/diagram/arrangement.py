"""Chooses the places of the network canvas for a canvas size and the plans of its columns.

Owns the rules of spacing, shrinking and cutting; knows nothing of Qt or of what is drawn. The result is a `Diagram`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from playground.diagram.diagram import FEATURES, Column, Diagram
from playground.diagram.outline import CHOICES, INPUT_KINDS, ColumnPlan, Outline, guest_plan
from playground.diagram.rect import Rect
from playground.diagram.wiring import Arc, arc_levels

USUAL_ROWS = 7
"""Tiles are sized as if so many had to stand in a column where the inputs are one image, or more columns than that."""
MOST_LEVELS = 4
"""Arcs above that many others lie on the highest of them."""
LEAST_GAP, LEAST_BOTTOM, LOW = 4.0, 2.0, 0.82
"""What gaps over and below tiles, and below steppers, may come down to on a low canvas; steppers and rows to a share of
theirs."""
ARC_STEP = 14.0
"""The distance of two arcs that start at one layer."""


class Sizes(msgspec.Struct, frozen=True):
    """The measures that do not follow from the canvas: set once, by the fonts in use.

    slim_cards: the width of the card of each kind of layer that has no units of its own. after_slim: the share of a
    whole step that links take which come out of such a layer. lane: the room for the arcs of one level. header: the
    width of the words over the inputs, which their tiles and labels must have together. large_share: on a high canvas
    the largest tile is this share of the band.
    """

    top: float = 6.0
    card_height: float = 48.0
    card_width: float = 84.0
    narrow_card: float = 60.0
    slim_card: float = 64.0
    slim_cards: Mapping[str, float] = msgspec.field(default_factory=dict)
    card_gap: float = 8.0
    after_slim: float = 0.85
    band_gap: float = 14.0
    stepper_height: float = 26.0
    stepper_width: float = 76.0
    bottom: float = 6.0
    left: float = 8.0
    label: float = 38.0
    header: float = 0.0
    run_out: float = 56.0
    least_run_out: float = 10.0
    least_pitch: float = 70.0
    most_tile: float = 72.0
    large_share: float = 0.085
    usual_tile: float = 44.0
    most_map: float = 30.0
    port: float = 10.0
    pair_gap: float = 4.0
    most_share: float = 0.56
    least_row: float = 24.0
    least_feature: float = 20.0
    more_height: float = 20.0
    tile_share: float = 0.76
    lane: float = 26.0
    lane_step: float = 11.0

    def slim(self, kind: str) -> float:
        """The width of a slim card."""
        return self.slim_cards.get(kind, self.slim_card)


class _Scale(msgspec.Struct, frozen=True):
    """What is chosen once for the whole picture: sides of tiles, width of full cards, middles of columns, and the room
    behind the last one, which is given up before anything has to be scrolled."""

    first_tile: float
    tile: float
    card: float
    places: tuple[float, ...]
    run_out: float


def arrange(
    outline: Outline, width: float, height: float, sizes: Sizes = Sizes(), gap: int | None = None,
    guest: ColumnPlan | None = None, firsts: Sequence[int] = (),
) -> Diagram:  # fmt: skip
    """Lay everything out for a canvas of this size; the diagram is wider than the canvas where columns need room.

    gap: keep a place open for a layer inserted at this index, which will look like `guest`. firsts: for each column the
    unit from which on it shows what has room; 0 where none is told, less where fewer would be shown than can be.
    """
    plans, layers = list(outline.columns), list(range(FEATURES, outline.head + 1))
    if gap is not None:
        plans.insert(gap + 1, guest or guest_plan(outline, "dense", gap))
    levels = arc_levels(outline.arcs())
    lane = sizes.lane + sizes.lane_step * min(max(levels, default=0), MOST_LEVELS - 1) if levels else 0.0
    sizes = _lowered(plans[0], height, lane, sizes)
    band = _band(plans[0], height, lane, sizes)
    scale = _scale(plans, width, band, sizes)
    cards = [_card(plan, place, scale, sizes) for plan, place in zip(plans, scale.places, strict=True)]
    right = max(width, scale.places[-1] + scale.card / 2 + scale.run_out)
    opened = None
    if gap is not None:
        opened = cards.pop(gap + 1)
        plans.pop(gap + 1)
    places = [place for index, place in enumerate(scale.places) if gap is None or index != gap + 1]
    columns: list[Column] = []
    for layer, plan, place, card in zip(layers, plans, places, cards, strict=True):
        if plan.reads_own:
            columns.append(_own_column(outline, layer, plan, place, card, columns[-1], sizes))
        else:
            first = firsts[len(columns)] if len(columns) < len(firsts) else 0
            columns.append(_full_column(layer, plan, place, card, scale, band, first, sizes))
    foot = band.y - 6.0
    arcs = _arcs(outline, columns, levels, foot, sizes)
    whole = Rect(0.0, band.y, right, band.h)
    return Diagram(right, height, outline, tuple(columns), whole, foot, arcs, opened, gap)


def _lowered(first: ColumnPlan, height: float, lane: float, sizes: Sizes) -> Sizes:
    """The sizes where steppers would be cut: gaps and steppers become lower, and if that is not enough, rows too."""
    for lowered in (_with_lower_gaps, _with_lower_rows):
        needed = _needed(first, lane, sizes)
        if needed > height:
            share = (needed - height) / (needed - _needed(first, lane, lowered(sizes, 1.0)))
            sizes = lowered(sizes, min(share, 1.0))
    return sizes


def _with_lower_gaps(sizes: Sizes, share: float) -> Sizes:
    return replace(
        sizes,
        band_gap=sizes.band_gap + share * (LEAST_GAP - sizes.band_gap),
        bottom=sizes.bottom + share * (LEAST_BOTTOM - sizes.bottom),
        stepper_height=sizes.stepper_height * (1.0 - share * (1.0 - LOW)),
    )


def _with_lower_rows(sizes: Sizes, share: float) -> Sizes:
    low = 1.0 - share * (1.0 - LOW)
    return replace(sizes, least_feature=low * sizes.least_feature, least_row=low * sizes.least_row)


def _needed(first: ColumnPlan, lane: float, sizes: Sizes) -> float:
    return _around(lane, sizes) + _least_band(first, sizes)


def _around(lane: float, sizes: Sizes) -> float:
    """What of the height cards, steppers and the gaps about them take."""
    over = lane + 8.0 if lane else sizes.band_gap
    return sizes.top + sizes.card_height + over + sizes.band_gap + sizes.stepper_height + sizes.bottom


def _least_band(first: ColumnPlan, sizes: Sizes) -> float:
    return max(_rows(first) * sizes.least_feature, sizes.least_row + 2 * sizes.more_height)


def _band(first: ColumnPlan, height: float, lane: float, sizes: Sizes) -> Rect:
    """The strip between cards and steppers."""
    top = sizes.top + sizes.card_height + (lane + 8.0 if lane else sizes.band_gap)
    return Rect(0.0, top, 0.0, max(height - _around(lane, sizes), _least_band(first, sizes)))


def _rows(first: ColumnPlan) -> int:
    rows = {"features": first.tiles, "columns": min(first.tiles, USUAL_ROWS)}
    return rows.get(first.kind, USUAL_ROWS)


def _scale(plans: Sequence[ColumnPlan], width: float, band: Rect, sizes: Sizes) -> _Scale:
    """The measures that depend on each other: narrow columns have narrow cards and small tiles."""
    is_image = plans[0].kind == "image"
    most = max(sizes.most_tile, sizes.large_share * band.h)
    tile = min(most, sizes.tile_share * band.h / _rows(plans[0]))
    side = min(most, sizes.tile_share * band.h) if is_image else tile
    start = sizes.left + (0.0 if is_image else _label(min(side, sizes.most_share * sizes.least_pitch), sizes))
    card, weights = sizes.card_width, tuple(_weight(pair, sizes) for pair in pairwise(plans))
    while True:
        free = width - start - side / 2 - card / 2
        least = tuple(_least_step(pair, side, card, sizes) for pair in pairwise(plans))
        run_out = sizes.run_out if is_image else min(sizes.run_out, max(sizes.least_run_out, free - sum(least)))
        pitch = _level(least, weights, free - run_out)
        if pitch >= card + 10.0 or card <= sizes.narrow_card:
            break
        card = max(sizes.narrow_card, card - 2.0)
    steps = [max(low, weight * pitch) for low, weight in zip(least, weights, strict=True)]
    tile = min(tile, sizes.most_share * max(pitch, sizes.least_pitch))
    side = side if is_image else tile
    places = [start + side / 2]
    for step in steps:
        places.append(places[-1] + step)
    return _Scale(side, _unit_tile(plans, tile, pitch, band, sizes), card, tuple(places), run_out)


def _label(side: float, sizes: Sizes) -> float:
    """The room left of the inputs' tiles: for their names, and so that the words above are not cut."""
    return max(sizes.label, sizes.header - side)


def _weight(pair: tuple[ColumnPlan, ColumnPlan], sizes: Sizes) -> float:
    """The share of a whole step between two columns: a slim one stands right behind what it reads."""
    before, after = pair
    return 0.0 if after.reads_own else sizes.after_slim if before.reads_own else 1.0


def _least_step(pair: tuple[ColumnPlan, ColumnPlan], side: float, card: float, sizes: Sizes) -> float:
    """The least distance of two columns: their cards stand side by side."""
    before, after = pair
    own = sizes.slim(before.kind) if before.reads_own else card
    left = side / 2 + 8.0 if before.kind in INPUT_KINDS else own / 2
    right = (sizes.slim(after.kind) if after.reads_own else card) / 2
    apart = left + right + sizes.card_gap
    return apart if after.reads_own else max(apart, sizes.least_pitch * _weight(pair, sizes))


@lru_cache(1024)
def _level(least: tuple[float, ...], weights: tuple[float, ...], free: float) -> float:
    """The whole step at which all steps, none below its least, fill the free width."""
    low, high = 0.0, max(free, 1.0)
    pairs = tuple(zip(least, weights, strict=True))
    for _ in range(40):
        middle = (low + high) / 2
        if sum([weight * middle if weight * middle > each else each for each, weight in pairs]) > free:
            high = middle
        else:
            low = middle
    return low


def _unit_tile(plans: Sequence[ColumnPlan], tile: float, pitch: float, band: Rect, sizes: Sizes) -> float:
    """The side of unit tiles: larger than the features' where few units leave room, the same in all small layers."""
    rows = _rows(plans[0])
    full = [plan.tiles for plan in plans[1:] if not plan.reads_own]
    most = max((units for units in full if units <= rows + 1), default=1)
    fitting = min(sizes.tile_share * band.h / most, sizes.usual_tile, sizes.most_share * max(pitch, sizes.least_pitch))
    return max(tile, fitting) if most <= rows else tile


def _card(plan: ColumnPlan, x: float, scale: _Scale, sizes: Sizes) -> Rect:
    """The card over a column; the features' header spans their labels too."""
    if plan.kind in CHOICES:
        return Rect(
            sizes.left, sizes.top, round(scale.places[0] + scale.first_tile / 2 - sizes.left), sizes.card_height
        )
    width = sizes.slim(plan.kind) if plan.reads_own else scale.first_tile if plan.kind == "image" else scale.card
    return Rect(round(x - width / 2), sizes.top, round(width), sizes.card_height)


def _full_column(
    layer: int, plan: ColumnPlan, x: float, card: Rect, scale: _Scale, band: Rect, first: int, sizes: Sizes
) -> Column:  # fmt: skip
    """Tiles under each other, in the middle of the band. Where there is no room for all, as many as there is room for,
    from the first one on, between a line about those above and one about those below: neither moves the tiles."""
    tile = scale.first_tile if layer == FEATURES else scale.tile
    if plan.form == "pair":
        tile = min(tile, (card.w - sizes.pair_gap) / 2)
    shown, row = plan.tiles, min(tile / sizes.tile_share, band.h / plan.tiles)
    if row < sizes.least_row and plan.kind not in ("features", "image"):
        room = band.h - 2 * sizes.more_height
        shown = min(plan.tiles, max(1, int(room / sizes.least_row)))
        row = min(tile / sizes.tile_share, room / shown) if shown < plan.tiles else row
    size = float(max(1, int(min(tile, row - max(4.0, (1.0 - sizes.tile_share) * row)))))
    wide = 2 * size + sizes.pair_gap if plan.form == "pair" else size
    left, first = round(x - wide / 2), min(max(first, 0), plan.tiles - shown)
    top = band.y + (band.h - shown * row) / 2
    tiles = tuple(Rect(left, round(top + unit * row + (row - size) / 2), wide, size) for unit in range(shown))
    above = Rect(card.x, top - sizes.more_height, card.w, sizes.more_height) if first else None
    below = Rect(card.x, top + shown * row, card.w, sizes.more_height) if first + shown < plan.tiles else None
    stepper = None
    if plan.has_stepper:
        width = min(sizes.stepper_width, card.w)
        stepper = Rect(card.center[0] - width / 2, band.bottom + sizes.band_gap, width, sizes.stepper_height)
    return Column(layer, plan, left + wide / 2, size, tiles, card, stepper, above, below, first)


def _own_column(
    outline: Outline, layer: int, plan: ColumnPlan, x: float, card: Rect, before: Column, sizes: Sizes
) -> Column:  # fmt: skip
    """A small tile beside every tile that it reads."""
    rows = outline.active if layer == 0 else before.shown
    middles = [tile.center[1] for row in rows if (tile := before.tile(row)) is not None]
    first = sum(row < before.first for row in rows) if layer == 0 else before.first
    apart = min((after - first for first, after in pairwise(sorted(middles))), default=sizes.most_tile)
    most = sizes.most_map if plan.form == "map" else sizes.port
    size = float(max(3, int(min(most, 0.8 * apart))))
    left = round(x - size / 2)
    tiles = tuple(Rect(left, middle - size / 2, size, size) for middle in middles)
    return Column(layer, plan, left + size / 2, size, tiles, card, None, first=first)


def _arcs(
    outline: Outline, columns: Sequence[Column], levels: Sequence[int], foot: float, sizes: Sizes
) -> tuple[Arc, ...]:  # fmt: skip
    """The arcs. Those that start at one layer stand side by side, the longest leftmost, so that none crosses another;
    where an arc ends, others start to the right of it."""
    ends = outline.arcs()
    found = []
    for (layer, source), level in zip(ends, levels, strict=True):
        rivals = sorted((end for end, start in ends if start == source), reverse=True)
        place = rivals.index(layer)
        steps = place + 1.0 if source in dict(ends) else place - (len(rivals) - 1) / 2
        x0, x1 = columns[source + 1].out_x + ARC_STEP * steps, columns[layer + 1].x
        rise = sizes.lane - 10.0 + sizes.lane_step * min(level, MOST_LEVELS - 1)
        found.append(Arc(layer, source, x0, x1, foot, rise))
    return tuple(found)
