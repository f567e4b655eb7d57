"""The data set of an experiment: points made, spoiled as asked, shuffled and split.

Owns the way from settings to points; knows nothing of networks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, seeded, stream
from playground.data.kinds import kind_of
from playground.data.own_points import OwnPoints, PointsData, belonging
from playground.data.rounding import rounded, to_twenty_bits
from playground.data.source import Data, Imperfections, Source
from playground.data.source_kind import PLANE, SourceKind
from playground.data.task import Task

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points of the plane, images or samples with columns, split. Arrays are read-only; training comes first in the
    generator's shuffle.

    points: (2, n), for images (64, n), pixel by pixel from the top left, 0 for paper and 1 for ink, else (columns, n);
    labels: (n,), a class index or a target; extent: half the width of the window that shows them all. best_accuracy:
    the Bayes limit where it is known. image: (channels, height, width), None for points. class_names: the set's own
    names, if any. columns: the names of a sample's numbers; none for images.
    order: (n,) which of somebody's own points stands at each place, training first; None for points that are made.
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

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Out of a pickle; its arrays are read-only again."""
        self.__dict__.update(state)
        for value in state.values():
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
    def majority_shares(self) -> tuple[float | None, float | None]:
        """The accuracy of always answering the most frequent training class, on the training and on the test set.

        None of a set without samples, and of a regression.
        """
        if not self.task.is_classification:
            return None, None
        frequent = np.bincount(self.train_labels.astype(np.int64), minlength=self.task.classes).argmax()
        train, test = (float(np.mean(each == frequent)) if each.size else None for each in self._label_sets)
        return train, test

    @cached_property
    def mean_errors(self) -> tuple[float | None, float | None]:
        """The root mean square error of always answering the training mean, on the training and on the test set."""
        mean = self.train_labels.mean()
        train, test = (float(np.sqrt(np.mean((each - mean) ** 2))) if each.size else None for each in self._label_sets)
        return train, test

    @property
    def _label_sets(self) -> tuple[Array, Array]:
        return self.train_labels, self.test_labels


def make_dataset(data: Data, seed: int, own: OwnPoints | None = None) -> Dataset:
    """The data set of `data` for an experiment's seed: the same on every machine. The last few are kept.

    own: the points of a source that is about somebody's own; raises PointsRefused where they are missing or others.
    """
    source = data.source
    if isinstance(source, PointsData):
        return _split(source, data, seed, own)
    return drawn(source, data.imperfections, data.train_share, seed)


@lru_cache(maxsize=8)
def drawn(source: Source, flaws: Imperfections, train_share: float, seed: int) -> Dataset:
    """A data set that its source makes."""
    kind = kind_of(source)
    assert kind.draw is not None
    points, labels = kind.draw(seed, flaws.position_noise, flaws.imbalance)
    labels = _with_label_noise(labels, kind.task, flaws.label_noise, stream(seed, Purpose.LABEL_NOISE))
    points, labels = rounded(points), rounded(labels)
    order = stream(seed, Purpose.SPLIT).permutation(labels.size)
    return _cut(kind, points, labels, order, train_share, _extent(kind, points), _best_accuracy(kind, flaws))


# -- somebody's own points ---------------------------------------------------------------------------------------------

LEAST_EXTENT = 1e-300
KEPT_SPLITS = 2
"""Splits kept of each living set of own points: an edit of the share or the seed, and undo, go between two."""
KEPT_POINTS = 8
"""Sets of own points whose splits are kept: painting makes another set at every stroke."""
_splits: WeakKeyDictionary[OwnPoints, tuple[tuple[tuple[object, ...], Dataset], ...]] = WeakKeyDictionary()


def _split(source: PointsData, data: Data, seed: int, own: OwnPoints | None) -> Dataset:
    """Own points, split; kept as long as the points live, so that closing a large file frees its memory."""
    key = (source, data.train_share, data.imperfections.label_noise, seed)
    known = () if own is None else _splits.get(own, ())
    for kept, dataset in known:
        if kept == key:
            return dataset
    own = belonging(source, own)
    kind, rng = kind_of(source), stream(seed, Purpose.LABEL_NOISE)
    labels = _with_label_noise(own.labels, kind.task, data.imperfections.label_noise, rng, exact=True)
    columns = own.features.T
    order = _order_of_points(columns, seed) if source.split == "by_point" else _shuffled(labels.size, seed)
    made = _cut(kind, columns, labels, order, data.train_share, _own_extent_of(kind, columns), None)
    _splits[own] = ((key, made), *known)[:KEPT_SPLITS]
    for oldest in list(_splits)[:-KEPT_POINTS]:  # undo holds all points that were ever painted
        _splits.pop(oldest, None)
    return made


