"""Numbers as texts: every format that the window, the figures, the words and the commands use, and the way back.

Owns one style: thousands in groups parted by a thin space that does not break, a true minus, exponents such as 4.1e−5,
a dash where there is no number. Knows nothing of what a number means or of where it is written. Every finite number is
taken; whatever is not one is `MISSING`. No format is wider than its description says, so that nothing jumps.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

GROUP, MINUS, MISSING = "\u202f", "−", "–"
"""What parts groups of thousands, what stands before a negative number, and what stands for no number at all."""

LARGEST = 1.7976931348623157e308
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
"""What thousands are called beside an axis."""

SPACES = dict.fromkeys(map(ord, " \t\r\n\u00a0\u2007\u2008\u2009\u200a\u202f'’"))
"""Left out of a typed number: all that parts groups somewhere."""
SIGNS = dict.fromkeys(map(ord, "−–\u2010\u2011\u2012\ufe63\uff0d"), "-")
"""Read as a minus: all that looks like one."""
POWERS = {"k": 1e3, "M": 1e6, "G": 1e9}
GROUPED = {mark: re.compile(rf"[+-]?[1-9]\d{{,2}}(\{mark}\d{{3}})+") for mark in ",."}
"""Groups of thousands; 0,125 and 0.125 are none."""


class Span(NamedTuple):
    """Where a number may lie. above, below: the lowest, or the highest, is not allowed itself."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    def holds(self, value: float) -> bool:
        """Whether a number lies there."""
        return self.low <= value <= self.high and not self._is_open_end(value)

    def _is_open_end(self, value: float) -> bool:
        return (self.above and value == self.low) or (self.below and value == self.high)


# -- whole numbers -----------------------------------------------------------------------------------------------------


def spaced(value: float | None) -> str:
    """A whole number in groups of three, every digit of it: 900, 21 400, −1 200; from 1e16 on with an exponent."""
    if value is None or not _is_finite(value):
        return MISSING
    return _exponential(value, 1) if abs(value) >= 1e16 else _styled(f"{value:z,.0f}")


def counter(value: float | None) -> str:
    """A count that goes on, in at most nine figures: 21 400, 9 999 999, 12.3 M, 1.23 G, 1.0e12."""
    if value is None or not _is_finite(value):
        return MISSING
    if abs(value) >= 1e12:
        return _exponential(value, 1)
    if abs(value) >= 1e9:
        return f"{fixed(value / 1e9, 2)} G"
    return f"{fixed(value / 1e6, 1)} M" if abs(value) >= 1e7 else spaced(value)


def rate(value: float | None) -> str:
    """How often a second: one decimal below ten, whole above, a dash for none at all."""
    if value is None or not _is_finite(value) or value <= 0:
        return MISSING
    return fixed(value, 1) if value < 10 else counter(value)


# -- measured numbers --------------------------------------------------------------------------------------------------


def loss(value: float | None) -> str:
    """A loss in at most seven characters: 0.071, 12.34, 1 234, 4.1e−5, 1.8e308."""
    if value is None or not _is_finite(value):
        return MISSING
    size = abs(value)
    if size >= 1e5 or 0 < size < 5e-4:
        return _exponential(value, 1 if size > 1e-99 else 0)
    return fixed(value, 3 if size < 9.9995 else 2 if size < 999.995 else 0)


def figure(value: float | None, digits: int = 3) -> str:
    """A measured number in so many digits: 0.0712, 12.3, 1 200, 3.4e−5."""
    if value is None or not _is_finite(value):
        return MISSING
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-3:
        return _exponential(value, max(digits - 2, 0))
    return fixed(value, max(digits - 1 - (math.floor(math.log10(size)) if size else 0), 0))


def steady(value: float | None) -> str:
    """A figure under the cursor: next to nothing is 0.00, so that no exponent flickers where a value crosses 0."""
    return figure(0.0 if value is not None and abs(value) < 5e-4 else value)


def weight(value: float | None) -> str:
    """A parameter, or a unit's output: −0.312, 12.345, 4 321.5, 4.1e−5."""
    if value is None or not _is_finite(value):
        return MISSING
    size = abs(value)
    if size >= 1e5 or 0 < size < 5e-4:
        return _exponential(value, 1)
    return fixed(value, 3 if size < 100 else 1)


