"""An operation's equations as lines, as large as the place lets them be.

Owns how equations are laid out (equals signs under each other, results in the accent), what is left out of long sums,
and what is scrolled; draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec.structs import replace
from PySide6.QtGui import QFont, QFontMetricsF

from playground.mathematics.plain import in_figures as text
from playground.views.theme import theme
from playground.words.inside.told import Told

Teller = Callable[[int], Told]
"""The operation in words; so many terms of long sums are written out."""

EQUALS = " = "
LINE, TITLE, SENTENCE, APART = 24.0, 24.0, 18.0, 5.0
"""Heights of an equation's line, of the title, and of a sentence below it; what parts two equations."""
Style = Literal["whole", "broken", "flat"]
STYLES: tuple[Style, ...] = ("whole", "broken", "flat")
"""Each step of an equation on a line of its own; the same, what is longer than a line on two; each equation on one."""
SCROLLED, BAR = 12, 12.0
"""The size of text that has to be scrolled, and the room of its bar."""
SIGNS, MOST_DEEP = (" + ", " − ", " / "), 3
"""Before which a line may be broken, and in how many brackets."""
LOOKS = ((15, 3), (13, 3), (13, 2), (13, 1), (12, 1), (12, 0), (11, 0))
"""Sizes of text, and terms of a long sum that are written out: the first that has room is taken."""


class Line(msgspec.Struct, frozen=True):
    """One line: what stands left of the equals sign, what right of it, and the result behind a second one.

    at: where the equals sign stands, in pixels. above: what parts it from the line before. goes_on: it is the rest of
    the line before, without an equals sign. sign: the first one, which may be an arrow.
    """

    left: str
    right: str
    result: str
    at: float
    above: float = 0.0
    goes_on: bool = False
    sign: str = EQUALS


