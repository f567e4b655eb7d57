"""Errors are values: a sentence with gaps, what fills them, and plain text for whoever uses Python."""

from __future__ import annotations

import pickle

from playground.errors import InvalidExperiment, Problem, Said, WrongUse, plainly
from tests.cases import cases


@cases(
    ("number", "text"), [(7, "7"), (7.0, "7"), (-0.5, "-0.5"), (1e6, "1000000"), (3.4e38, "3.4e+38"), (1e-8, "1e-08")]
)
def test_plain_numbers(number: float, text: str) -> None:
    assert plainly(number) == text


@cases(
    ("value", "text"),
    [(None, "null"), (True, "true"), (5, "5"), ("five", "five"), (("a", 2, ("b",)), "a, 2, b"), ((), "")],
)
def test_every_value_has_a_text(value: object, text: str) -> None:
    assert str(Said("{value}", {"value": value})) == text  # type: ignore[dict-item]


def test_a_sentence_in_a_gap_is_written_the_same_way() -> None:
    inner = Said("from {low}", {"low": 1000})
    outer = WrongUse("Expected a number {range}; got {given}.", range=inner, given=-1)
    assert str(outer) == "Expected a number from 1000; got -1."
    assert outer.written(lambda number: f"<{number}>") == "Expected a number from <1000>; got <-1>."


def test_an_error_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(WrongUse("There is no parameter {index}.", index=5)))
    assert str(error) == "There is no parameter 5."
    assert error.values == {"index": 5}
    problems = pickle.loads(pickle.dumps(InvalidExperiment([Problem("seed", "is wrong")])))
    assert str(problems) == "seed: is wrong"
