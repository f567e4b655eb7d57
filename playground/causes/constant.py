"""The loss of the best answer that is the same for every sample: what a network has to beat to have learned anything.

Owns this figure; knows nothing of causes or trials.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints
from playground.experiment.experiment import Experiment
from playground.experiment.network import Network
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session

Array = NDArray[np.float64]

ANSWERS = 201
"""Constant answers of one unit that are compared."""
SUREST = 5.0
"""Of a unit that tells two classes apart, before its activation."""


def constant_loss(experiment: Experiment, dataset: Dataset, points: OwnPoints | None = None) -> float:
    """The smallest mean training loss of a constant answer, whatever the loss; of those compared, one a percent apart.

    Asked of a head without hidden layers whose weights are 0, so that its biases alone answer. dataset, points: the
    run's.
    """
    training = msgspec.structs.replace(experiment.training, numerics="stable", precision="float64")
    bare = msgspec.structs.replace(experiment, network=Network(), training=training)
    session = Session(Checkpoint(bare, dataset=dataset, points=points), record=False)
    head = session.layout.slots[-1]
    biases = _biases(session.experiment, dataset, head.bias_count)
    vectors = np.zeros((len(biases), session.layout.size))
    vectors[:, head.biases : head.biases + head.bias_count] = biases
    return float(session.losses(vectors)[:, 0].min())


def _biases(experiment: Experiment, dataset: Dataset, count: int) -> Array:
    """(V, count) what may answer best: all alike, by the classes' shares, one class; all that one unit can say."""
    labels: Any = dataset.train_labels
    if count == 1 and experiment.task.is_classification:
        return np.linspace(-SUREST, SUREST, ANSWERS)[:, None]
    if count == 1:
        between = np.linspace(labels.min(), labels.max(), ANSWERS)
        return np.concatenate([between, [labels.mean(), np.median(labels)]])[:, None]
    shares = np.bincount(labels.astype(np.int64), minlength=count)[:count] / len(labels)
    return np.concatenate([np.zeros((1, count)), np.log(np.maximum(shares, 1e-9))[None], SUREST * np.eye(count)])
