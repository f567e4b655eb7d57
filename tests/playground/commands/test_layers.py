"""The command line knows every layer, loss, schedule and rule: `train`, `info` and `list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.exchange.files import load
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import LAYER_KINDS
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES
from playground.experiment.training import LOSSES

OVERFITS = [
    "dataset:circles", "--set", "data.source.samples=60", "--set", "data.imperfections.label_noise=0.3",
    "--set", "network.layers[0].units=12", "--set", "network.layers[1].units=12",
    "--set", "training.optimizer.kind=adam", "--set", "training.early_stopping={\"patience\": 20}",
]  # fmt: skip
LAYERS = json.dumps(
    [
        {"kind": "conv2d"}, {"kind": "batch_norm", "activation": "relu"}, {"kind": "max_pool2d"}, {"kind": "flatten"},
        {"kind": "dense", "units": 6, "frozen": True}, {"kind": "dropout"}, {"kind": "residual", "span": 2},
    ]
)  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_early_stopping_is_told_and_a_file_of_it_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "run.nnp")
    found = run(capsys, "train", *OVERFITS, "--epochs", "3000", "--out", out)
    assert found["status"] == "stopped_early"
    assert found["stopped"]["reason"] == "early_stopping"
    assert found["stopped"]["epoch"] == found["epochs"] == found["epochs_trained"]
    assert "no better test loss for 20 epochs" in found["stopped"]["message"]
    told = run(capsys, "info", out)
    assert told["stopped"] == found["stopped"]
    assert main(["info", out]) == 0
    assert "stopped     Stopped early at epoch" in capsys.readouterr().out
    more = run(capsys, "train", out, "--epochs", "10")
    assert (more["status"], more["epochs_trained"], more["stopped"]) == ("completed", 10, None)


@pytest.mark.parametrize(
    ("rule", "epochs", "status", "reason"),
    [
        ("training.stop.epochs=5", "9", "stopped_early", "epochs"),
        ("training.stop.epochs=9", "9", "completed", "epochs"),
        ("training.stop.loss=0.2", "500", "stopped_early", "loss"),
        ("training.stop.accuracy=0.9", "500", "stopped_early", "accuracy"),
        ("training.stop.seconds=0.2", "10000000", "stopped_early", "seconds"),
        ("training.stop.loss=0", "5", "completed", None),
    ],
)
def test_rules_end_a_training(
    rule: str, epochs: str, status: str, reason: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(capsys, "train", "dataset:circles", "--epochs", epochs, "--set", rule)
    assert found["status"] == status
    assert (found["stopped"] and found["stopped"]["reason"]) == reason


def test_people_read_why_it_ended_and_the_rate_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["train", "dataset:circles", "--epochs", "9", "--set", "training.stop.epochs=5"]
    assert main(arguments) == 0
    assert "Stopped at epoch 5: the run was to take 5 epochs." in capsys.readouterr().err
    found = run(
        capsys, "train", "dataset:circles", "--epochs", "10", "--set", "training.schedule.kind=exponential",
        "--set", "training.clip_norm=0.01",
    )  # fmt: skip
    assert found["learning_rate"] == pytest.approx(0.03 * 0.99**10)
    assert 0 < found["clipped_steps"] <= found["steps"]


def test_a_training_in_double_precision_is_saved_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "run.nnp")
    run(capsys, "train", "dataset:xor", "--epochs", "3", "--set", "training.precision=float64", "--out", out)
    assert run(capsys, "info", out)["dtype"] == "float64"
    state = load(out).state
    assert state is not None
    assert str(state.parameters.dtype) == "float64"


def test_an_image_network_is_trained_and_told_layer_by_layer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "run.nnp")
    found = run(
        capsys, "train", "dataset:digits", "--epochs", "2", "--set", f"network.layers={LAYERS}", "--out", out
    )  # fmt: skip
    told = run(capsys, "info", out)
    assert told["architecture"] == (
        "1 × 8 × 8 pixels → convolution 4 × 3×3 same relu → batch norm relu → max pooling 2×2 → flatten → "
        "6 tanh (frozen) → dropout 0.2 → residual over 2 → 10 softmax"
    )
    assert told["data"]["features"] == []
    layers = told["layers"]
    assert [layer["kind"] for layer in layers[:3]] == ["conv2d", "batch_norm", "max_pool2d"]
    assert layers[0]["weights"]["shape"] == [4, 1, 3, 3]
    assert layers[0]["shape"] == [4, 8, 8]
    assert layers[1]["statistics"]["shape"] == [2, 4]
    assert (layers[2]["weights"], layers[2]["biases"], layers[2]["statistics"]) == (None, None, None)
    assert layers[6]["weights"]["shape"] == [6, 64]
    assert layers[4]["frozen"]
    assert found["parameters"] == told["parameters"] == 40 + 8 + 390 + 390 + 70
    assert main(["info", out]) == 0
    rows = [line.split()[:5] for line in capsys.readouterr().out.splitlines()]
    assert ["2", "batch", "norm", "relu", "statistics"] in rows
    assert ["4", "flatten", "linear", "–", "–"] in rows


def test_lists_tell_every_field_with_default_and_limits(capsys: pytest.CaptureFixture[str]) -> None:
    layers = {entry["name"]: entry for entry in run(capsys, "list", "layers")["layers"]}
    assert set(layers) == set(LAYER_KINDS)
    rate = layers["dropout"]["fields"][0]
    assert (rate["name"], rate["default"], rate["minimum"], rate["maximum"]) == ("rate", 0.2, 0.0, 0.95)
    assert rate["note"]
    conv = {field["name"]: field for field in layers["conv2d"]["fields"]}
    assert (conv["filters"]["maximum"], set(conv["padding"]["choices"])) == (32, {"same", "valid"})
    assert set(conv["activation"]["choices"]) == set(ACTIVATIONS)
    assert all(entry["formula"] for entry in layers.values())
    optimizers = {entry["name"]: entry for entry in run(capsys, "list", "optimizers")["optimizers"]}
    assert set(optimizers) == set(OPTIMIZERS)
    assert optimizers["adamw"]["optimizer"]["weight_decay"] == 0.01
    assert [field["default"] for field in optimizers["momentum"]["fields"]] == [0.9, False]
    schedules = {entry["name"]: entry for entry in run(capsys, "list", "schedules")["schedules"]}
    assert set(schedules) == set(SCHEDULES)
    assert [field["name"] for field in schedules["cosine"]["fields"]] == ["epochs", "smallest"]
    assert all(field["note"] for entry in schedules.values() for field in entry["fields"])


def test_the_list_of_losses_says_what_each_fits_and_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    losses = {entry["name"]: entry for entry in run(capsys, "list", "losses")["losses"]}
    assert set(losses) == set(LOSSES)
    assert losses["huber"]["fits"] == ["regression"]
    assert "distance to a number" in losses["huber"]["tasks"]["two classes"]
    assert losses["hinge"]["fits"] == ["two classes", "more classes"]
    assert [field["name"] for field in losses["focal"]["fields"]] == ["focal_gamma"]
    assert main(["list", "losses"]) == 0
    assert "huber_delta 1.0" in capsys.readouterr().out
