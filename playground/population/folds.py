"""k-fold cross-validation: k runs, each trained on all folds of the training samples but one and judged on that one.

Owns how samples are shared out to folds, and what the k runs come to together; how they are trained is told by
`playground.population.training`. The test set is not looked at: no fold has one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data import Dataset, OwnPoints, make_dataset, points_given
from playground.data.added import Beside
from playground.data.imputing import Filling, mean_of
from playground.data.section import USUAL_PLANE, PlaneWish
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment, experiment_given
from playground.population.asked import Asked, Kind
from playground.population.asking import check_cancel, check_done
from playground.population.member import Member
from playground.population.training import trained
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot
from playground.scalars import whole

Integers = NDArray[np.int64]
Points = NDArray[np.float64]

LEAST_FOLDS, MOST_FOLDS = 2, 20
EPOCHS = 100
"""How long each run is trained where nobody says."""


class Spread(msgspec.Struct, frozen=True):
    """Mean and standard deviation (of a sample: divided by k − 1) over the folds."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Of at least two values."""
        told = np.array(values, np.float64)
        with np.errstate(over="ignore", invalid="ignore"):  # of losses that are the largest number
            found = float(told.mean()), float(told.std(ddof=1))
        largest = float(np.finfo(np.float64).max)
        return cls(*(value if np.isfinite(value) else largest for value in found))


class Fold(msgspec.Struct, frozen=True, eq=False):
    """One of the runs. held_out (m,): the samples it was judged on, counted over the training and then the validation
    set. dataset: what it was trained and judged on, the held-out samples as its validation set. member: what came out;
    the validation figures of its metrics and its history are those of the held-out samples.
    """

    number: int
    held_out: Integers
    dataset: Dataset
    member: Member

    @property
    def loss(self) -> float:
        """On the held-out samples, at the end."""
        assert self.member.metrics.validation_loss is not None
        return self.member.metrics.validation_loss

    @property
    def accuracy(self) -> float | None:
        """On the held-out samples, at the end; None of a regression."""
        return self.member.metrics.validation_accuracy


class CrossValidation(msgspec.Struct, frozen=True, eq=False):
    """All folds of an experiment, in their order, trained for so many epochs each. points: what it is about, where that
    is somebody's own."""

    experiment: Experiment
    epochs: int
    folds: tuple[Fold, ...]
    points: OwnPoints | None = None

    @property
    def loss(self) -> Spread:
        """The loss on held-out samples, over the folds."""
        return Spread.of([fold.loss for fold in self.folds])

    @property
    def train_loss(self) -> Spread:
        """The loss on the samples that each run was trained on."""
        return Spread.of([fold.member.metrics.train_loss for fold in self.folds])

    @property
    def accuracy(self) -> Spread | None:
        """The accuracy on held-out samples; None of a regression."""
        found = [fold.accuracy for fold in self.folds]
        return None if None in found else Spread.of([value for value in found if value is not None])

    @property
    def diverged(self) -> int:
        """How many runs did; their figures are those of their last finite state."""
        return sum(fold.member.ended == "diverged" for fold in self.folds)

    def snapshot(self, fold: Fold, plane: PlaneWish = USUAL_PLANE) -> Snapshot:
        """The network of a fold as it was at the end, with its maps over the plane; of more than two columns over the
        section that is wished for, and of images without."""
        session = Session(Checkpoint(self.experiment, dataset=fold.dataset, points=self.points), record=False)
        session.state.parameters[:] = fold.member.parameters
        return session.snapshot(Demand(maps=True, cut=plane))