def short(value: float | None) -> str:
    """The same in at most six characters, for a small tile: −0.31, 43.2, 4 321, 4e5."""
    if value is None or not _is_finite(value):
        return MISSING
    size = abs(value)
    if size >= 9999.5:
        return _exponential(value, 0)
    return fixed(value, 2 if size < 9.995 else 1 if size < 99.95 else 0)


def fixed(value: float | None, places: int) -> str:
    """So many decimals, always: 0.30, 1 234.50; from 1e15 on with an exponent."""
    if value is None or not _is_finite(value):
        return MISSING
    return _exponential(value, 1) if abs(value) >= 1e15 else _styled(f"{value:z,.{places}f}")


def at_least(value: float | None, places: int = 2) -> str:
    """So many decimals, and more for a small number, so that it keeps two digits: 0.94, −0.034, 0.0021, 3.4e−5."""
    if value is None or not _is_finite(value):
        return MISSING
    size = abs(value)
    if size >= 1e5 or 0 < size < 1e-4:
        return _exponential(value, 1)
    if not size or size >= 0.995 * 10.0 ** (1 - places):
        return fixed(value, places if size < 9999.5 else 0)
    return fixed(value, 1 - math.floor(math.log10(size) + 1e-9))


# -- shares ------------------------------------------------------------------------------------------------------------


def percent(value: float | None) -> str:
    """A share as a whole percentage: 50 %."""
    return MISSING if value is None or not _is_finite(value) else f"{spaced(_hundredfold(value))} %"


def accuracy(value: float | None) -> str:
    """An accuracy or a probability: one decimal, never rounded up to a full hundred: 97.3 %, 99.9 %, 100 %."""
    if value is None or not _is_finite(value):
        return MISSING
    share = _hundredfold(value)
    return "100 %" if share >= 100.0 else f"{fixed(min(share, 99.9), 1)} %"


def plain_percent(value: float | None) -> str:
    """A share as a percentage as it would be typed: 95 %, 99.5 %."""
    return MISSING if value is None or not _is_finite(value) else f"{plain(_hundredfold(value))} %"


# -- settings, and what is typed ---------------------------------------------------------------------------------------


def plain(value: float | None, digits: int = 6) -> str:
    """A setting as it would be typed, in so many digits, or in all where it is whole: 0.03, 1e−8, 250, 12 500, 1e6."""
    if value is None or not _is_finite(value):
        return MISSING
    if abs(value) < 1e9 and value == round(value) != rounded(value, digits):
        return spaced(value)
    if 0 < abs(value) < 1e-3:
        return _exponential(value, digits - 1, short=True)
    return _styled(_tidy(f"{value:z,.{digits}g}"))


def tex(written: str) -> str:
    r"""A written number for LaTeX: 0.03, 12\,500, 10^{-8}, 1.2 \cdot 10^{-5}."""
    mantissa, has_power, power = written.replace(MINUS, "-").replace(GROUP, r"\,").partition("e")
    raised = f"10^{{{power}}}"
    return mantissa if not has_power else raised if mantissa == "1" else rf"{mantissa} \cdot {raised}"


def exact(value: float | None) -> str:
    """Every digit that tells a number from its neighbours, as in sentences about limits: 1 000 000, 0.95, 3.4e38."""
    if value is None or not _is_finite(value):
        return MISSING
    return spaced(value) if abs(value) < 1e16 and value == round(value) else _styled(_tidy(f"{float(value):,}"))


def parsed(text: str) -> float | None:
    """The number in a typed or pasted text, or None.

    Understood are all that this room writes, a decimal comma or point, groups parted by spaces, points or commas
    (1 234,5 and 1,234.5), any minus, k, M and G for thousands, and %, which divides by 100.
    """
    cleaned = text.translate(SPACES).translate(SIGNS)
    share, cleaned = cleaned.endswith("%"), cleaned.removesuffix("%")
    power = POWERS.get(cleaned[-1:], 1.0)
    cleaned = _with_point(cleaned if power == 1.0 else cleaned[:-1])
    if "_" in cleaned:  # Python's own way of grouping, and nobody's way of writing a number
        return None
    try:
        value = float(cleaned) * power / (100.0 if share else 1.0)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def parsed_fraction(text: str) -> float | None:
    """The same of a text that may be a fraction too: 1/3, −2/7, 0.5; None where it is neither, or of nothing."""
    above, bar, below = text.translate(SIGNS).partition("/")
    if not bar:
        return parsed(text)
    parts = parsed(above), parsed(below)
    if parts[0] is None or not parts[1]:
        return None
    value = parts[0] / parts[1]
    return value if math.isfinite(value) else None


