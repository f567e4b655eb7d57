"""The chance in a training step: a number for each unit, sample and step that does not depend on anything else.

Philox 2x32 with ten rounds: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), section
3.3 and the known answers in Random123's kat_vectors. All integers are unsigned and 32 bits wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MULTIPLIER, WEYL, MASK, ROUNDS = 0xD256D193, 0x9E3779B9, 0xFFFFFFFF, 10
Words = NDArray[np.uint64]


def philox(first: Any, second: Any, key: int) -> tuple[Words, Words]:
    """Two random words for each pair of counters (integers or arrays of them)."""
    left, right = np.asarray(first, np.uint64), np.asarray(second, np.uint64)
    for turn in range(ROUNDS):
        product = left * np.uint64(MULTIPLIER)
        high, low = product >> np.uint64(32), product & np.uint64(MASK)
        left, right = high ^ np.uint64((key + turn * WEYL) & MASK) ^ right, low
    return left, right


@dataclass(frozen=True)
class Chance:
    """Where a step's random numbers come from: the run's seed and the number of steps taken before."""

    seed: int
    step: int

    def words(self, rows: range, columns: int) -> tuple[Words, Words]:
        """Two words for every unit (by its row) and every column of the batch, each (rows, columns)."""
        first = np.arange(columns)[None, :] + 2**17 * (self.step % 2**15)
        second = np.array(rows)[:, None] + 2**15 * ((self.step >> 15) % 2**17)
        both = np.broadcast_arrays(first, second)
        return philox(both[0] & MASK, both[1] & MASK, self.seed & MASK)


def uniforms(word: Words) -> NDArray[np.float64]:
    """In [0, 1): the word's upper 24 bits."""
    return (word >> np.uint64(8)).astype(np.float64) * 2.0**-24


def normals(first: Words, second: Words) -> NDArray[np.float64]:
    """One standard normal number from two words: Box & Muller 1958, the cosine of the pair."""
    return np.sqrt(-2 * np.log(1 - uniforms(first))) * np.cos(2 * np.pi * uniforms(second))
