"""Where every random number comes from: one seed, one independent stream for each purpose.

Owns the purposes and their streams. Only bit generators and uniform or normal draws of NumPy's PCG64 are used,
or what is rounded afterwards, so that the same seed gives the same numbers everywhere; nothing ever touches a global
generator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Wide = tuple[NDArray[np.uint64], NDArray[np.uint64]]

FULL = (1 << 128) - 1
MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
"""Of the generator of 128 bits behind PCG64."""
MOST_DRAWS = 64
"""Up to which `uniforms` is quicker than a generator for each row."""


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
    OUTLIERS = 9
    MISSING = 10
    IRRELEVANT = 11
    CORRELATED = 12
    DUPLICATES = 13
    STABLE_SPLIT = 14
    FOLDS = 15
    EXTRA_TRAINING = 16
    NESTED = 17
    TABLE_ROWS = 30
    PAINT = 32
    JUDGING = 40


def stream(seed: int, purpose: Purpose, index: int = 0) -> np.random.Generator:
    """A fresh generator that depends on nothing but its arguments."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, int(purpose), index])))


def kernel_state(seed: int) -> NDArray[np.uint64]:
    """Four words that start the kernels' own generator (the order of the samples)."""
    return np.random.SeedSequence([seed, int(Purpose.ORDER)]).generate_state(4, np.uint64).astype(np.uint64)


def noise_seed(seed: int) -> int:
    """What dropout and Gaussian noise are drawn from, together with the step: a number of 53 bits."""
    return int(np.random.SeedSequence([seed, int(Purpose.NOISE)]).generate_state(1, np.uint64)[0] >> np.uint64(11))


def generators(words: NDArray[np.uint64]) -> Iterator[np.random.Generator]:
    """For each row (4,) of `seeded` the generator that NumPy makes of it: one, set anew for every row.

    To make one takes longer than what is drawn from it. The start is that of PCG64 (O'Neill 2014): the first two words
    are its state, the others its stream.
    """
    bits = np.random.PCG64(0)
    drawing = np.random.Generator(bits)
    state, step = _started(words)
    for high, low, step_high, step_low in np.stack([*state, *step], axis=1).tolist():
        bits.state = {
            "bit_generator": "PCG64", "state": {"state": high << 64 | low, "inc": step_high << 64 | step_low},
            "has_uint32": 0, "uinteger": 0,
        }  # fmt: skip
        yield drawing


def uniforms(words: NDArray[np.uint64], count: int) -> NDArray[np.float64]:
    """(N, count): for each row (4,) of `seeded` the first numbers that `random` of its generator draws.

    At once for all, which for small networks is a fraction of the time; count is at most MOST_DRAWS.
    """
    leaps, sums = _leaps()
    state, step = _started(words)
    high, low = _sum(_outer(state, leaps, count), _outer(step, sums, count))
    mixed, turn = high ^ low, high >> np.uint64(58)
    turned = mixed >> turn | mixed << (np.uint64(64) - turn & np.uint64(63))
    return (turned >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normals(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """(N,): for each row (4,) of `seeded` a normal number of its own (Box and Muller 1958).

    The last bits of logarithm and cosine differ between processors: round what comes of it.
    """
    one, other = uniforms(words, 2).T
    found: NDArray[np.float64] = np.sqrt(-2.0 * np.log(1.0 - one)) * np.cos(2.0 * np.pi * other)
    return found


def _outer(column: Wide, row: Wide, count: int) -> Wide:
    """Each number of a column times the first ones of a row."""
    return _product((column[0][:, None], column[1][:, None]), (row[0][:count], row[1][:count]))


def _started(words: NDArray[np.uint64]) -> tuple[Wide, Wide]:
    """The state of the generators of such rows, and what they add at each step: the stream doubled, plus one."""
    high, low = words[:, 2], words[:, 3]
    step = high << np.uint64(1) | low >> np.uint64(63), low << np.uint64(1) | np.uint64(1)
    return _sum(_product(_sum(step, (words[:, 0], words[:, 1])), _halves(MULTIPLIER)), step), step


def _halves(*numbers: int) -> Wide:
    """Numbers of 128 bits as their upper and lower words."""
    return (
        np.array([each >> 64 for each in numbers], np.uint64),
        np.array([each & (1 << 64) - 1 for each in numbers], np.uint64),
    )


@cache
def _leaps() -> tuple[Wide, Wide]:
    """What 1, 2, 3 … steps make of state and stream: state · a + stream · b. Two rows of numbers of 128 bits."""
    factors, sums = [MULTIPLIER], [1]
    while len(factors) < MOST_DRAWS:
        sums.append((sums[-1] * MULTIPLIER + 1) & FULL)
        factors.append(factors[-1] * MULTIPLIER & FULL)
    return _halves(*factors), _halves(*sums)


def _sum(one: Wide, other: Wide) -> Wide:
    """Of numbers of 128 bits, modulo 2^128."""
    low = one[1] + other[1]
    return one[0] + other[0] + (low < one[1]), low


def _product(one: Wide, other: Wide) -> Wide:
    """Of numbers of 128 bits, modulo 2^128."""
    half, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    (high, low), (other_high, other_low) = one, other
    a, b, c, d = low >> half, low & mask, other_low >> half, other_low & mask
    left, right = a * d, b * c
    middle = (b * d >> half) + (left & mask) + (right & mask)
    carried = a * c + (left >> half) + (right >> half) + (middle >> half)
    return carried + low * other_high + high * other_low, low * other_low


def seeded(entropy: Sequence[NDArray[Any]]) -> NDArray[np.uint64]:
    """(N, 4): what NumPy's SeedSequence([a[k], b[k], …]) generates as four words of 64 bits, for all k at once.

    One by one they cost more than the training of a small network. The algorithm is O'Neill's seed_seq_fe, as NumPy
    documents it to stay. Numbers are 0 … 2^64 - 1.
    """
    columns = [np.asarray(each, dtype=np.uint64) for each in entropy]
    found = np.empty((len(columns[0]), 4), np.uint64)
    wide = np.array([column >> np.uint64(32) != 0 for column in columns])
    if (wide == wide[:, :1]).all():  # as a rule; telling shapes apart takes as long as all the rest
        shapes, shape_of = wide[:, :1], np.zeros(wide.shape[1], np.int64)
    else:
        shapes, shape_of = np.unique(wide, axis=1, return_inverse=True)
    for number, shape in enumerate(shapes.T.tolist()):  # a number of more than 32 bits counts as two words
        rows = np.flatnonzero(shape_of.ravel() == number)
        words: list[Words] = []
        for place, column in enumerate(columns):
            parts = (column[rows], column[rows] >> np.uint64(32))
            words.extend((part & np.uint64(0xFFFFFFFF)).astype(np.uint32) for part in parts[: 1 + shape[place]])
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
        found: Words = words ^ words >> np.uint32(16)
        return found


def _mixed(one: Words, other: Words) -> Words:
    mixed = one * np.uint32(0xCA01F9DD) - other * np.uint32(0x4973F715)
    found: Words = mixed ^ mixed >> np.uint32(16)
    return found
