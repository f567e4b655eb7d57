"""What shape the values have after each layer, and which parameters that asks for.

Owns the walk from the inputs' shape through the layers, the rules that make a layer impossible in its place, and the
number of parameters of each kind; knows nothing of where parameters lie or what they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import residual_source

NEEDS_IMAGE = (
    "needs an image; choose an image data set (bars, shapes, digits) and place it before the first dense or flatten "
    "layer"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A row of numbers, or an image (channels, height, width): unit (channel · height + row) · width + column."""

    units: int
    image: tuple[int, int, int] | None = None

    @property
    def channels(self) -> int:
        """Groups of units that share a channel's parameters: every unit by itself where there is no image."""
        return self.units if self.image is None else self.image[0]

    def __str__(self) -> str:
        return f"{self.units}" if self.image is None else " × ".join(map(str, self.image))


def flat(units: int) -> Shape:
    """A row of so many numbers."""
    return Shape(units)


def image(channels: int, height: int, width: int) -> Shape:
    """An image with so many channels."""
    return Shape(channels * height * width, (channels, height, width))


@dataclass(frozen=True, slots=True)
class Parts:
    """The parameters of a layer: its weights' shape ((0,) for none), how many biases, how many running statistics.

    work: multiplications that one sample takes, each bias counted too.
    """

    weight_shape: tuple[int, ...]
    bias_count: int
    statistic_count: int
    work: int

    @property
    def weight_count(self) -> int:
        return math.prod(self.weight_shape)


def layer_shapes(inputs: Shape, layers: Sequence[Layer]) -> list[Shape]:
    """The shape after each layer. Where a layer is impossible (see `shape_problems`) the shape before it is kept."""
    return _walked(inputs, layers)[0]


def shape_problems(inputs: Shape, layers: Sequence[Layer]) -> list[tuple[int, str]]:
    """Why layers are impossible where they stand: (position, sentence without its end), in order."""
    return _walked(inputs, layers)[1]


def _walked(inputs: Shape, layers: Sequence[Layer]) -> tuple[list[Shape], list[tuple[int, str]]]:
    shapes: list[Shape] = []
    found: list[tuple[int, str]] = []
    here = inputs
    for index, layer in enumerate(layers):
        reason = _reason(here, layer, index)
        if reason is not None:
            found.append((index, reason))
        else:
            here = _after(here, layer)
        shapes.append(here)
    return shapes, found


def _reason(before: Shape, layer: Layer, index: int) -> str | None:
    """Why the layer cannot stand here, or None."""
    match layer:
        case Residual(span=span) if span > index:
            there = f"there are only {index} layers before it" if index > 1 else (
                "there is only 1 layer before it" if index else "there is no layer before it"
            )  # fmt: skip
            return f"a residual connection over {span} {'layers' if span > 1 else 'layer'} does not fit: {there}"
        case Conv2d(kernel=kernel, padding=padding):
            if before.image is None:
                return f"a convolution {NEEDS_IMAGE}"
            if padding == "same" and kernel % 2 == 0:
                return f"padding same needs an odd kernel; got {kernel}"
            return _too_large("kernel", kernel, before) if padding == "valid" else None
        case MaxPool2d(size=size) | AveragePool2d(size=size):
            return f"pooling {NEEDS_IMAGE}" if before.image is None else _too_large("window", size, before)
        case _:
            return None


def _too_large(what: str, size: int, before: Shape) -> str | None:
    assert before.image is not None
    _, height, width = before.image
    return f"the {what} ({size} × {size}) is larger than the image ({height} × {width})" if size > min(
        height, width) else None  # fmt: skip


def _after(before: Shape, layer: Layer) -> Shape:
    """The shape behind a layer that is possible here."""
    match layer:
        case Dense(units=units):
            return flat(units)
        case Flatten():
            return flat(before.units)
        case Conv2d(filters=filters, kernel=kernel):
            _, height, width = before.image or (0, 0, 0)
            lost = kernel - 1 - 2 * padding_of(layer)
            return image(filters, height - lost, width - lost)
        case MaxPool2d(size=size) | AveragePool2d(size=size):
            channels, height, width = before.image or (0, 0, 0)
            return image(channels, height // size, width // size)
        case _:
            return before


def padding_of(layer: Conv2d) -> int:
    """Zeros on every side of the image."""
    return (layer.kernel - 1) // 2 if layer.padding == "same" else 0


def source_shape(inputs: Shape, shapes: Sequence[Shape], index: int, layer: Layer) -> Shape | None:
    """What a residual connection at `index` adds; None for every other layer."""
    if not isinstance(layer, Residual):
        return None
    source = residual_source(index, layer.span)
    return inputs if source < 0 else shapes[source]


def parts(layer: Layer, before: Shape, after: Shape, source: Shape | None) -> Parts:
    """The parameters of a layer between two shapes; `source` is what a residual connection adds."""
    units = after.units
    match layer:
        case Dense():
            return Parts((units, before.units), units, 0, units * (before.units + 1))
        case Conv2d(filters=filters, kernel=kernel):
            channels = before.channels
            places = units // filters
            return Parts((filters, channels, kernel, kernel), filters, 0,
                         places * filters * (channels * kernel * kernel + 1))  # fmt: skip
        case Scaling():
            return Parts((after.channels,), after.channels, 0, 2 * units)
        case BatchNorm():
            return Parts((after.channels,), after.channels, 2 * after.channels, 2 * units)
        case LayerNorm():
            return Parts((units,), units, 0, 2 * units)
        case Residual() if source is not None and source.units != units:
            return Parts((units, source.units), units, 0, units * (source.units + 1))
        case _:
            return Parts((0,), 0, 0, units)
