"""Formulas that a user types, such as `sin(3*x) + abs(y)`: read into a small tree of known functions.

Owns the grammar, its limits and what each function computes. A formula is never evaluated as code. Knows nothing of
features or data sets.

Grammar: sums of products of powers, as in mathematics: −x² is −(x²), 2^3^2 is 2^(3^2). `^` and `**` are the power, `·`
and `×` are `*`, `−` is `-`, `²` and `³` are powers, and a number before a name or a bracket multiplies: 2x, 3(x+1).
A name that is no word stands in backquotes: `petal length`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data.rounding import to_twenty_bits
from playground.errors import Said, Value, WrongUse
from playground.meant import meant

Array = NDArray[np.float64]
Compute = Callable[..., Array]

MAX_LENGTH = 120
MAX_DEPTH = 40
"""Of brackets, signs and powers inside each other."""
MOST_MULTIPLIED = 4
"""The largest exponent that is computed by multiplication."""
LARGEST = 1e30
"""Values are kept within ± this, so that single precision can hold them too."""

CONSTANTS = {"pi": np.pi, "π": np.pi, "e": np.e}
TOKENS = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d²³][^\W²³]*)|`(?P<quoted>[^`]*)`"
    r"|(?P<sign>\*\*|[-+*/^(),·×−÷²³]))"
)
SAME_SIGN = {"**": "^", "·": "*", "×": "*", "−": "-", "÷": "/"}
RAISED = {"²": 2.0, "³": 3.0}


def _rounded(compute: Compute) -> Compute:
    """A function whose last bits differ between processors, with twenty binary digits."""
    return lambda *given: to_twenty_bits(np.asarray(compute(*given), dtype=np.float64))


def _power(base: Array, exponent: Array) -> Array:
    """Small whole exponents by multiplication, which is exact, each by itself: whoever stands beside a sample changes
    nothing of it. Others rounded."""
    found, product = to_twenty_bits(np.power(base, exponent)), base
    for whole in range(1, MOST_MULTIPLIED + 1):
        product = product if whole == 1 else product * base
        found = np.where(exponent == whole, product, found)
    return found


class Function(msgspec.Struct, frozen=True):
    """A function that formulas may use: how many values it takes, and what it computes."""

    arguments: int
    compute: Compute
    meaning: str


FUNCTIONS: dict[str, Function] = {
    "sin": Function(1, _rounded(np.sin), "sine, in radians"),
    "cos": Function(1, _rounded(np.cos), "cosine, in radians"),
    "tan": Function(1, _rounded(np.tan), "tangent, in radians"),
    "atan": Function(1, _rounded(np.arctan), "arc tangent, in radians"),
    "exp": Function(1, _rounded(np.exp), "e to the power of"),
    "log": Function(1, _rounded(np.log), "natural logarithm"),
    "tanh": Function(1, _rounded(np.tanh), "hyperbolic tangent"),
    "sqrt": Function(1, np.sqrt, "square root"),
    "abs": Function(1, np.abs, "distance from 0"),
    "sign": Function(1, np.sign, "−1, 0 or 1"),
    "floor": Function(1, np.floor, "the next whole number below"),
    "min": Function(2, np.minimum, "the smaller one"),
    "max": Function(2, np.maximum, "the larger one"),
}
SAME_FUNCTION = {"ln": "log", "arctan": "atan", "sgn": "sign", "minimum": "min", "maximum": "max"}
OPERATORS: dict[str, Compute] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": _power, "negative": np.negative,
}  # fmt: skip


class Node(msgspec.Struct, frozen=True):
    """A constant, a name, or an operation on other nodes."""

    value: float | str
    compute: Compute | None = None
    inner: tuple[Node, ...] = ()


class Formula(msgspec.Struct, frozen=True):
    """A formula that was read: its text, and the names that it reads."""

    text: str
    names: tuple[str, ...]
    root: Node

    def compute(self, values: Mapping[str, Array]) -> Array:
        """Its values, one for each of the given ones, and 0 where it has none (a logarithm of 0, a division by 0).

        values: an array (n,) for every name that the formula reads. `has_values` tells where there is one.
        """
        found = self._raw(values)
        return np.clip(np.where(np.isfinite(found), found, 0.0), -LARGEST, LARGEST)

    def has_values(self, values: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Where the formula has a finite value."""
        return np.isfinite(self._raw(values))

    def _raw(self, values: Mapping[str, Array]) -> Array:
        size = np.broadcast_shapes(*(np.shape(each) for each in values.values()))
        with np.errstate(all="ignore"):
            return np.broadcast_to(_computed(self.root, values), size).astype(np.float64)


class FormulaRefused(WrongUse):
    """A formula that cannot be read. place: the index of the character that is wrong."""

    def __init__(self, text: str, place: int, reason: str, **values: Value) -> None:
        told = text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
        sentence = "The formula “{formula}” cannot be read at character {at}: {reason}."
        super().__init__(sentence, formula=told, at=place + 1, reason=Said(reason, values))
        self.place = place


class Token(msgspec.Struct, frozen=True):
    """A piece of a formula: a number, a name, a sign, or the end."""

    kind: str
    text: str
    place: int


