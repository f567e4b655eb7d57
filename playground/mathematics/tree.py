"""What formulas are made of: numbers, symbols, sums, fractions …; values that cannot change.

Owns these nodes and how they are put together with Python's own operators; writes and computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec


class Node(msgspec.Struct, frozen=True):
    """A formula, or a part of one."""

    def __add__(self, other: Node | float) -> Node:
        return Sum((*_terms(self), *_terms(node(other))))

    def __radd__(self, other: Node | float) -> Node:
        return node(other) + self

    def __sub__(self, other: Node | float) -> Node:
        return Sum((*_terms(self), Negative(node(other))))

    def __rsub__(self, other: Node | float) -> Node:
        return node(other) - self

    def __mul__(self, other: Node | float) -> Node:
        return Product((*_factors(self), node(other)))

    def __rmul__(self, other: Node | float) -> Node:
        return Product((node(other), *_factors(self)))

    def __truediv__(self, other: Node | float) -> Node:
        return Fraction(self, node(other))

    def __rtruediv__(self, other: Node | float) -> Node:
        return node(other) / self

    def __pow__(self, other: Node | float) -> Node:
        return Power(self, node(other))

    def __neg__(self) -> Node:
        return Negative(self)


MARKS = {"": "", "hat": "^", "prime": "′", "second": "″", "new": "new "}


class Number(Node, frozen=True):
    """A number, written as it would be typed in so many digits; places: with so many decimals instead, as a number that
    is put in for a letter: a negative one stands in brackets behind a sign."""

    value: float
    digits: int = 6
    places: int | None = None


class Symbol(Node, frozen=True):
    """A letter, with what stands below and above it. mark: a hat, primes, or "new" before it. bold: a vector or a
    matrix. at: a row and a column in square brackets behind it."""

    letter: str
    below: str = ""
    above: str = ""
    mark: Literal["", "hat", "prime", "second", "new"] = ""
    bold: bool = False
    at: str = ""

    @property
    def key(self) -> str:
        """What its value is found under: the letter, its mark, and what stands below and above."""
        return f"{self.letter}{MARKS[self.mark]}{self.below}{self.above}{self.at}"


class Sum(Node, frozen=True):
    """Terms that are added; a Negative one is taken off."""

    terms: tuple[Node, ...]


class Negative(Node, frozen=True):
    """The same with the other sign."""

    inner: Node


class Product(Node, frozen=True):
    """Factors beside each other."""

    factors: tuple[Node, ...]


class Applied(Node, frozen=True):
    """A matrix times a vector."""

    matrix: Node
    vector: Node


class Derivative(Node, frozen=True):
    """How one moves with the other."""

    of: Node
    by: Node


class Omitted(Node, frozen=True):
    """So many terms of a sum, or arguments of a function, that are left out."""

    count: int


class Fraction(Node, frozen=True):
    """One over the other."""

    above: Node
    below: Node


class Power(Node, frozen=True):
    """A base with an exponent."""

    base: Node
    exponent: Node


class Root(Node, frozen=True):
    """The square root."""

    inner: Node


FunctionName = Literal["tanh", "sin", "cos", "ln", "erf", "max", "min", "sign", "floor", "mean", "var", "f′"]


class Function(Node, frozen=True):
    """A function that has a name, of one or more arguments."""

    name: FunctionName
    arguments: tuple[Node, ...]


class Bars(Node, frozen=True):
    """The size of a number, or twice: the length of a vector."""

    inner: Node
    double: bool = False


class Compared(Node, frozen=True):
    """A condition."""

    left: Node
    sign: Literal["<", "≤", ">", "≥", "="]
    right: Node


class Cases(Node, frozen=True):
    """One value where a condition holds, another one where it does not."""

    value: Node
    condition: Node
    other: Node


class Total(Node, frozen=True):
    """A sum over an index: of the values of `inner` along the last axis of its arrays."""

    index: str
    inner: Node
    over: str = ""


class Equation(Node, frozen=True):
    """A left and a right side; step: the left takes the value of the right."""

    left: Node
    right: Node
    step: bool = False


class Matrix(Node, frozen=True):
    """Rows of numbers; None stands for rows or columns that are left out."""

    rows: tuple[tuple[float | None, ...], ...]


class Blank(Node, frozen=True):
    """A place to write an answer."""

    width: int = 8


class Chain(Node, frozen=True):
    """Several right sides, one equal to the next."""

    parts: tuple[Node, ...]


def node(value: Node | float) -> Node:
    """A number as a formula; a formula as it is."""
    return value if isinstance(value, Node) else Number(float(value)) if value >= 0 else Negative(Number(-float(value)))


def _terms(value: Node) -> tuple[Node, ...]:
    return value.terms if isinstance(value, Sum) else (value,)


def _factors(value: Node) -> tuple[Node, ...]:
    return value.factors if isinstance(value, Product) else (value,)


def total(terms: Sequence[Node]) -> Node:
    """Terms that are added, whatever their signs; a single one as it is."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def call(name: FunctionName, *arguments: Node | float) -> Node:
    """A function of these."""
    return Function(name, tuple(node(each) for each in arguments))


E, PI, HALF = Symbol("e"), Symbol("π"), Fraction(Number(1), Number(2))


def exp(value: Node) -> Node:
    """e to the power of this."""
    return Power(E, value)
