"""Compile or load the entry before it is needed.

Owns the first call and the cure for a cache that cannot be loaded. Must not know what the entry computes.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from kernels.compiling import cache, jit
from kernels.plan import codes
from kernels.plan.arguments import Records, RunState, Samples
from kernels.plan.memory import workspace
from kernels.runs import train


def smallest_call(dtype: DTypeLike) -> Callable[[], Any]:
    """One step of a network of one unit."""
    program = np.zeros((1, codes.PROGRAM_COLUMNS), np.int64)
    program[0, [codes.INPUTS, codes.OUTPUTS, codes.BIAS_OFFSET]] = 1
    settings = np.zeros(codes.SETTINGS, np.int64)
    settings[codes.BATCH_SIZE] = 1
    hyperparameters = np.zeros((1, codes.HYPERPARAMETERS))
    hyperparameters[0, [codes.EARLY_PATIENCE, codes.STOP_LOSS, codes.STOP_ACCURACY]] = -1.0
    samples = Samples(np.zeros((1, 1), dtype), np.ones((2, 1), dtype))
    state = RunState(
        parameters=np.zeros((1, 2), dtype),
        slots=np.zeros((1, 2, 2), dtype),
        powers=np.ones((1, codes.POWERS)),
        order=np.zeros((1, 1), np.int64),
        chance=np.arange(4, dtype=np.uint64).reshape(1, 4),
        counters=np.zeros((1, codes.COUNTERS), np.int64),
        watch=np.zeros((1, codes.WATCH)),
        best=np.zeros((1, 0), dtype),
        probes=np.zeros((1, 1, codes.PROBES)),
    )
    records = Records(np.zeros((1, 0, codes.RECORD_COLUMNS)), np.zeros((1, 0, 1, codes.PROBES)))
    space = workspace(program, np.zeros((1, codes.NUMBER_COLUMNS)), codes.SQUARED_ERROR, 1, dtype)
    return lambda: train(settings, hyperparameters, samples, samples, state, 1, 0, records, space)


def heal(call: Callable[[], Any]) -> None:
    """Call; if that fails, which only a broken cache can cause, once more without what is cached, at last uncached.

    A cache is loaded by an entry's first call and nowhere else, so whatever is broken in it shows here.
    """
    try:
        call()
    except Exception:
        cache.clear()
        try:
            call()
        except Exception:
            jit.stop_caching()
            call()


def warm(dtype: DTypeLike = np.float32) -> None:
    """Compile the entry for this precision, or load it from the cache.

    On the main thread Python's cyclic garbage collector rests meanwhile: it would walk through the compiler's many
    objects again and again, a tenth of the time. Other threads leave it alone: whether it runs is the program's affair.
    """
    resting = gc.isenabled() and threading.current_thread() is threading.main_thread()
    if resting:
        gc.disable()
    try:
        heal(smallest_call(dtype))
    finally:
        if resting:
            gc.enable()
