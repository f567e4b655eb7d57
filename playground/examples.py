"""What a network is shown: the data set turned into inputs and targets of the run's number type.

Owns the features' scaling and the coding of targets; knows nothing of parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.experiment import Experiment
from playground.features import FeatureTransform
from playground.grid import grid_points

Floats = NDArray[np.floating]
Pair = tuple[Floats, Floats]


class Examples:
    """Training and test examples; each is (inputs (features, n), targets (outputs, n)), C-contiguous."""

    def __init__(self, experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> None:
        self.dataset = dataset
        self.dtype = dtype
        self._head, self._task = experiment.head, experiment.task
        data = experiment.data
        self._transform = FeatureTransform.fit(data.features, data.scaling, dataset.train_points)
        self.train: Pair = (self.inputs(dataset.train_points), self.targets(dataset.train_labels))
        self.test: Pair = (self.inputs(dataset.test_points), self.targets(dataset.test_labels))
        self._grid: Floats | None = None

    @property
    def count(self) -> int:
        """Size of the training set."""
        return int(self.train[0].shape[1])

    def inputs(self, points: NDArray[np.float64]) -> Floats:
        """Network inputs for points (2, n) of the plane."""
        return np.ascontiguousarray(self._transform(points), dtype=self.dtype)

    def targets(self, labels: NDArray[np.float64]) -> Floats:
        """The target itself, or low and high values for wrong and right classes."""
        if not self._task.is_classification:
            rows = labels[None, :]
        else:
            low, high = self._head.targets
            right = labels[None, :] == (np.arange(self._head.units)[:, None] if self._head.units > 1 else 1)
            rows = np.where(right, high, low)
        return np.ascontiguousarray(rows, dtype=self.dtype)

    def grid(self, resolution: int) -> Floats:
        """Inputs for every cell of the window, the lowest row first; kept for the next frame."""
        if self._grid is None or self._grid.shape[1] != resolution * resolution:
            self._grid = self.inputs(grid_points(self.dataset.extent, resolution))
        return self._grid
