"""Seeds of random tests, and pairs of two things: some in every run of the suite, the others with `-m long`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import pytest

long = partial(pytest.param, marks=pytest.mark.long)
"""A case for `pytest.mark.parametrize` that runs with `-m long` only."""


def seeds(few: int, many: int) -> list[object]:
    """The numbers from 0 to `many`, for `pytest.mark.parametrize`; from `few` on they are marked `long`."""
    return [*range(few), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(few, many))]


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
