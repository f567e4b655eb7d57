"""From a table to an experiment: target, features, rows, what is said of them; in Python and in commands."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.__main__ import main
from playground.data import PointsData
from playground.errors import FileRefused, WrongUse
from playground.tables.asking import rows_for
from playground.tables.choosing import Choice, Plan, planned
from playground.tables.looks import looks
from playground.tables.making import asked, experiment_of, points_of
from playground.tables.reading import table_of
from playground.tables.table import Table
from tests import tables
from tests.cases import cases
from tests.seeds import in_turn

NAMES, ROWS = tables.flowers()


def table(names: list[str], rows: list[list[Any]]) -> Table:
    return _read(tables.as_text(names, rows).encode())


@cache
def _read(data: bytes) -> Table:
    """Read once: nothing of a table ever changes."""
    return table_of(data, "some.csv")


def birds(count: int = 60) -> tuple[list[str], list[list[Any]]]:
    """Two classes, two numbers of very different range, words, and holes in rows 4, 9 (two cells) and 11 (target)."""
    rows: list[list[Any]] = [
        [("owl", "gull")[i % 2], 30.0 + i % 7, 3000 + 25 * i, ("male", "female", "male")[i % 3], f"bird {i}"]
        for i in range(count)
    ]
    rows[3][1] = rows[8][1] = rows[8][2] = rows[10][0] = ""
    return ["species", "beak", "mass", "sex", "name"], rows


def plan(names: list[str], rows: list[list[Any]], target: str, **changes: Any) -> Plan:
    return planned(table(names, rows), Choice(target, **changes))


def said(of: Plan) -> list[str]:
    return [str(each) for each in of.remarks]


def test_classes_with_their_names_and_numbers_as_features() -> None:
    found = plan(*birds(), "species")
    assert (found.classes, found.class_counts) == (("gull", "owl"), (29, 28))
    assert [each.name for each in found.inputs] == ["beak", "mass"]
    assert found.rows.size == 57
    assert found.scaling == "standardize"
    assert said(found) == [
        "sex is no feature: words; choose it to use it.",
        "name is no feature: more than 10 different texts.",
        "3 of 60 rows were left out because cells are empty.",
        "Ranges differ 246-fold, so features are standardized.",
    ]
    made = experiment_of(found.table, found.choice)
    data = made.experiment.data
    assert (data.source.classes, data.source.columns, data.source.name) == (
        ("gull", "owl"),
        ("beak", "mass"),
        "some.csv",
    )
    assert (data.scaling, data.target_scaling, data.train_share) == ("standardize", "none", 0.7)
    assert made.experiment.title == "some"


def test_words_become_an_input_a_value() -> None:
    found = plan(*birds(), "species", features=("mass", "sex"))
    assert [each.name for each in found.inputs] == ["mass", "sex=female", "sex=male"]
    points = points_of(found)
    assert (points.features[:, 1] + points.features[:, 2] == 1.0).all()
    assert found.rows.size == 58, "the row without a beak is whole now"


def test_a_number_is_learned_in_its_own_unit() -> None:
    names, rows = birds()
    made = experiment_of(table(names, rows), Choice("mass", features=("beak",)))
    session = pg.Session(made)
    assert made.experiment.data.target_scaling == "standardize"
    offset, scale = session.dataset.target_unit
    assert (offset, scale) == pytest.approx(
        (session.dataset.train_labels.mean(), session.dataset.train_labels.std()), 1e-5
    )
    session.advance(epochs=20)
    answers = session.predict(session.dataset.test_points.T)[:, 0]
    assert answers.min() > 2500
    assert answers.max() < 5000
    error = float(np.mean((answers - session.dataset.test_labels) ** 2))
    assert session.metrics().test_loss == pytest.approx(0.5 * error / scale**2, rel=1e-4)
    snapshot = session.snapshot(pg.Demand(predictions=True, probe_sample=0))
    assert snapshot.test_outputs is not None
    assert snapshot.test_outputs[0] == pytest.approx(answers)
    assert snapshot.probe is not None
    assert snapshot.probe.units[-1] == pytest.approx(session.predict(session.dataset.train_points.T[:1])[0, 0])


def test_few_whole_numbers_are_classes_and_can_be_a_number() -> None:
    rows = [[i / 7, i % 3] for i in range(30)]
    found = plan(["x", "grade"], rows, "grade")
    assert found.classes == ("0", "1", "2")
    assert said(found)[0] == (
        "grade has 3 different whole numbers, so they are classes; grade:number makes it a number."
    )
    assert plan(["x", "grade"], rows, "grade", as_number=True).classes == ()
    choice = asked(found.table, "grade:number", None, "drop")
    assert (choice.target, choice.as_number) == ("grade", True)
    assert asked(found.table, "grade", "x", "drop").features == ("x",)


def test_a_column_that_numbers_the_rows_is_no_feature() -> None:
    rows = [[i, i * i % 17 / 3, i % 2] for i in range(20)]
    found = plan(["id", "x", "kind"], rows, "kind")
    assert [each.name for each in found.inputs] == ["x"]
    assert "id is no feature: it numbers the rows." in said(found)
    alone = plan(["id", "kind"], [[i, i % 2] for i in range(20)], "kind")
    assert [each.name for each in alone.inputs] == ["id"], "there is no other"


def test_only_so_many_features_are_taken() -> None:
    rng = np.random.default_rng(0)
    rows = [[*rng.normal(size=70).round(3).tolist(), i % 2] for i in range(20)]
    names = [*(f"x{i}" for i in range(70)), "kind"]
    found = plan(names, rows, "kind")
    assert len(found.inputs) == 64
    assert "Of 70 features the first 64 were taken." in said(found)
    with pytest.raises(WrongUse, match="70 features are chosen, and 64 at most"):
        plan(names, rows, "kind", features=tuple(names[:70]))


@cases(
    ("target", "changes", "sentence"),
    [
        ("", {}, "No target is chosen"),
        ("spezies", {}, "no column spezies to be a target; .* Did you mean species"),
        ("name", {}, "name can be no target: more than 10 different texts, and 10 classes are possible"),
        ("mass", {"as_number": False}, "mass can be no classes"),
        ("species", {"as_number": True}, "species can be no number"),
        ("species", {"features": ("species",)}, "species is the target, so it is no feature"),
        ("species", {"features": ("name",)}, "name can be no feature: more than 10 different texts"),
        ("species", {"features": ("mass", "mass")}, "mass is named twice"),
        ("species", {"features": ("weight",)}, "no column weight to be a feature"),
        ("species", {"features": ()}, "No feature is chosen"),
        ("species", {"left_out": frozenset(range(1, 61, 2))}, "has only the class gull in the rows that are left"),
        ("species", {"left_out": frozenset(range(1, 60))}, "Rows that are left without empty cells: 1; two at least"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_the_reason(target: str, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        plan(*birds(), target, **changes)


def test_rows_that_need_a_look() -> None:
    names, rows = birds()
    rows[20][2] = "3,5"
    rows[21][2] = "heavy"
    found = plan(names, rows, "species")
    listed, count = looks(found, 10)
    assert count == 5
    assert [(each.row, str(each.what), str(each.done), each.remedy) for each in listed] == [
        (4, "beak is empty", "left out", "fill"),
        (9, "2 cells are empty", "left out", "fill"),
        (11, "species is empty", "left out", ""),
        (21, "mass: “3,5” is not a number", "read as 3.5", "leave_out"),
        (22, "mass: “heavy” is not a number", "left out", "fill"),
    ]
    assert looks(found, 2)[1] == 5
    found = plan(names, rows, "species", filled=frozenset({4}), left_out=frozenset({21}))
    listed, _ = looks(found, 10)
    assert [(each.row, str(each.done), each.remedy) for each in listed[:1]] == [
        (4, "filled with the mean", "leave_out")
    ]
    assert (str(listed[3].done), listed[3].remedy) == ("left out", "take")
    assert "3 of 60 rows were left out because cells are empty." in said(found), "21 is left out by hand, 4 is filled"
    points = points_of(found)
    assert points.features[3, 0] == pytest.approx(np.nanmean(np.delete(points.features[:, 0], 3)))


# -- real tables, as their packages and as European spreadsheets write them --------------------------------------------


@pytest.mark.parametrize(("name", "european"), in_turn(["iris", "wine", "diabetes", "breast_cancer"], [False, True]))
def test_real_tables_open_without_a_touch(name: str, european: bool, tmp_path: Path) -> None:
    sets = pytest.importorskip("sklearn.datasets")
    found = getattr(sets, f"load_{name}")()
    names = [*map(str, found.feature_names), "größe"]
    classes = name != "diabetes"
    labels = [str(found.target_names[int(each)]) if classes else float(each) for each in found.target]
    rows = [[*map(float, row), label] for row, label in zip(found.data, labels, strict=True)]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(tables.as_european(names, rows) if european else tables.as_text(names, rows).encode())
    made = pg.read_table(path, target="größe")
    source = made.experiment.data.source
    assert made.points is not None
    assert isinstance(source, pg.PointsData)
    varied = np.flatnonzero(np.ptp(found.data, axis=0) > 0)[:64]
    assert made.points.features.tolist() == found.data[:, varied].tolist()
    if classes:
        assert isinstance(source.classes, tuple)
        assert sorted(source.classes) == sorted(map(str, found.target_names))
        assert [source.classes[int(each)] for each in made.points.labels] == labels
    else:
        assert made.points.labels.tolist() == labels


# -- Python and the command line ---------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command."""
    capsys.readouterr()
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return shown.out, shown.err


