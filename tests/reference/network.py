"""A network: forward and backward through its layers, its loss and its accuracy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tests.reference.chance import Chance
from tests.reference.functions import ACTIVATIONS, softmax
from tests.reference.kinds import BACKWARD, FORWARD, Place
from tests.reference.layers import Layer
from tests.reference.losses import LOSSES, MIDDLE

Array = NDArray[np.float64]
Parts = tuple[Array, Array, Array]


class Twin:
    """A network and its loss. `parameters` is flat: weights, biases, statistics, layer by layer."""

    def __init__(self, layers: list[Layer], parameters: NDArray[np.floating], loss: str, number: float = 1.0) -> None:
        self.layers, self.loss_name, self.number = layers, loss, number
        self.parameters = parameters.astype(np.float64)

    def parts(self, flat: Array) -> Iterator[Parts]:
        """Weights, biases and statistics (2, n) of each layer, as views of a flat array."""
        start = 0
        for layer in self.layers:
            ends = np.cumsum([start, layer.weight_count, layer.bias_count, layer.statistic_count])
            weights, biases, statistics = (flat[a:b] for a, b in itertools.pairwise(ends))
            yield weights.reshape(layer.weight_shape), biases, statistics.reshape(2, -1)
            start = ends[-1]

    def places(self, chance: Chance | None) -> list[Place]:
        """Every layer with its parameters, before a pass."""
        row = self.layers[0].inputs + 1
        result = []
        for layer, parts in zip(self.layers, self.parts(self.parameters), strict=True):
            result.append(Place(layer, *parts, range(row, row + layer.outputs), chance))
            row += layer.outputs
        return result

    def walk(self, inputs: Array, chance: Chance | None = None) -> tuple[list[Place], list[Array], list[Array]]:
        """A forward pass: the places, every layer's z (before the activation) and values (after it)."""
        places, sums, values = self.places(chance), [], []
        inputs = below = inputs.astype(np.float64)
        for place in places:
            layer = place.layer
            if layer.kind == "residual":
                place.source = values[layer.source] if layer.source >= 0 else inputs
            sums.append(FORWARD[layer.kind](place, below))
            below = softmax(sums[-1]) if layer.activation == "softmax" else ACTIVATIONS[layer.activation][0](sums[-1])
            values.append(below)
        return places, sums, values

    def forward(self, inputs: Array) -> tuple[list[Array], list[Array]]:
        """Sums and values in evaluation mode, each (units, n)."""
        return self.walk(inputs)[1:]

    def activations(self, inputs: Array) -> Array:
        """Every unit's output, layer by layer, (units, n)."""
        return np.concatenate(self.forward(inputs)[1])

    def head_loss(self, z: Array, targets: Array) -> tuple[Array, Array]:
        """Each sample's weighted loss (n,), and dloss/dz of the mean."""
        wanted, weight = targets[:-1].astype(np.float64), targets[-1].astype(np.float64)
        each, slope = LOSSES[self.loss_name](z, wanted, self.layers[-1].activation, self.number)
        return weight * each.sum(axis=0), weight * slope / z.shape[1]

    def loss(self, inputs: Array, targets: Array) -> float:
        """The mean over the samples in evaluation mode, without penalty."""
        return float(self.head_loss(self.forward(inputs)[0][-1], targets)[0].mean())

    def accuracy(self, inputs: Array, targets: Array) -> float:
        """The share of right classes. One output: above the middle of its two targets or not."""
        outputs, wanted = self.forward(inputs)[1][-1], targets[:-1]
        if len(outputs) == 1:
            middle = MIDDLE.get(self.loss_name, 0.5)
            return float(((outputs > middle) == (wanted > middle)).mean())
        return float((outputs.argmax(axis=0) == wanted.argmax(axis=0)).mean())

    def gradient(self, inputs: Array, targets: Array, chance: Chance | None = None) -> Array:
        """Of the loss, laid out like the parameters; in training mode with a chance. Statistics have none."""
        return self.learn(inputs, targets, chance)[0]

    def learn(self, inputs: Array, targets: Array, chance: Chance | None) -> tuple[Array, Array]:
        """The gradient, and the parameters with the running statistics that the pass leaves behind."""
        places, sums, _ = self.walk(inputs, chance)
        slopes = [np.zeros_like(each) for each in sums]  # dloss/dvalue of every layer
        delta = self.head_loss(sums[-1], targets)[1]
        for index in reversed(range(len(places))):
            place = places[index]
            if index + 1 < len(places):
                delta = slopes[index] * ACTIVATIONS[place.layer.activation][1](sums[index])
            below = BACKWARD[place.layer.kind](place, delta)
            if index:
                slopes[index - 1] += below
            if place.source_slope is not None and place.layer.source >= 0:
                slopes[place.layer.source] += place.source_slope
        gradient, after = np.zeros_like(self.parameters), self.parameters.copy()
        for place, slope, new in zip(places, self.parts(gradient), self.parts(after), strict=True):
            if place.layer.size:
                slope[0][...], slope[1][...] = place.weight_slope, place.bias_slope
            if place.new_statistics is not None:
                new[2][...] = place.new_statistics
        return gradient, after

    def penalty(self, l1: float, l2: float) -> float:
        """l1 · sum of |w| + l2 / 2 · sum of w² over trained weights; biases, gains and shifts are free."""
        parts = zip(self.layers, self.parts(self.parameters), strict=True)
        weights = np.concatenate(
            [np.empty(0), *(each[0].ravel() for layer, each in parts if layer.has_weights and not layer.frozen)]
        )
        return float(l1 * np.abs(weights).sum() + 0.5 * l2 * (weights**2).sum())
