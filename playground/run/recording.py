"""What a run writes down of itself: losses, accuracies, the layers' probes, in tables that never outgrow a capacity.

Owns which epochs are kept: every one at first, then every second, fourth … so that memory and frame cost stay the same
however long a run is. The choice depends on the epoch number alone, never on speed, pauses or what is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.engine.state import PROBES
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, Metrics, frozen

CAPACITY = 2048
COLUMNS = len(HISTORY_COLUMNS)
CURVES = 6
"""How many of the first columns are always known; later ones are NaN where nobody knows them."""
PENALTY = HISTORY_COLUMNS.index("penalty")
OF_STEPS = [PROBE_COLUMNS.index(name) for name in ("update_ratio", "largest_update_ratio", "largest_update_step")]
"""Probes of the steps before a row; NaN in a row that no step of this network led to."""

LARGEST = float(np.finfo(np.float64).max)
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """The rows so far: (n, 9) with the columns HISTORY_COLUMNS, and (n, layers, 9) with PROBE_COLUMNS, head last.

    What is not known is NaN. stride: how many epochs lie between two rows from now on. Arrays are read-only.
    """

    rows: Table
    probes: Table
    stride: int = 1

    @property
    def nbytes(self) -> int:
        """Bytes of the tables."""
        return self.rows.nbytes + self.probes.nbytes

    def history(self, tested: bool, classes: bool) -> NDArray[np.void]:
        """One structured array: a field a column, those of the layers of shape (layers,).

        tested, classes: whether there is a test set, and classes to be right about; figures without are NaN.
        """
        fields = [(name, np.float64) for name in HISTORY_COLUMNS]
        layered = [(name, np.float64, (self.probes.shape[1],)) for name in PROBE_COLUMNS]
        table = np.empty(len(self.rows), dtype=np.dtype([*fields, *layered]))
        for place, name in enumerate(HISTORY_COLUMNS):
            missing = ("test" in name and not tested) or ("accuracy" in name and not classes)
            table[name] = np.nan if missing else self.rows[:, place]
        for place, name in enumerate(PROBE_COLUMNS):
            table[name] = self.probes[:, :, place]
        return table


def empty_record(layers: int) -> Record:
    """A record without rows."""
    return Record(np.zeros((0, COLUMNS)), np.zeros((0, layers, PROBES)))


def bound(probes: Table) -> None:
    """Make a norm that has overflowed the largest number, in place: nobody could save or draw it. NaN stays."""
    np.clip(probes, -LARGEST, LARGEST, out=probes)


class Recording:
    """The tables of a run that goes on; the kernels append to `table` and `probes`, and count in `rows`.

    `on` False: nothing is written down, and the tables stay empty.
    """

    def __init__(self, on: bool = True) -> None:
        self.on = on
        self.table: Table = np.zeros((CAPACITY if on else 0, COLUMNS))
        self.probes: Table = np.zeros((0, 0, PROBES))
        self.rows = 0
        self.stride = 1

    def use_layers(self, origins: Sequence[int | None]) -> None:
        """From now on the network has these layers, each given by the layer it was before, or None for a new one."""
        kept = self.probes[: self.rows]
        self.probes = np.zeros((len(self.table), len(origins), PROBES))
        self.probes[: self.rows] = np.nan
        for layer, origin in enumerate(origins):
            if origin is not None and origin < kept.shape[1]:
                self.probes[: self.rows, layer] = kept[:, origin]

    def so_far(self) -> Record:
        """A copy of what was written."""
        return Record(frozen(self.table[: self.rows].copy()), frozen(self.probes[: self.rows].copy()), self.stride)

    def rows_so_far(self) -> Table:
        """A copy of the rows written."""
        return self.table[: self.rows].copy()

    @property
    def last_epoch(self) -> float:
        """The epoch of the newest row; −1 where there is none."""
        return float(self.table[self.rows - 1, 0]) if self.rows else -1.0

    def first_bad_row(self, since: int) -> int | None:
        """Of the rows from `since` on, the first with a loss that is not finite."""
        bad = np.flatnonzero(~np.isfinite(self.table[since : self.rows, :CURVES]).all(axis=1))
        return int(bad[0]) if bad.size else None

    def record(self, counted: tuple[int, int, int], rate: float, found: Metrics, probes: Table) -> None:
        """Add a row for this moment, to which no step led; columns that nobody measures hold 0, as in the kernels.

        counted: epochs, steps, and clipped ones among them. rate: of the last step, or of the first one to come.
        """
        if not self.on:
            return
        self.thin_if_full()
        accuracies = (found.train_accuracy or 0.0, found.test_accuracy or 0.0)
        losses = (found.train_loss, found.test_loss or 0.0)
        epoch, step, clipped = counted
        self.table[self.rows] = (epoch, *losses, *accuracies, found.penalty, step, clipped, rate)
        self.probes[self.rows] = probes
        self.probes[self.rows, :, OF_STEPS] = np.nan
        self.rows += 1

    def set_penalty(self, penalty: float) -> None:
        """What the newest row's parameters cost now."""
        self.table[self.rows - 1, PENALTY] = penalty

    def thin_if_full(self) -> None:
        """Keep every second row when the table is full; the full tables stay whole until the new ones are there."""
        if self.on and self.rows >= CAPACITY:
            stride = self.stride * 2
            kept = np.flatnonzero(self.table[: self.rows, 0] % stride == 0)
            table, probes = np.zeros_like(self.table), np.zeros_like(self.probes)
            table[: len(kept)], probes[: len(kept)] = self.table[kept], self.probes[kept]
            self.table, self.probes, self.rows, self.stride = table, probes, len(kept), stride

    def restore(self, record: Record) -> None:
        """Continue tables that were saved."""
        if self.on:
            self.rows, self.stride = len(record.rows), record.stride
            self.probes = np.zeros((CAPACITY, record.probes.shape[1], PROBES))
            self.table[: self.rows], self.probes[: self.rows] = record.rows, record.probes

    def clear(self) -> None:
        """Start anew."""
        self.rows, self.stride = 0, 1
