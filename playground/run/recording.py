"""What a run writes down of itself: losses, accuracies, the layers' probes, in tables that never outgrow a capacity.

Owns which epochs are kept: every one at first, then every second, fourth … so that memory and frame cost stay the same
however long a run is. The choice depends on the epoch number alone, never on speed, pauses or what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset
from playground.engine.state import PROBES
from playground.run.samples import SampleHistory
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, SIZE_COLUMNS, Metrics, frozen

CAPACITY = 2048
COLUMNS = len(HISTORY_COLUMNS)
CURVES = 6
"""How many of the first columns are always known; later ones are NaN where nobody knows them."""
OF_VALIDATION = [HISTORY_COLUMNS.index(name) for name in ("validation_loss", "validation_accuracy")]
WITHOUT_VALIDATION = OF_VALIDATION[0]
"""How many columns there are without a validation set; they come first."""
MEASURED = [*range(CURVES), *OF_VALIDATION]
"""Columns that hold figures, 0 where a set does not exist."""
PENALTY = HISTORY_COLUMNS.index("penalty")
OF_STEPS = [PROBE_COLUMNS.index(name) for name in ("update_ratio", "largest_update_ratio", "largest_update_step")]
"""Probes of the steps before a row; NaN in a row that no step of this network led to."""
OF_SAMPLES = [
    PROBE_COLUMNS.index(name)
    for name in ("activation_mean", "activation_variance", "dead_units", "saturated_share")
]  # fmt: skip
"""Probes of what the training set brings about in a layer."""
RATIO, SIZES = PROBE_COLUMNS.index("update_ratio"), len(SIZE_COLUMNS)

LARGEST = float(np.finfo(np.float64).max)
Table = NDArray[np.float64]


class Record(msgspec.Struct, frozen=True, eq=False):
    """The rows so far: (n, 11) with the columns HISTORY_COLUMNS, and (n, layers, 9) with PROBE_COLUMNS, head last.

    sizes: (n, layers, 2) with SIZE_COLUMNS: a norm, or a number of dead units, says little without the size that the
    layer had when it was taken. What is not known is NaN. stride: how many epochs lie between two rows from now on.
    Arrays are read-only.
    """

    rows: Table
    probes: Table
    sizes: Table
    stride: int = 1

    @property
    def nbytes(self) -> int:
        """Bytes of the tables."""
        return self.rows.nbytes + self.probes.nbytes + self.sizes.nbytes

    def is_of(self, epoch: int, position: int) -> bool:
        """Whether the newest row tells of a run that stands there, so many samples into the epoch under way."""
        return position == 0 and len(self.rows) > 0 and float(self.rows[-1, 0]) == epoch

    def history(self, tested: bool, classes: bool, validated: bool = False) -> NDArray[np.void]:
        """One structured array: a field a column, those of the layers of shape (layers,).

        tested, classes: whether there is a test set that is looked at, and classes to be right about; figures without
        are NaN. validated: whether there is a validation set; without, it has no columns.
        """
        named = HISTORY_COLUMNS if validated else HISTORY_COLUMNS[:WITHOUT_VALIDATION]
        fields = [(name, np.float64) for name in named]
        layered = [(name, np.float64, (self.probes.shape[1],)) for name in (*PROBE_COLUMNS, *SIZE_COLUMNS)]
        table = np.empty(len(self.rows), dtype=np.dtype([*fields, *layered]))
        for place, name in enumerate(named):
            missing = ("test" in name and not tested) or ("accuracy" in name and not classes)
            table[name] = np.nan if missing else self.rows[:, place]
        for place, name in enumerate(PROBE_COLUMNS):
            table[name] = self.probes[:, :, place]
        for place, name in enumerate(SIZE_COLUMNS):
            table[name] = self.sizes[:, :, place]
        return table


def empty_record(layers: int) -> Record:
    """A record without rows."""
    return Record(np.zeros((0, COLUMNS)), np.zeros((0, layers, PROBES)), np.zeros((0, layers, SIZES)))


def bound(probes: Table) -> None:
    """Make a norm that has overflowed the largest number, in place: nobody could save or draw it. NaN stays."""
    np.clip(probes, -LARGEST, LARGEST, out=probes)


class Recording:
    """The tables of a run that goes on; the kernels append to `table` and `probes`, and count in `rows`.

    Every place in `sizes` that has no row yet holds the present sizes, so the kernels need not know of them. `on`
    False: nothing is written down, and the tables stay empty. keeps_samples: whether `samples` grows, which is apart.
    last_update (P,): what the last step has added to each parameter, None where it was one of several of a call or the
    network was edited since; keeps_update: each call makes its last step alone, so that it is known.
    """

    def __init__(self, on: bool = True) -> None:
        self.on = on
        self.table: Table = np.zeros((CAPACITY if on else 0, COLUMNS))
        self.probes: Table = np.zeros((0, 0, PROBES))
        self.sizes: Table = np.zeros((0, 0, SIZES))
        self._present: Table = np.zeros((0, SIZES))
        self.rows = 0
        self.stride = 1
        self.keeps_samples, self.samples = False, SampleHistory()
        self.told: int | None = None
        """How many of the rows `archive` knows; None where rows that it knows may be others now."""
        self.archive: Callable[[Recording], None] | None = None
        """Is told of the rows before some of them go."""
        self.keeps_update = False
        self.last_update: NDArray[np.floating] | None = None

    def use_layers(self, origins: Sequence[int | None], sizes: Table) -> None:
        """From now on the network has these layers, each given by the layer it was before, or None for a new one.

        sizes: (layers, 2) with SIZE_COLUMNS; the rows so far keep those of their own moment.
        """
        self._present, self.told = sizes, None
        self.probes = self._arranged(self.probes, np.zeros((len(origins), PROBES)), origins)
        self.sizes = self._arranged(self.sizes, sizes, origins)

    def _arranged(self, old: Table, blank: Table, origins: Sequence[int | None]) -> Table:
        """A table of the layers in another arrangement; blank: what stands where there is no row yet."""
        table, kept = np.repeat(blank[None], len(self.table), axis=0), old[: self.rows]
        table[: self.rows] = np.nan
        for layer, origin in enumerate(origins):
            if origin is not None and origin < kept.shape[1]:
                table[: self.rows, layer] = kept[:, origin]
        return table

    def so_far(self) -> Record:
        """A copy of what was written."""
        table, probes, sizes = (frozen(each[: self.rows].copy()) for each in (self.table, self.probes, self.sizes))
        return Record(table, probes, sizes, self.stride)

    def samples_of(self, dataset: Dataset) -> tuple[bool, SampleHistory]:
        """Whether samples are written down, and what was of these; for a copy, which has points of its own."""
        known = self.samples if self.samples.dataset is dataset else SampleHistory()
        return self.keeps_samples, replace(known, dataset=None)

    def go_on_with(self, dataset: Dataset, keeps: bool, samples: SampleHistory) -> None:
        """What `samples_of` has told, of the same samples."""
        self.keeps_samples = keeps
        self.samples = replace(samples, dataset=dataset) if samples.rows else SampleHistory()

    def kept(self) -> Callable[[], None]:
        """What puts the tables back to what they hold now."""
        parts = dict(vars(self))
        tables = [(each, each[: self.rows].copy()) for each in (self.table, self.probes, self.sizes)]

        def put_back() -> None:
            vars(self).update(parts | {"told": None})
            for table, rows in tables:
                table[: len(rows)] = rows

        return put_back

    def rows_so_far(self) -> Table:
        """A copy of the rows written."""
        return self.table[: self.rows].copy()

    @property
    def last_epoch(self) -> float:
        """The epoch of the newest row; −1 where there is none."""
        return float(self.table[self.rows - 1, 0]) if self.rows else -1.0

    def first_bad_row(self, since: int) -> int | None:
        """Of the rows from `since` on, the first with a loss that is not finite."""
        bad = np.flatnonzero(~np.isfinite(self.table[since : self.rows, MEASURED]).all(axis=1))
        return int(bad[0]) if bad.size else None

    def record(self, counted: tuple[int, int, int], rate: float, found: Metrics, probes: Table) -> None:
        """Add a row for this moment, to which no step led; columns that nobody measures hold 0, as in the kernels.

        counted: epochs, steps, and clipped ones among them. rate: of the last step, or of the first one to come.
        """
        if not self.on:
            return
        self.thin_if_full()
        self.told = None
        accuracies = (found.train_accuracy or 0.0, found.test_accuracy or 0.0)
        losses = (found.train_loss, found.test_loss or 0.0)
        epoch, step, clipped = counted
        held = (found.validation_loss or 0.0, found.validation_accuracy or 0.0)
        self.table[self.rows] = (epoch, *losses, *accuracies, found.penalty, step, clipped, rate, *held)
        self.probes[self.rows], self.sizes[self.rows] = probes, self._present
        self.probes[self.rows, :, OF_STEPS] = np.nan
        self.rows += 1

    def set_penalty(self, penalty: float) -> None:
        """What the newest row's parameters cost now."""
        self.told = None
        self.table[self.rows - 1, PENALTY] = penalty

    def record_again(self, counted: tuple[int, int, int], rate: float, found: Metrics, probes: Table) -> None:
        """The newest row tells of what holds now; the steps that led there, and how far they went, stay what they were.

        Of a layer that has another size since then no step is known.
        """
        self.rows -= 1
        self.samples = self.samples.without(counted[0])
        same = (self.sizes[self.rows] == self._present).all(axis=1)
        ratios = np.where(same, self.probes[self.rows, :, RATIO], np.nan)
        self.record(counted, rate, found, probes)
        self.probes[self.rows - 1, :, RATIO] = ratios

    def thin_if_full(self) -> None:
        """Keep every second row when the table is full; the full tables stay whole until the new ones are there."""
        if self.on and self.rows >= CAPACITY:
            if self.archive is not None:
                self.archive(self)
            stride = self.stride * 2
            kept = np.flatnonzero(self.table[: self.rows, 0] % stride == 0)
            table, probes = np.zeros_like(self.table), np.zeros_like(self.probes)
            sizes = np.repeat(self._present[None], len(self.table), axis=0)
            for new, old in ((table, self.table), (probes, self.probes), (sizes, self.sizes)):
                new[: len(kept)] = old[kept]
            self.table, self.probes, self.sizes, self.rows, self.stride = table, probes, sizes, len(kept), stride
            self.told = None if self.told is None else self.rows

    def restore(self, record: Record) -> None:
        """Continue tables that were saved, without what was written down of single samples."""
        self.samples, self.told = SampleHistory(), None
        if self.on:
            self.rows, self.stride = len(record.rows), record.stride
            self.probes = np.zeros((CAPACITY, record.probes.shape[1], PROBES))
            self.table[: self.rows], self.probes[: self.rows] = record.rows, record.probes
            self.sizes = np.repeat(self._present[None], CAPACITY, axis=0)
            self.sizes[: self.rows] = record.sizes

    def clear(self) -> None:
        """Start anew."""
        self.last_update = None
        self.rows, self.stride, self.samples, self.told = 0, 1, SampleHistory(), None
        self.sizes[:] = self._present
