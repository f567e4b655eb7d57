"""What each imperfection costs: accuracy with and without it, over twenty seeds.

    python -m tests.costs.flaws

prints the table of docs/data.md. No clock is read, so it is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np

from playground import train_population
from playground.data import Data, GeneratedData, Imperfections, make_dataset
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.training import Training
from playground.run.examples import Examples
from playground.run.snapshot import predicted_classes

SEEDS = range(20)
EPOCHS = 300
CLEAN = 2000
"""Points of the unspoiled law that every network is asked about in the end."""
BASE = Experiment(
    data=Data(GeneratedData("moons", 200), imperfections=Imperfections(position_noise=0.3)),
    network=Network((Dense(8), Dense(8))),
    training=Training(learning_rate=0.01, optimizer=Adam()),
)
ROWS: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "label noise 20 %": ({"label_noise": 0.2}, {}),
    "… near the border": ({"label_noise": 0.2, "label_noise_kind": "border"}, {}),
    "… of the first class": ({"label_noise": 0.4, "label_noise_kind": "one_class"}, {}),
    "imbalance 1 : 10": ({"imbalance": 0.9}, {}),
    "outliers 10 %": ({"outliers": 0.1}, {}),
    "… with standardized inputs": ({"outliers": 0.1}, {"scaling": "standardize"}),
    "… with robust inputs": ({"outliers": 0.1}, {"scaling": "robust"}),
    "blank cells 20 %, dropped": ({"missing": 0.2}, {}),
    "… mean": ({"missing": 0.2, "imputer": "mean"}, {}),
    "… median": ({"missing": 0.2, "imputer": "median"}, {}),
    "… mean and indicator": ({"missing": 0.2, "imputer": "indicator"}, {}),
    "blank large values 20 %, dropped": ({"missing": 0.2, "missing_kind": "dependent"}, {}),
    "… large values, mean and indicator": (
        {"missing": 0.2, "missing_kind": "dependent", "imputer": "indicator"}, {},
    ),
    "10 irrelevant inputs": ({"irrelevant_features": 10}, {}),
    "10 correlated inputs": ({"correlated_features": 10}, {}),
    "x times 1000": ({"feature_scale": (1000.0,)}, {}),
    "… standardized": ({"feature_scale": (1000.0,)}, {"scaling": "standardize"}),
    "x shifted by 100": ({"feature_shift": (100.0,)}, {}),
    "copies in the test set 50 %": ({"duplicates": 0.5}, {}),
    "leaked target": ({"leaked_target": True}, {}),
    "test set shifted by 1": ({"test_shift": 1.0}, {}),
    "scaling fitted on all": ({"outliers": 0.1}, {"scaling": "standardize", "scaling_fit": "all"}),
}  # fmt: skip


class Cost(NamedTuple):
    """Means over the seeds: accuracy on the training set, on the test set, and on points of the unspoiled law."""

    train: float
    test: float
    clean: float


def spoiled(flaws: Mapping[str, Any], settings: Mapping[str, Any], base: Experiment = BASE) -> Experiment:
    """The base with these imperfections and data settings."""
    imperfections = msgspec.structs.replace(base.data.imperfections, **flaws)
    data = msgspec.structs.replace(base.data, imperfections=imperfections, **settings)
    return msgspec.structs.replace(base, data=data)


def cost_of(experiment: Experiment, seeds: Sequence[int] = SEEDS, epochs: int = EPOCHS) -> Cost:
    """Train one network a seed, and judge each by its own sets and by the same points of the unspoiled law."""
    members = train_population(
        [msgspec.structs.replace(experiment, seed=seed) for seed in seeds], epochs=epochs, every=0
    )
    clean = make_dataset(
        Data(GeneratedData("moons", CLEAN), 1.0, imperfections=Imperfections(position_noise=0.3)), seed=1000
    )
    found = []
    for member in members:
        own = msgspec.structs.replace(experiment, seed=member.seed)
        examples = Examples(own, make_dataset(own.data, own.seed), np.float32)
        engine = Engine(own, examples.count, np.float32)
        outputs = engine.activations(member.parameters.copy(), examples.inputs(clean.train_points))[-1:]
        right = float(np.mean(predicted_classes(outputs, own.head.activation) == clean.train_labels))
        metrics = member.metrics
        assert metrics.train_accuracy is not None
        assert metrics.test_accuracy is not None
        found.append((metrics.train_accuracy, metrics.test_accuracy, right))
    return Cost(*np.mean(found, axis=0).tolist())


def table() -> str:
    """The table in Markdown."""
    lines = ["| imperfection | training | test | unspoiled points |", "|---|---|---|---|"]
    for name, (flaws, settings) in ROWS.items():
        cost = cost_of(spoiled(flaws, settings))
        lines.append(f"| {name} | {100 * cost.train:.1f} % | {100 * cost.test:.1f} % | {100 * cost.clean:.1f} % |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
