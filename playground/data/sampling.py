"""The data set of an experiment: points made, spoiled as asked, shuffled and split.

Owns the way from settings to points; knows nothing of networks.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.added import Beside, added_inputs, blank_columns
from playground.data.features import LEAST_SPREAD
from playground.data.flaws import FlawReport, Flaws, Spoiled
from playground.data.generated import GeneratedData
from playground.data.grid import Window, window_around
from playground.data.kinds import kind_of
from playground.data.nested import first_samples
from playground.data.own_points import OwnPoints, PointsData, belonging
from playground.data.rounding import rounded, to_twenty_bits
from playground.data.source import Data, Imperfections
from playground.data.source_kind import PLANE, SourceKind
from playground.data.split import Places, order_of_points, split
from playground.data.task import Task

Array = NDArray[np.float64]


class Dataset(msgspec.Struct, frozen=True, eq=False, dict=True, weakref=True):
    """Points of the plane, images or samples with columns, split. Arrays are read-only; training comes first in the
    generator's shuffle.

    points: (2, n), for images (64, n), pixel by pixel from the top left, 0 for paper and 1 for ink, else (columns, n);
    labels: (n,), a class index or a target; extent: half the width of the window that shows them all. best_accuracy:
    the Bayes limit where it is known. image: (channels, height, width), None for points. class_names: the set's own
    names, if any. columns: the names of a sample's numbers; none for images.
    order: (n,) which of somebody's own points stands at each place, training first; None for points that are made.
    validation_points, validation_labels: as the others; without samples where there is no validation set, and then the
    test set plays its part. beside: the values of inputs that no column has, and what blank cells get. done: what each
    imperfection did, in their order. window: of somebody's own points whose two columns are so unlike, or so far from
    0, that they are a streak in ±extent: what a map shows of the plane instead.
    """

    task: Task
    train_points: Array
    train_labels: Array
    test_points: Array
    test_labels: Array
    extent: float
    best_accuracy: float | None
    image: tuple[int, int, int] | None = None
    class_names: tuple[str, ...] = ()
    columns: tuple[str, ...] = PLANE
    order: NDArray[np.int64] | None = None
    validation_points: Array = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    validation_labels: Array = msgspec.field(default_factory=lambda: np.zeros(0))
    beside: Beside | None = None
    done: tuple[FlawReport, ...] = ()
    window: Window | None = None

    def __post_init__(self) -> None:
        """Also out of a pickle its arrays are read-only."""
        for value in msgspec.structs.astuple(self):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of the plane: there are maps, and features x, y, x² … of them."""
        return self.image is None and len(self.columns) == len(PLANE)

    @property
    def is_own(self) -> bool:
        """Whether the points are somebody's own: they are taken as they are, to the last bit."""
        return self.order is not None

    @property
    def held_out_points(self) -> Array:
        """What stands for data that nobody has seen: the validation set, and the test set where there is none."""
        return self.validation_points if self.validation_labels.size else self.test_points

    @property
    def held_out_labels(self) -> Array:
        """The labels of the same samples."""
        return self.validation_labels if self.validation_labels.size else self.test_labels

    @property
    def held_out_name(self) -> str:
        """`validation` or `test`: which of the sets that is."""
        return "validation" if self.validation_labels.size else "test"

    def number_of(self, sample: int) -> int:
        """The number of a sample among somebody's own points, counted over the training and then the held-out ones."""
        return sample if self.order is None else int(self.order[sample])

    def class_name(self, index: int) -> str:
        """How a class is called wherever it is named: "cross", or "class 2" where a set has no names."""
        return self.class_names[index] if index < len(self.class_names) else f"class {index}"

    def far_outside(self, points: Array) -> NDArray[np.bool_]:
        """(n,) whether each of (rows, n) points lies far outside the training data, where answers are guesses.

        Far is half the data's width beyond either end, of any coordinate or column; of images, of ink and paper.
        """
        low, high = self._known
        return np.asarray(((points < low) | (points > high)).any(axis=0))

    @cached_property
    def _known(self) -> tuple[Array, Array]:
        """(rows, 1) each: where far outside begins."""
        rows = self.train_points if self.image is None else self.train_points.reshape(1, -1)
        low, high = rows.min(axis=1, keepdims=True), rows.max(axis=1, keepdims=True)
        reach = np.where(high > low, high - low, np.maximum(np.abs(high), 1.0)) / 2.0
        return low - reach, high + reach

    def class_sign(self, index: int) -> str:
        """One sign for a class: the first letter of its name where no other name begins so, else its number."""
        letters = [name[0] for name in self.class_names]
        return letters[index] if index < len(letters) == len(set(letters)) else str(index)

    @cached_property
    def majority_shares(self) -> tuple[float | None, ...]:
        """The accuracy of always answering the most frequent training class, on each of `sets`.

        None of a set without samples, and of a regression.
        """
        if not self.task.is_classification:
            return tuple(None for _ in self.sets)
        frequent = np.bincount(self.train_labels.astype(np.int64), minlength=self.task.classes).argmax()
        return tuple(float(np.mean(each == frequent)) if each.size else None for each in self._label_sets)

    @cached_property
    def mean_errors(self) -> tuple[float | None, ...]:
        """The root mean square error of always answering the training mean, on each of `sets`."""
        mean = self.train_labels.mean()
        return tuple(float(np.sqrt(np.mean((each - mean) ** 2))) if each.size else None for each in self._label_sets)

    @cached_property
    def target_unit(self) -> tuple[float, float]:
        """Mean and standard deviation of the training targets, to twenty binary digits of the deviation: what
        standardized targets are measured from and in. Targets that are all the same have the deviation 1."""
        deviation = np.asarray(self.train_labels.std())
        least = max(1e-9 * float(np.abs(self.train_labels).max(initial=0.0)), LEAST_SPREAD)
        scale = to_twenty_bits(deviation) if deviation > least else np.asarray(1.0)
        return float(to_twenty_bits(np.asarray(self.train_labels.mean()), scale)), float(scale)

    @property
    def sets(self) -> tuple[str, ...]:
        """The names of the sets: `train`, `validation` where there is one, `test`."""
        return ("train", "validation", "test") if self.validation_labels.size else ("train", "test")

    @property
    def _label_sets(self) -> tuple[Array, ...]:
        return tuple(getattr(self, f"{name}_labels") for name in self.sets)


