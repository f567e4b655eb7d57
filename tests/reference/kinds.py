"""Forward and backward of every kind of layer; images have a file of their own.

Each function gets a `Place`: the layer, its parameters, and what the forward pass leaves for the backward pass.
`forward(place, below)` gives z, before the activation. `backward(place, slope)` takes dloss/dz, writes the slopes of
the parameters, and gives the slope of `below`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.reference import images
from tests.reference.chance import Chance, normals, uniforms
from tests.reference.layers import Layer

Array = NDArray[np.float64]


@dataclass
class Place:
    """One layer of a network during a pass."""

    layer: Layer
    weights: Array
    biases: Array
    statistics: Array  # (2, n): running means and variances
    rows: range  # of its units among all units, from the inputs and one row of ones on
    chance: Chance | None  # None: evaluation
    source: Array | None = None  # what a residual adds
    memory: tuple[Array, ...] = ()
    weight_slope: Array = field(default_factory=lambda: np.zeros(0))
    bias_slope: Array = field(default_factory=lambda: np.zeros(0))
    source_slope: Array | None = None
    new_statistics: Array | None = None


def dense(place: Place, below: Array) -> Array:
    place.memory = (below,)
    return place.weights @ below + place.biases[:, None]


def dense_back(place: Place, slope: Array) -> Array:
    (below,) = place.memory
    place.weight_slope, place.bias_slope = slope @ below.T, slope.sum(axis=1)
    return place.weights.T @ slope


def dropout(place: Place, below: Array) -> Array:
    """In training a unit is 0 with probability `rate`, otherwise as much larger (Srivastava et al. 2014, inverted)."""
    factor = np.ones_like(below)
    if place.chance is not None:
        word, _ = place.chance.words(place.rows, below.shape[1])
        factor = np.where(uniforms(word) < place.layer.rate, 0.0, 1 / (1 - place.layer.rate))
    place.memory = (factor,)
    return below * factor


def dropout_back(place: Place, slope: Array) -> Array:
    return slope * place.memory[0]


def gaussian_noise(place: Place, below: Array) -> Array:
    if place.chance is None:
        return below
    return below + place.layer.rate * normals(*place.chance.words(place.rows, below.shape[1]))


def unchanged_back(place: Place, slope: Array) -> Array:
    return slope


def spread(layer: Layer, numbers: Array) -> Array:
    """One number a unit from one number a group of units, as a column."""
    return np.repeat(numbers, layer.group)[:, None]


def gathered(layer: Layer, units: Array) -> Array:
    """The sum over a group's units and all samples: (groups,)."""
    return units.reshape(-1, layer.group, units.shape[1]).sum(axis=(1, 2))


def scaling(place: Place, below: Array) -> Array:
    place.memory = (below,)
    return spread(place.layer, place.weights) * below + spread(place.layer, place.biases)


def scaling_back(place: Place, slope: Array) -> Array:
    (below,) = place.memory
    place.weight_slope, place.bias_slope = gathered(place.layer, slope * below), gathered(place.layer, slope)
    return spread(place.layer, place.weights) * slope


def batch_norm(place: Place, below: Array) -> Array:
    """Ioffe & Szegedy 2015: over the batch in training, by the running statistics otherwise, and for a lone number."""
    layer, count = place.layer, place.layer.group * below.shape[1]
    mean, variance = place.statistics
    if place.chance is not None and count > 1:
        mean = gathered(layer, below) / count
        variance = gathered(layer, (below - spread(layer, mean)) ** 2) / count
        unbiased = variance * count / (count - 1)
        place.new_statistics = place.statistics + layer.keep * (np.stack([mean, unbiased]) - place.statistics)
    deviation = spread(layer, np.sqrt(variance + layer.epsilon))
    normal = (below - spread(layer, mean)) / deviation
    place.memory = (normal, deviation)
    return spread(layer, place.weights) * normal + spread(layer, place.biases)


def batch_norm_back(place: Place, slope: Array) -> Array:
    layer, (normal, deviation) = place.layer, place.memory
    place.weight_slope, place.bias_slope = gathered(layer, slope * normal), gathered(layer, slope)
    inner = spread(layer, place.weights) * slope
    count = layer.group * slope.shape[1]
    if place.chance is None or count == 1:
        return inner / deviation
    mean, along = gathered(layer, inner) / count, gathered(layer, inner * normal) / count
    return (inner - spread(layer, mean) - normal * spread(layer, along)) / deviation


