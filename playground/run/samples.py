"""What a run writes down of each training sample, where somebody asks for it: loss, margin, right or wrong.

Owns which epochs are kept (few enough for their bytes) and what follows from them; knows nothing of who asks. A run
that nobody asks is not touched, and one that is asked comes to the same bytes.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset

Numbers = NDArray[np.float64]
Singles = NDArray[np.float32]
Hits = NDArray[np.bool_]
Kept = TypeVar("Kept", bound=NDArray[Any])

MOST_ROWS = 64
MOST_BYTES = 16 << 20
BYTES = 9
"""Of one sample in one row."""


class SampleRow(msgspec.Struct, frozen=True, eq=False):
    """All training samples at the end of one epoch, (n,) each, read-only, in the order of the training set.

    losses: unweighted. margins: the output of the right class minus the largest other one; of a single unit how far its
    output lies on the right side of the border (0, or ½ of a probability). right: whether the class is told right. A
    regression has neither: margins are NaN, and nothing is right.
    """

    epoch: int
    losses: Singles
    margins: Singles
    right: Hits


class SampleHistory(msgspec.Struct, frozen=True, eq=False, dict=True):
    """The recorded epochs of a run's training samples, oldest first; what follows from them is (n,), a sample each.

    dataset: whose training samples these are; None where nothing was written down. stride: epochs between two rows from
    now on; like the curves, every second row goes when there are too many.
    """

    rows: tuple[SampleRow, ...] = ()
    dataset: Dataset | None = None
    stride: int = 1

    @property
    def epochs(self) -> tuple[int, ...]:
        """Which epochs were recorded."""
        return tuple(row.epoch for row in self.rows)

    @property
    def judged(self) -> bool:
        """Whether there are classes, and with them margins and right answers."""
        return self.dataset is not None and self.dataset.task.is_classification

    @cached_property
    def losses(self) -> Singles:
        """(rows, n)."""
        return self._table([row.losses for row in self.rows])

    @cached_property
    def margins(self) -> Singles:
        """(rows, n); NaN of a regression."""
        return self._table([row.margins for row in self.rows])

    @cached_property
    def right(self) -> Hits:
        """(rows, n)."""
        return _read_only(np.stack([row.right for row in self.rows]) if self.rows else np.zeros((0, 0), bool))

    def _table(self, rows: list[Singles]) -> Singles:
        return _read_only(np.stack(rows) if rows else np.zeros((0, 0), np.float32))

    @cached_property
    def right_share(self) -> Numbers:
        """In how many of the recorded epochs a sample is told right: its correctness."""
        return _read_only(self.right.mean(axis=0, dtype=np.float64))

    @cached_property
    def learned_at(self) -> Numbers:
        """The first recorded epoch since which a sample is always right; NaN where it is wrong in the last one."""
        since = np.cumprod(self.right[::-1], axis=0).sum(axis=0)
        epochs = np.array([*self.epochs, np.nan])
        return _read_only(epochs[len(self.rows) - since])

    @cached_property
    def mean_margin(self) -> Numbers:
        """Over the recorded epochs: how surely a sample is told (confidence, in the words of Swayamdipta et al. 2020,
        "Dataset Cartography", who take the probability of the right class)."""
        return _read_only(self.margins.mean(axis=0, dtype=np.float64))

    @cached_property
    def margin_spread(self) -> Numbers:
        """The standard deviation of the same (variability): large where a sample is learned and forgotten."""
        return _read_only(self.margins.std(axis=0, dtype=np.float64))

    @cached_property
    def mean_loss(self) -> Numbers:
        """Over the recorded epochs."""
        return _read_only(self.losses.mean(axis=0, dtype=np.float64))

    @cached_property
    def hardest_first(self) -> NDArray[np.int64]:
        """The samples, hardest first: rarely right, then a small mean margin; of a regression a large mean loss."""
        if self.judged:
            return np.lexsort((self.mean_margin, self.right_share))
        return np.argsort(-self.mean_loss, kind="stable")

    # -- how it grows -----------------------------------------------------------------------------------------------

    def wants(self, epoch: int, dataset: Dataset) -> bool:
        """Whether the end of this epoch is to be written down, of these samples."""
        if self.dataset is not dataset or not self.rows:
            return True
        return epoch % self.stride == 0 and epoch != self.rows[-1].epoch

    def epochs_to_next(self, epoch: int) -> int:
        """Epochs from here, one under way counted, to the end of one that is written down."""
        return self.stride - epoch % self.stride

    def with_row(self, row: SampleRow, dataset: Dataset) -> SampleHistory:
        """One row more; of other samples the first one."""
        if self.dataset is not dataset:
            return SampleHistory((row,), dataset)
        found, capacity = replace(self, rows=(*self.rows, row)), _capacity(row.losses.size)
        while len(found.rows) > capacity:
            stride = 2 * found.stride
            kept = tuple(each for each in found.rows if each.epoch % stride == 0) or found.rows[-1:]
            found = replace(found, rows=kept, stride=stride)
        return found

    def until(self, epoch: int) -> SampleHistory:
        """What was known at the end of an epoch, as far as it still is."""
        return replace(self, rows=tuple(row for row in self.rows if row.epoch <= epoch))

    def without(self, epoch: int) -> SampleHistory:
        """Without the newest row, where it is of this epoch: its parameters are others now."""
        newest = self.rows[-1].epoch if self.rows else None
        return replace(self, rows=self.rows[:-1]) if newest == epoch else self


def _capacity(samples: int) -> int:
    return max(2, min(MOST_ROWS, MOST_BYTES // (BYTES * max(samples, 1))))


def _read_only(array: Kept) -> Kept:
    array.flags.writeable = False
    return array
