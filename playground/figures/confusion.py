"""How the answers compare with the labels, class by class, or target by target.

Owns these figures and the sentence about them; knows nothing of how they are drawn.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.figures.distributions import root_mean_square
from playground.figures.shading import round_up, tame
from playground.numbers import LARGEST, accuracy, figure, spaced
from playground.run.snapshot import Snapshot, confusion_matrix, predicted_classes

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


class Confusion(msgspec.Struct, frozen=True, eq=False):
    """Counts (true class, answered class) and, for each true class, the share answered right (NaN-free: 0 for none).

    names: what the classes are called; signs: a letter or digit for each, or none where a class is known by its mark.
    things: what is counted.
    """

    counts: Counts
    recall: Array
    names: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    things: str = "points"

    def name(self, index: int) -> str:
        """What a class is called."""
        return self.names[index] if index < len(self.names) else f"class {index}"

    def cell_sentence(self, true: int, answered: int) -> str:
        """What one cell counts, in words."""
        of = f"{spaced(int(self.counts[true, answered]))} of {spaced(int(self.counts[true].sum()))}"
        how = "answered right" if true == answered else f"answered as {self.name(answered)}"
        return f"{self.name(true)}: {of} {how}"

    @property
    def sentences(self) -> list[str]:
        """What the matrix says, in words."""
        total, right = int(self.counts.sum()), int(np.trace(self.counts))
        if not total:
            return [f"No {self.things} in this set."]
        found = [f"{spaced(right)} of {spaced(total)} right ({accuracy(right / total)})"]
        off = self.counts * (1 - np.eye(len(self.counts), dtype=np.int64))
        if off.max() > 0:
            true, answered = (int(place) for place in np.unravel_index(off.argmax(), off.shape))
            found.append(f"Most often mixed up: {self.name(true)} answered as {self.name(answered)}")
            times, there = spaced(int(off[true, answered])), spaced(int(self.counts[true].sum()))
            found.append(f"({times} of its {there} {self.things})")
        return found


class Scatter(msgspec.Struct, frozen=True, eq=False):
    """Targets and answers of a regression, and a round bound of both."""

    targets: Array
    answers: Array
    reach: float

    @property
    def sentences(self) -> list[str]:
        """What the scatter says, in words."""
        if not self.targets.size:
            return ["No points in this set."]
        halves = self.targets / 2  # of large numbers no difference overflows so
        errors = root_mean_square(self.answers / 2 - halves)
        centre = float((halves / halves.size).sum())
        spread = root_mean_square(halves - centre)
        found = [f"Typical error {figure(min(2.0 * errors, LARGEST))}"]
        if spread > 0:
            share = 1.0 - min(errors / spread, 2.0) ** 2
            found.append(f"Explains {accuracy(share)} of the spread" if share > 0 else "No better than always the mean")
        return found


def confusion(snapshot: Snapshot | None, dataset: Dataset, test: bool) -> Confusion | None:
    """The matrix of the training or the test set; None where the answers are missing or belong to other points."""
    found = _answers(snapshot, dataset, test)
    if found is None or snapshot is None or not dataset.task.is_classification:
        return None
    outputs, labels = found
    classes = dataset.task.classes
    predictions = predicted_classes(outputs, snapshot.layout.slots[-1].activation)
    if outputs.shape[0] not in (1, classes) or (predictions.size and predictions.max() >= classes):
        return None
    counts = confusion_matrix(labels, predictions, classes)
    recall = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    names = tuple(dataset.class_name(index) for index in range(classes))
    if dataset.image is None:
        return Confusion(counts, recall, names)
    signs = tuple(dataset.class_sign(index) for index in range(classes))
    return Confusion(counts, recall, names, signs, "images")


def scatter(snapshot: Snapshot | None, dataset: Dataset, test: bool) -> Scatter | None:
    """Targets against answers of the training or the test set."""
    found = _answers(snapshot, dataset, test)
    if found is None or dataset.task.is_classification:
        return None
    outputs, labels = found
    reach = round_up(1.05 * float(np.abs(labels).max(initial=0.0)))
    return Scatter(labels, tame(outputs[0]).astype(np.float64), reach)


def _answers(snapshot: Snapshot | None, dataset: Dataset, test: bool) -> tuple[NDArray[np.floating], Array] | None:
    if snapshot is None:
        return None
    outputs = snapshot.test_outputs if test else snapshot.train_outputs
    labels = dataset.held_out_labels if test else dataset.train_labels
    return None if outputs is None or outputs.shape[1] != labels.size else (outputs, labels)
