"""What is done with blank cells: which value stands in their place, for the samples there are and for new ones.

Owns the imputers, fitted on the training part alone; knows nothing of how cells came to be blank. A blank cell is NaN.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data.rounding import to_twenty_bits
from playground.data.source import Imputer

Array = NDArray[np.float64]


class Filling(msgspec.Struct, frozen=True, eq=False):
    """What stands in the place of blank cells.

    imputer: how it was asked for. values: (rows,) what a blank cell of each row gets; of a row without any known
    training value, 0. blank: the rows that may have blank cells, by their places; where there is none, nothing is done.
    """

    imputer: Imputer
    values: Array
    blank: tuple[int, ...] = ()

    @classmethod
    def fit(cls, imputer: Imputer, points: Array, blank: tuple[int, ...]) -> Filling:
        """Fitted on training points (rows, n); `drop` fills as `mean` does what cannot be left out."""
        values = np.zeros(len(points))
        for row in range(len(points)) if blank else ():
            known = known_of(points[row])
            if known.size:
                values[row] = median_of(known) if imputer == "median" else mean_of(known)
        return cls(imputer, values, blank)

    @property
    def takes_blanks(self) -> bool:
        """Whether a sample with blank cells can be answered."""
        return bool(self.blank) and self.imputer != "drop"

    def filled(self, points: Array) -> Array:
        """The points (rows, n) without blank cells; the very same where none is blank."""
        gaps = np.isnan(points)
        return np.where(gaps, self.values[:, None], points) if gaps.any() else points

    def indicators(self, points: Array) -> Array:
        """(inputs, n): for each row that may have blank cells, 1 where there is one; none but with `indicator`."""
        rows = list(self.blank) if self.imputer == "indicator" else []
        return np.isnan(points[rows]).astype(np.float64)


def known_of(row: Array) -> Array:
    """The values of a row without its blank cells; the very same row where it has none."""
    gaps = np.isnan(row)
    return row[~gaps] if gaps.any() else row


def median_of(values: Array) -> float:
    """The median as NumPy has it, in a sixth of its time: one partition, and no look for what is not a number."""
    middle = values.size // 2
    parted = np.partition(values, middle)
    upper = float(parted[middle])
    return upper if values.size % 2 else (float(parted[:middle].max()) + upper) / 2.0


def mean_of(values: Array) -> float:
    """The mean with twenty binary digits: the last bits of a sum differ between processors."""
    mean, largest = float(values.mean()), float(max(values.max(), -values.min()))
    return float(to_twenty_bits(np.asarray(mean), np.asarray(max(largest, 1e-300))))
