"""What a trial is trained on, chosen on and judged on.

Owns which samples do which: the training samples are the run's own, its held-out ones choose (and are what its rules
watch), and the judge sees samples that nobody has chosen on: fresh ones of the same law where that is known, else every
second one of the held-out samples, of which the others choose; where a cure leaves out or deals out samples, those that
both have. Knows nothing of runs.
"""

from __future__ import annotations

import threading

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data import Dataset, GeneratedData, make_dataset
from playground.data.generated import MAX_SAMPLES
from playground.data.source import Data
from playground.diagnosis.cures.measures import BALANCED, CLEAN, LEAKS, SAME
from playground.diagnosis.cures.same_samples import common_of_drawn, common_of_given, drawn
from playground.diagnosis.signals import neighbours
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.coding import target_unit

Array = NDArray[np.float64]

FRESH, FRESH_IMAGES = 1000, 400
"""Samples that are drawn to judge."""
LEAST_HALF = 10
"""Held-out samples of each half; with fewer all of them judge, and training samples choose."""
FEW_BLANKS = 0.05
"""The share that trains of fresh samples, of which nothing but blank cells is filled; with these, half of them."""


class Samples(msgspec.Struct, frozen=True, eq=False):
    """Samples with what stands beside them: points (rows, n), labels (n,), beside (inputs, n) or None."""

    points: Array
    labels: Array
    beside: Array | None

    def some(self, which: NDArray[np.int64] | slice) -> Samples:
        """Some of them, in this order."""
        beside = None if self.beside is None else self.beside[:, which]
        return Samples(self.points[:, which], self.labels[which], beside)


class Ground(msgspec.Struct, frozen=True, eq=False):
    """What an experiment is tried on. experiment: as it is trained; dataset: its own training samples, with those that
    choose as the validation set and those that judge as the test set. trivial: the figure of the best constant answer:
    accuracy, or 0 of R². variance: of the judging and of the choosing targets, in the network's unit."""

    experiment: Experiment
    dataset: Dataset
    trivial: float
    variance: tuple[float, float]


