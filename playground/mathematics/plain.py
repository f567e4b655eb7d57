"""Formulas on one line of plain text, and as simple HTML with what is lowered and raised.

Owns these two writings; fractions have a stroke.
"""

from __future__ import annotations

from html import escape

from playground.mathematics.tree import Node, Number, Symbol
from playground.mathematics.writing import written
from playground.numbers import plain

RAISED = dict(zip("0123456789+−()nteℓ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵗᵉˡ", strict=True))
LOWERED = dict(zip("0123456789+−()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
MARKS = {"": "", "hat": "\u0302", "prime": "′"}


def text(node: Node) -> str:
    """On one line, with Unicode's own small letters where it has them."""
    return written(node, _Plain())


def html(node: Node) -> str:
    """On one line of simple HTML, as Qt's rich text reads it."""
    return written(node, _Html())


class _Plain:
    stacks = False

    def row(self, parts: list[str]) -> str:
        return "".join(parts)

    def number(self, number: Number) -> str:
        return plain(number.value, number.digits)

    def symbol(self, symbol: Symbol) -> str:
        found = symbol.letter + MARKS[symbol.mark]
        return found + self._low(symbol.below) + self._high(symbol.above)

    def _low(self, text: str) -> str:
        small = all(each in LOWERED for each in text)
        return "".join(LOWERED[each] for each in text) if small else f"_{text}"

    def _high(self, text: str) -> str:
        small = all(each in RAISED for each in text)
        return "".join(RAISED[each] for each in text) if small else f"^{text}"

    def plus(self, first: bool, negative: bool) -> str:
        return ("−" if negative else "") if first else (" − " if negative else " + ")

    def beside(self, factors: list[str], dotted: list[bool]) -> str:
        return "".join((" · " if dot else " " if place else "") + factor
                       for place, (factor, dot) in enumerate(zip(factors, dotted, strict=True)))  # fmt: skip

    def fraction(self, above: str, below: str) -> str:
        return "½" if (above, below) == ("1", "2") else f"{above} / {below}"

    def power(self, base: str, exponent: str) -> str:
        return base + (self._high(exponent) if all(each in RAISED for each in exponent) else f"^{exponent}")

    def root(self, inner: str) -> str:
        return f"√{inner}"

    def function(self, name: str, arguments: list[str], bare: bool) -> str:
        inner = ", ".join(arguments)
        if name == "floor":
            return f"⌊{inner}⌋"
        return f"{name} {inner}" if bare else f"{name}({inner})"

    def bars(self, inner: str, double: bool) -> str:
        bar = "‖" if double else "|"
        return f"{bar}{inner}{bar}"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {sign} {right}"

    def cases(self, value: str, condition: str, other: str) -> str:
        return f"{value} if {condition}, else {other}"

    def total(self, index: str, over: str, inner: str) -> str:
        return f"Σ{self._low(index) if index else ''} {inner}"

    def matrix(self, rows: list[list[str | None]]) -> str:
        return "(" + "; ".join("  ".join(cell or "…" for cell in row) for row in rows) + ")"

    def brackets(self, inner: str) -> str:
        return f"({inner})"

    def blank(self, width: int) -> str:
        return "_" * width


class _Html(_Plain):
    def number(self, number: Number) -> str:
        mantissa, has_power, power = plain(number.value, number.digits).partition("e")
        raised = f"10<sup>{power}</sup>"
        return mantissa if not has_power else raised if mantissa == "1" else f"{mantissa} · {raised}"

    def symbol(self, symbol: Symbol) -> str:
        letter = escape(symbol.letter) + MARKS[symbol.mark]
        letter = f"<b>{letter}</b>" if symbol.bold else f"<i>{letter}</i>" if len(symbol.letter) == 1 else letter
        return letter + self._low(symbol.below) + self._high(symbol.above)

    def _low(self, text: str) -> str:
        return f"<sub>{escape(text)}</sub>" if text else ""

    def _high(self, text: str) -> str:
        return f"<sup>{escape(text)}</sup>" if text else ""

    def power(self, base: str, exponent: str) -> str:
        return f"{base}<sup>{exponent}</sup>"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {escape(sign)} {right}"

    def blank(self, width: int) -> str:
        return "<u>" + "&nbsp;" * (2 * width) + "</u>"
