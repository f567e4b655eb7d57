"""What the doctor knows of the run behind the window, and of those that were left.

Owns that knowledge and how long it is kept; knows nothing of how it comes about, or of what of it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from playground.diagnosis.signals.finding import Finding
from playground.edits.document import Document
from playground.run.snapshot import Snapshot
from playground.views.workbench.doctor.thinking import Memory
from playground.views.workbench.doctor.trials import Tried
from playground.views.workbench.doctor.verdicts import Subject

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast

MOST_LEFT = 8


class Known(msgspec.Struct, eq=False):
    """What the doctor knows of one run since it was begun, or edited last. live: what is found now, at `moment`, and
    about what. forecast: the run to come, as far as it was looked ahead. put_off: rules that are hidden. tried: the
    cures that were tried."""

    memory: Memory
    live: tuple[Finding, ...] = ()
    moment: tuple[int, ...] | None = None
    about: Subject | None = None
    forecast: Forecast | None = None
    put_off: frozenset[str] = frozenset()
    tried: Tried | None = None


class Shelf:
    """What is known of runs that were left, by their number: each stands as it was left until it is gone back to."""

    def __init__(self) -> None:
        self._of = dict[int, tuple[Document, Known]]()

    def exchanged(self, left: Document | None, known: Known, now: Document | None) -> Known | None:
        """Another document is there, or an edited one. What is known of its run; None where that stands otherwise, or
        was never left."""
        if left is None or now is None or left.run == now.run:
            return None
        self._of.pop(left.run, None)
        self._of[left.run] = left, known
        while len(self._of) > MOST_LEFT:
            self._of.pop(next(iter(self._of)))
        was, found = self._of.pop(now.run, (None, None))
        return found if was == now else None

    def clear(self) -> None:
        """Another document, whose runs have the same numbers."""
        self._of.clear()


def moment_of(shot: Snapshot) -> tuple[int, ...]:
    """Equal ones are the same moment of the same run."""
    return shot.version, shot.resets, shot.step
