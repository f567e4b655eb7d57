"""Which members of a call each of the threads has that make it.

Owns that division. Must not know networks, nor where the threads come from (`room`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def shared_out(left: Integers, hands: int, most: int) -> tuple[Integers, list[slice]]:
    """Steps of members with so many left each, and the part of the members that each hand has, up to so many steps."""
    steps = np.minimum(left, most)
    parts = evenly(steps, hands)
    for each in parts:
        before = np.cumsum(steps[each]) - steps[each]
        steps[each] = np.clip(most - before, 0, steps[each])
    return steps, parts


def evenly(steps: Integers, count: int) -> list[slice]:
    """Up to so many parts of what has these steps to do, one after the other, each of about as many as the others."""
    if count < 2:
        return [slice(0, len(steps))]
    until = np.cumsum(np.maximum(steps, 1))
    shares = until[-1] * np.arange(1, count) / count
    ends = np.abs(until[:, None] - shares).argmin(axis=0) + 1
    bounds = np.unique([0, *ends, len(steps)]).tolist()
    return [slice(start, end) for start, end in pairwise(bounds)]