def make_dataset(data: Data, seed: int, own: OwnPoints | None = None) -> Dataset:
    """The data set of `data` for an experiment's seed: the same on every machine. The last few are kept.

    own: the points of a source that is about somebody's own; raises PointsRefused where they are missing or others.
    """
    data = _as_made(data)
    return _split(data, seed, own) if isinstance(data.source, PointsData) else drawn(data, seed)


def _as_made(data: Data) -> Data:
    """The settings with plain ones in place of those that decide only what the network is shown of the samples."""
    plain = Data()
    flaws = msgspec.structs.replace(data.imperfections, feature_scale=(), feature_shift=())
    return msgspec.structs.replace(
        data, features=plain.features, scaling=plain.scaling, scaling_fit=plain.scaling_fit,
        test_sealed=plain.test_sealed, imperfections=flaws,
    )  # fmt: skip


@lru_cache(maxsize=8)
def drawn(data: Data, seed: int) -> Dataset:
    """A data set that its source makes."""
    kind, given = kind_of(data.source), data.imperfections
    assert kind.draw is not None
    is_nested = data.nested and not kind.whole
    points, clean = first_samples(data, seed) if is_nested else kind.draw(seed, given.position_noise, given.imbalance)
    flaws = Flaws(given, seed, rounded(points), clean, exact=False, by_point=is_nested)
    flaws.add_label_noise(kind.task)
    flaws.labels = rounded(flaws.labels)
    made = _spoiled(flaws, data, kind, seed, clean, extra=_extra(data, seed))
    return _dataset(kind, made, _extent(kind, made.points), _best_accuracy(kind, given))


