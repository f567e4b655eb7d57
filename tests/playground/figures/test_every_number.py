"""Axes, marks, ranges and spreads take every finite number, and hand on finite ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground import numbers
from playground.figures import curves
from playground.figures.confusion import Scatter
from playground.figures.distributions import root_mean_square

LARGEST, SMALLEST = numbers.LARGEST, 5e-324
FINITE = st.floats(allow_nan=False, allow_infinity=False)
LOSSES = st.floats(min_value=0.0, allow_infinity=False)
COLUMNS = st.lists(LOSSES, min_size=1, max_size=40).map(np.array)


@given(COLUMNS, st.integers(1, 8))
@example(np.array([LARGEST]), 5)
@example(np.array([SMALLEST, LARGEST]), 5)
@example(np.array([0.5, 1e308]), 2)
def test_a_logarithmic_axis_has_ends_and_marks_that_are_numbers(values: np.ndarray, most: int) -> None:
    low, high = curves.log_range(values)
    assert low < high
    marks = curves.log_ticks(low, high, most)
    for mark in (*marks, low, high):
        assert math.isfinite(curves.from_log(mark))
    assert all(low - 1e-9 <= mark <= high + 1e-9 for mark in marks)
    assert len({numbers.label(curves.from_log(mark)) for mark in marks}) == len(marks)
    assert np.isfinite(curves.as_log(values)).all()


@given(COLUMNS, st.integers(2, 8))
@example(np.array([LARGEST] * 30), 5)
@example(np.array([SMALLEST] * 30), 5)
@example(np.array([1e-20] * 30), 5)
def test_a_linear_axis_has_an_end_and_marks_that_differ(values: np.ndarray, most: int) -> None:
    top = curves.loss_top(values)
    assert 0.0 < top < math.inf
    marks = curves.ticks(0.0, top, most)
    assert all(0.0 <= mark <= top for mark in marks)
    assert len(set(marks)) == len(marks)
    assert len(set(numbers.labels(marks))) == len(marks)


@given(FINITE, FINITE, st.integers(-3, 12))
@example(-LARGEST, LARGEST, 5)
@example(0.0, SMALLEST, 5)
@example(1.0, math.nextafter(1.0, 2.0), 5)
@example(1e15, 1e15 + 0.25, 5)
def test_marks_lie_on_any_axis(low: float, high: float, most: int) -> None:
    marks = curves.ticks(low, high, most)
    assert marks == sorted(marks)
    assert all(low <= mark <= high for mark in marks)
    assert len(marks) <= max(most, 0)


@given(FINITE)
@example(LARGEST)
@example(SMALLEST)
def test_round_numbers_stay_numbers(value: float) -> None:
    assert math.isfinite(curves.step_up(value))
    assert math.isfinite(curves.from_log(value))
    assert math.isfinite(numbers.rounded(value, 3))


@given(st.lists(FINITE, min_size=1, max_size=30).map(np.array))
@example(np.array([LARGEST, -LARGEST]))
@example(np.array([SMALLEST]))
def test_a_typical_size_stays_a_number(values: np.ndarray) -> None:
    assert 0.0 <= root_mean_square(values) < math.inf


@pytest.mark.parametrize("size", [1.0, 1e154, 1e200, 1e308])
def test_a_scatter_of_any_size_says_how_far_off(size: float) -> None:
    targets = np.array([-1.0, 0.5, 1.0]) * size
    said = Scatter(targets, np.clip(targets * 1.25, -1e30, 1e30), size).sentences
    assert said[0].startswith("Typical error ")
    assert numbers.MISSING not in said[0]
    assert said[1] in ("Explains 93.5 % of the spread", "No better than always the mean")
