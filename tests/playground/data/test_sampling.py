"""The data sets: formulas, counts, noise, split, limits."""

from __future__ import annotations

from typing import get_args

import msgspec
import numpy as np
import pytest

from playground.data import DATASETS, Data, GeneratedData, Imperfections, OwnPoints, dataset_named, make_dataset
from playground.data.features import FEATURES, FeatureTransform
from playground.data.generated import DatasetName, class_counts
from playground.data.recipes.table import ALIASES
from playground.data.sampling import Dataset, drawn
from playground.errors import WrongUse
from tests.cases import cases


def data(name: str, samples: int = 500, share: float = 0.5, classes: int = 3, **flaws: float) -> Data:
    return Data(GeneratedData(name, samples, classes), share, imperfections=Imperfections(**flaws))


def fresh(settings: Data, seed: int) -> Dataset:
    """Made now, whatever was kept."""
    return drawn.__wrapped__(settings, seed)


def everything(made) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate([made.train_points, made.test_points], axis=1)
    return points, np.concatenate([made.train_labels, made.test_labels])


def test_the_table_and_the_type_name_the_same_sets() -> None:
    assert set(DATASETS) == set(get_args(DatasetName))


@cases("name", DATASETS)
def test_same_seed_same_points_other_seed_other_points(name: str) -> None:
    first, _ = everything(fresh(data(name, position_noise=0.2), 1))
    again, _ = everything(fresh(data(name, position_noise=0.2), 1))
    other, _ = everything(fresh(data(name, position_noise=0.2), 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@cases("name", DATASETS)
def test_counts_split_and_window(name: str) -> None:
    for asked in (4, 5, 7, 99, 500):
        check_counts(name, max(asked, DATASETS[name].classes or 0))


def check_counts(name: str, samples: int) -> None:
    made = make_dataset(data(name, samples, share=0.3, position_noise=0.9), 3)
    points, labels = everything(made)
    if not DATASETS[name].whole:
        assert labels.size == samples
        assert made.train_labels.size == max(1, int(samples * 0.3))
    assert np.abs(points).max() <= made.extent
    assert np.isfinite(points).all()
    if made.task.is_classification:
        assert set(np.unique(labels)) <= set(range(made.task.classes))


def test_points_are_multiples_of_a_power_of_two_so_that_processors_agree() -> None:
    points, _ = everything(make_dataset(data("moons", position_noise=0.3), 0))
    assert np.array_equal(np.round(points * 2**20), points * 2**20)


def test_arrays_cannot_be_written() -> None:
    made = make_dataset(data("xor"), 0)
    with pytest.raises(ValueError, match="read-only"):
        made.train_points[0, 0] = 1.0


def test_spirals_follow_the_formula_of_tensorflow_playground() -> None:
    points, labels = everything(make_dataset(data("spirals"), 0))
    radius = np.hypot(*points)
    turn = 1.75 * 2 * np.pi * radius / 5.0
    expected = np.stack([radius * np.sin(turn), radius * np.cos(turn)]) * np.where(labels == 1, 1.0, -1.0)
    assert np.allclose(points, expected, atol=1e-4)


def test_clean_circles_and_xor_are_labelled_by_their_rule() -> None:
    points, labels = everything(make_dataset(data("circles"), 0))
    assert np.array_equal(labels, np.hypot(*points) < 2.5)
    points, labels = everything(make_dataset(data("xor"), 0))
    assert np.array_equal(labels, points[0] * points[1] >= 0)
    assert np.abs(points).min() >= 0.3


def test_noise_of_circles_and_xor_moves_labels_not_points() -> None:
    clean, clean_labels = everything(make_dataset(data("xor"), 0))
    noisy, noisy_labels = everything(make_dataset(data("xor", position_noise=0.5), 0))
    assert np.array_equal(clean, noisy)
    assert 0.1 < np.mean(clean_labels != noisy_labels) < 0.25


def test_regression_sets_follow_their_formulas() -> None:
    points, target = everything(make_dataset(data("plane"), 0))
    assert np.allclose(target, points.sum(axis=0) / 10, atol=1e-5)
    points, target = everything(make_dataset(data("multi_gaussian"), 0))
    peak = np.hypot(points[0] - 4, points[1] - 2.5) < 2
    assert np.allclose(target[peak], 1 - np.hypot(points[0] - 4, points[1] - 2.5)[peak] / 2, atol=1e-5)


def test_four_point_xor_is_the_truth_table_in_both_sets() -> None:
    made = make_dataset(data("xor_points", 4), 0)
    corners = {(*point, label) for *point, label in zip(*made.train_points, made.train_labels, strict=True)}
    assert corners == {(-1, -1, 1), (1, 1, 1), (-1, 1, 0), (1, -1, 0)}
    assert np.array_equal(made.train_points, made.test_points)


def test_label_noise_flips_about_that_share_to_other_classes() -> None:
    _, clean = everything(make_dataset(data("blobs", 8000, classes=4), 0))
    _, noisy = everything(make_dataset(data("blobs", 8000, classes=4, label_noise=0.3), 0))
    assert abs(np.mean(clean != noisy) - 0.3) < 0.02
    _, target = everything(make_dataset(data("plane", 8000), 0))
    _, noisy_target = everything(make_dataset(data("plane", 8000, label_noise=0.3), 0))
    assert abs(np.std(noisy_target - target) - 0.3) < 0.02


@cases("imbalance", [0.0, 0.5, 0.9, 0.95])
@cases("samples", [4, 30, 500])
def test_imbalance_shrinks_every_class_but_the_first(imbalance: float, samples: int) -> None:
    counts = class_counts(samples, 3, imbalance)
    assert sum(counts) == samples
    assert min(counts) >= 1
    if samples == 500:
        assert counts[1] / counts[0] == pytest.approx(1 - imbalance, abs=0.03)


@pytest.mark.parametrize(
    ("noise", "gauss", "xor", "circle"),
    [(0.1, 0.995, 0.992, 0.975), (0.3, 0.960, 0.909, 0.896), (0.5, 0.921, 0.825, 0.770)],
)
def test_best_possible_accuracy(noise: float, gauss: float, xor: float, circle: float) -> None:
    for name, known in (("gaussians", gauss), ("xor", xor), ("circles", circle)):
        assert make_dataset(data(name, position_noise=noise), 0).best_accuracy == pytest.approx(known, abs=0.003)
    assert make_dataset(data("gaussians", label_noise=0.2), 0).best_accuracy == pytest.approx(0.8, abs=0.001)
    unequal = make_dataset(data("gaussians", imbalance=0.9, position_noise=0.5), 0).best_accuracy
    assert unequal is not None
    assert unequal > make_dataset(data("gaussians", position_noise=0.5), 0).best_accuracy  # the rare class counts less
    assert make_dataset(data("gaussians", imbalance=0.5, label_noise=0.1), 0).best_accuracy is None


@cases("classes", range(1, 11))
@cases("imbalance", [0.0, 0.3, 0.95])
def test_counts_add_up_for_any_number_of_points_and_classes(classes: int, imbalance: float) -> None:
    for samples in range(classes, 40):
        counts = class_counts(samples, classes, imbalance)
        assert sum(counts) == samples
        assert min(counts) >= 1


def test_the_majority_is_of_training_and_counted_in_each_set() -> None:
    made = make_dataset(data("gaussians", imbalance=0.9), 0)
    sets = (made.train_labels, made.test_labels)
    assert made.majority_shares == pytest.approx([np.mean(labels == 0) for labels in sets])
    assert made.majority_shares[0] != made.majority_shares[1]
    assert make_dataset(data("plane"), 0).majority_shares == (None, None)


@cases(
    ("given_name", "found"),
    [
        ("circle", "circles"),
        ("Spiral", "spirals"),
        ("two-spirals", "spirals"),
        ("xor", "xor"),
        ("make_moons", "moons"),
        ("two_moons", "moons"),
        ("reg-plane", "plane"),
        ("cassini", "cassini"),
        ("mlbench.cassini", "cassini"),
        ("make_circles", "concentric"),
        ("2spirals", "even_spirals"),
        ("CS231n", "spiral_arms"),
    ],
)
def test_common_other_names_are_understood(given_name: str, found: str) -> None:
    assert dataset_named(given_name).name == found


def test_an_unknown_set_is_refused_with_a_suggestion() -> None:
    with pytest.raises(WrongUse, match=r"Did you mean moons\?"):
        dataset_named("mons")


def test_features_and_scaling() -> None:
    points = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]])
    names = list(FEATURES)
    inputs = FeatureTransform.fit(names, "none", points)(points)
    x, y = points
    expected = [x, y, x * x, y * y, x * y, np.sin(x), np.sin(y)]
    assert np.allclose(inputs, expected, atol=1e-6)
    standard = FeatureTransform.fit(names, "standardize", points)(points)
    assert np.allclose(standard.mean(axis=1), 0, atol=1e-5)
    assert np.allclose(standard.std(axis=1), 1, atol=1e-5)
    unit = FeatureTransform.fit(names, "min_max", points)(points)
    assert np.allclose(unit.min(axis=1), -1, atol=1e-5)
    assert np.allclose(unit.max(axis=1), 1, atol=1e-5)


