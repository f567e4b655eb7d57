"""The table of differing definitions: the page says the same, and the numbers in it are the program's own."""

from __future__ import annotations

from pathlib import Path

from playground.experiment.definitions import DEFINITIONS
from playground.experiment.layers import BatchNorm
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Nadam, RmsProp

PAGE = Path(__file__).resolve().parents[3] / "docs" / "definitions.md"

BAR = r"\|"
"""A bar inside a cell of a table, which else would end it."""


def page() -> str:
    rows = ((each.name, each.here, each.elsewhere) for each in DEFINITIONS.values())
    lines = [f"| {' | '.join(cell.replace('|', BAR) for cell in row)} |" for row in rows]
    return "\n".join(
        [
            "# Where definitions differ",
            "",
            "`playground list definitions` prints the same: what to keep in mind where a number from here is compared",
            "with one of PyTorch, Keras or optax. What is not named is PyTorch's.",
            "",
            "| what | here | elsewhere |",
            "|---|---|---|",
            *lines,
            "",
        ]
    )


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text("utf-8") == page()


def test_the_defaults_named_are_the_defaults() -> None:
    assert (RmsProp().epsilon, RmsProp().decay, AdaGrad().epsilon, Adam().epsilon) == (1e-8, 0.99, 1e-10, 1e-8)
    assert (AdamW().weight_decay, Nadam().momentum_decay) == (0.01, 0.004)
    assert (BatchNorm().epsilon, BatchNorm().momentum) == (1e-5, 0.1)
