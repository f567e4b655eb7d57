"""Where every random number comes from: one seed, one independent stream for each purpose.

Owns the purposes and their streams. Only bit generators and uniform or normal draws of NumPy's PCG64 are used,
so that the same seed gives the same numbers everywhere; nothing ever touches a global generator.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


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
