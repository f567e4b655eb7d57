"""What it costs a session to write down what it measures, and what it costs not to: against the engine alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from playground.edits.changes import with_changes
from playground.engine.state import PROBES, RECORD_COLUMNS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.run.session import Session

WIDE = with_changes(
    Experiment(), network=Network((Dense(128), Dense(128))), training__batch_size=125, data__source__samples=500
)
"""2-128-128-1, float32: an epoch is two steps, so every other step is followed by a row."""


def measure(quick: bool) -> dict[str, float]:
    """Processor time of a session's steps as a multiple of the same steps in the engine alone; medians of pairs."""
    steps, rounds = (100, 9) if quick else (400, 21)
    bare, silent, told = (Session(WIDE, record=False), Session(WIDE, record=False), Session(WIDE))
    takers = (lambda: engine_alone(bare, steps), lambda: silent.advance(steps=steps), lambda: told.advance(steps=steps))
    for take in takers:
        take()
    found = [[timed(take) for take in takers] for _ in range(rounds)]
    return {
        "unrecorded_ratio": median(without / alone for alone, without, _ in found),
        "recorded_ratio": median(with_rows / alone for alone, _, with_rows in found),
    }


def engine_alone(session: Session, steps: int) -> None:
    """The same steps without a session around them."""
    run = session._run
    nothing = np.zeros((0, RECORD_COLUMNS)), np.zeros((0, len(session.layout.slots), PROBES))
    run.engine.train(run.state, steps, run.examples.train, run.examples.test, *nothing, 0, False)


def timed(take: Callable[[], object]) -> float:
    """Processor seconds of this thread."""
    start = time.thread_time()
    take()
    return time.thread_time() - start
