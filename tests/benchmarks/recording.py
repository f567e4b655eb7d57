"""What it costs a session to write down what it measures, and what it costs not to: against the engine alone; what it
costs to keep its past, and to go back to any moment of a long run."""

from __future__ import annotations

import random
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


EPOCHS, QUICK_EPOCHS = 1_000_000, 20_000
SEEKS = 500
RUNS, EDITS = 5, 20


def measure_past(quick: bool) -> dict[str, float]:
    """Seeks in the default network's run, wall clock, the maps of a frame left out; and the price of keeping states.

    The price is the processor time of the same epochs in a session and in its run alone, medians of pairs.
    """
    epochs, count = (QUICK_EPOCHS, SEEKS // 10) if quick else (EPOCHS, SEEKS)
    session = Session(Experiment())
    session.advance(epochs=epochs)
    found = {f"seek_{name}": figure for name, figure in seeks(session, count).items()}
    branched = with_branches(epochs)
    found |= {f"branch_seek_{name}": figure for name, figure in seeks(branched, count).items()}
    return found | {
        "past_mb": session._book.memory.past.nbytes / 1e6,
        "branches_mb": branched._book.memory.past.nbytes / 1e6,
        "past_ratio": price(5 if quick else 25),
    }


def seeks(session: Session, count: int) -> dict[str, float]:
    """Milliseconds to steps drawn at random of each branch in turn, which is gone to before: by the wall, and worst by
    the processor's time of this thread."""
    draw, taken, used = random.Random(1), list[float](), list[float]()
    for branch in session.branches:
        session.switch(branch)
        times, cursor = session.times, session.times.cursor()
        for _ in range(max(1, count // len(session.branches))):
            place = times.place_at(draw.randrange(session.state.step))
            start, own = time.perf_counter(), time.thread_time()
            for _ in cursor.go(place):
                pass
            taken.append(1000 * (time.perf_counter() - start))
            used.append(1000 * (time.thread_time() - own))
    return {
        "median_ms": median(taken), "median_cpu_ms": median(used), "worst_ms": max(taken), "worst_cpu_ms": max(used),
    }  # fmt: skip


def with_branches(epochs: int) -> Session:
    """A session of five runs with as many epochs together as asked for: each left the one before in its middle, with
    another rate, and every run was edited twenty times."""
    session, draw = Session(Experiment()), random.Random(2)
    for run in range(RUNS):
        if run:
            session.branch(at=session.state.step // 2)
        for _ in range(EDITS):
            session.apply(with_changes(session.experiment, training__learning_rate=draw.uniform(0.01, 0.1)))
            session.advance(epochs=epochs // RUNS // EDITS)
    return session


def price(rounds: int, epochs: int = 4000) -> float:
    """Processor time of epochs with the past kept, as a multiple of the same without."""
    told, bare = Session(Experiment()), Session(Experiment())
    found = []
    for _ in range(rounds):
        alone = timed(lambda: bare._run.advance(epochs * bare.steps_per_epoch))
        found.append(timed(lambda: told.advance(epochs=epochs)) / alone)
    return median(found)


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
