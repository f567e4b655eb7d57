"""The canvas geometry: everything inside, nothing overlaps, hits find what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playground.diagram.arrangement import Sizes, arrange
from playground.diagram.diagram import FEATURES, Diagram, Part
from playground.diagram.outline import ColumnPlan, Outline, guest_plan
from playground.diagram.rect import Rect
from playground.diagram.wiring import curve_time
from tests.cases import cases

CANVASES = [(740.0, 510.0), (560.0, 370.0), (420.0, 300.0), (2400.0, 1500.0)]


def shape(*layers: int, outputs: int = 1, active: tuple[int, ...] = (0, 1)) -> Outline:
    hidden = [ColumnPlan("dense", units) for units in layers]
    return Outline((ColumnPlan("features", 7), *hidden, ColumnPlan("head", outputs)), active)


def every_rect(diagram: Diagram) -> list[Rect]:
    rects = []
    for column in diagram.columns:
        rects += [*column.tiles, column.card]
        rects += [part for part in (column.stepper, column.above, column.below) if part is not None]
    return rects


def overlapping(rects: list[Rect]) -> list[tuple[int, int]]:
    """The places of all pairs that do; found at once, for there are hundreds of thousands of pairs."""
    x, y, right, bottom = np.array([(each.x, each.y, each.right, each.bottom) for each in rects]).T
    beside = x[:, None] < right - 1e-6
    below = y[:, None] < bottom - 1e-6
    both = np.triu(beside & beside.T & below & below.T, 1)
    return [(int(one), int(other)) for one, other in np.argwhere(both)]


@cases("canvas", CANVASES)
@cases("layers", [(), (4, 2), (8,) * 6, (1,) * 12, (512,) * 32, (1, 2, 3, 7, 8, 9, 16, 17, 64)])
@cases("gap", [None, 0])
def test_nothing_overlaps_and_nothing_is_clipped(canvas, layers, gap):
    diagram = arrange(shape(*layers, outputs=8), *canvas, gap=gap)
    rects = every_rect(diagram) + ([diagram.gap] if diagram.gap else [])
    assert all(rect.x >= 0 and rect.y >= 0 for rect in rects)
    assert all(rect.right <= diagram.width and rect.bottom <= diagram.height for rect in rects)
    assert all(rect.w > 0 and rect.h > 0 for rect in rects)
    assert overlapping(rects) == []


def test_an_overlap_would_be_found():
    apart = [Rect(0, 0, 10, 10), Rect(10, 0, 10, 10), Rect(0, 10, 10, 10)]
    assert overlapping(apart) == []
    assert overlapping([*apart, Rect(5, 9, 10, 10)]) == [(0, 3), (1, 3), (2, 3)]


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
    assert column.below is not None
    assert arrange(shape(12), 740, 510).column(0).below is None


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
    opened = arrange(shape(4, 2), 740, 510, gap=1, guest=ColumnPlan("dense", 4))
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


# -- slim columns, images, arcs -------------------------------------------------------------------------------------


def outline(*plans: ColumnPlan, first: ColumnPlan | None = None, active: tuple[int, ...] = (0, 1)) -> Outline:
    return Outline((first or ColumnPlan("features", 7), *plans, ColumnPlan("head", 1)), active)


DENSE, SLIM = ColumnPlan("dense", 5), ColumnPlan("dropout", 5)
IMAGE = ColumnPlan("image", 1, (8, 8))
MIXED = [
    (DENSE, SLIM),
    (ColumnPlan("scaling", 2), DENSE, SLIM, ColumnPlan("batch_norm", 5), DENSE),
    (DENSE, DENSE, ColumnPlan("residual", 5, None, 0), DENSE, ColumnPlan("residual", 5, None, -1)),
    (ColumnPlan("dense", 400), ColumnPlan("batch_norm", 400), DENSE),
    (DENSE, SLIM) * 8,
]
IMAGES = (
    ColumnPlan("conv2d", 4, (8, 8)), ColumnPlan("max_pool2d", 4, (4, 4)), ColumnPlan("conv2d", 32, (4, 4)),
    ColumnPlan("flatten", 32, (4, 4)), ColumnPlan("dense", 12),
)  # fmt: skip


@cases("canvas", CANVASES)
@cases("plans", MIXED)
@cases("gap", [None, 0, 1])
def test_slim_columns_overlap_nothing(canvas, plans, gap):
    found = outline(*plans)
    diagram = arrange(found, *canvas, gap=gap, guest=None if gap is None else guest_plan(found, "dropout", gap))
    check_apart(diagram)


@pytest.mark.parametrize("canvas", CANVASES)
def test_image_columns_overlap_nothing(canvas):
    check_apart(arrange(outline(*IMAGES, first=IMAGE, active=(0,)), *canvas))


def check_apart(diagram: Diagram) -> None:
    rects = every_rect(diagram) + ([diagram.gap] if diagram.gap else [])
    assert all(rect.x >= 0 and rect.right <= diagram.width and rect.bottom <= diagram.height for rect in rects)
    assert overlapping(rects) == []


def test_a_slim_column_stands_beside_what_it_reads():
    diagram = arrange(outline(DENSE, SLIM, DENSE), 740, 510)
    dense, slim, after = (diagram.column(layer) for layer in range(3))
    assert [tile.center[1] for tile in slim.tiles] == [tile.center[1] for tile in dense.tiles]
    assert slim.x - dense.x < after.x - slim.x
    links = diagram.links(1)
    assert links.units.tolist() == links.sources.tolist() == [0, 1, 2, 3, 4]
    assert diagram.links(2).units.size == 25
    assert slim.stepper is None


def test_a_slim_first_column_reads_the_active_features():
    diagram = arrange(outline(ColumnPlan("scaling", 2), active=(5, 2)), 740, 510)
    features = diagram.column(FEATURES).tiles
    assert [tile.center[1] for tile in diagram.column(0).tiles] == [features[5].center[1], features[2].center[1]]
    assert diagram.links(0).sources.tolist() == [0, 1]


def test_a_filter_and_its_map_stand_side_by_side():
    column = arrange(outline(*IMAGES, first=IMAGE, active=(0,)), 740, 510).column(0)
    left, right = column.pair(0)
    tile = column.tiles[0]
    assert (left.x, right.right) == (tile.x, tile.right)
    assert left.w == left.h == right.w == tile.h
    assert left.right < right.x
    assert column.stepper is not None


ARCS = outline(DENSE, DENSE, ColumnPlan("residual", 5, None, 0), DENSE, ColumnPlan("residual", 5, None, 0),
               ColumnPlan("residual", 5, None, 2), ColumnPlan("residual", 5, None, -1))  # fmt: skip


def test_arcs_lie_between_cards_and_tiles():
    diagram = arrange(ARCS, 900, 510)
    lowest_card = max(column.card.bottom for column in diagram.columns)
    highest_tile = min(tile.y for column in diagram.columns for tile in column.tiles)
    for arc in diagram.arcs:
        assert lowest_card < arc.foot - arc.rise < arc.foot <= highest_tile
        assert diagram.column(arc.source).card.x < arc.x0 < diagram.column(arc.source).card.right
        assert arc.x1 == diagram.column(arc.layer).x
    assert arrange(outline(DENSE), 900, 510).band.y < diagram.band.y


def test_an_arc_over_another_is_higher_and_no_two_start_at_one_place():
    arcs = {arc.layer: arc for arc in arrange(ARCS, 900, 510).arcs}
    assert arcs[2].rise < arcs[4].rise < arcs[6].rise
    assert len({arc.x0 for arc in arcs.values()}) == len(arcs)
    assert arcs[4].x0 < arcs[2].x0, "the longer one starts outside the shorter one"


def test_every_arc_is_hit_at_its_top_and_dragged_by_its_start():
    diagram = arrange(ARCS, 900, 510)
    for arc in diagram.arcs:
        assert diagram.hit(*diagram.point_of(Part("arc", arc.layer))) == Part("arc", arc.layer)
        assert diagram.hit(*diagram.point_of(Part("arc_start", arc.layer))) == Part("arc_start", arc.layer)
        assert arc.distance(arc.x0, arc.foot) == pytest.approx(0.0)
        assert arc.distance((arc.x0 + arc.x1) / 2, arc.foot - arc.rise) == pytest.approx(0.0, abs=1e-6)
    assert diagram.arc(0) is None
    assert diagram.rect_of(Part("arc", 0)) is None


def test_an_arc_may_start_only_before_what_it_skips():
    diagram = arrange(ARCS, 900, 510)
    for layer, source in ((2, -1), (2, 0), (6, 4), (6, 0)):
        assert diagram.arc_source(layer, diagram.column(source).x) == source
    assert diagram.arc_source(2, 5000.0) == 0
    assert diagram.arc_source(6, -50.0) == -1


def test_ports_and_pairs_are_hit_at_their_middle():
    for diagram in (
        arrange(outline(DENSE, SLIM), 740, 510),
        arrange(outline(*IMAGES, first=IMAGE, active=(0,)), 900, 510),
    ):
        for column in diagram.columns:
            for unit in range(len(column.tiles)):
                if column.plan.kind != "features":
                    part = Part("unit", column.layer, unit)
                    assert diagram.hit(*diagram.point_of(part)) == part
