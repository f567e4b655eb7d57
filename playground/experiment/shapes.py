"""What passes between layers and what a layer learns, in counts: shapes, and the parts of a layer.

Owns these two values; knows nothing of kinds of layers, of where parameters lie or what they are.
"""

from __future__ import annotations

import math

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """A row of numbers, or an image (channels, height, width): unit (channel · height + row) · width + column."""

    units: int
    image: tuple[int, int, int] | None = None

    @property
    def pixels(self) -> tuple[int, int, int]:
        """The image's channels, height and width; only where there is an image."""
        assert self.image is not None
        return self.image

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


class Parts(msgspec.Struct, frozen=True):
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
