"""How much of what there is to try is tried."""

from __future__ import annotations

import pytest


@pytest.fixture(params=[2, pytest.param(1, marks=pytest.mark.long)], ids=["half", "all"])
def every(request: pytest.FixtureRequest) -> int:
    """2: half of the runs in one precision and half of them in the other. 1: all of them in both."""
    return int(request.param)
