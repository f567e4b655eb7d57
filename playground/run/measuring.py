"""The figures of one moment: loss, accuracy, maps, gradient, the forward pass of a point. All of them finite.

Owns how they are taken from the engine; changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground import bounded
from playground.data import Dataset
from playground.data.grid import map_resolution
from playground.data.section import Section
from playground.engine.engine import Engine
from playground.engine.layout import Layout
from playground.errors import WrongUse
from playground.run.examples import Examples, Pair
from playground.run.samples import SampleRow
from playground.run.snapshot import Demand, Metrics, Probe, frozen
from playground.scalars import number, reals, shown, whole

Floats = NDArray[np.floating]

LARGEST = float(np.finfo(np.float64).max)
"""Stands for a figure that is not finite: no such figure may leave a session."""
DROPPED = (
    "Samples with blank cells were left out of this run, so none of them is answered: give every cell, or let "
    "data.imperfections.imputer be mean, median or indicator."
)
PREDICTED_AT_ONCE = 4096
"""Points whose activations are in memory at the same time."""


Measured = tuple[Metrics, Floats, Floats]
"""The metrics, and the head's outputs for the training and the held-out set."""


def measure(engine: Engine, examples: Examples, parameters: Floats, classes: bool) -> Measured:
    """Every sample looked at once."""
    train_loss, train_accuracy, train_outputs = engine.evaluate(parameters, *examples.train)
    test_loss, test_accuracy, outputs = engine.evaluate(parameters, *examples.test)
    tested, validated = outputs.shape[1] > 0, examples.validation[0].shape[1] > 0
    test_error = _error(examples, outputs, examples.dataset.test_labels)
    loss, accuracy = 0.0, 0.0
    if validated:
        loss, accuracy, outputs = engine.evaluate(parameters, *examples.validation)
    metrics = Metrics(
        train_loss=_bounded(train_loss),
        test_loss=_bounded(test_loss) if tested else None,
        train_accuracy=train_accuracy if classes else None,
        test_accuracy=test_accuracy if classes and tested else None,
        penalty=penalty(engine, parameters),
        validation_loss=_bounded(loss) if validated else None,
        validation_accuracy=accuracy if classes and validated else None,
        train_error=_error(examples, train_outputs, examples.dataset.train_labels),
        test_error=test_error,
        validation_error=_error(examples, outputs, examples.dataset.validation_labels) if validated else None,
    )
    return metrics, finite(examples.answers(train_outputs)), finite(examples.answers(outputs))


def _error(examples: Examples, outputs: Floats, targets: NDArray[np.float64]) -> float | None:
    """The root mean square of what outputs miss, in the targets' own unit, where the loss does not tell it."""
    if not examples.is_error_beside_loss or not outputs.shape[1]:
        return None
    missed = bounded.bounded(examples.answers(outputs)[0]) - targets
    return float(bounded.norm(missed)) / math.sqrt(targets.size)


def of_samples(engine: Engine, parameters: Floats, samples: Pair) -> tuple[float, float]:
    """Mean loss, finite, and share of right answers."""
    loss, accuracy, _ = engine.evaluate(parameters, *samples)
    return _bounded(loss), accuracy


def with_penalty_of(engine: Engine, parameters: Floats, found: Measured) -> Measured:
    """The same figures where only the penalties are others: no sample is looked at."""
    metrics, of_train, of_test = found
    return msgspec.structs.replace(metrics, penalty=penalty(engine, parameters)), of_train, of_test


def penalty(engine: Engine, parameters: Floats) -> float:
    """l1·Σ|w| + ½·l2·Σw², finite."""
    return _bounded(engine.penalty(parameters))


def unit_maps(engine: Engine, examples: Examples, parameters: Floats, section: Section | None) -> Floats | None:
    """(units, resolution, resolution): what every unit computes over the window, or over that of a section; None where
    there is neither a plane nor a section."""
    if not examples.dataset.is_plane and section is None:
        return None
    resolution = map_resolution(engine.layout.size, engine.layout.units)
    maps = _in_own_unit(engine, examples, engine.activations(parameters, examples.grid(resolution, section)))
    return frozen(maps.reshape(engine.layout.units, resolution, resolution))


