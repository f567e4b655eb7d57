"""Two runs beside each other: which one answers held-out samples better, and where their answers differ.

Owns this arithmetic; knows nothing of how runs came to be, nor of how they are shown.
"""

from __future__ import annotations

import msgspec
import numpy as np

from playground.figures.decision import shown_map
from playground.figures.shading import Field
from playground.run.snapshot import Snapshot


class Compared(msgspec.Struct, frozen=True):
    """A figure of both runs; better: 0 for the first, 1 for the second, None where they are equal or one is unknown."""

    first: float | None
    second: float | None
    better: int | None

    @property
    def gap(self) -> float | None:
        """How far apart they are."""
        return None if self.first is None or self.second is None else abs(self.first - self.second)


def held_out_loss(first: Snapshot, second: Snapshot) -> Compared:
    """The held-out losses; smaller is better. Losses of another kind, or of other samples, are not compared."""
    losses = first.metrics.held_out[0], second.metrics.held_out[0]
    return _compared(*losses, -1.0, _same_loss(first, second) and _same_samples(first, second))


def held_out_accuracy(first: Snapshot, second: Snapshot) -> Compared:
    """The held-out accuracies; None for a regression. Those of other samples are not compared."""
    accuracies = first.metrics.held_out[1], second.metrics.held_out[1]
    return _compared(*accuracies, 1.0, _same_samples(first, second))


def _compared(first: float | None, second: float | None, sign: float, comparable: bool) -> Compared:
    better = None
    if first is not None and second is not None and first != second and comparable:
        better = 0 if sign * first > sign * second else 1
    return Compared(first, second, better)


def _same_loss(first: Snapshot, second: Snapshot) -> bool:
    return first.experiment.head.loss == second.experiment.head.loss


def _same_samples(first: Snapshot, second: Snapshot) -> bool:
    """Whether both runs were held against the same samples: what is easier to tell says nothing of a network."""
    one, other = first.dataset, second.dataset
    return one is other or (
        np.array_equal(one.held_out_labels, other.held_out_labels)
        and np.array_equal(one.held_out_points, other.held_out_points, equal_nan=True)
    )


def difference(first: Snapshot, second: Snapshot) -> Field | None:
    """Over the plane, how far the second run's answer lies from the first's, as a share of the answers' range: from −1
    to 1 for one answer, and for several classes 1 where the most likely one is another.

    None where one of them has no map, or theirs are not of one plane.
    """
    maps = [shown_map(each, each.experiment, each.dataset, None) for each in (first, second)]
    one, other = (None if each is None else each.field for each in maps)
    if (
        one is None
        or other is None
        or first.extent != second.extent
        or first.dataset.window != second.dataset.window
        or first.section is not second.section
    ):
        return None
    if one.scores is not None and other.scores is not None:
        if one.scores.shape != other.scores.shape:
            return None
        return Field(np.asarray(one.scores.argmax(0) != other.scores.argmax(0), np.float32), None, -1.0, 1.0)
    if one.values is None or other.values is None or one.values.shape != other.values.shape:
        return None
    mine, theirs = ((values - low) / max(high - low, 1e-30) for values, low, high in (
        (one.values, one.low, one.high), (other.values, other.low, other.high),
    ))  # fmt: skip
    return Field(np.clip(theirs - mine, -1.0, 1.0).astype(np.float32), None, -1.0, 1.0)
