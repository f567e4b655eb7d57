"""A handful of samples, learned by heart: what cannot do that will learn nothing from more of them.

Source: Karpathy, A Recipe for Training Neural Networks (2019), "overfit one batch".
"""

from __future__ import annotations

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.causes.constant import constant_loss
from playground.data import Dataset
from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.signals.finding import Figure, RuleName
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dropout, GaussianNoise, Layer
from playground.experiment.optimizers import Adam

SAMPLES, STEPS, RATE = 8, 200, 0.03
BY_HEART = 0.1
"""Losses of guessing that may be left."""
CAUSES: tuple[RuleName, ...] = (
    "symmetric", "unscaled_inputs", "no_hidden_nonlinearity", "numerics", "exploding", "vanishing", "dead_units",
    "saturated", "too_few_units",
)  # fmt: skip
"""What may keep a network from it whatever its rate."""


def check(case: Case) -> Step:
    which = _in_turn(case)
    dataset = _some(case.dataset, which)
    if len(which) < 2 or np.ptp(dataset.train_labels) == 0.0:
        return Step("small_batch", None, "too_few", (Figure("samples", float(len(which))),))
    experiment = _without_chance(case.bare(optimizer=Adam(), learning_rate=RATE, batch_size=len(which)))
    guess = constant_loss(experiment, dataset, experiment.training.precision)
    member = case.members([experiment], [STEPS], [dataset])[0]
    loss = member.metrics.train_loss
    passed = loss < BY_HEART * guess and member.divergence is None
    figures = (
        Figure("loss", loss, BY_HEART * guess), Figure("guess", guess), Figure("samples", float(len(which))),
        Figure("steps", float(member.steps)),
    )  # fmt: skip
    findings = () if passed else case.found_of(*CAUSES)
    return Step("small_batch", passed, "fine" if passed else "not_learned", figures, findings)


def _in_turn(case: Case) -> NDArray[np.int64]:
    """Places of training samples, the classes in turn and no input twice; of a regression the first ones."""
    inputs, labels = case.before.facts.inputs, case.dataset.train_labels
    _, first = np.unique(inputs, axis=1, return_index=True)
    places = np.sort(first)
    if case.before.facts.classes:
        turns = np.zeros(len(places), np.int64)
        for each in np.unique(labels[places]):
            own = labels[places] == each
            turns[own] = np.arange(own.sum())
        places = places[np.argsort(turns, kind="stable")]
    return np.asarray(places[:SAMPLES], np.int64)


def _some(dataset: Dataset, which: NDArray[np.int64]) -> Dataset:
    """The data set with these training samples alone."""
    beside, order, trained = dataset.beside, dataset.order, dataset.train_labels.size
    return replace(
        dataset, train_points=dataset.train_points[:, which], train_labels=dataset.train_labels[which],
        beside=None if beside is None else replace(beside, train=beside.train[:, which]),
        order=None if order is None else np.concatenate([order[which], order[trained:]]),
    )  # fmt: skip


def _without_chance(experiment: Experiment) -> Experiment:
    """Nothing is dropped, and no noise is added."""
    layers = tuple(_calm(each) for each in experiment.network.layers)
    return msgspec.structs.replace(experiment, network=msgspec.structs.replace(experiment.network, layers=layers))


def _calm(layer: Layer) -> Layer:
    if isinstance(layer, Dropout):
        return Dropout(rate=0.0)
    return GaussianNoise(deviation=0.0) if isinstance(layer, GaussianNoise) else layer
