"""Somebody's own points: what they may be, what stands for them, their split, and what the network sees of them."""

from __future__ import annotations

import gc
import hashlib
import weakref
from typing import Any, get_args

import numpy as np
import pytest

from playground.data import (
    DATASETS,
    Data,
    GeneratedData,
    Imperfections,
    OwnPoints,
    PointsData,
    Source,
    check_points,
    kind_of,
    make_dataset,
)
from playground.data.features import FEATURES, FeatureTransform
from playground.data.kinds import KINDS
from playground.data.own_points import MAX_COLUMNS, MAX_SAMPLES, mismatch
from playground.data.sampling import Dataset, own_extent
from playground.errors import PointsRefused
from tests.cases import cases
from tests.own_points import made

SCALINGS = ("none", "standardize", "min_max")


def data(own: OwnPoints, classes: Any = 2, share: float = 0.5, **flaws: float) -> Data:
    return Data(own.source(classes), share, imperfections=Imperfections(**flaws))


def put_back(split: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """All samples in the order in which they were given."""
    assert split.order is not None
    back = np.argsort(split.order)
    points = np.concatenate([split.train_points, split.test_points], axis=1)
    return points[:, back], np.concatenate([split.train_labels, split.test_labels])[back]


# -- the value ---------------------------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_bytes_features_first() -> None:
    own = made(3, 20)
    bytes_of_both = own.features.T.astype("<f8").tobytes() + own.labels.astype("<f8").tobytes()
    assert own.digest == hashlib.sha256(bytes_of_both).hexdigest()


def test_the_arrays_are_copies_that_nobody_can_write_to() -> None:
    features, labels = np.zeros((4, 2)), np.array([0, 1, 0, 1])
    own = OwnPoints(features, labels)
    digest = own.digest
    features[:], labels[:] = 5.0, 1
    assert (own.features == 0.0).all()
    assert own.labels.tolist() == [0, 1, 0, 1]
    assert own.digest == digest
    for array in (own.features, own.labels):
        assert (array.dtype, array.T.flags.c_contiguous) == (np.float64, True)
        with pytest.raises(ValueError, match="read-only"):
            array[..., 0] = 1.0


def test_points_are_equal_if_their_digests_are() -> None:
    own, same, other = made(2, 30), made(2, 30), made(2, 30, seed=1)
    assert own == same
    assert hash(own) == hash(same)
    assert own != other
    assert own != "points"
    flat, square = OwnPoints(np.zeros((8, 1)), np.zeros(8)), OwnPoints(np.zeros((4, 3)), np.zeros(4))
    assert flat.digest == square.digest, "sixteen zeros"
    assert flat != square


@cases(
    ("features", "labels", "reason"),
    [
        (np.zeros(5), np.zeros(5), r"features must be \(n, columns\)"),
        (np.zeros((5, 2)), np.zeros((5, 1)), r"labels \(n,\)"),
        (np.zeros((2, 5)), np.zeros(5), r"got the shapes \(2, 5\) and \(5,\)"),
        (np.zeros((5, 0)), np.zeros(5), "1 to 64 columns are possible; got 0"),
        (np.zeros((5, MAX_COLUMNS + 1)), np.zeros(5), "1 to 64 columns are possible; got 65"),
        (np.zeros((0, 1)), np.zeros(0), "1 to 200000 samples are possible; got 0"),
        (np.zeros((MAX_SAMPLES + 1, 1)), np.zeros(MAX_SAMPLES + 1), "samples are possible; got 200001"),
        (np.full((5, 2), np.inf), np.zeros(5), "features that are not finite numbers; a blank cell is NaN"),
        (np.full((5, 2), np.nan), np.zeros(5), "a column that has nothing but blank cells"),
        (np.zeros((5, 2)), np.full(5, np.inf), "labels that are not finite numbers"),
        (np.full((5, 2), -2e70), np.zeros(5), "features beyond ±1e"),
        (np.zeros((5, 2)), np.full(5, 2e70), "labels beyond ±1e"),
        ([["a", "b"]], [0, 1], "must be arrays of numbers"),
        ([[1.0, 2.0], [3.0]], [0, 1], "must be arrays of numbers"),
    ],
)
def test_arrays_that_can_be_no_points_are_refused_in_words(features: Any, labels: Any, reason: str) -> None:
    with pytest.raises(PointsRefused, match=reason):
        OwnPoints(features, labels)


def test_the_largest_points_are_points() -> None:
    own = OwnPoints(np.zeros((MAX_SAMPLES, MAX_COLUMNS)), np.zeros(MAX_SAMPLES))
    assert mismatch(own.source(0), own) is None


@pytest.mark.parametrize(
    ("labels", "classes"), [([0, 1, 2], 3), ([0, 0, 1], 2), ([0.5, 1, 2], 0), ([-1, 0, 1], 0), ([0, 1, 10], 0)]
)
def test_labels_know_how_many_classes_they_need(labels: list[float], classes: int) -> None:
    assert OwnPoints(np.zeros((3, 1)), labels).classes == classes


# -- what the experiment says of them ----------------------------------------------------------------------------------


def test_a_source_says_counts_names_and_digest() -> None:
    own = made(3, 25)
    source = own.source(("cat", "dog"), "Pets", ("a", "b", "c"))
    assert source == PointsData(25, own.digest, ("a", "b", "c"), ("cat", "dog"), "Pets")
    assert own.source(0).columns == ("x1", "x2", "x3")
    assert made(2).source(2).columns == ("x", "y")


def test_points_belong_to_their_own_source_alone() -> None:
    own, other = made(2, 30), made(2, 30, seed=1)
    check_points(own.source(2), own)
    for wrong, reason in (
        (other, "its digest is"),
        (made(2, 31), "it asks for 30 samples with 2 columns; there are 31 samples with 2"),
        (made(3, 30), "there are 30 samples with 3"),
        (None, "they are missing"),
    ):
        with pytest.raises(PointsRefused, match=reason):
            check_points(own.source(2), wrong)
    with pytest.raises(PointsRefused, match=r"makes its points itself \(Circles\)"):
        check_points(GeneratedData(), own)


@pytest.mark.parametrize(("labels", "classes"), [(4, 3), (4, ("a", "b")), (0, 2)])
def test_labels_that_are_none_of_the_classes_are_refused(labels: int, classes: Any) -> None:
    own = made(2, 30, classes=labels)
    with pytest.raises(PointsRefused, match="labels that are none of its"):
        check_points(own.source(classes), own)
    check_points(own.source(0), own)


# -- kind_of -----------------------------------------------------------------------------------------------------------


def test_the_table_of_kinds_has_every_kind_of_source() -> None:
    assert set(KINDS) == set(get_args(Source))


@cases("name", DATASETS)
def test_kind_of_a_recipe_says_what_its_points_are(name: str) -> None:
    source, recipe = GeneratedData(name, samples=50, classes=5), DATASETS[name]
    kind, split = kind_of(source), make_dataset(Data(source), 0)
    assert (kind.task, kind.image, kind.class_names) == (split.task, split.image, split.class_names)
    assert (kind.columns, kind.is_plane) == (split.columns, split.is_plane) == (
        (("x", "y"), True) if recipe.image is None else ((), False)
    )  # fmt: skip
    assert (kind.recipe, kind.label, kind.noise_note) == (name, recipe.label, recipe.noise_note)
    assert kind.chooses_classes == (recipe.classes is None)
    assert (kind.samples, kind.whole, kind.extent) == (50, recipe.whole, recipe.extent)
    assert kind.draw is not None
    assert not split.is_own


@pytest.mark.parametrize(
    ("columns", "classes", "task", "names"), [(2, 0, 0, ()), (1, 3, 3, ()), (5, ("a", "b"), 2, ("a", "b"))]
)
def test_kind_of_own_points_says_what_they_are(columns: int, classes: Any, task: int, names: tuple[str, ...]) -> None:
    own = made(columns, 40, task)
    kind, split = kind_of(own.source(classes)), make_dataset(data(own, classes), 0, own)
    assert kind.task.classes == split.task.classes == task
    assert kind.class_names == split.class_names == names
    assert kind.columns == split.columns
    assert kind.is_plane == split.is_plane == (columns == 2)
    assert (kind.image, kind.extent, kind.whole, kind.draw, kind.recipe) == (None, None, False, None, None)
    assert (kind.label, kind.samples) == ("Own points", 40)
    assert kind_of(own.source(classes, "Mine")).label == "Mine"
    assert split.is_own


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"columns": ("a", "a")}, "columns", "each column needs a name of its own"),
        ({"classes": 1}, "classes", "at least 2 classes; got 1"),
        ({"classes": ("a", "b", "a")}, "classes", "each class needs a name of its own"),
    ],
)
def test_a_source_has_rules_of_its_own(changes: dict[str, Any], field: str, reason: str) -> None:
    fields = {"columns": ("a", "b"), "classes": 2, **changes}
    (problem,) = kind_of(PointsData(10, "0" * 64, **fields)).problems
    assert problem.path == field
    assert reason in problem.message


