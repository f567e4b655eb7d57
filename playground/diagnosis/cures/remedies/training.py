"""Remedies of how a network is trained: rates, optimizers, schedules, batches, penalties, losses and the start.

Owns these edits and their numbers; knows nothing of layers but which activations there are.
"""

from __future__ import annotations

import msgspec

from playground.diagnosis.cures.remedies.case import Case, Wish, Wishes, seeds_after
from playground.experiment.layers import Dropout
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Sgd
from playground.experiment.schedules import ConstantSchedule, CosineSchedule, EarlyStopping
from playground.numbers import rounded

SERIES = (1.0, 2.0, 5.0)
RATES = tuple(rounded(each * 10.0**power, 3) for power in (-3, -2, -1, 0) for each in SERIES)
"""The twelve rates of a sweep, for plain descent; others take a tenth or a hundredth of them."""
ADAM_RATE = 0.01
PENALTIES = (0.001, 0.003, 0.01, 0.03)
"""Of which five seeds cannot rank the nearest ones: held-out samples choose."""
SMOOTHED, LASSO = 0.1, 0.001
RELUS = ("relu", "leaky_relu", "elu", "gelu", "gelu_erf", "silu", "softplus")
DRAWS = 5
"""Other seeds that are tried where the draw is at fault."""


def rates_for(optimizer: object) -> tuple[float, ...]:
    """Twelve rates from too low to too high, for an optimizer: 1, 2, 5, 10 …"""
    if isinstance(optimizer, AdaGrad) or (isinstance(optimizer, Sgd) and optimizer.momentum < 0.5):
        return RATES
    share = 100.0 if isinstance(optimizer, Lion) else 10.0
    return tuple(rounded(each / share, 3) for each in RATES)


def swept(case: Case, fixed: Wish) -> Wishes:
    """These changes with each of the rates of the optimizer that they lead to."""
    rates = rates_for(fixed.get("training.optimizer", case.experiment.training.optimizer))
    return [{**fixed, "training.learning_rate": rate} for rate in rates]


def adam(case: Case) -> Wishes:
    return [{"training.optimizer": Adam(), "training.learning_rate": ADAM_RATE}]


def rate_swept(case: Case) -> Wishes:
    return swept(case, {})


def rate_tenth(case: Case) -> Wishes:
    return [{"training.learning_rate": rounded(case.experiment.training.learning_rate / 10.0, 3)}]


def rate_times_ten(case: Case) -> Wishes:
    return [{"training.learning_rate": min(1e6, rounded(case.experiment.training.learning_rate * 10.0, 3))}]


def more_epochs(case: Case) -> Wishes:
    return [{"training.stop.epochs": 3 * case.epochs}]


def constant_rate(case: Case) -> Wishes:
    return [{"training.schedule": ConstantSchedule()}]


def cosine_rate(case: Case) -> Wishes:
    return [{"training.schedule": CosineSchedule(max(1, case.epochs))}]


def momentum(case: Case) -> Wishes:
    return [{"training.optimizer": Sgd(**Sgd.spellings["momentum"])}]


def clipping(case: Case) -> Wishes:
    return [{"training.clip_norm": 1.0}]


def no_clipping(case: Case) -> Wishes:
    return [{"training.clip_norm": None, "training.clip_value": None}]


def small_batch(case: Case) -> Wishes:
    return [{"training.batch_size": 20}]


def larger_batch(case: Case) -> Wishes:
    now, count = case.experiment.training.batch_size, int(case.dataset.train_labels.size)
    return [{"training.batch_size": min(8 * now, max(1, count // 4))}] if 4 * now < count else []


def stable(case: Case) -> Wishes:
    return [{"training.numerics": "stable"}]


def stable_swept(case: Case) -> Wishes:
    """With a start to size and Adam, too: the naive soft-max overflows because something else was too large."""
    return swept(case, {"training.numerics": "stable", **start(case), "training.optimizer": Adam()})


def start(case: Case) -> Wish:
    """Initial weights to size for the activations there are, biases 0."""
    kinds = [getattr(layer, "activation", "linear") for layer in case.layers]
    relu = sum(kind in RELUS for kind in kinds) > sum(kind in ("tanh", "sigmoid", "sine") for kind in kinds)
    name = "he_normal" if relu else "xavier_uniform"
    return {"training.initializer": name, "training.initial_bias": 0.0}


def initialization(case: Case) -> Wishes:
    return [start(case)]


def initialization_swept(case: Case) -> Wishes:
    return swept(case, {**start(case), "training.optimizer": Adam()})


# -- penalties and losses ----------------------------------------------------------------------------------------------


def weight_penalty(case: Case) -> Wishes:
    return [{"training.l2": each} for each in PENALTIES]


def lasso(case: Case) -> Wishes:
    return [{"training.l1": LASSO}]


def no_penalty(case: Case) -> Wishes:
    network, optimizer = case.experiment.network, case.experiment.training.optimizer
    for place in reversed(range(len(network.layers))):
        if isinstance(network.layers[place], Dropout):
            network = network.without(place)
    wish: Wish = {"training.l1": 0.0, "training.l2": 0.0, "training.max_norm": None}
    if len(network.layers) < len(case.layers):
        wish["network.layers"] = network.layers
    if isinstance(optimizer, AdamW | Lion):
        wish["training.optimizer"] = msgspec.structs.replace(optimizer, weight_decay=0.0)
    return [wish]


def early_stopping(case: Case) -> Wishes:
    return [{"training.early_stopping": EarlyStopping(max(5, case.epochs // 10))}]


def label_smoothing(case: Case) -> Wishes:
    return [{"training.label_smoothing": SMOOTHED}]


def robust_loss(case: Case) -> Wishes:
    return [] if case.experiment.task.is_classification else [{"training.loss": "huber"}]


def class_weights(case: Case) -> Wishes:
    return [{"training.class_weights": "balanced"}] if case.experiment.task.is_classification else []


def focal(case: Case) -> Wishes:
    return [{"training.loss": "focal"}] if case.experiment.task.is_classification else []


def another_draw(case: Case) -> Wishes:
    """The next five seeds, of which the held-out samples choose one."""
    return [{"seed": seed} for seed in seeds_after(case.experiment.seed, DRAWS + 1)[1:]]
