"""Where each weight and bias lies in the flat parameter buffer, how they start, and how they survive an edit.

Owns the layout, the initializers and the transfer between two layouts; knows nothing of training.
The order is: for each layer from the first hidden one to the output, weights row by row (outputs × inputs), then
biases.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.errors import WrongUse
from playground.experiment import Experiment

Array = NDArray[np.float64]
Floats = NDArray[np.floating]


class RunState(Protocol):
    """The part of a run's state that edits carry over."""

    @property
    def parameters(self) -> Floats: ...

    @property
    def slots(self) -> Floats: ...


@dataclass(frozen=True, slots=True)
class LayerSlot:
    """One layer's place: its weights start at `weights`, its biases at `biases`; its first unit is number `row`."""

    inputs: int
    outputs: int
    activation: str
    weights: int
    biases: int
    row: int

    def weight_index(self, unit: int, source: int) -> int:
        """Index in the flat buffer of the weight from input `source` to `unit`."""
        return self.weights + unit * self.inputs + source

    def bias_index(self, unit: int) -> int:
        """Index in the flat buffer of a unit's bias."""
        return self.biases + unit


@dataclass(frozen=True, slots=True)
class Layout:
    """Every layer's slot; the last one is the output head."""

    slots: tuple[LayerSlot, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> Layout:
        """The layout of an experiment's network, head included."""
        activations = [*(layer.activation for layer in experiment.network.layers), experiment.head.activation]
        slots, offset, row = [], 0, 0
        widths = experiment.widths
        for inputs, outputs, activation in zip(widths, widths[1:], activations, strict=False):
            biases = offset + inputs * outputs
            slots.append(LayerSlot(inputs, outputs, activation, offset, biases, row))
            offset, row = biases + outputs, row + outputs
        return cls(tuple(slots))

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.slots[-1].biases + self.slots[-1].outputs

    @property
    def units(self) -> int:
        """Number of units of all layers, the output's too."""
        return self.slots[-1].row + self.slots[-1].outputs

    def weights(self, parameters: Floats, layer: int) -> Floats:
        """The (outputs, inputs) weights of a layer, as a view."""
        slot = self.slots[layer]
        return parameters[slot.weights : slot.biases].reshape(slot.outputs, slot.inputs)

    def biases(self, parameters: Floats, layer: int) -> Floats:
        """The (outputs,) biases of a layer, as a view."""
        slot = self.slots[layer]
        return parameters[slot.biases : slot.biases + slot.outputs]

    def layer_name(self, layer: int) -> str:
        """How sentences call a layer, counted from 0."""
        return "the output layer" if layer == len(self.slots) - 1 else f"layer {layer + 1}"


def digest(parameters: Floats) -> str:
    """SHA-256 of the parameter bytes (little-endian): equal digests mean equal networks, bit for bit."""
    little = parameters.astype(parameters.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(little.tobytes()).hexdigest()


def initial_parameters(experiment: Experiment) -> Array:
    """The weights and biases a run starts from, float64; a function of the experiment alone."""
    layout = Layout.of(experiment)
    parameters = np.empty(layout.size)
    training = experiment.training
    for index, slot in enumerate(layout.slots):
        rng = stream(experiment.seed, Purpose.WEIGHTS, index)
        shape = (slot.outputs, slot.inputs)
        layout.weights(parameters, index)[:] = _draw(training.initializer, training.initializer_scale, shape, rng)
        layout.biases(parameters, index)[:] = training.initial_bias
    return parameters


def _draw(initializer: str, scale: float, shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Glorot and Bengio 2010, eq. 16 (Xavier); He et al. 2015, eq. 10 (He)."""
    outputs, inputs = shape
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


def _uniform(rng: np.random.Generator, shape: tuple[int, int], limit: float) -> Array:
    return limit * (2.0 * rng.random(shape) - 1.0)


def layer_origins(old: Sequence[object], new: Sequence[object]) -> list[int | None]:
    """For each new layer the old layer it came from.

    Edits keep untouched layers the same objects, so identity comes first; where nothing is identical (a list written
    anew), equal layers in order. What remains is paired by place (a changed layer is a new object in the same place).
    """
    places = {id(layer): index for index, layer in enumerate(old)}
    origins: list[int | None] = [places.get(id(layer)) for layer in new]
    anchored = any(origin is not None for origin in origins)
    if not anchored:
        matcher = SequenceMatcher(None, [repr(layer) for layer in old], [repr(layer) for layer in new], autojunk=False)
        for block in matcher.get_matching_blocks():
            for offset in range(block.size):
                origins[block.b + offset] = block.a + offset
    taken = {origin for origin in origins if origin is not None}
    for index in range(len(new)):
        if origins[index] is not None:
            continue
        before = origins[index - 1] if index else -1
        candidate = len(old) if before is None else before + 1
        free = candidate < len(old) and candidate not in taken
        if free and (len(new) <= len(old) or not anchored):
            origins[index] = candidate
            taken.add(candidate)
    return origins


def moves_parameters(old: Experiment, new: Experiment) -> bool:
    """Whether an edit changes which parameters there are, or what they belong to."""
    if Layout.of(old) != Layout.of(new) or old.data.features != new.data.features:
        return True
    origins = layer_origins(old.network.layers, new.network.layers)
    return origins != list(range(len(new.network.layers)))


def carried_over(old: Experiment, new: Experiment, state: RunState, spare: RunState | None) -> tuple[Floats, Floats]:
    """Parameters and optimizer slots for `new`: from `state` what has a place, the rest from `spare`, or fresh."""
    dtype = state.parameters.dtype
    fresh = initial_parameters(new).astype(dtype) if spare is None else spare.parameters
    memory = np.zeros((2, fresh.size), dtype) if spare is None else spare.slots
    slots = [transferred(old, new, kept, start) for kept, start in zip(state.slots, memory, strict=True)]
    return transferred(old, new, state.parameters, fresh), np.ascontiguousarray(np.stack(slots))


def transferred(old: Experiment, new: Experiment, kept: Floats, fresh: Floats) -> Floats:
    """`fresh` (laid out for `new`) with everything of `kept` (laid out for `old`) that still has a place.

    Weights are matched by layer, by unit, and by where they come from: features by name, units by position.
    """
    old_layout, new_layout = Layout.of(old), Layout.of(new)
    origins = layer_origins(old.network.layers, new.network.layers)
    origins.append(len(old.network.layers))
    result = fresh.copy()
    for index, origin in enumerate(origins):
        if origin is None:
            continue
        columns = _matching_inputs(old, new, index, origin)
        rows = min(old_layout.slots[origin].outputs, new_layout.slots[index].outputs)
        target, source = new_layout.weights(result, index), old_layout.weights(kept, origin)
        for to, came_from in columns:
            target[:rows, to] = source[:rows, came_from]
        new_layout.biases(result, index)[:rows] = old_layout.biases(kept, origin)[:rows]
    return result


def _matching_inputs(old: Experiment, new: Experiment, index: int, origin: int) -> list[tuple[int, int]]:
    """Pairs (new column, old column) of the weights of a layer."""
    old_names: Sequence[str] | None = old.data.features if origin == 0 else None
    new_names: Sequence[str] | None = new.data.features if index == 0 else None
    if old_names is not None and new_names is not None:
        return [(to, old_names.index(name)) for to, name in enumerate(new_names) if name in old_names]
    shared = min(old.widths[origin], new.widths[index])
    return [(column, column) for column in range(shared)]


def check_parameter(index: int, value: float, parameters: Floats) -> None:
    """Raise WrongUse unless the parameter exists and can hold the value."""
    limit = float(np.finfo(parameters.dtype).max)
    if not 0 <= index < parameters.size:
        raise WrongUse(f"There is no parameter {index}; this network has {parameters.size}.")
    if not (math.isfinite(value) and abs(value) <= limit):
        raise WrongUse(f"A parameter is a finite number of size up to {limit:.3g}; got {value!r}.")
