"""Whatever an experiment may be, its coming step can be looked into: nothing raises, nothing warns."""

from __future__ import annotations

import numpy as np

import playground as pg
from tests.playground.run.hostile import checkpoint

EXPERIMENTS = range(60, 75)
OPERATIONS = 40
"""Of each step, evenly among all."""


def test_any_experiments_step_is_told() -> None:
    for number in EXPERIMENTS:
        session = pg.Session(checkpoint(number), record=False)
        session.advance(steps=number % 3)
        step = pg.inside(session)
        count = len(step.operations)
        for moment in {*range(0, count, max(1, count // OPERATIONS)), count - 1}:
            assert step.operations[moment].moment == moment
        for layer, slot in enumerate(step.layout.slots):
            step.check(layer, 0, parameters=[slot.biases])
        assert pg.inference(session, inputs=step.batch.inputs[:, 0]).outputs.shape == (step.experiment.head.units,)
        if np.isfinite(step.made).all() and session.dtype == np.float64:
            assert step.disagreement < 1e-9
