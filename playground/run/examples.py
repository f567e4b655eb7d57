"""What a network is shown: the data set turned into inputs, targets and sample weights of the run's number type.

Owns which set has which; how inputs and targets are made is told beside it. Knows nothing of parameters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.grid import Array, plane_points
from playground.data.section import Cut, PlaneWish, Section, cut_for, section_of
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run.coding import UNSCALED, Targets, added_of, inputs_of, transform_of

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
        self._inputs = inputs_of(experiment, dataset, dtype)
        self.targets = Targets(experiment, dataset, dtype)
        self.target_unit = self.targets.unit
        self.train: Pair = (self._inputs.train, self.targets(dataset.train_labels))
        self.test: Pair = (self._inputs.test, self.targets(dataset.test_labels))
        self._behind_seal: Pair | None = None
        none = (self.train[0][:, :0], self.train[1][:, :0])
        self.validation: Pair = none
        if dataset.validation_labels.size:
            self.validation = (self._inputs.validation, self.targets(dataset.validation_labels))
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
            return self._inputs.of(points, None)
        return self._inputs.of(beside.filling.filled(points), beside.of(points))

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
            points = self._cells(resolution) if section is None else section.grid(resolution)
            self._grid, self._grid_section = self.inputs(points), section
        return self._grid

    def _cells(self, resolution: int) -> Array:
        return plane_points(self.dataset.extent, self.dataset.window, resolution)

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
    transform, (train, validation, test) = transform_of(experiment, dataset), added_of(dataset)
    validated = dataset.validation_labels.size > 0
    seen = most if validated or not experiment.data.test_sealed else 0

    def shown(points: NDArray[np.float64], added: NDArray[np.float64] | None, count: int) -> NDArray[np.float64]:
        found = transform(points[:, :count], None if added is None else added[:, :count])
        return np.ascontiguousarray(found, np.float64)

    held_out = validation if validated else test
    return shown(dataset.train_points, train, most), shown(dataset.held_out_points, held_out, seen)
