"""One layer during a step: where it stands, its parameters, and the numbers of the whole batch that run through it.

Owns these values and what a kind of layer has to answer; knows no kind. Arrays of units are (units, n), a column a
sample of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.anatomy.layers.draws import Chance
from playground.anatomy.operations.operation import (
    Integers,
    Largest,
    Normalization,
    NormBack,
    Numbers,
    Terms,
    WeightedSum,
)
from playground.engine.layout import LayerSlot
from playground.experiment.layers import Layer
from playground.experiment.shapes import Shape


class Stage(msgspec.Struct, frozen=True):
    """A layer's place. number: of the layer; setting: None for the head; before: the shape that comes in; row: of its
    first unit among inputs, a row of ones and all units, by which chance knows it."""

    number: int
    slot: LayerSlot
    setting: Layer | None
    before: Shape
    row: int

    @property
    def rows(self) -> Integers:
        """(units,) the rows of its units."""
        return np.arange(self.row, self.row + self.slot.outputs)


class Flow(msgspec.Struct, eq=False):
    """A layer's parameters, and what a pass has left; in training where `training`, of which `chance` draws.

    below: what comes in, from layer `number` − 1; source: what a residual connection adds. sums, values: z and a.
    factor, drawn: what dropout multiplies with, and the numbers drawn, once for a flow. mean, variance, deviation,
    normal: a norm's. chosen: which of its window a max pool takes. new_statistics (2, n): where running ones move.
    delta: ∂Σℓ/∂z; weight_slopes, bias_slopes: summed over the batch.
    """

    stage: Stage
    weights: Numbers
    biases: Numbers
    statistics: Numbers
    training: bool
    chance: Chance | None
    dtype: type[np.floating]
    below: Numbers = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    source: Numbers | None = None
    sums: Numbers = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    values: Numbers = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    factor: Numbers | None = None
    drawn: Numbers | None = None
    mean: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))
    variance: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))
    deviation: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))
    normal: Numbers = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    chosen: NDArray[np.int64] | None = None
    new_statistics: Numbers | None = None
    delta: Numbers = msgspec.field(default_factory=lambda: np.zeros((0, 0)))
    weight_slopes: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))
    bias_slopes: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))

    @property
    def before(self) -> int:
        """The number of the layer that it reads."""
        return self.stage.number - 1

    @property
    def group(self) -> int:
        """Units that share one gain and shift."""
        return self.stage.slot.outputs // max(self.stage.slot.weight_shape[0], 1)

    def rate(self, value: float) -> float:
        """A setting as the run's number type holds it."""
        return float(self.dtype(value))

    def weight_index(self, *place: int) -> int:
        """Where a weight or gain lies among all parameters."""
        slot = self.stage.slot
        return slot.weights + int(np.ravel_multi_index(place, slot.weight_shape))


Told = WeightedSum | Normalization | Largest


class Shared(NamedTuple):
    """Where one unit's, filter's or channel's own parameters met what: see `Gradients`."""

    source: int
    units: Integers
    inputs: Numbers
    input_units: Integers
    parameters: Integers
    normalized: bool = False


class Kind(NamedTuple):
    """What a kind of layer answers.

    forward: z of the batch from `flow.below`. backward: from `flow.delta` the slopes of its parameters, into the flow,
    and those of what came in, and of the source of a residual connection. told: one unit's z of one sample, as the
    operation number `moment`. sent: what it sends back to a unit before it, of one sample; to_source: to one of the
    source. shared: which numbers the parameters of one group met, of one sample; None where it has none.
    """

    forward: Callable[[Flow], Numbers]
    backward: Callable[[Flow], tuple[Numbers, Numbers | None]]
    told: Callable[[Flow, int, int, int], Told]
    sent: Callable[[Flow, int, int], tuple[Terms, NormBack | None]]
    shared: Callable[[Flow, int, int], Shared] | None = None
    to_source: Callable[[Flow, int, int], Terms] | None = None


def outputs_of(flows: Sequence[Flow], sample: int) -> Numbers:
    """(units,) what all units give for a sample, layer by layer."""
    return np.concatenate([flow.values[:, sample] for flow in flows])