def _tokens(text: str) -> list[Token]:
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = TOKENS.match(text, place)
        if match is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise FormulaRefused(text, at, "{sign!r} means nothing here", sign=text[at])
        kind = match.lastgroup or ""
        word = match[kind]
        found.append(Token("name" if kind == "quoted" else kind, SAME_SIGN.get(word, word), match.start(kind)))
        place = match.end()
    return [*found, Token("end", "", end)]


class _Reader:
    """Reads the tokens of one formula from left to right."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self._text, self._names = text, tuple(names)
        self._tokens, self._at, self._depth = _tokens(text), 0, 0
        self.read: list[str] = []

    def whole(self) -> Node:
        """The formula up to its end."""
        if self._next.kind == "end":
            raise self._refused("it is empty")
        found = self._sum()
        if self._next.kind != "end":
            closing = self._next.text == ")"
            raise self._refused("this bracket was never opened" if closing else "an operator is missing before it")
        return found

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _refused(self, reason: str, token: Token | None = None, **values: Value) -> FormulaRefused:
        return FormulaRefused(self._text, (token or self._next).place, reason, **values)

    def _take(self, *signs: str) -> str | None:
        """The next sign if it is one of these; it is then behind us."""
        token = self._next
        if token.kind != "sign" or token.text not in signs:
            return None
        self._at += 1
        return token.text

    def _sum(self) -> Node:
        found = self._product()
        while sign := self._take("+", "-"):
            found = _operation(sign, found, self._product())
        return found

    def _product(self) -> Node:
        found, after_number = self._signed(), self._at > 0 and self._tokens[self._at - 1].kind == "number"
        while True:
            if sign := self._take("*", "/"):
                found = _operation(sign, found, self._signed())
            elif after_number and (self._next.kind == "name" or self._next.text == "("):
                found = _operation("*", found, self._power())  # 2x
            else:
                return found
            after_number = self._tokens[self._at - 1].kind == "number"

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused("brackets and signs go deeper than {high}", high=MAX_DEPTH)
        sign = self._take("-", "+")
        found = self._power() if sign is None else self._signed()
        self._depth -= 1
        return _operation("negative", found) if sign == "-" else found

    def _power(self) -> Node:
        found = self._one()
        while sign := self._take(*RAISED):
            found = _operation("^", found, Node(RAISED[sign]))
        return _operation("^", found, self._signed()) if self._take("^") else found

    def _one(self) -> Node:
        """A number, a name, a function of something, or a bracket."""
        token = self._next
        self._at += 1
        if token.kind == "number":
            return Node(float(token.text))
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            found = self._sum()
            self._close(token)
            return found
        self._at -= 1
        raise self._refused("a number, a name or a bracket is missing here")

    def _close(self, opened: Token) -> None:
        if not self._take(")"):
            if self._next.kind == "end":
                raise self._refused("this bracket is never closed", opened)
            raise self._refused("a closing bracket or an operator is missing before it")

    def _named(self, token: Token) -> Node:
        name = token.text
        if name in self._names:
            self.read.append(name)
            return Node(name)
        function = FUNCTIONS.get(SAME_FUNCTION.get(name.lower(), name.lower()))
        if function is not None:
            return self._call(token, function)
        if name in CONSTANTS:
            return Node(CONSTANTS[name])
        known = (*self._names, *FUNCTIONS, "pi", "e")
        close = meant(name, known)
        hint = Said(" (did you mean {close}?)", {"close": close}) if close else ""
        raise self._refused("there is nothing called {name!r}{hint}; it may use {known}", token, name=name, hint=hint,
                            known=known)  # fmt: skip

    def _call(self, token: Token, function: Function) -> Node:
        opened = self._next
        if not self._take("("):
            raise self._refused("{name} needs brackets: {name}(…)", name=token.text)
        inner = [self._sum()]
        while self._take(","):
            inner.append(self._sum())
        self._close(opened)
        if len(inner) != function.arguments:
            sentence = "{name} takes {wanted} value(s); there are {given}"
            raise self._refused(sentence, token, name=token.text, wanted=function.arguments, given=len(inner))
        return Node(token.text, function.compute, tuple(inner))


def _operation(sign: str, *inner: Node) -> Node:
    return Node(sign, OPERATORS[sign], inner)


def _computed(node: Node, values: Mapping[str, Array]) -> Array:
    if node.compute is not None:
        return node.compute(*(_computed(each, values) for each in node.inner))
    return np.asarray(values[node.value] if isinstance(node.value, str) else node.value, dtype=np.float64)


@lru_cache(maxsize=256)
def parse(text: str, names: tuple[str, ...]) -> Formula:
    """The formula of a text over these names; raises FormulaRefused, which points at the character that is wrong."""
    if len(text) > MAX_LENGTH:
        raise FormulaRefused(text, MAX_LENGTH, "a formula may have {high} characters; this has {given}",
                             high=MAX_LENGTH, given=len(text))  # fmt: skip
    reader = _Reader(text, names)
    root = reader.whole()
    return Formula(text, tuple(dict.fromkeys(reader.read)), root)
