"""What the check-up says: every step has every text, and every gap is filled by what is really measured."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from playground import numbers
from playground.diagnosis.check_up.step import NAMES, Step, StepName
from playground.run.checkpoint import Checkpoint
from playground.words.check_up import ToldStep, outcome_of, step_texts, title_of_step, told_step
from tests.cases import cases
from tests.playground.diagnosis.subjects import SUBJECTS, steps_of

ROOT = Path(__file__).resolve().parents[3] / "playground" / "diagnosis" / "check_up"


@cache
def told(subject: str) -> tuple[tuple[Step, ToldStep], ...]:
    start = Checkpoint.of(SUBJECTS[subject])
    dataset = start.dataset_for(start.experiment)
    return tuple((step, told_step(step, start.experiment, dataset)) for step in steps_of(subject).values())


def strings(name: StepName) -> set[str]:
    """Every string in a step's file, docstrings aside."""
    tree = ast.parse((ROOT / f"{name}.py").read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_step_has_its_texts_and_no_other_has() -> None:
    assert tuple(step_texts()) == NAMES


@cases("name", NAMES)
def test_a_step_has_every_text(name: StepName) -> None:
    text = step_texts()[name]
    assert 3 < len(text.title) <= 23
    assert title_of_step(name) == text.title
    for sentence in (text.expected, text.plainly, text.why, *text.found.values()):
        assert sentence.endswith(".")
        assert len(sentence) <= 130, sentence
    assert "{" not in text.plainly
    assert set(text.found) <= strings(name), "an outcome that there is not"
    assert all(each.label for each in text.figures.values())


@cases("name", NAMES)
def test_gaps_are_figures(name: StepName) -> None:
    text = step_texts()[name]
    allowed = {gap for each in text.figures for gap in (each, f"{each}_limit")}
    for sentence in (text.expected, *text.found.values()):
        assert set(re.findall(r"\{(\w+)\}", sentence)) <= allowed
    assert set(text.figures) <= strings(name), "a figure that there is not"


@cases("subject", SUBJECTS)
def test_every_gap_is_filled(subject: str) -> None:
    for step, said in told(subject):
        measured = [text for each in said.figures for text in (each.label, each.value, each.limit)]
        for text in (said.title, said.expected, said.found, said.why, said.outcome, *measured):
            assert not re.search(r"[{}]|\bnan\b|\binf\b|\bNone\b|  ", text), (step.name, text)
            assert numbers.MISSING not in text, (step.name, text)
        assert len(said.figures) == len(step.figures)


def test_every_outcome_is_met_here() -> None:
    met = {(step.name, step.detail) for subject in SUBJECTS for step in steps_of(subject).values()}
    there = {(name, detail) for name, text in step_texts().items() for detail in text.found}
    assert there - met == {
        ("zeroed_inputs", "told"), ("small_batch", "too_few"), ("gradients", "grown"), ("gradients", "harmless"),
        ("regularization", "no_help"), ("features", "one_useless"), ("features", "many_columns"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "name", "expected", "found"),
    [
        ("well", "data", "No fact of the data that lets no run succeed, or harms it.", "Nothing is wrong with them."),
        ("images", "start",
         "Before any step, a loss of at most 3 × that of an answer that knows nothing, and units that can learn.",
         "The loss is 2.326, 1.01 × that of an answer that knows nothing (2.303)."),
        ("large", "grow",
         "No network from none to two hidden layers does better, and none with a tenth of the parameters as well.",
         "It reaches 100 % with 337 parameters; 100 % is reached with 3."),
        ("dead", "rates", "The rate lies a little below that of the lowest loss.",
         "No rate lowers the loss: something else stands in the way."),
        ("images", "features", "Without any one of its columns the network is worse.",
         "Pixels are not asked one by one."),
    ],
)  # fmt: skip
def test_sentences(subject: str, name: StepName, expected: str, found: str) -> None:
    said = told(subject)[NAMES.index(name)][1]
    assert (said.expected, said.found) == (expected, found)


def test_columns_are_called_by_their_names() -> None:
    said = told("irrelevant")[-1][1]
    assert re.search(r"of 8 columns tell nothing, least of all noise \d", said.found)
    assert "x1" in " ".join(each.value for each in told("own classes")[-1][1].figures) or "x2" in said.found


def test_the_outcome_in_words() -> None:
    assert [outcome_of(Step("data", passed, "fine")) for passed in (True, False, None)] == [
        "passed", "not passed", "nothing to say",
    ]  # fmt: skip


def test_a_figure_stands_beside_its_limit() -> None:
    step, said = told("hot")[NAMES.index("rates")]
    assert said.figures[0].label == "Learning rate"
    assert said.figures[0].value == "30"
    assert said.figures[0].limit.startswith("≤ ")
    assert step.figures[0].threshold == step.figure("minimum")