def put(folder: Path, names: list[str], rows: list[list[Any]]) -> str:
    path = folder / "birds.csv"
    path.write_bytes(tables.as_european(names, rows))
    return str(path)


def test_without_a_target_the_columns_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put(tmp_path, *birds())
    out, err = run(capsys, "train", path, code=2)
    assert out == ""
    assert err.splitlines() == [
        "playground: birds.csv: 60 rows, 5 columns, semicolon, decimal comma, UTF-8. "
        "Which column is the target? Its columns:",
        "  species  2 classes: gull, owl",
        "  beak     number, or 7 classes: 30, 31, 32, 33, 34, 35 …",
        "  mass     number",
        "  sex      2 classes: female, male",
        "  name     text (no feature: more than 10 different texts)",
        'On the command line: --target sex; in Python: read_table(path, target="sex")',
    ]
    with pytest.raises(WrongUse, match="Which column is the target"):
        pg.read_table(path)
    with pytest.raises(WrongUse, match="expected one of drop, mean"):
        pg.read_table(path, "species", missing="guess")
    with pytest.raises(FileRefused, match="does not exist"):
        pg.read_table(tmp_path / "none.csv", "species")


def test_train_and_predict_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, rows = birds()
    path, model = put(tmp_path, names, rows), str(tmp_path / "birds.nnp")
    out, err = run(
        capsys,
        "train",
        path,
        "--target",
        "species",
        "--features",
        "beak,sex",
        "--epochs",
        "3",
        "--json",
        "--out",
        model,
    )
    told = json.loads(out)
    assert told["experiment"]["data"]["source"]["columns"] == ["beak", "sex=female", "sex=male"]
    assert told["experiment"]["data"]["source"]["classes"] == ["gull", "owl"]
    assert "Row 4: beak is empty: left out." in err
    session = pg.Session(pg.read_table(path, "species", ["beak", "sex"]))
    session.advance(epochs=3)
    assert told["digest"] == session.digest()
    others = tmp_path / "others.csv"
    others.write_text("sex\tbeak\nmale\t31,5\nfemale\t\nfemale\t33,5\n", "utf-8")
    out, err = run(capsys, "predict", model, "--data", str(others), "--json")
    found = json.loads(out)
    expected = session.predict([[31.5, 0.0, 1.0], [33.5, 1.0, 0.0]])[:, 0].astype(float).tolist()
    assert [(each["row"], each["outputs"][0]) for each in found["points"]] == [(1, expected[0]), (3, expected[1])]
    assert all(each["name"] == ("gull", "owl")[each["class"]] for each in found["points"])
    assert found["left_out"] == [2]
    assert "Row 2 has no answer: cells are empty, or no numbers." in err
    others.write_text("weight\n1\n2\n", "utf-8")
    assert (
        "naming the columns beak, sex=female and sex=male"
        in run(capsys, "predict", model, "--data", str(others), code=1)[1]
    )


