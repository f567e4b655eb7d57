"""The shortcuts of the simple models against the formulas that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from playground.reference.models import (
    PENALTIES,
    REACHES,
    kernel_ridge,
    linear,
    nearest,
    nearest_places,
    squared_distances,
)

RNG = np.random.Generator(np.random.PCG64(3))
SAMPLES = RNG.normal(size=(130, 4))
TARGETS = np.stack([SAMPLES[:, 0] > 0.0, SAMPLES[:, 0] <= 0.0], axis=1).astype(float)
APART = squared_distances(SAMPLES, SAMPLES)
OTHERS = RNG.normal(size=(40, 4))


def test_a_kernels_left_out_answers_are_those_of_models_that_never_saw_the_sample() -> None:
    found = kernel_ridge(SAMPLES, TARGETS, APART)
    mean = TARGETS.mean(axis=0)
    for place, (reach, penalty) in enumerate((reach, penalty) for reach in REACHES for penalty in PENALTIES):
        kernel = np.exp(-APART / (2.0 * reach**2)) + penalty * np.eye(len(SAMPLES))
        for left in (0, 77):
            kept = np.arange(len(SAMPLES)) != left
            weights = np.linalg.solve(kernel[np.ix_(kept, kept)], TARGETS[kept] - mean)
            assert found[place].left_out[left] == pytest.approx(kernel[left, kept] @ weights + mean, abs=1e-6)


@pytest.mark.parametrize("count", [1, 5, 15, 130])
def test_the_nearest_are_those_of_a_stable_sort(count: int) -> None:
    level = squared_distances(np.round(SAMPLES), np.round(SAMPLES))  # many are equally far
    for apart in (APART, level):
        assert (nearest_places(apart, count) == np.argsort(apart, axis=1, kind="stable")[:, :count]).all()
    wide = np.tile(level, (1, 5))  # more than a place has digits for
    assert (nearest_places(wide, count) == np.argsort(wide, axis=1, kind="stable")[:, :count]).all()


def test_answers_with_a_column_dealt_out_anew_are_those_to_such_samples() -> None:
    models = [linear(SAMPLES, TARGETS), *nearest(SAMPLES, TARGETS, APART), *kernel_ridge(SAMPLES, TARGETS, APART)]
    order = np.roll(np.arange(len(OTHERS)), 7)
    for model in models:
        for column, answers in enumerate(model.dealt(OTHERS, order)):
            moved = OTHERS.copy()
            moved[:, column] = OTHERS[order, column]
            assert answers == pytest.approx(model.predict(moved), abs=2e-3)
