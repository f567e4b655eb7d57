"""How many epochs a run is meant to last: what a forecast and "too slow" are measured by.

Owns that choice; knows nothing of rules.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playground.experiment.experiment import Experiment

USUAL = 300
"""Epochs of a run of which nobody has said how long it lasts."""


class Plan(msgspec.Struct, frozen=True):
    """epochs: when the run ends, counted from its first step. source: who says so."""

    epochs: int
    source: Literal["asked", "stop", "usual"]


def plan_of(experiment: Experiment, asked: int | None = None) -> Plan:
    """The plan: what was asked for, else the experiment's own end, else the usual length."""
    if asked is not None:
        return Plan(asked, "asked")
    if experiment.training.stop.epochs is not None:
        return Plan(experiment.training.stop.epochs, "stop")
    return Plan(USUAL, "usual")
