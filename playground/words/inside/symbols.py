"""What the numbers of a step are called in formulas, and how long sums are shortened.

Owns the letters. Beside the unit that a formula is about stand two layers: what it reads is called h (or by the names
of the inputs), and skip where it comes past the layer before; what comes after it has a prime. w are weights into the
unit, v weights out of it, as on the canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from playground.anatomy.operations.operation import INPUTS, NONE
from playground.engine.layout import LayerSlot, Layout
from playground.experiment.experiment import Experiment
from playground.mathematics.tree import Derivative, Node, Number, Omitted, Symbol, total
from playground.numbers import at_least
from playground.words.network import input_symbols

LONGEST_SYMBOL = 6
"""Names of columns that are longer are numbered in formulas."""
KEPT = 3
"""So many terms of a long sum are written out, and its last one."""
LOSS = Symbol("ℓ")


def indices(*numbers: int) -> str:
    """Indices counted from 1 as one: 21, and 12,3 where one of several has more than a digit."""
    return ("," if any(number > 9 for number in numbers) else "").join(map(str, numbers))


def two(value: float) -> str:
    """A value beside a formula."""
    return at_least(value, 2)


def three(value: float) -> str:
    """A slope, a δ, or a result."""
    return at_least(value, 3)


def number(value: float, places: int = 2) -> Number:
    """A value in a formula; slopes, δ and results have three decimals."""
    return Number(value, places=places)


def slope_by(of: Symbol) -> Derivative:
    """How the sample's loss moves with it."""
    return Derivative(LOSS, of)


def shortened(parts: Sequence[Node], kept: int = KEPT) -> tuple[Node, ...]:
    """Of many terms the first ones, how many more there are, and the last."""
    if len(parts) <= kept + 2:
        return tuple(parts)
    return *parts[:kept], Omitted(len(parts) - kept - 1), parts[-1]


def added(parts: Sequence[Node], kept: int = KEPT) -> Node:
    """A sum; a long one shortened."""
    return total(shortened(parts, kept))


def _input(name: str) -> Symbol:
    """x, x², sin x."""
    return Symbol(name[:-1], above="2") if name.endswith("²") else Symbol(name)


class Symbols(msgspec.Struct, frozen=True):
    """The letters for one network. inputs: what its inputs are called."""

    experiment: Experiment
    layout: Layout
    inputs: tuple[Symbol, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> Symbols:
        """For an experiment's network."""
        names = input_symbols(experiment)
        long = any(len(name) > LONGEST_SYMBOL for name in names)
        inputs = (Symbol("x", indices(place)) if long else _input(name) for place, name in enumerate(names, 1))
        return cls(experiment, Layout.of(experiment), tuple(inputs))

    @property
    def head(self) -> int:
        """The number of the output's layer."""
        return len(self.layout.slots) - 1

    def slot(self, layer: int) -> LayerSlot:
        """A layer's place."""
        return self.layout.slots[layer]

    def unit(self, letter: str, layer: int, unit: int, mark: Literal["", "prime", "second"] = "") -> Symbol:
        """A number of a unit: z₂, z₂[3,4] of an image, z where there is only one."""
        image = self.experiment.input_shape.image if layer < 0 else self.slot(layer).shape.image
        if image is None:
            count = self.experiment.input_shape.units if layer < 0 else self.slot(layer).outputs
            return Symbol(letter, indices(self.number(layer, unit)) if count > 1 else "", mark=mark)
        channels, height, width = image
        channel, pixel = divmod(unit, height * width)
        at = f"{pixel // width + 1},{pixel % width + 1}"
        return Symbol(letter, indices(channel + 1) if channels > 1 else "", mark=mark, at=at)

    def number(self, layer: int, unit: int) -> int:
        """A unit's number: counted from 1, of the classes of the output from 0, as everywhere on screen."""
        return unit if layer == self.head and self.experiment.task.is_classification else unit + 1

    def after(self, layer: int, unit: int, beyond: bool = False) -> Symbol:
        """The δ of a unit of a layer after it: δ′₂; beyond: of one farther on."""
        return self.unit("δ", layer, unit, "second" if beyond else "prime")

    def value(self, layer: int, unit: int, reader: int) -> Node:
        """What a unit of an earlier layer hands on to a reader's: x, h₂; skip₂ past other layers; beside an image 0."""
        if unit == NONE:
            return Number(0)
        if layer == INPUTS:
            return self.inputs[unit] if unit < len(self.inputs) else self.unit("x", layer, unit)
        return self.unit("h" if layer == reader - 1 else "skip", layer, unit)

    def layer_of(self, parameter: int) -> int:
        """The layer that a parameter belongs to."""
        return next(layer for layer, slot in enumerate(self.layout.slots) if parameter < slot.end)

    def parameter(self, parameter: int, letter: str = "w") -> Symbol:
        """A weight, gain, bias or shift: w₂₁, w₁[2,3] of a filter, b₂, γ₁, β₁. letter: of a weight."""
        layer = self.layer_of(parameter)
        slot = self.slot(layer)
        if parameter >= slot.biases:
            unit = self.number(layer, parameter - slot.biases)
            return Symbol("β" if slot.has_gains else "b", indices(unit) if slot.bias_count > 1 else "")
        place = parameter - slot.weights
        if slot.has_gains:
            return Symbol("γ", indices(place + 1) if slot.weight_shape[0] > 1 else "")
        if slot.is_matrix:
            return Symbol(letter, self._pair(layer, *divmod(place, slot.weight_shape[1])))
        filters, channels, size, _ = slot.weight_shape
        number, rest = divmod(place, channels * size * size)
        channel, pixel = divmod(rest, size * size)
        both = [number + 1] * (filters > 1) + [channel + 1] * (channels > 1)
        return Symbol(letter, indices(*both), at=f"{pixel // size + 1},{pixel % size + 1}")

    def _pair(self, layer: int, unit: int, source: int) -> str:
        """The two ends of a weight, as far as there is a choice."""
        outputs, inputs = self.slot(layer).weight_shape
        return indices(*([self.number(layer, unit)] * (outputs > 1) + [source + 1] * (inputs > 1)))
