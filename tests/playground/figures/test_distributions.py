"""Histograms and sizes per layer, finite whatever the weights are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.engine.layout import Layout
from playground.experiment.experiment import Experiment
from playground.figures.distributions import histogram, layer_name, root_mean_square, spread
from tests.seeds import examples

LAYOUT = Layout.of(Experiment())


def test_a_histogram_counts_as_numpy_does() -> None:
    values = np.random.default_rng(3).uniform(-2, 2, 500)
    expected, _ = np.histogram(values, 21, (-2, 2))
    np.testing.assert_allclose(histogram(values, 21, 2.0), expected / expected.max())


def test_zero_lies_in_the_middle_bin_and_the_ends_in_the_last() -> None:
    assert np.flatnonzero(histogram(np.array([0.0]), 11, 1.0)).tolist() == [5]
    assert np.flatnonzero(histogram(np.array([-1.0, 1.0]), 11, 1.0)).tolist() == [0, 10]
    assert histogram(np.zeros(0), 5, 1.0).tolist() == [0] * 5


def test_the_size_is_the_root_mean_square() -> None:
    assert root_mean_square(np.array([3.0, -4.0])) == pytest.approx(np.sqrt(12.5))
    assert root_mean_square(np.zeros(4)) == root_mean_square(np.zeros(0)) == 0.0


def test_layers_are_told_apart_and_biases_are_not_weights() -> None:
    numbers = np.zeros(LAYOUT.size)
    LAYOUT.weights(numbers, 1)[:] = 0.5
    LAYOUT.biases(numbers, 0)[:] = 3.0
    found = spread(LAYOUT, numbers)
    assert found.reach == 3.0
    assert [layer.name for layer in found.layers] == ["Layer 1", "Layer 2", "Output"]
    assert found.layers[0].biases.tolist() == [3.0] * 4
    assert found.layers[1].count == 8


def test_names() -> None:
    assert [layer_name(LAYOUT, index) for index in range(3)] == ["Layer 1", "Layer 2", "Output"]


@examples(40)
@given(arrays(np.float32, LAYOUT.size, elements=st.floats(width=32)))
def test_every_number_gives_finite_spreads(numbers: np.ndarray) -> None:
    found = spread(LAYOUT, numbers)
    assert np.isfinite(found.reach)
    assert found.reach > 0
    for layer in found.layers:
        assert np.isfinite(layer.biases).all()
        assert np.isfinite(layer.size)
        assert 0 <= layer.bars.min() <= layer.bars.max() <= 1
