"""The program of a step comes to the numbers of the step, for every kind of layer, loss and optimizer."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest

import playground as pg
from tests.playground.anatomy.drawing import KINDS, experiment

WITHIN = 1e-12


def run(text: str) -> dict[str, Any]:
    """Everything that the program has named in the end."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(text, "step.py", "exec"), names)
    assert said.getvalue().startswith("loss ")
    return names


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_computes_the_same_numbers(kind: str, every: int) -> None:
    """With one in `every` losses, in turn."""
    first = KINDS.index(kind)
    for number in range(first + len(KINDS) * (first % every), 132, every * len(KINDS)):
        session = pg.Session(experiment(number), record=False)
        session.advance(steps=3)
        step = pg.inside(session)
        names = run(pg.step_as_program(step))
        assert names["loss"] == pytest.approx(step.loss, rel=WITHIN)
        if step.penalty:
            assert names["penalty"] == pytest.approx(step.penalty, rel=WITHIN)
        found = np.concatenate([np.zeros(0), *(names[name].ravel() for name in in_order(step))])
        np.testing.assert_allclose(found, step.after, rtol=WITHIN, atol=WITHIN * np.abs(step.after).max())


def in_order(step: pg.InsideStep) -> list[str]:
    """The names of all parameters, as they lie in the layout."""
    names = []
    for k, slot in enumerate(step.layout.slots, 1):
        if slot.bias_count:
            names += [f"gain{k}", f"shift{k}"] if slot.has_gains else [f"W{k}", f"b{k}"]
        if slot.statistics is not None:
            names += [f"running_mean{k}", f"running_variance{k}"]
    return names


def test_a_student_can_read_it() -> None:
    session = pg.Session(pg.with_changes(pg.Experiment(), training__batch_size=2), record=False)
    text = pg.step_as_program(pg.inside(session))
    for line in (
        "z1 = W1 @ x + b1[:, None]", "a1 = np.tanh(z1)", "losses = (0.5 * (a3 - t) ** 2).sum(axis=0)",
        "d3 = (a3 - t) * (1 - a3**2)", "d2 = (W3.T @ d3) * (1 - a2**2)", "gW2 = d2 @ a1.T / n",
        "W1 = stepped(W1, gW1)", "    w = w - rate * g",
    ):  # fmt: skip
        assert line in text.split("\n"), line
    assert max(map(len, text.split("\n"))) <= 130


def test_what_is_too_long_to_read_is_refused() -> None:
    digits, wide = pg.on_dataset(pg.Experiment(), "digits"), (pg.Dense(512), pg.Dense(400))
    step = pg.inside(pg.Session(pg.with_changes(digits, network__layers=wide), record=False))
    with pytest.raises(pg.WrongUse, match="too long to read; at most 200000"):
        pg.step_as_program(step)
