"""Blank cells of own points: what stands in their place, for the samples there are and for new ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import playground as pg
from playground.data import Data, Imperfections, OwnPoints, PointsData, make_dataset
from playground.data.imputing import Filling
from playground.errors import PointsRefused, WrongUse
from playground.experiment.experiment import Experiment, validate


def with_gaps(samples: int = 120) -> tuple[OwnPoints, PointsData]:
    chance = np.random.default_rng(5)
    features = chance.normal(size=(samples, 3)) * (1.0, 1e4, 1e-6)
    labels = (features[:, 0] > 0).astype(float)
    features[:, :2][chance.random((samples, 2)) < 0.1] = np.nan
    own = OwnPoints(features, labels)
    return own, own.source(2, columns=["a", "b", "c"])


def about(source: PointsData, **flaws: object) -> Experiment:
    return Experiment(data=Data(source, imperfections=Imperfections(**flaws)))  # type: ignore[arg-type]


def test_the_source_names_the_columns_that_have_blank_cells() -> None:
    own, source = with_gaps()
    assert source.missing == ("a", "b")
    assert Experiment(data=Data(source)).source_kind.missing == ("a", "b")
    said = PointsData(source.samples, source.digest, source.columns, missing=("b",))
    with pytest.raises(PointsRefused, match="blank cells are in the columns a, b, and it names b"):
        make_dataset(Data(said), 0, own)
    wrong = PointsData(source.samples, source.digest, source.columns, missing=("d",))
    assert [each.path for each in validate(about(wrong))] == ["data.source.missing"]


def test_equal_points_have_one_digest_whatever_their_nan_is_made_of() -> None:
    odd = np.array([[np.nan, 1.0], [2.0, 3.0]])
    odd.view(np.uint64)[0, 0] |= np.uint64(5)
    plain = np.array([[np.nan, 1.0], [2.0, 3.0]])
    assert OwnPoints(odd, [0, 1]).digest == OwnPoints(plain, [0, 1]).digest


@pytest.mark.parametrize(("imputer", "middle"), [("mean", np.nanmean), ("median", np.nanmedian)])
def test_blank_cells_get_the_middle_of_the_training_part_and_nothing_else_changes(imputer: str, middle: object) -> None:
    own, source = with_gaps()
    made = make_dataset(about(source, imputer=imputer).data, 3, own)
    assert made.order is not None
    given = own.features.T[:, made.order]
    points = np.concatenate([made.train_points, made.test_points], axis=1)
    known = ~np.isnan(given)
    assert np.array_equal(points[known], given[known])
    trained = given[:, : made.train_labels.size]
    for row in range(2):
        filled = points[row][~known[row]]
        assert filled.size
        assert filled == pytest.approx(middle(trained[row]), abs=2.0**-20 * np.nanmax(abs(trained[row])))  # type: ignore[operator]
    assert np.isfinite(points).all()


def test_dropped_samples_are_left_out_of_both_parts() -> None:
    own, source = with_gaps()
    made = make_dataset(about(source).data, 3, own)
    kept = np.concatenate([made.train_points, made.test_points], axis=1)
    assert made.order is not None
    assert np.array_equal(kept, own.features.T[:, made.order])
    assert kept.shape[1] == (~np.isnan(own.features).any(axis=1)).sum()
    report = {each.kind: each for each in made.done}
    assert report["imputer"].count == own.samples - kept.shape[1]
    assert report["missing"].count == np.isnan(own.features).sum()


def test_a_part_without_a_complete_sample_is_filled_instead_of_left_empty() -> None:
    features = np.full((6, 2), np.nan)
    features[:, 0], features[0, 1] = np.arange(6.0), 7.0
    own = OwnPoints(features, [0, 1, 0, 1, 0, 1])
    made = make_dataset(Data(own.source(2)), 0, own)
    assert made.train_labels.size >= 1
    assert made.test_labels.size >= 1
    assert np.isfinite(np.concatenate([made.train_points, made.test_points], axis=1)).all()


def test_the_indicator_is_an_input_that_says_where_cells_are_blank() -> None:
    own, source = with_gaps()
    experiment = about(source, imputer="indicator")
    assert experiment.input_names == ("a", "b", "c", "a blank", "b blank")
    made = make_dataset(experiment.data, 3, own)
    assert made.beside is not None
    assert made.order is not None
    given = np.isnan(own.features.T[:2, made.order[: made.train_labels.size]])
    assert np.array_equal(made.beside.train, given.astype(float))


def test_new_samples_get_what_the_stored_imputer_says(tmp_path: Path) -> None:
    own, source = with_gaps()
    for imputer in ("mean", "median", "indicator"):
        session = pg.Session(about(source, imputer=imputer), points=own)
        session.advance(epochs=2)
        assert session.dataset.beside is not None
        middle = float(session.dataset.beside.filling.values[0])
        blank, filled = session.predict([[np.nan, 1.0, 0.0]]), session.predict([[middle, 1.0, 0.0]])
        assert np.isfinite(blank).all()
        assert np.array_equal(blank, filled) == (imputer != "indicator")
        path = tmp_path / f"{imputer}.nnp"
        pg.save(path, session)
        assert np.array_equal(pg.Session(pg.load(path)).predict([[np.nan, 1.0, 0.0]]), blank)
    dropping = pg.Session(about(source), points=own)
    with pytest.raises(WrongUse, match="left out of this run"):
        dropping.predict([[np.nan, 1.0, 0.0]])


@pytest.mark.parametrize("imputer", ["drop", "mean", "indicator"])
def test_a_file_keeps_blank_cells_and_goes_on_alike(imputer: str, tmp_path: Path) -> None:
    own, source = with_gaps()
    session = pg.Session(about(source, imputer=imputer), points=own)
    session.advance(epochs=2)
    pg.save(tmp_path / "run.nnp", session)
    again = pg.Session(pg.load(tmp_path / "run.nnp"))
    assert again.points == own
    session.advance(epochs=2)
    again.advance(epochs=2)
    assert again.digest() == session.digest()


def test_a_row_without_a_known_training_value_gets_zero() -> None:
    points = np.array([[np.nan, np.nan], [1.0, 3.0]])
    assert Filling.fit("mean", points, (0,)).filled(points).tolist() == [[0.0, 0.0], [1.0, 3.0]]
