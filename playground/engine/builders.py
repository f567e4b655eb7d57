"""One builder for each kind of layer: it writes the layer's own settings where the kernels read them.

Owns the register of builders, which a kind enters with `@builds`; the places are the kernels' table. What follows from
a layer's place in the network is written by `playground.engine.program`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    L,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)


class Line(msgspec.Struct, frozen=True, eq=False):
    """One layer's line of the program: (24,) integers and (4,) numbers; their places are the kernels' table."""

    integers: NDArray[np.int64]
    numbers: NDArray[np.float64]


Builder = Callable[[Any, Line], None]
BUILDERS: dict[type[msgspec.Struct], Builder] = {}
"""The builder of each kind of layer."""


def builds(*kinds: type[L]) -> Callable[[Callable[[L, Line], None]], Callable[[L, Line], None]]:
    """Register a function as the builder of these kinds."""

    def register(builder: Callable[[L, Line], None]) -> Callable[[L, Line], None]:
        for kind in kinds:
            BUILDERS[kind] = builder
        return builder

    return register


def build(layer: Layer, line: Line) -> None:
    """Write a layer's own settings into its line."""
    BUILDERS[type(layer)](layer, line)


@builds(Dense, Residual, Scaling, Flatten)
def _told_by_their_place(layer: object, line: Line) -> None:
    """Kinds whose settings are sizes, or what parameters start as."""


@builds(Dropout)
def _dropout(layer: Dropout, line: Line) -> None:
    line.numbers[codes.RATE] = layer.rate


@builds(GaussianNoise)
def _gaussian_noise(layer: GaussianNoise, line: Line) -> None:
    line.numbers[codes.RATE] = layer.deviation


@builds(BatchNorm)
def _batch_norm(layer: BatchNorm, line: Line) -> None:
    line.numbers[codes.NORM_EPSILON], line.numbers[codes.KEEP] = layer.epsilon, layer.momentum


@builds(LayerNorm)
def _layer_norm(layer: LayerNorm, line: Line) -> None:
    line.numbers[codes.NORM_EPSILON] = layer.epsilon


@builds(Conv2d)
def _convolution(layer: Conv2d, line: Line) -> None:
    line.integers[codes.KERNEL], line.integers[codes.PADDING] = layer.kernel, layer.padded


@builds(MaxPool2d)
def _max_pool(layer: MaxPool2d, line: Line) -> None:
    line.integers[codes.KERNEL] = layer.size


@builds(AveragePool2d)
def _average_pool(layer: AveragePool2d, line: Line) -> None:
    line.integers[codes.KERNEL] = layer.size
