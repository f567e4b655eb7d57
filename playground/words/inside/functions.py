"""The activations in words: what each is called, and what it does to a sum.

Owns these texts, and which names the formulas of `playground.mathematics.content` go by.
"""

from __future__ import annotations

from playground.experiment.activations import ACTIVATIONS
from playground.mathematics.content.activations import ACTIVATIONS as FORMULAS
from playground.mathematics.content.activations import SLOPES
from playground.mathematics.tree import Function, Node
from playground.words.inside.symbols import number

SAID = {
    "linear": "nothing bends here: what the sum is, is handed on",
    "tanh": "the sum, bent into the range from −1 to 1",
    "sigmoid": "the sum, bent into the range from 0 to 1",
    "relu": "a positive sum passes as it is, a negative one becomes 0",
    "leaky_relu": "a positive sum passes as it is, a negative one is made a hundred times smaller",
    "sine": "the sum as an angle: its sine",
    "softmax": "all sums of the layer, made into shares that add up to 1",
}
SMOOTH = "the sum, bent by the activation"


def formula_name(name: str) -> str:
    """An activation's name without the way in which it is computed."""
    return name.removeprefix("naive_")


def label(name: str) -> str:
    """What an activation is called on screen."""
    known = ACTIVATIONS.get(formula_name(name))
    return known.label if known is not None else "softmax" if name.endswith("softmax") else name


def value_of(name: str, z: Node) -> Node:
    """f(z), with what stands for z."""
    return FORMULAS[formula_name(name)](z)


def slope_of(name: str, z: Node, a: Node) -> Node:
    """f′(z), with what stands for z and a; f′(z) itself where there is nothing shorter to say."""
    written = SLOPES.get(formula_name(name))
    return Function("f′", (z,)) if written is None else written(z, a)


def slope_number(name: str, z: float | None, a: float | None, slope: float) -> Node:
    """The same with numbers; the slope itself where z and a are not known, or nothing is to be computed."""
    written = SLOPES.get(formula_name(name))
    return number(slope) if written is None or z is None or a is None else written(number(z), number(a))


def said_of(name: str) -> str:
    """What an activation does, in a few words."""
    return SAID.get(formula_name(name), SMOOTH)
