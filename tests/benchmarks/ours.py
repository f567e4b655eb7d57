"""Our own contender: the engine and its kernels, float32, one thread, no records."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground import engine

from .workloads import Workload


class OurTrainer:
    """A run state and the engine that advances it."""

    def __init__(self, workload: Workload) -> None:
        self.chunk, self._workload = workload.chunk, workload
        self._steps = workload.chunk * -(-workload.points // workload.training.batch_size)
        self._engine = engine.Engine(workload, workload.points, np.float32)
        inputs, targets = np.ascontiguousarray(workload.examples[0].T), np.ascontiguousarray(workload.targets.T)
        self._examples = (inputs, targets)
        self._none = (inputs[:, :0].copy(), targets[:, :0].copy())
        self._records = np.zeros((1, 6))
        self.restart()

    def restart(self) -> None:
        workload = self._workload
        self._state = engine.RunState.start(workload.start(), workload.points, workload.seed)

    def train(self) -> None:
        status = self._engine.train(self._state, self._steps, self._examples, self._none, self._records, 0)
        if status != engine.STATUS_OK:
            raise ArithmeticError("the run has diverged")

    def probabilities(self) -> np.ndarray:
        return self._engine.evaluate(self._state.parameters, *self._examples)[2].T


def our_maps(workload: Workload) -> Callable[[], object]:
    """All unit maps, as the window asks for them."""
    own = engine.Engine(workload, workload.points, np.float32)
    parameters, cells = workload.start(), np.ascontiguousarray(workload.grid().T)
    return lambda: own.activations(parameters, cells)
