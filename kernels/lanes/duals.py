"""Lanes that carry a derivative: forward-mode differentiation of any function of lanes.

Owns dual numbers and the rule of every operation for them. Must not know networks, nor whether lanes are NumPy arrays
or stand-ins (tracing.py): a rule only calls operations on its two parts. A function of lanes that is given matrices of
duals computes, beside what it always does, the derivative of everything along one direction; for the function that
computes the gradient this is the R-operator (Pearlmutter 1994, "Fast exact multiplication by the Hessian").

Where a derivative jumps, its value there is that of the branch the comparison takes. A formula whose branches meet in a
way that no one branch tells (`softplus` at 0) says what it moves like: `following`, `along`, `still`. Elementary
functions, which shift bits, have the rule `differentiable`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from kernels.lanes import vectors
from kernels.lanes.vectors import Index, Lanes

Function = TypeVar("Function", bound=Callable[..., Any])
Rule = Callable[..., Any]


class Differentiated:
    """What carries a derivative; an operation on any of these follows the rule of its name."""

    differentiates: ClassVar[bool] = True
    __array_ufunc__: ClassVar[None] = None  # NumPy's own lanes leave sums and products to duals

    def emit(self, name: str, operands: tuple[Any, ...]) -> Any:
        """The operation's value and derivative."""
        return RULES[name](*operands)


@dataclass(frozen=True)
class DualRows(Differentiated):
    """A matrix and the matrix of its derivatives, of the same shape."""

    value: Any
    tangent: Any


@dataclass(frozen=True)
class Dual(Differentiated):
    """Lanes, or a scalar, and their derivative."""

    value: Any
    tangent: Any

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.tangent + other.tangent)
        return Dual(self.value + other, self.tangent)

    def __radd__(self, other: Any) -> Dual:
        return Dual(other + self.value, self.tangent)

    def __sub__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value - other.value, self.tangent - other.tangent)
        return Dual(self.value - other, self.tangent)

    def __rsub__(self, other: Any) -> Dual:
        return Dual(other - self.value, -self.tangent)

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.tangent + self.tangent * other.value)
        return Dual(self.value * other, self.tangent * other)

    def __rmul__(self, other: Any) -> Dual:
        return Dual(other * self.value, other * self.tangent)

    def __truediv__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            found = self.value / other.value
            return Dual(found, (self.tangent - found * other.tangent) / other.value)
        return Dual(self.value / other, self.tangent / other)

    def __rtruediv__(self, other: Any) -> Dual:
        found = other / self.value
        return Dual(found, -(found * self.tangent) / self.value)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.tangent)


def still(x: Any) -> Any:
    """x as a number that does not move: its derivative is 0."""
    return x.value if isinstance(x, Differentiated) and hasattr(x, "value") else x


def following(x: Lanes, like: Lanes) -> Lanes:
    """x, which moves as `like` does: an equal expression without a corner."""
    return Dual(still(x), like.tangent) if isinstance(like, Dual) else x


def along(x: Lanes, slope: Lanes, z: Lanes) -> Lanes:
    """x, whose derivative by z is `slope`."""
    return Dual(still(x), still(slope) * z.tangent) if isinstance(z, Dual) else x


def differentiable(slope: Callable[[Any, Any], Any]) -> Callable[[Function], Function]:
    """Say the derivative of a function of one variable: slope(x, result), a tuple where the result is one."""

    def register(function: Function) -> Function:
        @functools.wraps(function)
        def call(x: Any) -> Any:
            if not isinstance(x, Dual):
                return function(x)
            found = function(x.value)
            slopes = slope(x.value, found)
            if isinstance(found, tuple):
                return tuple(Dual(y, x.tangent * s) for y, s in zip(found, slopes, strict=True))
            return Dual(found, x.tangent * slopes)

        return cast(Function, call)

    return register


def tangent_of(x: Any) -> Any:
    """The derivative; 0 of what carries none."""
    return x.tangent if isinstance(x, Dual) else 0.0


def on_both(operation: Callable[..., Any]) -> Rule:
    """A linear operation: the same of values and of derivatives."""

    def rule(*operands: Any) -> Any:
        values = [still(operand) for operand in operands]
        tangents = [operand.tangent if isinstance(operand, Differentiated) else operand for operand in operands]  # type: ignore[attr-defined]
        return Dual(operation(*values), operation(*tangents))

    return rule


