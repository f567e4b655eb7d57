"""The corner that a legend takes: it lies within what is seen, and nothing of the network lies in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.diagram.arrangement import arrange
from playground.diagram.corners import free_corner
from playground.diagram.diagram import Diagram
from playground.diagram.outline import ColumnPlan, Outline, guest_plan
from playground.diagram.rect import Rect
from playground.diagram.wiring import Links
from tests.playground.diagram.test_every_size import outlines, shape
from tests.seeds import examples

LEGEND = (160.0, 58.0)


def whole(diagram: Diagram, width: float, height: float) -> Rect:
    return Rect(0.0, 0.0, min(width, diagram.width), height)


def crosses(links: Links, place: Rect) -> bool:
    xs = np.linspace(max(place.x, links.x0), min(place.right, links.x1), 9)
    return any(bool(np.any((place.y <= (y := links.heights(x))) & (y <= place.bottom))) for x in xs)


def covered(diagram: Diagram, place: Rect) -> list[str]:
    """What of the network lies in a place."""
    found = []
    for column in diagram.columns:
        solid = [column.card, *column.tiles, *(each for each in (column.stepper, column.above, column.below) if each)]
        solid += [column.bias(unit) for unit in column.shown if column.plan.has_bias]
        for part in solid:
            if part.x < place.right and place.x < part.right and part.y < place.bottom and place.y < part.bottom:
                found.append(f"{column.plan.kind} {part}")
    for layer in range(diagram.head + 1):
        links = diagram.links(layer)
        if links.units.size and links.x0 < place.right and place.x < links.x1 and crosses(links, place):
            found.append(f"links into {layer}")
    return found


@examples(30)
@given(outlines(), st.integers(200, 2400), st.integers(120, 1600), st.lists(st.integers(0, 600), max_size=14))
def test_nothing_of_the_network_is_covered(outline, width, height, firsts):
    diagram = arrange(outline, width, height, firsts=firsts)
    seen = whole(diagram, width, height)
    place = free_corner(diagram, seen, *LEGEND)
    if place is not None:
        assert not covered(diagram, place)
        assert seen.x <= place.x <= place.right <= seen.right
        assert seen.y <= place.y <= place.bottom <= seen.bottom


def test_tiles_beside_features_may_stand_in_any_order():
    kinds = (("features", 7), ("batch_norm", 5), ("batch_norm", 5), ("head", 1))
    columns = tuple(ColumnPlan(kind, tiles, None, None) for kind, tiles in kinds)
    diagram = arrange(Outline(columns, active=(0, 1, 2, 5, 3)), 255, 225)
    assert diagram.columns[2].lowest != diagram.columns[2].tiles[-1]
    assert free_corner(diagram, whole(diagram, 255, 225), *LEGEND) is None


def test_the_lower_right_corner_is_taken_first():
    diagram = arrange(shape(4, 2), 780, 550)
    place = free_corner(diagram, whole(diagram, 780, 550), *LEGEND)
    assert place is not None
    assert (place.right, place.bottom) == (780, 550)


def test_where_units_fill_the_right_side_the_left_corner_serves():
    columns = (ColumnPlan("image", 1, (8, 8)), ColumnPlan("dense", 4), ColumnPlan("head", 10))
    diagram = arrange(Outline(columns, (0,)), 780, 550)
    place = free_corner(diagram, whole(diagram, 780, 550), *LEGEND)
    assert place is not None
    assert (place.x, place.bottom) == (0.0, 550)


def test_features_and_classes_leave_no_room():
    diagram = arrange(shape(4, 12, outputs=12), 780, 550)
    assert free_corner(diagram, whole(diagram, 780, 550), *LEGEND) is None


@pytest.mark.parametrize(("width", "height"), [(100, 550), (780, 100)])
def test_without_room_there_is_no_place(width, height):
    diagram = arrange(shape(4, 2), width, height)
    assert free_corner(diagram, whole(diagram, width, height), *LEGEND) is None


def test_while_a_gap_is_open_there_is_no_place():
    outline = shape(4, 2)
    diagram = arrange(outline, 780, 550, gap=1, guest=guest_plan(outline, "dense", 1))
    assert free_corner(diagram, whole(diagram, 780, 550), *LEGEND) is None
