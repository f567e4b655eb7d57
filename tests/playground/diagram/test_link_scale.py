"""The scale of gradients on links: one power of ten a step, the same for all layers, and steady."""

from __future__ import annotations

import numpy as np
import pytest

from playground.diagram.link_scale import DECADES, LEAST, LinkScale


def test_each_power_of_ten_is_one_larger_up_to_the_top() -> None:
    scale = LinkScale.of(np.array([0.05, -3e-7]))
    assert scale == LinkScale(-1)
    assert scale.bottom == -6
    assert scale.sizes(np.array([0.1, -0.01, 1e-5, -1e-6, 1e-9])).tolist() == pytest.approx(
        [DECADES, 1 - DECADES, 1.0, -LEAST, LEAST]
    )
    assert scale.sizes(np.zeros(2)).tolist() == [0.0, 0.0]


def test_it_stays_while_the_largest_figure_wavers_about_a_power_of_ten() -> None:
    scale = LinkScale(-1)
    assert LinkScale.of(np.array([0.0095]), scale) is scale
    assert LinkScale.of(np.array([0.1]), scale) is scale
    assert LinkScale.of(np.array([0.11]), scale) == LinkScale(0)
    assert LinkScale.of(np.array([0.004]), scale) == LinkScale(-2)


def test_of_nothing_there_is_none_but_the_one_before() -> None:
    assert LinkScale.of(np.zeros(3)) is None
    assert LinkScale.of(np.zeros(3), LinkScale(2)) == LinkScale(2)
    assert LinkScale.of(np.empty(0)) is None
