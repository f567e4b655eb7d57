"""The kernels give the digests of the golden table; one that changes is a decision (golden.py)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kernels.golden import digests, table


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digests_are_those_of_the_golden_table(dtype: type) -> None:
    expected = table()[dtype.__name__]
    found = digests(dtype)
    assert set(found) == set(expected)
    changed = [name for name in found if found[name] != expected[name]]
    assert not changed, 'if this is meant to be: python -m tests.kernels.golden "why they change"'


def test_every_change_of_the_table_has_a_reason_and_its_digests_differ() -> None:
    content = table()
    assert content["reasons"]
    assert all(reason.strip() for reason in content["reasons"])
    every = [digest for dtype in ("float32", "float64") for digest in content[dtype].values()]
    assert len(set(every)) == len(every) > 50