def _shuffled(count: int, seed: int) -> NDArray[np.int64]:
    return stream(seed, Purpose.SPLIT).permutation(count)


def _order_of_points(columns: Array, seed: int) -> NDArray[np.int64]:
    """(n,) points (columns, n) in the order of a number drawn for each from the seed and its coordinates.

    One point more or less moves the border between the parts by at most one place, and no other point.
    """
    same = np.ones(columns.shape[1], np.uint64)
    bits = [np.ascontiguousarray(row).view(np.uint64) for row in columns + 0.0]  # no bits of a negative zero
    drawn_for_each = seeded([same * np.uint64(seed), same * np.uint64(Purpose.SPLIT), *bits])[:, 0]
    return np.argsort(drawn_for_each, kind="stable")


def _own_extent_of(kind: SourceKind, points: Array) -> float:
    """The plane that points were painted on, or one that follows from them where they do not all lie there."""
    fits = kind.extent is not None and float(np.abs(points).max(initial=0.0)) <= kind.extent
    return kind.extent if kind.extent is not None and fits else own_extent(points)


def own_extent(points: Array) -> float:
    """Half the width of a window that shows points of any size: two digits, a twentieth or more beyond the farthest."""
    reach = float(np.abs(points).max(initial=0.0))
    if reach == 0.0:
        return 1.0
    unit = 10.0 ** (math.floor(math.log10(max(reach, LEAST_EXTENT))) - 1)
    return math.ceil(1.05 * reach / unit) * unit


# -- what all sources share --------------------------------------------------------------------------------------------


def _cut(
    kind: SourceKind, points: Array, labels: Array, order: NDArray[np.int64], train_share: float, extent: float,
    best_accuracy: float | None,
) -> Dataset:  # fmt: skip
    """Points and labels in their order, the first ones for training."""
    points, labels = np.ascontiguousarray(points[:, order]), np.ascontiguousarray(labels[order])
    order = order.astype(np.int64)
    points.flags.writeable = labels.flags.writeable = order.flags.writeable = False
    cut = labels.size if kind.whole else max(1, int(labels.size * train_share))
    rest = 0 if kind.whole else cut
    return Dataset(
        kind.task, points[:, :cut], labels[:cut], points[:, rest:], labels[rest:], extent=extent,
        best_accuracy=best_accuracy, image=kind.image, class_names=kind.class_names, columns=kind.columns,
        order=order if kind.is_given else None,
    )  # fmt: skip


def _with_label_noise(
    labels: Array, task: Task, noise: float, rng: np.random.Generator, exact: bool = False
) -> Array:  # fmt: skip
    """Regression: N(0, noise²) added. Classes: each label becomes another class with chance `noise`.

    exact: the labels are not rounded afterwards, and targets may have any scale, so the noise is in units of their
    standard deviation; what is added is rounded, because the last bits of a normal number differ between processors.
    """
    if noise == 0:
        return labels
    if not task.is_classification:
        added = noise * rng.standard_normal(labels.size)
        return labels + (rounded(added) * to_twenty_bits(np.asarray(labels.std())) if exact else added)
    hit = rng.random(labels.size) < noise
    shift = 1 + np.floor(rng.random(labels.size) * (task.classes - 1))
    return np.where(hit, (labels + shift) % task.classes, labels)


def _extent(kind: SourceKind, points: Array) -> float:
    """The set's own window, or a wider one in whole units so that no point is left out."""
    reach, usual = float(np.abs(points).max(initial=0.0)), kind.extent or 0.0
    return usual if reach <= usual else float(math.ceil(reach))


def _best_accuracy(kind: SourceKind, flaws: Imperfections) -> float | None:
    """The Bayes limit with label noise counted in; unknown for unequal classes."""
    if kind.best_accuracy is None or flaws.imbalance > 0:
        return None
    best, classes = kind.best_accuracy(flaws.position_noise), kind.task.classes
    if best is None or flaws.label_noise > (classes - 1) / classes:
        return None
    kept = 1.0 - flaws.label_noise
    return best * kept + (1.0 - best) * flaws.label_noise / (classes - 1)