def on_values(operation: Callable[..., Any]) -> Rule:
    """An operation whose result does not move."""
    return lambda *operands: operation(*[still(operand) for operand in operands])


def writing(operation: Callable[..., Any]) -> Rule:
    """Store a value and its derivative."""

    def rule(rows: DualRows, row: Index, column: Index, x: Any) -> None:
        operation(rows.value, row, column, still(x))
        flat = vectors.filled(x, 0.0) if operation is vectors.store and not isinstance(x, Dual) else tangent_of(x)
        operation(rows.tangent, row, column, flat)

    return rule


def transpose(rows: DualRows, row: Index, column: Index, turned: DualRows, top: Index, left: Index) -> None:
    for source, target in ((rows.value, turned.value), (rows.tangent, turned.tangent)):
        vectors.transpose(source, row, column, target, top, left)


def filled(x: Any, number: Any) -> Dual:
    return Dual(vectors.filled(still(x), still(number)), vectors.filled(still(x), tangent_of(number)))


def where_less(a: Any, b: Any, x: Any, y: Any) -> Any:
    found = vectors.where_less(still(a), still(b), still(x), still(y))
    if not (isinstance(x, Dual) or isinstance(y, Dual)):
        return found
    return Dual(found, vectors.where_less(still(a), still(b), tangent_of(x), tangent_of(y)))


def magnitude(x: Dual) -> Dual:
    sign = vectors.where_less(0.0, x.value, x.tangent, vectors.where_less(x.value, 0.0, -x.tangent, 0.0 * x.tangent))
    return Dual(vectors.magnitude(x.value), sign)


def square_root(x: Dual) -> Dual:
    found = vectors.square_root(x.value)
    return Dual(found, x.tangent * 0.5 / found)


def parts(sums: tuple[Any, ...], like: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values and derivatives in a row, the latter where `like` has them."""
    found: list[Any] = []
    for x, kind in zip(sums, like, strict=True):
        if isinstance(kind, Dual):
            flat = x.tangent if isinstance(x, Dual) else vectors.filled(x, 0.0)
            found += [still(x), flat]
        else:
            assert not isinstance(x, Dual), "a sum that moves must start from one that carries a derivative"
            found.append(x)
    return tuple(found)


def joined(flat: tuple[Any, ...], like: tuple[Any, ...]) -> tuple[Any, ...]:
    """The inverse of `parts`."""
    left = iter(flat)
    return tuple(Dual(next(left), next(left)) if isinstance(kind, Dual) else next(left) for kind in like)


def accumulate(start: Index, stop: Index, step: Callable[..., Any], sums: tuple[Any, ...]) -> tuple[Any, ...]:
    def both(j: Index, *flat: Any) -> tuple[Any, ...]:
        return parts(step(j, *joined(flat, sums)), sums)

    return joined(vectors.accumulate(start, stop, both, parts(sums, sums)), sums)


def sums_held(rows: DualRows) -> int:
    return max(1, vectors.sums_held(rows.value) // 2)


def choose(code: Index, cases: dict[int, Callable[..., Any]], *operands: Any) -> tuple[Any, ...]:
    return vectors.choose(code, {key: functools.partial(case, *operands) for key, case in cases.items()})


LINEAR = (
    vectors.load, vectors.load_flat, vectors.repeat, vectors.fold, vectors.fold_fours, vectors.first, vectors.widened,
)  # fmt: skip
FIXED = (
    vectors.height, vectors.width, vectors.is_single, vectors.lane_numbers, vectors.as_number, vectors.uniforms,
)  # fmt: skip
RULES: dict[str, Rule] = {
    **{operation.__name__: on_both(operation) for operation in LINEAR},
    **{operation.__name__: on_values(operation) for operation in FIXED},
    **{operation.__name__: writing(operation) for operation in (vectors.store, vectors.place_number)},
    **{
        rule.__name__: rule
        for rule in (transpose, filled, where_less, magnitude, square_root, accumulate, sums_held, choose)
    },
}  # fmt: skip
