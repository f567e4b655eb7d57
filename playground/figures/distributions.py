"""How the numbers of each layer are spread: histograms, sizes, and one range that suits all layers.

Owns this arithmetic; knows nothing of how it is drawn. Every result is finite, whatever comes in.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.bounded import bounded
from playground.engine.layout import Layout
from playground.figures.shading import round_up, tame

Floats = NDArray[np.floating]
Array = NDArray[np.float64]


class LayerSpread(msgspec.Struct, frozen=True, eq=False):
    """One layer: the share of weights in each bin relative to the fullest, and the biases.

    size: the root mean square of weights and biases together, as in the layers' record. count: the weights.
    """

    name: str
    bars: Array
    biases: Floats
    size: float
    count: int


class Spread(msgspec.Struct, frozen=True, eq=False):
    """All layers over one symmetric range −reach … reach; the head comes last."""

    layers: tuple[LayerSpread, ...]
    reach: float


def spread(layout: Layout, numbers: Floats, bins: int = 41) -> Spread:
    """The spread of a flat buffer laid out as the parameters are (weights themselves, or their gradient)."""
    raw, numbers = bounded(numbers), tame(numbers)
    reach = round_up(float(np.abs(numbers).max(initial=0.0)))
    layers = []
    for index in range(len(layout.slots)):
        weights, biases = layout.weights(numbers, index).ravel(), layout.biases(numbers, index)
        bars = histogram(weights, bins, reach)
        size = root_mean_square(np.concatenate([layout.weights(raw, index).ravel(), layout.biases(raw, index)]))
        layers.append(LayerSpread(layer_name(layout, index), bars, biases, size, weights.size))
    return Spread(tuple(layers), reach)


def histogram(values: Floats, bins: int, reach: float) -> Array:
    """How full each of `bins` equal bins over −reach … reach is, relative to the fullest (0 … 1)."""
    place = np.clip((values / reach + 1.0) * (bins / 2), 0, bins - 1).astype(np.int64)
    counts = np.bincount(place, minlength=bins).astype(np.float64)
    return counts / max(float(counts.max(initial=0.0)), 1.0)


def root_mean_square(values: Floats) -> float:
    """The typical size of some numbers, 0 for none."""
    largest = float(np.abs(values).max(initial=0.0))
    return largest * float(np.sqrt(np.mean(np.square(values / largest)))) if largest > 0.0 else 0.0


def layer_name(layout: Layout, index: int) -> str:
    """`Layer 2`, or `Output` for the head."""
    return "Output" if index == len(layout.slots) - 1 else f"Layer {index + 1}"
