"""What the doctor thinks on its own thread, and what it asks of the training thread for that.

Owns the memory that only its thread touches; knows nothing of when anything is asked, or of what becomes of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Snapshot

if TYPE_CHECKING:  # they load the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast
    from playground.diagnosis.doctor import Doctor
    from playground.diagnosis.signals.bends import Bends
    from playground.run.session import Session

BENDING = 0.05
"""Of the doctor's time, at most, for measuring how the loss of a run that goes on bends."""


class Memory:
    """What the doctor remembers of one run between two actions; only its thread touches it."""

    def __init__(self, can_bend: Callable[[], bool]) -> None:
        """can_bend: whether it may be measured how the loss bends."""
        self._doctor: Doctor | None = None
        self._bends: Bends | None = None
        self._can_bend = can_bend
        self.cancel = threading.Event()
        """Ends what is tried before something is called too small."""

    def look(self, shot: Snapshot) -> tuple[Snapshot, tuple[Finding, ...]]:
        """What is to be said after this moment."""
        from playground.diagnosis.cures.arbitration import arbitrated
        from playground.diagnosis.doctor import Doctor
        from playground.diagnosis.signals.bends import Bends
        from playground.diagnosis.signals.look import Look
        from playground.reference.patience import GivenUp, unless

        self._bends = self._bends or Bends(self._can_bend, BENDING)
        self._doctor = self._doctor or Doctor(partial(arbitrated, cancel=self.cancel))
        try:
            with unless(self.cancel):
                return shot, self._doctor.look(Look(shot, bends=self._bends))
        except GivenUp:  # the run is another one, or the window is gone
            return shot, ()


def look_of(session: Session) -> tuple[Snapshot, float]:
    """What a look needs, asked on the training thread, and how many seconds of that thread it took."""
    from playground.diagnosis.signals.look import DEMAND

    begun = time.perf_counter()
    return session.snapshot(DEMAND), time.perf_counter() - begun


def ahead_of(
    start: Checkpoint, plan: Plan | None, cancel: threading.Event, can_bend: Callable[[], bool], **limits: Any
) -> Forecast | None:  # fmt: skip
    """The look ahead, on the doctor's thread."""
    from playground.diagnosis.ahead import look_ahead
    from playground.diagnosis.signals.bends import Bends

    return look_ahead(start, plan, cancel, bends=Bends(can_bend), **limits)
