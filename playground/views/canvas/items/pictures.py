"""Numbers of a layer as small pictures of coloured cells: maps over the plane, images, filters, feature maps.

Owns the choice of colours and scales; knows nothing of where or how large a picture is shown.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from playground.diagram.diagram import Part
from playground.diagram.shown import CanvasModel
from playground.experiment.activations import BOUNDS
from playground.figures.shading import blended
from playground.views.theme import theme

Floats = NDArray[np.floating]
Pixels = NDArray[np.uint32]
ALL = slice(None)


def coloured(
    values: Floats, activation: str, own_classes: bool = False, together: bool = False, shown: slice = ALL
) -> Pixels:  # fmt: skip
    """(n, rows, columns) values as colours: diverging, or each class's own colour.

    together: where the activation has no range, all pictures share the scale of the largest value; else each has its
    own. shown: the pictures that are wanted; the others count for that scale alone.
    """
    whole, values = values, values[shown]
    low, high = BOUNDS.get(activation, (None, None))
    if low is None or high is None:
        size = np.abs(whole if together else values).max(axis=None if together else (1, 2), keepdims=True, initial=0.0)
        scale = np.divide(127.5, size, out=np.zeros_like(size), where=size > 1e-9)
        index = values * scale + 127.5
    else:
        index = (values - low) * (255.0 / (high - low))
    places = np.clip(np.nan_to_num(index, nan=127.5), 0.0, 255.0).astype(np.uint8)
    if own_classes:
        table = theme.class_lut()
        own: Pixels = table[np.arange(len(whole))[shown, None, None] % len(table), places]
        return own
    found: Pixels = theme.diverging_lut()[places]
    return found


def inked(values: Floats) -> Pixels:
    """Pixels from 0 (paper) to 1 (ink), as colours."""
    paper, ink = (np.uint32(QColor(theme.color(name)).rgb()) for name in ("surface", "text"))
    table = blended(np.full(256, paper, np.uint32), int(ink), np.linspace(0.0, 0.92, 256))
    places = np.clip(np.nan_to_num(values, nan=0.0) * 255.0, 0.0, 255.0).astype(np.uint8)
    found: Pixels = table[places]
    return found


def layer_pictures(model: CanvasModel, layer: int, shown: slice = ALL) -> list[Pixels | None]:
    """The pictures of an image network's column: what its tiles show, and for a convolution the feature maps too.

    shown: the tiles whose pictures are wanted."""
    plan = model.outline.plan(layer)
    if plan.kind == "image":
        image = model.image()
        return [None if image is None else inked(image[shown])]
    slot = model.layout.slots[layer]
    if plan.form == "pair":
        filters = model.weights(layer)
        own = None if filters is None else coloured(filters.mean(axis=1), "", together=True, shown=shown)
        return [own, _maps(model, layer, shown)]
    if plan.form in ("map", "port"):
        return [_maps(model, layer, shown)]
    pixels = model.pixel_weights(layer)
    if pixels is not None:
        return [coloured(pixels, "", together=True, shown=shown)]
    values = model.outputs_of(layer)
    if values is None:
        return [None]
    classes = layer == model.head and slot.outputs > 1
    return [coloured(values.reshape(-1, 1, 1), slot.activation, classes, together=True, shown=shown)]


def _maps(model: CanvasModel, layer: int, shown: slice) -> Pixels | None:
    """The feature maps of the shown image; the activation's range is that of the last layer that has one."""
    values = model.channel_values(layer)
    if values is None:
        return None
    return coloured(values, model.layout.slots[layer].activation, together=True, shown=shown)


# -- large, for one part --------------------------------------------------------------------------------------------


def part_pictures(model: CanvasModel, part: Part) -> list[Pixels]:
    """What is shown large of a unit, filter or channel: (rows, columns) pixels each, at most two; may be empty."""
    plan, own = model.outline.plan(part.layer), slice(part.unit, part.unit + 1)
    if part.kind not in ("unit", "bias"):
        return []
    if not model.outline.is_image:
        values = model.unit_map(part.layer, part.unit)
        activation = model.layout.slots[part.layer].activation
        return [] if values is None else [coloured(values[None, ::-1], activation)[0]]
    if plan.has_bias:
        weights = _read_weights(model, part)
        found = [] if weights is None else [_side_by_side(coloured(weights, "", together=True))]
        maps = layer_pictures(model, part.layer, own)[1] if plan.form == "pair" else None
        return found if maps is None else [*found, maps[0]]
    pictures = layer_pictures(model, part.layer, own)[0]
    return [] if pictures is None else [pictures[0]]


def _read_weights(model: CanvasModel, part: Part) -> Floats | None:
    """(channels, height, width) weights of one filter, or of one unit that reads an image."""
    weights, image = model.weights(part.layer), model.outline.plan(part.layer - 1).image
    if weights is None:
        return None
    if weights.ndim < 4 and image is None:
        return None
    own: Floats = weights[part.unit]
    return own if image is None or own.ndim == 3 else own.reshape(-1, *image)


def _side_by_side(pictures: Pixels) -> Pixels:
    """Several pictures as one square, with a line of the surface's colour between them."""
    count, high, wide = pictures.shape
    across = math.ceil(math.sqrt(count))
    side = max(high, wide) + 1
    whole = np.full((across * side - 1, across * side - 1), QColor(theme.color("surface")).rgb(), np.uint32)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, across)
        whole[row * side : row * side + high, column * side : column * side + wide] = picture
    return whole
