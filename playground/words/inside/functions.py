"""The activations and their slopes as they are written, with letters and with numbers.

Owns this writing; the formulas are those of `playground.anatomy.activations`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playground.experiment.activations import ACTIVATIONS
from playground.numbers import MINUS
from playground.words.inside.symbols import held, two


def taken_off(text: str) -> str:
    """A minus and what is taken off."""
    return MINUS + held(text)


@dataclass(frozen=True, slots=True)
class Written:
    """value: f of what stands for z. slope: f′ of what stands for z and for a; None where it is only called f′."""

    value: Callable[[str], str]
    slope: Callable[[str, str], str] | None = None


FUNCTIONS: dict[str, Written] = {
    "linear": Written(lambda z: z),
    "tanh": Written(lambda z: f"tanh({z})", lambda z, a: f"1 − {held(a)}²"),
    "sigmoid": Written(lambda z: f"1 / (1 + exp({taken_off(z)}))", lambda z, a: f"{held(a)}·(1 − {held(a)})"),
    "naive_sigmoid": Written(lambda z: f"1 / (1 + exp({taken_off(z)}))", lambda z, a: f"{held(a)}·(1 − {held(a)})"),
    "relu": Written(lambda z: f"max(0, {z})"),
    "leaky_relu": Written(lambda z: f"max(0.01·{held(z)}, {z})"),
    "elu": Written(lambda z: f"elu({z})"),
    "gelu": Written(lambda z: f"gelu({z})"),
    "gelu_erf": Written(lambda z: f"gelu({z})"),
    "silu": Written(lambda z: f"{z} / (1 + exp({taken_off(z)}))"),
    "softplus": Written(lambda z: f"ln(1 + exp({z}))"),
    "sine": Written(lambda z: f"sin({z})", lambda z, a: f"cos({z})"),
}
SAID = {
    "linear": "nothing bends here: what the sum is, is handed on",
    "tanh": "the sum, bent into the range from −1 to 1",
    "sigmoid": "the sum, bent into the range from 0 to 1",
    "naive_sigmoid": "the sum, bent into the range from 0 to 1",
    "relu": "a positive sum passes as it is, a negative one becomes 0",
    "leaky_relu": "a positive sum passes as it is, a negative one is made a hundred times smaller",
    "sine": "the sum as an angle: its sine",
    "softmax": "all sums of the layer, made into shares that add up to 1",
    "naive_softmax": "all sums of the layer, made into shares that add up to 1",
}
SMOOTH = "the sum, bent by the activation"


def label(name: str) -> str:
    """What an activation is called on screen."""
    known = ACTIVATIONS.get(name.removeprefix("naive_"))
    return known.label if known is not None else "softmax" if name.endswith("softmax") else name


def value_of(name: str, z: str) -> str:
    """f(z), written with what stands for z."""
    return FUNCTIONS[name].value(z) if name in FUNCTIONS else f"{label(name)}({z})"


def slope_of(name: str, z: str, a: str) -> str:
    """f′(z), written with what stands for z and a; f′(z) where there is nothing shorter to say."""
    written = FUNCTIONS[name].slope if name in FUNCTIONS else None
    return f"f′({z})" if written is None else written(z, a)


def slope_number(name: str, z: float | None, a: float | None, slope: float) -> str:
    """The same with numbers; the slope itself where z and a are not known, or nothing is to be computed."""
    written = FUNCTIONS[name].slope if name in FUNCTIONS else None
    return two(slope) if written is None or z is None or a is None else written(two(z), two(a))


def said_of(name: str) -> str:
    """What an activation does, in a few words."""
    return SAID.get(name, SMOOTH)
