"""The promise of the command line: same source, same seed, same digest; also as another processor would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WIDER = ["--set", "network.layers[0].units=8", "--set", "network.layers[1].units=8"]


def train(processor: str | None = None) -> dict[str, Any]:
    environment = {**os.environ, **({} if processor is None else {"NUMBA_CPU_NAME": processor})}
    command = [sys.executable, "-m", "playground", "train", "dataset:spirals", "--epochs", "1000", "--json", *WIDER]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_training_prints_the_keys_of_the_contract_and_the_same_digest_every_time() -> None:
    first = train()
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
    assert train()["digest"] == first["digest"]
    assert train("generic")["digest"] == first["digest"]
