"""What it costs to go back to any moment of a long run, and what training pays for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median

from playground.experiment.experiment import Experiment
from playground.run.session import Session

EPOCHS, QUICK_EPOCHS = 1_000_000, 20_000
SEEKS = 500


def measure(quick: bool) -> dict[str, float]:
    """Seeks in the default network's run, wall clock, the maps of a frame left out; and the price of keeping states.

    The price is the processor time of the same epochs in a session and in its run alone, medians of pairs.
    """
    session = Session(Experiment())
    session.advance(epochs=QUICK_EPOCHS if quick else EPOCHS)
    times, cursor = session.times, session.times.cursor()
    draw, taken = random.Random(1), []
    for _ in range(SEEKS // 10 if quick else SEEKS):
        place = times.place_at(draw.randrange(session.state.step))
        start = time.perf_counter()
        for _ in cursor.go(place):
            pass
        taken.append(1000 * (time.perf_counter() - start))
    return {
        "seek_median_ms": median(taken),
        "seek_worst_ms": max(taken),
        "past_mb": session._book.memory.past.nbytes / 1e6,
        "past_ratio": price(5 if quick else 25),
    }


def price(rounds: int, epochs: int = 4000) -> float:
    """Processor time of epochs with the past kept, as a multiple of the same without."""
    told, bare = Session(Experiment()), Session(Experiment())
    found = []
    for _ in range(rounds):
        alone = timed(lambda: bare._run.advance(epochs * bare.steps_per_epoch))
        found.append(timed(lambda: told.advance(epochs=epochs)) / alone)
    return median(found)


def timed(take: Callable[[], object]) -> float:
    """Processor seconds of this thread."""
    start = time.thread_time()
    take()
    return time.thread_time() - start
