"""`playground race`: the ranking, its JSON, branches of a file, and the picture of the sheet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.edits.changes import with_changes
from playground.exchange.files import save
from playground.experiment.experiment import Experiment
from playground.numbers import MISSING
from playground.run.session import Session

RACE = ["race", "dataset:circles", "--set", "data.source.samples=60", "--epochs", "3"]


def test_the_seven_optimizers_are_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RACE, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["epochs"], found["left_out"]) == (3, [])
    standings = found["standings"]
    assert [each["place"] for each in standings] == list(range(1, 8))
    losses = [each["loss"] for each in standings]
    assert losses == sorted(losses)
    assert standings[0]["curve"]["epoch"] == [0, 1, 2, 3]
    assert standings[0]["curve"]["loss"][-1] == losses[0]
    assert standings[0]["experiment"]["data"]["source"]["samples"] == 60
    assert {each["status"] for each in standings} == {"completed"}
    assert main(RACE) == 0
    text = capsys.readouterr().out.splitlines()
    assert text[0].split()[:-1] == ["name", "test", "loss", "accuracy", "epochs", "ms", "to"]
    assert all(float(line.split()[-2]) > 0.0 for line in text[1:8]), "short races have a time too"
    reached = [line.split()[-1] != MISSING for line in text[1:8]]
    assert sum(reached) >= 4
    assert standings[0]["name"] in text[1]


def test_branches_of_a_file_are_raced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(Experiment())
    session.advance(epochs=2)
    session.branch("more decay", at=10)
    session.apply(with_changes(session.experiment, training__l2=0.1))
    session.branch("nothing new")
    save(tmp_path / "run.nnp", session)
    assert main(["race", str(tmp_path / "run.nnp"), "--of", "branches", "--epochs", "2"]) == 0
    shown = capsys.readouterr()
    assert "branch 0" in shown.out
    assert "more decay" in shown.out
    assert "nothing new is left out: begun anew it is the same run as more decay" in shown.err


def test_what_is_no_race_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RACE, "--of", "seed"]) == 2
    assert "did you mean seeds?" in capsys.readouterr().err
    assert main(["race", "dataset:circles", "--epochs", "2001"]) == 2


def test_the_sheet_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "race.png"
    settings = ["--set", "data.source.samples=60", "--set", "training.stop.epochs=5"]
    assert main(["picture", "dataset:circles", "--panel", "race", "--out", str(out), *settings]) == 0
    assert out.stat().st_size > 20_000
