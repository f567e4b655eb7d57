"""What stands at the tiles of the network while one operation of a step is looked at: a above, δ below.

Owns these numbers and their names, and which tile a unit stands behind; knows nothing of what is lit, or of how any of
it is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from playground.anatomy.operations.operation import (
    INPUTS,
    NONE,
    Activation,
    Delta,
    Gradients,
    Largest,
    Normalization,
    Numbers,
    Operation,
    Terms,
    WeightedSum,
)
from playground.diagram.diagram import Diagram
from playground.diagram.outline import Outline
from playground.mathematics.plain import text as plain
from playground.views.canvas.items.inside_values import Tile, TileText
from playground.words.inside.names import meanings
from playground.words.inside.symbols import Symbols, three, two

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.anatomy.operations.sequence import Operations


class TileNumbers:
    """Of one step, or of one forward pass: the numbers at any of its operations. inputs: what the network reads."""

    def __init__(self, operations: Operations, inputs: Numbers, symbols: Symbols, diagram: Diagram) -> None:
        self._operations, self._inputs = operations, inputs
        self._symbols, self._diagram, self._outline = symbols, diagram, diagram.outline
        self._tile, self._is_single = partial(tile_of, self._outline), partial(is_single, self._outline)

    def texts(self, place: int) -> Iterator[tuple[Tile, TileText]]:
        """At an operation: a over every tile that has one by now, δ below, with the names that the formula has."""
        operation = self._operations[place]
        told = self._told_pixels(operation)
        for column in self._diagram.columns:
            layer = column.layer
            for tile in column.shown:
                if not self._is_single(layer):
                    unit = told.get((layer, tile))
                    if unit is not None:
                        yield (layer, tile), self._pixel_text(operation, place, layer, unit)
                    continue
                text = self._input_text(tile) if layer == INPUTS else self._unit_text(operation, place, layer, tile)
                if text is not None:
                    yield (layer, tile), text

    def _told_pixels(self, operation: Operation) -> dict[Tile, int]:
        """Of each tile of many units the one that the formula speaks of, where it is one alone."""
        units: dict[Tile, set[int]] = {}
        for meaning in meanings(operation, self._symbols).values():
            if meaning.parameter == NONE:
                units.setdefault(self._tile(meaning.layer, meaning.unit), set()).add(meaning.unit)
        if isinstance(operation, Largest):
            chosen = int(operation.units[operation.chosen])
            units[self._tile(operation.source, chosen)] = {chosen}
        if isinstance(operation, Gradients) and operation.units.size > 1:
            return {}
        return {tile: next(iter(each)) for tile, each in units.items() if len(each) == 1}

    def _pixel_text(self, operation: Operation, place: int, layer: int, unit: int) -> TileText:
        """As of a unit that is alone in its tile, under its name."""
        if layer == INPUTS:
            return TileText(below=f"{plain(self._symbols.value(layer, unit, 0))} = {two(float(self._inputs[unit]))}")
        text = self._unit_text(operation, place, layer, unit)
        if not isinstance(operation, Largest) or operation.layer == layer:
            return text
        name = plain(self._symbols.value(layer, unit, operation.layer))
        return replace(text, above=text.above.replace("a =", f"{name} =", 1))

    def _input_text(self, tile: int) -> TileText | None:
        active = self._outline.active
        if self._outline.is_image or tile not in active:
            return None
        return TileText(below=two(float(self._inputs[active.index(tile)])))

    def _unit_text(self, operation: Operation, place: int, layer: int, unit: int) -> TileText:
        """By now means: computed up to the operation that is shown."""
        moments = self._operations.of_unit(layer, unit)
        forward = [each for each in moments if each < self._ends_forward]
        backward = [each for each in moments if each >= self._begins_backward]
        if not forward:
            return TileText()
        own = layer == getattr(operation, "layer", None) and unit == getattr(operation, "unit", None)
        now = self._operations[place].phase
        above = below = strong = ""
        if now == "forward" and place in forward and not isinstance(self._operations[place], Activation):
            above, strong = f"{plain(self._symbols.unit('z', layer, unit))} = {two(self._result(forward[0]))}", "above"
        elif place >= forward[-1]:
            name = plain(self._symbols.unit("a", layer, unit)) if own else self._name(operation, layer, unit)
            above = f"{name} = {two(self._result(forward[-1]))}"
            strong = "above" if place == forward[-1] else ""
        if backward and place >= backward[0]:
            name = self._delta_name(operation, layer, unit, own)
            below = f"{name} = {three(self._result(backward[0]))}"
            strong = "below" if place == backward[0] else strong
        return TileText(above, below, strong)

    def _result(self, place: int) -> float:
        """What comes out of a unit's operation."""
        operation = self._operations[place]
        return math.nan if isinstance(operation, Gradients) else operation.result

    @property
    def _ends_forward(self) -> int:
        """The first operation behind the forward pass."""
        return self._operations.spans[0].end

    @property
    def _begins_backward(self) -> int:
        """The first operation of the backward pass, behind the losses, which are at home in the output too."""
        spans = self._operations.spans
        return next((span.start for span in spans if span.phase == "backward"), spans[-1].end)

    def _name(self, operation: Operation, layer: int, unit: int) -> str:
        """What another unit's a is called by the formula that is shown."""
        match operation:
            case WeightedSum():
                sources = {(terms.layer, each) for terms in operation.terms for each in units_of(terms)}
            case Normalization():
                sources = {(operation.source, operation.unit)}
            case Gradients():
                sources = {(operation.source, each) for each in operation.input_units[0].tolist()}
            case _:
                return "a"
        return plain(self._symbols.value(layer, unit, operation.layer)) if (layer, unit) in sources else "a"

    def _delta_name(self, operation: Operation, layer: int, unit: int, own: bool) -> str:
        if own or (isinstance(operation, Gradients) and operation.layer == layer and unit in operation.units):
            return plain(self._symbols.unit("δ", layer, unit))
        if isinstance(operation, Delta):
            for terms in operation.terms:
                if terms.layer == layer and unit in terms.units:
                    return plain(self._symbols.after(layer, unit, layer > operation.layer + 1))
        return "δ"


def tile_of(outline: Outline, layer: int, unit: int) -> Tile:
    """The tile that a unit stands behind."""
    if layer == INPUTS and not outline.is_image:
        return layer, outline.active[unit]
    return layer, unit // outline.plan(layer).group


def is_single(outline: Outline, layer: int) -> bool:
    """Whether every tile of a layer is one unit."""
    return outline.plan(layer).group == 1


def units_of(terms: Terms) -> list[int]:
    """The units of the terms, without those beside an image."""
    return [unit for unit in terms.units.tolist() if unit != NONE]
