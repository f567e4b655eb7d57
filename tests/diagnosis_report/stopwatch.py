"""What trials cost, and what of it is training: the floor, for the same steps take as long by the kernels alone.

Owns this measure. Seconds of one thread's processor, so that nothing counts which runs beside it; how many times the
floor a trial takes does not depend on the machine either.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

import kernels
from tests.timing import Clock


@dataclass(frozen=True)
class Taken:
    """Seconds, and those of them in the kernels' training."""

    seconds: float
    training: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.seconds + other.seconds, self.training + other.training)

    def __sub__(self, other: Taken) -> Taken:
        return Taken(self.seconds - other.seconds, self.training - other.training)


class Stopwatch:
    """Reads both at any moment, as long as `running` lasts."""

    def __init__(self) -> None:
        self._training = Clock(time.thread_time)

    def running(self) -> AbstractContextManager[None]:
        """Count what the kernels' training takes meanwhile."""
        return self._training.counting(kernels, "train")

    def now(self) -> Taken:
        """So far; only differences mean something."""
        return Taken(time.thread_time(), self._training.seconds)


def told(taken: Sequence[Taken], quantile: float) -> str:
    """A quantile of the seconds, that of the floor, and how many times its own floor each takes in the median."""
    if not taken:
        return "nothing was measured"
    whole, training = ([getattr(each, name) for each in taken] for name in ("seconds", "training"))
    times = np.median([each.seconds / max(each.training, 1e-9) for each in taken])
    ends = [1000 * float(np.quantile(values, quantile)) for values in (whole, training)]
    return f"{ends[0]:.0f} ms of one processor; training alone {ends[1]:.0f} ms; {times:.2f} times that in the median"