def cross_validate(
    experiment: Experiment, k: int = 5, *, epochs: int = EPOCHS, points: OwnPoints | None = None,
    cancel: threading.Event | None = None, done: Callable[[int], None] | None = None,
) -> CrossValidation | None:  # fmt: skip
    """Train an experiment k times, each time without one fold of its training samples, which judges that run.

    The samples of the training set and of the validation set, where there is one, are shared out to k folds by a
    permutation drawn from the seed; of a stratified experiment each fold has the same share of each class. All runs
    start from the experiment's own initial weights, so that they differ in their samples alone. Scalings, standardized
    targets and what fills blank cells are fitted to each run's own training samples; samples were spoiled before. A
    rule that watches held-out samples watches the fold.

    k: 2 to 20, and no more than there are samples. points: what an experiment about own points is about. cancel, set by
    any thread, ends it within some .05 s; then None is returned. done: told after each run how many are over. Raises
    WrongUse, InvalidExperiment or PointsRefused.
    """
    experiment, k, count = experiment_given(experiment), whole("k", k, MOST_FOLDS), whole("epochs", epochs)
    check_cancel(cancel)
    check_done(done, "a number after each run")
    points = points_given(points)
    dataset = make_dataset(experiment.data, experiment.seed, points)
    parts = folds_of(dataset, k, experiment.seed, experiment.data.stratified)
    datasets = [without_fold(dataset, part) for part in parts]
    kinds = [Kind(experiment, points, each) for each in datasets]
    members = Asked(
        kinds, np.arange(k), np.full(k, experiment.seed, np.uint64),
        np.full(k, experiment.training.learning_rate), None,
    )  # fmt: skip
    found: list[Member] = []
    for member in trained(members, count, None, cancel):
        found.append(member)
        if done is not None:
            done(len(found))
    if len(found) < k:
        return None
    folds = [Fold(each.place, parts[each.place], datasets[each.place], each) for each in found]
    return CrossValidation(experiment, count, tuple(sorted(folds, key=lambda fold: fold.number)), points)


def folds_of(dataset: Dataset, k: int, seed: int, stratified: bool = False) -> list[Integers]:
    """k parts of the samples, counted over the training and then the validation set: each in one part, as many in each
    as can be. Raises WrongUse where there are fewer samples than folds, or fewer than 2 folds."""
    labels = _joined(dataset.train_labels, dataset.validation_labels)
    if not LEAST_FOLDS <= k <= labels.size:
        sentence = "Folds are {least} to {most}, and no more than the {samples} samples that train; got {given}."
        raise WrongUse(sentence, least=LEAST_FOLDS, most=MOST_FOLDS, samples=labels.size, given=k)
    order = stream(seed, Purpose.FOLDS).permutation(labels.size)
    if stratified and dataset.task.is_classification:
        order = order[np.argsort(labels[order], kind="stable")]
    return [np.sort(order[number::k]).astype(np.int64) for number in range(k)]


def without_fold(dataset: Dataset, held_out: Integers) -> Dataset:
    """The data set of a run that is judged on these samples, as its validation set, and trained on the others.

    What fills blank cells is fitted to those others alone.
    """
    points = _joined(dataset.train_points, dataset.validation_points)
    labels = _joined(dataset.train_labels, dataset.validation_labels)
    kept = np.setdiff1d(np.arange(labels.size), held_out)
    beside = dataset.beside
    if beside is not None:
        points, filling = _filled_anew(points, beside, kept)
        added = _joined(beside.train, beside.validation)
        beside = Beside(
            added[:, kept], added[:, held_out], added[:, :0], np.array([mean_of(row) for row in added[:, kept]]),
            filling, beside.copied,
        )  # fmt: skip
    order = None if dataset.order is None else dataset.order[: labels.size][np.concatenate([kept, held_out])]
    return replace(
        dataset, train_points=points[:, kept], train_labels=labels[kept], test_points=points[:, :0],
        test_labels=labels[:0], order=order, validation_points=points[:, held_out],
        validation_labels=labels[held_out], beside=beside, done=(),
    )  # fmt: skip


def _filled_anew(points: Points, beside: Beside, kept: Integers) -> tuple[Points, Filling]:
    """The points (rows, n) with what fills their blank cells fitted to some of them."""
    if beside.gaps is None:
        return points, beside.filling
    blank = np.where(beside.gaps[:, : points.shape[1]], np.nan, points)
    filling = Filling.fit(beside.filling.imputer, blank[:, kept], beside.filling.blank)
    return filling.filled(blank), filling


def _joined(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Samples of two sets, the last axis theirs; of an absent set none."""
    return np.concatenate([one, other], axis=-1) if other.shape[-1] else one
