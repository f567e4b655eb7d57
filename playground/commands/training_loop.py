"""Trains a session in short calls, so that progress and Ctrl-C are live.

Owns the length of the calls, the signals and the progress line; what is trained, it does not know. The length of the
calls never changes the result.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import msgspec

from playground.commands.output import QUIET, say
from playground.commands.progress import Progress
from playground.diagnosis.signals.bends import Bends
from playground.driving.driver import Driver
from playground.driving.pace import Pace
from playground.engine import engine
from playground.run.session import Session
from playground.words.run import preparing_sentence

CALL_SECONDS = 0.05


class Outcome(msgspec.Struct, frozen=True):
    """What one training came to: figures of this training alone, not of the run it continued."""

    epochs: int
    steps: int
    samples: int
    seconds: float
    interrupted: bool


class Wish:
    """Whether the user has asked to stop; a second time stops at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    @property
    def stop(self) -> bool:
        """Whether that was asked for."""
        return self.asked.is_set()

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if self.stop:
            raise KeyboardInterrupt
        self.asked.set()


@contextmanager
def stopping() -> Iterator[Wish]:
    """Ctrl-C and the system's request to end set a flag instead of breaking into a call."""
    wish = Wish()
    kept: dict[Any, Any] = {}
    if threading.current_thread() is threading.main_thread():
        kept = {number: signal.signal(number, wish.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wish
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def prepare_kernels(precision: str = "float32") -> None:
    """Load the kernels of a precision, or those of curvature; the first time on a machine they are compiled, which is
    worth a word."""
    if not engine.prepared(precision):
        say(preparing_sentence())
    engine.warm(precision)
    warning = engine.cache_problem()
    if warning is not None:
        say(warning)


def bends() -> Bends:
    """What the doctor asks how the loss bends: the kernels for that are made ready when it asks for the first time."""

    def ready() -> bool:
        prepare_kernels(engine.CURVATURE)
        return True

    return Bends(ready)


def train(session: Session, epochs: int) -> Outcome:
    """Train for so many epochs, until it diverges, a rule of the run ends it, or the user interrupts.

    A run that a rule has ended goes on all the same: it was asked for.
    """
    if session.stopped is not None:
        session.go_on()
    state = session.state
    first = (state.epoch, state.step, state.position)
    total, done = session.steps_for(epochs), 0
    driver, started = Driver(Pace(CALL_SECONDS, CALL_SECONDS)), time.perf_counter()
    with stopping() as wish, Progress(epochs, None if QUIET.get() else sys.stderr) as progress:
        while done < total and not wish.stop and session.goes_on:
            done += driver.advance(session, most=total - done)
            progress.show(session.state.epoch - first[0], _latest_loss(session))
    seconds, state = time.perf_counter() - started, session.state
    samples = (state.epoch - first[0]) * state.order.size + state.position - first[2]
    interrupted = wish.stop and done < total and session.goes_on
    return Outcome(state.epoch - first[0], state.step - first[1], samples, seconds, interrupted)


def _latest_loss(session: Session) -> float | None:
    """The newest recorded training loss: free, where measuring is not."""
    rows = session.recording.rows
    return float(session.recording.table[rows - 1, 1]) if rows else None
