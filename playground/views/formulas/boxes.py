"""A formula as a box of marks: letters and lines at their places, to be painted at any size.

Owns the setting of fractions, roots, powers, sums, cases and matrices; a mark's place is from the box's left end and
its base line, downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from playground.mathematics.tree import Node, Number, Symbol
from playground.mathematics.writing import figures, written
from playground.numbers import spaced
from playground.views.theme import theme

SMALL, BIG = 0.72, 1.5
EM, AXIS, GAP, THICK = 16.0, 4.6, 2.6, 1.0
"""Pixels of a letter's height, the height of a fraction's line, the room about it, and its thickness."""
PRIMES = {"prime": "′", "second": "″"}
"""What stands behind a letter; its hat is drawn, as the font has none to put above letters."""


class Letter(msgspec.Struct, frozen=True):
    """A text at a place; scale: how large."""

    x: float
    y: float
    scale: float
    text: str
    italic: bool = False
    bold: bool = False


class Stroke(msgspec.Struct, frozen=True):
    """A line from place to place."""

    x0: float
    y0: float
    x1: float
    y1: float
    thick: float = THICK


class Box(msgspec.Struct, frozen=True):
    """Marks, and how far they reach: to the right, up and down."""

    width: float
    ascent: float
    descent: float
    marks: tuple[Letter | Stroke, ...] = ()

    @property
    def height(self) -> float:
        return self.ascent + self.descent

    def moved(self, x: float, y: float) -> tuple[Letter | Stroke, ...]:
        """The marks at another place."""
        return tuple(
            replace(each, x=each.x + x, y=each.y + y)
            if isinstance(each, Letter)
            else replace(each, x0=each.x0 + x, x1=each.x1 + x, y0=each.y0 + y, y1=each.y1 + y)
            for each in self.marks
        )

    def scaled(self, by: float) -> Box:
        """All of it larger or smaller."""
        marks = tuple(
            replace(each, x=each.x * by, y=each.y * by, scale=each.scale * by)
            if isinstance(each, Letter)
            else Stroke(each.x0 * by, each.y0 * by, each.x1 * by, each.y1 * by, each.thick)
            for each in self.marks
        )
        return Box(self.width * by, self.ascent * by, self.descent * by, marks)

    def draw(self, painter: QPainter, at: QPointF, ink: QColor) -> None:
        """Paint it with its base line's left end there."""
        for each in self.marks:
            if isinstance(each, Letter):
                painter.setPen(ink)
                painter.setFont(font_of(each.scale, each.italic, each.bold))
                painter.drawText(at + QPointF(each.x, each.y), each.text)
            else:
                painter.setPen(QPen(ink, each.thick))
                painter.drawLine(QLineF(at.x() + each.x0, at.y() + each.y0, at.x() + each.x1, at.y() + each.y1))


@lru_cache(maxsize=64)
def font_of(scale: float, italic: bool, bold: bool) -> QFont:
    """The letters of formulas."""
    font = QFont(theme.ui_font())
    font.setPixelSize(max(6, round(EM * scale)))
    font.setItalic(italic)
    font.setBold(bold)
    return font


def boxed(node: Node) -> Box:
    """The formula, set."""
    return written(node, _Boxes())


def _text(text: str, italic: bool = False, bold: bool = False) -> Box:
    metrics = QFontMetricsF(font_of(1.0, italic, bold))
    lean = 1.0 if italic else 0.0
    return Box(
        metrics.horizontalAdvance(text) + lean, EM * 0.78, EM * 0.22, (Letter(0.0, 0.0, 1.0, text, italic, bold),)
    )  # fmt: skip


def _space(width: float) -> Box:
    return Box(width, 0.0, 0.0)


def _beside(boxes: Sequence[Box]) -> Box:
    """One after the other on one base line."""
    x, marks = 0.0, list[Letter | Stroke]()
    for box in boxes:
        marks += box.moved(x, 0.0)
        x += box.width
    up, down = max((box.ascent for box in boxes), default=0.0), max((box.descent for box in boxes), default=0.0)
    return Box(x, up, down, tuple(marks))


