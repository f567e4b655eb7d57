"""Experiments that provoke a difficulty on purpose, drawn by chance from a seed: what rules and cures are measured on.

Each is a task that a plain network solves, with one thing wrong; `healthy` has nothing wrong. Whether a run is really
harmed depends on the draw: who counts asks the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import playground as pg
from playground.diagnosis.signals.finding import RuleName

Rng = np.random.Generator


@dataclass(frozen=True)
class Provoked:
    """rule: the cause; None of a healthy one. epochs: the plan's."""

    name: str
    rule: RuleName | None
    family: str
    experiment: pg.Experiment
    epochs: int


@dataclass(frozen=True)
class Task:
    """A data set, the samples that it needs, a plan, and how wide a network that solves it is."""

    name: str
    family: str
    samples: int
    epochs: int
    width: int
    layers: int = 1
    classes: int | None = None


TASKS = (
    Task("xor", "binary", 400, 60, 12), Task("circles", "binary", 400, 60, 12), Task("moons", "binary", 400, 60, 16),
    Task("spirals", "binary", 600, 100, 32, 2), Task("gaussians", "binary", 400, 60, 8),
    Task("blobs", "multi", 400, 60, 16, classes=3), Task("blobs", "multi", 400, 60, 16, classes=5),
    Task("three_spirals", "multi", 600, 100, 32, 2), Task("multi_gaussian", "regression", 800, 80, 32, 2),
    Task("plane", "regression", 400, 60, 8), Task("digits", "image", 800, 30, 32), Task("shapes", "image", 600, 40, 48),
)  # fmt: skip
EASY = ("xor", "circles", "moons", "gaussians", "blobs")


def draw(rule: RuleName | None, rng: Rng) -> Provoked:
    """One experiment with this fault."""
    task, changes, epochs = FAULTS[rule](rng)
    made = pg.on_dataset(pg.Experiment(seed=int(rng.integers(1000))), task.name)
    base = {**_base(task, rng), **changes}
    made = pg.with_changes(made, **{name.replace(".", "__"): value for name, value in base.items()})
    name = f"{rule or 'healthy'}: {task.name}, {_said(made)}"
    return Provoked(name, rule, task.family, made, epochs or task.epochs)


