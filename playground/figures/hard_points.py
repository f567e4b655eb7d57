"""Which training points are hard: a table of what was written down of each, in any order, and what it says in words.

Owns these columns and sentences; knows nothing of how they are drawn or of how the run writes them down.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.numbers import MISSING, fixed, loss, percent, spaced
from playground.run.samples import SampleHistory

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]

COLUMNS = ("point", "class", "loss", "margin", "right", "learned")
OF_REGRESSION = ("point", "target", "loss", "mean loss")
HARDEST = 8
"""How many are ringed."""


class PointTable(msgspec.Struct, frozen=True, eq=False):
    """A row for each training point; of a regression without what classes have.

    values: for each column its numbers (n,), NaN for what is not; hardest (n,): all points, the hardest first.
    """

    history: SampleHistory
    columns: tuple[str, ...]
    values: tuple[Numbers, ...]
    hardest: Integers
    sentences: tuple[str, ...]

    @property
    def count(self) -> int:
        """Training points."""
        return int(self.hardest.size)

    @property
    def ringed(self) -> tuple[int, ...]:
        """The hardest few: of classes none that was always right with ease."""
        some = self.hardest[:HARDEST]
        if self.history.judged:
            some = some[self.history.right_share[some] < 1.0]
        return tuple(some.tolist())

    def ordered(self, column: str, descending: bool) -> Integers:
        """The points by a column; equal ones by how hard they are, and what has no number last."""
        values = self.values[self.columns.index(column)][self.hardest]
        missing, keys = np.isnan(values), -values if descending else values
        return self.hardest[np.lexsort((np.arange(self.count), keys, missing))]

    def text(self, column: str, point: int) -> str:
        """What stands in a cell."""
        value = float(self.values[self.columns.index(column)][point])
        if column == "learned":
            return "not yet" if np.isnan(value) else spaced(value)
        if column in ("point", "class"):
            return spaced(value)
        if column == "right":
            return percent(value)
        return MISSING if np.isnan(value) else fixed(value, 2) if column == "margin" else loss(value)


def point_table(history: SampleHistory | None) -> PointTable | None:
    """The table of what was written down; None where nothing was."""
    if history is None or not history.rows or history.dataset is None:
        return None
    dataset, count = history.dataset, history.losses.shape[1]
    places = np.arange(count) if dataset.order is None else dataset.order[:count]
    known = [places.astype(np.float64), dataset.train_labels, history.losses[-1].astype(np.float64)]
    if history.judged:
        known += [history.margins[-1].astype(np.float64), history.right_share, history.learned_at]
    else:
        known += [history.mean_loss]
    columns = COLUMNS if history.judged else OF_REGRESSION
    return PointTable(history, columns, tuple(known), history.hardest_first, tuple(_sentences(history)))


def _sentences(history: SampleHistory) -> list[str]:
    epochs = history.epochs
    since = f"Written down since epoch {spaced(epochs[0])}, while this tab is open"
    often = "" if history.stride == 1 else f", every {spaced(history.stride)} epochs"
    found = [f"{since}{often}: {spaced(len(epochs))} {'epoch' if len(epochs) == 1 else 'epochs'}."]
    if history.judged:
        count, newest = history.right_share.size, history.rows[-1]
        never, now = int((history.right_share == 0).sum()), int((~newest.right).sum())
        found.insert(0, f"{spaced(now)} of {spaced(count)} points wrong now, {spaced(never)} never right.")
    return found
