"""Formulas as MathML Core, which browsers set by themselves.

Owns this writing.
"""

from __future__ import annotations

from html import escape

from playground.mathematics.tree import Node, Number, Symbol
from playground.mathematics.writing import written
from playground.numbers import plain


def mathml(node: Node, block: bool = True) -> str:
    """A whole element. block: on a line of its own."""
    display = ' display="block"' if block else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML"{display}>{_row(written(node, _MathML()))}</math>'


def _row(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"


def _sign(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


class _MathML:
    stacks = True

    def row(self, parts: list[str]) -> str:
        return "".join(parts)

    def number(self, number: Number) -> str:
        mantissa, has_power, power = plain(number.value, number.digits).partition("e")
        raised = f"<msup><mn>10</mn><mn>{power}</mn></msup>"
        whole = f"<mn>{mantissa}</mn>"
        return whole if not has_power else raised if mantissa == "1" else f"{whole}{_sign('·')}{raised}"

    def symbol(self, symbol: Symbol) -> str:
        style = ' mathvariant="normal"' if len(symbol.letter) > 1 else ""
        bold = ' style="font-weight: bold; font-style: normal"' if symbol.bold else ""
        found = f"<mi{style}{bold}>{escape(symbol.letter)}</mi>"
        if symbol.mark == "hat":
            found = f'<mover accent="true">{found}{_sign("^")}</mover>'
        elif symbol.mark == "prime":
            found = f"<msup>{found}{_sign('′')}</msup>"
        low, high = f"<mtext>{escape(symbol.below)}</mtext>", f"<mtext>{escape(symbol.above)}</mtext>"
        if symbol.below and symbol.above:
            return f"<msubsup>{found}{low}{high}</msubsup>"
        if symbol.below or symbol.above:
            return f"<msub>{found}{low}</msub>" if symbol.below else f"<msup>{found}{high}</msup>"
        return found

    def plus(self, first: bool, negative: bool) -> str:
        return (_sign("−") if negative else "") if first else _sign("−" if negative else "+")

    def beside(self, factors: list[str], dotted: list[bool]) -> str:
        space = '<mspace width="0.17em"/>'
        return "".join((_sign("·") if dot else space if place else "") + _row(factor)
                       for place, (factor, dot) in enumerate(zip(factors, dotted, strict=True)))  # fmt: skip

    def fraction(self, above: str, below: str) -> str:
        return f"<mfrac>{_row(above)}{_row(below)}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{_row(base)}{_row(exponent)}</msup>"

    def root(self, inner: str) -> str:
        return f"<msqrt>{_row(inner)}</msqrt>"

    def function(self, name: str, arguments: list[str], bare: bool) -> str:
        inner = _sign(",").join(_row(each) for each in arguments)
        if name == "floor":
            return f"{_sign('⌊')}{inner}{_sign('⌋')}"
        called = f'<mi mathvariant="normal">{name}</mi>'
        return f'{called}<mspace width="0.17em"/>{inner}' if bare else called + self.brackets(inner)

    def bars(self, inner: str, double: bool) -> str:
        bar = _sign("‖" if double else "|")
        return _row(f"{bar}{inner}{bar}")

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left}{_sign(sign)}{right}"

    def cases(self, value: str, condition: str, other: str) -> str:
        first = f"<mtr><mtd>{value}</mtd><mtd><mtext>if&#160;</mtext>{condition}</mtd></mtr>"
        second = f"<mtr><mtd>{other}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
        return f'{_sign("{")}<mtable columnalign="left">{first}{second}</mtable>'

    def total(self, index: str, over: str, inner: str) -> str:
        sign = '<mo movablelimits="false">∑</mo>'
        low = f"<mrow><mtext>{escape(index)}</mtext>{'<mo>=</mo><mn>1</mn>' if over else ''}</mrow>"
        high = f"<mtext>{escape(over)}</mtext>"
        if over:
            return f"<munderover>{sign}{low}{high}</munderover>{_row(inner)}"
        return (f"<munder>{sign}{low}</munder>" if index else sign) + _row(inner)

    def matrix(self, rows: list[list[str | None]]) -> str:
        dots = _sign("…")
        cells = "".join(
            "<mtr>" + "".join(f"<mtd>{_row(each or dots)}</mtd>" for each in row) + "</mtr>" for row in rows
        )
        return self.brackets(f"<mtable>{cells}</mtable>")

    def brackets(self, inner: str) -> str:
        return _row(f"{_sign('(')}{inner}{_sign(')')}")

    def blank(self, width: int) -> str:
        return f'<mtext style="border-bottom: 1px solid">{"&#160;" * 2 * width}</mtext>'
