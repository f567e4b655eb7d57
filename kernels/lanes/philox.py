"""Random bits from counters.

Owns the generator Philox2x32 of 10 rounds (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011) and its plain meaning; `lowering.py` writes the same as machine code. Must not know what is drawn with it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

WORD: Final = 2**32
ROUNDS: Final = 10
MULTIPLIER: Final = 0xD256D193
WEYL: Final = 0x9E3779B9  # added to the key after each round


def philox(low: NDArray[Any], high: NDArray[Any], key: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The two words for each pair of counters, integers that are taken modulo 2**32."""
    low, high = (counter.astype(np.uint64) % np.uint64(WORD) for counter in (low, high))
    for turn in range(ROUNDS):
        product = low * np.uint64(MULTIPLIER)
        word = np.uint64((key + turn * WEYL) % WORD)
        low, high = (product >> np.uint64(32)) ^ word ^ high, product % np.uint64(WORD)
    return low, high
