"""The points of an experiment inside a model file.

Owns their tensors ((2, n) coordinates, (64, n) pixels of images or (columns, n) of other samples), and what happens
when they differ from what this version's recipe gives: then the file's own points are kept with the run. A model file
must open for ever and continue on the points it was trained on, although a new version of a formula, or of NumPy's
generators, may draw or split them otherwise; refusing such a file would lose work, and taking the new points would
silently change the run. Knows nothing of networks.

Of an experiment about somebody's own points the file holds them once, split for training and test as outsiders read
them; `data/order` says which sample stands where (training first), so that they can be put back, checked against the
experiment's digest and split anew. Label noise cannot be taken back: with it `data/labels` holds the labels as given,
and where blank cells or other imperfections have changed the columns, or left samples out, `data/features` holds those
(columns, samples), NaN where a cell is blank. `data/train_added` and its like hold what stands beside the columns,
`data/blank_values` what a blank cell of each column gets.
"""

from __future__ import annotations

import math
import re
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset, Imperfections, OwnPoints, PointsData, make_dataset
from playground.data.added import Beside, blank_columns
from playground.data.imputing import mean_of
from playground.data.own_points import REACH as OWN_REACH
from playground.data.own_points import mismatch, points_problem
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.experiment.experiment import Experiment

ORDER, FEATURES, LABELS = "data/order", "data/features", "data/labels"
FILLED = "data/blank_values"
OF_OTHERS = re.compile(r"^points/([0-9a-f]{64})/(features|labels)$")
"""Own points that other runs of the file are about, see `playground.exchange.point_sets`."""
REACH = 1e4
"""Largest coordinate, pixel or target of generated points; what the recipes make stays far below."""


class FilePoints(msgspec.Struct, frozen=True):
    """What a file says of its points.

    dataset: the split if it differs from the recipe's, bit for bit; None if it is the same. own: somebody's own points.
    """

    dataset: Dataset | None
    own: OwnPoints | None = None


def parts_of(experiment: Experiment) -> tuple[str, ...]:
    """The parts of the samples that a file of this experiment has."""
    return ("train", "validation", "test") if experiment.has_validation else ("train", "test")


def tensors(dataset: Dataset, own: OwnPoints | None = None) -> Tensors:
    """The tensors that hold a data set, and its own points where it is made of such."""
    found = _tensors_of(dataset)
    if dataset.order is None or own is None:
        return found
    found[ORDER] = dataset.order
    points, labels = _joined(found, "points"), _joined(found, "labels")
    whole = dataset.order.size == own.samples
    if not (whole and _same(points, np.ascontiguousarray(own.features.T[:, dataset.order]))):
        return found | {FEATURES: np.ascontiguousarray(own.features.T), LABELS: own.labels}
    return found if _same(labels, own.labels[dataset.order]) else found | {LABELS: own.labels}


def _tensors_of(dataset: Dataset) -> Tensors:
    """Points and labels of each part, inputs beside them, and what blank cells got."""
    beside = dataset.beside
    found: Tensors = {}
    for part in ("train", "validation", "test"):
        points, labels = getattr(dataset, f"{part}_points"), getattr(dataset, f"{part}_labels")
        if part == "validation" and not labels.size:
            continue
        found |= {f"data/{part}_points": points, f"data/{part}_labels": labels}
        if beside is not None and beside.usual.size:
            found[f"data/{part}_added"] = getattr(beside, part)
    if beside is not None and beside.filling.blank:
        found[FILLED] = beside.filling.values
    return found


def _joined(found: Tensors, what: str) -> NDArray[Any]:
    """Points or labels of all parts, training first."""
    names = [f"data/{part}_{what}" for part in ("train", "validation", "test")]
    return np.concatenate([found[name] for name in names if name in found], axis=-1)


def shapes(experiment: Experiment, found: dict[str, tuple[str, Shape]]) -> dict[str, tuple[str, Shape]]:
    """Types and shapes that the points must have; only the places of the split are the file's own.

    Where samples with blank cells are left out, how many are left is the file's own too.
    """
    kind, data = experiment.source_kind, experiment.data
    rows = len(kind.columns) if kind.image is None else math.prod(kind.image)
    names, added, blank = parts_of(experiment), len(experiment.added_inputs), blank_columns(data, kind)
    samples, left_out = kind.samples + data.extra_training, bool(blank) and data.imperfections.imputer == "drop"
    sizes = _sizes(found, names, samples, kind.whole, left_out)
    expected: dict[str, tuple[str, Shape]] = {}
    for part, size in zip(names, sizes, strict=True):
        if part == "validation" and not size:
            continue
        expected |= {f"data/{part}_points": ("F64", (rows, size)), f"data/{part}_labels": ("F64", (size,))}
        if added:
            expected[f"data/{part}_added"] = ("F64", (added, size))
    if blank:
        expected[FILLED] = ("F64", (rows,))
    if kind.is_given:
        expected[ORDER] = ("I64", (sum(sizes),))
        spoiled = bool(kind.missing) or data.imperfections != Imperfections()
        if spoiled and LABELS in found:
            expected[LABELS] = ("F64", (kind.samples,))
        if spoiled and FEATURES in found:
            expected |= {FEATURES: ("F64", (rows, kind.samples)), LABELS: ("F64", (kind.samples,))}
    return expected


