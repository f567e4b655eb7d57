"""One way through a formula, whatever it is written as: which parts need brackets, and in which order they come.

Owns that way; a `Style` says how each part is written.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from playground.mathematics.tree import (
    Applied,
    Bars,
    Blank,
    Cases,
    Chain,
    Compared,
    Derivative,
    Equation,
    Fraction,
    Function,
    Matrix,
    Negative,
    Node,
    Number,
    Omitted,
    Power,
    Product,
    Root,
    Sum,
    Symbol,
    Total,
)
from playground.numbers import at_least, plain

STRONG = {Cases: 0, Sum: 1, Negative: 1, Total: 2, Product: 3, Applied: 3, Fraction: 4, Power: 5}
"""How strongly a node holds its parts together; all others need no brackets."""
ATOM = 9


T = TypeVar("T")


class Style(Protocol[T]):
    """How the parts of a formula are written, as texts or as something else; all arguments are written already, but for
    a number and a symbol."""

    stacks: bool
    """Whether fractions, roots and powers show by themselves where they begin and end; else factors have dots."""

    def row(self, parts: list[T]) -> T: ...
    def number(self, number: Number) -> T: ...
    def symbol(self, symbol: Symbol) -> T: ...
    def plus(self, first: bool, negative: bool) -> T: ...
    def beside(self, factors: list[T], dotted: list[bool]) -> T: ...
    def fraction(self, above: T, below: T) -> T: ...
    def derivative(self, of: T, by: T) -> T: ...
    def omitted(self, count: int) -> T: ...
    def power(self, base: T, exponent: T) -> T: ...
    def root(self, inner: T) -> T: ...
    def function(self, name: str, arguments: list[T], bare: bool) -> T: ...
    def bars(self, inner: T, double: bool) -> T: ...
    def compared(self, left: T, sign: str, right: T) -> T: ...
    def cases(self, value: T, condition: T, other: T) -> T: ...
    def total(self, index: str, over: str, inner: T) -> T: ...
    def matrix(self, rows: list[list[T | None]]) -> T: ...
    def brackets(self, inner: T) -> T: ...
    def blank(self, width: int) -> T: ...


def written(node: Node, style: Style[T]) -> T:
    """The formula in a style."""
    return _Writer(style).write(node)


def figures(number: Number) -> str:
    """A number's digits, with its sign."""
    return plain(number.value, number.digits) if number.places is None else at_least(number.value, number.places)


def strength(node: Node, stacks: bool) -> int:
    """How strongly it holds together; stacked fractions do by their line."""
    if stacks and isinstance(node, Fraction):
        return ATOM
    if isinstance(node, Number) and node.value < 0:
        return STRONG[Negative]
    if isinstance(node, Number) and "e" in (written_out := figures(node)):
        return STRONG[Power if written_out.startswith("1e") else Product]
    return STRONG.get(type(node), ATOM)


class _Writer(Generic[T]):
    def __init__(self, style: Style[T]) -> None:
        self.style = style

    def write(self, node: Node, opens: bool = True) -> T:
        """opens: whether nothing stands before it, so that it may begin with a minus."""
        style, write = self.style, self.write
        match node:
            case Number():
                return style.number(node)
            case Symbol():
                return style.symbol(node)
            case Sum(terms):
                return self._sum(terms, opens)
            case Negative(inner):
                return style.row([style.plus(True, True), self._held(inner, 3)])
            case Product(factors):
                return self._product(factors, opens)
            case Applied(matrix, vector):
                return style.beside([self._held(matrix, 3), self._held(vector, 4)], [False, False])
            case Fraction(above, below):
                over = self._held(above, 0 if style.stacks else 3, opens or style.stacks)
                return style.fraction(over, self._held(below, 0 if style.stacks else 5, style.stacks))
            case Derivative(of, by):
                return style.derivative(write(of), write(by))
            case Omitted(count):
                return style.omitted(count)
            case Power(base, exponent):
                inside = 0 if style.stacks else ATOM
                return style.power(self._held(base, ATOM, fraction=True), self._held(exponent, inside, style.stacks))
            case Root(inner):
                return style.root(write(inner) if style.stacks else self._held(inner, ATOM))
            case Function(name, arguments):
                bare = len(arguments) == 1 and isinstance(arguments[0], (Symbol, Number))
                return style.function(name, [write(each) for each in arguments], bare)
            case Bars(inner, double):
                return style.bars(write(inner), double)
            case Compared(left, sign, right):
                return style.compared(write(left), sign, write(right))
            case Cases(value, condition, other):
                return style.cases(write(value), write(condition), write(other))
            case Total(index, inner, over):
                return style.total(index, over, self._held(inner, 2))
            case Equation(left, right, step):
                return style.compared(write(left), "←" if step else "=", write(right))
            case Chain(parts):
                first, *rest = [write(part) for part in parts]
                for part in rest:
                    first = style.compared(first, "=", part)
                return first
            case Matrix(rows):
                cells = [[None if each is None else write(Number(each)) for each in row] for row in rows]
                return style.matrix(cells)
            case Blank(width):
                return style.blank(width)
        raise TypeError(f"{node!r} is no formula")

    def _held(self, node: Node, least: int, opens: bool = False, fraction: bool = False) -> T:
        """In brackets where it holds together less strongly than it has to."""
        own = strength(node, self.style.stacks and not fraction)
        if own < least and not (opens and isinstance(node, Number)):
            return self.style.brackets(self.write(node))
        return self.write(node, opens)

    def _sum(self, terms: tuple[Node, ...], opens: bool) -> T:
        found: list[T] = []
        for place, term in enumerate(terms):
            negative = isinstance(term, Negative)
            inner = term.inner if isinstance(term, Negative) else term
            if not (place == 0 and not negative):
                found.append(self.style.plus(place == 0, negative))
            found.append(self._held(inner, 2, opens and place == 0 and not negative))
        return self.style.row(found)

    def _product(self, factors: tuple[Node, ...], opens: bool) -> T:
        texts: list[T] = []
        dotted: list[bool] = []
        for place, factor in enumerate(factors):
            last = place == len(factors) - 1
            least = 2 if last and isinstance(factor, Total) else 4 if place and isinstance(factor, Product) else 3
            texts.append(self._held(factor, least, opens and place == 0))
            begins = isinstance(factor, (Number, Matrix, Blank)) or (
                isinstance(factor, Power) and isinstance(factor.base, Number)
            )
            dotted.append(place > 0 and (begins or not self.style.stacks))
        return self.style.beside(texts, dotted)
