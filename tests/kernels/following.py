"""The kernels and the slow twin take the same steps, one at a time.

Owns the walk; what the two must agree on is said by the tests.
"""

from __future__ import annotations

from kernels.plan import codes
from tests.kernels.networks import Run, error
from tests.reference import Training


def walk(run: Run, steps: int) -> Training:
    """Both take up to `steps` steps on the same samples, and stop together or not at all; the twin's training."""
    training = run.training()
    for _ in range(steps):
        training.step(*run.columns(run.next_batch()))
        assert run.train(1) == training.status
        if training.status != codes.OK:
            break
    return training


def follow(run: Run, steps: int) -> float:
    """How far apart they end, measured by how far they went."""
    started = run.parameters.astype(float)
    training = walk(run, steps)
    return error(run.parameters - started, training.parameters - started)
