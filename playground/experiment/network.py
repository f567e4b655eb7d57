"""The network as a value: its layers in order, how they may change, and the shapes from one to the next.

Owns how a list of layers is edited (a residual connection still starts where it did) and the walk of shapes through it;
knows nothing of where parameters lie or how they are trained. What one layer may be, what it makes of a shape and what
it learns is told by `playground.experiment.layers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from playground.experiment.layers import MAX_LAYERS, Dense, Layer, Residual, kind_of
from playground.experiment.shapes import Parts, Shape

MAX_PARAMETERS = 1_000_000

Layers = Annotated[tuple[Layer, ...], Meta(max_length=MAX_LAYERS)]


def residual_source(index: int, span: int) -> int:
    """The layer whose output a residual connection at position `index` adds; −1 means the network's inputs."""
    return index - span - 1


def source_of(index: int, layer: Layer) -> int | None:
    """The layer whose output the layer at `index` adds to what it reads (−1: the inputs); None for most kinds."""
    return residual_source(index, layer.span) if isinstance(layer, Residual) else None


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hidden layers in order, from the features to the output head."""

    layers: Layers = (Dense(4), Dense(2))

    def with_inserted(self, index: int, layer: Layer) -> Network:
        """A layer put before position `index` (`len(layers)` puts it last)."""
        return self._rearranged([*range(index), None, *range(index, len(self.layers))], layer)

    def without(self, index: int) -> Network:
        """The layer at `index` removed."""
        return self._rearranged([place for place in range(len(self.layers)) if place != index])

    def with_moved(self, index: int, target: int) -> Network:
        """The layer at `index` moved so that it ends at position `target` of the new list."""
        rest: list[int | None] = [place for place in range(len(self.layers)) if place != index]
        rest.insert(target, index)
        return self._rearranged(rest)

    def with_duplicate(self, index: int) -> Network:
        """A second, separate layer like the one at `index`, right after it."""
        return self.with_inserted(index + 1, msgspec.structs.replace(self.layers[index]))

    def with_layer(self, index: int, **changes: object) -> Network:
        """Fields of the layer at `index` replaced; every other layer stays the same object."""
        layer = msgspec.structs.replace(self.layers[index], **changes)
        return Network((*self.layers[:index], layer, *self.layers[index + 1 :]))

    def _rearranged(self, origins: Sequence[int | None], added: Layer | None = None) -> Network:
        """The layers in a new order; None stands for the added one.

        A residual connection keeps its source: its span follows. Where the source is gone, the nearest layer before it
        takes its place; where the source would come after it, the connection skips one layer. A layer whose span stays
        is the same object.
        """
        places = {origin: place for place, origin in enumerate(origins) if origin is not None}
        layers: list[Layer] = []
        for place, origin in enumerate(origins):
            layer = self.layers[origin] if origin is not None else added
            assert layer is not None
            if isinstance(layer, Residual) and origin is not None:
                source = residual_source(origin, layer.span)
                while source >= 0 and source not in places:
                    source -= 1
                span = place - (places[source] if source >= 0 else -1) - 1
                span = max(1, min(span, place))
                layer = layer if span == layer.span else msgspec.structs.replace(layer, span=span)
            layers.append(layer)
        return Network(tuple(layers))


# -- shapes ------------------------------------------------------------------------------------------------------------


def layer_shapes(inputs: Shape, layers: Sequence[Layer]) -> list[Shape]:
    """The shape after each layer. Where a layer is impossible (see `shape_problems`) the shape before it is kept."""
    return list(_walked(inputs, tuple(layers))[0])


def shape_problems(inputs: Shape, layers: Sequence[Layer]) -> list[tuple[int, str]]:
    """Why layers are impossible where they stand: (position, sentence without its end), in order."""
    return list(_walked(inputs, tuple(layers))[1])


@lru_cache(maxsize=512)
def _walked(inputs: Shape, layers: tuple[Layer, ...]) -> tuple[list[Shape], list[tuple[int, str]]]:
    """Everybody who draws, counts or checks a network asks anew, dozens of times an edit."""
    shapes: list[Shape] = []
    found: list[tuple[int, str]] = []
    here = inputs
    for index, layer in enumerate(layers):
        kind = kind_of(layer)
        reason = kind.refusal(layer, here, index)
        if reason is not None:
            found.append((index, reason))
        else:
            here = kind.after(layer, here)
        shapes.append(here)
    return shapes, found


def source_shape(inputs: Shape, shapes: Sequence[Shape], index: int, layer: Layer) -> Shape | None:
    """What a residual connection at `index` adds; None for every other layer."""
    source = source_of(index, layer)
    return None if source is None else inputs if source < 0 else shapes[source]


def parts(layer: Layer, before: Shape, after: Shape, source: Shape | None) -> Parts:
    """The parameters of a layer between two shapes; `source` is what a residual connection adds."""
    return kind_of(layer).parts(layer, before, after, source)
