"""Painting as functions: how many points a stroke leaves and where, and what eraser and lasso hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.painting import (
    MOST_PAINTED,
    Canvas,
    Place,
    blank,
    inside,
    moved,
    near_line,
    relabelled,
    with_class,
    with_points,
    without,
)
from tests.brushed import brushed
from tests.seeds import examples

EMPTY = blank(2, 6.0)
SQUARE = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
place = st.tuples(st.floats(-6.0, 6.0), st.floats(-6.0, 6.0))


def scattered(count: int, seed: int = 0) -> Canvas:
    """Points anywhere on the plane, of two classes."""
    rng = np.random.Generator(np.random.PCG64(seed))
    canvas = with_points(EMPTY, rng.uniform(-6.0, 6.0, (count, 2)), 0)
    return relabelled(canvas, rng.random(count) < 0.5, 1)


def least_distance(points: np.ndarray) -> float:
    """Between any two of the points."""
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    return float((far + np.diag(np.full(len(points), np.inf))).min())


# -- the brush ---------------------------------------------------------------------------------------------------------


def test_a_click_leaves_the_brushs_count_and_a_way_as_many_more_per_width() -> None:
    assert brushed(EMPTY, [(0.0, 0.0)], 0, 1.0, 21, 0.05, 7).count == 21
    way = [(-3.0 + step, 0.0) for step in range(7)]
    assert brushed(EMPTY, way, 0, 1.0, 21, 0.01, 7).count == 21 * (1 + 6 // 2)
    there_and_back = brushed(EMPTY, [(0.0, 0.0), (2.0, 0.0), (0.0, 0.0)], 0, 1.0, 10, 0.01, 7)
    assert there_and_back.count == 30


@examples(50)
@given(path=st.lists(place, min_size=1, max_size=5), seed=st.integers(0, 2**53), radius=st.floats(0.2, 2.0))
def test_points_lie_under_the_brush_inside_the_plane_and_apart(path: list[Place], seed: int, radius: float) -> None:
    canvas = scattered(60)
    after = brushed(canvas, path, 1, radius, 12, 0.1, seed)
    fresh = after.points[canvas.count :]
    assert np.array_equal(after.points[: canvas.count], canvas.points)
    assert (after.labels[canvas.count :] == 1).all()
    assert (np.abs(fresh) <= 6.0).all()
    under = np.zeros(len(fresh), np.bool_)
    for start, end in zip(path, path[1:] or path, strict=False):
        under |= near_line(fresh, start, end, radius + 1e-5)
    assert under.all()
    apart = np.hypot(*(after.points[:, None] - fresh).transpose(2, 0, 1))
    apart[canvas.count + np.arange(len(fresh)), np.arange(len(fresh))] = np.inf
    assert apart.min(initial=np.inf) >= 0.1


def test_a_full_place_takes_no_more_and_a_full_plane_neither() -> None:
    full = EMPTY
    for _ in range(30):
        full = brushed(full, [(0.0, 0.0)], 0, 0.5, 20, 0.2, 1)
    assert full.count < 40  # a disc of radius .5 with its margin has room for no more discs of radius .1
    assert least_distance(full.points) >= 0.2
    most = with_points(EMPTY, np.zeros((MOST_PAINTED - 3, 2)) + 5.0, 0)
    assert brushed(most, [(0.0, 0.0)], 0, 1.0, 21, 0.05, 7).count == MOST_PAINTED
    assert with_points(most, np.zeros((9, 2)), 0).count == MOST_PAINTED


def test_the_same_stroke_over_the_same_points_leaves_the_same_and_another_seed_others() -> None:
    one, same, other = (brushed(EMPTY, [(0.0, 0.0), (1.0, 1.0)], 0, 1.0, 9, 0.05, seed) for seed in (3, 3, 4))
    assert np.array_equal(one.points, same.points)
    assert not np.array_equal(one.points, other.points)
    again = brushed(one, [(4.0, 4.0)], 0, 1.0, 9, 0.05, 3)
    assert not np.allclose(again.points[-9:] - 4.0, brushed(EMPTY, [(0.0, 0.0)], 0, 1.0, 9, 0.05, 3).points)
    assert np.array_equal(one.points * 2.0**20, np.round(one.points * 2.0**20))


# -- eraser and lasso --------------------------------------------------------------------------------------------------


def test_an_eraser_takes_what_lies_within_its_circle_all_along_its_way() -> None:
    canvas = with_points(EMPTY, np.array([(0.0, 0.0), (0.0, 0.875), (0.0, 1.125), (3.0, 0.5), (5.0, 0.0)]), 0)
    assert near_line(canvas.points, (0.0, 0.0), (0.0, 0.0), 1.0).tolist() == [True, True, False, False, False]
    gone = near_line(canvas.points, (0.0, 0.0), (3.9, 0.0), 1.0)
    assert gone.tolist() == [True, True, False, True, False]
    assert without(canvas, gone).points.tolist() == [[0.0, 1.125], [5.0, 0.0]]


def test_the_even_odd_rule_decides_what_a_lasso_holds() -> None:
    points = np.array([(0.0, 0.0), (0.99, 0.99), (1.01, 0.0), (0.0, -2.0)])
    assert inside(points, SQUARE).tolist() == [True, True, False, False]
    assert inside(points, SQUARE[::-1]).tolist() == [True, True, False, False]
    assert not inside(points, SQUARE[:2]).any()
    assert not inside(points, []).any()
    star = [(math.cos(turn), math.sin(turn)) for turn in (math.pi / 2 + step * 4 * math.pi / 5 for step in range(5))]
    assert inside(np.array([(0.0, 0.0), (0.0, 0.7)]), star).tolist() == [False, True]


@pytest.mark.parametrize("shift", [(4.0, 0.0), (-2.0, 8.0), (0.5, -0.25)])
def test_a_lasso_moved_with_its_points_holds_the_same(shift: Place) -> None:
    """All on a grid on which sums are exact, and no point on the line."""
    points = np.round(scattered(200, 3).points * 1024.0) / 1024.0
    corners = [(-3.5, -2.5), (4.5, -1.5), (0.5, 0.5), (2.5, 5.5), (-4.5, 3.5)]
    there = [(x + shift[0], y + shift[1]) for x, y in corners]
    held = inside(points, corners)
    assert 20 < held.sum() < 180
    assert np.array_equal(held, inside(points + np.array(shift), there))


def test_what_is_held_moves_together_and_stays_on_the_plane() -> None:
    canvas = scattered(50)
    held = inside(canvas.points, [(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)])
    after = moved(canvas, held, (1.0, -0.5))
    assert np.allclose(after.points[held] - canvas.points[held], (1.0, -0.5))
    assert np.array_equal(after.points[~held], canvas.points[~held])
    assert np.array_equal(after.labels, canvas.labels)
    far = moved(canvas, held, (100.0, 0.0))
    assert far.points[held][:, 0].max() == 6.0
    assert np.ptp(far.points[held] - canvas.points[held], axis=0).max() < 1e-5, "the shape stays"
    assert moved(canvas, np.zeros(50, np.bool_), (1.0, 1.0)) is canvas


def test_relabelling_changes_labels_alone_and_a_class_more_has_no_points() -> None:
    canvas = scattered(20)
    which = canvas.points[:, 0] > 0
    after = relabelled(with_class(canvas), which, 2)
    assert (after.labels[which] == 2).all()
    assert np.array_equal(after.labels[~which], canvas.labels[~which])
    assert after.points is canvas.points
    assert after.class_count == 3
    assert (canvas.classes_used, after.classes_used) == (2, 3)
    named = with_class(Canvas(canvas.points, canvas.labels, ("cat", "class 3"), 6.0))
    assert named.classes == ("cat", "class 3", "class 2")
    assert blank(0, 6.0).classes_used == 0


def test_no_canvas_can_be_written_to() -> None:
    for canvas in (EMPTY, scattered(5), moved(scattered(5), np.ones(5, np.bool_), (0.1, 0.1))):
        with pytest.raises(ValueError, match="read-only"):
            canvas.labels[:] = 1
        with pytest.raises(ValueError, match="read-only"):
            canvas.points[:] = 1


# -- units of their own ------------------------------------------------------------------------------------------------

METRES_AND_GRAMS = Canvas(np.zeros((0, 2)), np.zeros(0), 2, 1000.0, window=(0.0, 2.0, 400.0, 1000.0))


def test_a_brush_is_as_round_where_columns_have_units_of_their_own() -> None:
    """The same stroke, in shares of what is seen, leaves points at the same shares, whatever the units are."""
    way, plain = [(-0.5, -0.5), (0.5, 0.5)], blank(2, 1.0)
    canvas = METRES_AND_GRAMS
    path = [(x, y) for x, y in canvas.places(np.array(way)).tolist()]
    own = brushed(canvas, path, 0, 0.2, 20, 0.01, 3)
    usual = brushed(plain, way, 0, 0.2, 20, 0.01, 3)
    assert own.count == usual.count > 20
    assert canvas.shares(own.points) == pytest.approx(usual.points, abs=1e-5)
    near = near_line(own.points, *path, 0.1, canvas.ratio)
    assert 0 < near.sum() < own.count
    assert near.tolist() == near_line(usual.points, *way, 0.1).tolist()


def test_points_with_units_of_their_own_stay_on_what_is_painted_on() -> None:
    canvas = with_points(METRES_AND_GRAMS, [(1.0, 700.0), (1.5, 410.0)], 0)
    pushed = moved(canvas, np.array([True, True]), (5.0, -50.0))
    assert pushed.points == pytest.approx(np.array([[1.5, 690.0], [2.0, 400.0]]), rel=1e-5)