CURVES = {
    "(": ((5.0, -1.0), (3.2, -0.82), (2.0, -0.5), (1.6, 0.0), (2.0, 0.5), (3.2, 0.82), (5.0, 1.0)),
    "{": ((7.0, -1.0), (5.0, -0.94), (4.2, -0.8), (4.2, -0.2), (3.6, -0.06), (1.5, 0.0), (3.6, 0.06), (4.2, 0.2),
          (4.2, 0.8), (5.0, 0.94), (7.0, 1.0)),
    "floor": ((2.0, -1.0), (2.0, 1.0), (5.5, 1.0)),
}  # fmt: skip
"""Brackets as lines: pixels to the right, and shares of half the height."""
MIRRORED = {")": "(", "floor end": "floor"}
BRACKET = 7.0


def _hatted(base: Box, symbol: Symbol) -> Box:
    """A letter with a hat, right above its own ink."""
    font = font_of(1.0, len(symbol.letter) == 1 and not symbol.bold, symbol.bold)
    ink = QFontMetricsF(font).tightBoundingRect(symbol.letter)
    middle, foot, top = ink.center().x(), ink.top() - 1.5, ink.top() - 4.5
    hat = Stroke(middle - 3.0, foot, middle, top), Stroke(middle, top, middle + 3.0, foot)
    return Box(base.width, max(base.ascent, -top), base.descent, (*base.marks, *hat))


def _tall(sign: str, inner: Box) -> Box:
    """A bracket as high as what it holds."""
    middle, half = (inner.descent - inner.ascent) / 2, inner.height / 2 + 1.0
    points = [(x, middle + half * share) for x, share in CURVES[MIRRORED.get(sign, sign)]]
    if sign in MIRRORED:
        points = [(BRACKET - x, y) for x, y in points]
    marks = tuple(Stroke(*first, *second, 1.3) for first, second in pairwise(points))
    return Box(BRACKET, half - middle, half + middle, marks)


