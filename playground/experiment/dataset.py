"""The data set of an experiment's settings, for who calls from Python.

Owns the check of what is handed in; knows nothing of how points are made.
"""

from __future__ import annotations

from typing import Any

from playground import data as making
from playground.data import Data, Dataset, OwnPoints, points_given
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment.experiment import Experiment, source_rules, well_formed
from playground.experiment.schema import limits
from playground.scalars import shown, whole


def make_dataset(data: Data, seed: int, own: OwnPoints | None = None) -> Dataset:
    """The data set of `data` for an experiment's seed: the same on every machine.

    own: the points of a source that is about somebody's own. Raises WrongUse or InvalidExperiment, and PointsRefused
    where the points are missing or others.
    """
    seed, given = whole("seed", seed, int(limits(Experiment, "seed")[1])), _checked(data)
    return making.make_dataset(given, seed, points_given(own))


def _checked(data: Any) -> Data:
    if not isinstance(data, Data):
        hint = " That of an experiment: experiment.data." if isinstance(data, Experiment) else ""
        raise WrongUse("A Data is needed here; got {given}.{hint}", given=shown(data), hint=hint)
    found = well_formed(Experiment(data=data)).data
    problems = source_rules(found)
    if problems:
        raise InvalidExperiment(problems)
    return found
