"""What a run has written down of each training sample, as tensors and back.

Owns their names, how much of it a file holds, and what must be true of the numbers; knows nothing of bytes. Files
before version 0.5 have none of them, nor have files of runs that nobody has asked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.exchange.container import Tensors, Unreadable
from playground.exchange.run_rules import ROUNDING
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.samples import MOST_ROWS, SampleHistory, SampleRow
from playground.run.snapshot import frozen

VALUES, EPOCHS, STRIDE = "history/samples", "history/sample_epochs", "history/sample_stride"
MOST_BYTES = 4 << 20
"""Of a record in a file, such as 64 epochs of 5,400 samples; a larger one lives as long as its window."""
COLUMNS = 3
"""Loss, margin and whether right, of which a regression has the loss alone."""
BYTES = 4
MOST_STRIDE = 2**62
Table = dict[str, tuple[str, tuple[int, ...]]]


def sample_tensors(checkpoint: Checkpoint) -> Tensors:
    """The tensors of a record that is small enough; none otherwise."""
    found = checkpoint.samples
    if not found.rows:
        return {}
    columns, samples = _columns(checkpoint.experiment), found.rows[0].losses.size
    if len(found.rows) * columns * samples * BYTES > MOST_BYTES:
        return {}
    parts = [(row.losses, row.margins, row.right.astype(np.float32))[:columns] for row in found.rows]
    return {
        VALUES: np.array(parts, np.float32),
        EPOCHS: np.array(found.epochs, np.int64),
        STRIDE: np.array([found.stride], np.int64),
    }


def sample_shapes(experiment: Experiment, samples: int, found: Table) -> Table:
    """Types and shapes that a record of so many samples must have; only the number of its rows is the file's own."""
    if not found.keys() & {VALUES, EPOCHS, STRIDE}:
        return {}
    rows = min(*(found.get(EPOCHS, ("", ()))[1][:1] or (1,)), MOST_ROWS)
    return {
        VALUES: ("F32", (max(rows, 1), _columns(experiment), samples)),
        EPOCHS: ("I64", (max(rows, 1),)),
        STRIDE: ("I64", (1,)),
    }


def samples_in(tensors: Tensors, epoch: int) -> SampleHistory:
    """The record that a file holds of a run that stands there; raises Unreadable for one that no run has written."""
    if VALUES not in tensors:
        return SampleHistory()
    values, epochs, stride = tensors[VALUES], tensors[EPOCHS], int(tensors[STRIDE][0])
    _check_epochs(epochs, stride, epoch)
    if (values[:, 0] < -ROUNDING).any() or not np.isin(values[:, 2:], (0.0, 1.0)).all():
        raise Unreadable(f"is not consistent: {VALUES} holds a loss below 0, or answers neither right nor wrong")
    rows = tuple(_row(number, row) for number, row in zip(epochs.tolist(), values, strict=True))
    return SampleHistory(rows, None, stride)


def _row(epoch: int, values: NDArray[np.float32]) -> SampleRow:
    """One epoch of values (1 or 3, n)."""
    losses = frozen(values[0].copy())
    if len(values) < COLUMNS:
        return SampleRow(epoch, losses, frozen(np.full_like(losses, np.nan)), frozen(np.zeros(losses.size, np.bool_)))
    return SampleRow(epoch, losses, frozen(values[1].copy()), frozen(np.greater(values[2], 0.5)))


def _columns(experiment: Experiment) -> int:
    return COLUMNS if experiment.task.is_classification else 1


def _check_epochs(epochs: NDArray[np.int64], stride: int, now: int) -> None:
    """Epochs ascend up to the present one, and their distance is a power of two: so it can be doubled without end."""
    counts = (np.diff(epochs) > 0).all() and epochs[0] >= 0 and epochs[-1] <= now
    if not counts or not 1 <= stride <= MOST_STRIDE or stride & (stride - 1):
        raise Unreadable(f"is not consistent: {EPOCHS} does not count epochs of its run")
