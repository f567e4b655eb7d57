"""Rows that are pictures: how they are recognised, asked for, refused, trained on and asked about."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.__main__ import main
from playground.data import kind_of, make_dataset
from playground.errors import InvalidExperiment, WrongUse
from playground.exchange.files import save
from playground.exchange.sources import open_source
from playground.experiment.layers import Conv2d
from playground.tables.choosing import Choice, Plan, planned
from playground.tables.making import experiment_of_plan
from playground.tables.pictures import side_asked
from playground.tables.reading import table_of
from playground.tables.table import Table
from tests import tables


def images(side: int = 8, count: int = 40, high: float = 16.0, name: str = "pixel_{row}_{column}") -> tuple[
    list[str], list[list[Any]]
]:  # fmt: skip
    """Upright and lying bars of whole ink on paper 0, a frame of nothing but paper around them."""
    names = [
        name.format(row=row, column=column, at=row * side + column) for row in range(side) for column in range(side)
    ]
    rows: list[list[Any]] = []
    for at in range(count):
        picture = np.zeros((side, side))
        place = 1 + at // 2 % (side - 2)
        picture[(slice(1, -1), place) if at % 2 else (place, slice(1, -1))] = high
        rows.append([*picture.ravel().tolist(), ("lying", "upright")[at % 2]])
    return [*names, "label"], rows


def plan(names: list[str], rows: list[list[Any]], **changes: Any) -> Plan:
    return planned(_read(tables.as_text(names, rows).encode()), Choice("label", **changes))


@cache
def _read(data: bytes) -> Table:
    """Read once: nothing of a table ever changes."""
    return table_of(data, "bars.csv")


def put(folder: Path, *made: Any) -> str:
    path = folder / "bars.csv"
    path.write_text(tables.as_text(*made), "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("side", "name", "high"),
    [
        (8, "pixel_{row}_{column}", 16.0),
        (10, "pixel{at}", 255.0),
        pytest.param(12, "{row}x{column}", 1.0, marks=pytest.mark.long),
        (16, "px {at}", 3.0),
    ],
)
def test_rows_with_pixels_are_pictures_by_themselves(side: int, name: str, high: float) -> None:
    found = plan(*images(side, 120 if side > 10 else 40, high, name))
    assert found.image_side == side
    assert (found.paper, found.ink) == (0.0, 16.0 if high == 3.0 else high)
    assert "pictures of" in str(found.remarks[0])
    made = experiment_of_plan(found)
    experiment, points = made.experiment, made.points
    assert points is not None
    assert experiment.source_kind.image == (1, side, side)
    assert experiment.source_kind.class_names == ("lying", "upright")
    assert experiment.data.scaling == "none"
    assert any(isinstance(layer, Conv2d) for layer in experiment.network.layers)
    assert (points.features.min(), points.features.max()) == (0.0, high / found.ink)
    assert points.features[1].reshape(side, side)[1:-1, 1].tolist() == [high / found.ink] * (side - 2)


def test_ink_on_light_paper_is_turned_round() -> None:
    names, rows = images(high=255.0)
    light = [[*(255.0 - cell for cell in row[:-1]), row[-1]] for row in rows]
    dark, turned = (experiment_of_plan(plan(names, each)).points for each in (rows, light))
    assert dark == turned
    assert "255 is paper, 0 is ink" in str(plan(names, light).remarks[0])


def test_columns_with_other_names_are_pictures_only_when_asked() -> None:
    names, rows = images(name="v{at}")
    found = plan(names, rows)
    assert found.image_side == 0
    assert len(found.inputs) < 64, "columns that never change are no features"
    assert plan(names, rows, image_side=8).image_side == 8
    assert plan(*images(), image_side=0).image_side == 0


def test_rows_with_empty_pixels_are_left_out_whatever_is_chosen() -> None:
    names, rows = images()
    rows[4][9] = ""
    found = plan(names, rows, missing="mean")
    assert found.rows.size == 39
    assert experiment_of_plan(found).experiment.source_kind.problems == ()


def test_what_can_be_no_pictures_is_refused_in_words() -> None:
    names, rows = images(name="v{at}")
    with pytest.raises(WrongUse, match="9 × 9 have 81 pixels, a column each, and there are 64 columns"):
        plan(names, rows, image_side=9)
    with pytest.raises(WrongUse, match="label can be no pixel"):
        plan(names, rows, image_side=8, features=(*names[:63], "label"))
    for asked in ("8x9", "7x7", "17", 3, True, "big", 8.5):
        with pytest.raises(WrongUse, match="squares from 8x8 to 16x16"):
            side_asked(asked)
    assert [side_asked(each) for each in ("12x12", "16×16", 8, "none", 0, None)] == [12, 16, 8, 0, 0, None]


def test_own_images_have_rules_of_their_own() -> None:
    own = pg.OwnPoints(np.eye(100), np.arange(100) % 2)
    source = own.source(2, image_side=10)
    assert make_dataset(pg.Data(source), 0, own).image == (1, 10, 10)
    for wrong, path, told in (
        (own.source(2), "columns", "where samples are no images"),
        (own.source(2, image_side=9), "image_side", "81 pixels, a column each; got 100 columns"),
    ):
        (problem,) = kind_of(wrong).problems
        assert (problem.path, told in problem.message) == (path, True)
    with pytest.raises(pg.PlaygroundError, match="64 columns are possible; got 65"):
        pg.OwnPoints(np.zeros((3, 65)), np.zeros(3))
    gaps = np.eye(64)
    gaps[3, 3] = np.nan
    with pytest.raises(InvalidExperiment, match="images have no blank cells"):
        pg.Session(pg.on_points(pg.Experiment(), pg.OwnPoints(gaps, np.arange(64) % 2).source(2, image_side=8)))


@pytest.mark.parametrize("side", [8, pytest.param(16, marks=pytest.mark.long)])
def test_a_run_on_own_images_learns_is_saved_and_goes_on(side: int, tmp_path: Path) -> None:
    session = pg.Session(experiment_of_plan(plan(*images(side))))
    session.advance(epochs=60)
    assert session.metrics().train_accuracy == 1.0
    save(tmp_path / "bars.nnp", session)
    opened = open_source(str(tmp_path / "bars.nnp"))
    assert opened.experiment == session.experiment
    again = pg.Session(opened)
    assert again.digest() == session.digest()
    session.advance(epochs=2)
    again.advance(epochs=2)
    assert again.digest() == session.digest()


def test_the_command_line_trains_on_pictures_and_asks_about_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, model = put(tmp_path, *images()), str(tmp_path / "bars.nnp")
    assert main(["train", path, "--target", "label", "--image", "8x8", "--epochs", "40", "--json", "--out", model]) == 0
    shown = capsys.readouterr()
    assert "Rows are pictures of 8 × 8 pixels: 0 is paper, 16 is ink." in shown.err
    report = json.loads(shown.out)
    assert report["experiment"]["data"]["source"]["image_side"] == 8
    assert report["train"]["accuracy"] == 1.0
    assert main(["predict", model, "--data", path, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)["points"]
    assert [each["class"] for each in answers] == [at % 2 for at in range(40)]
    assert not any(each.get("far_outside") for each in answers)
    assert main(["train", path, "--target", "label", "--image", "8x9"]) == 2
    assert "squares from 8x8 to 16x16" in capsys.readouterr().err
    assert main(["train", path, "--target", "label", "--image", "none", "--epochs", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["experiment"]["data"]["source"]["image_side"] is None


def test_real_digits_open_as_pictures(tmp_path: Path) -> None:
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    rows = [[*map(float, row), int(label)] for row, label in zip(digits.data[:300], digits.target[:300], strict=True)]
    made = pg.read_table(put(tmp_path, [*map(str, digits.feature_names), "digit"], rows), target="digit")
    assert made.points is not None
    assert made.experiment.source_kind.image == (1, 8, 8)
    assert (made.points.features * 16.0).tolist() == digits.data[:300].tolist()