class Grounds:
    """The grounds of one finding's trials; those of the same data are made once. For any thread."""

    def __init__(self, start: Checkpoint, finding: Finding) -> None:
        self._start, self._finding = start, finding
        self._known: dict[tuple[object, ...], tuple[Dataset, Samples, Samples]] = {}
        self._making = threading.Lock()

    def of(self, experiment: Experiment) -> Ground:
        """What this experiment, the one of the finding or a cure of it, is tried on."""
        key = (experiment.data, experiment.seed)
        with self._making:
            if key not in self._known:
                own = self._own(experiment)
                choosing, judging = self._parts(experiment, own)
                self._known[key] = _with_sets(own, choosing, judging), choosing, judging
        return _ground(experiment, *self._known[key])

    def alike(self, cured: Experiment) -> tuple[Ground, Ground] | None:
        """The grounds of the run without and with a cure, both judged on the same samples; None where they are so
        already, or have too few in common."""
        start = self._start.experiment
        if self._finding.rule not in SAME or cured.data == start.data:
            return None
        one, other = self._own(start), self._own(cured)
        if isinstance(start.data.source, GeneratedData):
            return self._drawn_alike(cured, one, other) if self._finding.rule == "missing_values" else None
        both_blank = start.data.imperfections.missing == cured.data.imperfections.missing
        places = common_of_given(one, other, both_blank)
        if places is None:
            return None
        mine, theirs = _held_out(one).some(places[0]), _held_out(other).some(places[1])
        return self._judged(start, one, mine), self._judged(cured, other, theirs)

    def _drawn_alike(self, cured: Experiment, one: Dataset, other: Dataset) -> tuple[Ground, Ground] | None:
        """Fresh samples of one law, the blank cells of each treated as it treats them."""
        start, kind = self._start.experiment, self._start.experiment.source_kind
        if kind.whole or start.data.scaling_fit == "all":
            return None
        judging = _judging_data(start.data, self._finding.rule, kind.image is not None)
        ways = _imputer(start.data), _imputer(cured.data)
        places = common_of_drawn(judging, ways, self._seed)
        if places is None:
            return None
        mine, theirs = (
            _test(drawn(judging, way, self._seed)).some(some) for way, some in zip(ways, places, strict=True)
        )
        return self._judged(start, one, mine), self._judged(cured, other, theirs)

    def _judged(self, experiment: Experiment, own: Dataset, judging: Samples) -> Ground:
        """An experiment's ground with other samples to judge it."""
        choosing = self._parts(experiment, own)[0]
        return _ground(experiment, _with_sets(own, choosing, judging), choosing, judging)

    def _own(self, experiment: Experiment) -> Dataset:
        return self._start.dataset_for(experiment, self._start.points)

    @property
    def _seed(self) -> int:
        """Of the samples that judge."""
        return int(stream(self._start.experiment.seed, Purpose.JUDGING).integers(2**53))

    def _parts(self, experiment: Experiment, own: Dataset) -> tuple[Samples, Samples]:
        """Those that choose and those that judge."""
        held_out = _held_out(own)
        fresh = self._fresh(experiment)
        if fresh is None:
            choosing, judging = self._halves(held_out, own)
        else:
            choosing, judging = held_out, fresh
        judging = self._treated(experiment, own, judging)
        return (choosing if choosing.labels.size else _training(own)), judging

    def _fresh(self, experiment: Experiment) -> Samples | None:
        """Samples of the same law by further chance; None where nobody can draw any, or where they would be fitted."""
        data, kind = experiment.data, experiment.source_kind
        if not isinstance(data.source, GeneratedData) or kind.whole:
            return None
        if data.scaling_fit == "all" and self._finding.rule != "scaler_leak":
            return None
        return _test(make_dataset(_judging_data(data, self._finding.rule, kind.image is not None), self._seed))

    def _halves(self, held_out: Samples, own: Dataset) -> tuple[Samples, Samples]:
        count = held_out.labels.size
        if not count:
            return held_out, _training(own)
        if self._finding.rule in LEAKS:
            new = _not_in_training(held_out, own)
            return held_out, held_out.some(new) if new.size else held_out
        if count < 2 * LEAST_HALF:
            return held_out.some(slice(0, 0)), held_out
        return held_out.some(slice(0, None, 2)), held_out.some(slice(1, None, 2))

    def _treated(self, experiment: Experiment, own: Dataset, judging: Samples) -> Samples:
        """The judging samples as the disease asks for: each class as often, suspects left out, the leak gone."""
        rule = self._finding.rule
        if rule in BALANCED and own.task.is_classification:
            return judging.some(_balanced(judging.labels))
        if rule in CLEAN and not isinstance(experiment.data.source, GeneratedData):
            return judging.some(_trusted(judging, own))
        if rule == "leaked_column":
            return self._without_leak(experiment, own, judging)
        return judging

    def _without_leak(self, experiment: Experiment, own: Dataset, judging: Samples) -> Samples:
        """The leaked inputs at their training means: when the network is used nobody knows them."""
        names = self._start.experiment.input_names
        leaked = {name for place, name in enumerate(names) if place in self._finding.place.inputs}
        points, beside = judging.points.copy(), judging.beside
        for row, name in enumerate(own.columns):
            if name in leaked:
                points[row] = own.train_points[row].mean()
        if beside is not None and own.beside is not None:
            beside = beside.copy()
            for row, added in enumerate(experiment.added_inputs):
                if added.name in leaked:
                    beside[row] = own.beside.train[row].mean()
        return Samples(points, judging.labels, beside)


def _judging_data(data: Data, rule: RuleName, is_image: bool) -> Data:
    """The settings of samples that judge: the same law, without copies of training samples; clean where labels or
    samples are at fault."""
    flaws = msgspec.structs.replace(data.imperfections, duplicates=0.0)
    if rule in CLEAN:
        flaws = msgspec.structs.replace(flaws, label_noise=0.0, outliers=0.0)
    if rule == "shifted_test":
        flaws = msgspec.structs.replace(flaws, test_shift=0.0)
    share = 0.5 if flaws.missing else FEW_BLANKS
    count = max(data.source.samples, round((FRESH_IMAGES if is_image else FRESH) / (1.0 - share)))
    source = msgspec.structs.replace(data.source, samples=min(count, MAX_SAMPLES))
    return msgspec.structs.replace(
        data, source=source, imperfections=flaws, train_share=share, validation_share=0.0, stratified=False,
        test_sealed=False, extra_training=0,
    )  # fmt: skip


