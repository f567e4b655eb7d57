"""Each imperfection does what it says and nothing else; what it does not touch stays bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import fields

import playground as pg
from playground.data import Data, Dataset, GeneratedData, Imperfections, OwnPoints, make_dataset
from playground.data.flaws import FlawReport, border_distances
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment, validate
from playground.run.examples import Examples

Array = np.ndarray[Any, Any]
ALL = {
    "label_noise": 0.1, "outliers": 0.1, "missing": 0.1, "imputer": "mean", "irrelevant_features": 2,
    "correlated_features": 1, "duplicates": 0.2, "leaked_target": True, "test_shift": 1.0,
}  # fmt: skip


def made(name: str = "circles", seed: int = 4, share: float = 0.5, validation: float = 0.0, **flaws: Any) -> Dataset:
    source = GeneratedData(name, 300)  # type: ignore[arg-type]
    return make_dataset(Data(source, share, imperfections=Imperfections(**flaws), validation_share=validation), seed)


def points_of(data: Dataset) -> Array:
    return np.concatenate([data.train_points, data.validation_points, data.test_points], axis=1)


def labels_of(data: Dataset) -> Array:
    return np.concatenate([data.train_labels, data.validation_labels, data.test_labels])


def report(data: Dataset, kind: str) -> FlawReport:
    (found,) = [each for each in data.done if each.kind == kind]
    return found


def moved(plain: Dataset, spoiled: Dataset) -> Array:
    """The places of the points that lie elsewhere."""
    return np.flatnonzero((points_of(plain) != points_of(spoiled)).any(axis=0))


# -- labels --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["random", "border", "one_class"])
def test_label_noise_flips_what_it_reports_and_moves_no_point(kind: str) -> None:
    plain, noisy = made("moons"), made("moons", label_noise=0.2, label_noise_kind=kind)
    flipped = np.flatnonzero(labels_of(plain) != labels_of(noisy))
    assert flipped.tolist() == report(noisy, "label_noise").indices.tolist()
    assert report(noisy, "label_noise").count == flipped.size > 15
    assert moved(plain, noisy).size == 0
    if kind == "border":
        far = border_distances(points_of(plain), labels_of(plain))
        assert flipped.size == 60
        assert far[flipped].max() <= np.delete(far, flipped).min()
    if kind == "one_class":
        assert (labels_of(plain)[flipped] == 0).all()
    if kind == "random":
        assert {0.0, 1.0} == set(labels_of(plain)[flipped])


def test_the_distance_to_the_border_is_that_to_the_nearest_point_of_another_class() -> None:
    points, labels = np.array([[0.0, 1.0, 5.0, 9.0], [0.0, 0.0, 0.0, 0.0]]), np.array([0.0, 0.0, 1.0, 1.0])
    spread = points[0].std()
    assert np.sqrt(border_distances(points, labels)) * spread == pytest.approx([5, 4, 4, 8], rel=1e-5)


# -- points --------------------------------------------------------------------------------------------------------


def test_outliers_lie_far_out_and_the_others_where_they_were() -> None:
    plain, spoiled = made(), made(outliers=0.1)
    thrown = report(spoiled, "outliers").indices
    assert moved(plain, spoiled).tolist() == thrown.tolist()
    assert 15 < thrown.size < 45
    points, before = points_of(spoiled), points_of(plain)
    away = (points[:, thrown] - before.mean(axis=1, keepdims=True)) / before.std(axis=1, keepdims=True)
    assert (np.sqrt((away**2).sum(axis=0)) > 2.0 * np.sqrt(2) - 0.01).all()
    assert np.array_equal(labels_of(plain), labels_of(spoiled))
    assert spoiled.extent >= np.abs(points).max()


def test_a_larger_share_touches_what_the_smaller_one_did_and_more() -> None:
    for flaw in ("outliers", "missing", "duplicates"):
        few, many = (report(made(imputer="mean", **{flaw: share}), flaw).indices for share in (0.05, 0.2))
        assert set(few) < set(many)


@pytest.mark.parametrize("kind", ["random", "dependent"])
def test_blank_cells_are_where_it_says(kind: str) -> None:
    plain, spoiled = made(), made(missing=0.2, missing_kind=kind, imputer="mean")
    told = report(spoiled, "missing")
    assert told.of == 600
    assert 80 < told.count < 160
    assert moved(plain, spoiled).tolist() == told.indices.tolist()
    if kind == "dependent":
        before, cells = points_of(plain), points_of(plain) != points_of(spoiled)
        assert (before[cells] > np.median(before, axis=1)[np.nonzero(cells)[0]]).all()


def test_a_shifted_test_set_lies_to_the_right_and_training_stays() -> None:
    plain, spoiled = made(validation=0.2), made(validation=0.2, test_shift=1.5)
    spread = points_of(plain)[0].std()
    assert np.array_equal(plain.train_points, spoiled.train_points)
    assert np.array_equal(plain.validation_points, spoiled.validation_points)
    assert spoiled.test_points[0] - plain.test_points[0] == pytest.approx(1.5 * spread, rel=1e-5)
    assert np.array_equal(plain.test_points[1], spoiled.test_points[1])


def test_duplicates_are_held_out_copies_of_training_samples() -> None:
    plain, spoiled = made(), made(duplicates=0.3)
    assert np.array_equal(plain.train_points, spoiled.train_points)
    copies = report(spoiled, "duplicates").indices - 150
    assert 25 < copies.size < 65
    assert (copies >= 0).all()
    trained = {(*point, label) for *point, label in zip(*spoiled.train_points, spoiled.train_labels, strict=True)}
    told = zip(*spoiled.test_points, spoiled.test_labels, strict=True)
    assert [place for place, sample in enumerate(told) if tuple(sample) in trained] == copies.tolist()


# -- inputs --------------------------------------------------------------------------------------------------------


def test_added_inputs_are_what_they_are_called_and_change_no_point() -> None:
    flaws = Imperfections(irrelevant_features=2, correlated_features=3, leaked_target=True)
    experiment = Experiment(data=Data(GeneratedData("circles", 2000), imperfections=flaws))
    assert experiment.input_names == ("x", "y", "noise 1", "noise 2", "like x", "like y", "like x 2", "leaked target")
    spoiled = make_dataset(experiment.data, 3)
    assert moved(make_dataset(Data(GeneratedData("circles", 2000)), 3), spoiled).size == 0
    assert spoiled.beside is not None
    noise, copies, target = spoiled.beside.train[:2], spoiled.beside.train[2:5], spoiled.beside.train[5]
    assert np.array_equal(target, spoiled.train_labels)
    assert noise.std(axis=1) == pytest.approx(spoiled.train_points[0].std(), rel=0.1)
    assert np.abs(np.corrcoef(np.concatenate([noise, spoiled.train_points, target[None]]))[:2, 2:]).max() < 0.1
    for copied, column in zip(copies, (0, 1, 0), strict=True):
        assert np.corrcoef(copied, spoiled.train_points[column])[0, 1] == pytest.approx(0.995, abs=0.002)


def test_a_bare_point_gets_the_usual_value_of_an_added_input() -> None:
    flaws = Imperfections(irrelevant_features=1, correlated_features=1, leaked_target=True)
    experiment = Experiment(data=Data(GeneratedData("circles", 300), imperfections=flaws))
    spoiled = make_dataset(experiment.data, 3)
    shown = Examples(experiment, spoiled, np.float64).inputs(np.array([[1.0, 4.0], [2.0, 3.0]]))
    assert spoiled.beside is not None
    assert shown[[2, 4], 0] == pytest.approx(spoiled.beside.train.mean(axis=1)[[0, 2]], rel=1e-4)
    assert np.array_equal(shown[[2, 4], 0], shown[[2, 4], 1])
    assert np.array_equal(shown[3], shown[0]), "a near copy of a column is that column"


def test_columns_are_rescaled_and_shifted_before_the_scaling() -> None:
    flaws = Imperfections(feature_scale=(1.0, 100.0), feature_shift=(5.0,))
    plain = Experiment(data=Data(GeneratedData("circles", 300)))
    odd = Experiment(data=Data(GeneratedData("circles", 300), imperfections=flaws))
    assert make_dataset(odd.data, 3) is make_dataset(plain.data, 3), "no point is another"
    before, after = (Examples(each, make_dataset(each.data, 3), np.float64).train[0] for each in (plain, odd))
    assert after == pytest.approx(before * [[1.0], [100.0]] + [[5.0], [0.0]])


@pytest.mark.parametrize("scaling", ["standardize", "min_max", "robust"])
def test_scaling_is_fitted_on_training_alone_or_leaks_what_is_held_out(scaling: Any) -> None:
    flaws = Imperfections(outliers=0.1, irrelevant_features=1)
    data = [Data(GeneratedData("moons", 300), scaling=scaling, imperfections=flaws, scaling_fit=fit)
            for fit in ("train", "all")]  # type: ignore[arg-type]  # fmt: skip
    honest, leaking = (Examples(Experiment(data=each), make_dataset(each, 0), np.float64) for each in data)
    every = np.concatenate([leaking.train[0], leaking.test[0]], axis=1)
    for values, other in ((honest.train[0], honest.test[0]), (every, leaking.train[0])):
        if scaling == "standardize":
            assert values.mean(axis=1) == pytest.approx(0, abs=1e-4)
            assert values.std(axis=1) == pytest.approx(1, abs=1e-4)
        elif scaling == "robust":
            low, middle, high = np.percentile(values, (25, 50, 75), axis=1)
            assert middle == pytest.approx(0, abs=1e-4)
            assert high - low == pytest.approx(1, abs=1e-4)
        else:
            assert np.abs(values).max(axis=1) == pytest.approx(1, abs=1e-4)
        assert not np.allclose(other.mean(axis=1), values.mean(axis=1), atol=1e-4)


# -- together ------------------------------------------------------------------------------------------------------


def test_the_seed_decides_everything() -> None:
    first, other = made(**ALL), made(seed=5, **ALL)
    again = made.__wrapped__(**ALL) if hasattr(made, "__wrapped__") else _anew(**ALL)
    for field in fields(Dataset):
        value = getattr(first, field.name)
        if isinstance(value, np.ndarray):
            assert value.tobytes() == getattr(again, field.name).tobytes()
    assert first.beside is not None
    assert again.beside is not None
    assert first.beside.train.tobytes() == again.beside.train.tobytes()
    assert not np.array_equal(first.train_points, other.train_points)
    assert [(each.kind, each.count) for each in first.done] == [(each.kind, each.count) for each in again.done]


def _anew(**flaws: Any) -> Dataset:
    from playground.data.sampling import drawn

    drawn.cache_clear()
    return made(**flaws)


def test_all_of_them_apply_to_own_points_of_any_scale() -> None:
    chance = np.random.default_rng(0)
    own = OwnPoints(chance.normal(size=(200, 3)) * (1e-9, 1.0, 1e9), chance.integers(0, 2, 200))
    flaws = Imperfections(**ALL)  # type: ignore[arg-type]
    plain = make_dataset(Data(own.source(2)), 1, own)
    spoiled = make_dataset(Data(own.source(2), imperfections=flaws), 1, own)
    assert {each.kind for each in spoiled.done} == {
        "label_noise", "outliers", "test_shift", "irrelevant_features", "correlated_features", "leaked_target",
        "missing", "duplicates",
    }  # fmt: skip
    touched = np.unique(np.concatenate([each.indices for each in spoiled.done]))
    same = np.setdiff1d(np.arange(200), touched)
    assert same.size > 40
    assert np.array_equal(points_of(plain)[:, same], points_of(spoiled)[:, same])
    assert np.isfinite(points_of(spoiled)).all()


@pytest.mark.parametrize(
    ("source", "flaws", "path"),
    [
        (GeneratedData("digits"), {"outliers": 0.1}, "data.imperfections.outliers"),
        (GeneratedData("digits"), {"leaked_target": True}, "data.imperfections.leaked_target"),
        (GeneratedData("plane"), {"label_noise_kind": "border"}, "data.imperfections.label_noise_kind"),
        (GeneratedData("xor_points"), {"duplicates": 0.5}, "data.imperfections.duplicates"),
        (GeneratedData("circles"), {"feature_scale": (1.0, 2.0, 3.0)}, "data.imperfections.feature_scale"),
    ],
)
def test_what_does_not_fit_the_data_is_refused_with_its_path(source: Any, flaws: dict[str, Any], path: str) -> None:
    problems = validate(Experiment(data=Data(source, imperfections=Imperfections(**flaws))))
    assert [each.path for each in problems] == [path]


def test_the_best_possible_is_not_claimed_where_a_flaw_changes_the_law() -> None:
    assert made("gaussians").best_accuracy is not None
    for flaw, value in ALL.items():
        if flaw in ("outliers", "missing", "duplicates", "leaked_target", "test_shift"):
            assert made("gaussians", **{flaw: value}).best_accuracy is None
    assert made("gaussians", irrelevant_features=3).best_accuracy == made("gaussians").best_accuracy


@pytest.mark.parametrize("own", [False, True])
def test_a_file_keeps_spoiled_data_and_goes_on_alike(own: bool, tmp_path: Path) -> None:
    flaws, chance = Imperfections(**ALL), np.random.default_rng(1)  # type: ignore[arg-type]
    points = OwnPoints(chance.normal(size=(80, 2)), chance.integers(0, 2, 80)) if own else None
    source = GeneratedData("circles", 80) if points is None else points.source(2)
    data = Data(source, imperfections=flaws, validation_share=0.2, stratified=True)
    session = pg.Session(Experiment(data=data), points=points)
    session.advance(epochs=2)
    pg.save(tmp_path / "run.nnp", session)
    again = pg.Session(pg.load(tmp_path / "run.nnp"))
    assert again.points == points
    assert again.dataset.train_points.tobytes() == session.dataset.train_points.tobytes()
    assert [each.kind for each in again.dataset.done] == [each.kind for each in session.dataset.done]
    for each in (session, again):
        each.advance(epochs=2)
    assert again.digest() == session.digest()


def test_a_run_follows_flaws_and_undo_brings_the_weights_of_gone_inputs_back() -> None:
    session = pg.Session(Experiment())
    session.advance(epochs=2)
    before, weights = session.experiment, session.state.parameters.copy()
    session.apply(pg.with_changes(before, data__imperfections__irrelevant_features=3))
    assert session.layout.slots[0].inputs == 5
    session.advance(epochs=2)
    session.apply(pg.with_changes(session.experiment, data__imperfections=before.data.imperfections), back=True)
    assert session.state.parameters.size == weights.size


def test_other_data_take_along_what_fits_them() -> None:
    spoiled = Experiment(data=Data(imperfections=Imperfections(**ALL), validation_share=0.2, test_sealed=True))  # type: ignore[arg-type]
    images = on_dataset(spoiled, "digits")
    assert (images.data.imperfections.outliers, images.data.imperfections.duplicates) == (0.0, 0.2)
    assert validate(images) == []
    whole = on_dataset(spoiled, "xor_points")
    assert not whole.data.test_sealed
    assert validate(whole) == []
