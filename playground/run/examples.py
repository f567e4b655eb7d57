"""What a network is shown: the data set turned into inputs, targets and sample weights of the run's number type.

Owns the scaling of inputs, the coding of targets and the weights of classes; knows nothing of parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.features import FeatureTransform
from playground.data.task import CROSS_ENTROPIES
from playground.experiment.experiment import Experiment
from playground.run.grid import grid_points

Floats = NDArray[np.floating]
Pair = tuple[Floats, Floats]


class Examples:
    """Training and test examples; each is (inputs (rows, n), targets (outputs + 1, n)), C-contiguous.

    The inputs' rows are features, pixels or columns; the last row of the targets is the sample's weight. The weights
    average 1 over the training set.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> None:
        self.dataset = dataset
        self.dtype = dtype
        self._head, self._task = experiment.head, experiment.task
        self._smoothing = experiment.training.label_smoothing
        names, scaling = experiment.input_names or None, experiment.data.scaling
        self._transform = FeatureTransform.fit(
            names, scaling, dataset.train_points, dataset.is_own, columns=dataset.columns
        )
        self._weights = class_weights(experiment.training.class_weights, self._task.classes, dataset.train_labels)
        self.train: Pair = (self.inputs(dataset.train_points), self.targets(dataset.train_labels))
        self.test: Pair = (self.inputs(dataset.test_points), self.targets(dataset.test_labels))
        self._grid: Floats | None = None

    @property
    def count(self) -> int:
        """Size of the training set."""
        return int(self.train[0].shape[1])

    def inputs(self, points: NDArray[np.float64]) -> Floats:
        """Network inputs for points (2, n) of the plane, for images (pixels, n), or for samples (columns, n)."""
        return self._held(self._transform(points))

    def targets(self, labels: NDArray[np.float64]) -> Floats:
        """The target itself, or low and high values for wrong and right classes; then the row of sample weights."""
        if not self._task.is_classification:
            rows, weights = labels[None, :], np.ones((1, labels.size))
        else:
            low, high = self._ends()
            right = labels[None, :] == (np.arange(self._head.units)[:, None] if self._head.units > 1 else 1)
            rows, weights = np.where(right, high, low), self._weights[labels.astype(np.int64)][None, :]
        return self._held(np.concatenate([rows, weights]))

    def _held(self, values: NDArray[np.float64]) -> Floats:
        """The values in the run's number type, C-contiguous; what is too large for it becomes its largest number."""
        limit = float(np.finfo(self.dtype).max)
        return np.ascontiguousarray(np.clip(values, -limit, limit), dtype=self.dtype)

    def _ends(self) -> tuple[float, float]:
        """The targets of a wrong and of a right class; label smoothing s makes of t: t(1 − s) + s / classes.

        Where s is so near to 1 that the number type cannot tell both apart, they are its next numbers: accuracy needs
        to know the right class.
        """
        low, high = self._head.targets
        if self._head.loss not in CROSS_ENTROPIES:
            return low, high
        kept, spread = 1.0 - self._smoothing, self._smoothing / max(self._head.units, 2)
        low, high = low * kept + spread, high * kept + spread
        if self.dtype(high) > self.dtype(low):
            return low, high
        return float(np.nextafter(self.dtype(low), self.dtype(0))), float(np.nextafter(self.dtype(high), self.dtype(1)))

    def grid(self, resolution: int) -> Floats:
        """Inputs for every cell of the plane's window, the lowest row first; kept for the next frame."""
        if self._grid is None or self._grid.shape[1] != resolution * resolution:
            self._grid = self.inputs(grid_points(self.dataset.extent, resolution))
        return self._grid


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
