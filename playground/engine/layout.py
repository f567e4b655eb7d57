"""Where each parameter lies in the flat buffer.

Owns the places; knows nothing of what the parameters are worth. The order is: for each layer from the first hidden one
to the output, weights (or gains) row by row, then biases (or shifts), then running means and variances.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.experiment.experiment import Experiment, experiment_given
from playground.experiment.layers import activation_of, is_frozen, kind_of
from playground.experiment.network import source_of
from playground.experiment.shapes import Shape

Floats = NDArray[np.floating]


class LayerSlot(msgspec.Struct, frozen=True):
    """One layer's place: where its parts start in the flat buffer, and the number of its first unit, `row`.

    inputs: units of the layer before it; outputs: its own; shape: what comes out of it. source: the layer whose output
    a residual connection adds (−1 the inputs), None for other kinds. statistics: where running means start, the
    variances right after them; None for kinds without. The head is of kind dense. work: multiplications of one sample.
    """

    kind: str
    inputs: int
    outputs: int
    activation: str
    weights: int
    weight_shape: tuple[int, ...]
    biases: int
    bias_count: int
    statistics: int | None
    statistic_count: int
    row: int
    source: int | None
    shape: Shape
    frozen: bool
    work: int

    @property
    def end(self) -> int:
        """The first place behind the layer's parameters."""
        return self.biases + self.bias_count + self.statistic_count

    @property
    def is_matrix(self) -> bool:
        """Whether the weights are (outputs, inputs): of a dense layer, or of a residual connection that projects."""
        return len(self.weight_shape) == 2

    @property
    def has_gains(self) -> bool:
        """Whether the weights are gains: one for each unit or channel."""
        return len(self.weight_shape) == 1 and self.weight_shape[0] > 0

    def weight_index(self, unit: int, source: int) -> int:
        """Index in the flat buffer of the weight from input `source` to `unit`, where the weights are a matrix."""
        return self.weights + unit * self.weight_shape[1] + source

    def bias_index(self, unit: int) -> int:
        """Index in the flat buffer of the bias number `unit`: a unit's, a filter's or a channel's."""
        return self.biases + unit


class Layout(msgspec.Struct, frozen=True):
    """Every layer's slot; the last one is the output head."""

    slots: tuple[LayerSlot, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> Layout:
        """The layout of an experiment's network, head included. It may be shared: nothing of it ever changes.

        Of what nobody has checked and cannot be kept, such as layers in a list, that of the experiment that it means;
        raises InvalidExperiment, or WrongUse of what is none.
        """
        try:
            return _layout_of(experiment)
        except TypeError:
            return _layout_of(experiment_given(experiment))

    @classmethod
    def _made(cls, experiment: Experiment) -> Layout:
        shapes, slots, offset, row = experiment.shapes, [], 0, 0
        for index, parts in enumerate(experiment.parts):
            layer = experiment.network.layers[index] if index < len(experiment.network.layers) else None
            biases = offset + parts.weight_count
            statistics = biases + parts.bias_count
            slot = LayerSlot(
                kind="dense" if layer is None else kind_of(layer).kind,
                inputs=shapes[index].units,
                outputs=shapes[index + 1].units,
                activation=experiment.head.activation if layer is None else activation_of(layer),
                weights=offset,
                weight_shape=parts.weight_shape,
                biases=biases,
                bias_count=parts.bias_count,
                statistics=statistics if parts.statistic_count else None,
                statistic_count=parts.statistic_count,
                row=row,
                source=None if layer is None else source_of(index, layer),
                shape=shapes[index + 1],
                frozen=layer is not None and is_frozen(layer),
                work=parts.work,
            )
            slots.append(slot)
            offset, row = slot.end, row + slot.outputs
        return cls(tuple(slots))

    @property
    def size(self) -> int:
        """Number of parameters, running statistics included."""
        return self.slots[-1].end

    @property
    def work(self) -> int:
        """Multiplications of one sample's forward pass."""
        return sum(slot.work for slot in self.slots)

    @property
    def sizes(self) -> NDArray[np.float64]:
        """(layers, 2): each layer's weights and biases, running statistics left out, and its units."""
        counts = [(math.prod(slot.weight_shape) + slot.bias_count, slot.outputs) for slot in self.slots]
        return np.array(counts, dtype=np.float64)

    @property
    def units(self) -> int:
        """Number of units of all layers, the output's too."""
        return self.slots[-1].row + self.slots[-1].outputs

    def weights(self, parameters: Floats, layer: int) -> Floats:
        """The weights of a layer in its `weight_shape`, as a view; empty where it has none."""
        slot = self.slots[layer]
        return parameters[slot.weights : slot.biases].reshape(slot.weight_shape)

    def biases(self, parameters: Floats, layer: int) -> Floats:
        """The biases or shifts of a layer, as a view; empty where it has none."""
        slot = self.slots[layer]
        return parameters[slot.biases : slot.biases + slot.bias_count]

    def statistics(self, parameters: Floats, layer: int) -> Floats:
        """The running means and variances of a layer, (2, n), as a view; (2, 0) where it has none."""
        slot = self.slots[layer]
        return parameters[slot.biases + slot.bias_count : slot.end].reshape(2, slot.statistic_count // 2)

    def trained(self) -> NDArray[np.bool_]:
        """(size,) whether training moves a parameter: running statistics and frozen layers stay."""
        moved = np.ones(self.size, dtype=bool)
        for slot in self.slots:
            moved[slot.weights if slot.frozen else slot.biases + slot.bias_count : slot.end] = False
        return moved

    def layer_name(self, layer: int) -> str:
        """How sentences call a layer, counted from 0."""
        return "the output layer" if layer == len(self.slots) - 1 else f"layer {layer + 1}"


@lru_cache(maxsize=32)
def _layout_of(experiment: Experiment) -> Layout:
    """The same, kept: trials and populations ask for that of a few experiments again and again."""
    return Layout._made(experiment)
