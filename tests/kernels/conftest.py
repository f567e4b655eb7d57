"""How much of what there is to try is tried."""

from __future__ import annotations

import pytest


@pytest.fixture(params=[4, pytest.param(1, marks=pytest.mark.long)], ids=["quarter", "all"])
def every(request: pytest.FixtureRequest) -> int:
    """4: a quarter of the runs in one precision and another in the other. 1: all of them in both."""
    return int(request.param)