class _Boxes:
    stacks = True

    def row(self, parts: list[Box]) -> Box:
        return _beside(parts)

    def number(self, number: Number) -> Box:
        mantissa, has_power, power = figures(number).partition("e")
        if not has_power:
            return _text(mantissa)
        raised = self.power(_text("10"), _text(power))
        return raised if mantissa == "1" else _beside([_text(f"{mantissa} · "), raised])

    def symbol(self, symbol: Symbol) -> Box:
        is_letter = len(symbol.letter) == 1 and not symbol.bold
        base = _text(symbol.letter + PRIMES.get(symbol.mark, ""), italic=is_letter, bold=symbol.bold)
        if symbol.mark == "hat":
            base = _hatted(base, symbol)
        low, high = (_text(each).scaled(SMALL) if each else None for each in (symbol.below, symbol.above))
        marks, wide, up, down = list(base.marks), base.width, base.ascent, base.descent
        if low is not None:
            marks += low.moved(base.width, 0.22 * EM)
            wide, down = base.width + low.width, max(down, 0.22 * EM + low.descent)
        if high is not None:
            marks += high.moved(base.width, -0.42 * EM)
            wide, up = max(wide, base.width + high.width), max(up, 0.42 * EM + high.ascent)
        return Box(wide, up, down, tuple(marks))

    def plus(self, first: bool, negative: bool) -> Box:
        if first:
            return _text("−") if negative else _space(0.0)
        return _beside([_space(4.0), _text("−" if negative else "+"), _space(4.0)])

    def beside(self, factors: list[Box], dotted: list[bool]) -> Box:
        found: list[Box] = []
        for place, (factor, dot) in enumerate(zip(factors, dotted, strict=True)):
            found += [_text(" · ")] if dot else [_space(3.0)] if place else []
            found.append(factor)
        return _beside(found)

    def fraction(self, above: Box, below: Box) -> Box:
        wide = max(above.width, below.width) + 6.0
        up, down = AXIS + GAP + above.descent, below.ascent + GAP - AXIS
        line = Stroke(1.0, -AXIS, wide - 1.0, -AXIS)
        marks = (line, *above.moved((wide - above.width) / 2, -up), *below.moved((wide - below.width) / 2, down))
        return Box(wide, up + above.ascent, down + below.descent, marks)

    def derivative(self, of: Box, by: Box) -> Box:
        return self.fraction(_beside([_text("∂"), of]), _beside([_text("∂"), by]))

    def omitted(self, count: int) -> Box:
        return _text(f"… {spaced(count)} more …")

    def power(self, base: Box, exponent: Box) -> Box:
        small = exponent.scaled(SMALL)
        lift = max(base.ascent - 0.36 * EM, 0.3 * EM) + small.descent
        return Box(
            base.width + small.width + 1.0, max(base.ascent, lift + small.ascent), base.descent,
            (*base.marks, *small.moved(base.width + 0.5, -lift)),
        )  # fmt: skip

    def root(self, inner: Box) -> Box:
        top, foot, left = -inner.ascent - 3.0, inner.descent, 9.0
        hook = Stroke(0.5, -0.2 * EM, 3.0, -0.3 * EM), Stroke(3.0, -0.3 * EM, 5.5, foot, 1.4)
        over = Stroke(5.5, foot, left, top), Stroke(left, top, left + inner.width + 2.0, top)
        marks = (*hook, *over, *inner.moved(left + 1.0, 0.0))
        return Box(left + inner.width + 3.0, inner.ascent + 4.0, inner.descent, marks)

    def function(self, name: str, arguments: list[Box], bare: bool) -> Box:
        inner: list[Box] = []
        for place, each in enumerate(arguments):
            inner += [_text(", ")] if place else []
            inner.append(each)
        row = _beside(inner)
        if name == "floor":
            return _beside([_tall("floor", row), row, _tall("floor end", row)])
        return _beside([_text(name), _space(3.0), row] if bare else [_text(name), self.brackets(row)])

    def bars(self, inner: Box, double: bool) -> Box:
        up, down = inner.ascent + 1.0, inner.descent + 1.0
        single = Box(4.0, up, down, (Stroke(2.0, -up, 2.0, down),))
        side = _beside([single, single]) if double else single
        return _beside([side, inner, side])

    def compared(self, left: Box, sign: str, right: Box) -> Box:
        return _beside([left, _space(6.0), _text(sign), _space(6.0), right])

    def cases(self, value: Box, condition: Box, other: Box) -> Box:
        first, between = _beside([value, _text("   if "), condition]), 5.0
        second = _beside([other, _text("   else")])
        up, down = AXIS + between / 2 + first.descent, second.ascent + between / 2 - AXIS
        marks = (*first.moved(0.0, -up), *second.moved(0.0, down))
        body = Box(max(first.width, second.width), up + first.ascent, down + second.descent, marks)
        return _beside([_tall("{", body), _space(2.0), body])

    def total(self, index: str, over: str, inner: Box) -> Box:
        sign = _text("∑").scaled(BIG)
        below = _text(f"{index} = 1" if over else index).scaled(0.62) if index else None
        above = _text(over).scaled(0.62) if over else None
        wide = max(each.width for each in (sign, below, above) if each is not None)
        drop = 0.28 * EM
        marks = [*sign.moved((wide - sign.width) / 2, drop)]
        up, down = sign.ascent - drop, sign.descent + drop - 2.0
        if below is not None:
            marks += below.moved((wide - below.width) / 2, down + below.ascent)
            down += below.height
        if above is not None:
            marks += above.moved((wide - above.width) / 2, -up - above.descent)
            up += above.height
        return _beside([Box(wide, up, down, tuple(marks)), _space(3.0), inner])

    def matrix(self, rows: list[list[Box | None]]) -> Box:
        cells = [[_text("…") if each is None else each for each in row] for row in rows]
        widths = [max(row[place].width for row in cells) for place in range(len(cells[0]))]
        marks, y = list[Letter | Stroke](), 0.0
        for row in cells:
            x, up = 0.0, max(each.ascent for each in row)
            for each, wide in zip(row, widths, strict=True):
                marks += each.moved(x + wide - each.width, y + up)
                x += wide + 12.0
            y += up + max(each.descent for each in row) + 3.0
        whole = Box(x - 12.0, 0.0, y - 3.0, tuple(marks))
        rise = (y - 3.0) / 2 + AXIS
        body = Box(whole.width, rise, whole.descent - rise, whole.moved(0.0, -rise))
        return self.brackets(body)

    def brackets(self, inner: Box) -> Box:
        return _beside([_tall("(", inner), inner, _tall(")", inner)])

    def blank(self, width: int) -> Box:
        return Box(9.0 * width, EM * 0.78, EM * 0.3, (Stroke(0.0, 3.0, 9.0 * width, 3.0),))
