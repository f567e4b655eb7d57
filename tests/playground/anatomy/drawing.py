"""Small random experiments that together have every kind of layer, activation, loss and optimizer, in float64.

Owns how they are drawn; a number decides everything. Kinds, losses and optimizers follow it so that all pairs come.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

import playground as pg
from playground.experiment.activations import ActivationName
from playground.experiment.experiment import validate
from playground.experiment.layers import LAYER_KINDS, Layer
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES

KINDS = tuple(LAYER_KINDS)
LOSSES = {
    "squared_error": "xor", "hinge": "three_spirals", "binary_cross_entropy": "circles",
    "softmax_cross_entropy": "three_spirals", "focal": "xor", "huber": "plane", "absolute": "plane",
    "naive_binary": "xor", "naive_softmax": "three_spirals", "several_squared": "three_spirals",
    "focal_of_three": "three_spirals", "squared_regression": "plane",
}  # fmt: skip
"""Losses, with what is learned by them; images where the layer needs one."""
ACTIVATIONS = get_args(ActivationName)
IMAGES = ("conv2d", "max_pool2d", "average_pool2d", "flatten")
CLASSES_OF_IMAGES = {"bars": 2, "digits": 4}


def experiment(number: int, **settings: Any) -> pg.Experiment:
    """The experiment of this number; settings: fields of its training that are to be others."""
    for attempt in range(20):
        made = _attempted(number, np.random.default_rng([number, attempt]), settings)
        if not validate(made):
            return made
    raise AssertionError(f"no experiment {number}")


def _attempted(number: int, chance: np.random.Generator, settings: dict[str, Any]) -> pg.Experiment:
    """One that may have a kernel larger than what is left of an image."""
    kind, turn = KINDS[number % len(KINDS)], number // len(KINDS)
    loss = loss_of(number)
    pictures = kind in IMAGES or (kind in ("batch_norm", "scaling", "dropout", "layer_norm") and chance.random() < 0.3)
    layers = _layers(kind, ACTIVATIONS[(turn + number) % len(ACTIVATIONS)], pictures, chance)
    data, loss = _data(loss, pictures, chance)
    chosen = {**_training(number, loss, chance), **settings}
    return pg.Experiment(
        seed=number, data=data, network=pg.Network(layers), training=pg.Training(precision="float64", **chosen)
    )


def loss_of(number: int) -> str:
    """Which of LOSSES an experiment has, or the nearest that images can have: all with every kind in 132 numbers."""
    return tuple(LOSSES)[number // len(KINDS) % len(LOSSES)]


def optimizer_of(number: int) -> str:
    """Which optimizer an experiment has: all with every loss in 132 numbers."""
    return tuple(OPTIMIZERS)[(number + number // len(KINDS)) % len(OPTIMIZERS)]


def _layers(kind: str, activation: Any, pictures: bool, chance: np.random.Generator) -> tuple[Layer, ...]:
    """The layer between two others; the one before it has as many units as come out, now and then."""
    first: tuple[Layer, ...] = (pg.Dense(int(chance.integers(2, 6)), "tanh"),)
    if pictures:
        first = (pg.Conv2d(int(chance.integers(1, 4)), int(chance.choice((1, 3))), activation="tanh"),)
        first = (pg.MaxPool2d(int(chance.integers(2, 4))), *first) if chance.random() < 0.5 else first
    made: dict[str, Layer] = {
        "dense": pg.Dense(int(chance.integers(1, 6)), activation),
        "residual": pg.Residual(1, activation),
        "batch_norm": pg.BatchNorm(float(chance.choice((0.1, 1.0))), activation=activation),
        "layer_norm": pg.LayerNorm(activation=activation),
        "dropout": pg.Dropout(float(chance.choice((0.2, 0.5)))),
        "gaussian_noise": pg.GaussianNoise(0.3),
        "scaling": pg.Scaling(1.5, -0.2, activation),
        "conv2d": pg.Conv2d(int(chance.integers(1, 4)), 3, str(chance.choice(("same", "valid"))), activation),
        "max_pool2d": pg.MaxPool2d(2),
        "average_pool2d": pg.AveragePool2d(2),
        "flatten": pg.Flatten(),
    }
    after: tuple[Layer, ...] = (pg.Dense(3, "sigmoid", frozen=bool(chance.random() < 0.2)),)
    return (*first, made[kind], *after[: int(chance.integers(0, 2))])


def _data(loss: str, pictures: bool, chance: np.random.Generator) -> tuple[pg.Data, str]:
    """What fits the loss, and the loss's name in an experiment."""
    name = LOSSES[loss]
    if pictures:
        binary = loss in ("binary_cross_entropy", "naive_binary", "focal", "squared_error")
        name = "bars" if binary else "digits"
        loss = {"huber": "softmax_cross_entropy", "absolute": "hinge", "squared_regression": "squared_error"}.get(
            loss, loss
        )
    own = {"several_squared": "squared_error", "focal_of_three": "focal", "squared_regression": "squared_error"}
    features = ("x", "y", "x_squared")[: int(chance.integers(1, 4))]
    return pg.Data(pg.GeneratedData(name, 40), features=features), own.get(loss, loss)


def _training(number: int, loss: str, chance: np.random.Generator) -> dict[str, Any]:
    """An optimizer and whatever else may be set, each now and then."""
    pick: dict[str, tuple[Any, ...]] = {
        "l1": (0.0, 0.0, 0.01), "l2": (0.0, 0.0, 0.1), "clip_norm": (None, None, 0.05), "clip_value": (None, 0.03),
        "max_norm": (None, None, 0.9), "batch_size": (1, 3, 7, 20),
    }  # fmt: skip
    found = {name: values[int(chance.integers(len(values)))] for name, values in pick.items()}
    optimizer = OPTIMIZERS[optimizer_of(number)].optimizer
    schedule = tuple(SCHEDULES.values())[int(chance.integers(len(SCHEDULES)))].schedule
    found |= {"optimizer": optimizer, "schedule": schedule, "learning_rate": 0.01, "initial_bias": 0.1}
    if loss.startswith("naive_"):
        return found | {"loss": f"{loss[6:]}_cross_entropy", "numerics": "naive"}
    if "cross_entropy" in loss and chance.random() < 0.5:
        found["label_smoothing"] = 0.1
    if loss not in ("huber", "absolute", "squared_error") and chance.random() < 0.5:
        found["class_weights"] = "balanced"
    return found | {"loss": loss}
