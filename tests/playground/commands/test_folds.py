"""`playground train --folds`: figures of each fold and of all, and what does not go with it."""

from __future__ import annotations

import json

import pytest

from playground.__main__ import main

FOLDS = ["train", "dataset:circles", "--set", "data.source.samples=60", "--epochs", "3", "--folds", "3"]


def test_the_report_has_every_fold_and_their_spread(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FOLDS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    losses = [fold["loss"] for fold in found["folds"]]
    assert found["loss"]["mean"] == pytest.approx(sum(losses) / 3)
    assert [fold["held_out"] for fold in found["folds"]] == [10, 10, 10]
    assert found["folds"][0]["curve"]["epoch"] == [0, 1, 2, 3]
    assert found["folds"][0]["curve"]["loss"][-1] == losses[0]
    assert main(FOLDS) == 0
    text = capsys.readouterr().out
    assert "held-out accuracy" in text
    assert "±" in text


@pytest.mark.parametrize("more", [["--out", "a.nnp"], ["--json", "--history"]])
def test_folds_are_not_kept(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*FOLDS, *more]) != 0
    assert "keeps none of them" in capsys.readouterr().err


def test_samples_are_a_part_of_the_history(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["train", "dataset:circles", "--set", "data.source.samples=40", "--epochs", "2"]
    assert main([*run, "--json", "--history", "--samples"]) == 0
    samples = json.loads(capsys.readouterr().out)["history"]["samples"]
    assert samples["epochs"] == [0, 1, 2]
    assert len(samples["losses"]) == len(samples["margins"]) == 3
    assert len(samples["losses"][0]) == len(samples["right_share"]) == len(samples["hardest_first"]) == 20
    assert main([*run, "--json", "--history"]) == 0
    assert "samples" not in json.loads(capsys.readouterr().out)["history"]
    assert main([*run, "--json", "--samples"]) != 0
    assert "--json --history --samples" in capsys.readouterr().err
