"""Formulas on one line of plain text, and as simple HTML with what is lowered and raised.

Owns these two writings; fractions have a stroke.
"""

from __future__ import annotations

import unicodedata
from html import escape

from playground.mathematics.tree import Node, Number, Symbol
from playground.mathematics.writing import figures, written
from playground.numbers import spaced

RAISED = dict(zip("0123456789+−()nteℓ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿᵗᵉˡ", strict=True))
LOWERED = dict(zip("0123456789+−(),aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎,ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
MARKS = {"hat": "\u0302", "prime": "′", "second": "″"}
BEFORE = {"new": "new "}


def text(node: Node) -> str:
    """On one line, with Unicode's own small letters where it has them."""
    return written(node, _Plain())


def in_figures(node: Node) -> str:
    """The same for the window's font of numbers, in letters that this has."""
    return written(node, _Figures())


def html(node: Node) -> str:
    """On one line of simple HTML, as Qt's rich text reads it."""
    return written(node, _Html())


class _Plain:
    stacks = False

    def row(self, parts: list[str]) -> str:
        return "".join(parts)

    def number(self, number: Number) -> str:
        return figures(number)

    def symbol(self, symbol: Symbol) -> str:
        found = BEFORE.get(symbol.mark, "") + self._letter(symbol)
        return found + self._low(symbol.below) + self._high(symbol.above) + (f"[{symbol.at}]" if symbol.at else "")

    def _letter(self, symbol: Symbol) -> str:
        return unicodedata.normalize("NFC", symbol.letter + MARKS.get(symbol.mark, ""))

    def _low(self, text: str) -> str:
        small = all(each in LOWERED for each in text)
        return "".join(LOWERED[each] for each in text) if small else f"_{text}"

    def _high(self, text: str) -> str:
        small = all(each in RAISED for each in text)
        return "".join(RAISED[each] for each in text) if small else f"^{text}"

    def plus(self, first: bool, negative: bool) -> str:
        return ("−" if negative else "") if first else (" − " if negative else " + ")

    def beside(self, factors: list[str], dotted: list[bool]) -> str:
        return "".join(("·" if dot else " " if place else "") + factor
                       for place, (factor, dot) in enumerate(zip(factors, dotted, strict=True)))  # fmt: skip

    def fraction(self, above: str, below: str) -> str:
        return "½" if (above, below) == ("1", "2") else f"{above} / {below}"

    def derivative(self, of: str, by: str) -> str:
        return f"∂{of}/∂{by}"

    def omitted(self, count: int) -> str:
        return f"… {spaced(count)} more …"

    def power(self, base: str, exponent: str) -> str:
        """e to a power on one line as a function."""
        if base == "e":
            return f"exp({_bare(exponent)})"
        return base + (self._high(exponent) if all(each in RAISED for each in exponent) else f"^{exponent}")

    def root(self, inner: str) -> str:
        return f"√{inner}"

    def function(self, name: str, arguments: list[str], bare: bool) -> str:
        inner = ", ".join(arguments)
        return f"⌊{inner}⌋" if name == "floor" else f"{name}({inner})"

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


class _Figures(_Plain):
    def function(self, name: str, arguments: list[str], bare: bool) -> str:
        return f"{name}({', '.join(arguments)})"

    def bars(self, inner: str, double: bool) -> str:
        return f"∥{inner}∥" if double else f"|{inner}|"


class _Html(_Plain):
    def number(self, number: Number) -> str:
        mantissa, has_power, power = figures(number).partition("e")
        raised = f"10<sup>{power}</sup>"
        return mantissa if not has_power else raised if mantissa == "1" else f"{mantissa}·{raised}"

    def _letter(self, symbol: Symbol) -> str:
        letter = escape(symbol.letter)
        letter = f"<b>{letter}</b>" if symbol.bold else f"<i>{letter}</i>" if len(symbol.letter) == 1 else letter
        return letter + MARKS.get(symbol.mark, "")

    def _low(self, text: str) -> str:
        return f"<sub>{escape(text)}</sub>" if text else ""

    def _high(self, text: str) -> str:
        return f"<sup>{escape(text)}</sup>" if text else ""

    def power(self, base: str, exponent: str) -> str:
        return f"{base}<sup>{_bare(exponent)}</sup>"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {escape(sign)} {right}"

    def blank(self, width: int) -> str:
        return "<u>" + "&nbsp;" * (2 * width) + "</u>"


def _bare(held: str) -> str:
    """Without the brackets of a whole that is held together."""
    return held.removeprefix("(").removesuffix(")") if held.startswith("(") else held
