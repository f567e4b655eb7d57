"""Blocks of numbers on the clipboard: every digit comes back, and a cell that is no number is named."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.parameter_blocks import MOST, block_text, read_block, spread_over
from playground.errors import WrongUse
from tests.cases import cases


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_copied_is_read_back_to_the_last_digit(dtype: type[np.floating]) -> None:
    draw = np.random.default_rng(3)
    block = (draw.standard_normal((3, 4)) * 10.0 ** draw.integers(-30, 30, (3, 4))).astype(dtype)
    block[0, 0] = 0.0
    assert np.array_equal(np.array(read_block(block_text(block)), dtype), block)


def test_fractions_decimal_commas_and_any_minus_are_understood() -> None:
    assert read_block("1/3\t0,5\r\n−2\t1e-3\n") == ((1 / 3, 0.5), (-2.0, 1e-3))
    assert read_block("-2/−4") == ((0.5,),)


@cases(
    ("text", "named"),
    [
        ("1\t2\n3\tabc", "Row 2, column 2 of what was copied is no number: “abc”"),
        ("1\t\n2\t3", "Row 1, column 2"),
        ("1/0", "Row 1, column 1"),
        ("1\t2\n3", "2 cells first, 1 in row 2"),
        ("\n \n", "no numbers to paste"),
        ("\t".join(["1"] * (MOST + 1)), f"{MOST + 1} numbers"),
    ],
)
def test_what_is_wrong_is_named(text: str, named: str) -> None:
    with pytest.raises(WrongUse) as caught:
        read_block(text)
    assert named in str(caught.value)


def test_what_lies_outside_is_left_out() -> None:
    assert spread_over(((1.0, 2.0), (3.0, 4.0)), 2, 1, 3, 2) == [(2, 1, 1.0)]
