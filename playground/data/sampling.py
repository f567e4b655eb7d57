"""The data set of an experiment: points made, spoiled as asked, shuffled and split.

Owns the way from settings to points; knows nothing of networks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.datasets import DATASETS, DatasetKind
from playground.data.features import rounded
from playground.data.source import Data
from playground.data.task import Task

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Points of the plane or images, split. Arrays are read-only; training comes first in the generator's shuffle.

    points: (2, n), for images (64, n), pixel by pixel from the top left, 0 for paper and 1 for ink; labels: (n,), a
    class index or a target; extent: half the width of the window that shows them all. best_accuracy: the Bayes limit
    where it is known. image: (channels, height, width), None for points. class_names: the set's own names, if any.
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

    def class_name(self, index: int) -> str:
        """How a class is called wherever it is named: "cross", or "class 2" where a set has no names."""
        return self.class_names[index] if index < len(self.class_names) else f"class {index}"

    def class_sign(self, index: int) -> str:
        """One sign for a class: the first letter of its name where no other name begins so, else its number."""
        letters = [name[0] for name in self.class_names]
        return letters[index] if index < len(letters) == len(set(letters)) else str(index)

    def majority_share(self) -> float | None:
        """The accuracy of always answering the most frequent training class, on the test set (or the training set)."""
        if not self.task.is_classification:
            return None
        frequent = np.bincount(self.train_labels.astype(np.int64), minlength=self.task.classes).argmax()
        judged = self.test_labels if self.test_labels.size else self.train_labels
        return float(np.mean(judged == frequent))


@lru_cache(maxsize=8)
def make_dataset(data: Data, seed: int) -> Dataset:
    """The data set of `data` for an experiment's seed: the same on every machine. The last few are kept."""
    kind = DATASETS[data.source.name]
    task = kind.task(data.source.classes)
    flaws = data.imperfections
    counts = class_counts(data.source.samples, max(task.classes, 1), flaws.imbalance)
    points, labels = kind.generate(
        counts, stream(seed, Purpose.POINTS), stream(seed, Purpose.POSITION_NOISE), flaws.position_noise
    )
    labels = _with_label_noise(labels, task, flaws.label_noise, stream(seed, Purpose.LABEL_NOISE))
    points, labels = rounded(points), rounded(labels)
    order = stream(seed, Purpose.SPLIT).permutation(labels.size)
    points, labels = points[:, order], labels[order]
    points, labels = np.ascontiguousarray(points), np.ascontiguousarray(labels)
    points.flags.writeable = labels.flags.writeable = False
    cut = labels.size if kind.whole else max(1, int(labels.size * data.train_share))
    rest = 0 if kind.whole else cut
    return Dataset(
        task, points[:, :cut], labels[:cut], points[:, rest:], labels[rest:],
        extent=_extent(kind, points), best_accuracy=_best_accuracy(kind, data), image=kind.image,
        class_names=kind.class_names,
    )  # fmt: skip


def class_counts(samples: int, classes: int, imbalance: float) -> tuple[int, ...]:
    """How many points each class gets; they add up to `samples`, and no class is empty."""
    weights = np.array([1.0] + [1.0 - imbalance] * (classes - 1))
    shares = np.maximum(1, np.floor(samples * weights / weights.sum()).astype(int))
    for index in range(samples - int(shares.sum())):
        shares[index % classes if imbalance == 0 else 0] += 1
    shares[0] -= max(0, int(shares.sum()) - samples)
    return tuple(int(share) for share in shares)


def _with_label_noise(labels: Array, task: Task, noise: float, rng: np.random.Generator) -> Array:
    """Regression: N(0, noise²) added. Classes: each label becomes another class with chance `noise`."""
    if noise == 0:
        return labels
    if not task.is_classification:
        return labels + noise * rng.standard_normal(labels.size)
    hit = rng.random(labels.size) < noise
    shift = 1 + np.floor(rng.random(labels.size) * (task.classes - 1))
    return np.where(hit, (labels + shift) % task.classes, labels)


def _extent(kind: DatasetKind, points: Array) -> float:
    """The set's own window, or a wider one in whole units so that no point is left out."""
    reach = float(np.abs(points).max(initial=0.0))
    return kind.extent if reach <= kind.extent else float(math.ceil(reach))


def _best_accuracy(kind: DatasetKind, data: Data) -> float | None:
    """The Bayes limit with label noise counted in; unknown for unequal classes."""
    flaws = data.imperfections
    if kind.best_accuracy is None or flaws.imbalance > 0:
        return None
    best = kind.best_accuracy(flaws.position_noise)
    classes = kind.task(data.source.classes).classes
    if best is None or flaws.label_noise > (classes - 1) / classes:
        return None
    kept = 1.0 - flaws.label_noise
    return best * kept + (1.0 - best) * flaws.label_noise / (classes - 1)
