"""One run of a population, and what came out of it.

Owns the shape of that record; knows nothing of how it was trained.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.engine.parameters import digest
from playground.run.recording import WITHOUT_VALIDATION
from playground.run.snapshot import HISTORY_COLUMNS, Divergence, Metrics
from playground.run.stopping import Stopped

Floats = NDArray[np.floating]

VALIDATED_ROW = np.dtype([(name, np.float64) for name in HISTORY_COLUMNS])
ROW = np.dtype([(name, np.float64) for name in HISTORY_COLUMNS[:WITHOUT_VALIDATION]])


class Member(msgspec.Struct, frozen=True, eq=False):
    """One run of a population and what came out; arrays are read-only.

    place: where it stands among those asked for, from 0. seed, learning_rate: what it was trained with. epochs, steps:
    how many were made. ended: how, in a word; `stopped` and `divergence` say by which rule or where (step, epoch,
    layer). parameters (P,): at the end, or in the last finite state. metrics: of these parameters; a figure that is not
    finite is the largest number. history: a structured array (rows,) with the fields HISTORY_COLUMNS, a row before the
    first step and one for every recorded epoch; NaN is what does not exist (test figures, accuracy of a regression).
    """

    place: int
    seed: int
    learning_rate: float
    epochs: int
    steps: int
    ended: Literal["completed", "stopped_early", "diverged"]
    parameters: Floats
    metrics: Metrics
    history: NDArray[np.void]
    stopped: Stopped | None = None
    divergence: Divergence | None = None

    @property
    def digest(self) -> str:
        """As `Session.digest`."""
        return digest(self.parameters)