def drawn(count: int, seed: int) -> Iterator[Provoked]:
    """So many experiments, the faults in turn, healthy ones among them."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rules = list(FAULTS)
    for place in range(count):
        yield draw(rules[place % len(rules)], rng)


def _said(experiment: pg.Experiment) -> str:
    training = experiment.training
    units = "-".join(str(getattr(each, "units", type(each).__name__)) for each in experiment.network.layers)
    return f"{units or 'none'}, {type(training.optimizer).__name__} {training.learning_rate:g}, seed {experiment.seed}"


def _base(task: Task, rng: Rng) -> dict[str, Any]:
    """What solves the task."""
    activation = "relu" if task.width > 16 else str(rng.choice(["relu", "tanh"]))
    found: dict[str, Any] = {
        "data.source.samples": task.samples,
        "network": _dense(task.width, task.layers, activation),
        "training.optimizer": pg.Adam(), "training.learning_rate": 0.01, "training.batch_size": 20,
        "training.initializer": "he_normal" if activation == "relu" else "xavier_uniform",
    }  # fmt: skip
    if task.family != "image":
        found["data.scaling"] = "standardize"
    if task.family == "binary":
        found["training.loss"] = "binary_cross_entropy"
    if task.classes is not None:
        found["data.source.classes"] = task.classes
    return found


def _dense(width: int, layers: int, activation: str) -> pg.Network:
    return pg.Network(tuple(pg.Dense(width, activation) for _ in range(layers)))  # type: ignore[arg-type]


# -- the faults --------------------------------------------------------------------------------------------------------

Fault = tuple[Task, dict[str, Any], int | None]


def _any(rng: Rng, *, families: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Task:
    some = [task for task in TASKS if (not families or task.family in families) and (not names or task.name in names)]
    return some[int(rng.integers(len(some)))]


def _between(rng: Rng, low: float, high: float) -> float:
    """Evenly on a logarithmic scale, two digits."""
    return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.2g}")


def _sgd(rng: Rng, low: float, high: float) -> dict[str, Any]:
    return {"training.optimizer": pg.Sgd(), "training.learning_rate": _between(rng, low, high)}


def _healthy(rng: Rng) -> Fault:
    return _any(rng), {}, None


def _rate_low(rng: Rng) -> Fault:
    task = _any(rng)
    if rng.random() < 0.5:
        return task, _sgd(rng, 1e-5, 1e-4), None
    return task, {"training.learning_rate": _between(rng, 5e-6, 3e-5)}, None


def _rate_high(rng: Rng) -> Fault:
    task = _any(rng, families=("binary", "multi", "image"))
    if rng.random() < 0.5:
        return task, _sgd(rng, 5.0, 30.0), None
    return task, {"training.learning_rate": _between(rng, 0.5, 2.0)}, None


def _exploding(rng: Rng) -> Fault:
    layers = _dense(int(rng.integers(16, 33)), int(rng.integers(5, 9)), str(rng.choice(["elu", "leaky_relu", "relu"])))
    start = {"training.initializer": "normal", "training.initializer_scale": _between(rng, 0.8, 1.5)}
    return _any(rng), {"network": layers, **start, **_sgd(rng, 0.03, 0.3)}, None


def _vanishing(rng: Rng) -> Fault:
    layers = _dense(int(rng.integers(8, 17)), int(rng.integers(6, 9)), "sigmoid")
    return _any(rng), {"network": layers, "training.initializer": "xavier_uniform", **_sgd(rng, 0.05, 0.3)}, None


def _dead(rng: Rng) -> Fault:
    task = _any(rng)
    start = {"training.initial_bias": -float(rng.uniform(3.0, 6.0)), "training.initializer": "he_normal"}
    return task, {"network": _dense(int(rng.integers(8, 33)), 2, "relu"), **start, **_sgd(rng, 0.05, 0.3)}, None


def _saturated(rng: Rng) -> Fault:
    task = _any(rng, names=("circles", "spirals", "three_spirals", "digits", "multi_gaussian"))
    start = {"training.initializer": "normal", "training.initializer_scale": float(rng.uniform(4.0, 8.0))}
    return task, {"network": _dense(int(rng.integers(16, 33)), 2, "tanh"), **start, **_sgd(rng, 0.03, 0.1)}, None


def _symmetric(rng: Rng) -> Fault:
    task = _any(rng, names=("xor", "circles", "three_spirals", "multi_gaussian", "digits"))
    start = {"training.initializer": "constant", "training.initializer_scale": float(rng.uniform(0.05, 0.4))}
    return task, {**start, **_sgd(rng, 0.05, 0.3)}, None


def _linear(rng: Rng) -> Fault:
    task = _any(rng, names=("xor", "circles", "spirals", "three_spirals", "multi_gaussian"))
    return task, {"network": _dense(8, int(rng.integers(0, 3)), "linear")}, None


def _too_small(rng: Rng) -> Fault:
    task = _any(rng, names=("spirals", "three_spirals", "multi_gaussian", "digits", "circles"))
    few = 1 if task.name in ("circles", "digits") else int(rng.integers(2, 4))
    return task, {"network": _dense(few, 1, "tanh"), "training.learning_rate": 0.02}, 150


def _bad_draw(rng: Rng) -> Fault:
    task = Task("xor_points", "binary", 4, 600, 2)
    layers = _dense(2, 1, str(rng.choice(["tanh", "relu"])))
    return task, {"network": layers, "training.learning_rate": 0.03, "training.batch_size": 4}, None


def _unscaled(rng: Rng) -> Fault:
    task = _any(rng, families=("binary", "multi", "regression"))
    scale, shift = [(100.0, 0.0), (0.005, 0.0), (1.0, 60.0), (30.0, 100.0)][int(rng.integers(4))]
    flaws = {"data.imperfections.feature_scale": (scale,) * 2, "data.imperfections.feature_shift": (shift,) * 2}
    return task, {"data.scaling": "none", **flaws, **_sgd(rng, 0.03, 0.1)}, None


def _missing_feature(rng: Rng) -> Fault:
    return _any(rng, names=("xor", "circles", "blobs", "plane", "three_spirals")), {"data.features": ("x",)}, None


def _numerics(rng: Rng) -> Fault:
    task = _any(rng, families=("multi", "image"))
    start = {"training.initializer": "normal", "training.initializer_scale": float(rng.uniform(20.0, 60.0))}
    return task, {"training.numerics": "naive", **start, **_sgd(rng, 0.05, 0.3)}, None


def _batch_large(rng: Rng) -> Fault:
    task = _any(rng, names=("xor", "spirals", "blobs", "three_spirals", "digits"))
    return task, {"training.batch_size": task.samples // 2, **_sgd(rng, 0.01, 0.05)}, 30


def _over_regularized(rng: Rng) -> Fault:
    task = _any(rng, names=("xor", "circles", "spirals", "three_spirals", "digits"))
    strong = [{"training.l2": 0.3}, {"training.l1": 0.03}, {"training.max_norm": 0.1}][int(rng.integers(3))]
    return task, strong, None


def _imbalance(rng: Rng) -> Fault:
    task = _any(rng, names=("gaussians", "blobs"))
    flaws = {"data.imperfections.imbalance": float(rng.uniform(0.9, 0.95)), "data.imperfections.position_noise": 0.5}
    return task, {"data.source.samples": 2 * task.samples, **flaws, **_sgd(rng, 0.03, 0.1)}, None


def _label_noise(rng: Rng) -> Fault:
    task = _any(rng, names=EASY)
    wide = {"network": _dense(64, 2, "relu"), "data.source.samples": 600}
    return task, {**wide, "data.imperfections.label_noise": float(rng.uniform(0.25, 0.35))}, 120


def _little_data(rng: Rng) -> Fault:
    task = _any(rng, names=("spirals", "three_spirals", "shapes"))
    return task, {"network": _dense(64, 2, "relu"), "data.train_share": 0.08, "data.source.samples": 500}, 200


def _overfitting(rng: Rng) -> Fault:
    task = _any(rng, names=EASY)
    flaws = {"data.imperfections.position_noise": 0.5, "data.imperfections.label_noise": 0.05}
    few = {"data.train_share": 0.12, "data.source.samples": 500}
    return task, {"network": _dense(64, 2, "relu"), **few, **flaws}, 300


FAULTS: dict[RuleName | None, Callable[[Rng], Fault]] = {
    None: _healthy,
    "learning_rate_low": _rate_low,
    "learning_rate_high": _rate_high,
    "exploding": _exploding,
    "vanishing": _vanishing,
    "dead_units": _dead,
    "saturated": _saturated,
    "symmetric": _symmetric,
    "no_hidden_nonlinearity": _linear,
    "too_few_units": _too_small,
    "bad_draw": _bad_draw,
    "unscaled_inputs": _unscaled,
    "missing_feature": _missing_feature,
    "numerics": _numerics,
    "batch_large": _batch_large,
    "over_regularized": _over_regularized,
    "imbalance": _imbalance,
    "label_noise": _label_noise,
    "too_little_data": _little_data,
    "overfitting": _overfitting,
}
