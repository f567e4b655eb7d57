"""Numbers as texts: one style for all, every finite number taken, no format wider than it says, and the way back."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground import numbers
from playground.numbers import GROUP, MINUS, MISSING
from tests.cases import cases
from tests.seeds import letters

Format = Callable[[float | None], str]
WHOLE: tuple[Format, ...] = (numbers.spaced, numbers.counter, numbers.rate, numbers.percent)
MEASURED: tuple[Format, ...] = (numbers.loss, numbers.figure, numbers.steady, numbers.weight, numbers.short)
OTHERS: tuple[Format, ...] = (
    numbers.accuracy,
    numbers.plain,
    numbers.plain_percent,
    lambda value: numbers.fixed(value, 2),
)
FORMATS = (*WHOLE, *MEASURED, *OTHERS)
LARGEST, SMALLEST = sys.float_info.max, 5e-324


def in_ascii(text: str) -> str:
    """A text in which groups and minus are seen."""
    return text.replace(GROUP, "_").replace(MINUS, "-")


@cases(
    ("text", "expected"),
    [
        (numbers.spaced(900), "900"),
        (numbers.spaced(21400), "21_400"),
        (numbers.spaced(-1200.4), "-1_200"),
        (numbers.spaced(123_456_789), "123_456_789"),
        (numbers.spaced(2**53), "9_007_199_254_740_992"),
        (numbers.spaced(2.5e16), "2.5e16"),
        (numbers.counter(9_999_999), "9_999_999"),
        (numbers.counter(123_456_789), "123.5 M"),
        (numbers.counter(1_234_567_890), "1.23 G"),
        (numbers.counter(LARGEST), "1.8e308"),
        (numbers.rate(3.24), "3.2"),
        (numbers.rate(1234.4), "1_234"),
        (numbers.rate(0.0), "–"),
        (numbers.loss(0.0), "0.000"),
        (numbers.loss(0.0712), "0.071"),
        (numbers.loss(12.345), "12.35"),
        (numbers.loss(4321.0), "4_321"),
        (numbers.loss(0.000041), "4.1e-5"),
        (numbers.loss(2.5e8), "2.5e8"),
        (numbers.loss(LARGEST), "1.8e308"),
        (numbers.loss(SMALLEST), "5e-324"),
        (numbers.figure(0.0712), "0.0712"),
        (numbers.figure(0.5), "0.500"),
        (numbers.figure(12.34), "12.3"),
        (numbers.figure(1234.5), "1_234"),
        (numbers.figure(-0.5), "-0.500"),
        (numbers.figure(0.0), "0.00"),
        (numbers.figure(3.4e-5), "3.4e-5"),
        (numbers.figure(2.5e7), "2.5e7"),
        (numbers.figure(0.0123, 2), "0.012"),
        (numbers.steady(-0.0004), "0.00"),
        (numbers.steady(-0.0006), "-6.0e-4"),
        (numbers.weight(-0.3124), "-0.312"),
        (numbers.weight(4321.49), "4_321.5"),
        (numbers.weight(0.0004), "4.0e-4"),
        (numbers.short(-0.314), "-0.31"),
        (numbers.short(43.21), "43.2"),
        (numbers.short(-4321.0), "-4_321"),
        (numbers.short(4.4e5), "4e5"),
        (numbers.fixed(0.3, 2), "0.30"),
        (numbers.fixed(1234.5, 2), "1_234.50"),
        (numbers.percent(0.5), "50 %"),
        (numbers.accuracy(1.0), "100 %"),
        (numbers.accuracy(0.99999), "99.9 %"),
        (numbers.accuracy(0.5), "50.0 %"),
        (numbers.accuracy(0.0), "0.0 %"),
        (numbers.plain_percent(0.07), "7 %"),
        (numbers.plain_percent(0.995), "99.5 %"),
        (numbers.plain(0.03), "0.03"),
        (numbers.plain(1e-8), "1e-8"),
        (numbers.plain(-0.00015), "-1.5e-4"),
        (numbers.plain(12500.0), "12_500"),
        (numbers.plain(1e6), "1e6"),
        (numbers.plain(1234567.0), "1_234_567"),
        (numbers.plain(0.123456, 4), "0.1235"),
    ],
)
def test_formats(text: str, expected: str) -> None:
    assert in_ascii(text) == expected


@cases("write", FORMATS)
@cases("value", [None, math.nan, math.inf, -math.inf, 10**400])
def test_what_is_not_finite_is_a_dash(write: Format, value: float | None) -> None:
    assert write(value) == MISSING


@given(value=st.floats(allow_nan=False, allow_infinity=False))
@example(value=LARGEST)
@example(value=-LARGEST)
@example(value=SMALLEST)
@example(value=-0.0)
@example(value=-0.0004)
def test_every_finite_number_is_taken_in_one_style_by_every_format(value: float) -> None:
    for write in FORMATS:
        text = write(value)
        assert set(text) <= set(f"0123456789.e %MG{GROUP}{MINUS}{MISSING}"), write
        assert not (text.startswith(MINUS) and set(text) <= {MINUS, "0", ".", " ", "%"}), "no minus before a zero"
        assert not any(sign in text for sign in ("e0", f"e{MINUS}0")), "no zeros in an exponent"


@given(st.floats(min_value=0.0, allow_infinity=False))
@example(LARGEST)
@example(SMALLEST)
@example(9.9996)
@example(99_999.9)
def test_a_loss_and_a_counter_keep_their_width(value: float) -> None:
    """Thin spaces come on top; two of them are as wide as a figure."""
    assert len(numbers.loss(value).replace(GROUP, "")) <= 7
    assert len(numbers.counter(value).replace(GROUP, "")) <= 9


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(-LARGEST)
@example(-9999.49)
@example(-99.96)
def test_a_short_number_has_six_characters(value: float) -> None:
    assert len(numbers.short(value)) <= 6


# -- the way back ------------------------------------------------------------------------------------------------------


@cases("value", [0.03, 1e-8, 0.00015, 250.0, -0.5, 123456.0, 1234567.0, 2.5e6, SMALLEST])
def test_a_written_number_reads_back(value: float) -> None:
    assert numbers.parsed(numbers.plain(value)) == pytest.approx(value, rel=1e-5)


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_reads_back(value: int) -> None:
    if abs(value) < 10**15:
        assert numbers.parsed(numbers.spaced(value)) == value


@pytest.mark.parametrize("write", [numbers.percent, numbers.accuracy, numbers.plain_percent])
def test_a_share_reads_back(write: Format) -> None:
    assert numbers.parsed(write(0.5)) == 0.5


@cases(
    ("text", "value"),
    [
        ("21\u202f400", 21400.0),
        ("21\u2009400", 21400.0),
        ("21\u00a0400", 21400.0),
        ("1 234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1234567.0),
        ("1,234,567", 1234567.0),
        ("1'234.5", 1234.5),
        ("0,3\n", 0.3),
        ("\t+3 ", 3.0),
        ("\u22120.5", -0.5),
        ("\u20130.5", -0.5),
        ("-0.5", -0.5),
        ("5e\u22124", 5e-4),
        ("5E-4", 5e-4),
        ("31 %", 0.31),
        ("12.3 M", 12.3e6),
        ("20k", 20e3),
        ("1.25G", 1.25e9),
        (",5", 0.5),
        ("1,200", 1.2),
    ],
)
def test_what_is_typed_or_pasted_is_understood(text: str, value: float) -> None:
    assert numbers.parsed(text) == pytest.approx(value)


@cases(
    "text", ["", " ", "-", "–", "%", "k", "abc", "1,2,3", "1.2.3", "1,23.4", "nan", "inf", "1e999", "--3", "3-4", "2k5"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers.parsed(text) is None


@given(st.text(letters))
def test_any_text_gives_a_finite_number_or_none(text: str) -> None:
    value = numbers.parsed(text)
    assert value is None or math.isfinite(value)


def test_rounded_is_a_number() -> None:
    assert numbers.rounded(0.1 + 0.2, 10) == 0.3
    assert numbers.rounded(12345.0, 2) == 12000.0


# -- axes --------------------------------------------------------------------------------------------------------------


@cases(
    ("mark", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.25, "0.25"),
        (300, "300"),
        (1000, "1_000"),
        (20_000, "20k"),
        (36_545, "36_545"),
        (1e-3, "0.001"),
        (1e-4, "1e-4"),
        (2.5e6, "2.5M"),
        (1.25e6, "1.25M"),
        (500_000, "500k"),
        (1.25e-4, "1.25e-4"),
        (-0.00390625, "-0.00390625"),
        (3e12, "3e12"),
        (-1, "-1"),
        (LARGEST, "1.8e308"),
        (SMALLEST, "4.94e-324"),
        (math.nan, "–"),
    ],
)
def test_a_mark_by_itself(mark: float, text: str) -> None:
    assert in_ascii(numbers.label(mark)) == text


@cases(
    ("marks", "texts"),
    [
        ((0.0, 0.25, 0.5), ["0", "0.25", "0.5"]),
        ((0.0, 5000.0, 1e4, 1.5e4, 2e4), ["0", "5k", "10k", "15k", "20k"]),
        ((0.0, 0.5e6, 1e6, 1.5e6), ["0", "0.5M", "1M", "1.5M"]),
        ((36_545.0, 36_547.5, 36_550.0), ["36_545", "36_547.5", "36_550"]),
        ((12_345_678.0, 12_345_680.0), ["12_345_678", "12_345_680"]),
        ((0.0, 2e-5, 4e-5), ["0", "2e-5", "4e-5"]),
        ((0.0, 4e-5, 8e-5, 1.2e-4), ["0", "0.4e-4", "0.8e-4", "1.2e-4"]),
        ((0.0, 0.0004, 0.0008, 0.0012), ["0", "0.0004", "0.0008", "0.0012"]),
        ((-2.0, 0.0, 2.0), ["-2", "0", "2"]),
        ((), []),
    ],
)
def test_the_marks_of_an_axis_share_a_unit_or_an_exponent(marks: tuple[float, ...], texts: list[str]) -> None:
    assert [in_ascii(text) for text in numbers.labels(marks)] == texts


@given(st.floats(), st.floats())
@example(LARGEST, -LARGEST)
def test_any_marks_have_finite_texts(first: float, second: float) -> None:
    for text in (*numbers.labels([first, second]), numbers.label(first)):
        assert set(text) <= set(f"0123456789.ekMG{GROUP}{MINUS}{MISSING}")


@given(st.integers(0, 10**9), st.sampled_from([1, 2, 2.5, 5, 10, 250, 10_000]))
def test_marks_that_differ_read_differently(start: int, step: float) -> None:
    marks = [start + step * index for index in range(5)]
    assert len(set(numbers.labels(marks))) == 5


@cases("value", [9.99951, 999.994, 999.996, 99999.4, 99999.6, 0.00049999])
def test_a_loss_stays_within_seven_characters_where_rounding_makes_it_longer(value: float) -> None:
    assert len(numbers.loss(value)) <= 7
    assert len(numbers.loss(-value)) <= 8


@cases("text", ["1_000", "1e1_0", "_1", "1.8e308", "-1.8e308", "1e308k"])
def test_what_only_a_programming_language_reads_and_what_no_number_holds_is_refused(text: str) -> None:
    assert numbers.parsed(text) is None


@cases(
    ("value", "places", "text"),
    [(0.94, 2, "0.94"), (-0.034, 2, "-0.034"), (0.0, 2, "0.00"), (3.4e-5, 2, "3.4e-5"), (0.00995, 3, "0.010"),
     (-123.456, 2, "-123.46"), (2.5e7, 2, "2.5e7"), (math.nan, 2, "–")],
)  # fmt: skip
def test_a_value_in_a_formula_keeps_two_digits(value: float, places: int, text: str) -> None:
    assert in_ascii(numbers.at_least(value, places)) == text


@cases(
    ("text", "value"),
    [("1/3", 1 / 3), ("−2 / 7", -2 / 7), ("0,5", 0.5), ("1/0", None), ("1/", None), ("/2", None), ("1/2/3", None)],
)
def test_fractions_are_read(text: str, value: float | None) -> None:
    assert numbers.parsed_fraction(text) == value
