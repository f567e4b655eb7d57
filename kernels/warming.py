"""Compile or load every entry before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from kernels import cache, codes
from kernels.evaluation import activations, evaluate, gradients, penalty
from kernels.memory import workspace
from kernels.training import train


def calls(dtype: DTypeLike) -> list[Callable[[], Any]]:
    """One call of each entry on a 1-1 network."""
    program = np.array([[0, 1, 1, codes.TANH, 0, 1, 0, 0]], np.int64)
    codes_ = np.array([0, 0, 0, 1, 0, 0, 0, 0], np.int64)
    hyper, powers = np.zeros(8), np.ones(2)
    parameters, slots = np.zeros(2, dtype), np.zeros((2, 2), dtype)
    x, out = np.zeros((1, 1), dtype), np.zeros((1, 1), dtype)
    order, rng, state = np.zeros(1, np.int64), np.arange(4, dtype=np.uint64), np.zeros(8, np.int64)
    records = np.zeros((1, 6))
    space = workspace(program, 1, dtype)
    return [
        lambda: train(
            program, codes_, hyper, parameters, slots, powers, x, x, x, x, order, rng, state, 1, 1, records, space
        ),
        lambda: evaluate(program, codes_, parameters, x, x, out, space),
        lambda: penalty(program, hyper, parameters),
        lambda: activations(program, parameters, x, out, space),
        lambda: gradients(program, codes_, hyper, parameters, x, x, parameters.copy(), space),
    ]


def warm(dtype: DTypeLike = np.float32, progress: Callable[[int, int], None] | None = None) -> None:
    """Call each entry once; a broken cache is deleted and rebuilt, at worst done without.

    progress(done, total) is called before the first and after each entry.
    """
    todo = calls(dtype)
    if progress:
        progress(0, len(todo))
    for done, call in enumerate(todo):
        try:
            call()
        except Exception:
            cache.clear()
            call()
        if progress:
            progress(done + 1, len(todo))
