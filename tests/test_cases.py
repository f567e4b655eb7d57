"""The decorator that makes one test of many cases runs all of them and names those that fail."""

from __future__ import annotations

import inspect

import pytest

from tests.cases import cases
from tests.seeds import pairs


def test_every_case_runs_and_those_that_fail_are_named() -> None:
    seen: list[tuple[int, str]] = []

    @cases("number", [1, 2, 3])
    @cases(("letter", "more"), [("a", 0), ("b", 0)])
    def holds(number: int, letter: str, more: int, fixture: str) -> None:
        seen.append((number, letter))
        assert (number, letter) not in {(2, "b"), (3, "a")}

    assert list(inspect.signature(holds).parameters) == ["fixture"]
    with pytest.raises(ExceptionGroup, match="2 of 3 cases") as caught:
        holds(fixture="given")
    assert seen == [(number, letter) for number in (1, 2, 3) for letter in "ab"]
    notes = [each.__notes__ for each in caught.value.exceptions]
    assert notes == [
        ["in the case {'letter': 'b', 'more': 0}", "in the case {'number': 2}"],
        ["in the case {'letter': 'a', 'more': 0}", "in the case {'number': 3}"],
    ]


def test_a_case_that_does_not_raise_is_named_and_the_others_run() -> None:
    seen: list[int] = []

    @cases("number", [1, 2, 3])
    def refused(number: int) -> None:
        seen.append(number)
        with pytest.raises(ValueError, match="invalid literal"):
            int("2" if number == 2 else "none")

    with pytest.raises(pytest.fail.Exception) as caught:
        refused()
    assert seen == [1, 2, 3]
    assert caught.value.__notes__ == ["in the case {'number': 2}"]


def test_pairs_meet_in_turn_and_all_of_them_where_long_ones_are_asked_for() -> None:
    every = pairs("abcd", "uvwx", 3, also=[("a", "v")])
    short = {each.values for each in every if not each.marks}  # type: ignore[attr-defined]
    assert len(every) == 16
    assert ("a", "v") in short
    assert {one for one, _ in short} == set("abcd")
    assert {other for _, other in short} == set("uvwx")
