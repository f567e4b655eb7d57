"""`predict`, `info`, `list` and `schema`: what they print, for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import __version__
from playground.__main__ import main
from playground.commands.output import number
from playground.data import DATASETS
from playground.edits.changes import with_changes
from playground.exchange.files import save
from playground.experiment.experiment import Experiment, json_schema, to_json
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.glossary.terms import terms
from playground.run.session import Session
from tests.own_points import about, made

KINDS = (
    "datasets", "activations", "losses", "optimizers", "schedules", "layers", "initializers", "features", "definitions",
    "rules", "terms",
)  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command."""
    capsys.readouterr()
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return shown.out, shown.err


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Session]:
    """A model file with a little training, and the session in it; all only read them."""
    session = Session(with_changes(Experiment(), title="Rings", network=Network((Dense(3, "relu"),))))
    session.advance(epochs=20)
    path = tmp_path_factory.mktemp("trained") / "run.nnp"
    save(path, session)
    return str(path), session


# -- predict ---------------------------------------------------------------------------------------------------------


def test_predictions_are_the_sessions_own(trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]) -> None:
    path, session = trained
    out, err = run(capsys, "predict", path, "--at", "-1,2.5", "--at", "3e0, -4", "--json")
    found = json.loads(out)
    expected = session.predict([[-1.0, 2.5], [3.0, -4.0]]).T
    assert found["task"] == "2 classes"
    assert [point["outputs"][0] for point in found["points"]] == expected[0].astype(float).tolist()
    assert [point["class"] for point in found["points"]] == (expected[0] > 0).astype(int).tolist()
    assert [point["probability"] for point in found["points"]] == [None, None]
    assert err == ""


