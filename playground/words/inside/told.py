"""What is said about one operation: a title, a sentence, equations, and what stands beside them.

Owns these values; knows no operation, and not how a formula is written.
"""

from __future__ import annotations

import msgspec

from playground.mathematics.tree import Node


class Equation(msgspec.Struct, frozen=True):
    """`left` = symbols = numbers = result. Symbols or numbers are None where they would say nothing.

    apart: each of them on a line of its own, the equals signs under each other. step: the left side takes the value of
    the right one, which may have its old value: an arrow stands before it.
    """

    left: Node
    symbols: Node | None = None
    numbers: Node | None = None
    result: Node | None = None
    apart: bool = False
    step: bool = False

    @property
    def middle(self) -> tuple[Node, ...]:
        """What stands between the left side and the result."""
        return tuple(each for each in (self.symbols, self.numbers) if each is not None)

    @property
    def sign(self) -> str:
        """What stands behind the left side."""
        return "←" if self.step else "="

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return len(self.middle) + (self.result is not None) if self.apart else 1


class Side(msgspec.Struct, frozen=True):
    """A small table beside a formula: heads over its columns, of which the first is a name, and a note below.

    strong: the row that is spoken of. good: whether the note says that something is right, or that it is not.
    """

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    strong: int | None = None
    good: bool | None = None


class Told(msgspec.Struct, frozen=True):
    """One operation in words. where: the layer and the unit; what: a plain sentence without its full stop."""

    where: str
    what: str
    equations: tuple[Equation, ...]
    side: Side | None = None
