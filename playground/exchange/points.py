"""The points of an experiment inside a model file.

Owns their tensors ((2, n) coordinates, or (64, n) pixels of images), and what happens when they differ from what this
version's recipe gives: then the file's own points are kept with the run. A model file must open for ever and continue
on the points it was trained on, although a new version of a formula, or of NumPy's generators, may draw other ones;
refusing such a file would lose work, and taking the new points would silently change the run. Knows nothing of
networks.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data import DATASETS, Dataset, make_dataset
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.experiment.experiment import Experiment

PARTS = ("train_points", "train_labels", "test_points", "test_labels")
REACH = 1e4
"""Largest coordinate, pixel or target; what the recipes make stays far below."""


def tensors(dataset: Dataset) -> Tensors:
    """The tensors that hold a data set."""
    return {f"data/{part}": getattr(dataset, part) for part in PARTS}


def shapes(experiment: Experiment, found: dict[str, tuple[str, Shape]]) -> dict[str, tuple[str, Shape]]:
    """Types and shapes that the points must have; only the place of the split is the file's own."""
    source = experiment.data.source
    kind = DATASETS[source.name]
    rows = 2 if kind.image is None else math.prod(kind.image)
    labels = found.get("data/train_labels", ("", ()))[1]
    train = min(max(labels[0], 1), source.samples) if len(labels) == 1 else source.samples
    test = source.samples - train
    if kind.whole:
        train = test = source.samples
    return {
        "data/train_points": ("F64", (rows, train)),
        "data/train_labels": ("F64", (train,)),
        "data/test_points": ("F64", (rows, test)),
        "data/test_labels": ("F64", (test,)),
    }


def own_dataset(experiment: Experiment, found: Tensors) -> Dataset | None:
    """The file's points if they differ from the recipe's, bit for bit; None if they are the same."""
    recipe = make_dataset(experiment.data, experiment.seed)
    parts: dict[str, Any] = {part: found[f"data/{part}"] for part in PARTS}
    if all(_same(parts[part], getattr(recipe, part)) for part in PARTS):
        return None
    _check(experiment, parts)
    for part in parts.values():
        part.flags.writeable = False
    reach = max(float(np.abs(parts[part]).max(initial=0.0)) for part in ("train_points", "test_points"))
    return replace(recipe, **parts, extent=max(recipe.extent, float(math.ceil(reach))))


def _same(left: NDArray[Any], right: NDArray[Any]) -> bool:
    return left.shape == right.shape and left.tobytes() == right.tobytes()


def _check(experiment: Experiment, parts: Tensors) -> None:
    for part, values in parts.items():
        if not np.all(np.abs(values) <= REACH):
            raise Unreadable("is not consistent: data/{part} has values beyond ±{high}", part=part, high=REACH)
    classes = experiment.task.classes
    for part in ("train_labels", "test_labels"):
        if classes and not np.isin(parts[part], np.arange(classes)).all():
            raise Unreadable(f"is not consistent: data/{part} has labels that are none of its {classes} classes")
