"""Letters that a terminal lacks: what stands for them, in every sentence, table and formula that is printed."""

from __future__ import annotations

import io
import sys

import pytest

import playground as pg
from playground.__main__ import main
from playground.commands.output import prepare_streams, print_pairs, print_table
from playground.edits.changes import with_changes
from playground.experiment.activations import ACTIVATIONS
from playground.letters import as_shown, register
from tests.cases import cases
from tests.playground.mathematics.test_writings import everything


@pytest.fixture(autouse=True)
def _ready() -> None:
    register()


@cases(
    ("text", "expected"),
    [
        ("21 400 − 0.5 × 3 → 6 ± 1 ≈ 2 – 3", "21 400 - 0.5 x 3 -> 6 +- 1 ~ 2 - 3"),
        ("z⁽¹²⁾ = Wₖⱼ⁽²⁾·aⱼ", "z^(12) = W_kj^(2)*a_j"),
        ("e⁻ᶻ, λ₂·w², β₁, z³", "e^-z, lambda2*w^2, beta1, z^3"),
        ("Σⱼ exp(zⱼ), Σw², Σ|w|, ψt, σ′", "sum_j exp(z_j), sum w^2, sum |w|, psi t, sigma'"),
        ("g / (√s + ε), √(2/π), √ŝ, m̂", "g / (sqrt(s) + eps), sqrt(2/pi), sqrt(shat), mhat"),
        ("‖g‖ = ⌊n⌋, ∂L/∂w, ½·ℓₙ", "||g|| = floor(n), dL/dw, 1/2*l_n"),
        ("Müller, Kučera, 日本", "Muller, Kucera, ??"),
    ],
)
def test_what_stands_for_letters(text: str, expected: str) -> None:
    assert as_shown(text, "ascii") == expected
    assert as_shown(text, "utf-8") == text


def test_raised_letters_that_a_terminal_has_stay_as_they_are() -> None:
    assert as_shown("z⁽²⁾", "cp437") == "z^(²)"
    assert as_shown("½ λ", "latin-1") == "½ lambda"


@pytest.mark.parametrize("kind", ["datasets", "activations", "losses", "optimizers", "schedules", "layers",
                                  "initializers", "features", "definitions", "rules", "terms"])  # fmt: skip
def test_lists_have_no_question_marks_for_letters(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", kind]) == 0
    printed = capsys.readouterr().out
    assert as_shown(printed, "ascii").count("?") == printed.count("?")


def test_formulas_have_no_question_marks_for_letters() -> None:
    activations = (with_changes(pg.Experiment(), network__layers=(pg.Dense(3, name),)) for name in ACTIVATIONS)
    for experiment in (*everything(), *activations):
        printed = pg.formulas(pg.Session(experiment), numbers=True).text()
        shown = as_shown(printed, "ascii")
        assert shown.count("?") == printed.count("?"), [
            line for line in printed.splitlines() if "?" in as_shown(line, "ascii")
        ]


def test_columns_are_aligned_as_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    prepare_streams()
    print_table(("name", "what"), [("½ λ", "one"), ("plain", "two")])
    print_pairs([("σ", "one"), ("plain", "two")])
    stream.flush()
    lines = stream.buffer.getvalue().decode().splitlines()
    assert lines == ["name        what", "1/2 lambda  one", "plain       two", "sigma  one", "plain  two"]
