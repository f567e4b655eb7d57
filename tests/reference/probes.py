"""What the probes say about a network on a whole data set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.reference.functions import ACTIVATIONS
from tests.reference.network import Twin

Array = NDArray[np.float64]
STEEPEST = {"tanh": 1.0, "sigmoid": 0.25}
"""The largest slope of the activations that saturate."""


def layer_probes(twin: Twin, inputs: Array) -> Array:
    """(layers, 4): mean and variance of the outputs, dead units, the saturated share; in evaluation mode."""
    sums, values = twin.forward(inputs)
    rows = []
    for layer, z, value in zip(twin.layers, sums, values, strict=True):
        slopes = np.abs(ACTIVATIONS[layer.activation][1](z)) if layer.activation != "softmax" else np.ones_like(z)
        dead = (slopes < 1e-12).all(axis=1).sum()
        steepest = STEEPEST.get(layer.activation)
        saturated = 0.0 if steepest is None else (slopes < 0.01 * steepest).mean()
        rows.append((value.mean(), value.var(), dead, saturated))
    return np.array(rows)


def part_norms(twin: Twin, flat: Array) -> Array:
    """(layers,): the Euclidean norm of each layer's weights and biases."""
    return np.array([np.sqrt((a**2).sum() + (b**2).sum()) for a, b, _ in twin.parts(flat)])