@pytest.mark.parametrize(("data", "loss"), [("blobs", "auto"), ("moons", "binary_cross_entropy")])
def test_probabilities_are_told_where_outputs_are_some(
    data: str, loss: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = with_changes(Experiment(), data__source__name=data, training__loss=loss)
    save(tmp_path / "run.nnp", Session(made))
    found = json.loads(run(capsys, "predict", str(tmp_path / "run.nnp"), "--at", "1,1", "--json")[0])
    point = found["points"][0]
    outputs = point["outputs"]
    expected = max(outputs) if len(outputs) > 1 else max(outputs[0], 1 - outputs[0])
    assert point["probability"] == pytest.approx(expected)
    assert point["class"] == (int(np.argmax(outputs)) if len(outputs) > 1 else int(outputs[0] > 0.5))


def test_an_untrained_experiment_answers_with_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "predict", "dataset:plane", "--at", "0,0")
    assert "never trained" in err
    assert out.splitlines()[0].split() == ["x", "y", "output"]
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize(
    "text",
    [
        "x,y\n1,2\n-3,4.5\n",
        "1,2\n-3,4.5",
        "\ufeffx;y\r\n1;2\r\n\r\n-3;4.5\r\n",
        " label , Y,X\n0,2,1\n1,4.5,-3\n",
        "1\t2\n-3\t4.5\n",
        "1;2\n-3,0;4,5\n",
        "1,0;2,0\n-3,0;4,5\n",
        "x;y\n1,0;2\n-3;4,5\n",
        "label;y;x\n0;2,0;1,0\n1;4,5;−3\n",
        "1,0\t2,0\n-3\t4,5\n",
    ],
)
def test_points_come_from_csv_files(
    text: str, trained: tuple[str, Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "points.csv").write_bytes(text.encode())
    found = json.loads(run(capsys, "predict", trained[0], "--data", str(tmp_path / "points.csv"), "--json")[0])
    assert [(point["x"], point["y"]) for point in found["points"]] == [(1.0, 2.0), (-3.0, 4.5)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no points"),
        (b"x,y\n", "has no points"),
        (b"x,y\n1,2\n3,abc\n", "line 3: expected two numbers such as 1.5,-2; got '3,abc'"),
        (b"x,y\n3\n", "line 2: expected 2 columns; got 1"),
        (b"1,2,3\n", "line 1: without a header naming the columns x and y there must be two columns; there are 3"),
        (b"a,b\n1,2\n", "line 1: expected two numbers"),
        (b"x,y\n1,nan\n", "line 2: coordinates go from −1e6 to 1e6"),
        (b"x,y\n1,1e300\n", "line 2: coordinates go from"),
        (b"\xe4\n", "is not a text file in UTF-8"),
        (b"1,5,2,5\n", "there are 4. If commas are decimal signs here, part the numbers by semicolons"),
        (b"x,y\n1,5,2,5\n", "line 2: there are more columns (4) than names (2)"),
        (b'[{"x": 1, "z": 2}]', "has no numbers in the column y, which the model reads; its columns are x, z"),
        (
            b"[[1, 2], [-3, 4.5]]",
            "is a JSON list of records, which is a table and not an experiment. Write it as a CSV file",
        ),
        (b"[1, 2]\n[-3, 4.5]\n", "Write it as a CSV file, a line a record"),
        (b"{}", "is a JSON object and no table. Samples are read from CSV files"),
        (b"\x93NUMPY\x01\x00", "is a NumPy array. Write it as CSV first, in Python: numpy.savetxt("),
        (b"version https://git-lfs.github.com/spec/v1\noid", "is a Git LFS pointer"),
        (b"\x00\x01\x00\x00\x00\x00\x00\x00{", "is a model file. Give it as the FILE before --data"),
        (b'x,y\n1,"' + b"2" * 200_000 + b"\n", "is not a CSV file: field larger"),
    ],
)
def test_bad_csv_files_are_told_with_the_line(
    content: bytes, sentence: str, trained: tuple[str, Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "points.csv").write_bytes(content)
    out, err = run(capsys, "predict", trained[0], "--data", str(tmp_path / "points.csv"), code=1)
    assert sentence in err
    assert out == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x,y\n1,2\n-3,4.5\n".encode("utf-16"), ""),
        (b'[{"x": 1, "y": 2}, {"x": -3, "y": 4.5}]', ""),
        (b'{"x": 1, "y": 2}\n{"x": -3, "y": 4.5}\n', ""),
        ("größe;y;x\n1;2,0;1,0\n2;4,5;-3,0\n".encode("cp1252"), ""),
        (b"x,y\n1,2\nNA,3\n-3,4.5\n", "Row 2 has no answer: cells are empty, or no numbers."),
        (b'x,y\n1,2\n-3,"4,5"\n', ""),
    ],
)
def test_points_come_from_other_tables_too(
    content: bytes, said: str, trained: tuple[str, Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "points.csv").write_bytes(content)
    out, err = run(capsys, "predict", trained[0], "--data", str(tmp_path / "points.csv"), "--json")
    assert [(point["x"], point["y"]) for point in json.loads(out)["points"]] == [(1.0, 2.0), (-3.0, 4.5)]
    assert err.strip() == said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--at", "1"], "expected two numbers such as 1.5,-2; got '1'"),
        (["--at", "1,inf"], "coordinates go from"),
        (["--at", "1,5,2,5"], "got '1,5,2,5'. If commas are decimal signs here, part the numbers by semicolons"),
        ([], "One of the arguments --at --data is required"),
        (["--at", "1,2", "--data", "x.csv"], "not allowed with argument --at"),
        (["--at"], "expected one argument"),
    ],
)
def test_wrong_points_are_wrong_use(
    arguments: list[str], sentence: str, trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in run(capsys, "predict", trained[0], *arguments, code=2)[1]


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        (["--at", "1,2"], None),
        (["--at", "40,2"], "The sample lies far outside the data"),
        (["--at", "1,2", "--at", "1,-99"], "Sample 2 lies far outside the data"),
        (["--at", "1e4,1", "--at", "1,-99"], "All samples lie far outside the data"),
    ],
)
def test_answers_far_outside_the_data_say_so(
    places: list[str], sentence: str | None, trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = run(capsys, "predict", trained[0], *places, "--json")
    assert ("far outside" in err) == (sentence is not None)
    assert (sentence or "") in err
    assert any(each["far_outside"] for each in json.loads(out)["points"]) == (sentence is not None)


def test_images_in_other_units_lie_far_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "images.csv").write_text(",".join(["255"] * 64) + "\n" + ",".join(["0.5"] * 64) + "\n")
    assert "Sample 1 lies far" in run(capsys, "predict", "dataset:digits", "--data", str(tmp_path / "images.csv"))[1]


# -- info ------------------------------------------------------------------------------------------------------------


