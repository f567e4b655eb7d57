"""Experiments that provoke each rule, and its traps: the symptom without the harm.

Owns these experiments; a test trains them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout, Layer, Residual, Scaling
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, Sgd
from playground.experiment.schedules import StepSchedule, Stop


class Situation(NamedTuple):
    """An experiment and how far it is trained; epochs: the whole plan."""

    experiment: Experiment
    epochs: int


def network(*layers: Layer) -> Network:
    return Network(layers)


def deep(count: int, units: int, activation: Any) -> Network:
    return Network(tuple(Dense(units, activation) for _ in range(count)))


def situation(epochs: int = 100, data: str = "circles", **changes: Any) -> Situation:
    """The default experiment with changes by path (`__` for a dot), meant to last so many epochs."""
    given = {"training__loss": "binary_cross_entropy", "training__optimizer": Adam(), "training__learning_rate": 0.01,
             "training__batch_size": 20, "network": deep(2, 16, "relu"), "training__initializer": "he_normal",
             **changes}  # fmt: skip
    base = with_changes(Experiment(), data__source__name=data, data__source__samples=400)
    if base.task.classes != 2 and "training__loss" not in changes:
        given["training__loss"] = "auto"
    return Situation(with_changes(base, training__stop=Stop(epochs=epochs), **given), epochs)


SMALL = {"data__source__samples": 400, "data__train_share": 0.1, "network": deep(2, 64, "relu")}
PROVOKED: dict[str, Situation] = {
    "symmetric": situation(training__initializer="constant", network=deep(1, 8, "tanh")),
    "unscaled_inputs": situation(data="moons", data__imperfections__feature_scale=(100.0, 100.0)),
    "missing_feature": situation(data__features=("x",)),
    "no_hidden_nonlinearity": situation(network=network()),
    "label_noise": situation(data="moons", data__imperfections__label_noise=0.25, data__source__samples=800,
                             network=deep(2, 64, "relu")),
    "exploding": situation(network=deep(6, 16, "leaky_relu"), training__initializer="normal",
                           training__initializer_scale=1.5, training__optimizer=Sgd()),
    "numerics": situation(training__numerics="naive", training__initializer="normal",
                          training__initializer_scale=8.0),
    "vanishing": situation(network=deep(8, 8, "sigmoid"), training__optimizer=Sgd(), training__learning_rate=0.1,
                           training__initializer="xavier_uniform"),
    "dead_units": situation(training__initial_bias=-6.0),
    "saturated": situation(data="circles", network=deep(2, 16, "sigmoid"), training__initializer="normal",
                           training__initializer_scale=8.0, training__optimizer=Sgd()),
    "learning_rate_high": situation(training__learning_rate=10.0, network=deep(2, 16, "tanh")),
    "learning_rate_low": situation(training__learning_rate=1e-5),
    "oscillation": situation(data="spirals", training__learning_rate=0.2, training__optimizer=Sgd(momentum=0.9),
                             network=deep(2, 16, "tanh")),
    "batch_large": situation(30, training__batch_size=400, training__optimizer=Sgd(), training__learning_rate=0.03),
    "batch_small": situation(data="gaussians", training__batch_size=1, training__learning_rate=0.01,
                             data__imperfections__position_noise=0.8),
    "over_regularized": situation(training__l2=1.0),
    "imbalance": situation(data="moons", data__imperfections__imbalance=0.9, data__source__samples=800,
                           data__imperfections__position_noise=1.0, network=deep(1, 8, "tanh")),
    "too_little_data": situation(200, data="spirals", **SMALL),
    "overfitting": situation(300, data="moons", data__imperfections__position_noise=0.5, **SMALL),
    "too_few_units": situation(data="spirals", network=deep(1, 2, "tanh"), training__initializer="xavier_uniform"),
    "one_class": situation(data="circles", data__imperfections__imbalance=0.6, network=deep(1, 1, "tanh")),
    "far_prediction": situation(data__imperfections__test_shift=5.0),
    "plateau": situation(data="spirals", network=deep(1, 2, "tanh"), training__initializer="xavier_uniform"),
    "duplicates": situation(data__imperfections__duplicates=0.5),
    "leaked_column": situation(data__imperfections__leaked_target=True),
    "scaler_leak": situation(data__scaling="standardize", data__scaling_fit="all"),
    "irrelevant_features": situation(data__imperfections__irrelevant_features=8, data__source__samples=200,
                                     data="moons"),
    "missing_values": situation(data__imperfections__missing=0.2, data__imperfections__imputer="mean"),
    "outliers": situation(data="gaussians", data__imperfections__outliers=0.03),
    "shifted_test": situation(data__imperfections__test_shift=1.5),
    "best_possible": situation(data="gaussians", data__imperfections__position_noise=0.6, network=deep(1, 4, "tanh")),
}  # fmt: skip

LATE = situation(200, data="concentric", data__source__classes=4, data__train_share=0.7, seed=394_661,
                 data__scaling="standardize", network=deep(3, 32, "softplus"), training__optimizer=Sgd(),
                 training__learning_rate=0.05, training__initializer="xavier_normal",
                 training__loss="auto")  # fmt: skip
"""Finds its way after four fifths of its plan, and leaps over it once."""
STANDS_STILL = situation(60, data="bars", data__source__samples=200, network=deep(1, 1, "tanh"), seed=413_268,
                         data__scaling="standardize", training__optimizer=Sgd(), training__learning_rate=0.1,
                         training__batch_size=32, training__loss="auto")  # fmt: skip
"""One unit for what asks for more: its steps are short because there is nowhere to go."""
SMALL_TARGETS = situation(5, data="two_hills", data__source__samples=300, data__scaling="standardize", seed=814_594,
                          network=network(Dense(32, "relu"), Dense(32, "relu"), Residual(1), Dense(32, "relu")),
                          training__loss="huber", training__initializer="he_uniform",
                          training__batch_size=10)  # fmt: skip
"""Targets that vary by a quarter: a sound start is 76 losses of guessing above them, and two an epoch later."""
ONE_LEAP = situation(80, data="plane", data__train_share=0.6, seed=823_223, network=deep(3, 6, "leaky_relu"),
                     training__loss="auto", training__optimizer=Sgd(), training__learning_rate=0.05,
                     training__batch_size=16)  # fmt: skip
"""Its first step is nine times as long as the head's weights; all others are ordinary ones, and it gets there."""
TRAPS: dict[str, tuple[Situation, ...]] = {
    "symmetric": (situation(data="gaussians", network=network(Dense(1, "tanh"))),),
    "unscaled_inputs": (
        situation(),
        situation(network=network(Scaling(0.5), Dense(16, "relu"), Dense(16, "relu"))),
        situation(data="moons", data__imperfections__feature_scale=(100.0, 100.0), data__scaling="standardize"),
        situation(data="moons", data__imperfections__feature_scale=(100.0, 100.0),
                  network=network(BatchNorm(), Dense(16, "relu"), Dense(16, "relu"))),
    ),
    "missing_feature": (situation(data="sine", data__features=("x",)),),
    "no_hidden_nonlinearity": (situation(data="gaussians", network=network()),),
    "label_noise": (situation(data="gaussians", data__imperfections__position_noise=1.0, network=deep(1, 4, "tanh")),
                    situation(data="ringnorm", network=deep(1, 8, "tanh")),
                    situation(1, data="ringnorm", data__train_share=0.7, data__imperfections__position_noise=0.3,
                              seed=732_769)),
    "exploding": (situation(training__initializer="normal", training__initializer_scale=0.3),
                  situation(5, data="sine", data__source__samples=600, data__train_share=0.7, seed=340_851,
                            network=deep(2, 12, "relu"), training__initializer="he_uniform", training__batch_size=8),
                  SMALL_TARGETS),
    "numerics": (situation(training__numerics="naive"),),
    "vanishing": (situation(network=network(Dense(16, "tanh"), Dense(16, "tanh"), Residual(1), Dense(16, "tanh"))),
                  situation(network=deep(4, 16, "relu"))),
    "dead_units": (situation(training__learning_rate=0.05), situation(training__initial_bias=-0.5)),
    "saturated": (situation(network=deep(2, 16, "tanh"), training__initializer="normal",
                            training__initializer_scale=1.5),),
    "learning_rate_high": (situation(training__learning_rate=0.05), situation(training__batch_size=1), LATE,
                           ONE_LEAP),
    "learning_rate_low": (situation(300, training__learning_rate=0.001),
                          situation(data="gaussians", training__learning_rate=0.001), STANDS_STILL),
    "oscillation": (situation(),),
    "batch_large": (situation(400, training__batch_size=400, training__learning_rate=0.03),),
    "over_regularized": (situation(training__l2=0.001), situation(data="gaussians", training__l2=0.03),
                         situation(network=network(Dense(32, "relu"), Dropout(0.2), Dense(32, "relu")))),
    "imbalance": (situation(data="gaussians", data__imperfections__imbalance=0.9),),
    "too_little_data": (situation(), situation(data="gaussians", data__imperfections__position_noise=1.0,
                                               network=deep(1, 4, "tanh"))),
    "overfitting": (situation(300),),
    "too_few_units": (situation(), situation(data="gaussians", data__imperfections__position_noise=1.0,
                                             network=deep(1, 2, "tanh")), LATE),
    "one_class": (LATE, situation(80, data__source__samples=600, data__train_share=0.6, seed=11_617,
                                  data__scaling="standardize", data__imperfections__position_noise=0.3,
                                  network=deep(1, 12, "softplus"), training__initializer="xavier_uniform",
                                  training__optimizer=Sgd(), training__learning_rate=0.05, training__batch_size=16,
                                  training__schedule=StepSchedule(40, 0.5))),
    "duplicates": (situation(data="xor_points"), situation()),
    "leaked_column": (situation(data="gaussians"),),
    "scaler_leak": (situation(data__scaling="standardize"), situation(data__scaling_fit="all")),
    "irrelevant_features": (situation(),),
    "outliers": (situation(data="gaussians"), situation(data="spirals")),
    "shifted_test": (situation(), situation(data="spirals")),
    "best_possible": (situation(),),
}  # fmt: skip
"""For each rule what it has to stay silent about."""
