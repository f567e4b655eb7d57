"""What a run's parameters are: how they start, how they are named by a digest, how an edit carries them over.

Owns the initializers; where parameters lie is told by `playground.engine.layout`, what survives an edit by
`playground.engine.transfer`. Knows nothing of training.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.chance import MOST_DRAWS, Purpose, generators, seeded, stream, uniforms
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


class Draws(Protocol):
    """Where initial weights are drawn from."""

    def random(self, shape: tuple[int, ...]) -> Array: ...

    def standard_normal(self, shape: tuple[int, ...]) -> Array: ...


class DrawsOfMany:
    """Draws for many networks at once, each from its own generator: the shape gets a leading axis of networks.

    words (N, 4): see `playground.chance.seeded`.
    """

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self._words = words

    def random(self, shape: tuple[int, ...]) -> Array:
        count = math.prod(shape)
        if count <= MOST_DRAWS:
            return uniforms(self._words, count).reshape(-1, *shape)
        drawn = np.empty((len(self._words), *shape))
        for own, rows in zip(generators(self._words), drawn, strict=True):
            own.random(out=rows)
        return drawn

    def standard_normal(self, shape: tuple[int, ...]) -> Array:
        drawn = np.empty((len(self._words), *shape))
        for own, rows in zip(generators(self._words), drawn, strict=True):
            own.standard_normal(out=rows)
        return drawn


def initial_parameters(experiment: Experiment, layout: Layout | None = None) -> Array:
    """The parameters (P,) a run starts from, float64; a function of the experiment alone. layout: its own, where known.

    Dense layers, convolutions and projections are drawn by the initializer. Gains and shifts start as their kind says,
    running means as 0 and variances as 1.
    """
    seed = experiment.seed
    parameters: Array = _filled(
        experiment, layout or Layout.of(experiment), 1, lambda layer: stream(seed, Purpose.WEIGHTS, layer)
    )[0]
    return parameters


def initial_parameters_of(experiment: Experiment, seeds: NDArray[np.uint64], layout: Layout) -> Array:
    """(N, P): what `initial_parameters` gives with each of these seeds in place of the experiment's own."""
    layers = len(layout.slots)
    told = np.repeat(np.arange(layers, dtype=np.uint64), len(seeds))
    words = seeded([np.tile(seeds, layers), np.full_like(told, Purpose.WEIGHTS), told]).reshape(layers, -1, 4)
    return _filled(experiment, layout, len(seeds), lambda layer: DrawsOfMany(words[layer]))


def _filled(experiment: Experiment, layout: Layout, networks: int, draws: Callable[[int], Draws]) -> Array:
    """(networks, P) with the draws of each layer."""
    parameters = np.empty((networks, layout.size))
    training = experiment.training
    for index, slot in enumerate(layout.slots):
        weights = parameters[:, slot.weights : slot.biases]
        biases = parameters[:, slot.biases : slot.biases + slot.bias_count]
        if slot.has_gains:
            layer = experiment.network.layers[index]
            weights[:], biases[:] = kind_of(layer).start(layer)
        elif weights.size:
            drawn = _draw(training.initializer, training.initializer_scale, slot.weight_shape, draws(index))
            weights[:] = drawn.reshape(-1, weights.shape[1])
            biases[:] = training.initial_bias
        if slot.statistics is not None:
            half = slot.statistic_count // 2
            parameters[:, slot.statistics : slot.statistics + half] = 0.0
            parameters[:, slot.statistics + half : slot.end] = 1.0
    return parameters


def _draw(initializer: str, scale: float, shape: tuple[int, ...], rng: Draws) -> Array:
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


def _uniform(rng: Draws, shape: tuple[int, ...], limit: float) -> Array:
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
