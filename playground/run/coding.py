"""What samples are to a network: inputs of the columns, made once for all runs that are shown the same, and labels
coded as targets of its head, with what each sample weighs.

Owns both codings and how inputs are shared; knows nothing of parameters, or of who asks. A large table's inputs are its
run's largest arrays: a run that is looked ahead at, or tried beside another, takes those that are there.
"""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary, WeakValueDictionary

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.features import FeatureTransform
from playground.data.source import Data
from playground.data.task import CROSS_ENTROPIES
from playground.experiment.experiment import Experiment

Floats = NDArray[np.floating]
Key = tuple[Data, str]

AT_ONCE = 16_384
"""Samples that are turned into inputs at once: what comes between is several times as large."""
UNSCALED = (0.0, 1.0)


# -- inputs ------------------------------------------------------------------------------------------------------------


class Inputs(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """From samples to inputs (rows, n), and those of the three sets. Nobody writes into these arrays: they are shared,
    and marked as writable only since compiled kernels tell the two kinds apart."""

    transform: FeatureTransform
    dtype: type[np.floating]
    train: Floats
    validation: Floats
    test: Floats

    def of(self, points: NDArray[np.float64], added: NDArray[np.float64] | None) -> Floats:
        """The inputs of other samples, with what stands beside their columns."""
        return _shown(self.transform, points, added, self.dtype)


_sharing = threading.Lock()
"""A run, its look ahead and trials ask on a thread each."""
_known: WeakKeyDictionary[Dataset, WeakValueDictionary[Key, Inputs]] = WeakKeyDictionary()


def inputs_of(experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> Inputs:
    """The inputs of a data set as this experiment shows it, in a number type: those that another run has, if any."""
    key = (experiment.data, np.dtype(dtype).name)
    with _sharing:
        found = _known.setdefault(dataset, WeakValueDictionary()).get(key)
    if found is None:
        made = _made(experiment, dataset, dtype)
        with _sharing:
            found = _known.setdefault(dataset, WeakValueDictionary()).setdefault(key, made)
    return found


def _made(experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> Inputs:
    transform, beside = transform_of(experiment, dataset), added_of(dataset)
    points = (dataset.train_points, dataset.validation_points, dataset.test_points)
    sets = [
        _shown(transform, each, added, dtype) if each.size or place != 1 else None
        for place, (each, added) in enumerate(zip(points, beside, strict=True))
    ]
    train, validation, test = sets
    assert train is not None
    assert test is not None
    return Inputs(transform, dtype, train, train[:, :0] if validation is None else validation, test)


def _shown(
    transform: FeatureTransform, points: NDArray[np.float64], added: NDArray[np.float64] | None,
    dtype: type[np.floating],
) -> Floats:  # fmt: skip
    """A sample's inputs depend on no other sample, so some after the other come to the same."""
    count = points.shape[1]
    if count <= AT_ONCE:
        return held(transform(points, added), dtype)
    found: Floats | None = None
    for first in range(0, count, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        shown = held(transform(points[:, some], None if added is None else added[:, some]), dtype)
        if found is None:
            found = np.empty((len(shown), count), dtype)
        found[:, some] = shown
    assert found is not None
    return found


def added_of(dataset: Dataset) -> tuple[NDArray[np.float64] | None, ...]:
    """What the training, the validation and the test samples have beside their columns."""
    beside = dataset.beside
    return (None, None, None) if beside is None else (beside.train, beside.validation, beside.test)


def transform_of(experiment: Experiment, dataset: Dataset) -> FeatureTransform:
    """From samples to inputs; the scaling is fitted on the training samples, or, as asked for, on all there are."""
    data, flaws = experiment.data, experiment.data.imperfections
    points, added = dataset.train_points, added_of(dataset)[0]
    if data.scaling_fit == "all":
        parts = (dataset.train_points, dataset.validation_points, dataset.test_points)
        points = np.concatenate([each for each in parts if each.size], axis=1)
        if dataset.beside is not None:
            added = np.concatenate([each for each in added_of(dataset) if each is not None], axis=1)
    names = experiment.chosen_inputs or None
    count = len(points) if names is None else len(names)
    count += 0 if added is None else len(added)
    return FeatureTransform.fit(
        names, data.scaling, points, dataset.is_own, dataset.columns, added,
        _for_each(flaws.feature_scale, count, 1.0), _for_each(flaws.feature_shift, count, 0.0),
    )  # fmt: skip


def _for_each(given: tuple[float, ...], count: int, usual: float) -> NDArray[np.float64] | None:
    """(count,) a number for each input, the usual one where none is given; None where all are usual."""
    values = np.array([*given[:count], *[usual] * (count - len(given))])
    return None if (values == usual).all() else values


# -- targets -----------------------------------------------------------------------------------------------------------


class Targets:
    """From labels (n,) to targets (outputs + 1, n), whose last row is the sample's weight. weights: (classes,)."""

    def __init__(self, experiment: Experiment, dataset: Dataset, dtype: type[np.floating]) -> None:
        self._head, self._task, self._dtype = experiment.head, experiment.task, dtype
        self._smoothing = experiment.training.label_smoothing
        self.unit = target_unit(experiment, dataset)
        self.weights = class_weights(experiment.training.class_weights, self._task.classes, dataset.train_labels)

    def __call__(self, labels: NDArray[np.float64]) -> Floats:
        """The target itself, or low and high values for wrong and right classes; then the row of sample weights."""
        if not self._task.is_classification:
            offset, scale = self.unit
            rows, weights = ((labels - offset) / scale)[None, :], np.ones((1, labels.size))
        else:
            low, high = self._ends()
            right = labels[None, :] == (np.arange(self._head.units)[:, None] if self._head.units > 1 else 1)
            rows, weights = np.where(right, high, low), self.weights[labels.astype(np.int64)][None, :]
        return held(np.concatenate([rows, weights]), self._dtype)

    def _ends(self) -> tuple[float, float]:
        """The targets of a wrong and of a right class; label smoothing s makes of t: t(1 − s) + s / classes.

        Where s is so near to 1 that the number type cannot tell both apart, they are its next numbers: accuracy needs
        to know the right class.
        """
        dtype, (low, high) = self._dtype, self._head.targets
        if self._head.loss not in CROSS_ENTROPIES:
            return low, high
        kept, spread = 1.0 - self._smoothing, self._smoothing / max(self._head.units, 2)
        low, high = low * kept + spread, high * kept + spread
        if dtype(high) > dtype(low):
            return low, high
        return float(np.nextafter(dtype(low), dtype(0))), float(np.nextafter(dtype(high), dtype(1)))


def held(values: NDArray[np.float64], dtype: type[np.floating]) -> Floats:
    """The values in a run's number type, C-contiguous; what is too large for it becomes its largest number."""
    limit = float(np.finfo(dtype).max)
    return np.ascontiguousarray(np.clip(values, -limit, limit), dtype=dtype)


def target_unit(experiment: Experiment, dataset: Dataset) -> tuple[float, float]:
    """What the network's targets are measured from, and in: mean and deviation where they are standardized."""
    scaled = experiment.data.target_scaling == "standardize" and not experiment.task.is_classification
    return dataset.target_unit if scaled else UNSCALED


def class_weights(
    wanted: str | tuple[float, ...] | None, classes: int, train_labels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(classes,) weights of a sample of each class, so that samples of the training set weigh 1 on average.

    "balanced": every class of the training set counts the same; a class without training samples weighs like one with
    a single sample. If every training sample weighs nothing there is nothing to average, and the weights stay as given.
    """
    if wanted is None or not classes:
        return np.ones(classes)
    counts = np.bincount(train_labels.astype(np.int64), minlength=classes)
    weights = 1.0 / np.maximum(counts, 1) if wanted == "balanced" else np.asarray(wanted, dtype=np.float64)
    total = float((counts * weights).sum())
    return weights * (train_labels.size / total) if total > 0 else weights
