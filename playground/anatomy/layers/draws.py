"""What dropout and noise draw in a step: the very numbers that the kernels draw.

Owns the way from (seed, step, unit, place in the batch) to a number, Philox 2x32 with ten rounds (Salmon, Moraes, Dror
& Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"); knows nothing of layers. All integers are unsigned and 32
bits wide.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Words = NDArray[np.uint64]

WORD = 2**32
MULTIPLIER, WEYL, ROUNDS = 0xD256D193, 0x9E3779B9, 10
COLUMNS, ROWS = 2**17, 2**15
"""A step's share of the two counters: places in a batch, units of a network."""


class Chance(msgspec.Struct, frozen=True):
    """Where the draws of a step come from: the run's seed for noise, and how many steps were made before."""

    seed: int
    step: int

    def words(self, units: NDArray[np.int64], samples: int) -> tuple[Words, Words]:
        """Two random words, each (units, samples), for units by their row among inputs, ones and all units."""
        low = (np.arange(samples, dtype=np.int64) + COLUMNS * self.step) % WORD
        high = (units + ROWS * (self.step // ROWS)) % WORD
        return _philox(low[None, :] + 0 * high[:, None], high[:, None] + 0 * low[None, :], self.seed)

    def uniforms(self, units: NDArray[np.int64], samples: int) -> Numbers:
        """(units, samples) in [0, 1)."""
        return _uniform(self.words(units, samples)[0])

    def normals(self, units: NDArray[np.int64], samples: int) -> Numbers:
        """(units, samples) standard normal numbers: Box & Muller 1958, the cosine of the pair."""
        first, second = self.words(units, samples)
        return np.sqrt(-2.0 * np.log(1.0 - _uniform(first))) * np.cos(2.0 * math.pi * _uniform(second))


def _philox(low: NDArray[np.int64], high: NDArray[np.int64], key: int) -> tuple[Words, Words]:
    first, second = low.astype(np.uint64), high.astype(np.uint64)
    for turn in range(ROUNDS):
        product = first * np.uint64(MULTIPLIER)
        word = np.uint64((key + turn * WEYL) % WORD)
        first, second = (product >> np.uint64(32)) ^ word ^ second, product % np.uint64(WORD)
    return first, second


def _uniform(word: Words) -> Numbers:
    """The word's upper 24 bits."""
    return (word >> np.uint64(8)).astype(np.float64) * 2.0**-24
