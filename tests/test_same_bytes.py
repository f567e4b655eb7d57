"""Same source, same seed, same digest: on the command line, as another processor would run it, however it is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.data.features import FEATURES
from playground.edits.changes import with_changes
from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import EarlyStopping, PlateauSchedule
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.own_points import about, made

ROOT = Path(__file__).resolve().parents[1]
WIDER = ["--set", "network.layers[0].units=8", "--set", "network.layers[1].units=8"]
EVERYTHING = Demand(maps=True, predictions=True, gradients=True, probe=(1.0, 0.0))


# One process trains all it is asked for: starting one and loading the kernels takes longer than the training.
TRAINING = """
import json, sys
from playground.__main__ import main
for line in json.loads(sys.argv[1]):
    if code := main(line):
        sys.exit(code)
"""


def line_for(source: str = "dataset:spirals", epochs: int = 1000) -> list[str]:
    return ["train", source, "--epochs", str(epochs), "--json", *WIDER]


def trained(lines: list[list[str]], processor: str | None) -> list[dict[str, Any]]:
    """What each line of the command line prints, one after the other in a process of their own."""
    environment = {**os.environ, **({} if processor is None else {"NUMBA_CPU_NAME": processor})}
    command = [sys.executable, "-c", TRAINING, json.dumps(lines)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    decoder, told, found = json.JSONDecoder(), done.stdout.strip(), []
    while told:
        each, end = decoder.raw_decode(told)
        found.append(each)
        told = told[end:].strip()
    assert len(found) == len(lines)
    return found


@pytest.mark.parametrize("processor", [None, pytest.param("generic", marks=pytest.mark.long)])
def test_training_prints_the_keys_of_the_contract_and_the_same_digest_on_every_processor(
    processor: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another process and this one, own points of any scale among what they train; the first line is given twice."""
    lines = [line_for(), line_for()]
    for scale in (1e-6, 1e6):
        own = made(2, 300, classes=0, scale=scale)
        noise = {"data__imperfections__label_noise": 0.1}
        experiment = about(own, 0, data__features=tuple(FEATURES), data__scaling="standardize", **noise)
        path = tmp_path / f"{scale}.nnp"
        save(path, Checkpoint(experiment, points=own))
        lines.append(line_for(str(path), 50))
    first, *others = trained(lines, processor)
    assert set(first) >= {
        "status",
        "epochs",
        "steps",
        "seconds",
        "samples_per_second",
        "parameters",
        "train",
        "test",
        "digest",
        "findings",
    }
    assert (first["status"], first["epochs"], first["steps"], first["parameters"]) == ("completed", 1000, 25_000, 105)
    assert set(first["train"]) == set(first["test"]) == {"loss", "accuracy"}
    assert len(first["digest"]) == 64
    assert len({each["digest"] for each in (first, *others)}) == 3
    there = [(each["digest"], each["train"]) for each in (first, *others)]
    for line, expected in zip(lines, there, strict=True):
        assert main(line) == 0
        again = json.loads(capsys.readouterr().out)
        assert (again["digest"], again["train"]) == expected


# -- a run in parts ---------------------------------------------------------------------------------------------------

# Chance in every step, statistics that run along, moments, a rate and a best epoch that depend on what was measured.
# Two steps an epoch, the second of one sample; epochs are recorded more thinly the longer the run is.
RESTLESS = with_changes(
    Experiment(seed=7),
    data__source__name="xor_points",
    data__source__samples=4,
    data__imperfections__position_noise=0.2,
    network=Network((Dense(4, "relu"), BatchNorm(), Dropout(0.3), Dense(3))),
    training__optimizer=Adam(),
    training__learning_rate=0.01,
    training__batch_size=3,
    training__clip_norm=0.5,
    training__schedule=PlateauSchedule(factor=0.9, patience=60),
    training__early_stopping=EarlyStopping(patience=20_000),
)
EPOCHS = 10_000
SOME = 500
"""Epochs that are enough where calls are short and therefore many."""


def outcome(session: Session, epochs: int) -> tuple[Any, ...]:
    """All that two runs must agree in to be the same run."""
    state, shot = session.state, session.snapshot()
    assert (state.epoch, state.step, session.stopped, session.divergence) == (epochs, 2 * epochs, None, None)
    arrays = (state.slots, state.powers, state.order, state.chance, state.watch, state.best, shot.history)
    return (session.digest(), *[each.tobytes() for each in arrays], shot.probes, shot.clipped_steps, shot.best_epoch)


@cache
def straight(epochs: int) -> tuple[Any, ...]:
    """What the run is after so many epochs in one call."""
    session = Session(RESTLESS)
    session.advance(epochs=epochs)
    found = outcome(session, epochs)
    assert session.learning_rate < (0.005 if epochs == EPOCHS else 0.01)
    assert 0 < session.snapshot().clipped_steps < 2 * epochs
    return found


@pytest.mark.parametrize(
    ("size", "epochs"),
    [
        (1, SOME),
        (3_333, EPOCHS),
        *(pytest.param(size, EPOCHS, marks=pytest.mark.long) for size in (1, 7, 100, 10_000)),
    ],
)
def test_ten_thousand_epochs_in_calls_of_any_size_with_looks_and_files_between(
    size: int, epochs: int, tmp_path: Path
) -> None:
    expected, steps = straight(epochs), 2 * epochs
    session, path = Session(RESTLESS), tmp_path / "run.nnp"
    sizes = [size] * (steps // size) + [steps % size]
    pause = max(1, len(sizes) // 8)
    for call, each in enumerate(sizes):
        session.advance(steps=each)
        if call % pause == 0:
            session.snapshot(EVERYTHING)
            save(path, session)
            session = Session(load(path))
    assert outcome(session, epochs) == expected
