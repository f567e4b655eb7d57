"""Compile or load every entry before it is needed.

Owns the first call of each entry and the cure for a cache that cannot be loaded. Must not know what entries compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from kernels import cache, codes, jit
from kernels.evaluation import activations, evaluate, gradients, penalty
from kernels.memory import workspace
from kernels.training import train


def calls(dtype: DTypeLike) -> list[Callable[[], Any]]:
    """One call of each entry on a network of one unit."""
    program = np.array([[codes.DENSE, 1, 1, codes.TANH, 0, 1, 0, 0]], np.int64)
    settings, hyper, powers = np.array([0, 0, 0, 1, 0, 0, 0, 0], np.int64), np.zeros(8), np.ones(2)
    parameters, slots = np.zeros(2, dtype), np.zeros((2, 2), dtype)
    x, out = np.zeros((1, 1), dtype), np.zeros((1, 1), dtype)
    order, rng, state = np.zeros(1, np.int64), np.arange(4, dtype=np.uint64), np.zeros(8, np.int64)
    run = (order, rng, state, 1, 1, np.zeros((1, codes.RECORD_COLUMNS)))
    space = workspace(program, 1, dtype)
    return [
        lambda: train(program, settings, hyper, parameters, slots, powers, x, x, x, x, *run, space),
        lambda: evaluate(program, settings, parameters, x, x, out, space),
        lambda: penalty(program, hyper, parameters),
        lambda: activations(program, parameters, x, out, space),
        lambda: gradients(program, settings, hyper, parameters, x, x, parameters.copy(), space),
    ]


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


def warm(
    dtype: DTypeLike = np.float32, progress: Callable[[int, int], None] | None = None, part: slice = slice(None)
) -> None:
    """Call each entry once for this precision; progress(done, total) before the first and after each.

    part: only some of them, so that two processes can share the work; slice(1) is the training entry, the longest.
    """
    todo = calls(dtype)[part]
    for done, call in enumerate(todo):
        if progress is not None:
            progress(done, len(todo))
        heal(call)
    if progress is not None:
        progress(len(todo), len(todo))