def layer_norm(place: Place, below: Array) -> Array:
    """Ba, Kiros & Hinton 2016: over the units of one sample."""
    mean, variance = below.mean(axis=0), below.var(axis=0)
    deviation = np.sqrt(variance + place.layer.epsilon)
    normal = (below - mean) / deviation
    place.memory = (normal, deviation)
    return place.weights[:, None] * normal + place.biases[:, None]


def layer_norm_back(place: Place, slope: Array) -> Array:
    normal, deviation = place.memory
    place.weight_slope, place.bias_slope = (slope * normal).sum(axis=1), slope.sum(axis=1)
    inner = place.weights[:, None] * slope
    return (inner - inner.mean(axis=0) - normal * (inner * normal).mean(axis=0)) / deviation


def residual(place: Place, below: Array) -> Array:
    """He et al. 2016: adds an earlier layer's output, through a matrix where the widths differ."""
    assert place.source is not None
    if place.layer.weight_count == 0:
        return below + place.source
    return below + place.weights @ place.source + place.biases[:, None]


def residual_back(place: Place, slope: Array) -> Array:
    assert place.source is not None
    place.source_slope = slope
    if place.layer.weight_count:
        place.weight_slope, place.bias_slope = slope @ place.source.T, slope.sum(axis=1)
        place.source_slope = place.weights.T @ slope
    return slope


def convolution(place: Place, below: Array) -> Array:
    layer = place.layer
    image = images.padded(below.reshape(layer.channels, layer.height, layer.width, -1), layer.padding)
    place.memory = (image,)
    return images.correlated(image, place.weights, place.biases).reshape(layer.outputs, -1)


def convolution_back(place: Place, slope: Array) -> Array:
    layer, (image,) = place.layer, place.memory
    slopes = slope.reshape(len(place.weights), *layer.image, -1)
    place.weight_slope = images.weight_slopes(image, slopes, layer.kernel)
    place.bias_slope = slopes.sum(axis=(1, 2, 3))
    inner = images.image_slopes(image.shape, slopes, place.weights)
    edge = layer.padding
    inner = inner[:, edge : edge + layer.height, edge : edge + layer.width]
    return inner.reshape(layer.inputs, -1)


def pool(place: Place, below: Array) -> Array:
    layer = place.layer
    windows = images.windows(below.reshape(layer.channels, layer.height, layer.width, -1), layer.kernel)
    place.memory = (windows.argmax(axis=3),)
    picked = windows.max(axis=3) if layer.kind == "max_pool2d" else windows.mean(axis=3)
    return picked.reshape(layer.outputs, -1)


def pool_back(place: Place, slope: Array) -> Array:
    """To the first of the largest, or in equal shares."""
    layer, (largest,) = place.layer, place.memory
    size = layer.kernel**2
    slopes = slope.reshape(layer.channels, *layer.image, 1, -1)
    if layer.kind == "max_pool2d":
        shares = slopes * (np.arange(size)[:, None] == largest[:, :, :, None])
    else:
        shares = np.repeat(slopes / size, size, axis=3)
    image = images.put_back(shares, layer.kernel, layer.height, layer.width)
    return image.reshape(layer.inputs, -1)


def flatten(place: Place, below: Array) -> Array:
    return below


FORWARD: dict[str, Callable[[Place, Array], Array]] = {
    "dense": dense, "dropout": dropout, "gaussian_noise": gaussian_noise, "scaling": scaling, "batch_norm": batch_norm,
    "layer_norm": layer_norm, "residual": residual, "conv2d": convolution, "max_pool2d": pool, "average_pool2d": pool,
    "flatten": flatten,
}  # fmt: skip
BACKWARD: dict[str, Callable[[Place, Array], Array]] = {
    "dense": dense_back, "dropout": dropout_back, "gaussian_noise": unchanged_back, "scaling": scaling_back,
    "batch_norm": batch_norm_back, "layer_norm": layer_norm_back, "residual": residual_back,
    "conv2d": convolution_back, "max_pool2d": pool_back, "average_pool2d": pool_back, "flatten": unchanged_back,
}  # fmt: skip
