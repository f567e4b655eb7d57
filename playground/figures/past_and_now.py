"""The curves of a run up to this very moment: what it has written down, and how it stands.

Owns the row of the present; knows nothing of how curves are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.run.snapshot import HISTORY_COLUMNS, Mark, Snapshot

Table = NDArray[np.float64]


def moment_of(snapshot: Snapshot) -> float:
    """The moment in epochs: those that are over, and the share of the one under way."""
    return snapshot.epoch + snapshot.position / max(snapshot.dataset.train_labels.size, 1)


def up_to_now(snapshot: Snapshot) -> Table:
    """(n, 9) with the columns HISTORY_COLUMNS: the recorded epochs and this moment, where no row tells of it.

    Between two rows, and after an edit in the middle of an epoch, the newest row is of an earlier moment; a curve that
    ended there would contradict the figures beside it.
    """
    history = snapshot.history[np.isfinite(snapshot.history[:, 0])]
    now = moment_of(snapshot)
    if len(history) and float(history[-1, 0]) >= now:
        return history
    return np.vstack([history, _row(snapshot, now)])


def after(shown: Table, whole: Table) -> Table:
    """(n, 9), where n is 0 or at least 2: how the run goes on after the curves that are shown, from their last row.

    whole: its curves up to the newest moment.
    """
    coming = whole[whole[:, 0] > shown[-1, 0]] if len(shown) else whole[:0]
    return np.vstack([shown[-1:], coming]) if len(coming) else coming


def _row(snapshot: Snapshot, now: float) -> Table:
    found = snapshot.metrics
    values = {
        "epoch": now,
        "train_loss": found.train_loss,
        "test_loss": found.test_loss,
        "train_accuracy": found.train_accuracy,
        "test_accuracy": found.test_accuracy,
        "validation_loss": found.validation_loss,
        "validation_accuracy": found.validation_accuracy,
        "penalty": found.penalty,
        "step": snapshot.step,
        "clipped_steps": snapshot.clipped_steps,
        "learning_rate": snapshot.learning_rate,
    }
    return np.array([values.get(name) or 0.0 for name in HISTORY_COLUMNS])


def epochs_of_marks(marks: Sequence[Mark], history: Table) -> Table:
    """(n,): where on the curves the marks stand; −1 for those before the first row, whose curves are gone.

    A mark knows its step, and rows know steps and epochs.
    """
    if not len(history):
        return np.full(len(marks), -1.0)
    steps = np.array([mark.step for mark in marks], dtype=np.float64)
    rows = history[:, HISTORY_COLUMNS.index("step")]
    return np.where(steps < rows[0], -1.0, np.interp(steps, rows, history[:, 0]))
