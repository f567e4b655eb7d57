"""Nested samples: fewer are the first ones of more, and each keeps its part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.data import DATASETS, Dataset, make_dataset
from playground.data.nested import SERIES
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.errors import InvalidExperiment
from playground.experiment.experiment import Experiment
from tests.cases import cases

PARTS = ("train", "validation", "test")


def made(name: str, samples: int, **changes: Any) -> Dataset:
    experiment = on_dataset(Experiment(seed=3), name)
    experiment = with_changes(experiment, data__source__samples=samples, data__nested=True, **changes)
    return make_dataset(experiment.data, experiment.seed)


def rows(dataset: Dataset, part: str) -> set[bytes]:
    """Each sample of a part with its label, by its bytes."""
    points, labels = getattr(dataset, f"{part}_points"), getattr(dataset, f"{part}_labels")
    return {np.append(points[:, place], labels[place]).tobytes() for place in range(labels.size)}


@cases("name", [name for name, recipe in DATASETS.items() if not recipe.whole])
def test_of_every_set_more_samples_hold_the_fewer_in_their_parts(name: str) -> None:
    few, many = made(name, 60), made(name, 200)
    for part in ("train", "test"):
        assert rows(few, part) <= rows(many, part), part
    assert few.train_labels.size == 30
    assert many.train_labels.size == 100
    classes = few.task.classes
    if classes:
        counted = np.bincount(np.concatenate([many.train_labels, many.test_labels]).astype(int), minlength=classes)
        whole = np.bincount(_all_labels(name), minlength=classes) / SERIES
        assert counted == pytest.approx(200 * whole, abs=classes)


def _all_labels(name: str) -> Any:
    dataset = made(name, SERIES)
    return np.concatenate([dataset.train_labels, dataset.test_labels]).astype(int)


@pytest.mark.parametrize(
    "changes",
    [
        {"data__validation_share": 0.25},
        {"data__stratified": True, "data__imperfections__imbalance": 0.8},
        {"data__imperfections__label_noise": 0.2, "data__imperfections__position_noise": 0.3},
    ],
)
def test_parts_and_flaws_stay_also_beyond_one_series(changes: dict[str, Any]) -> None:
    few, more, many = (made("moons", samples, **changes) for samples in (300, 1_990, 2 * SERIES + 10))
    for part in PARTS:
        assert rows(few, part) <= rows(more, part) <= rows(many, part), part


def test_another_seed_gives_other_samples_and_the_same_repeats_them() -> None:
    experiment = with_changes(Experiment(), data__nested=True)
    one, again, other = (make_dataset(experiment.data, seed) for seed in (0, 0, 1))
    assert rows(one, "train") == rows(again, "train")
    assert not rows(one, "train") & rows(other, "train")


def test_each_class_is_there_however_few_samples_there_are() -> None:
    dataset = made("blobs", 8, data__source__classes=8, data__train_share=0.5)
    assert set(np.concatenate([dataset.train_labels, dataset.test_labels])) == set(range(8))


def test_own_points_and_sets_tested_on_themselves_have_none() -> None:
    with pytest.raises(InvalidExperiment, match=r"data\.nested: this set is trained and tested on the same"):
        with_changes(on_dataset(Experiment(), "thirteen"), data__nested=True)
    nested = with_changes(Experiment(), data__nested=True)
    assert not on_dataset(nested, "thirteen").data.nested
    assert on_dataset(nested, "moons").data.nested
