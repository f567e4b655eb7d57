"""How many threads may train at once, and when one alone: the cores that somebody else needs are left.

Owns that limit and the turns; knows nothing of what is trained, which comes to the same bytes by any number of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

MOST = 4
"""Threads: with more of them the interpreter, which they share, would be what they wait for."""


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Room:
    """What of the machine may be used. For any thread.

    threads: that train at once; without, one for each core, up to a few. is_free: asked from any thread before each
    call of the kernels, some .05 s; while it says no, one of the threads goes on and the others wait for it.
    """

    def __init__(self, threads: int | None = None, is_free: Callable[[], bool] | None = None) -> None:
        self.threads = max(1, min(MOST, cores())) if threads is None else threads
        self.is_free, self._one, self._mine = is_free or (lambda: True), threading.Lock(), threading.local()
        self._at_work, self._counting = 0, threading.Lock()

    def go_on(self) -> None:
        """Called between two pieces of work: returns once this thread may do the next one."""
        if self.threads == 1 or self.is_free():
            self._give_turn_back()
        elif not self._has_turn:
            self._one.acquire()
            self._mine.turn = True
        self._count(True)

    def leave(self) -> None:
        """Called by a thread that has nothing to do for now, or waits for another one."""
        self._count(False)
        self._give_turn_back()

    def helpers(self, most: int) -> int:
        """How many threads that nobody uses may help this one with a piece of work, up to so many. They are its own
        until `thanks`."""
        if self.threads == 1 or most < 1 or not self.is_free():
            return 0
        with self._counting:
            found = max(0, min(most, self.threads - self._at_work))
            self._at_work += found
        return found

    def thanks(self, helpers: int) -> None:
        """So many helpers have done what they were asked for."""
        with self._counting:
            self._at_work -= helpers

    def _count(self, works: bool) -> None:
        """This thread works, or does not."""
        if self.threads > 1 and works != getattr(self._mine, "works", False):
            self._mine.works = works
            with self._counting:
                self._at_work += 1 if works else -1

    def _give_turn_back(self) -> None:
        if self._has_turn:
            self._mine.turn = False
            self._one.release()

    @property
    def _has_turn(self) -> bool:
        """Whether this thread is the one that goes on."""
        return getattr(self._mine, "turn", False)


ALONE = Room(1)
"""One thread: that of whoever asks."""
