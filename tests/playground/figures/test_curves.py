"""Curves are thinned without losing a peak; ranges and marks are round."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.figures import curves
from tests.cases import cases


def test_a_short_curve_stays_as_it_is() -> None:
    x, y = np.arange(50.0), np.random.default_rng(0).random(50)
    assert curves.thinned(x, y, 0.0, 100.0, 25)[1] is y


@given(st.integers(3, 4000), st.integers(5, 300), st.integers(0, 50))
def test_thinning_keeps_peaks_ends_and_order_in_few_vertices(count: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.cumsum(rng.random(count)), rng.standard_normal(count)
    thin_x, thin_y = curves.thinned(x, y, 0.0, float(x[-1]), columns)
    assert len(thin_x) == len(thin_y) <= max(2 * columns, count if count <= 2 * columns else 0)
    assert (np.diff(thin_x) >= 0).all()
    assert (thin_x[0], thin_y[0], thin_x[-1], thin_y[-1]) == (x[0], y[0], x[-1], y[-1])
    assert {y[1:-1].max(), y[1:-1].min()} <= set(thin_y) | {y[0], y[-1]} or count <= 3 or _at_an_end(x, y, columns)


def _at_an_end(x: np.ndarray, y: np.ndarray, columns: int) -> bool:
    """Whether a peak shares its column with an end, which takes one of that column's two vertices."""
    column = np.minimum((x / x[-1] * columns).astype(int), columns - 1)
    peaks = {int(y[1:-1].argmax()) + 1, int(y[1:-1].argmin()) + 1}
    return any(column[peak] in (column[0], column[-1]) for peak in peaks)


@given(st.floats(1e-200, 1e200))
def test_a_step_up_is_round_and_just_above(value: float) -> None:
    found = curves.step_up(value)
    assert value * (1 - 1e-9) <= found <= value * 2
    assert curves.step_up(found) == pytest.approx(found)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_step_up_from_nothing_is_one(value: float) -> None:
    assert curves.step_up(value) == 1.0


def test_the_loss_axis_ignores_a_few_wild_values_only() -> None:
    calm = np.full(100, 0.4)
    assert curves.loss_top(calm) == 0.4
    assert curves.loss_top(np.append(calm, 0.9)) == 1.0
    assert curves.loss_top(np.append(calm, 1e30)) == 0.8
    assert curves.loss_top(np.zeros(0)) == 1.0
    assert curves.loss_top(np.array([np.nan, np.inf, 0.3])) == pytest.approx(0.3)


def test_the_loss_axis_holds_the_start_unless_it_is_far_above_the_rest() -> None:
    fall = np.linspace(0.3, 0.1, 95)
    assert curves.loss_top(np.append(np.full(5, 1.0), fall)) == 1.0
    assert curves.loss_top(np.append(np.full(5, 1.3), fall)) == pytest.approx(0.6)
    slowly = np.append(np.full(5, 0.5), np.full(95, 0.4))
    assert curves.loss_top(np.append(np.full(5, 1.3), fall), slowly) == 1.5
    assert curves.loss_top(np.array([0.5, 0.01])) == 0.5


def test_the_loss_axis_of_a_run_beside_others_holds_its_own_start() -> None:
    other = np.append(np.full(5, 0.4), np.full(395, 0.01))
    begun = np.array([0.5])
    assert curves.loss_top(begun, other) < 0.5, "together its start would be a spike"
    assert curves.loss_top_beside([begun], [other]) == 0.5
    assert curves.loss_top_beside([begun], [np.full(50, 1.2)]) == 1.2
    assert curves.loss_top_beside([begun], [np.full(50, 1e30)]) == 2.0, "one that is lost does not flatten it"
    assert curves.loss_top_beside([begun, other], []) == curves.loss_top(begun, other)


def test_the_log_axis_spans_whole_decades() -> None:
    assert curves.log_range(np.array([0.5, 0.02])) == (-2.0, 0.0)
    assert curves.log_range(np.array([0.1])) == (-1.0, 0.0)
    assert curves.log_range(np.array([0.0, np.nan])) == (-3.0, 0.0)


@cases(
    ("low", "high", "most", "expected"),
    [
        (0, 0.5, 4, [0, 0.25, 0.5]),
        (0, 0.6, 4, [0, 0.2, 0.4, 0.6]),
        (0, 900, 6, [0, 300, 600, 900]),
        (0.5, 1, 4, [0.5, 0.75, 1]),
        (0, 1000, 6, [0, 200, 400, 600, 800, 1000]),
        (1, 1, 4, []),
    ],
)
def test_marks_are_round_and_end_where_the_axis_ends(low: float, high: float, most: int, expected: list[float]) -> None:
    assert curves.ticks(low, high, most) == pytest.approx(expected)


@given(st.sampled_from(curves.STEPS), st.integers(-8, 12), st.integers(2, 8))
def test_every_axis_gets_marks_that_fit(step: float, power: int, most: int) -> None:
    high = step * 10.0**power
    found = curves.ticks(0.0, high, most)
    assert 2 <= len(found) <= most
    assert found[0] == 0
    assert found[-1] <= high * (1 + 1e-9)


def test_log_marks_are_powers_of_ten() -> None:
    assert curves.log_ticks(-3, 0, 4) == [-3, -2, -1, 0]
    assert len(curves.log_ticks(-12, 3, 4)) == 4
    assert curves.log_ticks(-1, 0, 3) == [-1, 0]
    assert [round(10**mark, 6) for mark in curves.log_ticks(-1, 0, 4)] == [0.1, 0.2, 0.5, 1]


def test_labels_keep_apart_and_inside() -> None:
    assert curves.without_overlap([50.0, 200.0], [20, 20], 0, 300, 4) == [50.0, 200.0]
    close = curves.without_overlap([100.0, 102.0], [20, 20], 0, 300, 4)
    assert close[1] - close[0] >= 24
    last = curves.without_overlap([95.0, 100.0], [20, 20], 0, 100, 4)
    assert last == [66.0, 90.0]
    assert curves.without_overlap([30.0, 10.0], [20, 20], 0, 100, 0) == [30.0, 10.0]


def test_labels_in_gaps_leave_those_that_are_there_alone() -> None:
    assert curves.in_gaps([], [50.0, 200.0], [20, 20], 0, 300, 40) == [50.0, 200.0]
    assert curves.in_gaps([(90.0, 110.0)], [104.0], [20], 0, 300, 40) == [120.0]
    assert curves.in_gaps([(0.0, 20.0)], [5.0, 5.0], [20, 20], 0, 300, 40) == [None, 30.0]
    assert curves.in_gaps([(90.0, 110.0)], [104.0], [20], 95, 115, 40) == [None]


def test_what_lies_over_or_under_each_other() -> None:
    assert curves.side_by_side([]) == []
    assert curves.side_by_side([(10.0, 12.0), (0.0, 5.0), (4.0, 8.0), (7.0, 10.0)]) == [[1, 2, 3], [0]]
