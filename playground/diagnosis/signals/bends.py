"""How the loss bends at a moment: measured only where a rule has found what that would tell more of.

Owns when it may be measured, how much of it, and what is kept; knows nothing of rules. A measurement is worth many
looks: it asks for up to two hundred products of the Hessian with a vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from playground.run.curvature import Sharpness, sharpness
from playground.run.snapshot import Snapshot

MOST_WORK = 500_000
"""Parameters times training samples, at most: a tenth of a second."""


class Bend(NamedTuple):
    """found: both ends of the spectrum, and the bound of stable descent at this rate. step, epoch: of that moment.
    loss: the training loss of that moment, which says whether this one is like it."""

    found: Sharpness
    step: int
    epoch: int
    loss: float


def always() -> bool:
    """Measuring costs nobody anything that he does not want."""
    return True


class Bends:
    """What is known of how the loss of one run bends. For one thread at a time."""

    def __init__(self, ready: Callable[[], bool] = always, share: float | None = None) -> None:
        """ready: asked before it is measured; where it says no, nothing is known. share: of the time that passes, at
        most; until then what was found last is told again, with its epoch. Without, every moment is measured."""
        self._ready, self._share = ready, share
        self._known: Bend | None = None
        self._due = 0.0

    def of(self, snapshot: Snapshot) -> Bend | None:
        """How the loss bends at this moment, or did lately at the same loss; None where nobody knows."""
        work = snapshot.parameters.size * snapshot.dataset.train_labels.size
        if snapshot.divergence is not None or work > MOST_WORK:
            return None
        known, begun = self._known, time.monotonic()
        if known is not None and (known.step == snapshot.step or (self._share and begun < self._due)):
            return known
        if not self._ready():
            return None
        found = sharpness(
            snapshot.experiment, snapshot.dataset, snapshot.parameters.astype(np.float64), snapshot.learning_rate
        )
        if self._share:
            self._due = begun + (time.monotonic() - begun) / self._share
        self._known = Bend(found, snapshot.step, snapshot.epoch, snapshot.metrics.train_loss)
        return self._known
