"""Numbers whose last bits differ between processors, rounded so that a run does not.

Owns both ways of rounding; knows nothing of what the numbers are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRID = 2.0**20
"""Values are rounded to multiples of 1/GRID: the last bits of a sine differ between processors, and a run must not."""


def rounded(values: Array) -> Array:
    """The values on the grid of 2⁻²⁰, the same on every processor."""
    with np.errstate(over="ignore"):
        scaled = values * GRID
    return np.where(np.isfinite(scaled), np.round(scaled) / GRID, values)  # so large a number is on the grid as it is


def to_twenty_bits(values: Array, sizes: Array | None = None) -> Array:
    """The values with twenty binary digits behind the leading one, of their own or of other sizes: `rounded` where
    numbers may have any scale. Zeros stay."""
    exponents = np.frexp(values if sizes is None else sizes)[1] - 1
    found: Array = np.ldexp(np.round(np.ldexp(values, 20 - exponents)), exponents - 20)
    return found
