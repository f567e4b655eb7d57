"""What each kind of layer computes, as formulas of what the layer before it gives.

Owns these formulas, those of `kernels.layers`. Layers are counted from 1, a⁽⁰⁾ = x are the inputs.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from playground.mathematics.content.activations import ACTIVATIONS, softmax
from playground.mathematics.tree import Applied, Cases, Compared, Equation, Node, Number, Root, Symbol, Total, call

EPSILON, RATE, DEVIATION = Symbol("ε"), Symbol("r"), Symbol("σ")
DRAWN, NORMAL, KEPT = Symbol("u"), Symbol("ξ"), Symbol("ϱ")


class Place(msgspec.Struct, frozen=True):
    """A layer by its number from 1; source: the layer whose output a residual connection adds, 0 the inputs; projects:
    whether by a matrix."""

    number: int
    source: int | None = None
    projects: bool = False

    @property
    def above(self) -> str:
        return f"({self.number})"

    def own(self, letter: str, below: str = "", bold: bool = True) -> Symbol:
        """A symbol of this layer."""
        return Symbol(letter, below, self.above, bold=bold)

    @property
    def before(self) -> Symbol:
        """What the layer before gives."""
        return outputs(self.number - 1)


def outputs(layer: int) -> Symbol:
    """What a layer gives; of layer 0 the inputs."""
    return Symbol("x", bold=True) if layer == 0 else Symbol("a", above=f"({layer})", bold=True)


def _affine(at: Place, vector: Node) -> Node:
    return Applied(at.own("W"), vector) + at.own("b")


def _dense(at: Place) -> tuple[Equation, ...]:
    return (Equation(at.own("z"), _affine(at, at.before)),)


def _residual(at: Place) -> tuple[Equation, ...]:
    source = outputs(at.source or 0)
    return (Equation(at.own("z"), at.before + (_affine(at, source) if at.projects else source)),)


def _scaling(at: Place) -> tuple[Equation, ...]:
    return (Equation(at.own("z"), at.own("γ") * at.before + at.own("β")),)


def _norm(over: str) -> Callable[[Place], tuple[Equation, ...]]:
    def made(at: Place) -> tuple[Equation, ...]:
        mean, variance, normal = at.own("μ"), at.own("s"), at.own("n")
        return (
            Equation(mean, call("mean", at.before)), Equation(variance, call("var", at.before)),
            Equation(normal, (at.before - mean) / Root(variance + EPSILON)),
            Equation(at.own("z"), at.own("γ") * normal + at.own("β")),
        )  # fmt: skip

    return made


def _dropout(at: Place) -> tuple[Equation, ...]:
    kept = at.before / (1 - RATE)
    return (Equation(at.own("z"), Cases(Number(0), Compared(DRAWN, "<", RATE), kept)),)


def _noise(at: Place) -> tuple[Equation, ...]:
    return (Equation(at.own("z"), at.before + DEVIATION * NORMAL),)


def _convolution(at: Place) -> tuple[Equation, ...]:
    weight = at.own("W", "f,c,i,j", bold=False)
    read = Symbol(at.before.letter, "c,y+i,x+j", at.before.above)
    bias = at.own("b", "f", bold=False)
    return (Equation(at.own("z", "f,y,x", bold=False), Total("c,i,j", weight * read) + bias),)


def _pooled(name: str) -> Callable[[Place], tuple[Equation, ...]]:
    def made(at: Place) -> tuple[Equation, ...]:
        window = Symbol(at.before.letter, "c,hy+i,hx+j", at.before.above)
        function = call("max", window) if name == "max" else call("mean", window)
        return (Equation(at.own("z", "c,y,x", bold=False), function),)

    return made


def _flatten(at: Place) -> tuple[Equation, ...]:
    return (Equation(at.own("z"), at.before),)


LAYERS: dict[str, Callable[[Place], tuple[Equation, ...]]] = {
    "dense": _dense, "residual": _residual, "batch_norm": _norm("batch"), "layer_norm": _norm("units"),
    "dropout": _dropout, "gaussian_noise": _noise, "scaling": _scaling, "conv2d": _convolution,
    "max_pool2d": _pooled("max"), "average_pool2d": _pooled("mean"), "flatten": _flatten,
}  # fmt: skip
"""By the kinds' names: from what the layer before gives to z."""
NOTES = {
    "residual": "the shorter way", "batch_norm": "mean and variance of each channel over the batch, in training",
    "layer_norm": "mean and variance of each sample over its units",
    "dropout": "u uniform between 0 and 1, for each unit and sample; after training z is what came in",
    "gaussian_noise": "ξ normal with mean 0 and variance 1; after training z is what came in",
    "conv2d": "f: filter, c: channel, (i, j): place in the kernel", "max_pool2d": "over the h × h places (i, j)",
    "average_pool2d": "over the h × h places (i, j)", "flatten": "an image as a row of numbers",
}  # fmt: skip


def activated(at: Place, activation: str, letter: str = "a") -> Equation:
    """a = f(z), unit by unit; the soft-max takes all units together."""
    z = at.own("z")
    if activation == "softmax":
        return Equation(Symbol(letter, "k", at.above), softmax("z", at.above))
    return Equation(at.own(letter), ACTIVATIONS[activation](z))
