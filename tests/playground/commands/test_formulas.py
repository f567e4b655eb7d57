"""`playground formulas`: the network as text, LaTeX, Markdown and JSON."""

from __future__ import annotations

import json

import pytest

from playground.__main__ import main


def test_it_prints_the_network_in_the_writing_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["formulas", "dataset:circles", "--set", "training.l2=0.01"]
    assert main(ask) == 0
    plain = capsys.readouterr().out
    assert "z⁽¹⁾ = W⁽¹⁾ x + b⁽¹⁾" in plain
    assert "0.01" not in plain
    assert main([*ask, "--latex", "--numbers"]) == 0
    assert r"\[ \lambda_{2} = 0.01 \]" in capsys.readouterr().out
    assert main([*ask, "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("## Inputs")
    assert main([*ask, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["sections"][1]["title"] == "Layer 1: Dense"
    assert found["sections"][1]["lines"][0]["latex"].startswith(r"\mathbf{z}^{(1)} =")


def test_two_writings_at_once_are_wrong_use() -> None:
    assert main(["formulas", "dataset:circles", "--latex", "--json"]) == 2
