"""The loss of the best answer that is the same for every sample: what a network has to beat to have learned anything.

Owns this figure; knows nothing of causes or trials.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment
from playground.experiment.network import Network
from playground.run.carrying import number_type
from playground.run.coding import Targets, class_weights, target_unit
from playground.run.measuring import LARGEST, vectors_of

Array = NDArray[np.float64]

ANSWERS = 201
"""Constant answers of one unit that are compared."""
AT_ONCE = 4096
"""Samples that are measured in one call: of these the inputs, which say nothing, are there."""
SUREST = 5.0
"""Of a unit that tells two classes apart, before its activation."""


def constant_loss(
    experiment: Experiment, dataset: Dataset, precision: Literal["float32", "float64"] = "float64"
) -> float:  # fmt: skip
    """The smallest mean training loss of a constant answer, whatever the loss; of those compared, one a percent apart.

    Asked of a head without hidden layers whose weights are 0, so that its biases alone answer. dataset: the
    run's. precision: that of the arithmetic; the run's own, where nobody should wait for other kernels.
    """
    training = msgspec.structs.replace(experiment.training, numerics="stable", precision=precision)
    bare = msgspec.structs.replace(experiment, network=Network(), training=training)
    dtype, labels = number_type(bare), dataset.train_labels
    targets, weights = _told_apart(Targets(bare, dataset, dtype), labels, bare.task.is_classification)
    count = min(AT_ONCE, targets.shape[1])
    engine = Engine(bare, count, dtype)
    head = engine.layout.slots[-1]
    biases = _biases(bare, dataset, head.bias_count)
    answering = np.zeros((len(biases), engine.layout.size))
    answering[:, head.biases : head.biases + head.bias_count] = biases
    vectors = vectors_of(answering, engine.layout.size, dtype)
    nothing = np.zeros((bare.input_shape.units, count), dtype)
    found = np.zeros(len(vectors))
    for first in range(0, targets.shape[1], count):
        some = np.ascontiguousarray(targets[:, first : first + count])
        found += engine.losses(vectors, np.ascontiguousarray(nothing[:, : some.shape[1]]), some)[:, 0] * some.shape[1]
    return float(np.nan_to_num(found / weights, nan=LARGEST, posinf=LARGEST).min())


def _told_apart(targets: Targets, labels: Array, is_classification: bool) -> tuple[NDArray[np.floating], float]:
    """Targets (outputs + 1, k) of samples that a constant answer can tell apart, and by what the sum of their weighted
    losses is divided: one sample a class, which weighs as all of its samples do; of numbers all of them."""
    if not is_classification:
        return targets(labels), float(labels.size)
    classes, counts = np.unique(labels, return_counts=True)
    coded = targets(classes)
    coded[-1] = targets.weights[classes.astype(np.int64)] * counts / labels.size
    return coded, 1.0


def _biases(experiment: Experiment, dataset: Dataset, count: int) -> Array:
    """(V, count) what may answer best: all that one unit can say, of numbers the mean or the median where one of these
    is best; of several, what the classes' shares p give.

    ln p and 0 under a soft-max; where each unit has a loss of its own, with targets of ±1, the mean 2p − 1 behind tanh
    for squared error, and its sign for hinge.
    """
    offset, scale = target_unit(experiment, dataset)
    labels: Any = (dataset.train_labels - offset) / scale
    if count == 1 and experiment.task.is_classification:
        return np.linspace(-SUREST, SUREST, ANSWERS)[:, None]
    if count == 1 and experiment.head.loss in ("squared_error", "absolute"):
        return np.array([[labels.mean()], [np.median(labels)]])
    if count == 1:
        between = np.linspace(labels.min(), labels.max(), ANSWERS)
        return np.concatenate([between, [labels.mean(), np.median(labels)]])[:, None]
    classes = labels.astype(np.int64)
    weights = class_weights(experiment.training.class_weights, count, labels)[classes]
    shares = np.clip(np.bincount(classes, weights, count) / max(weights.sum(), 1e-9), 1e-9, 1.0 - 1e-9)
    means = 2.0 * shares - 1.0
    return np.stack([np.log(shares), np.zeros(count), np.arctanh(means), np.sign(means)])
