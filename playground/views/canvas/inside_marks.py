"""What of the network is lit while one operation of a step is looked at: the unit, its links, parts of images.

Owns which tiles and links these are and what stands at links; knows nothing of how any of it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
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
from playground.views.canvas.inside_numbers import TileNumbers, is_single, tile_of, units_of
from playground.views.canvas.items.inside_values import LitLink, Marks, Tile, Window
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
        self._operations, self._before = operations, before
        self._symbols, self._outline = symbols, diagram.outline
        self._tile, self._is_single = partial(tile_of, self._outline), partial(is_single, self._outline)
        self._numbers = TileNumbers(operations, inputs, symbols, diagram)

    def marks(self, place: int) -> Marks:
        """What is lit at an operation."""
        operation = self._operations[place]
        active, lit, links, windows = self._parts(operation)
        tiles = {tile for tile in lit if tile is not None} | ({active} if active else set())
        windows = [*windows, *self._places(operation)]
        texts = tuple(self._numbers.texts(place))
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
                tile = self._tile(meaning.layer, meaning.unit)
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
        return layer, place * self._outline.plan(layer).tiles // count

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

    def _parts(self, operation: Operation) -> tuple[Tile | None, set[Tile], list[LitLink], list[Window]]:
        match operation:
            case WeightedSum():
                links, windows = self._incoming(operation), self._windows(operation.terms[0])
                lit = {self._tile(terms.layer, unit) for terms in operation.terms for unit in units_of(terms)}
                return self._tile(operation.layer, operation.unit), lit, links, windows
            case Normalization():
                return self._passed(operation.layer, operation.unit, operation.source, operation.x)
            case Largest():
                active = self._tile(operation.layer, operation.unit)
                _, lit, links, _ = self._passed(operation.layer, operation.unit, operation.source, operation.result)
                return active, lit, links, self._window_of(operation.source, operation.units.tolist())
            case Activation():
                return self._tile(operation.layer, operation.unit), set(), [], []
            case SampleLoss():
                head = self._symbols.head
                return None, {self._tile(head, unit) for unit in range(self._symbols.slot(head).outputs)}, [], []
            case Delta():
                links = self._outgoing(operation)
                lit = {self._tile(terms.layer, unit) for terms in operation.terms for unit in units_of(terms)}
                return self._tile(operation.layer, operation.unit), lit, links, []
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
        active, beside = self._tile(layer, unit), self._tile(source, unit)
        return active, {beside}, [LitLink(layer, active[1], self._beside(layer, active[1]), value)], []

    def _beside(self, layer: int, tile: int) -> int:
        """The source, as links count them, that stands beside a tile: of features only those that are inputs."""
        return tile

    def _incoming(self, operation: WeightedSum) -> list[LitLink]:
        found: list[LitLink] = []
        tile = self._tile(operation.layer, operation.unit)[1]
        for terms in operation.terms:
            around = terms.layer < operation.layer - 1
            single = self._is_single(terms.layer) and self._is_single(operation.layer)
            for unit, parameter, value, factor in _parts_of(terms):
                if unit == NONE:
                    continue
                start = self._tile(terms.layer, unit)
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
        layer, tile = operation.layer, self._tile(operation.layer, operation.unit)
        for terms in operation.terms:
            around = terms.layer > layer + 1
            single = self._is_single(layer) and self._is_single(terms.layer)
            for unit, parameter, value, factor in _parts_of(terms):
                end = self._tile(terms.layer, unit)
                text = self._weight_text(parameter, "v", factor) if single else ""
                shown = factor if parameter != NONE else value
                start = tile if around else None
                found.append(LitLink(terms.layer, end[1], tile[1], shown, text, backward=True, start=start))
        return _merged(found)

    def _gradient_parts(
        self, operation: Gradients
    ) -> tuple[Tile | None, set[Tile], list[LitLink], list[Window]]:  # fmt: skip
        """Links into a unit with the slopes by their weights."""
        active = self._tile(operation.layer, int(operation.units[0]))
        sources = {unit for unit in operation.input_units[0].tolist() if unit != NONE}
        lit = {self._tile(operation.source, unit) for unit in sources}
        links: list[LitLink] = []
        weights = self._before
        single = self._is_single(operation.layer) and self._is_single(operation.source) and operation.units.size == 1
        around = operation.source < operation.layer - 1
        for place, parameter in enumerate(operation.parameters.tolist()):
            unit = int(operation.input_units[0, place])
            if unit == NONE:
                continue
            start, value = self._tile(operation.source, unit), float(weights[parameter])
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
        per_tile = max(slot.bias_count // max(self._outline.plan(layer).tiles, 1), 1)
        tile = (layer, operation.unit // per_tile)
        if operation.is_bias or not slot.is_matrix:
            return tile, set(), [], []
        source_layer = layer - 1 if slot.source is None else slot.source
        source = place % slot.weight_shape[1]
        start = self._tile(source_layer, source)
        single = self._is_single(source_layer)
        name = f"{plain(self._symbols.parameter(operation.parameter))} → {fine(operation.after, operation)}"
        link = LitLink(
            layer, tile[1], source if single and source_layer == INPUTS else start[1], operation.before,
            name if single else "", start=start if source_layer < layer - 1 else None,
        )  # fmt: skip
        return None, {tile, start}, [link], []

    # -- windows ----------------------------------------------------------------------------------------------------

    def _windows(self, terms: Terms) -> list[Window]:
        return self._window_of(terms.layer, units_of(terms))

    def _places(self, operation: Operation) -> list[Window]:
        """Where on the tiles of images the unit lies that is computed, and those that send something back to it."""
        if not isinstance(operation, (WeightedSum, Normalization, Largest, Activation, Delta)):
            return []
        found = self._window_of(operation.layer, [operation.unit])
        for terms in operation.terms if isinstance(operation, Delta) else ():
            found += self._window_of(terms.layer, units_of(terms))
        return found

    def _window_of(self, layer: int, units: list[int]) -> list[Window]:
        """What of a layer's images is looked at, channel by channel; nothing where all of them are."""
        image = self._outline.plan(layer).image
        if image is None or not units:
            return []
        high, wide = image
        pixels = np.asarray(units) % (high * wide)
        rows, columns = pixels // wide, pixels % wide
        top, left = int(rows.min()), int(columns.min())
        size = int(rows.max()) + 1 - top, int(columns.max()) + 1 - left
        if size == (high, wide):
            return []
        tiles = sorted({self._tile(layer, unit) for unit in units})
        return [Window(tile, left / wide, top / high, size[1] / wide, size[0] / high) for tile in tiles]


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
