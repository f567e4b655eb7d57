"""Cross-validation: the folds are a partition, each run is a session's, the test set stays unseen."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from playground.data import OwnPoints, make_dataset
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_points
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.population.folds import CrossValidation, Spread, cross_validate, folds_of, without_fold
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session

SMALL = with_changes(Experiment(), data__source__samples=60)
VALIDATED = with_changes(
    SMALL, data__validation_share=0.2, data__stratified=True, data__test_sealed=True, data__scaling="standardize",
    data__imperfections__label_noise=0.1, data__imperfections__irrelevant_features=1, data__imperfections__missing=0.1,
    data__imperfections__imputer="indicator",
)  # fmt: skip
REGRESSION = with_changes(SMALL, data__source__name="plane", data__target_scaling="standardize")


def validated(experiment: Experiment, k: int = 3, epochs: int = 4) -> CrossValidation:
    found = cross_validate(experiment, k, epochs=epochs)
    assert found is not None
    return found


@pytest.mark.parametrize("experiment", [SMALL, VALIDATED, REGRESSION])
def test_every_sample_is_held_out_once_and_the_test_set_never_seen(experiment: Experiment) -> None:
    dataset, found = make_dataset(experiment.data, experiment.seed), validated(experiment)
    count = dataset.train_labels.size + dataset.validation_labels.size
    held_out = np.concatenate([fold.held_out for fold in found.folds])
    assert np.sort(held_out).tolist() == list(range(count))
    sizes = [fold.held_out.size for fold in found.folds]
    assert max(sizes) - min(sizes) <= 1
    points = dataset.train_points
    if dataset.validation_labels.size:
        points = np.concatenate([points, dataset.validation_points], axis=1)
    for fold in found.folds:
        given = np.full(points.shape, True)
        if dataset.beside is not None and dataset.beside.gaps is not None:
            given = ~dataset.beside.gaps[:, :count]
        same = fold.dataset.validation_points == points[:, fold.held_out]
        assert same[given[:, fold.held_out]].all(), "blank cells are filled anew"
        assert fold.dataset.train_labels.size == count - fold.held_out.size
        assert fold.dataset.test_labels.size == 0
        assert fold.member.metrics.test_loss is None
        assert not fold.dataset.train_points.flags.writeable


@pytest.mark.parametrize("experiment", [SMALL, VALIDATED, REGRESSION])
def test_each_run_is_the_session_of_its_samples(experiment: Experiment) -> None:
    for fold in validated(experiment).folds:
        session = Session(Checkpoint(experiment, dataset=fold.dataset))
        session.advance(epochs=4)
        assert session.digest() == fold.member.digest
        assert session.metrics().validation_loss == fold.loss
        assert session.metrics().validation_accuracy == fold.accuracy


def test_figures_are_mean_and_deviation_over_the_folds() -> None:
    found = validated(SMALL)
    losses = [fold.loss for fold in found.folds]
    assert found.loss == Spread(float(np.mean(losses)), float(np.std(losses, ddof=1)))
    assert found.accuracy is not None
    assert found.accuracy.mean == pytest.approx(np.mean([fold.accuracy for fold in found.folds]))
    assert validated(REGRESSION).accuracy is None
    assert [fold.number for fold in found.folds] == [0, 1, 2]
    assert len({fold.member.history["train_loss"][0] for fold in found.folds}) == 3
    assert found.folds[0].member.history["epoch"].tolist() == [0, 1, 2, 3, 4]


def test_stratified_folds_have_the_same_share_of_each_class() -> None:
    data = with_changes(SMALL, data__source__name="blobs", data__source__samples=90, data__train_share=1.0)
    dataset = make_dataset(data.data, 0)
    counts = [np.bincount(dataset.train_labels[part].astype(int)) for part in folds_of(dataset, 5, 0, True)]
    assert (np.ptp(counts, axis=0) <= 1).all()
    one, same, other = (folds_of(dataset, 5, seed) for seed in (0, 0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_own_points_keep_their_rows() -> None:
    rng = np.random.default_rng(0)
    points = OwnPoints(rng.normal(size=(20, 2)), rng.integers(0, 2, 20))
    experiment = on_points(SMALL, points.source(2))
    dataset = make_dataset(experiment.data, experiment.seed, points)
    part = folds_of(dataset, 2, 0)[0]
    fold = without_fold(dataset, part)
    assert fold.order is not None
    assert np.array_equal(points.features[fold.order].T, np.concatenate([fold.train_points, fold.validation_points], 1))
    found = cross_validate(experiment, 2, epochs=1, points=points)
    assert found is not None
    assert found.snapshot(found.folds[0]).maps is not None


def test_the_networks_maps_are_those_of_the_end() -> None:
    found = validated(SMALL)
    shot = found.snapshot(found.folds[1])
    assert np.array_equal(shot.parameters, found.folds[1].member.parameters)
    assert shot.metrics.validation_loss == found.folds[1].loss


def test_diverged_folds_are_counted() -> None:
    found = validated(with_changes(REGRESSION, training__learning_rate=10.0, data__source__samples=200), epochs=60)
    assert found.diverged >= 1
    assert np.isfinite([found.loss.mean, found.loss.deviation]).all()


def test_a_wish_to_cancel_and_progress() -> None:
    told: list[int] = []
    assert cross_validate(SMALL, 3, epochs=1, done=told.append) is not None
    assert told == [1, 2, 3]
    wish = threading.Event()
    wish.set()
    assert cross_validate(SMALL, 3, epochs=1, cancel=wish) is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(WrongUse, match="2 to 20, and no more than the 30 samples"):
        cross_validate(SMALL, 1)
    with pytest.raises(WrongUse, match="samples that train; got 5"):
        cross_validate(with_changes(SMALL, data__source__samples=8), 5)
    with pytest.raises(WrongUse, match=r"threading\.Event"):
        cross_validate(SMALL, 3, cancel=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("imputer", ["mean", "median", "indicator"])
def test_what_fills_blank_cells_is_fitted_without_the_fold(imputer: str) -> None:
    """Whatever a held-out sample says, no cell that is trained on follows it."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(40, 2))
    values[rng.random((40, 2)) < 0.3] = np.nan
    labels = np.arange(40) % 2
    changes = {"data__train_share": 0.6, "data__validation_share": 0.2, "data__imperfections__imputer": imputer}
    points = OwnPoints(values, labels)
    experiment = with_changes(on_points(SMALL, points.source(2)), **changes)
    dataset = make_dataset(experiment.data, 0, points)
    assert dataset.order is not None
    for part in folds_of(dataset, 4, 0):
        fold = without_fold(dataset, part)
        rows = dataset.order[: dataset.train_labels.size + dataset.validation_labels.size]
        known = points.features[np.delete(rows, part)]
        wanted = (np.nanmedian if imputer == "median" else np.nanmean)(known, axis=0)
        filled = np.isnan(known).T
        assert np.allclose(fold.train_points[filled], np.repeat(wanted[:, None], len(known), axis=1)[filled], rtol=1e-5)
        assert np.array_equal(fold.train_points[~filled], known.T[~filled])
        held_out = points.features[rows[part]].T
        blank = np.isnan(held_out)
        assert np.allclose(fold.validation_points[blank], np.repeat(wanted[:, None], part.size, 1)[blank], rtol=1e-5)
        assert fold.beside is not None
        assert np.allclose(fold.beside.filling.values, wanted, rtol=1e-5)
        assert np.allclose(fold.beside.usual, fold.beside.train.mean(axis=1), atol=1e-5)
