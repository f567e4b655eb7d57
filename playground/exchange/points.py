"""The points of an experiment inside a model file.

Owns their tensors ((2, n) coordinates, (64, n) pixels of images or (columns, n) of other samples), and what happens
when they differ from what this version's recipe gives: then the file's own points are kept with the run. A model file
must open for ever and continue on the points it was trained on, although a new version of a formula, or of NumPy's
generators, may draw or split them otherwise; refusing such a file would lose work, and taking the new points would
silently change the run. Knows nothing of networks.

Of an experiment about somebody's own points the file holds them once, split for training and test as outsiders read
them; `data/order` says which sample stands where (training first), so that they can be put back, checked against the
experiment's digest and split anew. Label noise cannot be taken back: with it `data/labels` holds the labels as given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints, PointsData, make_dataset
from playground.data.own_points import REACH as OWN_REACH
from playground.data.own_points import mismatch, points_problem
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.experiment.experiment import Experiment

PARTS = ("train_points", "train_labels", "test_points", "test_labels")
ORDER, LABELS = "data/order", "data/labels"
REACH = 1e4
"""Largest coordinate, pixel or target of generated points; what the recipes make stays far below."""


@dataclass(frozen=True, slots=True)
class FilePoints:
    """What a file says of its points.

    dataset: the split if it differs from the recipe's, bit for bit; None if it is the same. own: somebody's own points.
    """

    dataset: Dataset | None
    own: OwnPoints | None = None


def tensors(dataset: Dataset, own: OwnPoints | None = None) -> Tensors:
    """The tensors that hold a data set, and its own points where it is made of such."""
    found: Tensors = {f"data/{part}": getattr(dataset, part) for part in PARTS}
    if dataset.order is None or own is None:
        return found
    found[ORDER] = dataset.order
    given = np.concatenate([dataset.train_labels, dataset.test_labels])
    return found if _same(given, own.labels[dataset.order]) else found | {LABELS: own.labels}


def shapes(experiment: Experiment, found: dict[str, tuple[str, Shape]]) -> dict[str, tuple[str, Shape]]:
    """Types and shapes that the points must have; only the place of the split is the file's own."""
    kind = experiment.source_kind
    rows = len(kind.columns) if kind.image is None else math.prod(kind.image)
    labels = found.get("data/train_labels", ("", ()))[1]
    train = min(max(labels[0], 1), kind.samples) if len(labels) == 1 else kind.samples
    test = kind.samples - train
    if kind.whole:
        train = test = kind.samples
    expected: dict[str, tuple[str, Shape]] = {
        "data/train_points": ("F64", (rows, train)),
        "data/train_labels": ("F64", (train,)),
        "data/test_points": ("F64", (rows, test)),
        "data/test_labels": ("F64", (test,)),
    }
    if kind.is_given:
        expected[ORDER] = ("I64", (kind.samples,))
        if experiment.data.imperfections.label_noise and LABELS in found:
            expected[LABELS] = ("F64", (kind.samples,))
    return expected


def read(experiment: Experiment, found: Tensors) -> FilePoints:
    """The points of a file whose tensors have the right shapes and finite values; raises Unreadable."""
    parts: dict[str, Any] = {part: found[f"data/{part}"] for part in PARTS}
    own = _own(experiment.data.source, found) if ORDER in found else None
    recipe = make_dataset(experiment.data, experiment.seed, own)
    if all(_same(parts[part], getattr(recipe, part)) for part in PARTS):
        return FilePoints(None, own)
    _check(experiment, parts, REACH if own is None else OWN_REACH)
    for part in parts.values():
        part.flags.writeable = False
    if own is not None:
        return FilePoints(replace(recipe, **parts, order=found[ORDER]), own)
    reach = max(float(np.abs(parts[part]).max(initial=0.0)) for part in ("train_points", "test_points"))
    return FilePoints(replace(recipe, **parts, extent=max(recipe.extent, float(math.ceil(reach)))))


def _own(source: Any, found: Tensors) -> OwnPoints:
    """Somebody's own points, put back into their order; they must be those that the experiment is about."""
    assert isinstance(source, PointsData)
    order = found[ORDER]
    if not np.array_equal(np.sort(order), np.arange(order.size)):
        raise Unreadable(f"is not consistent: {ORDER} does not name every sample once")
    order.flags.writeable = False
    back = np.argsort(order)
    features = np.concatenate([found["data/train_points"], found["data/test_points"]], axis=1)[:, back].T
    labels = np.concatenate([found["data/train_labels"], found["data/test_labels"]])[back]
    labels = found.get(LABELS, labels)
    reason = points_problem(features, labels)
    if reason is not None:
        raise Unreadable(f"is not consistent: its points cannot be used, {reason}")
    own = OwnPoints(features, labels)
    reason = mismatch(source, own)
    if reason is not None:
        raise Unreadable(f"is not consistent: its points are not those of its experiment, {reason}")
    return own


def _same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return left.shape == right.shape and left.tobytes() == right.tobytes()


def _check(experiment: Experiment, parts: Tensors, largest: float) -> None:
    for part, values in parts.items():
        if not np.all(np.abs(values) <= largest):
            raise Unreadable("is not consistent: data/{part} has values beyond ±{high}", part=part, high=largest)
    classes = experiment.task.classes
    for part in ("train_labels", "test_labels"):
        if classes and not np.isin(parts[part], np.arange(classes)).all():
            raise Unreadable(f"is not consistent: data/{part} has labels that are none of its {classes} classes")
