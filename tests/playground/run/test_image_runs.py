"""Runs on images: what a session measures of them, files with them, and `playground predict`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from playground.__main__ import main
from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.exchange import points
from playground.exchange.container import Unreadable
from playground.exchange.files import save
from playground.exchange.points import shapes, tensors
from playground.exchange.sources import open_source
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from playground.run.snapshot import Demand

EVERYTHING = Demand(maps=True, predictions=True, gradients=True)


def session(name: str = "shapes", epochs: int = 2, **changes: object) -> Session:
    found = Session(with_changes(Experiment(), data__source__name=name, data__source__samples=60, **changes))
    found.advance(epochs=epochs)
    return found


def test_images_have_answers_and_no_maps() -> None:
    shot = session().snapshot(EVERYTHING)
    assert shot.maps is None
    assert shot.probe is None
    assert shot.train_outputs is not None
    assert shot.train_outputs.shape == (4, 30)


@pytest.mark.parametrize("sample", [0, 29, 30, 59])
def test_the_forward_pass_of_an_image_of_either_set(sample: int) -> None:
    run = session()
    shot = run.snapshot(Demand(predictions=True, probe=(1.0, 1.0), probe_sample=sample))
    probe, data = shot.probe, run.dataset
    assert probe is not None
    assert (probe.point, probe.sample) == (None, sample)
    images = np.concatenate([data.train_points, data.test_points], axis=1)
    assert np.allclose(probe.inputs, images[:, sample], atol=1e-6)
    outputs = np.concatenate([shot.train_outputs, shot.test_outputs], axis=1)
    assert np.allclose(probe.units[-4:], outputs[:, sample], atol=1e-5)


@pytest.mark.parametrize("sample", [-1, 60, 10**9])
def test_an_image_that_is_not_there_has_no_forward_pass(sample: int) -> None:
    assert session().snapshot(Demand(probe_sample=sample)).probe is None


def test_points_of_the_plane_ignore_the_choice_of_an_image() -> None:
    shot = session("circles").snapshot(Demand(probe=(1.0, -2.0), probe_sample=3))
    assert shot.probe is not None
    assert (shot.probe.point, shot.probe.sample) == ((1.0, -2.0), None)
    assert session("circles").snapshot(Demand(probe_sample=3)).probe is None


@pytest.mark.parametrize(("name", "least"), [("bars", 0.95), ("shapes", 0.8), ("digits", 0.7)])
def test_the_default_network_learns_them(name: str, least: float) -> None:
    run = Session(with_changes(Experiment(), data__source__name=name, data__source__samples=800))
    run.advance(epochs=150)
    assert run.metrics().test_accuracy >= least


# -- files ------------------------------------------------------------------------------------------------------------


def test_a_model_of_images_is_saved_and_goes_on_alike(tmp_path: Path) -> None:
    run, path = session("digits"), tmp_path / "digits.nnp"
    save(path, run.checkpoint())
    again = Session(open_source(str(path)))
    assert again.digest() == run.digest()
    assert np.array_equal(again.dataset.train_points, run.dataset.train_points)
    run.advance(epochs=3)
    again.advance(epochs=3)
    assert again.digest() == run.digest()


def test_a_file_must_hold_64_pixels_an_image() -> None:
    run = session("digits")
    expected = shapes(run.experiment, {"data/train_labels": ("F64", (40,))})
    assert expected["data/train_points"] == ("F64", (64, 40))
    assert expected["data/test_points"] == ("F64", (64, 20))


def test_own_images_are_kept_and_wild_ones_refused() -> None:
    experiment = session("bars").experiment
    recipe = make_dataset(experiment.data, experiment.seed)
    found = {name: values.copy() for name, values in tensors(recipe).items()}
    assert points.read(experiment, found).dataset is None
    found["data/train_points"][5, 3] = 0.25
    own = points.read(experiment, {name: values.copy() for name, values in found.items()}).dataset
    assert own is not None
    assert own.train_points[5, 3] == 0.25
    assert own.image == (1, 8, 8)
    found["data/train_points"][5, 3] = 1e9
    with pytest.raises(Unreadable, match="values beyond"):
        points.read(experiment, found)


# -- playground predict -----------------------------------------------------------------------------------------------


@pytest.fixture
def model(tmp_path: Path) -> Path:
    run, path = session("shapes", epochs=20), tmp_path / "shapes.nnp"
    save(path, run.checkpoint())
    return path


def written(path: Path, rows: list[str]) -> str:
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def test_predict_answers_a_line_an_image(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = make_dataset(session("shapes").experiment.data, 0)
    rows = [",".join(f"{value:g}" for value in image) for image in data.test_points.T]
    table = written(tmp_path / "images.csv", [",".join(f"pixel_{index}" for index in range(64)), *rows])
    assert main(["predict", str(model), "--data", table, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["points"]) == data.test_labels.size
    first = found["points"][0]
    assert (first["image"], len(first["outputs"])) == (1, 4)
    assert first["name"] == data.class_name(first["class"])
    assert first["probability"] == pytest.approx(max(first["outputs"]))
    assert main(["predict", str(model), "--data", table]) == 0
    assert "name" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["1,2"], "there must be 64 columns"),
        ([",".join(["0"] * 64), ",".join(["0"] * 63)], "line 2: this model reads images"),
        ([",".join(["0"] * 65)], "there are 65"),
        ([",".join(["0"] * 63 + ["dark"])], "column 64: expected a number"),
        ([",".join(["nan"] + ["0"] * 63)], "column 1: expected a number"),
        ([",".join(["pixel"] * 64)], "has no images"),
        ([], "has no images"),
    ],
)
def test_tables_that_hold_no_images_are_refused_in_words(
    rows: list[str], sentence: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = written(tmp_path / "wrong.csv", rows)
    assert main(["predict", str(model), "--data", table]) == 1
    assert sentence in capsys.readouterr().err


def test_a_model_of_images_has_no_points(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(model), "--at", "1,2"]) == 2
    assert "reads images, not points" in capsys.readouterr().err


# -- an image that is none of the data's ------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"data__scaling": "standardize"}])
def test_the_forward_pass_of_given_pixels_is_that_of_the_same_image(changes: dict[str, object]) -> None:
    run = session(**changes)
    pixels = tuple(run.dataset.train_points[:, 3].tolist())
    shot = run.snapshot(Demand(probe_sample=0, probe_pixels=pixels))
    same = run.snapshot(Demand(probe_sample=3))
    assert shot.probe is not None
    assert same.probe is not None
    assert shot.probe.sample is None
    assert shot.probe.pixels is not None
    assert tuple(shot.probe.pixels.tolist()) == pixels
    assert np.array_equal(shot.probe.inputs, same.probe.inputs)
    assert np.allclose(shot.probe.units, same.probe.units, atol=1e-6)


def test_pixels_of_another_size_leave_the_sample_and_change_no_run() -> None:
    run, other = session(), session()
    shot = run.snapshot(Demand(probe_sample=5, probe_pixels=(0.5,) * 100))
    assert shot.probe is not None
    assert shot.probe.sample == 5
    assert session("circles").snapshot(Demand(probe_pixels=(0.5,) * 64)).probe is None
    run.advance(epochs=1)
    other.advance(epochs=1)
    assert run.digest() == other.digest()
