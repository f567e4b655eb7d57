"""The pen of the drawing pad: what a movement leaves, and what the eraser takes."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import pen

PAPER = np.zeros((8, 8))


def test_a_line_leaves_ink_along_its_way_and_nowhere_else() -> None:
    found = pen.drawn(PAPER, (1.5, 2.5), (6.5, 2.5))
    assert (found[2, 1:7] == 1.0).all()
    assert 0.0 < found[1, 3] < 1.0
    assert not found[5:].any()
    assert np.array_equal(PAPER, np.zeros((8, 8)))


def test_a_press_without_a_movement_leaves_a_dot() -> None:
    found = pen.drawn(PAPER, (4.5, 4.5), (4.5, 4.5))
    assert found[4, 4] == 1.0
    assert found.sum() < 3.0


@pytest.mark.parametrize("side", [8, 12, 16])
def test_the_pen_is_as_broad_beside_the_picture_whatever_its_size(side: int) -> None:
    middle = side / 2
    found = pen.drawn(np.zeros((side, side)), (middle, 0.0), (middle, float(side)))
    assert found.sum() / side**2 == pytest.approx(2 * pen.RADIUS, abs=0.03)


def test_ink_is_never_more_than_full_and_the_eraser_leaves_paper() -> None:
    twice = pen.drawn(pen.drawn(PAPER, (1.0, 4.5), (7.0, 4.5)), (4.5, 1.0), (4.5, 7.0))
    assert twice.max() == 1.0
    wiped = pen.drawn(twice, (-2.0, 4.0), (10.0, 4.0), erases=True)
    assert not wiped[3:5].any()
    assert wiped[1, 4] == 1.0


def test_one_pixel_is_inked_and_taken_back() -> None:
    once = pen.inked(PAPER, 2, 5)
    assert np.flatnonzero(once).tolist() == [2 * 8 + 5]
    assert not pen.inked(once, 2, 5).any()


def test_a_pen_far_outside_leaves_nothing() -> None:
    assert not pen.drawn(PAPER, (-1e6, 3.0), (-1e6, 9.0)).any()