def _ground(experiment: Experiment, dataset: Dataset, choosing: Samples, judging: Samples) -> Ground:
    """An experiment on its samples; of a sealed test set nothing is there, so it need not be sealed."""
    bare = msgspec.structs.replace(
        experiment, data=msgspec.structs.replace(experiment.data, test_sealed=False)
    ) if experiment.data.test_sealed else experiment  # fmt: skip
    scale = target_unit(experiment, dataset)[1] ** 2
    spread = (max(float(each.labels.var()) / scale, 1e-300) for each in (judging, choosing))
    return Ground(bare, dataset, _trivial(experiment, dataset, judging.labels), tuple(spread))  # type: ignore[arg-type]


def _imputer(data: Data) -> str | None:
    """How blank cells are treated; None where there are none."""
    return data.imperfections.imputer if data.imperfections.missing else None


def _test(made: Dataset) -> Samples:
    return Samples(made.test_points, made.test_labels, None if made.beside is None else made.beside.test)


def _held_out(own: Dataset) -> Samples:
    """What the run may look at; where the test set is sealed there is a validation set."""
    beside = own.beside
    if own.validation_labels.size:
        return Samples(own.validation_points, own.validation_labels, None if beside is None else beside.validation)
    return Samples(own.test_points, own.test_labels, None if beside is None else beside.test)


def _training(own: Dataset) -> Samples:
    return Samples(own.train_points, own.train_labels, None if own.beside is None else own.beside.train)


def _with_sets(own: Dataset, choosing: Samples, judging: Samples) -> Dataset:
    """The data set with these in place of the validation and the test set."""
    beside = own.beside
    if beside is not None:
        none = beside.train[:, :0]
        beside = replace(
            beside, validation=none if choosing.beside is None else choosing.beside,
            test=none if judging.beside is None else judging.beside,
        )  # fmt: skip
    return replace(
        own, validation_points=choosing.points, validation_labels=choosing.labels, test_points=judging.points,
        test_labels=judging.labels, beside=beside, order=None, done=(),
    )  # fmt: skip


def _trivial(experiment: Experiment, own: Dataset, labels: Array) -> float:
    """The share of the most frequent training class among these labels; 0 of a regression."""
    if not experiment.task.is_classification or not labels.size:
        return 0.0
    frequent = int(np.bincount(own.train_labels.astype(np.int64)).argmax())
    return float(np.mean(labels == frequent))


def _balanced(labels: Array) -> NDArray[np.int64]:
    """Places of samples such that each class that there is stands as often: the rarer ones again and again. Of these,
    the share of right answers is the balanced accuracy."""
    places = [np.flatnonzero(labels == each) for each in np.unique(labels)]
    most = max((each.size for each in places), default=0)
    return np.concatenate([np.resize(each, most) for each in places]) if places else np.zeros(0, np.int64)


def _trusted(judging: Samples, own: Dataset) -> NDArray[np.int64]:
    """Places of samples most of whose neighbours do not contradict them; of targets the nine tenths that are nearest to
    the mean of theirs."""
    points, labels = judging.points, judging.labels
    if labels.size <= neighbours.NEIGHBOURS:
        return np.arange(labels.size)
    spread = points.std(axis=1, keepdims=True)
    samples = ((points - points.mean(axis=1, keepdims=True)) / np.where(spread > 0.0, spread, 1.0)).T
    if own.task.is_classification:
        suspects = neighbours.purity(samples, labels, own.task.classes).suspects
        return np.setdiff1d(np.arange(labels.size), np.array(suspects, np.int64))
    away = neighbours.differences(samples, labels)
    return np.flatnonzero(away <= np.quantile(away, 0.9))


def _not_in_training(held_out: Samples, own: Dataset) -> NDArray[np.int64]:
    """Places of samples of which training has no copy."""
    known = {column.tobytes() for column in np.ascontiguousarray(own.train_points.T)}
    rows = np.ascontiguousarray(held_out.points.T)
    return np.array([place for place, row in enumerate(rows) if row.tobytes() not in known], np.int64)