def window_maps(
    engine: Engine, examples: Examples, parameters: Floats, window: tuple[float, float, float, float], resolution: int
) -> Floats:
    """(units, resolution, resolution) over (left, right, bottom, top), the lowest row first."""
    if not examples.dataset.is_plane:
        what = "Images lie" if examples.dataset.image is not None else "Samples with these columns lie"
        raise WrongUse(f"{what} in no plane, so there is no window to map.")
    resolution = whole("resolution", resolution)
    left, right, bottom, top = edges = [number("An edge of a window", edge) for edge in _four(window)]
    if not (all(map(math.isfinite, edges)) and left < right and bottom < top and resolution >= 1):
        sentence = "A window is left < right and bottom < top, at least 1 cell wide; got {window}, {resolution}."
        raise WrongUse(sentence, window=str(window), resolution=resolution)
    places = (np.arange(resolution) + 0.5) / resolution
    x, y = np.meshgrid(left + (right - left) * places, bottom + (top - bottom) * places)
    inputs = examples.inputs(np.stack([x.ravel(), y.ravel()]))
    maps = _in_own_unit(engine, examples, engine.activations(parameters, inputs))
    return frozen(maps.reshape(engine.layout.units, resolution, resolution))


def _four(window: Any) -> list[Any]:
    """The edges of a window, whatever they are."""
    edges = list(window) if isinstance(window, Iterable) and np.ndim(window) > 0 else []  # type: ignore[arg-type]
    if len(edges) != 4:
        raise WrongUse("A window is (left, right, bottom, top); got {given}.", given=shown(window))
    return edges


def losses(engine: Engine, examples: Examples, given: ArrayLike) -> NDArray[np.float64]:
    """(V, 2) loss and accuracy on the training set for V parameter vectors (V, P); too large a loss is the largest."""
    vectors = vectors_of(given, engine.layout.size, engine.dtype)
    found = engine.losses(vectors, *examples.train)
    return frozen(np.nan_to_num(found, nan=LARGEST, posinf=LARGEST, neginf=-LARGEST))


def vectors_of(given: ArrayLike, size: int, dtype: type[np.floating]) -> Floats:
    """(V, size) parameter vectors, a row each."""
    try:
        rows = np.asarray(given)
    except (TypeError, ValueError, OverflowError):  # rows of several lengths
        rows = np.empty(0, dtype=object)
    if rows.dtype.kind not in "fiu":
        raise WrongUse("Parameter vectors are an array of numbers (V, {size}), a row each.", size=size)
    if rows.ndim != 2 or rows.shape[1] != size:
        hint = " A single one needs [None] behind it." if rows.shape == (size,) else ""
        sentence = "Parameter vectors are rows of {size} numbers; got the shape {shape}.{hint}"
        raise WrongUse(sentence, size=size, shape=str(rows.shape), hint=hint)
    with np.errstate(over="ignore"):  # a number too large for the run's type is one of those whose loss is bounded
        return np.ascontiguousarray(rows, dtype=dtype)


def mean_gradient(engine: Engine, examples: Examples, parameters: Floats) -> Floats:
    """The mean gradient over the training set, without the penalty."""
    return finite(engine.gradient(parameters, *examples.train))


def change(before: Floats, after: Floats) -> Floats:
    """(P,) what has been added to each parameter, all finite."""
    with np.errstate(over="ignore"):
        return finite(after - before)


def parameter_norms(layout: Layout, parameters: Floats) -> NDArray[np.float64]:
    """(layers,): the Euclidean norm of each layer's weights and biases, at most the largest number."""
    parts = [
        np.concatenate([layout.weights(parameters, layer).ravel(), layout.biases(parameters, layer)])
        for layer in range(len(layout.slots))
    ]
    return np.array([bounded.norm(part) for part in parts], np.float64)


def forward_pass(
    engine: Engine, examples: Examples, parameters: Floats, demand: Demand, section: Section | None
) -> Probe | None:
    """Inputs and every unit's output for the demanded point of the plane; elsewhere for the image, the sample, or the
    place on the section."""
    if examples.dataset.is_plane:
        if demand.probe is None:
            return None
        inputs, sample = examples.inputs(np.array(demand.probe, dtype=np.float64)[:, None]), None
    elif section is not None and demand.probe is not None and demand.probe_sample is None:
        place = np.array(demand.probe, dtype=np.float64)[:, None]
        inputs, sample = examples.inputs(section.points(place)), None
    elif _has_pixels(examples.dataset, demand):
        pixels = np.array(demand.probe_pixels, dtype=np.float64)
        inputs = examples.inputs(pixels[:, None])
        units = _in_own_unit(engine, examples, engine.activations(parameters, inputs))
        return Probe(None, frozen(inputs[:, 0].copy()), frozen(units[:, 0].copy()), pixels=frozen(pixels))
    else:
        found, sample = demand.probe_sample, demand.probe_sample
        train, test = examples.train[0], examples.held_out[0]
        if found is None or not 0 <= found < train.shape[1] + test.shape[1]:
            return None
        column = train[:, found] if found < train.shape[1] else test[:, found - train.shape[1]]
        inputs = np.ascontiguousarray(column[:, None])
    units = _in_own_unit(engine, examples, engine.activations(parameters, inputs))
    return Probe(
        demand.probe if sample is None else None, frozen(inputs[:, 0].copy()), frozen(units[:, 0].copy()), sample
    )


