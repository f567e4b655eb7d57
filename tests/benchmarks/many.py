"""Many networks in one call: the loss over a plane of parameters, and independent runs with rates of their own.

Also the Hessian's products with vectors, of which an iteration for its largest eigenvalue makes fifty; and what part of
a population's time is spent in the kernels: the rest is Python for each member.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec.structs import fields
from numpy.typing import NDArray

import kernels
from playground import Dense, Experiment, Network, train_population, with_changes
from playground.data import make_dataset
from playground.engine.engine import Engine
from playground.engine.many import ManyNetworks
from playground.engine.parameters import initial_parameters
from playground.engine.state import PROBES, RECORD_COLUMNS, RunState
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.training import INITIALIZERS
from playground.run.examples import Examples

from ..timing import Clock
from .contender import Taken, repeated
from .ours import examples_of, start_of
from .workloads import WORKLOADS, Workload

EDGE = 51
NETWORKS = 64
MEMBERS, EPOCHS = 256, 20
PRODUCTS = 50


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


def product_run() -> Callable[[], Any]:
    """The call that multiplies the Hessian of a 2-8-8-1 net over 250 points by one vector after another, in float64."""
    experiment = with_changes(Experiment(), network=Network((Dense(8), Dense(8))), training__precision="float64")
    examples = Examples(experiment, make_dataset(experiment.data, experiment.seed), np.float64)
    engine = Engine(experiment, examples.count, np.float64)
    points = initial_parameters(experiment, engine.layout)[None]
    vector = np.random.Generator(np.random.PCG64(1)).standard_normal((1, 1, points.size))
    assert examples.count == 250

    def run() -> None:
        for _ in range(PRODUCTS):
            engine.hessian_products(points, vector, *examples.train)

    return run


def stacked(states: list[RunState]) -> RunState:
    """One state with a leading axis of networks."""
    return RunState(*(np.stack([getattr(state, each.name) for state in states]) for each in fields(RunState)))


class Population:
    """Networks trained for an epoch, in one call or each by itself."""

    def __init__(self, workload: Workload, networks: int) -> None:
        self._engine = Engine(workload, workload.points, np.float32)
        self._train, self._test = examples_of(workload)
        self._steps = workload.steps_per_epoch
        self._records = np.zeros((1, RECORD_COLUMNS)), np.zeros((1, len(workload.widths) - 1, PROBES))
        self._states = [start_of(workload) for _ in range(networks)]
        self._together, self._everyone = stacked(self._states), np.arange(networks)
        self.use(np.linspace(0.001, 0.05, networks), workload)

    def use(self, rates: NDArray[np.float64], workload: Workload) -> None:
        """Other learning rates for those that are trained together."""
        alike = np.zeros(len(rates), np.int64)
        self._many = ManyNetworks([workload], alike, rates, alike[:1], workload.points, np.float32)

    def together(self) -> None:
        sets = [(inputs[None], targets[None]) for inputs, targets in (self._train, self._test)]
        sets.append((sets[1][0][:, :, :0], sets[1][1][:, :, :0]))  # no validation set
        self._many.train(self._everyone, self._together, np.full(len(self._everyone), self._steps), *sets)

    def apart(self) -> None:
        for state in self._states:
            self._engine.train(state, self._steps, self._train, self._test, *self._records, 0)


def unlike(count: int) -> list[Experiment]:
    """Experiments of one shape about the same points, each with another rate, optimizer and initializer."""
    optimizers, initializers = [each.optimizer for each in OPTIMIZERS.values()], list(INITIALIZERS)[:4]
    made = []
    for place, rate in enumerate(np.geomspace(0.001, 0.1, count).tolist()):
        turn, kind = divmod(place, len(optimizers))
        choices = {"optimizer": optimizers[kind], "initializer": initializers[turn % len(initializers)]}
        training = {f"training__{name}": value for name, value in choices.items()}
        made.append(with_changes(Experiment(), training__learning_rate=rate, **training))
    return made


def seconds_of(experiments: Experiment | list[Experiment], seeds: range | None) -> tuple[float, float]:
    """Processor time of a population in the kernels, and besides."""
    clock, began = Clock(), time.process_time()
    with clock.counting(kernels, "train", "evaluate_many", "first_orders"):
        for _ in train_population(experiments, epochs=EPOCHS, seeds=seeds):
            pass
    return clock.seconds, time.process_time() - began - clock.seconds


def shares(rounds: int, members: int = MEMBERS) -> dict[str, float]:
    """Share of a population's time that is spent in the kernels, and microseconds of the rest for each member."""
    cases = {"seeds": (Experiment(), range(members)), "experiments": (unlike(members), None)}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (experiments, seeds) in cases.items():
            taken[name].append(seconds_of(experiments, seeds))
    found = {}
    for name, rows in taken.items():
        inside, besides = min(row[0] for row in rows), min(row[1] for row in rows)
        found |= {f"{name}_share": inside / (inside + besides), f"{name}_besides_us": besides / members * 1e6}
    return found


def measure(quick: bool) -> dict[str, float]:
    """Milliseconds by wall and processor time, the best of the rounds, taken in turn."""
    rounds, seconds = (4, 0.05) if quick else (10, 0.2)
    plane, population = landscape(WORKLOADS["W2"]), Population(WORKLOADS["W1"], NETWORKS)
    calls = {"landscape": plane, "together": population.together, "apart": population.apart, "products": product_run()}
    taken: dict[str, list[Taken]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(repeated(call, seconds))
    found = {f"{name}_ms": min(each.wall for each in all_of) * 1000 for name, all_of in taken.items()}
    found |= {f"{name}_cpu_ms": min(each.cpu for each in all_of) * 1000 for name, all_of in taken.items()}
    return found | {"gain": found["apart_ms"] / found["together_ms"]} | shares(rounds)
