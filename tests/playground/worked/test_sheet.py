"""The worked exercise: every operation is a task, blanks stand where the answers do, and the answers are the step's."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

import playground as pg
from playground.anatomy.operations.operation import Update
from playground.mathematics.plain import text
from playground.numbers import at_least
from playground.worked.exercise import Exercise, exercise_of
from playground.worked.sheet import LONG, SHORT, sheet_html
from tests.playground.anatomy.drawing import KINDS, experiment


def a_step(**changes: object) -> pg.InsideStep:
    session = pg.Session(pg.with_changes(pg.Experiment(), **changes), record=False)
    session.advance(steps=2)
    return pg.inside(session, 0)


@pytest.fixture(scope="module")
def step() -> pg.InsideStep:
    return a_step(network__layers=(pg.Dense(2),), training__batch_size=3, training__optimizer=pg.Adam())


@pytest.fixture(scope="module")
def exercise(step: pg.InsideStep) -> Exercise:
    return exercise_of(step)


def test_every_operation_is_a_task(step: pg.InsideStep, exercise: Exercise) -> None:
    assert [part.title for part in exercise.parts] == ["Forward", "Loss", "Backward", "Update"]
    assert sum(len(part.tasks) for part in exercise.parts) == len(step.operations)
    last, said = step.operations[-1], exercise.parts[-1].tasks[-1].equations[-1]
    assert isinstance(last, Update)
    assert said.result is not None
    assert text(said.result) == at_least(last.after, 4)


def test_what_no_task_gives_is_given(step: pg.InsideStep, exercise: Exercise) -> None:
    sample, layer, _ = exercise.given
    assert [text(row.left) for row in sample.rows] == ["x", "y", "t"]
    assert text(layer.rows[0]) == f"w₁₁ = {at_least(float(step.before[0]), 4)}"
    mean, update = exercise.parts[1].tasks[1], exercise.parts[3].tasks[0]
    assert [text(each.left) for each in mean.given] == ["ℓ₂", "ℓ₃"]
    assert [text(each.left) for each in update.given] == ["g", "m", "s"]
    rules = [text(each) for each in exercise.parts[3].rules]
    assert (rules[0], rules[-3:]) == ("m ← β₁·m + (1 − β₁)·g", ["β₁ = 0.9", "β₂ = 0.999", "ε = 1e−8"])


class Balance(HTMLParser):
    """Every tag that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("answers", [False, True])
def test_a_sheet_is_html_with_blanks_or_answers(exercise: Exercise, answers: bool) -> None:
    sheet = sheet_html(exercise, answers)
    balance = Balance()
    balance.feed(sheet)
    assert balance.open == []
    equations = [each for part in exercise.parts for task in part.tasks for each in task.equations]
    numbers, results = (sum(each is not None for each in some) for some in (
        [each.numbers for each in equations], [each.result for each in equations]
    ))  # fmt: skip
    blanks = re.findall("_+", sheet)
    assert sheet.count("class='answer'") == (numbers + results if answers else 0)
    assert sorted(blanks) == ([] if answers else sorted([LONG] * numbers + [SHORT] * results))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_has_a_sheet(kind: str) -> None:
    for number in range(KINDS.index(kind), 132, 5 * len(KINDS)):
        found = pg.inside(pg.Session(experiment(number), record=False))
        if len(found.operations) <= 400:
            assert pg.step_as_sheet(found, answers=True).count("class='task'") == len(found.operations)


def test_a_step_that_nobody_would_work_is_refused() -> None:
    with pytest.raises(pg.WrongUse, match="too many to be worked by hand"):
        exercise_of(a_step(network__layers=(pg.Dense(40), pg.Dense(40))))
