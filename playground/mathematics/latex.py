"""Formulas as LaTeX, for amsmath.

Owns this writing.
"""

from __future__ import annotations

import re

from playground.mathematics.tree import Node, Number, Symbol
from playground.mathematics.writing import figures, written
from playground.numbers import plain, spaced, tex

LETTERS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "η": r"\eta", "λ": r"\lambda",
    "μ": r"\mu", "ν": r"\nu", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "ψ": r"\psi", "ℓ": r"\ell", "∂": r"\partial",
    "ξ": r"\xi", "∇": r"\nabla",
}  # fmt: skip
SIGNS = {"<": "<", "≤": r"\le", ">": ">", "≥": r"\ge", "=": "=", "←": r"\leftarrow"}
SMALL = {"−": "-", "…": r"\ldots ", "·": r"\cdot "}
NAMED = {"tanh", "sin", "cos", "ln", "max", "min"}
"""Functions that LaTeX knows; others are set as operators."""


def latex(node: Node) -> str:
    """The formula without any dollar around it."""
    return written(node, _Latex())


def letters(text: str) -> str:
    """What stands below or above a symbol: letters by name, whole words upright."""
    return "".join(map(_letter, re.findall(r"[A-Za-z]{2,}|.", text))).strip()


def _letter(part: str) -> str:
    if len(part) > 1:
        return rf"\text{{{part}}}"
    return f"{LETTERS[part]} " if part in LETTERS else SMALL.get(part, part)


class _Latex:
    stacks = True

    def row(self, parts: list[str]) -> str:
        return "".join(parts)

    def number(self, number: Number) -> str:
        return tex(figures(number))

    def symbol(self, symbol: Symbol) -> str:
        found = LETTERS.get(symbol.letter, symbol.letter)
        if len(symbol.letter) > 1:
            found = rf"\mathrm{{{symbol.letter}}}"
        if symbol.bold:
            found = rf"\boldsymbol{{{found}}}" if symbol.letter in LETTERS else rf"\mathbf{{{found}}}"
        if symbol.mark == "hat":
            found = rf"\hat{{{found}}}"
        found += {"prime": "'", "second": "''"}.get(symbol.mark, "")
        found += f"_{{{letters(symbol.below)}}}" if symbol.below else ""
        found += f"^{{{letters(symbol.above)}}}" if symbol.above else ""
        found += f"[{symbol.at}]" if symbol.at else ""
        return rf"\text{{new }} {found}" if symbol.mark == "new" else found

    def plus(self, first: bool, negative: bool) -> str:
        return ("-" if negative else "") if first else (" - " if negative else " + ")

    def beside(self, factors: list[str], dotted: list[bool]) -> str:
        return "".join((r" \cdot " if dot else " " if place else "") + factor
                       for place, (factor, dot) in enumerate(zip(factors, dotted, strict=True)))  # fmt: skip

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def derivative(self, of: str, by: str) -> str:
        return self.fraction(rf"\partial {of}", rf"\partial {by}")

    def omitted(self, count: int) -> str:
        return rf"\ldots \text{{{spaced(count)} more}} \ldots"

    def power(self, base: str, exponent: str) -> str:
        return f"{{{base}}}^{{{exponent}}}"

    def root(self, inner: str) -> str:
        return rf"\sqrt{{{inner}}}"

    def function(self, name: str, arguments: list[str], bare: bool) -> str:
        inner = ", ".join(arguments)
        if name == "floor":
            return rf"\left\lfloor {inner} \right\rfloor"
        known = rf"\{name}" if name in NAMED else "f'" if name == "f′" else rf"\operatorname{{{name}}}"
        return f"{known} {inner}" if bare else rf"{known}\left( {inner} \right)"

    def bars(self, inner: str, double: bool) -> str:
        return rf"\left\| {inner} \right\|" if double else rf"\left| {inner} \right|"

    def compared(self, left: str, sign: str, right: str) -> str:
        return f"{left} {SIGNS[sign]} {right}"

    def cases(self, value: str, condition: str, other: str) -> str:
        return rf"\begin{{cases}} {value} & \text{{if }} {condition} \\ {other} & \text{{otherwise}} \end{{cases}}"

    def total(self, index: str, over: str, inner: str) -> str:
        above = f"^{{{letters(over)}}}" if over else ""
        below = f"_{{{letters(index)}{'=1' if over else ''}}}" if index else ""
        return rf"\sum{below}{above} {inner}"

    def matrix(self, rows: list[list[str | None]]) -> str:
        lines = r" \\ ".join(" & ".join(r"\cdots" if cell is None else cell for cell in row) for row in rows)
        return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"

    def brackets(self, inner: str) -> str:
        return rf"\left( {inner} \right)"

    def blank(self, width: int) -> str:
        return rf"\underline{{\hspace{{{plain(width / 2)}em}}}}"
