"""The loss and accuracy curves of a run: a table that never grows past its capacity.

Owns which epochs are kept: every one at first, then every second, fourth … so that memory and frame cost stay the same
however long a run is. The choice depends on the epoch number alone, never on speed or pauses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.engine.state import PROBES, RECORD_COLUMNS
from playground.run.snapshot import HISTORY_COLUMNS, Metrics

CAPACITY = 2048
COLUMNS = len(HISTORY_COLUMNS)
"""The columns of the curves; the kernels write more after them."""

Table = NDArray[np.float64]


class Recording:
    """Rows that the kernels append to `table`, and the probes of the same moments, (rows, layers, 8), to `probes`.

    A row: epoch, train loss, test loss, train accuracy, test accuracy, penalty, step, clipped steps, learning rate.
    """

    def __init__(self) -> None:
        self.table: Table = np.zeros((CAPACITY, RECORD_COLUMNS))
        self.probes: Table = np.zeros((CAPACITY, 0, PROBES))
        self.rows = 0
        self.stride = 1

    def use_layers(self, layers: int) -> None:
        """From now on the network has so many layers; the probes of another network's rows are dropped."""
        if self.probes.shape[1] != layers:
            self.probes = np.zeros((CAPACITY, layers, PROBES))

    def rows_so_far(self) -> Table:
        """A copy of the rows written, the curves' columns."""
        return self.table[: self.rows, :COLUMNS].copy()

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
        self.table[self.rows], self.probes[self.rows] = 0.0, 0.0
        self.table[self.rows, :COLUMNS] = row
        self.rows += 1

    def thin_if_full(self) -> None:
        """Keep every second row when the table is full."""
        if self.rows >= CAPACITY:
            self.stride *= 2
            kept = np.flatnonzero(self.table[: self.rows, 0] % self.stride == 0)
            self.rows = len(kept)
            self.table[: self.rows], self.probes[: self.rows] = self.table[kept], self.probes[kept]

    def restore(self, rows: Table, stride: int) -> None:
        """Continue a table that was saved."""
        self.rows, self.stride = len(rows), stride
        self.table[: self.rows], self.probes[: self.rows] = 0.0, 0.0
        self.table[: self.rows, :COLUMNS] = rows

    def clear(self) -> None:
        """Start anew."""
        self.rows, self.stride = 0, 1
