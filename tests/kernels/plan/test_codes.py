"""The one table of the contract: places and codes are counted without gaps, and their names stand in the same order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import kernels
from kernels.plan import codes
from tests.cases import cases


@cases(
    ("named", "count"),
    [
        (codes.RECORDED, codes.RECORD_COLUMNS),
        (codes.PROBED, codes.PROBES),
        (codes.ACTIVATIONS, codes.GELU_ERF + 1),
        (codes.LOSSES, codes.NAIVE_SOFTMAX_CROSS_ENTROPY + 1),
        (codes.OPTIMIZERS, codes.LION + 1),
        (codes.SCHEDULES, codes.REDUCE_ON_PLATEAU + 1),
        (codes.KINDS, codes.FLATTEN + 1),
    ],
)
def test_names_are_in_the_order_of_what_they_name(named: Mapping[str, int], count: int) -> None:
    assert list(named.values()) == list(range(count))


@cases("name", kernels.__all__)
def test_every_public_name_is_a_call(name: str) -> None:
    """A folder of the same name would hide it."""
    assert callable(getattr(kernels, name))


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        getattr(kernels, "nothing_of_the_kind")  # noqa: B009
