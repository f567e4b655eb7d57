"""The references of a data set: how well simple models answer it, each judged on samples that it never saw.

Owns which samples are used, the score and the choice among models; the formulas are in `playground.reference.models`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from threading import Lock
from typing import Literal
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.reference import models
from playground.reference.models import Dealt, Fitted, Predict

Array = NDArray[np.float64]
Name = Literal["majority", "linear", "neighbours", "kernel"]

MOST_SAMPLES = 400
"""Samples that the models are fitted to, the first ones of the training set; more would take too long to wait for."""
LEAST_SAMPLES = 8
MOST_JUDGED = 2000
"""Held-out samples that the chosen models are judged by."""


class Reference(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One kind of model. The scores are shares of right answers, of a regression root mean square errors.

    left_out: on training samples, each left out in turn; answers: (n,) what each of them is answered then. predict:
    from points (rows, n) to class numbers or targets (n,); dealt: the same, an answer for each row whose values are
    dealt out in an order (n,). judged: see `held_out`.
    """

    name: Name
    left_out: float
    answers: Array
    predict: Predict
    dealt: Dealt
    judged: Callable[[], float | None]

    @cached_property
    def held_out(self) -> float | None:
        """The score on the held-out set, which is the validation set where there is one; None where there is none.
        Found when it is first asked for: most questions are about what can be learned, before anything is."""
        return self.judged()


class References(msgspec.Struct, frozen=True, eq=False):
    """What simple models reach, in the order majority, linear, neighbours, kernel. samples: how many they saw."""

    all: tuple[Reference, ...]
    samples: int
    is_classification: bool

    def named(self, name: Name) -> Reference:
        """The one of that kind."""
        return next(each for each in self.all if each.name == name)

    @property
    def best(self) -> Reference:
        """The one that leave-one-out finds best; of equals the simplest."""
        sign = 1.0 if self.is_classification else -1.0
        return max(self.all, key=lambda each: sign * each.left_out)


def references_of(dataset: Dataset) -> References | None:
    """The references of a data set; None where there are too few samples, or all of them have one class.

    200 points take some 10 ms, 400 some 40. Nothing of a run depends on the result.
    """
    points, labels = dataset.train_points[:, :MOST_SAMPLES], dataset.train_labels[:MOST_SAMPLES]
    if labels.size < LEAST_SAMPLES or np.all(labels == labels[0]):
        return None
    judged = _Judge(dataset, points, labels)
    return References(judged.references(), int(labels.size), dataset.task.is_classification)


_kept: WeakKeyDictionary[Dataset, References | None] = WeakKeyDictionary()
_one_at_a_time = Lock()


def kept_references(dataset: Dataset) -> References | None:
    """The same, computed once for each data set while it lives, whichever thread asks first."""
    with _one_at_a_time:
        if dataset not in _kept:
            _kept[dataset] = references_of(dataset)
        return _kept[dataset]


class _Judge:
    """Fits all models to the same samples and keeps the best of each kind."""

    def __init__(self, dataset: Dataset, points: Array, labels: Array) -> None:
        self._classes = dataset.task.classes
        self._centre, spread = points.mean(axis=1), points.std(axis=1)
        self._factor = np.sqrt(2.0 / len(points)) / np.where(spread > 0.0, spread, 1.0)
        self._samples, self._labels = self._standardized(points), labels
        self._unit = 1.0 if self._classes else float(labels.std())
        """Targets are divided by it, so that the penalties mean the same for all."""
        self._targets = self._coded(labels)
        some = slice(0, MOST_JUDGED)
        self._held_out = self._standardized(dataset.held_out_points[:, some]), dataset.held_out_labels[some]

    def references(self) -> tuple[Reference, ...]:
        """The best model of each kind; of lines a constant is one, too."""
        samples, targets = self._samples, self._targets
        apart = models.squared_distances(samples, samples)
        always = models.constant(samples, targets, self._always())
        line = models.linear(samples, targets)
        kinds: dict[Name, list[Fitted]] = {
            "majority": [always],
            "linear": [always, line],
            "neighbours": models.nearest(samples, targets, apart),
            "kernel": models.kernel_ridge(samples, targets, apart),
        }
        return tuple(self._chosen(name, fitted) for name, fitted in kinds.items())

    def _standardized(self, points: Array) -> Array:
        """(n, rows), each row of the points with mean 0; distances are as large on average as those of two rows with
        deviation 1, for which the widths of the kernel are told."""
        found: Array = ((points - self._centre[:, None]) * self._factor[:, None]).T
        return found

    def _coded(self, labels: Array) -> Array:
        if not self._classes:
            return labels[:, None] / self._unit
        coded: Array = np.equal(labels[:, None], np.arange(self._classes)).astype(np.float64)
        return coded

    def _answers(self, coded: Array) -> Array:
        """Class numbers or targets of what a model says."""
        found: Array = coded.argmax(axis=1).astype(np.float64) if self._classes else coded[:, 0] * self._unit
        return found

    def _score(self, coded: Array, labels: Array) -> float:
        answers = self._answers(coded)
        return float(np.mean(answers == labels)) if self._classes else float(np.sqrt(np.mean((answers - labels) ** 2)))

    def _always(self) -> Array:
        """The most frequent class, of a regression the mean; one sample less changes next to nothing."""
        mean: Array = self._targets.mean(axis=0)
        if not self._classes:
            return mean
        always: Array = np.equal(np.arange(self._classes), mean.argmax()).astype(np.float64)
        return always

    def _chosen(self, name: Name, fitted: Sequence[Fitted]) -> Reference:
        sign = 1.0 if self._classes else -1.0
        scores = [self._score(each.left_out, self._labels) for each in fitted]
        best = max(range(len(fitted)), key=lambda place: sign * scores[place])
        model, (others, labels) = fitted[best], self._held_out

        def predict(points: Array) -> Array:
            return self._answers(model.predict(self._standardized(points)))

        def dealt(points: Array, order: NDArray[np.intp]) -> Iterator[Array]:
            return (self._answers(each) for each in model.dealt(self._standardized(points), order))

        def judged() -> float | None:
            return self._score(model.predict(others), labels) if labels.size else None

        return Reference(name, scores[best], self._answers(model.left_out), predict, dealt, judged)
