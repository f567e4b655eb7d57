"""The way of the arrow keys: it reaches everything, never leaves the diagram, and survives edits."""

from __future__ import annotations

import pytest

from playground.diagram import neighbours
from playground.diagram.arrangement import arrange
from playground.diagram.diagram import FEATURES, Diagram, Part
from playground.diagram.outline import ColumnPlan, Outline

WAYS = [(-1, 0), (1, 0), (0, -1), (0, 1)]


def diagram_of(*units: int, active: tuple[int, ...] = (0, 1)) -> Diagram:
    hidden = [ColumnPlan("dense", count) for count in units]
    return arrange(Outline((ColumnPlan("features", 7), *hidden, ColumnPlan("head", 1)), active), 740, 510)


def reached(diagram: Diagram, start: Part) -> set[Part]:
    """Every part that steps lead to."""
    found, ahead = {start}, [start]
    while ahead:
        part = ahead.pop()
        steps = {neighbours.moved(diagram, part, *way) for way in WAYS}
        ahead += steps - found
        found |= steps
    return found


@pytest.mark.parametrize("units", [(), (4, 2), (1, 8, 1), (512,)])
def test_steps_reach_every_card_and_every_tile_and_nothing_else(units):
    diagram = diagram_of(*units)
    cards = {Part("card", column.layer) for column in diagram.columns[1:]}
    tiles = {
        Part("feature" if column.layer == FEATURES else "unit", column.layer, row)
        for column in diagram.columns
        for row in range(column.units)
    }
    assert reached(diagram, neighbours.first_part(diagram)) == cards | tiles


def test_pages_and_links_lead_to_what_is_scrolled_out_of_sight():
    diagram = diagram_of(512, 3)
    page = len(diagram.column(0).tiles)
    assert page < 512
    assert neighbours.turned(diagram, Part("unit", 0, 2), 1) == Part("unit", 0, 2 + page)
    assert neighbours.turned(diagram, Part("card", 0), 1) == Part("unit", 0, page)
    assert neighbours.turned(diagram, Part("unit", 0, 2), -1) == Part("unit", 0, 0)
    assert neighbours.turned(diagram, Part("unit", 0, 500), 1) == Part("unit", 0, 511)
    last_shown = Part("link", 1, 0, page - 1)
    assert neighbours.moved(diagram, last_shown, 0, 1) == Part("link", 1, 0, page)
    assert neighbours.valid(diagram, Part("link", 1, 0, 511)) == Part("link", 1, 0, 511)
    assert neighbours.valid(diagram, Part("unit", 0, 511)) == Part("unit", 0, 511)


def test_a_step_goes_to_what_lies_beside():
    diagram = diagram_of(4, 4)
    assert neighbours.moved(diagram, Part("card", 0), 1, 0) == Part("card", 1)
    assert neighbours.moved(diagram, Part("card", 0), 0, 1) == Part("unit", 0, 0)
    assert neighbours.moved(diagram, Part("unit", 0, 3), 1, 0) == Part("unit", 1, 3)
    assert neighbours.moved(diagram, Part("unit", 0, 3), 0, 1) == Part("unit", 0, 3)
    assert neighbours.moved(diagram, Part("feature", FEATURES, 2), -1, 0) == Part("feature", FEATURES, 2)


def test_from_link_to_link_and_to_the_units_at_its_ends():
    diagram = diagram_of(3, active=(1, 4))
    link = neighbours.first_link(diagram, Part("unit", 0, 2))
    assert link == Part("link", 0, 2, 0)
    assert neighbours.moved(diagram, link, 0, 1) == Part("link", 0, 2, 1)
    assert neighbours.moved(diagram, link, 0, -1) == link
    assert neighbours.moved(diagram, link, 1, 0) == Part("unit", 0, 2)
    assert neighbours.moved(diagram, Part("link", 0, 2, 1), -1, 0) == Part("feature", FEATURES, 4)
    assert neighbours.moved(diagram, Part("link", 1, 0, 2), -1, 0) == Part("unit", 0, 2)
    assert neighbours.first_link(diagram, Part("card", 0)) is None


def test_after_an_edit_the_nearest_part_stands_in():
    smaller = diagram_of(2)
    assert neighbours.valid(smaller, None) is None
    assert neighbours.valid(smaller, Part("unit", 0, 5)) == Part("unit", 0, 1)
    assert neighbours.valid(smaller, Part("card", 3)) == Part("card", smaller.head)
    assert neighbours.valid(smaller, Part("unit", FEATURES, 3)) == Part("feature", FEATURES, 3)
    assert neighbours.valid(smaller, Part("link", 0, 1, 40)) == Part("card", 0)
