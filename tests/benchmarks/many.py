"""Many networks in one call: the loss over a plane of parameters, and independent runs with rates of their own."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from playground.engine.engine import Engine
from playground.engine.many import ManyNetworks
from playground.engine.state import RunState

from .contender import Taken, repeated
from .ours import examples_of, start_of
from .workloads import WORKLOADS, Workload

EDGE = 51
NETWORKS = 64


def landscape(workload: Workload, edge: int = EDGE):
    """The call that finds the losses of edge × edge parameter vectors around the start."""
    own, (train, _) = Engine(workload, workload.points, np.float32), examples_of(workload)
    random = np.random.Generator(np.random.PCG64(workload.seed))
    start = workload.start()
    ways = random.standard_normal((2, start.size)).astype(np.float32)
    places = np.linspace(-1, 1, edge, dtype=np.float32)
    x, y = (each.reshape(-1, 1) for each in np.meshgrid(places, places))
    vectors = np.ascontiguousarray(start + x * ways[0] + y * ways[1])
    return lambda: own.losses(vectors, *train)


def stacked(states: list[RunState]) -> RunState:
    """One state with a leading axis of networks."""
    return RunState(*(np.stack([getattr(state, each.name) for state in states]) for each in fields(RunState)))


class Population:
    """Networks trained for an epoch, in one call or each by itself."""

    def __init__(self, workload: Workload, networks: int) -> None:
        self._engine = Engine(workload, workload.points, np.float32)
        self._train, self._test = examples_of(workload)
        self._steps = workload.steps_per_epoch
        self._records = np.zeros((1, 9)), np.zeros((1, len(workload.widths) - 1, 9))
        self._states = [start_of(workload) for _ in range(networks)]
        self._together, self._everyone = stacked(self._states), np.arange(networks)
        self.use(np.linspace(0.001, 0.05, networks), workload)

    def use(self, rates: NDArray[np.float64], workload: Workload) -> None:
        """Other learning rates for those that are trained together."""
        alike = np.zeros(len(rates), np.int64)
        self._many = ManyNetworks([workload], alike, rates, alike[:1], workload.points, np.float32)

    def together(self) -> None:
        sets = [(inputs[None], targets[None]) for inputs, targets in (self._train, self._test)]
        self._many.train(self._everyone, self._together, np.full(len(self._everyone), self._steps), *sets)

    def apart(self) -> None:
        for state in self._states:
            self._engine.train(state, self._steps, self._train, self._test, *self._records, 0)


def measure(quick: bool) -> dict[str, float]:
    """Milliseconds by wall and processor time, the best of the rounds, taken in turn."""
    rounds, seconds = (4, 0.05) if quick else (10, 0.2)
    plane, population = landscape(WORKLOADS["W2"]), Population(WORKLOADS["W1"], NETWORKS)
    calls = {"landscape": plane, "together": population.together, "apart": population.apart}
    taken: dict[str, list[Taken]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(repeated(call, seconds))
    found = {f"{name}_ms": min(each.wall for each in all_of) * 1000 for name, all_of in taken.items()}
    found |= {f"{name}_cpu_ms": min(each.cpu for each in all_of) * 1000 for name, all_of in taken.items()}
    return found | {"gain": found["apart_ms"] / found["together_ms"]}
