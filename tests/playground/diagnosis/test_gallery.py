"""The network that the program starts with, on every data set: where it does what the data allow, nothing is said."""

from __future__ import annotations

import pytest

from playground.data.recipes.table import DATASETS
from playground.diagnosis.ahead import look_ahead
from playground.diagnosis.signals.look import Look
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint

GAP = 0.1
EVERY = 8
"""One in so many data sets is looked at in every run of the suite."""


@pytest.mark.parametrize(
    "name",
    [name if place % EVERY == 0 else pytest.param(name, marks=pytest.mark.long) for place, name in enumerate(DATASETS)],
)
def test_a_set_that_is_solved_is_healthy(name: str) -> None:
    forecast = look_ahead(Checkpoint(on_dataset(Experiment(), name)), seconds=None)
    assert forecast is not None
    look = Look(forecast.last)
    held_out = look.held_out_score
    assert held_out is not None
    solved = not look.behind and look.score - held_out <= GAP
    assert bool([each for each in forecast.findings if each.is_alarm]) == (not solved)
