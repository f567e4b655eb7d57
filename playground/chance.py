"""Where every random number comes from: one seed, one independent stream for each purpose.

Owns the purposes and their streams. Only bit generators and uniform or normal draws of NumPy's PCG64 are used,
so that the same seed gives the same numbers everywhere; nothing ever touches a global generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

Words = NDArray[np.uint32]


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of the file format: never renumber."""

    POINTS = 1
    POSITION_NOISE = 2
    LABEL_NOISE = 3
    SPLIT = 4
    WEIGHTS = 5
    ORDER = 6
    NOISE = 7
    CURVATURE = 8


def stream(seed: int, purpose: Purpose, index: int = 0) -> np.random.Generator:
    """A fresh generator that depends on nothing but its arguments."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, int(purpose), index])))


def kernel_state(seed: int) -> NDArray[np.uint64]:
    """Four words that start the kernels' own generator (the order of the samples)."""
    return np.random.SeedSequence([seed, int(Purpose.ORDER)]).generate_state(4, np.uint64).astype(np.uint64)


def noise_seed(seed: int) -> int:
    """What dropout and Gaussian noise are drawn from, together with the step: a number of 53 bits."""
    return int(np.random.SeedSequence([seed, int(Purpose.NOISE)]).generate_state(1, np.uint64)[0] >> np.uint64(11))


class Seeded(ISeedSequence):
    """Words that a seed was turned into before; a bit generator may be made of them."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        """The words themselves."""
        return self._words


def generator(words: NDArray[np.uint64]) -> np.random.Generator:
    """The generator of a row of `seeded`: the same as one made of that row's own SeedSequence."""
    return np.random.Generator(np.random.PCG64(Seeded(words)))


def seeded(entropy: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """(N, 4): what NumPy's SeedSequence([a[k], b[k], …]) generates as four words of 64 bits, for all k at once.

    One by one they cost more than the training of a small network. The algorithm is O'Neill's seed_seq_fe, as NumPy
    documents it to stay. Numbers are 0 … 2^64 - 1.
    """
    columns = [np.asarray(each, dtype=np.uint64) for each in entropy]
    found = np.empty((len(columns[0]), 4), np.uint64)
    wide = sum((column >> np.uint64(32) != 0) * (1 << place) for place, column in enumerate(columns))
    for shape in np.unique(wide).tolist():  # a number of more than 32 bits counts as two words
        rows = np.flatnonzero(wide == shape)
        words: list[Words] = []
        for place, column in enumerate(columns):
            parts = (column[rows], column[rows] >> np.uint64(32))
            words.extend((part & np.uint64(0xFFFFFFFF)).astype(np.uint32) for part in parts[: 1 + (shape >> place & 1)])
        found[rows] = _generated(words)
    return found


def _generated(words: Sequence[Words]) -> NDArray[np.uint64]:
    """(N, 4) of entropy that has the same number of words in every row."""
    constant = _Constants(0x43B0D7E5, 0x931E8875)
    blank = np.zeros_like(words[0])
    pool = [constant.hashed(words[place] if place < len(words) else blank) for place in range(4)]
    for source in range(4):
        for place in range(4):
            if source != place:
                pool[place] = _mixed(pool[place], constant.hashed(pool[source]))
    for word in words[4:]:
        for place in range(4):
            pool[place] = _mixed(pool[place], constant.hashed(word))
    constant = _Constants(0x8B51F9DD, 0x58F38DED)
    halves = [constant.hashed(pool[place % 4]).astype(np.uint64) for place in range(8)]
    return np.stack([low | high << np.uint64(32) for low, high in zip(halves[::2], halves[1::2], strict=True)], axis=1)


class _Constants:
    """The multipliers of the hash: another one at each use."""

    def __init__(self, first: int, factor: int) -> None:
        self._now, self._factor = first, factor

    def hashed(self, words: Words) -> Words:
        words = words ^ np.uint32(self._now)
        self._now = self._now * self._factor & 0xFFFFFFFF
        words = words * np.uint32(self._now)
        return words ^ words >> np.uint32(16)


def _mixed(one: Words, other: Words) -> Words:
    mixed = one * np.uint32(0xCA01F9DD) - other * np.uint32(0x4973F715)
    return mixed ^ mixed >> np.uint32(16)
