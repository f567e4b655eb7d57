"""The figures of one moment: loss, accuracy, maps, gradient, the forward pass of a point. All of them finite.

Owns how they are taken from the engine; changes nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.engine import Engine
from playground.examples import Examples
from playground.grid import map_resolution
from playground.snapshot import Metrics, Probe, frozen

Floats = NDArray[np.floating]

PREDICTED_AT_ONCE = 4096
"""Points whose activations are in memory at the same time."""


def measure(engine: Engine, examples: Examples, parameters: Floats, classes: bool) -> tuple[Metrics, Floats, Floats]:
    """The metrics, and the head's outputs for the training and the test set."""
    train_loss, train_accuracy, train_outputs = engine.evaluate(parameters, *examples.train)
    test_loss, test_accuracy, test_outputs = engine.evaluate(parameters, *examples.test)
    tested = test_outputs.shape[1] > 0
    metrics = Metrics(
        train_loss=_bounded(train_loss),
        test_loss=_bounded(test_loss) if tested else None,
        train_accuracy=train_accuracy if classes else None,
        test_accuracy=test_accuracy if classes and tested else None,
        penalty=_bounded(engine.penalty(parameters)),
    )
    return metrics, finite(train_outputs), finite(test_outputs)


def unit_maps(engine: Engine, examples: Examples, parameters: Floats) -> Floats:
    """(units, resolution, resolution): what every unit computes over the window."""
    resolution = map_resolution(engine.layout.size)
    maps = engine.activations(parameters, examples.grid(resolution))
    return frozen(maps.reshape(engine.layout.units, resolution, resolution))


def mean_gradient(engine: Engine, examples: Examples, parameters: Floats) -> Floats:
    """The mean gradient over the training set, without the penalty."""
    return finite(engine.gradient(parameters, *examples.train))


def forward_pass(engine: Engine, examples: Examples, parameters: Floats, point: tuple[float, float]) -> Probe:
    """Inputs and every unit's output for one point of the plane."""
    inputs = examples.inputs(np.array([[point[0]], [point[1]]]))
    units = engine.activations(parameters, inputs)
    return Probe(point, frozen(inputs[:, 0].copy()), frozen(units[:, 0].copy()))


def predict(engine: Engine, examples: Examples, parameters: Floats, points: NDArray[np.float64]) -> Floats:
    """The head's outputs (units, n) for points (2, n), in pieces that fit in memory."""
    inputs = examples.inputs(np.asarray(points, dtype=np.float64))
    outputs = np.empty((engine.layout.slots[-1].outputs, inputs.shape[1]), engine.dtype)
    for start in range(0, inputs.shape[1], PREDICTED_AT_ONCE):
        some = slice(start, start + PREDICTED_AT_ONCE)
        outputs[:, some] = engine.activations(parameters, np.ascontiguousarray(inputs[:, some]))[-len(outputs) :]
    return outputs


def finite(array: Floats) -> Floats:
    """The array with nothing non-finite in it, read-only."""
    limit = float(np.finfo(array.dtype).max)
    bounded: Floats = np.nan_to_num(array, copy=False, nan=0.0, posinf=limit, neginf=-limit)
    return frozen(bounded)


def _bounded(value: float) -> float:
    """The value, or the largest float where it is not finite: no other figure may leave a session."""
    return value if math.isfinite(value) else float(np.finfo(np.float64).max)
