"""Seeds of random tests: a few are drawn in every run of the suite, the others with `-m long`."""

from __future__ import annotations

import pytest


def seeds(few: int, many: int) -> list[object]:
    """The numbers from 0 to `many`, for `pytest.mark.parametrize`; from `few` on they are marked `long`."""
    return [*range(few), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(few, many))]
