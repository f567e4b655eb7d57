"""What every contender can do, and how its speed is taken.

Owns the interface, the clocks and the losses; knows no framework. Two clocks run side by side: the wall's, and the
processor time of the whole process, which other programs on a busy machine disturb less.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from .workloads import Workload

CHECKED_EPOCHS = 40


class Taken(NamedTuple):
    """One figure by both clocks: seconds, or something a second."""

    wall: float
    cpu: float


class Trainer(Protocol):
    """One network of one framework, standing at the workload's starting parameters."""

    chunk: int
    """Epochs of one call of `train`."""

    def restart(self) -> None:
        """Back to the starting parameters, with an optimizer that remembers nothing."""

    def train(self) -> None:
        """`chunk` epochs of optimizer steps; back only when they are done."""

    def probabilities(self) -> np.ndarray:
        """The head's outputs for all examples, (points, outputs)."""


MakeTrainer = Callable[[Workload], Trainer]
MakeMaps = Callable[[Workload], Callable[[], object]]


def repeated(call: Callable[[], object], seconds: float) -> Taken:
    """Seconds of one call, taken over as many calls as fit in `seconds` (at least one)."""
    calls, started, used = 0, time.perf_counter(), time.process_time()
    while True:
        call()
        calls += 1
        passed = time.perf_counter() - started
        if passed >= seconds:
            return Taken(passed / calls, (time.process_time() - used) / calls)


def samples_per_second(trainer: Trainer, workload: Workload, seconds: float) -> Taken:
    """Training speed over about that time."""
    taken = repeated(trainer.train, seconds)
    return Taken(*(trainer.chunk * workload.points / each for each in taken))


def mean_loss(trainer: Trainer, workload: Workload) -> float:
    """The loss over all examples, by one formula for every contender."""
    outputs, (_, labels) = np.asarray(trainer.probabilities(), np.float64), workload.examples
    if workload.softmax:
        return float(-np.log(np.maximum(outputs[np.arange(labels.size), labels], 1e-30)).mean())
    return float(0.5 * ((outputs - workload.targets) ** 2).sum(axis=1).mean())


class Bench:
    """Answers the two questions of a round for one framework; makes each thing once."""

    def __init__(self, make_trainer: MakeTrainer | None, make_maps: MakeMaps | None) -> None:
        self._make_trainer, self._make_maps = make_trainer, make_maps
        self._trainers: dict[str, Trainer] = {}
        self._maps: dict[str, Callable[[], object]] = {}

    def losses(self, workload: Workload) -> dict[str, float]:
        """The loss before training and after CHECKED_EPOCHS epochs, rounded up to whole chunks; compiles on the way."""
        trainer = self._trainers[workload.name] = self._make_trainer(workload)
        before = mean_loss(trainer, workload)
        epochs = -(-CHECKED_EPOCHS // workload.chunk) * workload.chunk
        for _ in range(epochs // trainer.chunk):
            trainer.train()
        return {"epochs": epochs, "before": before, "after": mean_loss(trainer, workload)}

    def speed(self, workload: Workload, seconds: float) -> Taken:
        """Samples per second from the starting parameters on, after one call to warm up."""
        trainer = self._trainers[workload.name]
        trainer.train()
        trainer.restart()
        return samples_per_second(trainer, workload, seconds)

    def maps_ms(self, workload: Workload, seconds: float) -> Taken:
        """Milliseconds for the outputs of every unit on the grid."""
        if workload.name not in self._maps:
            self._maps[workload.name] = self._make_maps(workload)
            self._maps[workload.name]()
        call = self._maps[workload.name]
        call()
        return Taken(*(each * 1000 for each in repeated(call, seconds)))
