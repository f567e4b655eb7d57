"""What a model file holds: an experiment and, if it was trained, the exact state to continue from.

Owns that pairing; knows nothing of files.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints, make_dataset
from playground.engine.state import RunState
from playground.experiment.experiment import Experiment
from playground.run.snapshot import Divergence
from playground.run.stopping import Reason, Stopped


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """An experiment with its run so far; `state` is None for an experiment that was never trained.

    history: (n, 6) rows of the recording; stride: how many epochs lie between two rows from now on.
    stopped: the rule that has ended the run; spent: rules that have ended it before, and do so no more.
    dataset: the run's own points where this version's recipe gives other ones, or None: then the recipe holds.
    points: what the experiment is about, where that is somebody's own points.
    """

    experiment: Experiment
    state: RunState | None = None
    history: NDArray[np.float64] | None = None
    stride: int = 1
    divergence: Divergence | None = None
    dataset: Dataset | None = None
    stopped: Stopped | None = None
    spent: frozenset[Reason] = frozenset()
    points: OwnPoints | None = None

    def dataset_for(self, experiment: Experiment, points: OwnPoints | None = None) -> Dataset:
        """The points of this experiment or an edited one: the run's own while nothing that decides them differs.

        points: what the edited experiment is about, if not the same own points. Raises PointsRefused where they are
        missing, or others than the experiment's.
        """
        then, now = self.experiment.data, experiment.data
        comparable = msgspec.structs.replace(now, features=then.features, scaling=then.scaling)
        same = comparable == then and experiment.seed == self.experiment.seed
        if same and self.dataset is not None:
            return self.dataset
        return make_dataset(now, experiment.seed, self.points if points is None else points)
