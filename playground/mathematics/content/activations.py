"""The activation functions and their slopes as formulas of z.

Owns these formulas, those of `kernels.layers.activations`; GELU's tanh form is Hendrycks and Gimpel 2016.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.mathematics.tree import HALF, PI, Cases, Compared, Node, Number, Root, Symbol, Total, call, exp, node

ACTIVATIONS: dict[str, Callable[[Node], Node]] = {
    "linear": lambda z: z,
    "relu": lambda z: call("max", 0, z),
    "leaky_relu": lambda z: call("max", 0.01 * z, z),
    "elu": lambda z: Cases(z, Compared(z, ">", Number(0)), exp(z) - 1),
    "gelu": lambda z: HALF * z * (1 + call("tanh", Root(2 / PI) * (z + 0.044715 * z**3))),
    "gelu_erf": lambda z: HALF * z * (1 + call("erf", z / Root(node(2)))),
    "silu": lambda z: z / (1 + exp(-z)),
    "softplus": lambda z: call("ln", 1 + exp(z)),
    "tanh": lambda z: call("tanh", z),
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "sine": lambda z: call("sin", z),
}
"""By their names; the soft-max, which takes all units together, is apart."""
SLOPES: dict[str, Callable[[Node, Node], Node]] = {
    "tanh": lambda z, a: 1 - a**2,
    "sigmoid": lambda z, a: a * (1 - a),
    "sine": lambda z, a: call("cos", z),
}
"""f′ of z and a = f(z), of those whose slope is shorter than their formula."""


def softmax(letter: str, above: str) -> Node:
    """Of unit k, among all units j."""
    one, each = (Symbol(letter, below, above) for below in ("k", "j"))
    return exp(one) / Total("j", exp(each))
