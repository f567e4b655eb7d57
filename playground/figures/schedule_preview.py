"""The learning-rate schedule as a line: which share of the rate is in force over the epochs to come.

Owns this forecast, which is only looked at; the rate that trains is the kernels'. Knows nothing of how it is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.experiment.schedules import (
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    Schedule,
    StepSchedule,
    WarmUpSchedule,
)

Array = NDArray[np.float64]

LONGEST = 1_000_000.0
FAINT = 0.05
"""An exponential is shown until this share of the rate is left."""
RISING, START, FINAL = 0.3, 1.0 / 25.0, 1.0 / 250_000.0
"""PyTorch's OneCycleLR: the part of the time that the rate rises, and the shares it starts and ends with."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
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
    end = max(natural_end(schedule), 1.25 * now)
    epochs = np.linspace(0.0, end, points)
    shares = share_at(schedule, epochs)
    return None if shares is None else Preview(epochs, shares, end)


def share_at(schedule: Schedule, epochs: Array) -> Array | None:
    """The share of the learning rate at each epoch (whole and parts); None where it depends on the run."""
    match schedule:
        case StepSchedule(every=every, factor=factor):
            return np.power(factor, np.floor(epochs / every))
        case ExponentialSchedule(factor=factor):
            return np.power(factor, epochs)
        case CosineSchedule(epochs=total, smallest=smallest):
            return smallest + (1.0 - smallest) * _falling(epochs / total)
        case OneCycleSchedule(epochs=total):
            place = np.clip(epochs / total, 0.0, 1.0)
            up = 1.0 + (START - 1.0) * _falling(place / RISING)
            down = FINAL + (1.0 - FINAL) * _falling((place - RISING) / (1.0 - RISING))
            return np.where(place < RISING, up, down)
        case WarmUpSchedule(epochs=total):
            return np.minimum(1.0, epochs / total)
        case ConstantSchedule():
            return np.ones_like(epochs)
        case _:
            return None


def _falling(place: Array) -> Array:
    """Half a cosine from 1 at place 0 to 0 at place 1, level outside."""
    return np.asarray((1.0 + np.cos(np.pi * np.clip(place, 0.0, 1.0))) / 2.0, dtype=np.float64)
