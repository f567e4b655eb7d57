"""Painted points keep their fate: what an imperfection did to a point stays when others come or go."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from playground.data import OwnPoints, make_dataset
from playground.data.own_points import PointsData
from playground.data.painting import blank, relabelled, with_points, without
from playground.data.sampling import Dataset
from playground.edits.changes import with_changes
from playground.edits.painting import canvas_of, on_canvas
from playground.experiment.experiment import Experiment, rule_problems
from tests.own_points import about, made


def painted(classes: int, count: int = 300, **flaws: Any) -> tuple[Experiment, OwnPoints]:
    rng = np.random.Generator(np.random.PCG64(classes))
    canvas = with_points(blank(classes, 6.0), rng.uniform(-5.0, 5.0, (count, 2)), 0)
    labels = rng.integers(0, classes, count) if classes else rng.uniform(-1.0, 1.0, count)
    for value in np.unique(labels):
        canvas = relabelled(canvas, labels == value, float(value))
    changes = {f"data__imperfections__{name}": value for name, value in flaws.items()}
    return on_canvas(with_changes(Experiment(), **changes), canvas)


def after_strokes(experiment: Experiment, own: OwnPoints) -> tuple[Experiment, OwnPoints]:
    """Points go in front, and others come behind."""
    canvas = canvas_of(experiment, own)
    canvas = without(canvas, np.arange(canvas.count) < 7)
    return on_canvas(experiment, with_points(canvas, [(x / 10, -5.5) for x in range(20)], 1.0))


def in_place(dataset: Dataset, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(2, count) points and (count,) labels in the order in which they were painted."""
    assert dataset.order is not None
    points, labels = np.full((2, count), np.nan), np.full(count, np.nan)
    points[:, dataset.order] = np.concatenate([dataset.train_points, dataset.test_points], axis=1)
    labels[dataset.order] = np.concatenate([dataset.train_labels, dataset.test_labels])
    return points, labels


def made_of(experiment: Experiment, own: OwnPoints) -> tuple[np.ndarray, np.ndarray]:
    return in_place(make_dataset(experiment.data, experiment.seed, own), own.samples)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("kind", ["random", "one_class"])
def test_a_wrong_label_stays_on_its_point(classes: int, kind: str) -> None:
    before = painted(classes, label_noise=0.3, label_noise_kind=kind)
    after = after_strokes(*before)
    labels, later = made_of(*before)[1], made_of(*after)[1]
    assert (labels != before[1].labels).mean() == pytest.approx(0.3 if kind == "random" else 0.3 / classes, abs=0.07)
    assert np.array_equal(labels[7:], later[:-20])


def test_an_outlier_stays_one_and_lies_in_the_same_direction() -> None:
    before = painted(2, outliers=0.2)
    after = after_strokes(*before)
    (points, _), (later, _) = made_of(*before), made_of(*after)
    thrown = (points != before[1].features.T).any(axis=0)
    assert 30 < thrown.sum() < 90
    assert np.array_equal(thrown[7:], (later != after[1].features.T).any(axis=0)[:-20])
    from_middle = points[:, 7:] - before[1].features.T.mean(axis=1, keepdims=True)
    then = later[:, :-20] - after[1].features.T.mean(axis=1, keepdims=True)
    turned = np.arctan2(*from_middle[:, thrown[7:]]) - np.arctan2(*then[:, thrown[7:]])
    assert np.abs(np.angle(np.exp(1j * turned))).max() < 0.1


def test_what_is_blank_stays_blank_and_noise_beside_a_point_stays() -> None:
    experiment, own = painted(2, missing=0.2, imputer="indicator", irrelevant_features=2)
    told = [make_dataset(each.data, 0, points) for each, points in ((experiment, own), after_strokes(experiment, own))]
    beside = []
    for dataset in told:
        assert dataset.beside is not None
        assert dataset.order is not None
        values = np.concatenate([dataset.beside.train, dataset.beside.test], axis=1)
        beside.append(values[:, np.argsort(dataset.order)])
    noise = [values[:2] / np.abs(values[:2, 50:51]) for values in beside]
    assert np.array_equal(beside[0][2:, 7:], beside[1][2:, :-20])
    assert 0.1 < beside[0][2:].mean() < 0.3
    assert noise[0].std() > 0
    ratios = beside[0][:2, 7:] / beside[1][:2, :-20]
    assert np.ptp(ratios) < 1e-3, "as wide as the first column is, and that is all that changes"


def test_nearly_every_copy_of_a_training_point_stays_a_copy_of_the_same() -> None:
    before = painted(2, duplicates=0.5)
    after = after_strokes(*before)
    (points, _), (later, _) = made_of(*before), made_of(*after)
    copies = (points != before[1].features.T).any(axis=0)
    assert copies.sum() > 50
    same = (points[:, 7:] == later[:, :-20]).all(axis=0)[copies[7:]]
    assert same.mean() > 0.8


def test_noise_of_targets_keeps_its_unit_when_they_are_painted_over() -> None:
    before = painted(0, label_noise=0.5)
    after = after_strokes(*before)
    (_, targets), (_, later) = made_of(*before), made_of(*after)
    assert np.array_equal(targets[7:], later[:-20])
    assert (targets - before[1].labels).std() == pytest.approx(0.5, abs=0.06)


def test_painting_over_a_set_of_the_gallery_leaves_the_noises_unit_and_over_a_table_its_own() -> None:
    plane = with_changes(Experiment(), data__source__name="plane", data__imperfections__label_noise=0.5)
    own = made(2, 60, classes=0)
    wide = OwnPoints(own.features, 1000.0 * own.labels)
    for experiment, points, deviation in ((plane, None, 1.0), (about(wide, 0), wide, wide.labels.std())):
        assert _unit(on_canvas(experiment, canvas_of(experiment, points))[0]) == pytest.approx(deviation, rel=1e-5)


def _unit(experiment: Experiment) -> float | None:
    assert isinstance(experiment.data.source, PointsData)
    return experiment.data.source.noise_unit


def test_points_painted_before_and_tables_draw_what_they_always_drew() -> None:
    experiment, own = painted(4, label_noise=0.3)
    source = own.source(4)
    old = msgspec.structs.replace(experiment, data=msgspec.structs.replace(experiment.data, source=source))
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([0, 3, 0])))
    hit = rng.random(own.samples) < 0.3
    shift = 1 + np.floor(3 * rng.random(own.samples))
    assert np.array_equal(made_of(old, own)[1], np.where(hit, (own.labels + shift) % 4, own.labels))


def test_classes_have_no_unit_of_noise() -> None:
    bad, own = painted(2)
    source = msgspec.structs.replace(own.source(2), noise_unit=2.0)
    bad = msgspec.structs.replace(bad, data=msgspec.structs.replace(bad.data, source=source))
    assert [problem.path for problem in rule_problems(bad)] == ["data.source.noise_unit"]