def test_scaling_of_a_constant_feature_stays_finite() -> None:
    points = np.ones((2, 5))
    for scaling in ("standardize", "min_max"):
        assert np.isfinite(FeatureTransform.fit(["x", "y"], scaling, points)(points)).all()


def test_every_other_name_leads_to_a_set() -> None:
    assert [name for name, ours in ALIASES.items() if ours not in DATASETS] == []
    assert [name for name in ALIASES if name in DATASETS] == []


def test_points_that_would_be_a_streak_have_a_window_of_their_own() -> None:
    rng = np.random.default_rng(3)
    birds = np.column_stack([rng.normal(33.0, 3.0, 60), rng.normal(2800.0, 300.0, 60)])
    labels = (birds[:, 0] > 33.0).astype(float)
    middle = birds - birds.mean(axis=0)
    for features, has_one in (
        (birds, True),
        (middle, True),
        (middle * [100.0, 1.0], False),
        (birds * [90.0, 1.0], True),
    ):
        own = OwnPoints(features, labels)
        made = make_dataset(Data(own.source(2)), 0, own)
        assert (made.window is not None) == has_one
        if made.window is not None:
            left, right, bottom, top = made.window
            assert ((left, bottom) < features.min(axis=0)).all()
            assert ((right, top) > features.max(axis=0)).all()
    own = OwnPoints(birds, labels)
    painted = msgspec.structs.replace(own.source(2), extent=5000.0)
    assert make_dataset(Data(painted), 0, own).window is None, "a plane to paint on is the same to all sides"
    assert make_dataset(Data(), 0).window is None