class Page(msgspec.Struct, frozen=True):
    """Everything as it is drawn. kept: so many terms of long sums are written out; −1 where lines had no room, and are
    scrolled."""

    told: Told
    font: QFont
    line: float
    lines: tuple[Line, ...]
    kept: int = -1

    @property
    def width(self) -> float:
        """What the longest line needs."""
        metrics = QFontMetricsF(self.font)
        return max((line.at + metrics.horizontalAdvance(_after(line)) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """What all lines need."""
        return sum(line.above + self.line for line in self.lines)


def _after(line: Line) -> str:
    """What stands behind the left side."""
    if line.goes_on:
        return " " * len(EQUALS) + line.right
    signs = (line.sign, EQUALS) if line.right else (line.sign,)
    return "".join(sign + each for sign, each in zip(signs, filter(None, (line.right, line.result)), strict=False))


class Row(msgspec.Struct, frozen=True):
    """An equation as it is written."""

    left: str
    middle: tuple[str, ...]
    result: str
    apart: bool
    sign: str


def rows_of(told: Told) -> tuple[Row, ...]:
    """Its equations, written once, however often they are laid out."""
    return tuple(
        Row(
            text(each.left),
            tuple(map(text, each.middle)),
            text(each.result) if each.result else "",
            each.apart,
            f" {each.sign} ",
        )
        for each in told.equations
    )


def page_of(tell: Teller, width: float, height: float) -> Page:
    """The largest text that has room, with as much of long sums as fits; where nothing does, one that is scrolled."""
    told: dict[int, tuple[Told, tuple[Row, ...]]] = {}
    tried = set[tuple[int, int]]()
    for size, kept in LOOKS:
        if kept not in told:
            said = tell(kept)
            same = [each for each in told.values() if each[0] is said]
            told[kept] = same[0] if same else (said, rows_of(said))
        if (size, id(told[kept][0])) in tried:  # there is no long sum that could be shorter
            continue
        tried.add((size, id(told[kept][0])))
        for style in STYLES:
            found = _laid_out(*told[kept], theme.number_font(size), width, height, style)
            if found is not None and found.width <= width:
                return replace(found, kept=kept)
    return _scrolled(*told[LOOKS[-1][1]], width)


def _laid_out(
    told: Told, rows: tuple[Row, ...], font: QFont, width: float, height: float, style: Style
) -> Page | None:  # fmt: skip
    """None where the lines have no room."""
    metrics = QFontMetricsF(font)
    least = metrics.height() + 1
    if least * len(rows) > height - theme.scaled(TITLE):
        return None
    lines: list[Line] = []
    before: Row | None = None
    for row in rows:
        flat = style == "flat"
        above = APART if before is not None and before.apart != row.apart and not flat else 0.0
        alike = [each for each in rows if flat or each.apart == row.apart]
        at = max(metrics.horizontalAdvance(each.left) for each in alike)
        found = _lines(row, at, theme.scaled(above), row.apart and not flat)
        lines += [part for line in found for part in _broken(line, metrics, width)] if style == "broken" else found
        before = row
    own = theme.scaled(LINE)
    room = height - theme.scaled(TITLE) - sum(line.above for line in lines)
    high = min(own, room / max(len(lines), 1))
    return Page(told, font, high, tuple(lines)) if high >= least else None


def _broken(line: Line, metrics: QFontMetricsF, width: float) -> list[Line]:
    """A line, or two where it is too long: a sum is broken before a plus, several steps before the last equals sign."""
    if line.at + metrics.horizontalAdvance(_after(line)) <= width:
        return [line]
    if line.result and line.right:
        return [replace(line, result=""), Line("", "", line.result, line.at)]
    parts = line.right.split(" + ")
    for kept in range(len(parts) - 1, 0, -1):
        first = replace(line, right=" + ".join(parts[:kept]), result="")
        if first.at + metrics.horizontalAdvance(_after(first)) <= width:
            return [first, Line("", " + ".join(["", *parts[kept:]])[1:], line.result, line.at, goes_on=True)]
    return [line]


def _scrolled(told: Told, rows: tuple[Row, ...], width: float) -> Page:
    """Every line in a text that is well read, however many there are: none is longer than the place is wide."""
    font = theme.number_font(SCROLLED)
    metrics = QFontMetricsF(font)
    at = max((metrics.horizontalAdvance(row.left) for row in rows), default=0.0)
    room = width - theme.scaled(BAR)
    lines = [part for row in rows for line in _lines(row, at, 0.0, False) for part in _cut(line, metrics, room)]
    return Page(told, font, metrics.height() + 1, tuple(lines))


def _cut(line: Line, metrics: QFontMetricsF, width: float) -> list[Line]:
    """A line as one or more: a new one before an equals sign, and where that is not enough, before a sign of a sum."""
    if line.at + metrics.horizontalAdvance(_after(line)) <= width:
        return [line]
    steps = [Line("", each, "", line.at) for each in line.right.split(EQUALS) if each]
    steps += [Line("", "", line.result, line.at)] if line.result else []
    found = list[Line]()
    for step in steps:
        joined = _joined(found[-1], step) if found else None
        if joined is not None and line.at + metrics.horizontalAdvance(_after(joined)) <= width:
            found[-1] = joined
        else:
            found += _cut_sum(step, metrics, width)
    return [replace(found[0], left=line.left, sign=line.sign, above=line.above), *found[1:]]


def _joined(line: Line, step: Line) -> Line | None:
    """What comes next on the same line; None behind a result, or a sum that was broken."""
    if line.result or line.goes_on:
        return None
    return replace(line, result=step.result) if step.result else replace(line, right=line.right + EQUALS + step.right)


def _cut_sum(line: Line, metrics: QFontMetricsF, width: float) -> list[Line]:
    """A long sum on as many lines as it takes; signs in brackets part it only where others are not enough."""
    found = [line]
    for depth in range(MOST_DEEP + 1):
        found = _filled(line, _terms(line.right, depth), metrics, width)
        if all(line.at + metrics.horizontalAdvance(_after(each)) <= width for each in found):
            break
    return found


def _filled(line: Line, parts: list[str], metrics: QFontMetricsF, width: float) -> list[Line]:
    """Each line as full as it can be."""
    lines, now = list[Line](), ""
    for part in parts:
        longer = replace(line, right=now + part, goes_on=bool(lines))
        if now and line.at + metrics.horizontalAdvance(_after(longer)) > width:
            lines.append(replace(line, right=now.rstrip(), goes_on=bool(lines)))
            now = part.lstrip()
        else:
            now += part
    return [*lines, replace(line, right=now, goes_on=bool(lines))]


def _terms(sum_: str, deepest: int) -> list[str]:
    """The terms of a sum, each with the sign before it; of sums in so many brackets too."""
    found, depth = [""], 0
    for place, sign in enumerate(sum_):
        depth += (sign == "(") - (sign == ")")
        if depth <= deepest and sum_[place : place + 3] in SIGNS:
            found.append("")
        found[-1] += sign
    return found


def _lines(row: Row, at: float, above: float, apart: bool) -> list[Line]:
    if not apart:
        return [Line(row.left, EQUALS.join(row.middle), row.result, at, above, sign=row.sign)]
    rights = [(each, "") for each in row.middle] + ([("", row.result)] if row.result else [])
    return [
        Line(
            "" if place else row.left, right, result, at, 0.0 if place else above, False, EQUALS if place else row.sign
        )
        for place, (right, result) in enumerate(rights)
    ]


def pieces(line: Line, metrics: QFontMetricsF) -> list[tuple[str, float, str]]:
    """(text, left, colour) of what stands on a line."""
    found, wide = [(line.left, 0.0, "text")], metrics.horizontalAdvance(EQUALS)
    x = line.at
    if line.right:
        found += [] if line.goes_on else [(line.sign, x, "muted")]
        found.append((line.right, x + wide, "text"))
        x += wide + metrics.horizontalAdvance(line.right)
    if line.result:
        found += [(EQUALS if line.right else line.sign, x, "muted"), (line.result, x + wide, "accent")]
    return found