def test_info_tells_all_of_a_model_file(trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]) -> None:
    path, session = trained
    found = json.loads(run(capsys, "info", path, "--json")[0])
    assert found["title"] == "Rings"
    assert found["architecture"] == "2 features → 3 relu → 1 tanh"
    assert (found["epochs"], found["steps"], found["digest"]) == (20, 500, session.digest())
    assert found["bytes"] == Path(path).stat().st_size
    assert found["version"] == __version__
    assert found["metrics"]["train"]["loss"] == pytest.approx(session.metrics().train_loss)
    weights = found["layers"][0]["weights"]
    values = session.layout.weights(session.state.parameters, 0)
    assert (weights["shape"], weights["count"], weights["bytes"]) == ([3, 2], 6, 24)
    assert (weights["min"], weights["max"]) == (values.min(), values.max())
    assert (
        sum(layer[part]["count"] for layer in found["layers"] for part in ("weights", "biases")) == found["parameters"]
    )


def test_info_is_readable_by_people(trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "info", trained[0])[0]
    assert "network     2 features → 3 relu → 1 tanh" in out
    assert "trained     20 epochs, 500 steps" in out
    assert f"written by  Neural Playground {__version__}" in out
    assert [line.split()[:4] for line in out.splitlines()[-4:]] == [
        ["1", "dense", "relu", "weights"], ["1", "dense", "relu", "biases"],
        ["output", "dense", "tanh", "weights"], ["output", "dense", "tanh", "biases"],
    ]  # fmt: skip


def test_info_computes_curvature_when_asked(trained: tuple[str, Session], capsys: pytest.CaptureFixture[str]) -> None:
    path, session = trained
    main(["info", path, "--curvature", "--json"])
    found = json.loads(capsys.readouterr().out)["curvature"]
    assert found == {
        "sharpness": session.sharpness().eigenvalue,
        "smallest": session.sharpness().smallest,
        "residual": session.sharpness().residual,
        "converged": True,
        "stable_below": 2 / session.experiment.training.learning_rate,
        "stable_formula": "2 / η",
        "gradient_noise_scale": session.gradient_noise_scale(),
    }
    assert found["sharpness"] > 0
    main(["info", path, "--curvature"])
    told = capsys.readouterr().out
    assert "full-batch descent at this rate is stable below 2 / η = " in told
    assert "not exact" not in told


