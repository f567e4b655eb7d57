"""Model files of every kind of layer, rule and schedule; and files of the first version, which knew none of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.errors import FileRefused
from playground.exchange import container, model_file
from playground.exchange.files import load, parse, save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS, Adam, Nadam
from playground.experiment.schedules import CosineSchedule, EarlyStopping, PlateauSchedule, Stop
from playground.run.session import Session

FIRST_VERSION = Path(__file__).resolve().parents[2] / "files" / "first_version.nnp"
"""Written by version 0.1.0 in the middle of an epoch, before there were kinds of layers, schedules and rules."""
ITS_DIGEST = "5e7526ecf7f3efdd68405cc636d3500f61f51da74c6d038986907c6e165c9284"
ITS_DIGEST_20_EPOCHS_LATER = "96e728bed1a5b96fb077a9083e0f3d60895161618e7bb9107fd5c987d5a8bcbc"
PLANE = (
    Dense(6, "relu"), BatchNorm(activation="tanh"), Residual(1), Dropout(0.2), Dense(5), LayerNorm(),
    Scaling(1.5, 0.1, frozen=True), GaussianNoise(0.1), Residual(8), Dense(3, frozen=True),
)  # fmt: skip
IMAGE = (
    Conv2d(4, 3),
    BatchNorm(),
    MaxPool2d(),
    Conv2d(6, 3, "valid"),
    AveragePool2d(),
    Flatten(),
    Dense(8),
    Residual(7),
)
RULES = {
    "training__schedule": PlateauSchedule(0.5, 2),
    "training__early_stopping": EarlyStopping(300),
    "training__clip_norm": 0.05,
}


def made_of(layers: tuple[Any, ...], **changes: Any) -> Experiment:
    name = "digits" if isinstance(layers[0], Conv2d) else "circles"
    return with_changes(
        Experiment(), network=Network(layers), data__source__name=name, data__source__samples=60,
        training__batch_size=7, training__learning_rate=0.01, **changes,
    )  # fmt: skip


def same(left: Session, right: Session) -> None:
    """Everything a run goes on from is equal, bit for bit."""
    assert left.digest() == right.digest()
    assert (left.divergence, left.stopped, left.learning_rate) == (right.divergence, right.stopped, right.learning_rate)
    assert np.array_equal(left.recording.rows_so_far(), right.recording.rows_so_far())
    for name in ("parameters", "slots", "powers", "order", "chance", "watch", "best", "probes"):
        a, b = getattr(left.state, name), getattr(right.state, name)
        assert (a.dtype, a.tobytes()) == (b.dtype, b.tobytes()), name
    assert left.checkpoint().state.counters.tolist() == right.checkpoint().state.counters.tolist()


@pytest.mark.parametrize("optimizer", [entry.optimizer for entry in OPTIMIZERS.values()], ids=list(OPTIMIZERS))
@pytest.mark.parametrize("layers", [PLANE, IMAGE], ids=["plane", "image"])
def test_a_loaded_run_of_any_layers_goes_on_as_if_never_interrupted(
    layers: tuple[Any, ...], optimizer: Any, tmp_path: Path
) -> None:
    session = Session(made_of(layers, training__optimizer=optimizer, **RULES))
    session.advance(epochs=6)
    session.advance(steps=2)
    save(tmp_path / "run.nnp", session)
    loaded = Session(load(tmp_path / "run.nnp"))
    same(session, loaded)
    for run in (session, loaded):
        run.advance(epochs=8)
        run.advance(steps=1)
    same(session, loaded)
    assert session.state.clipped_steps > 0


def test_double_precision_and_its_best_weights_come_back(tmp_path: Path) -> None:
    session = Session(made_of((Dense(3),), training__precision="float64", **RULES))
    assert session.state.best.dtype == np.float64
    session.advance(epochs=9)
    save(tmp_path / "run.nnp", session)
    same(session, Session(load(tmp_path / "run.nnp")))


def test_a_layer_has_the_tensors_it_needs_and_no_others() -> None:
    tensors = container.read_tensors(model_file.write(Session(made_of(PLANE)).checkpoint()))
    found = sorted(name for name in tensors if name.startswith("param/"))
    parts = {"1": "wb", "2": "wbmv", "5": "wb", "6": "wb", "7": "wb", "9": "wb", "10": "wb", "output": "wb"}
    names = {"w": "weights", "b": "biases", "m": "means", "v": "variances"}
    assert found == sorted(f"param/{layer}/{names[part]}" for layer, letters in parts.items() for part in letters)
    image = container.read_tensors(model_file.write(Session(made_of(IMAGE)).checkpoint()))
    assert image["param/4/weights"].shape == (6, 4, 3, 3)
    assert "run/best" not in image


def test_an_ended_run_and_spent_rules_come_back(tmp_path: Path) -> None:
    made = with_changes(made_of((Dense(3),)), training__stop=Stop(epochs=4, accuracy=0.999))
    session = Session(made)
    session.advance(epochs=9)
    save(tmp_path / "run.nnp", session)
    loaded = Session(load(tmp_path / "run.nnp"))
    assert loaded.stopped == session.stopped is not None
    loaded.go_on()
    loaded.advance(epochs=2)
    save(tmp_path / "run.nnp", loaded)
    assert Session(load(tmp_path / "run.nnp")).advance(epochs=2)


def test_a_file_of_the_first_version_goes_on() -> None:
    """Its parameters are the same bits; what follows is computed as docs/decisions/0015 says."""
    session = Session(load(FIRST_VERSION))
    assert session.digest() == ITS_DIGEST
    assert session.state.position
    assert isinstance(session.experiment.training.optimizer, Adam)
    assert (session.stopped, session.experiment.training.early_stopping) == (None, None)
    session.advance(epochs=20)
    session.advance(steps=1)
    assert session.digest() == ITS_DIGEST_20_EPOCHS_LATER


def test_a_file_of_the_first_version_can_be_edited_with_what_came_later() -> None:
    session = Session(load(FIRST_VERSION))
    session.apply(with_changes(session.experiment, training__early_stopping=EarlyStopping(3)))
    session.apply(with_changes(session.experiment, training__optimizer=Nadam(), training__schedule=CosineSchedule(9)))
    network = session.experiment.network.with_inserted(1, BatchNorm())
    session.apply(with_changes(session.experiment, network=network))
    assert session.advance(epochs=2)


def changed(tensors: dict[str, Any] = {}, missing: tuple[str, ...] = (), **progress: Any) -> bytes:  # noqa: B006
    """A right file without a log, with tensors replaced or left out and fields of its progress replaced."""
    session = Session(made_of((Dense(3), BatchNorm()), **RULES))
    session.advance(epochs=4)
    data = model_file.write(session.checkpoint())
    spec, found = container.read_header(data).spec, container.read_tensors(data)
    for name in ("sha256", "format", "log"):
        del spec[name]
    spec["progress"] |= progress
    return container.pack(spec, {name: each for name, each in (found | tensors).items() if name not in missing})


def watch(**places: float) -> np.ndarray:
    values = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 2.0, 0.0, 0.0])
    for place, value in places.items():
        values[int(place[1:])] = value
    return values


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tensors": {"run/watch": watch(p1=np.nan)}}, "run/watch has values that no run can have"),
        ({"tensors": {"run/watch": watch(p2=1.5)}}, "run/watch has values that no run can have"),
        ({"tensors": {"run/watch": watch(p4=-1.0)}}, "run/watch has values that no run can have"),
        ({"tensors": {"run/watch": watch(p5=5.0)}}, "run/watch has values that no run can have"),
        ({"tensors": {"run/watch": watch(p5=np.inf)}}, "run/watch has values that no run can have"),
        ({"tensors": {"param/2/variances": np.float32([1, -1, 1])}}, "layer 2 has a variance below 0"),
        ({"tensors": {"run/probes": np.full((3, 9), np.inf)}}, "run/probes has values that are not finite"),
        ({"tensors": {"run/probes": np.zeros((2, 9))}}, "run/probes is F64 2×9, and its experiment asks for F64 3×9"),
        ({"tensors": {"history/sizes": np.full((5, 3, 2), -1.0)}}, "layers of a size that no layer has"),
        ({"tensors": {"history/sizes": np.full((5, 3, 2), 2.5)}}, "layers of a size that no layer has"),
        ({"tensors": {"history/sizes": np.zeros((4, 3, 2))}}, "history/sizes is F64 4×3×2"),
        ({"missing": ("run/best",)}, "run/best is missing"),
        ({"missing": ("run/watch",)}, "is not consistent"),
        ({"missing": ("param/2/means",)}, "param/2/means is missing"),
        ({"tensors": {"param/1/means": np.float32([0.0])}}, "'param/1/means', which does not belong"),
        ({"stopped": "accuracy"}, "it was ended by accuracy, and its experiment has no such rule"),
        ({"stopped": "boredom"}, "stopped: expected one of"),
        ({"spent": ["loss"] * 6}, "spent: at most 5"),
        ({"divergence": {"step": 1, "epoch": 0, "layer": 0, "sample": 30}}, "training sample 30 of 30"),
        ({"noise_seed": -1}, "noise_seed: expected a whole number"),
    ],
)
def test_what_no_run_can_be_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)):
        parse(changed(**change), "f.nnp")


def test_what_the_last_test_starts_from_is_right() -> None:
    assert parse(changed({"run/watch": watch(p0=np.inf, p3=np.inf)}), "f.nnp").state is not None
    assert parse(changed(stopped="early_stopping"), "f.nnp").stopped is not None


def test_a_file_without_sizes_goes_on_and_tells_no_size_of_its_rows() -> None:
    session = Session(parse(changed(missing=("history/sizes",)), "f.nnp"))
    session.advance(epochs=2)
    units = session.history["units"]
    assert np.isnan(units[:5]).all()
    assert units[5:].tolist() == [[3.0, 3.0, 1.0]] * 2
    again = Session(parse(model_file.write(session.checkpoint()), "f.nnp"))
    assert again.history.tobytes() == session.history.tobytes()
