"""The order in which a run first goes through its samples.

Owns the generator that draws it, bit by bit as NumPy draws it. Must not know networks, nor later orders (`batches`).

Random numbers: PCG64, that is PCG-XSL-RR-128/64, O'Neill, "PCG: A family of simple fast space-efficient statistically
good algorithms for random number generation" (2014); shuffled as NumPy's `Generator.shuffle` does: Fisher-Yates, places
from masked halves of 64 random bits, drawn again while too large.
"""

from __future__ import annotations

import numpy as np

from kernels.compiling.jit import inline
from kernels.lanes.vectors import Array

HALF, MASK, ONE, NONE = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(1), np.uint64(0)
HIGH, LOW = np.uint64(0x2360ED051FC65DA4), np.uint64(0x4385DF649FCCF645)
"""What the state is multiplied by: a number of 128 bits."""
TOP, FULL = np.uint64(58), np.uint64(63)


@inline
def step_on(high: np.uint64, low: np.uint64, add_high: np.uint64, add_low: np.uint64) -> tuple[np.uint64, np.uint64]:
    """The state times its factor plus what its stream adds, modulo 2^128."""
    a, b, c, d = low >> HALF, low & MASK, LOW >> HALF, LOW & MASK
    left, right = a * d, b * c
    middle = (b * d >> HALF) + (left & MASK) + (right & MASK)
    carried = a * c + (left >> HALF) + (right >> HALF) + (middle >> HALF)
    product = low * LOW
    below = product + add_low
    over = ONE if below < product else NONE
    return carried + low * HIGH + high * LOW + add_high + over, below


@inline
def shuffle_first(order: Array, words: Array) -> None:
    """Shuffle order (1, n) with the generator that these four words start: two of its state, two of its stream."""
    add_high, add_low = words[2] << ONE | words[3] >> FULL, words[3] << ONE | ONE
    low = add_low + words[1]
    high = add_high + words[0] + (ONE if low < add_low else NONE)
    high, low = step_on(high, low, add_high, add_low)
    mask, kept, spare = MASK, NONE, False
    for i in range(order.shape[1] - 1, 0, -1):
        while mask >> ONE >= np.uint64(i):
            mask >>= ONE
        place = np.int64(i + 1)
        while place > i:
            if spare:
                bits, spare = kept, False
            else:
                high, low = step_on(high, low, add_high, add_low)
                mixed, turn = high ^ low, high >> TOP
                mixed = mixed >> turn | mixed << (np.uint64(64) - turn & FULL)
                bits, kept, spare = mixed & MASK, mixed >> HALF, True
            place = np.int64(bits & mask)
        order[0, i], order[0, place] = order[0, place], order[0, i]
