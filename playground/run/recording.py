"""The loss and accuracy curves of a run: a table that never grows past its capacity.

Owns which epochs are kept: every one at first, then every second, fourth … so that memory and frame cost stay the same
however long a run is. The choice depends on the epoch number alone, never on speed or pauses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.run.snapshot import Metrics

CAPACITY = 2048
COLUMNS = 6

Table = NDArray[np.float64]


class Recording:
    """Rows of epoch, train loss, test loss, train accuracy, test accuracy, penalty; the kernels append to `table`."""

    def __init__(self) -> None:
        self.table: Table = np.zeros((CAPACITY, COLUMNS))
        self.rows = 0
        self.stride = 1

    def rows_so_far(self) -> Table:
        """A copy of the rows written."""
        return self.table[: self.rows].copy()

    @property
    def last_epoch(self) -> float:
        """The epoch of the newest row; −1 where there is none."""
        return float(self.table[self.rows - 1, 0]) if self.rows else -1.0

    def first_bad_row(self, since: int) -> int | None:
        """Of the rows from `since` on, the first with a figure that is not finite."""
        bad = np.flatnonzero(~np.isfinite(self.table[since : self.rows]).all(axis=1))
        return int(bad[0]) if bad.size else None

    def record(self, epoch: int, found: Metrics) -> None:
        """Add a row for this moment; columns that nobody measures hold 0, as the kernels write them."""
        accuracies = (found.train_accuracy or 0.0, found.test_accuracy or 0.0)
        self.append((float(epoch), found.train_loss, found.test_loss or 0.0, *accuracies, found.penalty))

    def append(self, row: tuple[float, float, float, float, float, float]) -> None:
        """Add one row, thinning first if the table is full."""
        self.thin_if_full()
        self.table[self.rows] = row
        self.rows += 1

    def thin_if_full(self) -> None:
        """Keep every second row when the table is full."""
        if self.rows >= CAPACITY:
            self.stride *= 2
            kept = self.table[: self.rows]
            kept = kept[kept[:, 0] % self.stride == 0].copy()
            self.rows = len(kept)
            self.table[: self.rows] = kept

    def restore(self, rows: Table, stride: int) -> None:
        """Continue a table that was saved."""
        self.rows, self.stride = len(rows), stride
        self.table[: self.rows] = rows

    def clear(self) -> None:
        """Start anew."""
        self.rows, self.stride = 0, 1
