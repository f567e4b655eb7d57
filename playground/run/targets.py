"""What a network is to answer: labels coded as its head's targets, and what each sample weighs.

Owns that coding; knows nothing of inputs or parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.task import CROSS_ENTROPIES
from playground.experiment.experiment import Experiment

Floats = NDArray[np.floating]

UNSCALED = (0.0, 1.0)


class Targets:
    """From labels (n,) to targets (outputs + 1, n), whose last row is the sample's weight. weights: (classes,)."""

    def __init__(self, experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> None:
        self._head, self._task, self._dtype = experiment.head, experiment.task, dtype
        self._smoothing = experiment.training.label_smoothing
        self.unit = target_unit(experiment, dataset)
        self.weights = class_weights(experiment.training.class_weights, self._task.classes, dataset.train_labels)

    def __call__(self, labels: NDArray[np.float64]) -> Floats:
        """The target itself, or low and high values for wrong and right classes; then the row of sample weights."""
        if not self._task.is_classification:
            offset, scale = self.unit
            rows, weights = ((labels - offset) / scale)[None, :], np.ones((1, labels.size))
        else:
            low, high = self._ends()
            right = labels[None, :] == (np.arange(self._head.units)[:, None] if self._head.units > 1 else 1)
            rows, weights = np.where(right, high, low), self.weights[labels.astype(np.int64)][None, :]
        return held(np.concatenate([rows, weights]), self._dtype)

    def _ends(self) -> tuple[float, float]:
        """The targets of a wrong and of a right class; label smoothing s makes of t: t(1 − s) + s / classes.

        Where s is so near to 1 that the number type cannot tell both apart, they are its next numbers: accuracy needs
        to know the right class.
        """
        dtype, (low, high) = self._dtype, self._head.targets
        if self._head.loss not in CROSS_ENTROPIES:
            return low, high
        kept, spread = 1.0 - self._smoothing, self._smoothing / max(self._head.units, 2)
        low, high = low * kept + spread, high * kept + spread
        if dtype(high) > dtype(low):
            return low, high
        return float(np.nextafter(dtype(low), dtype(0))), float(np.nextafter(dtype(high), dtype(1)))


def held(values: NDArray[np.float64], dtype: type[np.floating]) -> Floats:
    """The values in a run's number type, C-contiguous; what is too large for it becomes its largest number."""
    limit = float(np.finfo(dtype).max)
    return np.ascontiguousarray(np.clip(values, -limit, limit), dtype=dtype)


def target_unit(experiment: Experiment, dataset: Dataset) -> tuple[float, float]:
    """What the network's targets are measured from, and in: mean and deviation where they are standardized."""
    scaled = experiment.data.target_scaling == "standardize" and not experiment.task.is_classification
    return dataset.target_unit if scaled else UNSCALED


def class_weights(
    wanted: str | tuple[float, ...] | None, classes: int, train_labels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(classes,) weights of a sample of each class, so that samples of the training set weigh 1 on average.

    "balanced": every class of the training set counts the same; a class without training samples weighs like one with
    a single sample. If every training sample weighs nothing there is nothing to average, and the weights stay as given.
    """
    if wanted is None or not classes:
        return np.ones(classes)
    counts = np.bincount(train_labels.astype(np.int64), minlength=classes)
    weights = 1.0 / np.maximum(counts, 1) if wanted == "balanced" else np.asarray(wanted, dtype=np.float64)
    total = float((counts * weights).sum())
    return weights * (train_labels.size / total) if total > 0 else weights