LEAST_EXTRA = 64
"""So many are drawn at least, of which fewer may be taken: no set is asked for a point of half its classes."""


def _extra(data: Data, seed: int) -> Flaws | None:
    """More points of the same law, spoiled as the others are but by chance of their own; None where there are none."""
    count, given = data.extra_training, data.imperfections
    if not count or not isinstance(data.source, GeneratedData):
        return None
    rng = stream(seed, Purpose.EXTRA_TRAINING)
    own_seed, drawn_count = int(rng.integers(2**53)), max(count, LEAST_EXTRA)
    kind = kind_of(msgspec.structs.replace(data.source, samples=drawn_count))
    assert kind.draw is not None
    points, labels = kind.draw(own_seed, given.position_noise, given.imbalance)
    some = rng.permutation(labels.size)[:count]
    extra = Flaws(given, own_seed, rounded(points[:, some]), labels[some], exact=False)
    extra.add_label_noise(kind.task)
    extra.labels = rounded(extra.labels)
    return extra


# -- somebody's own points ---------------------------------------------------------------------------------------------

LEAST_EXTENT = 1e-300
LEAST_SHARE = 0.25
"""Of the plane: what points take of it at least, to both sides, where the same ±extent is shown of both columns."""
KEPT_SPLITS = 2
"""Splits kept of each living set of own points: an edit of the share or the seed, and undo, go between two."""
KEPT_POINTS = 8
"""Sets of own points whose splits are kept: painting makes another set at every stroke."""
_splits: WeakKeyDictionary[OwnPoints, tuple[tuple[tuple[object, ...], Dataset], ...]] = WeakKeyDictionary()


def _split(data: Data, seed: int, own: OwnPoints | None) -> Dataset:
    """Own points, split; kept as long as the points live, so that closing a large file frees its memory."""
    assert isinstance(data.source, PointsData)
    key = (data, seed)
    known = () if own is None else _splits.get(own, ())
    for kept, dataset in known:
        if kept == key:
            return dataset
    own = belonging(data.source, own)
    kind, columns = kind_of(data.source), own.features.T
    by_point = data.source.draws == "by_point"
    flaws = Flaws(data.imperfections, seed, columns, own.labels, True, by_point, data.source.noise_unit)
    flaws.add_label_noise(kind.task)
    order = order_of_points(columns, seed) if data.source.split == "by_point" else None
    spoiled = _spoiled(flaws, data, kind, seed, own.labels, order)
    extent = _own_extent_of(kind, spoiled.points)
    made = _dataset(kind, spoiled, extent, None, _own_window(kind, spoiled.points, extent))
    _splits[own] = ((key, made), *known)[:KEPT_SPLITS]
    for oldest in list(_splits)[:-KEPT_POINTS]:  # undo holds all points that were ever painted
        _splits.pop(oldest, None)
    return made


def _own_extent_of(kind: SourceKind, points: Array) -> float:
    """The plane that points were painted on, or one that follows from them where they do not all lie there."""
    fits = kind.extent is not None and float(np.abs(points).max(initial=0.0)) <= kind.extent
    return kind.extent if kind.extent is not None and fits else own_extent(points)


def _own_window(kind: SourceKind, points: Array, extent: float) -> Window | None:
    """A window of its own for the points of a plane, where they are a streak or a dot in it; of painted ones where they
    have one, and it still holds them all."""
    if not kind.is_plane or (kind.is_painted and kind.window is None):
        return None
    if kind.window is not None and _holds(kind.window, points):
        return kind.window
    window = left, right, bottom, top = window_around([points])
    return window if min(right / 2.0 - left / 2.0, top / 2.0 - bottom / 2.0) < LEAST_SHARE * extent else None


