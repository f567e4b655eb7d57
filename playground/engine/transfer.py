"""How parameters survive an edit of the network.

Owns which layer of the new network was which of the old one, and which numbers still have a place; knows nothing of
training or of where fresh numbers come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import Layout
from playground.experiment.difference import kept_places
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Residual
from playground.experiment.network import residual_source, source_of
from playground.experiment.shapes import Shape

Floats = NDArray[np.floating]
Pairs = tuple[list[int], list[int]]


def layer_origins(old: Sequence[object], new: Sequence[object]) -> list[int | None]:
    """For each new layer the old layer it came from.

    Edits keep untouched layers the same objects, so identity comes first; then residual connections whose span alone
    changed, because their source moved. Where nothing is identical (a list written anew), equal layers in order. What
    remains is paired by place (a changed layer is a new object in the same place).
    """
    origins = kept_places(old, new)
    _pair_residuals(old, new, origins)
    anchored = any(origin is not None for origin in origins)
    if not anchored:
        matcher = SequenceMatcher(None, [repr(layer) for layer in old], [repr(layer) for layer in new], autojunk=False)
        for block in matcher.get_matching_blocks():
            for offset in range(block.size):
                origins[block.b + offset] = block.a + offset
    taken = {origin for origin in origins if origin is not None}
    for index in range(len(new)):
        if origins[index] is not None:
            continue
        before = origins[index - 1] if index else -1
        candidate = len(old) if before is None else before + 1
        free = candidate < len(old) and candidate not in taken
        if free and (len(new) <= len(old) or not anchored):
            origins[index] = candidate
            taken.add(candidate)
    return origins


def _pair_residuals(old: Sequence[object], new: Sequence[object], origins: list[int | None]) -> None:
    """Pair residual connections that are alike but for the span and whose source is the same layer as before."""
    left = [index for index in range(len(old)) if index not in origins and isinstance(old[index], Residual)]
    for index, layer in enumerate(new):
        if origins[index] is not None or not isinstance(layer, Residual):
            continue
        source = residual_source(index, layer.span)
        wanted = origins[source] if source >= 0 else -1
        for place in left:
            then = old[place]
            assert isinstance(then, Residual)
            alike = msgspec.structs.replace(then, span=layer.span) == layer
            if alike and wanted is not None and residual_source(place, then.span) == wanted:
                origins[index] = place
                left.remove(place)
                break


def moves_parameters(old: Experiment, new: Experiment) -> bool:
    """Whether an edit changes which parameters there are, or what they belong to."""
    if Layout.of(old) != Layout.of(new) or old.input_names != new.input_names:
        return True
    origins = layer_origins(old.network.layers, new.network.layers)
    return origins != list(range(len(new.network.layers)))


def transferred(old: Experiment, new: Experiment, kept: Floats, fresh: Floats) -> Floats:
    """`fresh` (laid out for `new`) with everything of `kept` (laid out for `old`) that still has a place.

    Parameters are matched by layer, by unit (channel, filter), and by where they come from: features and columns by
    name, units by position. A convolution keeps its filters as long as they have the same size.
    """
    old_layout, new_layout = Layout.of(old), Layout.of(new)
    origins = [*layer_origins(old.network.layers, new.network.layers), len(old.network.layers)]
    result = fresh.copy()
    for index, origin in enumerate(origins):
        if origin is None or old_layout.slots[origin].kind != new_layout.slots[index].kind:
            continue
        rows = _shared_rows(old_layout, new_layout, origin, index)
        target, source = new_layout.weights(result, index), old_layout.weights(kept, origin)
        if target.ndim == source.ndim and target.shape[2:] == source.shape[2:]:
            if target.ndim == 1:
                target[:rows] = source[:rows]
            else:
                to, came_from = _columns(old, new, origin, index)
                target[:rows, to] = source[:rows, came_from]
            new_layout.biases(result, index)[:rows] = old_layout.biases(kept, origin)[:rows]
        statistics = new_layout.statistics(result, index)
        statistics[:, :rows] = old_layout.statistics(kept, origin)[:, :rows]
    return result


def _shared_rows(old: Layout, new: Layout, origin: int, index: int) -> int:
    """How many units, filters or channels a layer and what became of it have in common, from the first one on."""
    then, now = old.slots[origin], new.slots[index]
    both = min(then.bias_count, now.bias_count)
    per_channel = all(slot.bias_count == slot.shape.channels for slot in (then, now))
    if per_channel and (then.shape.image is None) == (now.shape.image is None):
        return both
    return min(_shared_units(then.shape, now.shape), both)


def _columns(old: Experiment, new: Experiment, origin: int, index: int) -> Pairs:
    """(new columns, old columns) of the weights of a layer: the places of the same inputs."""
    then, now = _read_by(old, origin), _read_by(new, index)
    before, after = (experiment.shapes[layer + 1] for experiment, layer in ((old, then), (new, now)))
    if then == now == -1 and before.image is None and after.image is None:
        names = old.input_names
        found = [(to, names.index(name)) for to, name in enumerate(new.input_names) if name in names]
        return [to for to, _ in found], [came_from for _, came_from in found]
    filters = len(Layout.of(new).slots[index].weight_shape) == 4
    shared = min(before.channels, after.channels) if filters else _shared_units(before, after)
    return list(range(shared)), list(range(shared))


def _read_by(experiment: Experiment, layer: int) -> int:
    """The layer whose outputs the weights of a layer are multiplied with; −1 means the inputs."""
    layers = experiment.network.layers
    source = source_of(layer, layers[layer]) if layer < len(layers) else None
    return layer - 1 if source is None else source


def _shared_units(before: Shape, after: Shape) -> int:
    """How many units keep their place; those of images of another size have none."""
    if before.image is None and after.image is None:
        return min(before.units, after.units)
    if before.image is None or after.image is None:
        return before.units if before.units == after.units else 0
    return min(before.units, after.units) if before.image[1:] == after.image[1:] else 0