def _has_pixels(dataset: Dataset, demand: Demand) -> bool:
    """Whether an image is demanded that fits the data set's."""
    pixels = demand.probe_pixels
    return pixels is not None and dataset.image is not None and len(pixels) == math.prod(dataset.image)


def predict(engine: Engine, examples: Examples, parameters: Floats, samples: ArrayLike) -> Floats:
    """The head's outputs (n, units) for samples (n, features), in pieces that fit in memory."""
    inputs = examples.inputs(samples_of(samples, examples.dataset).T)
    outputs = np.empty((engine.layout.slots[-1].outputs, inputs.shape[1]), engine.dtype)
    for start in range(0, inputs.shape[1], PREDICTED_AT_ONCE):
        some = slice(start, start + PREDICTED_AT_ONCE)
        outputs[:, some] = engine.activations(parameters, np.ascontiguousarray(inputs[:, some]))[-len(outputs) :]
    return np.ascontiguousarray(examples.answers(outputs).T)


def _in_own_unit(engine: Engine, examples: Examples, units: Floats) -> Floats:
    """All units' outputs (units, n), the head's in the targets' own unit."""
    first = engine.layout.slots[-1].row
    units[first:] = examples.answers(units[first:])
    return units


def samples_of(given: ArrayLike, dataset: Dataset) -> NDArray[np.float64]:
    """(n, features) finite numbers, a sample of the data set a row."""
    wanted = len(dataset.train_points)
    try:
        rows = reals(given)
    except (TypeError, ValueError, OverflowError):
        raise WrongUse("Samples are an array of numbers (n, {wanted}), a row each.", wanted=wanted) from None
    if rows.ndim != 2 or rows.shape[1] != wanted:
        turned = rows.ndim == 2 and rows.shape[0] == wanted
        hint = " These have a column each: give them transposed." if turned else ""
        sentence = "Samples are an array (n, {wanted}), a row each; got the shape {given}.{hint}"
        raise WrongUse(sentence, wanted=wanted, given=str(rows.shape), hint=hint)
    blanks = dataset.beside is not None and dataset.beside.filling.takes_blanks
    if blanks and np.isinf(rows).any():
        raise WrongUse("Samples are finite numbers, or NaN for a blank cell; there are some that are neither.")
    if not blanks and not np.isfinite(rows).all():
        dropped = dataset.beside is not None and dataset.beside.filling.blank and not np.isinf(rows).any()
        raise WrongUse(DROPPED if dropped else "Samples are finite numbers; there are some that are not.")
    return rows


# -- each training sample ----------------------------------------------------------------------------------------------


def samples_now(engine: Engine, examples: Examples, parameters: Floats, epoch: int) -> SampleRow:
    """The training samples of a network as it stands; a figure that is not finite is the largest number."""
    inputs, targets = examples.train
    found, outputs = engine.of_each(parameters, inputs, targets), engine.evaluate(parameters, inputs, targets)[2]
    labels, task = examples.dataset.train_labels, examples.dataset.task
    margins = np.full(labels.size, np.nan, np.float32)
    if task.is_classification:
        cut = 0.5 if engine.layout.slots[-1].activation == "sigmoid" else 0.0
        margins = _singles(margins_of(outputs, labels.astype(np.int64), cut))
    right = np.greater(found[:, 1], 0.5) & task.is_classification
    return SampleRow(epoch, frozen(_singles(found[:, 0])), frozen(margins), frozen(right))


def margins_of(outputs: Floats, labels: NDArray[np.int64], cut: float) -> NDArray[np.float64]:
    """(n,) of the head's outputs (units, n) for these classes; cut: the border of a single unit's two classes."""
    values = outputs.astype(np.float64)
    if len(values) == 1:
        return np.asarray((2.0 * labels - 1.0) * (values[0] - cut))
    there = np.arange(labels.size)
    own = values[labels, there]
    values[labels, there] = -np.inf
    return np.asarray(own - values.max(axis=0))


def _singles(values: NDArray[np.float64]) -> NDArray[np.float32]:
    largest = float(np.finfo(np.float32).max)
    return np.nan_to_num(np.clip(values, -largest, largest), nan=largest).astype(np.float32)


def finite(array: Floats) -> Floats:
    """The array with nothing non-finite in it, read-only."""
    if not np.isfinite(array).all():
        limit = float(np.finfo(array.dtype).max)
        array = np.nan_to_num(array, copy=False, nan=0.0, posinf=limit, neginf=-limit)
    return frozen(array)


def _bounded(value: float) -> float:
    """The value, or the largest float where it is not finite."""
    return value if math.isfinite(value) else LARGEST