def most_bytes(experiment: Experiment) -> int:
    """What the points of an experiment take in a file, or less."""
    beside: dict[str, tuple[str, Shape]] = {FEATURES: ("F64", ()), LABELS: ("F64", ())}
    return sum(8 * math.prod(shape) for _, shape in shapes(experiment, beside).values())


def _sizes(
    found: dict[str, tuple[str, Shape]], names: tuple[str, ...], samples: int, whole: bool, left_out: bool
) -> tuple[int, ...]:  # fmt: skip
    """How many samples each part has, as the file says, as far as that can be; the test set has the rest."""
    if whole and not left_out:
        return tuple(samples for _ in names)
    sizes, left = list[int](), samples
    for part in names:
        labels = found.get(f"data/{part}_labels", ("", ()))[1]
        given = labels[0] if len(labels) == 1 else left if part == "train" else 0
        size = min(max(given, part == "train"), left)
        sizes.append(left if part == "test" and not left_out else size)
        left -= 0 if whole else sizes[-1]
    return tuple(sizes)


def read(experiment: Experiment, found: Tensors) -> FilePoints:
    """The points of a file whose tensors have the right shapes and finite values; raises Unreadable."""
    own = _own(experiment, found) if ORDER in found else None
    recipe = make_dataset(experiment.data, experiment.seed, own)
    told = _tensors_of(recipe)
    held = {name: tensor for name, tensor in found.items() if name in _names_of(experiment)}
    if held.keys() == told.keys() and all(_same(held[name], told[name]) for name in told):
        return FilePoints(None, own)
    _check(experiment, held, REACH if own is None else OWN_REACH)
    for tensor in held.values():
        tensor.flags.writeable = False
    own_parts = _replaced(recipe, held)
    if own is not None:
        return FilePoints(replace(own_parts, order=found[ORDER]), own)
    reach = max(float(np.abs(held[f"data/{part}_points"]).max(initial=0.0)) for part in ("train", "test"))
    return FilePoints(replace(own_parts, extent=max(recipe.extent, float(math.ceil(reach)))))


def _names_of(experiment: Experiment) -> set[str]:
    """The tensors that hold a split."""
    return {f"data/{part}_{what}" for part in parts_of(experiment) for what in ("points", "labels", "added")} | {FILLED}


def _replaced(recipe: Dataset, held: Tensors) -> Dataset:
    """The recipe's data set with a file's own samples; what imperfections did to those is not known."""
    rows = len(recipe.train_points)
    blank = {"data/validation_points": np.zeros((rows, 0)), "data/validation_labels": np.zeros(0)}
    parts: dict[str, Any] = {
        f"{part}_{what}": (blank | held)[f"data/{part}_{what}"]
        for part in ("train", "validation", "test") for what in ("points", "labels")
    }  # fmt: skip
    beside = recipe.beside
    if beside is not None:
        added = {
            part: held.get(f"data/{part}_added", np.zeros((0, parts[f"{part}_labels"].size)))
            for part in ("train", "validation", "test")
        }
        if beside.usual.size and not added["validation"].size:
            added["validation"] = np.zeros((beside.usual.size, 0))
        usual = np.array([mean_of(row) for row in added["train"]])
        filling = replace(beside.filling, values=held.get(FILLED, beside.filling.values))
        beside = Beside(added["train"], added["validation"], added["test"], usual, filling, beside.copied)
    return replace(recipe, **parts, beside=beside, done=())


def _own(experiment: Experiment, found: Tensors) -> OwnPoints:
    """Somebody's own points, put back into their order; they must be those that the experiment is about."""
    source = experiment.data.source
    assert isinstance(source, PointsData)
    order = found[ORDER]
    alone = FEATURES in found
    every = np.unique(order).size == order.size and (order >= 0).all() and (order < source.samples).all()
    if not every or (order.size != source.samples and not alone):
        raise Unreadable(f"is not consistent: {ORDER} does not name every sample once")
    order.flags.writeable = False
    if alone:
        features, labels = found[FEATURES].T, found[LABELS]
    else:
        back = np.argsort(order)
        features, labels = _joined(found, "points")[:, back].T, found.get(LABELS, _joined(found, "labels")[back])
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


def _check(experiment: Experiment, held: Tensors, largest: float) -> None:
    classes = experiment.task.classes
    for name, values in held.items():
        if not np.all(np.abs(values) <= largest):
            raise Unreadable("is not consistent: {name} has values beyond ±{high}", name=name, high=largest)
        if classes and name.endswith("_labels") and not np.isin(values, np.arange(classes)).all():
            raise Unreadable(f"is not consistent: {name} has labels that are none of its {classes} classes")
