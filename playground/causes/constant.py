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
from playground.run.examples import Examples, class_weights, target_unit
from playground.run.measuring import losses

Array = NDArray[np.float64]

ANSWERS = 201
"""Constant answers of one unit that are compared."""
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
    examples = Examples(bare, dataset, number_type(bare))
    engine = Engine(bare, examples.count, examples.dtype)
    head = engine.layout.slots[-1]
    biases = _biases(bare, dataset, head.bias_count)
    vectors = np.zeros((len(biases), engine.layout.size))
    vectors[:, head.biases : head.biases + head.bias_count] = biases
    return float(losses(engine, examples, vectors)[:, 0].min())


def _biases(experiment: Experiment, dataset: Dataset, count: int) -> Array:
    """(V, count) what may answer best: all that one unit can say; of several, what the classes' shares p give.

    ln p and 0 under a soft-max; where each unit has a loss of its own, with targets of ±1, the mean 2p − 1 behind tanh
    for squared error, and its sign for hinge.
    """
    offset, scale = target_unit(experiment, dataset)
    labels: Any = (dataset.train_labels - offset) / scale
    if count == 1 and experiment.task.is_classification:
        return np.linspace(-SUREST, SUREST, ANSWERS)[:, None]
    if count == 1:
        between = np.linspace(labels.min(), labels.max(), ANSWERS)
        return np.concatenate([between, [labels.mean(), np.median(labels)]])[:, None]
    classes = labels.astype(np.int64)
    weights = class_weights(experiment.training.class_weights, count, labels)[classes]
    shares = np.clip(np.bincount(classes, weights, count) / max(weights.sum(), 1e-9), 1e-9, 1.0 - 1e-9)
    means = 2.0 * shares - 1.0
    return np.stack([np.log(shares), np.zeros(count), np.arctanh(means), np.sign(means)])
