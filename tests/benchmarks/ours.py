"""Our own contender: the engine and its kernels, one thread, no records.

Owns how a workload becomes an engine, its examples and a run state, exactly as a session makes them; knows no peer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playground.engine import engine
from playground.engine.state import PROBES, RECORD_COLUMNS, RunState

from .workloads import Workload

Pair = tuple[NDArray[np.floating], NDArray[np.floating]]


def examples_of(workload: Workload, dtype: type[np.floating] = np.float32) -> tuple[Pair, Pair]:
    """Training examples, feature-major with the row of sample weights, and an empty test set."""
    inputs = np.ascontiguousarray(workload.examples[0].T, dtype)
    targets = np.ascontiguousarray(np.vstack([workload.targets.T, np.ones(workload.points)]), dtype)
    return (inputs, targets), (inputs[:, :0].copy(), targets[:, :0].copy())


def start_of(workload: Workload, dtype: type[np.floating] = np.float32) -> RunState:
    """The state before the first step."""
    parameters = workload.start().astype(dtype)
    return RunState.start(parameters, len(workload.widths) - 1, workload.points, workload.seed, workload.training)


class OurTrainer:
    """A run state and the engine that advances it."""

    def __init__(self, workload: Workload) -> None:
        self.chunk, self._workload = workload.chunk, workload
        self._engine = engine.Engine(workload, workload.points, np.float32)
        self._train, self._test = examples_of(workload)
        self._records = np.zeros((1, RECORD_COLUMNS)), np.zeros((1, len(workload.widths) - 1, PROBES))
        self.restart()

    def restart(self) -> None:
        self._state = start_of(self._workload)

    def train(self) -> None:
        steps = self.chunk * self._workload.steps_per_epoch
        status = self._engine.train(self._state, steps, self._train, self._test, *self._records, 0)
        if status != engine.STATUS_OK:
            raise ArithmeticError("the run has diverged")

    @property
    def parameters(self) -> NDArray[np.floating]:
        return self._state.parameters

    def probabilities(self) -> NDArray[np.floating]:
        return self._engine.evaluate(self._state.parameters, *self._train)[2].T


def our_maps(workload: Workload) -> Callable[[], object]:
    """All unit maps, as the window asks for them."""
    own = engine.Engine(workload, workload.points, np.float32)
    parameters, cells = workload.start(), np.ascontiguousarray(workload.grid().T)
    return lambda: own.activations(parameters, cells)