# -- the split ---------------------------------------------------------------------------------------------------------


@cases("share", [0.05, 0.3, 1.0])
@cases("columns", [1, 2, 7])
def test_own_points_are_split_and_not_changed_by_a_bit(columns: int, share: float) -> None:
    own = made(columns, 33, scale=1e-12)
    split = make_dataset(data(own, share=share), 5, own)
    assert split.train_labels.size == max(1, int(33 * share))
    features, labels = put_back(split)
    assert features.tobytes() == own.features.T.tobytes()
    assert labels.tobytes() == own.labels.tobytes()
    with pytest.raises(ValueError, match="read-only"):
        split.train_points[0, 0] = 1.0


def test_the_seed_splits_as_it_splits_points_that_are_made() -> None:
    drawn = make_dataset(Data(GeneratedData("moons", 60)), 3)
    points = np.concatenate([drawn.train_points, drawn.test_points], axis=1)
    own = OwnPoints(points.T, np.concatenate([drawn.train_labels, drawn.test_labels]))
    first, again, other = (make_dataset(data(own), seed, own) for seed in (3, 3, 4))
    assert np.array_equal(first.order, again.order)
    assert not np.array_equal(first.order, other.order)
    assert first.train_labels.size == drawn.train_labels.size


def test_a_split_is_kept_whatever_the_features_and_forgotten_with_its_points() -> None:
    gc.freeze()  # what is there already need not be looked at
    own = made(2, 50)
    settings = data(own)
    kept = make_dataset(settings, 0, own)
    other_features = Data(settings.source, features=("x_squared",), scaling="standardize")
    assert make_dataset(other_features, 0, own) is kept
    assert make_dataset(settings, 1, own) is not kept
    assert make_dataset(settings, 0, made(2, 50)) is kept, "equal points have equal splits"
    gone = weakref.ref(own)
    del own
    gc.collect()
    assert gone() is None


