"""Seeds and examples of random tests, and pairs of two things: some in every run, the others with `-m long`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any

import hypothesis
import hypothesis.strategies
import pytest

long = partial(pytest.param, marks=pytest.mark.long)
"""A case for `pytest.mark.parametrize` that runs with `-m long` only."""


letters = hypothesis.strategies.characters(exclude_categories=["Cs"])
"""All letters, those that Hypothesis takes by itself too; but then it first writes a million of them, as UTF-8."""


def seeds(few: int, many: int) -> list[object]:
    """The numbers from 0 to `many`, for `pytest.mark.parametrize`; from `few` on they are marked `long`."""
    return [*range(few), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(few, many))]


def examples(few: int) -> hypothesis.settings:
    """Of a property whose examples are dear: so many in every run of the suite, as many as of any other in the long."""
    is_long = hypothesis.settings.get_current_profile_name() == "long"
    return hypothesis.settings() if is_long else hypothesis.settings(max_examples=few)


def pairs(
    ones: Sequence[str], others: Sequence[str], every: int, also: Collection[tuple[str, str]] = ()
) -> list[object]:
    """Each of the ones with each of the others, for `pytest.mark.parametrize`: each meets one in `every` of the others
    in every run of the suite, in turn; the rest are marked `long`.

    For things that are computed one after the other; also: those that know of each other, which meet in every run.
    """
    return [
        pytest.param(
            one, other, id=f"{one}-{other}",
            marks=[] if (i - j) % every == 0 or (one, other) in also else pytest.mark.long,
        )
        for i, one in enumerate(ones)
        for j, other in enumerate(others)
    ]  # fmt: skip


def in_turn(rows: Iterable[Any], others: Sequence[Any]) -> list[object]:
    """Each row of a test's values with each of the others, for `pytest.mark.parametrize`: in every run of the suite it
    meets one of them, in turn; the rest are marked `long`. Rows may be marked themselves.

    For what the others do not treat in ways of their own, as the two precisions.
    """
    found, turn = [], 0
    for row in rows:
        given = (
            row if isinstance(row, type(pytest.param())) else pytest.param(*(row if isinstance(row, tuple) else (row,)))
        )
        for place, other in enumerate(others):
            late = [] if given.marks or place == turn % len(others) else [pytest.mark.long]
            found.append(
                pytest.param(*given.values, other, id=_told(*given.values, other), marks=[*given.marks, *late])
            )
        turn += not given.marks
    return found


def _told(*values: Any) -> str:
    return "-".join(getattr(each, "__name__", str(each)) for each in values)
