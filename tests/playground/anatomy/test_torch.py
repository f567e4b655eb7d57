"""PyTorch's autograd and optimizers come to the numbers of the operations, for random networks of everything there is.

22 of them; 396 with the marker `long`, which have every kind with every loss and every optimizer with every loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest

import playground as pg
from playground.anatomy.operations.operation import BatchMean
from playground.experiment.layers import kind_of
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from tests.kernels.mirror import Mirror, pytorch
from tests.kernels.networks import error
from tests.playground.anatomy.drawing import KINDS, LOSSES, experiment, loss_of, optimizer_of
from tests.playground.anatomy.mirrored import columns, training_of
from tests.reference import Chance

WITHIN = 1e-12
NETWORKS, ALL = range(0, 396, 18), range(396)
STEPS = 3
"""Made before the step that is looked into, so that the optimizer remembers something."""


def drawn(number: int) -> pg.Experiment:
    return experiment(number, batch_size=(3, 7, 20)[number % 3])


def compare(numbers: Iterable[int]) -> float:
    """The loss, the gradient and the step of each; returns the largest disagreement relative to size."""
    pytorch()
    worst = 0.0
    for number in numbers:
        session = pg.Session(drawn(number), record=False)
        training, settled = training_of(session), np.ones(session.layout.size, dtype=bool)
        for made in range(STEPS + 1):
            step = pg.inside(session)
            settled[step.undecided] = False
            if made == STEPS:
                training.mirror.fill(session.state.parameters)  # it is about this step, not about those before it
                chance = Chance(training.seed, training.steps)
                mirror = Mirror(training.mirror.twin, training.mirror.parameters)  # a look moves running statistics
                loss = mirror.loss(*columns(step), chance).item()
                gradient = np.where(step.layout.trained(), mirror.slope(*columns(step), chance), 0.0)
                mean = step.operations[step.operations.find(BatchMean) or 0]
                assert mean.result == pytest.approx(loss, rel=WITHIN), number
                size = float(np.abs(gradient).max())
                assert float(np.abs(step.gradient - gradient).max()) <= WITHIN * max(size, 1.0), number
            training.step(*columns(step))
            session.advance(steps=1)
        found = error(step.after[settled], training.mirror.parameters[settled])
        assert found <= WITHIN, (number, found)
        worst = max(worst, found)
    return worst


def test_random_networks() -> None:
    compare(NETWORKS)


@pytest.mark.long
@pytest.mark.parametrize("part", range(12))
def test_more_random_networks(part: int) -> None:
    print(compare(ALL[part::12]))


def test_every_pair_occurs() -> None:
    assert {(KINDS[number % len(KINDS)], loss_of(number)) for number in ALL} == set(product(KINDS, LOSSES))
    assert {(optimizer_of(number), loss_of(number)) for number in ALL} == set(product(OPTIMIZERS, LOSSES))
    for number in ALL[::57]:
        made = drawn(number)
        assert optimizer_choice(made.training.optimizer) == optimizer_of(number)
        assert KINDS[number % len(KINDS)] in [kind_of(layer).kind for layer in made.network.layers]