def test_words_are_known_again_however_they_are_written(tmp_path: Path) -> None:
    """A value may hold the sign that parts column and value, look like a number, or be one, and be the only one."""
    names = ["kind", "size", "code", "doors"]
    rows = [["ab"[i % 2], i / 8, ("a=b", "1", "2", "x")[i % 4], (2, 4)[i % 3 == 0]] for i in range(24)]
    choice = Choice("kind", features=tuple(names[1:]), as_classes=frozenset(["doors"]))
    made = experiment_of(table(names, rows), choice).experiment.data.source
    assert isinstance(made, PointsData)
    assert made.columns == ("size", "code=1", "code=2", "code=a=b", "code=x", "doors=2", "doors=4")
    asked_about = put(tmp_path, names[1:], [[0.5, "1", 4], [1.5, "2", 4]])
    assert rows_for(asked_about, made.columns).features.tolist() == [[0.5, 1, 0, 0, 0, 0, 1], [1.5, 0, 1, 0, 0, 0, 1]]
    found = rows_for(put(tmp_path, names[1:], [[0.5, "a=b", 2], [1.5, "new", ""], [2.5, "x", 7]]), made.columns)
    assert found.features[:, 1:5].tolist() == [[0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert str(found.features[:, 5:].tolist()) == "[[1.0, 0.0], [nan, nan], [0.0, 0.0]]"
    assert [str(each) for each in found.remarks] == [
        "Row 2: code: the model was trained without “new”, so the row has none of its values.",
        "Row 3: doors: the model was trained without “7”, so the row has none of its values.",
    ]


def test_classes_that_are_numbers_are_called_as_they_stand_there(tmp_path: Path) -> None:
    rows = [[(2007, 2008, -1)[i % 3], i / 8, "ab"[i % 2]] for i in range(24)]
    found = table(["year", "size", "kind"], rows)
    assert planned(found, Choice("year")).classes == ("-1", "2007", "2008")
    asked_about = put(tmp_path, ["size", "year"], [[0.5, 2008], [1.5, -1]])
    for names in (("year=-1", "year=2007", "year=2008"), ("year=−1", "year=2\u202f007", "year=2\u202f008")):
        assert rows_for(asked_about, ("size", *names)).features.tolist() == [[0.5, 0, 0, 1], [1.5, 1, 0, 0]]


def test_groups_of_thousands_are_asked_about_as_they_were_learned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, path = str(tmp_path / "prices.nnp"), tmp_path / "prices.csv"
    lines = [f"{i % 9 + 1}.{100 + i};0,{i};{'ab'[i % 2]}" for i in range(20)]
    path.write_text("\n".join(["price;share;kind", *lines]), "utf-8")
    run(capsys, "train", str(path), "--target", "kind", "--epochs", "2", "--out", model)
    path.write_text("price;share\n1.234;0,5\n", "utf-8")
    (found,) = json.loads(run(capsys, "predict", model, "--data", str(path), "--json")[0])["points"]
    assert (found["x"], found["y"]) == (1234.0, 0.5)


def test_a_number_is_answered_in_its_own_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, model = put(tmp_path, *birds()), str(tmp_path / "mass.nnp")
    run(capsys, "train", path, "--target", "mass", "--epochs", "5", "--out", model)
    out, _ = run(capsys, "predict", model, "--data", path, "--json")
    answers = [each["outputs"][0] for each in json.loads(out)["points"]]
    assert 2500 < min(answers) < max(answers) < 6000


@pytest.mark.parametrize("option", [["--target", "a"], ["--features", "a"], ["--missing", "drop"]])
def test_options_of_tables_belong_to_tables(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "train", "dataset:xor", *option, code=2)[1]
    assert f"{option[0]} is for tables, and dataset:xor is none." in said


def test_what_is_no_table_and_no_model_is_told_before_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.nnp").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    assert "run git lfs pull" in run(capsys, "train", str(tmp_path / "run.nnp"), "--target", "a", code=1)[1]


@pytest.mark.parametrize("missing", ["mean", pytest.param("median", marks=pytest.mark.long), "indicator"])
def test_empty_cells_are_filled_from_the_training_rows(
    missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, model = put(tmp_path, *birds()), str(tmp_path / "filled.nnp")
    made = pg.read_table(path, "species", ["beak", "mass"], missing)
    assert made.points is not None
    assert made.points.samples == 59, "only the row without a species is left out"
    assert np.isnan(made.points.features).sum() == 3
    assert made.experiment.data.imperfections.imputer == missing
    session = pg.Session(made)
    session.advance(epochs=2)
    run(
        capsys, "train", path, "--target", "species", "--features", "beak,mass", "--missing", missing, "--epochs", "2",
        "--out", model,
    )  # fmt: skip
    assert pg.Session(pg.load(model)).digest() == session.digest()
    found = json.loads(run(capsys, "predict", model, "--data", path, "--json")[0])
    assert len(found["points"]) == 60, "the stored values fill the gaps"
    assert "left_out" not in found
    assert found["points"][3]["x"] is None
    expected = session.predict([[np.nan, 3075.0]])[0].astype(float).tolist()
    assert found["points"][3]["outputs"] == expected


def test_the_window_shows_a_table_without_a_target_and_opens_one_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.views.window import launching

    seen: list[tuple[Any, Any, Any]] = []

    def launch(source: Any, path: Any = None, watch: Any = None, table: Any = None) -> int:
        seen.append((source, path, table))
        return 0

    monkeypatch.setattr(launching, "launch", launch)
    path = put(tmp_path, *birds())
    run(capsys, path)
    assert seen == [(None, None, path)]
    run(capsys, "open", path, "--target", "species")
    assert isinstance(seen[1][0], pg.Checkpoint)
    assert seen[1][1:] == (None, None), "saving asks for a name"
    assert "--features needs --target NAME" in run(capsys, "open", path, "--features", "beak", code=2)[1]
