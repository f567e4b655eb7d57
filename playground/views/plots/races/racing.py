"""A race on a thread of its own, while the run behind the window goes on.

Owns when it begins, that thread, and how all stand; who takes part and how they are trained, `playground.population`
knows.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.data.section import PlaneWish
from playground.errors import PlaygroundError
from playground.population.entrants import Entrant
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.background import Background, taken
from playground.words.errors import told

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.racing import Standing

MAP_SECONDS = 0.25
"""Seconds between two looks at the maps; the last one is of the end."""
Look = tuple[tuple["Standing", ...], tuple[Snapshot, ...]]


class Racing(QObject):
    """`changed` when a race has begun, has come further, or has ended. `standings` are in the order of the field, and
    `networks` beside them, with their maps."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.standings: tuple[Standing, ...] = ()
        self.networks: tuple[Snapshot, ...] = ()
        self.epochs = 0
        self._come: deque[Look] = deque()
        self._asked: Future[None] | None = None
        self._background = Background("race", self._on_tick, self)

    @property
    def busy(self) -> bool:
        """Whether it is going on."""
        return self._asked is not None

    def start(self, entrants: Sequence[Entrant], epochs: int, opened: Checkpoint, plane: PlaneWish) -> None:
        """Train these side by side; nothing while a race is on. opened: has the points that there are."""
        if self._asked is not None:
            return
        self.forget()
        self.epochs = epochs
        given = entrants, epochs, opened, plane, self._background.anew(), self._come
        self._asked = self._background.submit(_race, *given)
        self.changed.emit()

    def forget(self) -> None:
        """Nothing is known any more; for when no race is on."""
        self._come, self.standings, self.networks = deque(), (), ()

    def cancel(self) -> None:
        """No further; how all stand stays."""
        self._background.cancel.set()

    def wait(self) -> None:
        """Wait for the end of the race (pictures, tests)."""
        if self._asked is not None:
            self._asked.exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _on_tick(self) -> None:
        asked = self._asked
        ended, come = asked is not None and asked.done(), taken(self._come)
        if ended:
            come += taken(self._come)
            self._background.rest()
            self._asked = None
        if come:
            self.standings, self.networks = come[-1]
        if asked is not None and ended:
            try:
                asked.result()
            except PlaygroundError as error:
                self.failed.emit(told(error))
        if come or ended:
            self.changed.emit()


def _race(
    entrants: Sequence[Entrant], epochs: int, opened: Checkpoint, plane: PlaneWish, cancel: threading.Event,
    come: deque[Look],
) -> None:  # fmt: skip
    """The race, on its thread; how all stand is there after each round."""
    from playground.population.racing import Race

    race = Race(entrants, epochs, opened.points, opened)
    standings: tuple[Standing, ...] = ()
    networks, looked = tuple[Snapshot, ...](), -MAP_SECONDS
    for standings in race.run(cancel):
        if time.monotonic() - looked >= MAP_SECONDS:
            networks, looked = tuple(race.snapshot(each, plane) for each in standings), time.monotonic()
        come.append((standings, networks))
    if standings:
        come.append((standings, tuple(race.snapshot(each, plane) for each in standings)))
