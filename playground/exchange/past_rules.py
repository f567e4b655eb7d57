"""What must be true of the states that a model file keeps of its past: each is one that a run can stand at.

Owns these rules, for many states at once; knows nothing of bytes, nor of how states follow one another in a run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import Layout
from playground.engine.state import (
    BAD_SAMPLE,
    BEST_EPOCH,
    CLIPPED,
    COUNTERS,
    EARLY_BEST,
    EPOCH,
    NOISE_SEED,
    PLATEAU_BEST,
    PLATEAU_RATE,
    POSITION,
    STEP,
)
from playground.exchange.container import Unreadable
from playground.exchange.progress import MOST, MOST_SEED
from playground.exchange.run_rules import NEVER_NEGATIVE, is_beyond_one
from playground.experiment.optimizers import Adam, AdamW, Nadam
from playground.experiment.training import Training

COUNTED = [STEP, EPOCH, POSITION, CLIPPED]
STILL = [place for place in range(COUNTERS) if place not in (*COUNTED, NOISE_SEED, BAD_SAMPLE)]
"""Counters that say how a call has ended, which is no part of a state."""


def check_states(states: NDArray[np.void], layout: Layout, training: Training) -> None:
    """Refuse packed states (n,) that no run can have come to, or not in this order; raises Unreadable."""
    _check_numbers(states, layout)
    _check_counts(states)
    _check_rules(states, training)


def _check_numbers(states: NDArray[np.void], layout: Layout) -> None:
    for name in ("parameters", "slots", "powers", "best"):
        if not np.isfinite(states[name]).all():
            raise _refused("values that are not finite numbers")
    probes = states["probes"]
    if np.isinf(probes).any() or (probes[..., NEVER_NEGATIVE] < 0.0).any() or is_beyond_one(probes):
        raise _refused("counts, sizes or shares that no layer has")
    for name in ("parameters", "best"):
        for slot in layout.slots if states[name].shape[1] else ():
            if (states[name][:, slot.end - slot.statistic_count // 2 : slot.end] < 0.0).any():
                raise _refused("a variance below 0")


def _check_counts(states: NDArray[np.void]) -> None:
    counters, samples = states["counters"], states["order"].shape[1]
    step, epoch, position, clipped = (counters[:, place] for place in COUNTED)
    is_counted = (counters[:, COUNTED] >= 0).all() and (step <= MOST).all()
    is_counted = is_counted and (epoch <= step).all() and (clipped <= step).all() and (position < samples).all()
    seeds = counters[:, NOISE_SEED]
    is_counted = is_counted and (seeds >= 0).all() and (seeds <= MOST_SEED).all()
    if not is_counted or counters[:, STILL].any() or (counters[:, BAD_SAMPLE] != -1).any():
        raise _refused("counts that no run has")
    if (np.diff(step) <= 0).any() or (np.diff(epoch) < 0).any() or (np.diff(clipped) < 0).any():
        raise _refused("steps in another order than they were made")


def _check_rules(states: NDArray[np.void], training: Training) -> None:
    """What optimizer, schedule, early stopping and chance go by."""
    watch, powers, slots = states["watch"], states["powers"], states["slots"]
    others = np.delete(watch, [PLATEAU_BEST, EARLY_BEST], axis=1)
    is_watched = not np.isnan(watch).any() and (np.isfinite(others) & (others >= 0.0)).all()
    is_watched = is_watched and (watch[:, PLATEAU_RATE] <= 1.0).all()
    if not is_watched or (watch[:, BEST_EPOCH] > states["counters"][:, EPOCH]).any():
        raise _refused("what no schedule or early stopping remembers")
    corrected = isinstance(training.optimizer, (Adam, AdamW, Nadam)) and slots.any()
    if ((powers < 0.0) | (powers > 1.0)).any() or (corrected and (powers[:, :2] == 1.0).any()):
        raise _refused("what no optimizer remembers")
    if not (np.sort(states["order"], axis=1) == np.arange(states["order"].shape[1])).all():
        raise _refused("an order that does not name every training point once")
    if not states["chance"].any(axis=1).all():
        raise _refused("no state of a random generator")


def _refused(what: str) -> Unreadable:
    return Unreadable(f"is not consistent: a state of its past has {what}")
