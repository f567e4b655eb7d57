"""Networks that learn what they are shown, drawn by chance.

Owns what is drawn; whether one really learns is found out by training it, never by asking the doctor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from playground.data import Data, GeneratedData, Imperfections
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, AdamW, RmsProp, Sgd
from playground.experiment.schedules import CosineSchedule, ExponentialSchedule, StepSchedule, Stop, WarmUpSchedule
from playground.experiment.training import Training

Family = Literal["binary", "classes", "regression", "images"]
FAMILIES: tuple[Family, ...] = ("binary", "classes", "regression", "images")

SETS: dict[Family, tuple[tuple[str, int], ...]] = {
    "binary": (
        ("circles", 1), ("xor", 1), ("gaussians", 0), ("moons", 1), ("spirals", 3), ("rings", 2), ("bullseye", 2),
        ("quadrants", 1), ("heart", 2), ("disc_and_ring", 1), ("circle_in_square", 1), ("twonorm", 0),
        ("line_and_ring", 2), ("ringnorm", 1),
    ),
    "classes": (
        ("blobs", 0), ("three_spirals", 3), ("three_spots", 0), ("corners", 1), ("concentric", 2), ("moon_chain", 2),
        ("cassini", 1), ("smiley", 2), ("four_shapes", 2), ("pinwheel", 2), ("stretched_blobs", 1), ("normals", 0),
    ),
    "regression": (
        ("plane", 0), ("multi_gaussian", 2), ("two_hills", 2), ("peak", 1), ("friedman", 1), ("sine", 1),
        ("x_sin_x", 2), ("polynomial", 1), ("staircase", 2), ("runge", 1),
    ),
    "images": (("bars", 0), ("shapes", 1), ("digits", 1), ("garments", 1)),
}  # fmt: skip
"""Data sets of a family, and how large a network they ask for: 0 a line nearly does, 3 spirals."""
WIDTHS = ((4, 6, 8), (8, 12, 16), (16, 24, 32), (24, 32, 48))
SMOOTH, BENT = ("tanh", "silu", "gelu", "elu", "softplus"), ("relu", "leaky_relu")


@dataclass(frozen=True, slots=True)
class Configuration:
    """An experiment, the epochs that it is meant to last, the rules that name its fault (none of a healthy one), and
    those that name it as well."""

    name: str
    family: Family
    experiment: Experiment
    epochs: int
    faults: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def draw(rng: np.random.Generator, family: Family) -> Configuration:
    """A configuration that has every reason to learn."""
    name, need = SETS[family][rng.integers(len(SETS[family]))]
    samples = int(rng.choice([200, 300, 400, 600, 800]))
    source = GeneratedData(name, samples, classes=int(rng.integers(3, 7)) if family == "classes" else 3)
    data = Data(source, float(rng.choice([0.5, 0.6, 0.7])), scaling=_one(rng, ("none", "standardize", "standardize")))
    noise = float(rng.choice([0.0, 0.0, 0.1, 0.3])) if family in ("binary", "classes") else 0.0
    data = msgspec.structs.replace(data, imperfections=Imperfections(position_noise=noise))
    activation = _one(rng, (*BENT, *SMOOTH, "tanh", "relu", "relu"))
    layers = _convolution(rng) if family == "images" and rng.random() < 0.4 else _dense(rng, need, activation)
    epochs = int(rng.choice([60, 80, 120, 200])) * (3 if need == 3 else 1)
    training = _training(rng, family, activation, epochs, need)
    experiment = Experiment(data=data, network=Network(layers), training=training, seed=int(rng.integers(1_000_000)))
    return Configuration(f"{name}, {_shape(layers)}", family, experiment, epochs)


def _one(rng: np.random.Generator, choices: tuple[Any, ...]) -> Any:
    return choices[rng.integers(len(choices))]


def _dense(rng: np.random.Generator, need: int, activation: Any) -> tuple[Layer, ...]:
    """One to three layers, now and then with what is put between them."""
    depth = int(rng.integers(2, 4)) if need >= 2 else int(rng.integers(1, 4))
    width = int(_one(rng, WIDTHS[need]))
    layers: list[Layer] = []
    for place in range(depth):
        layers.append(Dense(width, activation))
        if place and rng.random() < 0.12:
            layers.append(Residual(1))
        if rng.random() < 0.08:
            layers.append(_one(rng, (BatchNorm(), LayerNorm(), Dropout(0.1))))
    return tuple(layers)


def _convolution(rng: np.random.Generator) -> tuple[Layer, ...]:
    filters = int(rng.choice([4, 6, 8]))
    pool: tuple[Layer, ...] = (MaxPool2d(2),) if rng.random() < 0.7 else ()
    return (Conv2d(filters, 3, activation="relu"), *pool, Flatten(), Dense(int(rng.choice([16, 24, 32])), "relu"))


def _training(rng: np.random.Generator, family: Family, activation: str, epochs: int, need: int) -> Training:
    loss = "auto"
    if family == "binary":
        loss = _one(rng, ("binary_cross_entropy", "binary_cross_entropy", "auto", "hinge"))
    if family == "regression":
        loss = _one(rng, ("auto", "auto", "huber"))
    optimizer, rate = _one(
        rng,
        ((Adam(), 0.01), (Adam(), 0.005), (AdamW(), 0.01), (Sgd(momentum=0.9), 0.03), (Sgd(momentum=0.9), 0.01),
         (Sgd(), 0.1), (Sgd(), 0.05), (RmsProp(), 0.005)),
    )  # fmt: skip
    schedules = (CosineSchedule(epochs), ExponentialSchedule(0.99), StepSchedule(max(10, epochs // 2)),
                 WarmUpSchedule(5))  # fmt: skip
    bent = activation in BENT
    return Training(
        loss=loss, optimizer=optimizer, learning_rate=rate, batch_size=int(rng.choice([8, 10, 16, 20, 32])),
        initializer=_one(rng, ("he_normal", "he_uniform") if bent else ("xavier_uniform", "xavier_normal")),
        l2=1e-4 if rng.random() < 0.15 else 0.0, stop=Stop(epochs=epochs),
        **({"schedule": _one(rng, schedules)} if rng.random() < 0.2 else {}),
        **({"label_smoothing": 0.05} if rng.random() < 0.1 and loss == "binary_cross_entropy" else {}),
    )  # fmt: skip


def _shape(layers: tuple[Layer, ...]) -> str:
    """How a network is written: "16 relu, 16 relu"."""
    return ", ".join(
        f"{layer.units} {layer.activation}" if isinstance(layer, Dense) else type(layer).__name__.lower()
        for layer in layers
    )
