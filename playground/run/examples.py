"""What a network is shown: the data set turned into inputs, targets and sample weights of the run's number type.

Owns the scaling of inputs and what is shown where; knows nothing of parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.features import FeatureTransform
from playground.data.grid import grid_points
from playground.data.section import Cut, PlaneWish, Section, cut_for, section_of
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run.targets import UNSCALED, Targets, held

Floats = NDArray[np.floating]
Pair = tuple[Floats, Floats]


class Examples:
    """Training, validation and test examples; each is (inputs (rows, n), targets (outputs + 1, n)), C-contiguous.

    Of a sealed test set `test` has no sample, and only whoever opens it asks for `opened_test`.

    The inputs' rows are features, pixels or columns; the last row of the targets is the sample's weight. The weights
    average 1 over the training set.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> None:
        self.dataset = dataset
        self.dtype = dtype
        self._head, self._task = experiment.head, experiment.task
        data = experiment.data
        self._transform = _transform(experiment, dataset)
        self.targets = Targets(experiment, dataset, dtype)
        self.target_unit = self.targets.unit
        train, validation, test = _added(dataset)
        self.train: Pair = (self._shown(dataset.train_points, train), self.targets(dataset.train_labels))
        self.test: Pair = (self._shown(dataset.test_points, test), self.targets(dataset.test_labels))
        self._behind_seal: Pair | None = None
        none = (self.train[0][:, :0], self.train[1][:, :0])
        self.validation: Pair = none
        if dataset.validation_labels.size:
            points, labels = dataset.validation_points, dataset.validation_labels
            self.validation = (self._shown(points, validation), self.targets(labels))
        if data.test_sealed:
            self._behind_seal, self.test = self.test, none
        self._grid: Floats | None = None
        self._grid_section: Section | None = None
        self._section: tuple[Cut | PlaneWish, Section | None] | None = None

    @property
    def held_out(self) -> Pair:
        """What stands for data that nobody has seen: the validation set, and the test set where there is none."""
        return self.validation if self.validation[0].shape[1] else self.test

    def opened_test(self) -> Pair:
        """The sealed test set; raises WrongUse where none is sealed."""
        if self._behind_seal is None:
            raise WrongUse("The test set is not sealed, so it is not opened: its figures are among the others.")
        if not self._behind_seal[0].shape[1]:
            raise WrongUse("There are no test samples: training and validation take all of them.")
        return self._behind_seal

    @property
    def count(self) -> int:
        """Size of the training set."""
        return int(self.train[0].shape[1])

    def inputs(self, points: NDArray[np.float64]) -> Floats:
        """Network inputs for points (2, n) of the plane, for images (pixels, n), or for samples (columns, n).

        Blank cells (NaN) get what they got in training; of added inputs, the usual value stands in.
        """
        beside = self.dataset.beside
        if beside is None:
            return self._shown(points, None)
        return self._shown(beside.filling.filled(points), beside.of(points))

    def _shown(self, points: NDArray[np.float64], added: NDArray[np.float64] | None) -> Floats:
        return held(self._transform(points, added), self.dtype)

    def answers(self, outputs: Floats) -> Floats:
        """The head's outputs (units, …) in the targets' own unit: themselves, unless targets are standardized."""
        offset, scale = self.target_unit
        if (offset, scale) == UNSCALED:
            return outputs
        limit = float(np.finfo(outputs.dtype).max)
        return np.clip(outputs.astype(np.float64) * scale + offset, -limit, limit).astype(outputs.dtype)

    @property
    def is_error_beside_loss(self) -> bool:
        """Whether the mean loss does not tell how far a regression is off; ½ mean square does."""
        return not self._task.is_classification and self._head.loss != "squared_error"

    def grid(self, resolution: int, section: Section | None = None) -> Floats:
        """Inputs for every cell of the window of the plane, or of a section, the lowest row first; kept for the next
        frame."""
        known = self._grid is not None and self._grid.shape[1] == resolution * resolution
        if self._grid is None or not known or self._grid_section is not section:
            points = grid_points(self.dataset.extent, resolution) if section is None else section.grid(resolution)
            self._grid, self._grid_section = self.inputs(points), section
        return self._grid

    def section(self, cut: Cut | PlaneWish) -> Section | None:
        """The plane that a cut means for these data; the latest one is kept for the next frame.

        Raises WrongUse for a cut that is none of these data; a wish always comes to one, or to None where samples have
        no more than two columns.
        """
        if self._section is None or self._section[0] != cut:
            meant = cut_for(cut, self.dataset) if isinstance(cut, PlaneWish) else cut
            self._section = cut, None if meant is None else section_of(self.dataset, meant)
        return self._section[1]


def first_inputs(
    experiment: Experiment, dataset: Dataset, most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the network is shown of the first training and held-out samples, so many of each at most: (inputs, n).

    As `Examples` has it, scaling fitted on all of them; of a sealed test set nothing.
    """
    transform, (train, validation, test) = _transform(experiment, dataset), _added(dataset)
    validated = dataset.validation_labels.size > 0
    seen = most if validated or not experiment.data.test_sealed else 0

    def shown(points: NDArray[np.float64], added: NDArray[np.float64] | None, count: int) -> NDArray[np.float64]:
        found = transform(points[:, :count], None if added is None else added[:, :count])
        return np.ascontiguousarray(found, np.float64)

    held_out = validation if validated else test
    return shown(dataset.train_points, train, most), shown(dataset.held_out_points, held_out, seen)


def _added(dataset: Dataset) -> tuple[NDArray[np.float64] | None, ...]:
    """What the training, the validation and the test samples have beside their columns."""
    beside = dataset.beside
    return (None, None, None) if beside is None else (beside.train, beside.validation, beside.test)


def _transform(experiment: Experiment, dataset: Dataset) -> FeatureTransform:
    """From samples to inputs; the scaling is fitted on the training samples, or, as asked for, on all there are."""
    data, flaws = experiment.data, experiment.data.imperfections
    points, added = dataset.train_points, _added(dataset)[0]
    if data.scaling_fit == "all":
        parts = (dataset.train_points, dataset.validation_points, dataset.test_points)
        points = np.concatenate([each for each in parts if each.size], axis=1)
        if dataset.beside is not None:
            added = np.concatenate([each for each in _added(dataset) if each is not None], axis=1)
    names = experiment.chosen_inputs or None
    count = len(points) if names is None else len(names)
    count += 0 if added is None else len(added)
    return FeatureTransform.fit(
        names, data.scaling, points, dataset.is_own, dataset.columns, added,
        _for_each(flaws.feature_scale, count, 1.0), _for_each(flaws.feature_shift, count, 0.0),
    )  # fmt: skip


def _for_each(given: tuple[float, ...], count: int, usual: float) -> NDArray[np.float64] | None:
    """(count,) a number for each input, the usual one where none is given; None where all are usual."""
    values = np.array([*given[:count], *[usual] * (count - len(given))])
    return None if (values == usual).all() else values
