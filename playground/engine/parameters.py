"""What a run's parameters are: how they start, how they are named by a digest, how an edit carries them over.

Owns the initializers; where parameters lie is told by `playground.engine.layout`, what survives an edit by
`playground.engine.transfer`. Knows nothing of training.
"""

from __future__ import annotations

import hashlib
import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.engine.layout import Layout
from playground.engine.transfer import transferred
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import kind_of
from playground.numbers import rounded

Array = NDArray[np.float64]
Floats = NDArray[np.floating]


class Trained(Protocol):
    """The part of a run's state that edits carry over."""

    @property
    def parameters(self) -> Floats: ...

    @property
    def slots(self) -> Floats: ...


def digest(parameters: Floats) -> str:
    """SHA-256 of the parameter bytes (little-endian): equal digests mean equal networks, bit for bit."""
    little = parameters.astype(parameters.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(little.tobytes()).hexdigest()


def initial_parameters(experiment: Experiment) -> Array:
    """The parameters a run starts from, float64; a function of the experiment alone.

    Dense layers, convolutions and projections are drawn by the initializer. Gains and shifts start as their kind says,
    running means as 0 and variances as 1.
    """
    layout = Layout.of(experiment)
    parameters = np.empty(layout.size)
    training = experiment.training
    for index, slot in enumerate(layout.slots):
        weights, biases = layout.weights(parameters, index), layout.biases(parameters, index)
        if slot.has_gains:
            layer = experiment.network.layers[index]
            weights[:], biases[:] = kind_of(layer).start(layer)
        elif weights.size:
            rng = stream(experiment.seed, Purpose.WEIGHTS, index)
            weights[:] = _draw(training.initializer, training.initializer_scale, slot.weight_shape, rng)
            biases[:] = training.initial_bias
        layout.statistics(parameters, index)[:] = [[0.0], [1.0]]
    return parameters


def _draw(initializer: str, scale: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Glorot and Bengio 2010, eq. 16 (Xavier); He et al. 2015, eq. 10 (He).

    shape: (outputs, inputs), or (filters, channels, height, width): every place of a filter counts, as in PyTorch.
    """
    places = math.prod(shape[2:])
    outputs, inputs = shape[0] * places, shape[1] * places
    match initializer:
        case "xavier_uniform":
            return _uniform(rng, shape, math.sqrt(6.0 / (inputs + outputs)))
        case "xavier_normal":
            return math.sqrt(2.0 / (inputs + outputs)) * rng.standard_normal(shape)
        case "he_uniform":
            return _uniform(rng, shape, math.sqrt(6.0 / inputs))
        case "he_normal":
            return math.sqrt(2.0 / inputs) * rng.standard_normal(shape)
        case "uniform":
            return _uniform(rng, shape, 0.5)
        case "normal":
            return scale * rng.standard_normal(shape)
        case "constant":
            return np.full(shape, scale)
        case "zeros":
            return np.zeros(shape)
        case _:
            raise ValueError(f"no initializer is called {initializer!r}")


def _uniform(rng: np.random.Generator, shape: tuple[int, ...], limit: float) -> Array:
    return limit * (2.0 * rng.random(shape) - 1.0)


def carried_over(old: Experiment, new: Experiment, state: Trained, spare: Trained | None) -> tuple[Floats, Floats]:
    """Parameters and optimizer slots for `new`: from `state` what has a place, the rest from `spare`, or fresh."""
    dtype = state.parameters.dtype
    fresh = initial_parameters(new).astype(dtype) if spare is None else spare.parameters
    memory = np.zeros((2, fresh.size), dtype) if spare is None else spare.slots
    slots = [transferred(old, new, kept, start) for kept, start in zip(state.slots, memory, strict=True)]
    return transferred(old, new, state.parameters, fresh), np.ascontiguousarray(np.stack(slots))


def check_parameter(index: int, value: float, parameters: Floats, layout: Layout) -> None:
    """Raise WrongUse unless the parameter exists and can hold the value."""
    limit = float(np.finfo(parameters.dtype).max)
    if not 0 <= index < parameters.size:
        sentence = "There is no parameter {index}; this network has {count}."
        raise WrongUse(sentence, index=int(index), count=parameters.size)
    if not (math.isfinite(value) and abs(value) <= limit):
        given = float(value) if math.isfinite(value) else repr(value)
        sentence = "A parameter is a finite number of size up to {limit}; got {given}."
        raise WrongUse(sentence, limit=rounded(limit, 3), given=given)
    for slot in layout.slots:
        if slot.end - slot.statistic_count // 2 <= index < slot.end and value < 0:
            raise WrongUse("A variance is never below 0; got {given}.", given=float(value))