def _holds(window: Window, points: Array) -> bool:
    left, right, bottom, top = window
    low, high = np.array([[left], [bottom]]), np.array([[right], [top]])
    return bool(((points >= low) & (points <= high)).all())


def own_extent(points: Array) -> float:
    """Half the width of a window that shows points of any size: two digits, a twentieth or more beyond the farthest."""
    reach = float(max(points.max(initial=0.0), -points.min(initial=0.0)))
    if reach == 0.0:
        return 1.0
    unit = 10.0 ** (math.floor(math.log10(max(reach, LEAST_EXTENT))) - 1)
    return math.ceil(1.05 * reach / unit) * unit


# -- what all sources share --------------------------------------------------------------------------------------------


def _spoiled(
    flaws: Flaws, data: Data, kind: SourceKind, seed: int, clean: Array, order: Places | None = None,
    extra: Flaws | None = None,
) -> Spoiled:  # fmt: skip
    """All that is done after label noise, in its order.

    clean: the labels before that, which decide the split. order: that of the samples, where they have one of their own.
    extra: samples that train beside the others, which are what they are without them until blank cells are filled.
    """
    flaws.throw_out()
    parts = split(data, clean, kind.task.classes, seed, kind.whole, order)
    flaws.shift_test(parts.test)
    inputs = tuple(each for each in added_inputs(data, kind) if each.kind != "blank")
    added = flaws.added(inputs)
    flaws.make_blank()
    added = flaws.copy_training(parts, added)
    if extra is not None:
        extra.throw_out()
        of_extra = extra.added(inputs)
        extra.make_blank()
        parts, added = flaws.joined(extra, parts), np.concatenate([added, of_extra], axis=1)
    return flaws.finished(parts, added, inputs, blank_columns(data, kind))


def _dataset(
    kind: SourceKind, made: Spoiled, extent: float, best_accuracy: float | None, window: Window | None = None
) -> Dataset:  # fmt: skip
    """Samples in their order, cut into parts."""
    points, labels, order = made.points, made.labels, made.parts.all()
    for each in (points, labels, order):
        each.flags.writeable = False
    first = made.parts.train.size
    second = first + made.parts.validation.size
    return Dataset(
        kind.task, points[:, :first], labels[:first], points[:, second:], labels[second:], extent=extent,
        best_accuracy=best_accuracy, image=kind.image, class_names=kind.class_names, columns=kind.columns,
        order=order if kind.is_given else None, validation_points=points[:, first:second],
        validation_labels=labels[first:second], beside=made.beside, done=made.done, window=window,
    )  # fmt: skip


def _extent(kind: SourceKind, points: Array) -> float:
    """The set's own window, or a wider one in whole units so that no point is left out."""
    reach, usual = float(np.abs(points).max(initial=0.0)), kind.extent or 0.0
    return usual if reach <= usual else float(math.ceil(reach))


def _best_accuracy(kind: SourceKind, flaws: Imperfections) -> float | None:
    """The Bayes limit, with label noise counted in; unknown where a flaw changes the law, and of unequal classes with
    label noise."""
    changed = flaws.outliers or flaws.missing or flaws.duplicates or flaws.leaked_target or flaws.test_shift
    if kind.best_accuracy is None or changed:
        return None
    if flaws.imbalance > 0:
        law = None if kind.law is None or flaws.label_noise else kind.law(flaws.position_noise, flaws.imbalance)
        return None if law is None else law.best_accuracy
    best, classes = kind.best_accuracy(flaws.position_noise), kind.task.classes
    if best is None or flaws.label_noise > (classes - 1) / classes:
        return None
    if flaws.label_noise and flaws.label_noise_kind != "random":
        return None
    kept = 1.0 - flaws.label_noise
    return best * kept + (1.0 - best) * flaws.label_noise / (classes - 1)
