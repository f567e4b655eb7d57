"""What is known of an experiment's data before any step: its inputs, references, neighbours, shares of classes.

Owns these figures, each computed when it is first asked for, and kept while the data set lives; knows nothing of rules
or of runs. A sealed test set is not among what is looked at.
"""

from __future__ import annotations

import threading
from functools import cached_property
from weakref import WeakKeyDictionary, ref

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.causes.constant import constant_loss
from playground.data import Dataset
from playground.data.source import Data
from playground.diagnosis.signals import columns, neighbours
from playground.experiment.experiment import Experiment
from playground.experiment.training import Training
from playground.reference.references import (
    LEAST_SAMPLES,
    MOST_SAMPLES,
    Reference,
    References,
    kept_references,
    references_of,
)
from playground.run.examples import first_inputs

Array = NDArray[np.float64]

MOST_DEALT = 12_800
"""Answers to samples with one of their inputs dealt out anew: 200 samples of 64 columns."""
MOST_INPUTS = 20_000
"""Samples of each part whose inputs are looked at, the first: all of a large table would be as much memory again."""
KEPT = 8
_keeping = threading.Lock()
"""The doctor, trials of cures and the window ask on a thread each."""
_known: WeakKeyDictionary[Dataset, dict[tuple[Data, int], Facts]] = WeakKeyDictionary()


def facts_of(experiment: Experiment, dataset: Dataset) -> Facts:
    """The facts of a data set as this experiment shows it to its network; the last few ways are kept."""
    key = (experiment.data, experiment.seed)
    with _keeping:
        ways = _known.setdefault(dataset, {})
        found = ways.get(key)
    if found is None:
        made = Facts(experiment, dataset)
        with _keeping:
            found = ways.setdefault(key, made)
            while len(ways) > KEPT:
                ways.pop(next(iter(ways)))
    return found


