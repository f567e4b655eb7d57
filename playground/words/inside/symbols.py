"""What the numbers of a step are called in formulas, and how sums and products are written.

Owns the letters. Beside the unit that a formula is about stand two layers: what it reads is called h (or by the names
of the inputs), what comes after it has a prime. w are weights into the unit, v weights out of it, as on the canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.anatomy.operations.operation import INPUTS, NONE
from playground.engine.layout import LayerSlot, Layout
from playground.experiment.experiment import Experiment
from playground.numbers import MINUS, at_least, spaced
from playground.words.network import input_symbols

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LONGEST_SYMBOL = 6
"""Names of columns that are longer are numbered in formulas."""
KEPT = 3
"""So many terms of a long sum are written out, and its last one."""


def sub(*numbers: int) -> str:
    """Indices counted from 1 as one subscript: ₂₁, and ₁₂,₃ where one of several has more than a digit."""
    parts = [str(number).translate(SUBSCRIPTS) for number in numbers]
    return ("," if any(number > 9 for number in numbers) else "").join(parts)


def two(value: float) -> str:
    """A value in a formula."""
    return at_least(value, 2)


def three(value: float) -> str:
    """A slope, a δ, or a result."""
    return at_least(value, 3)


def held(text: str) -> str:
    """A number behind a sign: a negative one in brackets."""
    return f"({text})" if text.startswith(MINUS) else text


def times(*factors: str) -> str:
    """A product; the first factor may be negative without brackets."""
    return "·".join([factors[0], *map(held, factors[1:])])


def added(parts: Sequence[str], kept: int = KEPT) -> str:
    """A sum; of a long one the first terms, how many more there are, and the last."""
    shown = list(parts)
    if len(shown) > kept + 2:
        shown = [*shown[:kept], f"… {spaced(len(parts) - kept - 1)} more …", shown[-1]]
    return " + ".join([*shown[:1], *(held(each) if "·" not in each else _term(each) for each in shown[1:])])


def _term(product: str) -> str:
    """A product behind a plus: its first factor in brackets where it is negative."""
    first, rest = product.split("·", 1)
    return f"{held(first)}·{rest}"


@dataclass(frozen=True, slots=True)
class Symbols:
    """The letters for one network. inputs: what its inputs are called."""

    experiment: Experiment
    layout: Layout
    inputs: tuple[str, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> Symbols:
        """For an experiment's network."""
        names = input_symbols(experiment)
        if any(len(name) > LONGEST_SYMBOL for name in names):
            names = tuple(f"x{sub(place + 1)}" for place in range(len(names)))
        return cls(experiment, Layout.of(experiment), names)

    @property
    def head(self) -> int:
        """The number of the output's layer."""
        return len(self.layout.slots) - 1

    def slot(self, layer: int) -> LayerSlot:
        """A layer's place."""
        return self.layout.slots[layer]

    def place(self, layer: int, unit: int) -> str:
        """Which unit of a layer: ₂, ₂[3,4] of an image, nothing where there is only one."""
        image = self.experiment.input_shape.image if layer < 0 else self.slot(layer).shape.image
        if image is None:
            count = self.experiment.input_shape.units if layer < 0 else self.slot(layer).outputs
            return sub(self.number(layer, unit)) if count > 1 else ""
        channels, height, width = image
        channel, pixel = divmod(unit, height * width)
        where = f"[{pixel // width + 1},{pixel % width + 1}]"
        return f"{sub(channel + 1)}{where}" if channels > 1 else where

    def number(self, layer: int, unit: int) -> int:
        """A unit's number: counted from 1, of the classes of the output from 0, as everywhere on screen."""
        return unit if layer == self.head and self.experiment.task.is_classification else unit + 1

    def own(self, letter: str, layer: int, unit: int) -> str:
        """A number of the unit that a formula is about: z₂, a₂, δ₂."""
        return letter + self.place(layer, unit)

    def after(self, layer: int, unit: int, beyond: bool = False) -> str:
        """The δ of a unit of a layer after it: δ′₂; beyond: of one farther on."""
        return f"δ{'″' if beyond else '′'}{self.place(layer, unit)}"

    def value(self, layer: int, unit: int) -> str:
        """What a unit of an earlier layer hands on: x, h₂."""
        if unit == NONE:
            return "0"
        if layer == INPUTS:
            return self.inputs[unit] if unit < len(self.inputs) else f"x{self.place(layer, unit)}"
        return f"h{self.place(layer, unit)}"

    def layer_of(self, parameter: int) -> int:
        """The layer that a parameter belongs to."""
        return next(layer for layer, slot in enumerate(self.layout.slots) if parameter < slot.end)

    def parameter(self, parameter: int, letter: str = "w") -> str:
        """A weight, gain, bias or shift: w₂₁, w₁[2,3] of a filter, b₂, γ₁, β₁. letter: of a weight."""
        layer = self.layer_of(parameter)
        slot = self.slot(layer)
        if parameter >= slot.biases:
            sign = "β" if slot.has_gains else "b"
            return sign + (sub(self.number(layer, parameter - slot.biases)) if slot.bias_count > 1 else "")
        place = parameter - slot.weights
        if slot.has_gains:
            return "γ" + (sub(place + 1) if slot.weight_shape[0] > 1 else "")
        if slot.is_matrix:
            return letter + self._pair(layer, *divmod(place, slot.weight_shape[1]))
        filters, channels, size, _ = slot.weight_shape
        number, rest = divmod(place, channels * size * size)
        channel, pixel = divmod(rest, size * size)
        indices = [number + 1] * (filters > 1) + [channel + 1] * (channels > 1)
        return f"{letter}{sub(*indices)}[{pixel // size + 1},{pixel % size + 1}]"

    def _pair(self, layer: int, unit: int, source: int) -> str:
        """The two ends of a weight, as far as there is a choice."""
        outputs, inputs = self.slot(layer).weight_shape
        return sub(*([self.number(layer, unit)] * (outputs > 1) + [source + 1] * (inputs > 1)))
