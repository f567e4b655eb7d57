"""The canvas geometry: everything inside, nothing overlaps, hits find what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playground.arrangement import Sizes, arrange
from playground.diagram import FEATURES, Diagram, Part, Rect, Shape, curve_time

CANVASES = [(740.0, 510.0), (560.0, 370.0), (420.0, 300.0), (2400.0, 1500.0)]


def shape(*layers: int, outputs: int = 1, active: tuple[int, ...] = (0, 1)) -> Shape:
    return Shape(7, active, layers, outputs)


def every_rect(diagram: Diagram) -> list[Rect]:
    rects = []
    for column in diagram.columns:
        rects += [*column.tiles, column.card]
        rects += [part for part in (column.stepper, column.more) if part is not None]
    return rects


def overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.right - 1e-6 and b.x < a.right - 1e-6 and a.y < b.bottom - 1e-6 and b.y < a.bottom - 1e-6


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("layers", [(), (4, 2), (8,) * 6, (1,) * 12, (512,) * 32, (1, 2, 3, 7, 8, 9, 16, 17, 64)])
@pytest.mark.parametrize("gap", [None, 0])
def test_nothing_overlaps_and_nothing_is_clipped(canvas, layers, gap):
    diagram = arrange(shape(*layers, outputs=8), *canvas, gap=gap)
    rects = every_rect(diagram) + ([diagram.gap] if diagram.gap else [])
    assert all(rect.x >= 0 and rect.y >= 0 for rect in rects)
    assert all(rect.right <= diagram.width and rect.bottom <= diagram.height for rect in rects)
    for place, rect in enumerate(rects):
        assert rect.w > 0
        assert rect.h > 0
        assert not any(overlap(rect, other) for other in rects[place + 1 :])


def test_a_canvas_too_low_still_lays_out():
    diagram = arrange(shape(512), 100.0, 40.0)
    assert all(tile.w > 0 for column in diagram.columns for tile in column.tiles)


def test_few_columns_fill_the_width_and_many_scroll():
    assert arrange(shape(4, 2), 740, 510).width == 740
    assert arrange(shape(*[4] * 6), 740, 510).width == 740
    assert arrange(shape(*[4] * 32), 740, 510).width > 32 * 60


def test_units_beyond_the_room_are_counted():
    column = arrange(shape(512), 740, 510).column(0)
    assert 8 <= len(column.tiles) < 40
    assert column.hidden == 512 - len(column.tiles)
    assert column.more is not None
    assert arrange(shape(12), 740, 510).column(0).more is None


def test_features_all_stand_and_the_head_has_no_stepper():
    diagram = arrange(shape(3), 740, 300)
    assert len(diagram.column(FEATURES).tiles) == 7
    assert diagram.column(diagram.head).stepper is None
    assert diagram.column(FEATURES).stepper is None


def test_links_come_from_active_features_in_input_order():
    diagram = arrange(shape(3, active=(5, 0)), 740, 510)
    links = diagram.links(0)
    assert links.sources.tolist() == [0, 1] * 3
    assert links.units.tolist() == [0, 0, 1, 1, 2, 2]
    assert links.y0[0] == diagram.column(FEATURES).tiles[5].center[1]


def test_links_need_a_tile_at_both_ends():
    diagram = arrange(shape(512, 512), 740, 510)
    shown = len(diagram.column(0).tiles)
    assert diagram.links(1).units.size == shown * shown


def test_curve_time_inverts_the_curve():
    for t in np.linspace(0.0, 1.0, 11):
        assert curve_time(1.5 * t * (1 - t) + t**3) == pytest.approx(t, abs=1e-6)


@pytest.mark.parametrize("layers", [(), (4, 2), (8,) * 12])
def test_every_part_is_hit_at_its_middle(layers):
    diagram = arrange(shape(*layers, outputs=3), 740, 510)
    for column in diagram.columns:
        parts = [Part("card", column.layer)] if column.layer in (FEATURES, diagram.head) else []
        kind = "feature" if column.layer == FEATURES else "unit"
        parts += [Part(kind, column.layer, unit) for unit in range(len(column.tiles))]
        if column.layer != FEATURES:
            parts += [Part("bias", column.layer, unit) for unit in range(len(column.tiles))]
        if column.stepper is not None:
            parts += [Part(kind, column.layer) for kind in ("activation", "minus", "count", "plus")]
        for part in parts:
            rect = diagram.rect_of(part)
            assert rect is not None
            assert diagram.hit(*rect.center) == part


def test_the_upper_half_of_a_card_is_its_handle():
    diagram = arrange(shape(4), 740, 510)
    card = diagram.column(0).card
    assert diagram.hit(card.center[0], card.y + 6) == Part("card", 0)


def test_a_feature_is_hit_by_its_label_too():
    diagram = arrange(shape(4), 740, 510)
    column = diagram.column(FEATURES)
    assert diagram.hit(column.card.x + 4, column.tiles[3].center[1]) == Part("feature", FEATURES, 3)


def test_links_are_hit_along_their_curve_and_not_beside_it():
    diagram = arrange(shape(1, active=(0,)), 740, 510)
    links = diagram.links(0)
    for share in (0.1, 0.3, 0.5, 0.9):
        x = links.x0 + share * (links.x1 - links.x0)
        assert diagram.hit(x, float(links.heights(x)[0])) == Part("link", 0, 0, 0)
    middle = (links.x0 + links.x1) / 2
    assert diagram.hit(middle, float(links.heights(middle)[0]) + 60) is None
    assert links.nearest(links.x0 - 5, links.y0[0]) is None


def test_a_link_is_found_at_the_place_it_reports():
    diagram = arrange(shape(1, active=(0,)), 740, 510)
    part = Part("link", 0, 0, 0)
    rect = diagram.rect_of(part)
    assert rect is not None
    assert diagram.hit(*rect.center) == part


def test_parts_that_are_not_there_have_no_place():
    diagram = arrange(shape(512), 740, 510)
    assert diagram.rect_of(Part("unit", 0, 500)) is None
    assert diagram.rect_of(Part("unit", 9, 0)) is None
    assert diagram.rect_of(Part("link", 1, 0, 400)) is None
    assert diagram.rect_of(Part("plus", FEATURES)) is None
    assert diagram.rect_of(Part("nothing", 0)) is None
    assert diagram.hit(-5, -5) is None


@pytest.mark.parametrize("layers", [(), (4,), (4, 2), (3,) * 12])
def test_a_drop_at_a_gap_inserts_there(layers):
    diagram = arrange(shape(*layers), 740, 510)
    for index in range(len(layers) + 1):
        assert diagram.insertion_index(diagram.gap_x(index)) == index
    assert diagram.insertion_index(-100) == 0
    assert diagram.insertion_index(1e6) == len(layers)


def test_a_layer_inserted_in_an_open_gap_moves_nothing():
    opened = arrange(shape(4, 2), 740, 510, gap=1)
    after = arrange(shape(4, 4, 2), 740, 510)
    assert opened.gap == after.column(1).card
    assert [column.x for column in opened.columns] == [after.column(layer).x for layer in (-1, 0, 2, 3)]


def test_sizes_are_obeyed():
    sizes = Sizes(card_height=80.0, stepper_height=40.0)
    diagram = arrange(shape(4), 740, 510, sizes)
    column = diagram.column(0)
    assert column.card.h == 80
    assert column.stepper is not None
    assert column.stepper.h == 40
    assert column.card.bottom < column.tiles[0].y
    assert column.tiles[-1].bottom < column.stepper.y


def test_every_link_has_a_point_where_it_is_hit():
    diagram = arrange(shape(4, 2, active=(0, 1, 4)), 740, 510)
    for layer in range(3):
        links = diagram.links(layer)
        for unit, source in zip(links.units.tolist(), links.sources.tolist(), strict=True):
            part = Part("link", layer, unit, source)
            assert diagram.hit(*diagram.point_of(part)) == part
    assert diagram.point_of(Part("unit", 0, 99)) is None
