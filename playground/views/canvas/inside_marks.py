"""What of the network is lit while one operation of a step is looked at: the unit, its links, numbers at tiles.

Owns which tiles and links these are and what stands at them; knows nothing of how any of it is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from playground.anatomy.operations.operation import (
    INPUTS,
    NONE,
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Largest,
    Normalization,
    Numbers,
    Operation,
    Penalty,
    SampleLoss,
    Terms,
    Update,
    WeightedSum,
)
from playground.diagram.diagram import Diagram
from playground.mathematics.plain import text as plain
from playground.views.canvas.items.inside_values import LitLink, Marks, Tile, TileText, Window
from playground.words.inside.forward import where
from playground.words.inside.names import Meaning, meanings
from playground.words.inside.symbols import Symbols, three, two
from playground.words.inside.update import fine

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.anatomy.operations.sequence import Operations


NOWHERE = (SampleLoss, BatchMean, Penalty)
"""Operations that are about no unit."""


class Marker:
    """Of one step, or of one forward pass: marks for any of its operations. inputs: what the network reads; before: the
    parameters of a step."""

    def __init__(
        self, operations: Operations, inputs: Numbers, before: Numbers, symbols: Symbols, diagram: Diagram
    ) -> None:  # fmt: skip
        self._operations, self._inputs, self._before = operations, inputs, before
        self._symbols, self._diagram = symbols, diagram

    def marks(self, place: int) -> Marks:
        """What is lit at an operation."""
        operation = self._operations[place]
        active, lit, links, windows = self._parts(operation)
        tiles = {tile for tile in lit if tile is not None} | ({active} if active else set())
        windows = [*windows, *self._places(operation)]
        texts = tuple(self._texts(operation, place, active, tiles))
        said = "" if isinstance(operation, NOWHERE) else where(self._symbols, operation.layer, operation.unit)
        travels = isinstance(operation, (WeightedSum, Normalization, Largest))
        known = meanings(operation, self._symbols)
        named = tuple(replace(link, names=self._link_names(link, known)) for link in links)
        return Marks(active, frozenset(tiles), named, texts, tuple(windows), travels, said, self._tile_names(known))

    def _tile_names(self, known: Mapping[str, Meaning]) -> tuple[tuple[Tile, frozenset[str]], ...]:
        """Of every tile what the formula calls its units, and a bias, gain or shift of its own."""
        found: dict[Tile, set[str]] = {}
        for name, meaning in known.items():
            if meaning.parameter == NONE:
                tile = self.tile(meaning.layer, meaning.unit)
            else:
                layer = self._symbols.layer_of(meaning.parameter)
                slot = self._symbols.slot(layer)
                if slot.is_matrix and meaning.parameter < slot.biases:
                    continue  # a link's
                tile = self._tile_of_parameter(layer, meaning.parameter)
            found.setdefault(tile, set()).add(name)
        return tuple((tile, frozenset(names)) for tile, names in found.items())

    def _tile_of_parameter(self, layer: int, parameter: int) -> Tile:
        """Where a bias, a gain, a shift or a filter's weight stands."""
        slot = self._symbols.slot(layer)
        count = max(slot.bias_count, 1)
        if parameter >= slot.biases:
            place = parameter - slot.biases
        else:
            place = (parameter - slot.weights) * count // max(slot.biases - slot.weights, 1)
        return layer, place * self._diagram.outline.plan(layer).tiles // count

    def _link_names(self, link: LitLink, known: Mapping[str, Meaning]) -> frozenset[str]:
        """The weight's that the link is."""
        slot = self._symbols.slot(link.layer)
        if not slot.is_matrix or not link.text:
            return frozenset()
        return frozenset(
            name for name, meaning in known.items()
            if meaning.parameter != NONE and name in link.text.replace("∂/∂", "").split()
        )  # fmt: skip

    # -- tiles and links --------------------------------------------------------------------------------------------

    def tile(self, layer: int, unit: int) -> Tile:
        """The tile that a unit stands behind."""
        outline = self._diagram.outline
        if layer == INPUTS and not outline.is_image:
            return layer, outline.active[unit]
        return layer, unit // outline.plan(layer).group

    def _parts(self, operation: Operation) -> tuple[Tile | None, set[Tile], list[LitLink], list[Window]]:
        match operation:
            case WeightedSum():
                links, windows = self._incoming(operation), self._windows(operation.terms[0])
                lit = {self.tile(terms.layer, unit) for terms in operation.terms for unit in _units(terms)}
                return self.tile(operation.layer, operation.unit), lit, links, windows
            case Normalization():
                return self._passed(operation.layer, operation.unit, operation.source, operation.x)
            case Largest():
                active = self.tile(operation.layer, operation.unit)
                _, lit, links, _ = self._passed(operation.layer, operation.unit, operation.source, operation.result)
                return active, lit, links, self._window_of(operation.source, operation.units.tolist())
            case Activation():
                return self.tile(operation.layer, operation.unit), set(), [], []
            case SampleLoss():
                head = self._symbols.head
                return None, {self.tile(head, unit) for unit in range(self._symbols.slot(head).outputs)}, [], []
            case Delta():
                links = self._outgoing(operation)
                lit = {self.tile(terms.layer, unit) for terms in operation.terms for unit in _units(terms)}
                return self.tile(operation.layer, operation.unit), lit, links, []
            case Gradients():
                return self._gradient_parts(operation)
            case Update():
                return self._update_parts(operation)
            case _:
                return None, set(), [], []

    def _passed(
        self, layer: int, unit: int, source: int, value: float
    ) -> tuple[Tile, set[Tile], list[LitLink], list[Window]]:
        """A tile that reads the one beside it."""
        active, beside = self.tile(layer, unit), self.tile(source, unit)
        return active, {beside}, [LitLink(layer, active[1], self._beside(layer, active[1]), value)], []

    def _beside(self, layer: int, tile: int) -> int:
        """The source, as links count them, that stands beside a tile: of features only those that are inputs."""
        return tile

    def _incoming(self, operation: WeightedSum) -> list[LitLink]:
        found: list[LitLink] = []
        tile = self.tile(operation.layer, operation.unit)[1]
        for terms in operation.terms:
            around = terms.layer < operation.layer - 1
            single = self._is_single(terms.layer) and self._is_single(operation.layer)
            for unit, parameter, value, factor in _parts_of(terms):
                if unit == NONE:
                    continue
                start = self.tile(terms.layer, unit)
                source = unit if single and terms.layer == INPUTS else start[1]
                text = self._weight_text(parameter, "w", factor) if single else ""
                shown = factor if parameter != NONE else value
                found.append(LitLink(operation.layer, tile, source, shown, text, start=start if around else None))
        return _merged(found)

    def _weight_text(self, parameter: int, letter: str, factor: float) -> str:
        """`w₂₁ −0.12`; nothing where the factor is no parameter."""
        return "" if parameter == NONE else f"{plain(self._symbols.parameter(parameter, letter))} {two(factor)}"

    def _outgoing(self, operation: Delta) -> list[LitLink]:
        found: list[LitLink] = []
        layer, tile = operation.layer, self.tile(operation.layer, operation.unit)
        for terms in operation.terms:
            around = terms.layer > layer + 1
            single = self._is_single(layer) and self._is_single(terms.layer)
            for unit, parameter, value, factor in _parts_of(terms):
                end = self.tile(terms.layer, unit)
                text = self._weight_text(parameter, "v", factor) if single else ""
                shown = factor if parameter != NONE else value
                start = tile if around else None
                found.append(LitLink(terms.layer, end[1], tile[1], shown, text, backward=True, start=start))
        return _merged(found)

    def _gradient_parts(
        self, operation: Gradients
    ) -> tuple[Tile | None, set[Tile], list[LitLink], list[Window]]:  # fmt: skip
        """Links into a unit with the slopes by their weights."""
        active = self.tile(operation.layer, int(operation.units[0]))
        sources = {unit for unit in operation.input_units[0].tolist() if unit != NONE}
        lit = {self.tile(operation.source, unit) for unit in sources}
        links: list[LitLink] = []
        weights = self._before
        single = self._is_single(operation.layer) and self._is_single(operation.source) and operation.units.size == 1
        around = operation.source < operation.layer - 1
        for place, parameter in enumerate(operation.parameters.tolist()):
            unit = int(operation.input_units[0, place])
            if unit == NONE:
                continue
            start, value = self.tile(operation.source, unit), float(weights[parameter])
            source = unit if single and operation.source == INPUTS else start[1]
            slope = f"{plain(self._symbols.parameter(parameter))} {three(float(operation.sample[place]))}"
            name = f"∂/∂{slope}" if single else ""
            links.append(
                LitLink(operation.layer, active[1], source, value, name, start=start if around else None)
            )  # fmt: skip
        return active, lit, _merged(links), []

    def _update_parts(
        self, operation: Update
    ) -> tuple[Tile | None, set[Tile], list[LitLink], list[Window]]:  # fmt: skip
        """The one link whose weight moves, or the tile whose bias does."""
        layer, slot = operation.layer, self._symbols.slot(operation.layer)
        place = operation.parameter - slot.weights
        per_tile = max(slot.bias_count // max(self._diagram.outline.plan(layer).tiles, 1), 1)
        tile = (layer, operation.unit // per_tile)
        if operation.is_bias or not slot.is_matrix:
            return tile, set(), [], []
        source_layer = layer - 1 if slot.source is None else slot.source
        source = place % slot.weight_shape[1]
        start = self.tile(source_layer, source)
        single = self._is_single(source_layer)
        name = f"{plain(self._symbols.parameter(operation.parameter))} → {fine(operation.after, operation)}"
        link = LitLink(
            layer, tile[1], source if single and source_layer == INPUTS else start[1], operation.before,
            name if single else "", start=start if source_layer < layer - 1 else None,
        )  # fmt: skip
        return None, {tile, start}, [link], []

    def _is_single(self, layer: int) -> bool:
        """Whether every tile of a layer is one unit."""
        return self._diagram.outline.plan(layer).group == 1

    # -- windows ----------------------------------------------------------------------------------------------------

    def _windows(self, terms: Terms) -> list[Window]:
        return self._window_of(terms.layer, _units(terms))

    def _places(self, operation: Operation) -> list[Window]:
        """Where on the tiles of images the unit lies that is computed, and those that send something back to it."""
        if not isinstance(operation, (WeightedSum, Normalization, Largest, Activation, Delta)):
            return []
        found = self._window_of(operation.layer, [operation.unit])
        for terms in operation.terms if isinstance(operation, Delta) else ():
            found += self._window_of(terms.layer, _units(terms))
        return found

    def _window_of(self, layer: int, units: list[int]) -> list[Window]:
        """What of a layer's images is looked at, channel by channel; nothing where all of them are."""
        image = self._diagram.outline.plan(layer).image
        if image is None or not units:
            return []
        high, wide = image
        pixels = np.asarray(units) % (high * wide)
        rows, columns = pixels // wide, pixels % wide
        top, left = int(rows.min()), int(columns.min())
        size = int(rows.max()) + 1 - top, int(columns.max()) + 1 - left
        if size == (high, wide):
            return []
        tiles = sorted({self.tile(layer, unit) for unit in units})
        return [Window(tile, left / wide, top / high, size[1] / wide, size[0] / high) for tile in tiles]

    # -- numbers at tiles -------------------------------------------------------------------------------------------

    def _texts(
        self, operation: Operation, place: int, active: Tile | None, lit: set[Tile]
    ) -> Iterator[tuple[Tile, TileText]]:  # fmt: skip
        """a over every tile that has one by now, δ below; of lit tiles with the names of the formula."""
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
                units.setdefault(self.tile(meaning.layer, meaning.unit), set()).add(meaning.unit)
        if isinstance(operation, Largest):
            chosen = int(operation.units[operation.chosen])
            units[self.tile(operation.source, chosen)] = {chosen}
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
        active = self._diagram.outline.active
        if self._diagram.outline.is_image or tile not in active:
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
                sources = {(terms.layer, each) for terms in operation.terms for each in _units(terms)}
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


def _units(terms: Terms) -> list[int]:
    """The units of the terms, without those beside an image."""
    return [unit for unit in terms.units.tolist() if unit != NONE]


def _parts_of(terms: Terms) -> Iterator[tuple[int, int, float, float]]:
    """(unit, parameter, value, factor) of each term."""
    return zip(
        terms.units.tolist(), terms.parameters.tolist(), terms.values.tolist(), terms.factors.tolist(), strict=True
    )  # fmt: skip


def _merged(links: list[LitLink]) -> list[LitLink]:
    """One link for all that lie on each other; it has no number then."""
    found: dict[tuple[int, int, int, Tile | None], LitLink] = {}
    for link in links:
        key = link.layer, link.tile, link.source, link.start
        before = found.get(key)
        found[key] = (
            link if before is None else LitLink(*key[:3], max(before.value, link.value), "", link.backward, key[3])
        )
    return list(found.values())
