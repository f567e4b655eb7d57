"""The canvas geometry holds for every size of canvas and every network: no tile beyond its units, none of no size."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from playground.diagram.arrangement import arrange
from playground.diagram.diagram import FEATURES, Diagram, Part
from playground.diagram.outline import ColumnPlan, Outline
from playground.diagram.rect import Rect
from playground.diagram.zooming import LEAST, MOST, canvas_of, fitting, wheel_factor, zoomed
from tests.seeds import examples

HEIGHTS = st.integers(40, 2400)
WIDTHS = st.integers(40, 4000)
TILES = st.one_of(st.integers(1, 24), st.integers(1, 512))
FIRSTS = st.lists(st.integers(-3, 600), max_size=14)
WIDE = Outline((ColumnPlan("columns", 1), ColumnPlan("dense", 512), ColumnPlan("head", 10)), (0,))
OWN = ("batch_norm", "dropout", "max_pool2d", "residual")


@st.composite
def outlines(draw: st.DrawFn) -> Outline:
    """Any row of columns: features, an image or columns of data; layers with units and such that pass values on."""
    kind = draw(st.sampled_from(["features", "features", "image", "columns"]))
    first = {
        "features": ColumnPlan("features", 7),
        "image": ColumnPlan("image", draw(st.sampled_from([1, 3])), (28, 28)),
        "columns": ColumnPlan("columns", draw(TILES)),
    }[kind]
    columns, before = [first], first
    active = tuple(range(first.tiles))
    if kind == "features":
        active = tuple(draw(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True)))
    for layer in range(draw(st.integers(0, 12))):
        own = len(active) if layer == 0 else before.tiles
        kind = draw(st.sampled_from(["dense", "dense", "own", "conv"] if before.image else ["dense", "dense", "own"]))
        if kind == "own":
            name = draw(st.sampled_from(OWN))
            source = draw(st.integers(FEATURES, layer - 2)) if name == "residual" and layer > 0 else None
            before = ColumnPlan("dropout" if name == "residual" and source is None else name, own, before.image, source)
        elif kind == "conv":
            before = ColumnPlan("conv2d", draw(st.integers(1, 64)), (14, 14))
        else:
            before = ColumnPlan("dense", draw(TILES))
        columns.append(before)
    return Outline((*columns, ColumnPlan("head", draw(st.integers(1, 16)))), active)


def shape(*layers: int, outputs: int = 1) -> Outline:
    hidden = [ColumnPlan("dense", units) for units in layers]
    return Outline((ColumnPlan("features", 7), *hidden, ColumnPlan("head", outputs)), (0, 1))


def finite(rect: Rect) -> bool:
    return all(math.isfinite(side) for side in (rect.x, rect.y, rect.w, rect.h)) and rect.w > 0 and rect.h > 0


def check(diagram: Diagram) -> None:
    """Tiles are there, of a visible size, under each other, and with those that are left out as many as units."""
    for column in diagram.columns:
        expected = len(diagram.outline.active) if column.layer == 0 and column.plan.reads_own else column.units
        assert 1 <= len(column.tiles) <= expected
        assert column.hidden >= 0
        assert all(map(finite, [*column.tiles, column.card]))
        down = sorted(column.tiles, key=lambda tile: tile.y)  # what passes on features stands in the inputs' order
        assert all(upper.bottom <= lower.y + 1e-6 for upper, lower in pairwise(down))
        assert (column.above is not None) == (column.first > 0 and not column.plan.reads_own)
        assert (column.below is not None) == (column.shown.stop < expected and not column.plan.reads_own)
        for told in (column.above, column.below):
            assert told is None or finite(told)
        assert 0 <= column.first <= column.shown.stop <= max(expected, 1)
        for unit in column.shown:
            assert column.tile(unit) == column.tiles[unit - column.first]
        assert column.tile(column.first - 1) is None
        assert column.tile(column.shown.stop) is None
    for layer in range(diagram.head + 1):
        links, before, after = diagram.links(layer), diagram.column(layer - 1), diagram.column(layer)
        assert links.units.size == 0 or links.units.max() < after.units
        sources = len(diagram.outline.active) if layer == 0 else before.units
        assert links.sources.size == 0 or links.sources.max() < sources
        for part in (Part("unit", layer, 0), Part("card", layer), Part("link", layer, 0, 0), Part("below", layer)):
            rect = diagram.rect_of(part)
            assert rect is None or finite(rect)


@examples(30)
@given(outlines(), WIDTHS, HEIGHTS, st.booleans(), FIRSTS)
@example(shape(4, 2), 740, 260, False, [])
@example(shape(8, 8), 740, 270, False, [])
@example(WIDE, 740, 40, False, [])
@example(WIDE, 740, 400, True, [0, 600, 9])
def test_layout_holds_for_every_canvas(
    outline: Outline, width: int, height: int, opened: bool, firsts: list[int]
) -> None:  # fmt: skip
    check(arrange(outline, float(width), float(height), gap=0 if opened else None, firsts=firsts))


@examples(30)
@given(outlines(), WIDTHS, HEIGHTS, st.data())
def test_every_unit_can_be_shown_and_scrolling_moves_nothing_else(
    outline: Outline, width: int, height: int, data: st.DataObject
) -> None:  # fmt: skip
    before = arrange(outline, float(width), float(height))
    layer = data.draw(st.integers(0, outline.head))
    column = before.scrollable(layer)
    if column is None:
        return
    unit = data.draw(st.integers(0, column.units - 1))
    firsts = [each.first for each in before.columns]
    firsts[column.layer + 1] = column.first_for(unit)
    after = arrange(outline, float(width), float(height), firsts=firsts)
    shown = after.column(column.layer)
    assert shown.tile(unit) is not None
    assert shown.tiles == column.tiles
    assert [each.card for each in after.columns] == [each.card for each in before.columns]
    assert len(after.column(layer).tiles) == len(before.column(layer).tiles)
    links = after.links(column.layer)
    assert set(links.units.tolist()) <= set(shown.shown)


@examples(30)
@given(outlines(), WIDTHS, HEIGHTS, st.floats(LEAST, MOST))
def test_a_zoomed_canvas_is_as_sound_and_fitting_shows_the_whole_width(
    outline: Outline, width: int, height: int, zoom: float
) -> None:  # fmt: skip
    check(arrange(outline, *canvas_of(width, height, zoom)))
    fit = fitting(outline, width, height)
    assert LEAST <= fit <= 1.0
    canvas = canvas_of(width, height, fit)
    assert fit == LEAST or arrange(outline, *canvas).width <= canvas[0] + 0.5


def test_zooming_stops_at_the_usual_size_and_at_its_limits() -> None:
    assert zoomed(0.9, 1.25) == 1.0
    assert zoomed(1.0, 1.25) == 1.25
    assert zoomed(1.1, 0.5) == 1.0
    assert zoomed(3.9, 2.0) == MOST
    assert zoomed(0.3, 0.5) == LEAST
    assert zoomed(1.0, wheel_factor(240.0)) == 1.25


def test_smaller_shows_more_units() -> None:
    shown = [len(arrange(shape(64), *canvas_of(740, 510, zoom)).column(0).tiles) for zoom in (1.0, 0.5, 0.3)]
    assert shown[0] < shown[1] < shown[2] == 64


@examples(30)
@given(outlines(), WIDTHS, HEIGHTS, st.floats(-100, 4100), st.floats(-100, 2500))
def test_every_point_may_be_pointed_at(outline: Outline, width: int, height: int, x: float, y: float) -> None:
    diagram = arrange(outline, float(width), float(height))
    part = diagram.hit(x, y)
    if part is not None:
        found = diagram.rect_of(part)
        assert found is not None
        assert finite(found)