class Facts:
    """What rules may know of the data. inputs, held_out: what the network reads, (inputs, n), of the first samples."""

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        self._dataset, self.data = ref(dataset), experiment.data  # what is kept must not keep it alive
        kind, noise = experiment.source_kind, experiment.data.imperfections.position_noise
        self.law_accuracy = None if kind.best_accuracy is None else kind.best_accuracy(noise)
        """What the law of generated classes allows, label noise left out; None where that is not known."""
        self.is_painted = kind.is_painted
        self.names, self.added = experiment.input_names, experiment.added_inputs
        self.inputs, self.held_out = first_inputs(experiment, dataset, MOST_INPUTS)
        self.labels: Array = dataset.train_labels
        sealed = experiment.data.test_sealed and not dataset.validation_labels.size
        self.held_out_labels: Array = dataset.held_out_labels[:0] if sealed else dataset.held_out_labels

        self._losses: dict[Training, float] = {}
        self._inside: dict[int, float] = {}

    @property
    def dataset(self) -> Dataset:
        """What the facts are of; whoever asks for them holds it."""
        dataset = self._dataset()
        assert dataset is not None
        return dataset

    def trivial_loss(self, experiment: Experiment) -> float:
        """The loss of the best answer that is the same for every sample, never 0; kept for each way of training."""
        training = experiment.training
        if training not in self._losses:
            loss = constant_loss(experiment, self.dataset, training.precision)
            self._losses[training] = max(loss, 1e-12)
        return self._losses[training]

    @property
    def classes(self) -> int:
        """How many classes there are; 0 of a regression."""
        return self.dataset.task.classes

    @property
    def count(self) -> int:
        """Training samples."""
        return int(self.labels.size)

    # -- references -------------------------------------------------------------------------------------------------

    @cached_property
    def references(self) -> References | None:
        """What simple models reach with the inputs that the network reads; None of too few samples."""
        return kept_references(self.dataset) if self._is_shown_as_it_is else references_of(self._shown)

    @cached_property
    def with_everything(self) -> References | None:
        """The same with all columns, also those that the network does not read; its own where it reads them all."""
        if self.dataset.image is not None or self._reads_everything:
            return self.references
        return references_of(self._seen(replace(self.dataset)))

    @cached_property
    def reference(self) -> float | None:
        """The score of the best of them, each sample left out: accuracy, or R² of a regression. Of too few samples to
        leave one out, what a list of them would answer: 1 unless equal inputs have unlike labels."""
        return self._small[0] if self.references is None else self.score(self.references.best)

    @cached_property
    def linear(self) -> float | None:
        """The score of the best line, or of always the same answer where that is better."""
        return self._small[1] if self.references is None else self.score(self.references.named("linear"))

    @cached_property
    def majority(self) -> float | None:
        """The score of always the same answer."""
        return self._small[2] if self.references is None else self.score(self.references.named("majority"))

    @cached_property
    def _small(self) -> tuple[float | None, float | None, float | None]:
        """List, line and constant of a handful of samples, each fitted to what it is asked; None of one class."""
        if self.count < 2 or self.count >= LEAST_SAMPLES or np.ptp(self.labels) == 0.0:
            return None, None, None
        always = float(self.class_counts.max() / self.count) if self.classes else 0.0
        _, places = np.unique(self.inputs, axis=1, return_inverse=True)
        listed = np.empty(self.count)
        for place in np.unique(places):
            own = self.labels[places.ravel() == place]
            listed[places.ravel() == place] = np.bincount(own.astype(int)).argmax() if self.classes else own.mean()
        wide = np.vstack([self.inputs, np.ones(self.count)]).T
        each = self.labels[:, None]
        coded = np.equal(each, np.arange(self.classes)).astype(float) if self.classes else each
        fitted = wide @ np.linalg.lstsq(wide, coded, rcond=None)[0]
        line = fitted.argmax(axis=1).astype(float) if self.classes else fitted[:, 0]
        return self._score_of(listed), max(always, self._score_of(line)), always

    def _score_of(self, answers: Array) -> float:
        """Accuracy or R² of answers to the training samples."""
        if self.classes:
            return float(np.mean(answers == self.labels))
        unit = np.ptp(self.labels)  # squares of very small targets are 0
        return 1.0 - float((((answers - self.labels) / unit) ** 2).mean()) / float((self.labels / unit).var())

    def score(self, reference: Reference) -> float:
        """Accuracy, or R² with the variance of the samples that the reference was fitted to; each sample left out."""
        if self.classes:
            return reference.left_out
        return 1.0 - reference.left_out**2 / max(float(self.labels[:MOST_SAMPLES].var()), 1e-300)

    def held_out_score(self, reference: Reference) -> float | None:
        """The same on the held-out samples; None where there are none."""
        if reference.held_out is None or self.held_out_labels.size == 0:
            return None
        if self.classes:
            return reference.held_out
        return 1.0 - reference.held_out**2 / max(float(self.held_out_labels.var()), 1e-300)

    @property
    def _shown(self) -> Dataset:
        """The data set whose columns are the network's inputs."""
        if self.dataset.validation_labels.size:
            return self._seen(replace(self.dataset, train_points=self.inputs, validation_points=self.held_out))
        return self._seen(replace(self.dataset, train_points=self.inputs, test_points=self.held_out))

    def _seen(self, dataset: Dataset) -> Dataset:
        """Without the test set where that is sealed."""
        if not self.data.test_sealed:
            return dataset
        none = dataset.test_points[:, :0]
        return replace(dataset, test_points=none, test_labels=dataset.test_labels[:0])

    @property
    def _is_shown_as_it_is(self) -> bool:
        """Whether the network's inputs are the columns themselves and nothing is sealed: the window asks for the
        references of these, too."""
        own, whole = self.dataset, not self.data.test_sealed or not self.dataset.test_labels.size
        points = (own.train_points[:, :MOST_INPUTS], own.held_out_points[:, :MOST_INPUTS])
        return whole and all(map(np.array_equal, (self.inputs, self.held_out), points))

    @cached_property
    def _reads_everything(self) -> bool:
        """Whether every column is among the inputs, by itself or in a formula's way: as many independent directions."""
        return set(self.dataset.columns) <= set(self.names)

    # -- neighbours -------------------------------------------------------------------------------------------------

    @cached_property
    def _standardized(self) -> Array:
        """(n, columns) of at most 400 training samples, each column with mean 0 and deviation 1; of all columns, for
        where some are not read, classes overlap that do not."""
        points = self.dataset.train_points[:, :MOST_SAMPLES]
        spread = points.std(axis=1, keepdims=True)
        found: Array = ((points - points.mean(axis=1, keepdims=True)) / np.where(spread > 0.0, spread, 1.0)).T
        return found

    @property
    def _first_labels(self) -> Array:
        """Of the training samples whose inputs are known."""
        return self.labels[: self.inputs.shape[1]]

    @cached_property
    def _some_labels(self) -> Array:
        return self.labels[:MOST_SAMPLES]

    @cached_property
    def purity(self) -> neighbours.Purity | None:
        """How pure neighbourhoods are; None of a regression, or of too few samples."""
        if not self.classes or self._some_labels.size <= neighbours.NEIGHBOURS:
            return None
        return neighbours.purity(self._standardized, self._some_labels, self.classes)

    @cached_property
    def answered_impurity(self) -> float:
        """The same of the purest fifth if each sample had the label that the best reference answers when that sample is
        left out. These follow from the columns alone: what disagrees then does so because samples lie far apart, as
        they do among many columns, and tells nothing of labels."""
        if self.references is None or self.purity is None:
            return 0.0
        return neighbours.purity(self._standardized, self.references.best.answers, self.classes).purest

    @cached_property
    def isolation(self) -> Array:
        """(n,) how far each of the first training samples lies from others, in usual distances."""
        return neighbours.isolation(self._standardized)

    @cached_property
    def errors_by_size(self) -> tuple[float, float, float]:
        """What three neighbours miss with a quarter, a half and all of the samples."""
        return neighbours.errors_by_size(self._standardized, self._some_labels, self.classes > 0)

    @cached_property
    def exponent(self) -> float:
        """How fast that falls: error ~ n^−b."""
        return neighbours.exponent(self.errors_by_size)

    @cached_property
    def target_noise(self) -> float:
        """The share of noise in a regression's targets; 0 of classes."""
        return 0.0 if self.classes else neighbours.noise_share(self._standardized, self._some_labels)

    # -- columns, each by itself ------------------------------------------------------------------------------------

    @cached_property
    def sizes(self) -> tuple[Array, Array]:
        """Mean and deviation of each input, 0 of what is 0 or 1; of an image one of each for all pixels."""
        if self.dataset.image is not None:
            return np.array([self.inputs.mean()]), np.array([self.inputs.std()])
        switches = ((self.inputs == 0.0) | (self.inputs == 1.0)).all(axis=1)
        return self.inputs.mean(axis=1), np.where(switches, 0.0, self.inputs.std(axis=1))

    @cached_property
    def agreement(self) -> Array:
        """(inputs,) what each tells of the answer by itself: a share of samples, of a regression the correlation."""
        if self.classes:
            return columns.class_agreement(self.inputs, self._first_labels, self.classes)
        return columns.correlation(self.inputs, self._first_labels)

    def inside(self, number: int) -> float:
        """How far an input varies inside a class, as a share of the distance between classes."""
        if number not in self._inside:
            self._inside[number] = columns.inside(self.inputs[number], self._first_labels, self.classes)
        return self._inside[number]

    @cached_property
    def shift(self) -> Array:
        """(columns,) how far held-out samples lie from training samples, in deviations."""
        return columns.shift(self.dataset.train_points, self.dataset.held_out_points)

    @cached_property
    def far_outside(self) -> NDArray[np.int64]:
        """Held-out samples that lie far outside the training data."""
        return np.flatnonzero(self.dataset.far_outside(self.dataset.held_out_points))

    # -- the split --------------------------------------------------------------------------------------------------

    @cached_property
    def tested_on_itself(self) -> bool:
        """Whether training and held-out set are the same samples, as of sets that are small enough to be listed."""
        train, held_out = self.dataset.train_points, self.dataset.held_out_points
        return train.shape == held_out.shape and bool(np.array_equal(np.sort(train, axis=1), np.sort(held_out, axis=1)))

    @cached_property
    def copies(self) -> NDArray[np.bool_] | None:
        """(n,) which held-out samples are training samples again; None without held-out samples."""
        if not self.held_out_labels.size:
            return None
        return np.isin(columns.keys(self.dataset.held_out_points), columns.keys(self.dataset.train_points))

    @cached_property
    def repeated_share(self) -> float:
        """The share of training samples that another training sample repeats."""
        keys = columns.keys(self.dataset.train_points)
        return 1.0 - np.unique(keys).size / max(keys.size, 1)

    @cached_property
    def importance(self) -> Array | None:
        """(inputs,) what the best reference loses on held-out samples when an input's values are dealt out anew.

        Dealt out by moving them on by half the samples, whose order is random already. None of the plane's own
        features, which are made of each other, of images, and of fewer than three inputs.
        """
        references, some = self.references, slice(0, min(MOST_SAMPLES, MOST_DEALT // max(len(self.inputs), 1)))
        points, labels = self.held_out[:, some], self.held_out_labels[some]
        own = (self.dataset.is_plane and not self.added) or self.dataset.image is not None
        if references is None or own or len(self.inputs) < 3 or labels.size < LEAST_SAMPLES:
            return None
        order = np.roll(np.arange(labels.size), labels.size // 2)
        whole = self._judged(references.best.predict(points), labels)
        return np.array([whole - self._judged(each, labels) for each in references.best.dealt(points, order)])

    def _judged(self, answers: Array, labels: Array) -> float:
        """Accuracy or R² of answers."""
        if self.classes:
            return float(np.mean(answers == labels))
        return 1.0 - float(((answers - labels) ** 2).mean()) / max(float(labels.var()), 1e-300)

    # -- classes ----------------------------------------------------------------------------------------------------

    @cached_property
    def class_counts(self) -> NDArray[np.int64]:
        """(classes,) training samples of each."""
        return np.bincount(self.labels.astype(np.int64), minlength=self.classes) if self.classes else np.zeros(0, int)
