"""Chooses the places of the network canvas for a canvas size and the numbers of units.

Owns the rules of spacing, shrinking and cutting; knows nothing of Qt or of what is drawn. The result is a `Diagram`.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.diagram import FEATURES, Column, Diagram, Rect, Shape


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures that do not follow from the canvas: set once, by the fonts in use."""

    top: float = 6.0
    card_height: float = 48.0
    card_width: float = 84.0
    narrow_card: float = 60.0
    band_gap: float = 14.0
    stepper_height: float = 26.0
    stepper_width: float = 76.0
    bottom: float = 6.0
    left: float = 8.0
    label: float = 38.0
    run_out: float = 56.0
    least_pitch: float = 70.0
    most_tile: float = 72.0
    usual_tile: float = 44.0
    most_share: float = 0.56
    least_row: float = 24.0
    least_feature: float = 20.0
    more_height: float = 20.0
    tile_share: float = 0.76


def arrange(shape: Shape, width: float, height: float, sizes: Sizes = Sizes(), gap: int | None = None) -> Diagram:
    """Lay everything out for a canvas of this size; the diagram is wider than the canvas where columns need room.

    gap: keep a place open for a layer inserted at this index.
    """
    order: list[int | None] = list(range(FEATURES, len(shape.layers) + 1))
    if gap is not None:
        order.insert(gap + 1, None)
    band, tile = _band(shape, height, sizes)
    pitch, tile = _pitch(width, tile, len(order) - 1, sizes)
    unit_tile = _unit_tile(shape, tile, pitch, band, sizes)
    first = sizes.left + sizes.label + tile / 2
    columns, opened = [], None
    for place, layer in enumerate(order):
        x = first + place * pitch
        card = _card(layer, x, tile, pitch, sizes)
        if layer is None:
            opened = card
        else:
            side = tile if layer == FEATURES else unit_tile
            columns.append(_column(shape, layer, x, side, card, band, sizes))
    right = max(width, first + (len(order) - 1) * pitch + sizes.card_width / 2 + sizes.run_out)
    return Diagram(right, height, shape, tuple(columns), Rect(0.0, band.y, right, band.h), opened, gap)


def _band(shape: Shape, height: float, sizes: Sizes) -> tuple[Rect, float]:
    """The strip between cards and steppers, and the largest tile that lets all features stand in it."""
    top = sizes.top + sizes.card_height + sizes.band_gap
    bottom = height - sizes.bottom - sizes.stepper_height - sizes.band_gap
    room = max(bottom - top, shape.features * sizes.least_feature)
    return Rect(0.0, top, 0.0, room), min(sizes.most_tile, sizes.tile_share * room / shape.features)


def _pitch(width: float, tile: float, steps: int, sizes: Sizes) -> tuple[float, float]:
    """The distance of neighbouring columns, and the tile's side that leaves room for links between them."""
    free = width - sizes.left - sizes.label - tile / 2 - sizes.run_out - sizes.card_width / 2
    pitch = max(free / steps, sizes.least_pitch)
    return pitch, min(tile, sizes.most_share * pitch)


def _unit_tile(shape: Shape, tile: float, pitch: float, band: Rect, sizes: Sizes) -> float:
    """The side of unit tiles: larger than the features' where few units leave room, the same in all small layers."""
    most = max((units for units in (*shape.layers, shape.outputs) if units <= shape.features + 1), default=1)
    fitting = min(sizes.tile_share * band.h / most, sizes.usual_tile, sizes.most_share * pitch)
    return max(tile, fitting) if most <= shape.features else tile


def _card(layer: int | None, x: float, tile: float, pitch: float, sizes: Sizes) -> Rect:
    """The card over a column; the features' header spans their labels too."""
    if layer == FEATURES:
        return Rect(sizes.left, sizes.top, sizes.label + tile, sizes.card_height)
    width = max(sizes.narrow_card, min(sizes.card_width, pitch - 10.0))
    return Rect(round(x - width / 2), sizes.top, round(width), sizes.card_height)


def _column(shape: Shape, layer: int, x: float, tile: float, card: Rect, band: Rect, sizes: Sizes) -> Column:
    counts = (shape.features, *shape.layers, shape.outputs)
    units = counts[layer + 1]
    shown, row = units, min(tile / sizes.tile_share, band.h / units)
    if row < sizes.least_row and layer != FEATURES:
        shown = max(1, int((band.h - sizes.more_height) / sizes.least_row))
        row = min(tile / sizes.tile_share, (band.h - sizes.more_height) / shown)
    size = float(int(min(tile, row - max(4.0, (1.0 - sizes.tile_share) * row))))
    left, cut = round(x - size / 2), shown < units
    top = band.y + (band.h - shown * row - cut * sizes.more_height) / 2
    tiles = tuple(Rect(left, round(top + unit * row + (row - size) / 2), size, size) for unit in range(shown))
    more = Rect(card.x, top + shown * row, card.w, sizes.more_height) if cut else None
    stepper = None
    if 0 <= layer < len(shape.layers):
        width = min(sizes.stepper_width, card.w)
        stepper = Rect(card.center[0] - width / 2, band.bottom + sizes.band_gap, width, sizes.stepper_height)
    return Column(layer, units, left + size / 2, size, tiles, card, stepper, more)
