"""What a remedy is asked about: an experiment, its data and what was found; and what it answers.

Owns these shapes and the seeds of trials; knows no remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import msgspec

from playground.data import Dataset, PointsData
from playground.diagnosis.signals.finding import Finding
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Conv2d, Dense, Layer

Wish = dict[str, Any]
"""Values by path."""
Wishes = list[Wish]


class Case(msgspec.Struct, frozen=True, eq=False, dict=True):
    """What a remedy is for. dataset: the run's own; epochs: the plan's."""

    experiment: Experiment
    dataset: Dataset
    finding: Finding
    epochs: int

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self.experiment.network.layers

    @property
    def is_given(self) -> bool:
        """Whether the points are somebody's own."""
        return isinstance(self.experiment.data.source, PointsData)

    @cached_property
    def dense(self) -> tuple[int, ...]:
        """The places of layers of units."""
        return tuple(place for place, layer in enumerate(self.layers) if isinstance(layer, Dense | Conv2d))


Make = Callable[[Case], Wishes]
"""From a case to what a remedy would change: a wish for each variant."""

HIGHEST_SEED = 2**53


def seeds_after(seed: int, count: int) -> tuple[int, ...]:
    """The seeds of so many pairs: the experiment's own, and those that follow it; behind the highest one comes 0."""
    return tuple((seed + place) % (HIGHEST_SEED + 1) for place in range(count))
