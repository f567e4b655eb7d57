"""The commands about somebody's own points: `train`, `predict` and `info`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.exchange.files import load, save
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.own_points import about, made


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command."""
    capsys.readouterr()
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return shown.out, shown.err


def saved(path: Path, columns: int, classes: Any = 2, names: Any = None, scale: float = 2.0) -> tuple[str, Session]:
    own = made(columns, 40, len(classes) if isinstance(classes, tuple) else classes, scale=scale)
    session = Session(about(own, classes, names), points=own)
    session.advance(epochs=3)
    save(path / "own.nnp", session)
    return str(path / "own.nnp"), session


@pytest.mark.parametrize("columns", [1, 2, 5])
def test_train_goes_on_with_own_points_and_starts_with_them(
    columns: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, session = saved(tmp_path, columns)
    out = str(tmp_path / "more.nnp")
    told = json.loads(run(capsys, "train", path, "--epochs", "4", "--out", out, "--json")[0])
    session.advance(epochs=4)
    assert told["digest"] == session.digest()
    assert load(out).points == session.points
    fresh = tmp_path / "fresh.nnp"
    save(fresh, Checkpoint(session.experiment, points=session.points))
    told = json.loads(run(capsys, "train", str(fresh), "--epochs", "7", "--seed", "5", "--json")[0])
    other = Session(about(made(columns, 40), seed=5), points=session.points)
    other.advance(epochs=7)
    assert told["digest"] == other.digest()


def test_train_on_other_data_leaves_own_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, session = saved(tmp_path, 3)
    fresh = tmp_path / "fresh.nnp"
    save(fresh, Checkpoint(session.experiment, points=session.points))
    moved = 'data.source={"kind":"generated"}'
    told = json.loads(run(capsys, "train", str(fresh), "--epochs", "1", "--json", "--set", moved)[0])
    assert told["experiment"]["data"]["source"]["name"] == "circles"
    wrong = f'data.source.digest="{"0" * 64}"'
    assert "not the points of the experiment" in run(capsys, "train", str(fresh), "--set", wrong, code=1)[1]


def test_predict_answers_points_of_the_plane_by_their_coordinates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, session = saved(tmp_path, 2, ("cat", "dog"), ("height", "weight"), scale=1e12)
    table = tmp_path / "some.csv"
    table.write_text("weight,Height\n2e12,1e12\n", encoding="utf-8")
    by_name = json.loads(run(capsys, "predict", path, "--data", str(table), "--json")[0])["points"]
    by_place = json.loads(run(capsys, "predict", path, "--at", "1e12,2e12", "--json")[0])["points"]
    assert by_name == by_place
    (answer,) = by_place
    outputs = session.predict([[1e12, 2e12]]).T
    assert (answer["x"], answer["y"], answer["outputs"]) == (1e12, 2e12, outputs[:, 0].astype(float).tolist())
    assert answer["name"] == ("cat", "dog")[answer["class"]]


def test_predict_answers_rows_of_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, session = saved(tmp_path, 3, 0)
    table = tmp_path / "some.csv"
    table.write_text("x3;id;x1;x2\n3;77;1;2\n-3;78;-1;-2\n", encoding="utf-8")
    outputs = session.predict([[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]])[:, 0].astype(float).tolist()
    told = json.loads(run(capsys, "predict", path, "--data", str(table), "--json")[0])["points"]
    assert [(each["row"], each["outputs"][0]) for each in told] == [(1, outputs[0]), (2, outputs[1])]
    table.write_text("1,2,3\n-1,-2,-3\n", encoding="utf-8")
    assert json.loads(run(capsys, "predict", path, "--data", str(table), "--json")[0])["points"] == told
    assert json.loads(run(capsys, "predict", path, "--at", "1,2,3", "--json")[0])["points"] == told[:1]
    assert run(capsys, "predict", path, "--at", "1,2,3")[0].split()[:2] == ["row", "output"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n", "without a header naming the columns x1, x2 and x3 there must be 3 columns; there are 2"),
        ("x1,x2,x3\n1,2\n", "line 2: expected 3 columns; got 2"),
        ("x1,x2,x3\n1,2,dog\n", "line 2: expected 3 numbers; got '1,2,dog'"),
        ("x1,x2,x3\n1,2,1e71\n", "line 2: coordinates go from −1e70 to 1e70"),
        ("x1,x2,x3\n", "has no points: it needs lines of 3 numbers"),
    ],
)
def test_rows_that_do_not_fit_are_told_with_the_line(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _ = saved(tmp_path, 3)
    (tmp_path / "wrong.csv").write_text(text, encoding="utf-8")
    assert sentence in run(capsys, "predict", path, "--data", str(tmp_path / "wrong.csv"), code=1)[1]


def test_a_single_column_is_told_in_the_singular(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = saved(tmp_path, 1)
    assert "expected 1 number; got '1,2'" in run(capsys, "predict", path, "--at", "1,2", code=2)[1]
    (tmp_path / "wrong.csv").write_text("1,2\n", encoding="utf-8")
    said = "without a header naming the column x1 there must be 1 column; there are 2"
    assert said in run(capsys, "predict", path, "--data", str(tmp_path / "wrong.csv"), code=1)[1]


def test_info_names_the_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, session = saved(tmp_path, 3)
    told = json.loads(run(capsys, "info", path, "--curvature", "--json")[0])
    assert told["architecture"].startswith("3 columns → 4 tanh")
    assert told["data"] == {
        "name": "Own points", "train_samples": 20, "test_samples": 20, "kind": "points", "samples": "samples",
            "features": [],
        "columns": ["x1", "x2", "x3"], "own_points": False,
    }  # fmt: skip
    assert told["digest"] == session.digest()
    out = run(capsys, "info", path)[0]
    assert "columns     x1, x2, x3" in out
    assert "20 training and 20 test samples" in out


@pytest.mark.parametrize("command", [["info"], ["train", "--epochs", "1"], ["predict", "--at", "1,2,3"]])
def test_an_experiment_without_its_points_is_refused_in_words(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, session = saved(tmp_path, 3)
    save(tmp_path / "own.json", session)
    name, *rest = command
    said = run(capsys, name, str(tmp_path / "own.json"), *rest, code=1)[1]
    assert "own.json cannot be opened alone" in said
    assert "Open the model file (.nnp)" in said


def test_info_tells_the_figures_of_a_moment_that_no_row_was_written_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, session = saved(tmp_path, 2)
    session.advance(steps=1)
    save(path, session)
    told = json.loads(run(capsys, "info", path, "--json")[0])
    assert told["metrics"]["train"]["loss"] == session.snapshot().metrics.train_loss
