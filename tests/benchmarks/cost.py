"""How the cost of a sample grows with width, depth and batch, and whether it jumps beside multiples of 16.

Owns the networks of the curves, their timing (processor time, best of several rounds, all points in turn) and the
cliffs; knows nothing of pictures.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from playground.data.task import Head, Task
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import Sgd
from playground.experiment.training import Training

from . import operations
from .contender import repeated
from .ours import OurTrainer
from .workloads import Workload

WIDTHS = (2, 3, 4, 6, 8, 12, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 191, 192,
          193, 255, 256, 257, 383, 384, 385, 511, 512)  # fmt: skip
DEPTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
BATCHES = (1, 2, 4, 8, 12, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257,
           511, 512, 513, 1008, 1023, 1024)  # fmt: skip
LANES = 16
SAMPLES = 256
"""About so many samples an epoch has: few, so that a call is short, and never less than a batch."""
CALL_SECONDS = 0.001


@dataclass(frozen=True)
class Sized(Workload):
    """A network of any size on points and classes drawn at random."""

    @cached_property
    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        random = np.random.Generator(np.random.PCG64(self.seed))
        labels = random.integers(max(2, self.head.units), size=self.points)
        return random.standard_normal((self.points, self.features)).astype(np.float32), labels


def sized(hidden: tuple[int, ...], activation: str, batch: int) -> Workload:
    """ReLU networks have three classes and softmax, tanh networks one output and squared error; 2 inputs, SGD."""
    softmax = activation == "relu"
    head = Head(3, "softmax", "softmax_cross_entropy") if softmax else Head(1, "tanh", "squared_error")
    training = Training(optimizer=Sgd(), learning_rate=0.001, batch_size=batch, loss=head.loss)
    layers = tuple(Dense(units, activation) for units in hidden)
    points = batch * max(1, SAMPLES // batch)
    return Sized("", "", points, 2, Task(3 if softmax else 2), head, Network(layers), training, 1, ())


@dataclass
class Point:
    """One network: seconds of an optimizer step and of a sample, and 10⁹ operations a second."""

    size: int
    batch: int
    operations: float
    step: float = math.inf

    @property
    def sample(self) -> float:
        return self.step / self.batch

    @property
    def gflops(self) -> float:
        return self.operations / self.sample / 1e9

    def as_json(self) -> dict[str, float]:
        figures = {"step_us": self.step * 1e6, "sample_ns": self.sample * 1e9, "gflops": self.gflops}
        return {"size": self.size, **figures}


@dataclass
class Curve:
    """Cost against one size; the others are said in the note. `across`: width, depth or batch."""

    across: str
    note: str
    points: list[Point] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"across": self.across, "note": self.note, "points": [point.as_json() for point in self.points]}


@dataclass(frozen=True)
class Cliff:
    """The worst neighbour of a multiple of 16: how many times the multiple's cost it has. `reading` says of what."""

    across: str
    note: str
    reading: str
    size: int
    multiple: int
    ratio: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Runner:
    """A trainer whose calls last about a millisecond."""

    def __init__(self, workload: Workload, size: int) -> None:
        self.trainer = OurTrainer(workload)
        self.point = Point(size, workload.training.batch_size, operations.per_sample(workload))
        self._steps = workload.steps_per_epoch
        self.trainer.train()
        self.trainer.chunk = max(1, round(CALL_SECONDS / repeated(self.trainer.train, CALL_SECONDS).cpu))

    def take(self, seconds: float) -> None:
        """Time it once more; the fastest round counts."""
        self.trainer.restart()
        taken = repeated(self.trainer.train, seconds).cpu
        self.point.step = min(self.point.step, taken / (self.trainer.chunk * self._steps))


def measure(quick: bool = False, thin: int = 1) -> list[Curve]:
    """The four curves; `thin`: only every so-manieth size."""
    wanted = (
        ("width", "2-w-w-3 ReLU, SGD, batch 32", WIDTHS, lambda size: sized((size, size), "relu", 32)),
        ("depth", "2-8-…-8-1 tanh, SGD, batch 10", DEPTHS, lambda size: sized((8,) * size, "tanh", 10)),
        ("batch", "2-8-8-8-1 tanh, SGD", BATCHES, lambda size: sized((8, 8, 8), "tanh", size)),
        ("batch", "2-64-64-3 ReLU, SGD", BATCHES, lambda size: sized((64, 64), "relu", size)),
    )
    curves, runners = [], []
    for across, note, sizes, make in wanted:
        made = [Runner(make(size), size) for size in sizes[::thin]]
        curves.append(Curve(across, note, [runner.point for runner in made]))
        runners += made
    for _ in range(4 if quick else 12):
        for runner in runners:
            runner.take(0.004 if quick else 0.01)
    return curves


def cliffs(curves: list[Curve]) -> list[Cliff]:
    """Of every curve over width or batch, the worst size from 15 on that is no multiple of 16, by two readings:

    a step against a step at the next larger multiple, and a sample against a sample at the nearer multiple.
    """
    found = []
    for curve in curves:
        known = {point.size: point for point in curve.points}
        odd = [point for point in curve.points if point.size % LANES and point.size >= LANES - 1]
        steps = [(point, known.get(-(-point.size // LANES) * LANES)) for point in odd]
        samples = [(point, known.get(max(1, round(point.size / LANES)) * LANES)) for point in odd]
        for reading, pairs in (("step, next larger multiple", steps), ("sample, nearer multiple", samples)):
            costs = [
                (a.step / b.step if reading.startswith("step") else a.sample / b.sample, a.size, b.size)
                for a, b in pairs
                if b is not None
            ]
            if costs and curve.across != "depth":
                ratio, size, multiple = max(costs)
                found.append(Cliff(curve.across, curve.note, reading, size, multiple, ratio))
    return found
