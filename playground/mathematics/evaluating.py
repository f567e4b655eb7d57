"""The value of a formula, where its symbols have values: numbers or arrays; and the formula with numbers put in.

Owns this plain reading of the tree; a formula that is shown can so be held against what the kernels compute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.mathematics.tree import (
    Applied,
    Bars,
    Cases,
    Chain,
    Compared,
    Equation,
    Fraction,
    Function,
    Matrix,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Root,
    Sum,
    Symbol,
    Total,
)

Value = Any
"""A float, or an array of them."""
_erf = np.frompyfunc(math.erf, 1, 1)
FUNCTIONS: dict[str, Callable[..., Value]] = {
    "tanh": np.tanh, "sin": np.sin, "cos": np.cos, "ln": np.log, "max": np.maximum, "min": np.minimum, "sign": np.sign,
    "floor": np.floor, "erf": lambda x: np.asarray(_erf(x), np.float64), "mean": np.mean, "var": np.var,
}  # fmt: skip
SIGNS: dict[str, Callable[..., NDArray[np.bool_]]] = {
    "<": np.less, "≤": np.less_equal, ">": np.greater, "≥": np.greater_equal, "=": np.equal,
}  # fmt: skip
CONSTANTS: dict[str, float] = {"e": math.e, "π": math.pi}


def value_of(node: Node, values: Mapping[str, Value]) -> Value:
    """The value; `values` are by `Symbol.key`. Of an equation that of its right side. Raises KeyError for a symbol
    without one."""
    match node:
        case Number(value=value):
            return value
        case Symbol():
            return values[node.key] if node.key in values or node.key not in CONSTANTS else CONSTANTS[node.key]
        case Sum(terms):
            return sum((value_of(each, values) for each in terms[1:]), start=value_of(terms[0], values))
        case Negative(inner):
            return -value_of(inner, values)
        case Product(factors):
            found = value_of(factors[0], values)
            for each in factors[1:]:
                found = found * value_of(each, values)
            return found
        case Applied(matrix, vector):
            return value_of(matrix, values) @ value_of(vector, values)
        case Fraction(above, below):
            return value_of(above, values) / value_of(below, values)
        case Power(base, exponent):
            return value_of(base, values) ** value_of(exponent, values)
        case Root(inner):
            return np.sqrt(value_of(inner, values))
        case Function(name, arguments):
            return FUNCTIONS[name](*(value_of(each, values) for each in arguments))
        case Bars(inner, double):
            found = value_of(inner, values)
            return np.sqrt(np.sum(np.square(found))) if double else np.abs(found)
        case Compared(left, sign, right):
            return SIGNS[sign](value_of(left, values), value_of(right, values))
        case Cases(value, condition, other):
            holds = value_of(condition, values)
            return np.where(holds, value_of(value, values), value_of(other, values))
        case Total(inner=inner):
            return np.sum(value_of(inner, values), axis=0)
        case Equation(right=right):
            return value_of(right, values)
        case Chain(parts):
            return value_of(parts[-1], values)
        case Matrix(rows):
            return np.array(rows, np.float64)
    raise TypeError(f"{node!r} has no value")


def put_in(node: Node, numbers: Mapping[Node, Node]) -> Node:
    """The formula with numbers for its symbols, or for whole parts of it; of cases the one that they choose."""
    if node in numbers:
        return numbers[node]
    parts = {name: _put_in(getattr(node, name), numbers) for name in node.__struct_fields__}
    found = cast(Node, replace(cast(Any, node), **parts))
    if not isinstance(found, Cases):
        return found
    try:
        return found.value if value_of(found.condition, {}) else found.other
    except KeyError:  # a letter of its condition has no number
        return found


def _put_in(part: object, numbers: Mapping[Node, Node]) -> object:
    if isinstance(part, tuple):
        return tuple(_put_in(each, numbers) for each in part)
    return put_in(part, numbers) if isinstance(part, Node) else part
