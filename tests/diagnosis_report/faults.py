"""Faults put into a healthy configuration: one change each, with the rule that has to name it.

Owns the changes; whether a run is harmed by one is found out by training it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from playground.data import Imperfections, make_dataset
from playground.experiment.layers import BatchNorm, Dense, Dropout, LayerNorm
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, Sgd
from playground.experiment.schedules import ConstantSchedule, Stop
from tests.diagnosis_report.healthy import Configuration

RARE = 4
"""How many times as many samples the most frequent class has, where one is rare."""
Rng = np.random.Generator
Change = Callable[[Rng, Configuration], Configuration | None]


def _with(given: Configuration, name: str, also: str = "", epochs: int | None = None, **parts: Any) -> Configuration:
    epochs = given.epochs if epochs is None else epochs
    experiment = msgspec.structs.replace(given.experiment, **parts)
    training = msgspec.structs.replace(experiment.training, stop=Stop(epochs=epochs))
    experiment = msgspec.structs.replace(experiment, training=training)
    return replace(given, name=f"{name}: {given.name}", experiment=experiment, epochs=epochs, faults=(name,),
                   also=tuple(also.split()))  # fmt: skip


def _training(given: Configuration, **changes: Any) -> Any:
    return msgspec.structs.replace(given.experiment.training, **changes)


def _data(given: Configuration, **changes: Any) -> Any:
    return msgspec.structs.replace(given.experiment.data, **changes)


def _flaws(given: Configuration, **changes: Any) -> Any:
    kept = msgspec.structs.replace(given.experiment.data.imperfections, **changes)
    return _data(given, imperfections=kept)


def _source(given: Configuration, **changes: Any) -> Any:
    return msgspec.structs.replace(given.experiment.data.source, **changes)


def _stack(rng: Rng, given: Configuration, depth: int, width: int, activation: Any) -> Network:
    front = tuple(x for x in given.experiment.network.layers if not isinstance(x, Dense | BatchNorm | LayerNorm))
    front = tuple(x for x in front if type(x).__name__ in ("Conv2d", "MaxPool2d", "Flatten"))
    return Network((*front, *(Dense(width, activation) for _ in range(depth))))


def learning_rate_low(rng: Rng, given: Configuration) -> Configuration:
    rate = given.experiment.training.learning_rate * 10 ** -rng.uniform(2.0, 4.0)
    training = _training(given, learning_rate=rate, schedule=ConstantSchedule())
    return _with(given, "learning_rate_low", training=training)


def learning_rate_high(rng: Rng, given: Configuration) -> Configuration:
    training = given.experiment.training
    rate = min(1e6, training.learning_rate * 10 ** rng.uniform(1.7, 3.5))
    return _with(given, "learning_rate_high", "dead_units oscillation", training=_training(given, learning_rate=rate))


def exploding(rng: Rng, given: Configuration) -> Configuration:
    network = _stack(rng, given, int(rng.integers(4, 9)), int(rng.choice([16, 24])), rng.choice(["leaky_relu", "elu"]))
    training = _training(given, initializer="normal", initializer_scale=float(rng.uniform(0.8, 1.5)))
    return _with(given, "exploding", "numerics learning_rate_high dead_units saturated", network=network,
                 training=training)  # fmt: skip


def vanishing(rng: Rng, given: Configuration) -> Configuration:
    network = _stack(rng, given, int(rng.integers(5, 9)), int(rng.choice([8, 12, 16])), "sigmoid")
    training = _training(given, optimizer=Sgd(), learning_rate=float(rng.choice([0.05, 0.1])),
                         initializer="xavier_uniform")  # fmt: skip
    return _with(given, "vanishing", network=network, training=training)


def dead_units(rng: Rng, given: Configuration) -> Configuration:
    network = _stack(rng, given, int(rng.integers(2, 4)), int(rng.choice([8, 16])), "relu")
    training = _training(given, initial_bias=float(-rng.uniform(3.0, 8.0)), initializer="he_normal")
    return _with(given, "dead_units", network=network, training=training)


def saturated(rng: Rng, given: Configuration) -> Configuration:
    network = _stack(rng, given, 2, int(rng.choice([16, 24, 32])), rng.choice(["tanh", "sigmoid"]))
    training = _training(given, initializer="normal", initializer_scale=float(rng.uniform(4.0, 10.0)))
    return _with(given, "saturated", "exploding overfitting", network=network, training=training)


def symmetric(rng: Rng, given: Configuration) -> Configuration:
    network = _stack(rng, given, int(rng.integers(1, 3)), int(rng.choice([8, 16])), rng.choice(["tanh", "relu"]))
    start = ("zeros", 0.1) if rng.random() < 0.5 else ("constant", float(rng.uniform(0.05, 0.5)))
    training = _training(given, initializer=start[0], initializer_scale=start[1], initial_bias=0.0)
    return _with(given, "symmetric", network=network, training=training)


def no_hidden_nonlinearity(rng: Rng, given: Configuration) -> Configuration:
    layers = tuple(Dense(8, "linear") for _ in range(int(rng.integers(0, 3))))
    return _with(given, "no_hidden_nonlinearity", network=Network(layers))


def too_few_units(rng: Rng, given: Configuration) -> Configuration:
    network = Network((Dense(int(rng.integers(1, 3)), rng.choice(["tanh", "relu", "silu"])),))
    return _with(given, "too_few_units", "bad_draw one_class", network=network)


def overfitting(rng: Rng, given: Configuration) -> Configuration | None:
    noise = Imperfections(position_noise=float(rng.uniform(0.35, 0.6)))
    source = _source(given, samples=400)
    data = _data(given, source=source, train_share=float(rng.uniform(0.08, 0.2)), imperfections=noise)
    training = _training(given, optimizer=Adam(), learning_rate=0.01, l2=0.0, schedule=ConstantSchedule())
    network = Network((Dense(64, "relu"), Dense(64, "relu")))
    return _with(given, "overfitting", "too_little_data label_noise", epochs=300, data=data, training=training,
                 network=network)  # fmt: skip


def too_little_data(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "regression":
        return None
    data = _data(given, source=_source(given, samples=400), train_share=float(rng.uniform(0.06, 0.15)))
    training = _training(given, optimizer=Adam(), learning_rate=0.01, schedule=ConstantSchedule())
    network = Network((Dense(64, "relu"), Dense(64, "relu")))
    return _with(given, "too_little_data", "overfitting", epochs=200, data=data, training=training, network=network)


def imbalance(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family in ("regression", "images"):
        return None
    data = _flaws(given, imbalance=float(rng.uniform(0.88, 0.95)), position_noise=float(rng.uniform(0.6, 1.0)))
    data = msgspec.structs.replace(data, source=_source(given, samples=800))
    counts = np.bincount(make_dataset(data, given.experiment.seed).train_labels.astype(np.int64))
    if counts.max() < RARE * counts.min():
        return None  # labels that are taken at a moved place are mixed again
    return _with(given, "imbalance", "one_class", data=data, network=Network((Dense(8, "tanh"),)))


def label_noise(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "regression":
        return None
    data = _flaws(given, label_noise=float(rng.uniform(0.15, 0.3)))
    data = msgspec.structs.replace(data, source=_source(given, samples=800))
    network = Network((Dense(64, "relu"), Dense(64, "relu")))
    training = _training(given, optimizer=Adam(), learning_rate=0.01, l2=0.0, schedule=ConstantSchedule())
    return _with(given, "label_noise", "overfitting", epochs=150, data=data, network=network, training=training)


def missing_feature(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "images" or given.experiment.data.source.name in ("sine", "x_sin_x", "polynomial", "runge",
                                                                         "staircase"):  # fmt: skip
        return None
    return _with(given, "missing_feature", data=_data(given, features=(rng.choice(["x", "y"]).item(),)))


def unscaled_inputs(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "images":
        return None
    factor, shift = (float(rng.uniform(30, 300)), 0.0) if rng.random() < 0.5 else (1.0, float(rng.uniform(50, 150)))
    data = _data(_with(given, "", data=_flaws(given, feature_scale=(factor, factor), feature_shift=(shift, shift))),
                 scaling="none")  # fmt: skip
    also = "exploding learning_rate_high dead_units saturated vanishing numerics"
    return _with(given, "unscaled_inputs", also, data=data)


def numerics(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "regression":
        return None
    loss = "binary_cross_entropy" if given.family == "binary" else "softmax_cross_entropy"
    network = _stack(rng, given, 2, 16, "relu")
    training = _training(given, loss=loss, numerics="naive", initializer="normal",
                         initializer_scale=float(rng.uniform(3.0, 8.0)))  # fmt: skip
    return _with(given, "numerics", "exploding learning_rate_high", network=network, training=training)


def batch_large(rng: Rng, given: Configuration) -> Configuration:
    training = _training(given, batch_size=100_000, optimizer=Sgd(), learning_rate=0.05, schedule=ConstantSchedule())
    return _with(given, "batch_large", "learning_rate_low", epochs=int(rng.integers(15, 60)), training=training)


def over_regularized(rng: Rng, given: Configuration) -> Configuration:
    way = int(rng.integers(4))
    if way == 3:
        dense = [place for place, x in enumerate(given.experiment.network.layers) if isinstance(x, Dense)]
        layers, last = given.experiment.network.layers, dense[-1] + 1
        network = Network((*layers[:last], Dropout(float(rng.uniform(0.75, 0.9))), *layers[last:]))
        return _with(given, "over_regularized", network=network)
    penalty = ({"l2": float(10 ** rng.uniform(-0.7, 0.5))}, {"l1": float(10 ** rng.uniform(-1.7, -0.7))},
               {"max_norm": float(rng.uniform(0.05, 0.3))})[way]  # fmt: skip
    return _with(given, "over_regularized", training=_training(given, **penalty))


def duplicates(rng: Rng, given: Configuration) -> Configuration | None:
    return _with(given, "duplicates", data=_flaws(given, duplicates=float(rng.uniform(0.2, 1.0))))


def leaked_column(rng: Rng, given: Configuration) -> Configuration | None:
    return None if given.family == "images" else _with(given, "leaked_column", data=_flaws(given, leaked_target=True))


def shifted_test(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "images":
        return None
    return _with(given, "shifted_test", data=_flaws(given, test_shift=float(rng.uniform(0.8, 2.0))))


def irrelevant_features(rng: Rng, given: Configuration) -> Configuration | None:
    if given.family == "images":
        return None
    data = _flaws(given, irrelevant_features=int(rng.integers(4, 9)))
    data = msgspec.structs.replace(data, source=_source(given, samples=200))
    return _with(given, "irrelevant_features", "too_little_data overfitting", data=data, epochs=150)


FAULTS: dict[str, Change] = {
    each.__name__: each
    for each in (
        learning_rate_low, learning_rate_high, exploding, vanishing, dead_units, saturated, symmetric,
        no_hidden_nonlinearity, too_few_units, overfitting, too_little_data, imbalance, label_noise, missing_feature,
        unscaled_inputs, numerics, batch_large, over_regularized, duplicates, leaked_column, shifted_test,
        irrelevant_features,
    )
}  # fmt: skip
"""Every fault, by the rule that has to name it."""
STATIC = frozenset({"duplicates", "leaked_column", "shifted_test"})
"""Faults that are harm by themselves: what is measured is wrong."""
GENERALIZATION = frozenset({"overfitting", "too_little_data", "label_noise", "irrelevant_features"})
"""Faults that show on held-out samples only."""
OPTIMIZATION = frozenset({
    "learning_rate_low", "learning_rate_high", "exploding", "vanishing", "dead_units", "saturated", "symmetric",
    "unscaled_inputs", "numerics", "batch_large", "over_regularized",
})  # fmt: skip


def faulty(rng: Rng, given: Configuration, name: str) -> Configuration | None:
    """The configuration with this fault; None where it cannot have it."""
    return FAULTS[name](rng, given)