def test_label_noise_gives_other_classes_or_moves_targets_by_their_own_spread() -> None:
    own = made(2, 8000, classes=4)
    noisy = put_back(make_dataset(data(own, 4, label_noise=0.3), 0, own))[1]
    assert abs(np.mean(noisy != own.labels) - 0.3) < 0.02
    assert set(noisy) == {0, 1, 2, 3}
    targets = made(2, 8000, classes=0, scale=1e6)
    moved = put_back(make_dataset(data(targets, 0, label_noise=0.3), 0, targets))[1] - targets.labels
    assert abs(moved.std() / targets.labels.std() - 0.3) < 0.02


@cases("reach", [5e-324, 1e-9, 0.97, 1.0, 12.0, 999.0, 1e70])
def test_the_window_of_own_points_fits_their_size(reach: float) -> None:
    extent = own_extent(np.array([[reach, 0.0], [0.0, -reach / 2]]))
    assert reach < extent
    assert extent < 1.2 * reach or reach < 1e-300
    assert own_extent(np.zeros((2, 3))) == 1.0


# -- what the network sees ---------------------------------------------------------------------------------------------


@cases("scaling", SCALINGS)
@cases("scale", [1e-60, 1e-9, 1.0, 1e9, 1e60])
def test_inputs_of_any_scale_keep_their_bits_unscaled_and_their_shape_scaled(scale: float, scaling: str) -> None:
    points = scale * np.random.Generator(np.random.PCG64(1)).normal(size=(2, 400))
    inputs = FeatureTransform.fit(("x", "y", "x_squared", "xy"), scaling, points, exact=True)(points)
    raw = np.stack([points[0], points[1], points[0] * points[0], points[0] * points[1]])
    if scaling == "none":
        assert inputs.tobytes() == raw.tobytes()
    elif scale < 1e-50:
        assert np.allclose(inputs[:2].std(axis=1) if scaling == "standardize" else inputs[:2].max(axis=1), 1.0)
        assert np.abs(inputs[2:]).max() < 1e-100, "squares of such a column are all alike"
    elif scaling == "standardize":
        assert np.allclose(inputs.mean(axis=1), 0.0, atol=1e-5)
        assert np.allclose(inputs.std(axis=1), 1.0, atol=1e-5)
    else:
        assert np.allclose([inputs.min(axis=1), inputs.max(axis=1)], [[-1.0] * 4, [1.0] * 4], atol=1e-5)


@pytest.mark.parametrize("scaling", SCALINGS[1:])
def test_a_small_spread_far_from_zero_is_scaled_about_its_middle(scaling: str) -> None:
    points = np.array([[1e6, 1e6 + 1.0, 1e6 + 2.0], [4.0, 4.0, 4.0]])
    inputs = FeatureTransform.fit(None, scaling, points, exact=True)(points)
    assert np.allclose(inputs[0], inputs[0, 2] * np.array([-1.0, 0.0, 1.0]), atol=1e-5)
    assert (inputs[1] == inputs[1, 0]).all(), "a constant column stays constant"


def test_only_what_processors_may_compute_otherwise_is_rounded() -> None:
    points = np.random.Generator(np.random.PCG64(2)).normal(size=(2, 200))
    names = tuple(FEATURES)
    exact = FeatureTransform.fit(names, "none", points, exact=True)(points)
    for name, values in zip(names, exact, strict=True):
        raw = FEATURES[name].compute(*points)
        assert np.array_equal(values, raw) == FEATURES[name].exact, name
        assert np.allclose(values, raw, rtol=2.0**-20, atol=0.0)
        mantissas = np.frexp(values)[0] * 2.0**21
        assert np.array_equal(mantissas, np.round(mantissas)) != FEATURES[name].exact, name
