"""Every gradient is the slope of the loss that `evaluate` measures, found by central differences."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import cases
from tests.kernels.drawing import HIDDEN, clear_of_kinks
from tests.kernels.networks import STABLE, Run, error, make, outputs_for

STEP = 1e-5
WITHIN = 1e-8


def slopes(run: Run) -> np.ndarray:
    """(loss(p + h) - loss(p - h)) / 2h for every parameter."""
    result = np.empty(run.parameters.size)
    for index, value in enumerate(run.parameters.copy()):
        run.parameters[index] = value + STEP
        above = run.evaluate()[0]
        run.parameters[index] = value - STEP
        result[index] = (above - run.evaluate()[0]) / (2 * STEP)
        run.parameters[index] = value
    return result


@cases("loss", STABLE)
@cases("activation", HIDDEN)
def test_a_gradient_is_the_slope_of_the_loss(activation: str, loss: str) -> None:
    outputs = outputs_for(loss)
    seeds = (seed for seed in range(100))
    run = make(next(seeds), (2, 5, 4, outputs), activation, loss, samples=19)
    while _touches_a_kink(run):
        run = make(next(seeds), (2, 5, 4, outputs), activation, loss, samples=19)
    assert error(run.gradients()[1], slopes(run)) <= WITHIN


def _touches_a_kink(run: Run) -> bool:
    """Whether a difference could step over a corner, where there is no slope."""
    return not clear_of_kinks(run.twin, run.inputs, run.targets, 50 * STEP)


@pytest.mark.parametrize("head", ["linear", "tanh"])
@pytest.mark.parametrize("outputs", [1, 4])
def test_squared_error_with_and_without_hidden_layers(head: str, outputs: int) -> None:
    for widths in ((3, outputs), (3, 6, outputs)):
        run = make(1, widths, "sine", "squared_error", head=head, samples=33)
        assert error(run.gradients()[1], slopes(run)) <= WITHIN
