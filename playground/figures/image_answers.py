"""What the network answers for the images of a set: which class, how sure, which are wrong, and in which order.

Owns these figures and the words about one image; knows nothing of how images are drawn.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.experiment.activations import BOUNDS
from playground.figures.shading import tame
from playground.numbers import accuracy, spaced, steady
from playground.run.snapshot import Snapshot, predicted_classes

Array = NDArray[np.float64]


class Answers(msgspec.Struct, frozen=True, eq=False):
    """One entry for each of n images.

    predicted (n,): the class answered. wrong (n,): whether the label is another. scores (classes, n): what speaks for
    each class; they are probabilities after soft-max or a sigmoid, else from `low` to `high`.
    """

    predicted: NDArray[np.int64]
    wrong: NDArray[np.bool_]
    scores: Array
    low: float
    high: float
    are_probabilities: bool

    def sureness(self, images: NDArray[np.int64]) -> Array:
        """How far the best class of some images is before the next: 0 undecided … 1 certain."""
        ordered = np.sort(np.clip(self.scores[:, images], self.low, self.high), axis=0)
        return np.asarray((ordered[-1] - ordered[-2]) / (self.high - self.low))


def answers(snapshot: Snapshot | None, dataset: Dataset, test: bool) -> Answers | None:
    """The answers for the training or the test images; None where they are missing or belong to other images."""
    if snapshot is None or not dataset.task.is_classification:
        return None
    outputs = snapshot.test_outputs if test else snapshot.train_outputs
    labels = dataset.held_out_labels if test else dataset.train_labels
    classes, activation = dataset.task.classes, snapshot.layout.slots[-1].activation
    units = (1, 2) if classes == 2 else (classes,)
    if outputs is None or outputs.shape[1] != labels.size or outputs.shape[0] not in units:
        return None
    return _answers(outputs, activation, labels.astype(np.int64))


def drawn_answer(snapshot: Snapshot | None, dataset: Dataset) -> Answers | None:
    """The answer for the one image that was drawn by hand; None where no snapshot tells it, and of a regression.

    Its label is unknown, so that it is never wrong.
    """
    probe = None if snapshot is None else snapshot.probe
    if snapshot is None or probe is None or probe.pixels is None or not dataset.task.is_classification:
        return None
    outputs, classes = head_outputs(snapshot), dataset.task.classes
    if outputs is None or outputs.shape[0] not in ((1, 2) if classes == 2 else (classes,)):
        return None
    return _answers(outputs, snapshot.layout.slots[-1].activation, None)


def drawn_value(snapshot: Snapshot | None, dataset: Dataset) -> float | None:
    """The number that a regression answers for it; None where no snapshot tells it."""
    probe = None if snapshot is None else snapshot.probe
    if snapshot is None or probe is None or probe.pixels is None or dataset.task.is_classification:
        return None
    outputs = head_outputs(snapshot)
    return None if outputs is None else float(tame(outputs)[0, 0])


def values(snapshot: Snapshot | None, dataset: Dataset, test: bool) -> Array | None:
    """(n,) what a regression answers for the training or the test images, and None as with `answers`."""
    if snapshot is None or dataset.task.is_classification:
        return None
    outputs = snapshot.test_outputs if test else snapshot.train_outputs
    labels = dataset.held_out_labels if test else dataset.train_labels
    if outputs is None or outputs.shape != (1, labels.size):
        return None
    return np.asarray(tame(outputs)[0], dtype=np.float64)


def head_outputs(snapshot: Snapshot) -> NDArray[np.floating] | None:
    """(outputs, 1): what the output layer says of the probed sample."""
    slot = snapshot.layout.slots[-1]
    if snapshot.probe is None:
        return None
    found = snapshot.probe.units[slot.row : slot.row + slot.outputs]
    return found[:, None] if found.size == slot.outputs else None


def _answers(outputs: NDArray[np.floating], activation: str, labels: NDArray[np.int64] | None) -> Answers:
    predicted = predicted_classes(outputs, activation)
    low, high = BOUNDS.get(activation, (-1.0, 1.0))
    return Answers(
        predicted=predicted,
        wrong=np.zeros(predicted.size, np.bool_) if labels is None else np.not_equal(predicted, labels),
        scores=_scores(tame(outputs).astype(np.float64), activation),
        low=low,
        high=high,
        are_probabilities=activation in ("softmax", "sigmoid"),
    )


def _scores(outputs: Array, activation: str) -> Array:
    """A score for each class; one unit speaks for class 1 and against class 0."""
    if len(outputs) > 1:
        return outputs
    return np.concatenate([1.0 - outputs if activation == "sigmoid" else -outputs, outputs])


def shown_order(found: Answers | None, count: int, wrong_first: bool) -> NDArray[np.int64]:
    """The images' indices in the order to show them: as they come, or the wrongly answered ones first."""
    if found is None or not wrong_first:
        return np.arange(count)
    return np.argsort(~found.wrong, kind="stable")


def summary(found: Answers | None, is_test: bool) -> str:
    """The set in one sentence."""
    kind = "test" if is_test else "training"
    if found is None:
        return f"Images of the {kind} set."
    wrong, there = spaced(int(found.wrong.sum())), spaced(found.wrong.size)
    return f"{wrong} of {there} {kind} images are answered wrongly."


def score_text(found: Answers, score: float) -> str:
    """How one score reads."""
    return accuracy(score) if found.are_probabilities else steady(score)