def parsed_percent(text: str) -> float | None:
    """The share in a text typed where a percentage stands, or None.

    A number is of a hundred, with or without %; only what lies between 0 and 1 and has no % is a share itself: 80, 80 %
    and 0.8 are 0.8, 1 is 0.01, and 0.5 % is 0.005.
    """
    value = parsed(text)
    if value is None or "%" in text or 0 < abs(value) < 1:
        return value
    return rounded(value / 100.0, 15)


def rounded(value: float, digits: int) -> float:
    """The number itself in so many digits: what a slider stands on."""
    return min(max(float(f"{value:.{digits}g}"), -LARGEST), LARGEST)


# -- axes --------------------------------------------------------------------------------------------------------------


def labels(marks: Sequence[float]) -> list[str]:
    """The marks of one axis, as short as they get, under one unit or exponent: 0, 5k, 20k; 0, 0.5M, 1M; 0, 2e−5, 4e−5.

    Marks that no unit makes short are written in full: 36 545 rather than 36.545k.
    """
    known = [mark for mark in marks if _is_finite(mark)]
    largest = max(map(abs, known), default=0.0)
    if largest >= 1e12 or 0 < largest < 1e-3:
        power = math.floor(math.log10(largest) + 1e-9)
        return [_mark(mark, partial(_with_power, power=power)) for mark in marks]
    for size, name in UNITS if largest >= 1e4 else ():
        if largest >= size and all(math.isclose(mark / size, round(mark / size, 2), abs_tol=1e-9) for mark in known):
            return [_mark(mark, partial(_with_unit, size=size, name=name)) for mark in marks]
    return [_mark(mark, partial(_in_full, places=_places(known))) for mark in marks]


def label(mark: float) -> str:
    """One mark by itself: 0, 0.25, 20k, 1e−3."""
    return labels([mark])[0]


def _mark(mark: float, write: Callable[[float], str]) -> str:
    return MISSING if not _is_finite(mark) else write(mark) if mark else "0"


def _with_power(mark: float, power: int) -> str:
    """Under the exponent of the largest mark."""
    mantissa, own = f"{mark:.2e}".split("e")
    shifted = float(mantissa) * 10.0 ** (int(own) - power)
    return _styled(f"{_tidy(f'{shifted:.4f}')}e{power}")


def _with_unit(mark: float, size: float, name: str) -> str:
    return _styled(f"{_tidy(f'{mark / size:,.2f}')}{name}")


def _in_full(mark: float, places: int) -> str:
    return _styled(_tidy(f"{mark:z,.{places}f}"))


def _places(marks: Sequence[float]) -> int:
    """Decimals that tell the marks apart; six figures of a mark by itself."""
    gaps = [abs(after - before) for before, after in pairwise(marks) if after != before]
    finest = min(gaps, default=0.0) or max(map(abs, marks), default=0.0) or 1.0
    return max(0, (2 if gaps else 5) - math.floor(math.log10(finest)))


# -- the style ---------------------------------------------------------------------------------------------------------


def _is_finite(value: float) -> bool:
    """False also for whole numbers that no float can hold."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _hundredfold(value: float) -> float:
    return min(max(100.0 * value, -LARGEST), LARGEST)


def _exponential(value: float, places: int, short: bool = False) -> str:
    """With an exponent and so many decimals; short: without zeros at their end."""
    mantissa, power = f"{value:.{places}e}".split("e")
    return _styled(f"{_tidy(mantissa) if short else mantissa}e{int(power)}")


def _tidy(text: str) -> str:
    """Without zeros behind the point, zeros of the exponent and its plus."""
    mantissa, has_power, power = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").removesuffix(".")
    return f"{mantissa}e{int(power)}" if has_power else mantissa


def _styled(text: str) -> str:
    """Python's own writing of a number in ours."""
    return text.replace(",", GROUP).replace("-", MINUS)


def _with_point(text: str) -> str:
    """A number's text with a decimal point and no groups; what cannot be told is left for `float` to refuse."""
    decimal = max(",.", key=text.rfind)
    other = "." if decimal == "," else ","
    whole, has_decimals, rest = text.rpartition(decimal)
    if not has_decimals:
        return text
    if other in whole:
        return f"{whole.replace(other, '')}.{rest}" if GROUPED[other].fullmatch(whole) else text
    if text.count(decimal) > 1:
        return text.replace(decimal, "") if GROUPED[decimal].fullmatch(text) else text
    return f"{whole}.{rest}"
