"""The networks, data and starting parameters that every contender is given, the same for all.

Owns the four workloads of the speed aims; knows nothing of how they are run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playground.data import Data, GeneratedData, Imperfections, make_dataset
from playground.data.task import Head, Task
from playground.engine.layout import Layout
from playground.engine.parameters import initial_parameters
from playground.experiment.layers import Dense
from playground.experiment.network import Network, parts
from playground.experiment.optimizers import Adam, Sgd
from playground.experiment.shapes import Parts, Shape, flat
from playground.experiment.training import Training

Floats = NDArray[np.float32]

GRID = 100
SEED = 1
SPIRAL_TRAINING = Training(optimizer=Sgd(), learning_rate=0.03, batch_size=10, loss="squared_error")


@dataclass(frozen=True)
class Workload:
    """What the engine reads of an experiment (head, network, training, task, seed, shapes), without an experiment's
    limits; and the examples.

    chunk: epochs that a compiled contender does in one call.
    """

    name: str
    note: str
    points: int
    features: int
    task: Task
    head: Head
    network: Network
    training: Training
    chunk: int
    aims: tuple[tuple[str, float], ...]
    seed: int = SEED

    @property
    def input_shape(self) -> Shape:
        return flat(self.features)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(flat(width) for width in self.widths)

    @property
    def parts(self) -> tuple[Parts, ...]:
        layers = (*self.network.layers, Dense(self.head.units))
        return tuple(parts(layer, self.shapes[i], self.shapes[i + 1], None) for i, layer in enumerate(layers))

    @property
    def widths(self) -> tuple[int, ...]:
        return (self.features, *(layer.units for layer in self.network.layers), self.head.units)

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.points // self.training.batch_size)

    @property
    def hidden(self) -> str:
        """The activation of every hidden layer."""
        return self.network.layers[0].activation

    @property
    def softmax(self) -> bool:
        """Whether the loss is softmax cross-entropy; otherwise it is ½ (output − target)²."""
        return self.head.loss == "softmax_cross_entropy"

    @property
    def adam(self) -> bool:
        return isinstance(self.training.optimizer, Adam)

    @cached_property
    def examples(self) -> tuple[Floats, NDArray[np.int64]]:
        """Inputs (points, features) and the class of each point."""
        if self.features > 2:
            return clusters(self.points, self.features, self.task.classes)
        spirals = self.task.classes == 2
        source = GeneratedData(name="spirals" if spirals else "blobs", samples=self.points)
        flaws = Imperfections() if spirals else Imperfections(position_noise=0.5, label_noise=0.1)
        dataset = make_dataset(Data(source=source, train_share=1.0, imperfections=flaws), self.seed)
        return np.ascontiguousarray(dataset.train_points.T, np.float32), dataset.train_labels.astype(np.int64)

    @cached_property
    def targets(self) -> Floats:
        """(points, outputs): ±1 for squared error, one-hot for softmax."""
        labels = self.examples[1]
        right = labels[:, None] == (np.arange(self.head.units)[None, :] if self.head.units > 1 else 1)
        low, high = self.head.targets
        return np.where(right, high, low).astype(np.float32)

    def start(self) -> Floats:
        """The flat parameters all contenders begin with."""
        return initial_parameters(self).astype(np.float32)

    def start_layers(self) -> list[tuple[Floats, Floats]]:
        """The same as (outputs, inputs) weights and biases of each layer."""
        return self.layers_of(self.start())

    def layers_of(self, parameters: Floats) -> list[tuple[Floats, Floats]]:
        """The (outputs, inputs) weights and the biases of each layer, as views."""
        layout = Layout.of(self)
        return [(layout.weights(parameters, i), layout.biases(parameters, i)) for i in range(len(layout.slots))]

    def grid(self) -> Floats:
        """Centres of the cells of a square of the plane, (cells, 2)."""
        axis = np.linspace(-6, 6, GRID, dtype=np.float32)
        return np.stack([each.ravel() for each in np.meshgrid(axis, axis)], axis=1)


def clusters(points: int, features: int, classes: int) -> tuple[Floats, NDArray[np.int64]]:
    """Overlapping Gaussian clouds between 0 and 1, about as hard as small images of digits."""
    random = np.random.Generator(np.random.PCG64(SEED))
    labels = random.integers(classes, size=points)
    centres = random.random((classes, features))
    inputs = np.clip(centres[labels] + 0.7 * random.standard_normal((points, features)), 0.0, 1.0)
    return inputs.astype(np.float32), labels.astype(np.int64)


def tanh_spirals(name: str, hidden: tuple[int, ...], aims: tuple[tuple[str, float], ...]) -> Workload:
    shape = "-".join(str(width) for width in (2, *hidden, 1))
    return Workload(
        name, f"{shape} tanh, SGD, batch 10", 250, 2, Task(2), Head(1, "tanh", "squared_error"),
        Network(tuple(Dense(units) for units in hidden)), SPIRAL_TRAINING, 100, aims,
    )  # fmt: skip


def relu_classes(
    name: str, points: int, shape: tuple[int, ...], batch: int, chunk: int, aims: tuple[tuple[str, float], ...]
) -> Workload:
    training = Training(
        optimizer=Adam(), learning_rate=0.001, batch_size=batch, loss="softmax_cross_entropy", initializer="he_uniform"
    )
    return Workload(
        name, f"{'-'.join(map(str, shape))} ReLU, Adam, batch {batch}", points, shape[0], Task(shape[-1]),
        Head(shape[-1], "softmax", "softmax_cross_entropy"),
        Network(tuple(Dense(units, "relu") for units in shape[1:-1])), training, chunk, aims,
    )  # fmt: skip


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        tanh_spirals("W1", (4, 2), (("jax", 10), ("torch", 300))),
        tanh_spirals("W2", (8, 8, 8), (("jax", 5), ("torch", 120))),
        relu_classes("W3", 1024, (2, 64, 64, 3), 32, 20, (("jax", 1.5), ("torch", 15))),
        relu_classes("W4", 1792, (64, 128, 64, 10), 64, 5, (("jax", 1.2), ("torch", 6))),
    )
}
"""W1 to W4 by name."""
