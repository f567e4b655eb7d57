"""Several things to be done, by several threads, with results in the order of what was asked.

Owns the threads and their end; knows nothing of what they do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from playground.population.room import Room

Result = TypeVar("Result")

HEARS = 0.1
"""Seconds after which a thread that waits looks up: where Ctrl-C does not end a wait, it is heard then."""


class Halt(threading.Event):
    """Set where the one that was given is, or where nobody takes the rest."""

    def __init__(self, cancel: threading.Event | None) -> None:
        super().__init__()
        self._cancel = cancel

    def is_set(self) -> bool:
        return super().is_set() or (self._cancel is not None and self._cancel.is_set())


def all_cores(is_free: Callable[[], bool]) -> Room:
    """Room for a thread on each core, a few at most; for one alone while `is_free`, asked from any thread, says no."""
    return Room(is_free=is_free)


def in_order(jobs: Sequence[Callable[[], Result]], room: Room, halt: Halt) -> Iterator[Result]:
    """What each job returns, as soon as it and those before it are done; what one raises is raised in its place.

    With room for one thread the caller does them, as they are taken. halt: set once nobody takes more, for jobs that
    can end sooner; the threads have ended when the iteration has.
    """
    if room.threads == 1 or len(jobs) < 2:
        for job in jobs:
            yield done(job, room)
        return
    pool = ThreadPoolExecutor(room.threads, thread_name_prefix="cures")
    try:
        for made in [pool.submit(done, job, room) for job in jobs]:
            while not made.done():
                wait([made], HEARS)
            yield made.result()
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)


def done(job: Callable[[], Result], room: Room) -> Result:
    """What a job returns, done by this thread in its turn."""
    room.go_on()
    try:
        return job()
    finally:
        room.leave()
