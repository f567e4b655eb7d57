"""The learning-rate schedule as a line: which share of the rate is in force over the epochs to come.

Owns how far the line goes and where it is looked at; the shares are `share_in_force`'s, so the line shows what trains.
Knows nothing of how it is drawn.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.experiment.schedules import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmUpSchedule,
    share_in_force,
)

Array = NDArray[np.float64]

LONGEST = 1_000_000.0
FAINT = 0.05
"""An exponential is shown until this share of the rate is left."""
STEPS = 1000
"""Steps an epoch of the run that is shown: so many that a schedule that counts steps looks even."""


class Preview(msgspec.Struct, frozen=True, eq=False):
    """Shares of the learning rate (0 … 1) at epochs from 0 to `end`."""

    epochs: Array
    shares: Array
    end: float


def natural_end(schedule: Schedule) -> float:
    """The epoch up to which a schedule is worth looking at."""
    match schedule:
        case StepSchedule(every=every):
            return 4.0 * every
        case ExponentialSchedule(factor=factor):
            return min(LONGEST, math.log(FAINT) / math.log(factor)) if 0 < factor < 1 else 100.0
        case CosineSchedule(epochs=epochs) | OneCycleSchedule(epochs=epochs):
            return float(epochs)
        case WarmUpSchedule(epochs=epochs):
            return 2.0 * epochs
        case _:
            return 100.0


def preview(schedule: Schedule, now: float = 0.0, points: int = 200) -> Preview | None:
    """The line over its natural length, or a little beyond `now`; None where it depends on the run (plateaus)."""
    return _line(schedule, max(natural_end(schedule), 1.25 * now), points)


@lru_cache(maxsize=4)
def _line(schedule: Schedule, end: float, points: int) -> Preview | None:
    epochs = np.linspace(0.0, end, points)
    shares = share_at(schedule, epochs)
    if shares is None:
        return None
    epochs.flags.writeable = shares.flags.writeable = False  # the same line is given again
    return Preview(epochs, shares, end)


def share_at(schedule: Schedule, epochs: Array) -> Array | None:
    """The share of the learning rate at each epoch (whole and parts); None where it depends on the run."""
    if isinstance(schedule, PlateauSchedule):
        return None
    places = [divmod(int(epoch * STEPS), STEPS) for epoch in epochs.tolist()]
    return np.array([share_in_force(schedule, epoch, step, STEPS, 1.0) for epoch, step in places])