def test_info_says_that_a_curvature_is_not_exact(
    trained: tuple[str, Session], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.engine.lanczos.MOST_ITERATIONS", 3)
    told = run(capsys, "info", trained[0], "--curvature")[0]
    lines = {line[:16].strip(): line[16:] for line in told.splitlines()}
    assert lines["sharpness"].startswith("at least ")
    assert lines["smallest"].startswith("at most ")
    assert lines["not exact"].startswith("the network is too large for the search to end by itself; both lie within ")


def test_info_claims_no_bound_for_optimizers_that_scale_each_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, said in (("adam", "no bound is known"), ("sgd", "stable below 2 (1 + β) / η = ")):
        optimizer = {"kind": kind, **({"momentum": 0.9} if kind == "sgd" else {})}
        (tmp_path / "e.json").write_text(json.dumps({"training": {"optimizer": optimizer}}))
        main(["info", str(tmp_path / "e.json"), "--curvature"])
        assert said in capsys.readouterr().out


def test_info_takes_untrained_sources_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e.json").write_text(to_json(Experiment()))
    found = json.loads(run(capsys, "info", str(tmp_path / "e.json"), "--json")[0])
    assert (found["trained"], found["digest"], found["metrics"], found["version"]) == (False, None, None, None)
    assert "trained     never" in run(capsys, "info", "dataset:plane")[0]


@pytest.mark.parametrize(("size", "text"), [(10, "batch 10"), (100_000, "batch all 500"), (500, "batch all 500")])
def test_info_calls_a_batch_of_everything_all(
    size: int, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = with_changes(
        Experiment(), training__batch_size=size, data__source__name="digits", data__source__samples=1000
    )
    (tmp_path / "run.json").write_text(to_json(changed), encoding="utf-8")
    out, _ = run(capsys, "info", str(tmp_path / "run.json"))
    assert text in out
    assert "500 training and 500 test images" in out
    report = json.loads(run(capsys, "info", str(tmp_path / "run.json"), "--json")[0])
    assert (report["batch_size"], report["data"]["kind"], report["data"]["samples"]) == (size, "generated", "images")


def test_info_shows_a_divergence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = with_changes(Experiment(), data__source__name="plane", network=Network((Dense(4, "linear"),)))
    session = Session(with_changes(made, training__learning_rate=1000.0))
    session.advance(epochs=50)
    save(tmp_path / "run.nnp", session)
    assert "Diverged at step" in run(capsys, "info", str(tmp_path / "run.nnp"))[0]


def test_info_needs_neither_qt_nor_numba(trained: tuple[str, Session]) -> None:
    code = (
        "import sys; from playground.__main__ import main; code = main(sys.argv[1:]);"
        "sys.exit(code or ' '.join({'numba', 'PySide6', 'pyqtgraph'} & set(sys.modules)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "info", trained[0]], capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


# -- list and schema -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_one_json_object(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, "list", kind, "--json")
    entries = json.loads(out)[kind]
    assert entries
    assert err == ""
    assert all(entry["name"] for entry in entries)


def test_the_list_of_terms_is_the_glossary(capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads(run(capsys, "list", "terms", "--json")[0])["terms"]
    assert [each["name"] for each in entries] == list(terms())
    assert all(each["short"] == terms()[each["name"]].short for each in entries)
    lines = run(capsys, "list", "terms")[0].splitlines()
    assert lines[0].split() == ["name", "title", "short"]
    assert len(lines) == 1 + len(entries)


def test_a_list_that_is_still_to_come_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    err = run(capsys, "list", "lessons", code=2)[1]
    assert "this version has no lessons yet. The lists are: datasets" in err
    assert "expected one of" not in err


def test_lists_are_aligned_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "list", "datasets")[0].splitlines()
    assert lines[0].split() == ["name", "group", "classes", "samples", "parameters", "note", "source"]
    assert len(lines) == 1 + len(DATASETS)
    assert any("turns 1.75, radius 5 " in line for line in lines)


def test_data_sets_are_listed_with_their_parameters_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    entries = {entry["name"]: entry for entry in json.loads(run(capsys, "list", "datasets", "--json")[0])["datasets"]}
    assert list(entries) == list(DATASETS)
    spirals, plane, blobs = entries["spirals"], entries["plane"], entries["blobs"]
    assert {"name": "turns", "label": "Turns", "low": 0.25, "high": 4.0, "default": 1.75, "integer": False,
            "note": "how often each arm goes around the centre"} in spirals["parameters"]  # fmt: skip
    assert (spirals["task"], spirals["group"]) == ("classification", "Two classes")
    assert (plane["task"], plane["group"], plane["classes"]) == ("regression", "Regression", 0)
    assert (blobs["classes"], blobs["source"]) == (None, "as scikit-learn, make_blobs")


def test_a_wrong_list_is_told_with_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean datasets?" in run(capsys, "list", "dataset", code=2)[1]
    assert "required: KIND" in run(capsys, "list", code=2)[1]


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(run(capsys, "schema")[0])
    assert found == json.loads(json.dumps(json_schema()))


@pytest.mark.parametrize("what", ["steps", "a typed weight", "an edit"])
def test_info_tells_the_figures_of_the_run_as_it_stands(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between two recorded epochs the newest row is of another moment."""
    session = Session(Experiment())
    session.advance(epochs=3)
    session.advance(steps=2)
    if what == "a typed weight":
        session.set_parameter(0, 30.0)
    elif what == "an edit":
        session.apply(with_changes(session.experiment, network=Network((Dense(7),))))
    save(tmp_path / "run.nnp", session)
    found = json.loads(run(capsys, "info", str(tmp_path / "run.nnp"), "--json")[0])["metrics"]
    metrics = session.metrics()
    assert found["train"] == {"loss": metrics.train_loss, "accuracy": metrics.train_accuracy}
    assert found["test"] == {"loss": metrics.test_loss, "accuracy": metrics.test_accuracy}
    assert f"loss {number(metrics.train_loss)}, accuracy" in run(capsys, "info", str(tmp_path / "run.nnp"))[0]


def test_two_columns_of_own_points_keep_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = made()
    session = Session(about(own, columns=("height", "weight")), points=own)
    save(tmp_path / "own.nnp", session)
    path = str(tmp_path / "own.nnp")
    assert run(capsys, "predict", path, "--at", "1,2")[0].split()[:3] == ["height", "weight", "output"]
    assert json.loads(run(capsys, "predict", path, "--at", "1,2", "--json")[0])["columns"] == ["height", "weight"]
    data = json.loads(run(capsys, "info", path, "--json")[0])["data"]
    assert (data["kind"], data["columns"]) == ("points", ["height", "weight"])
    assert "height, weight" in run(capsys, "info", path)[0]


def test_what_was_changed_of_a_file_is_said_beside_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"training": {"early_stopping": {}}, "data": {"train_share": 1.0}}))
    out, err = run(capsys, "info", str(path), "--json")
    assert json.loads(out)["experiment"]["training"]["early_stopping"] is None
    assert "Early stopping watched the test loss, but there are no test samples; it is off now." in err
