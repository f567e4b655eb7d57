"""What one operation of a step is: where it happens, what it reads, its numbers, its result.

Owns these values and nothing that computes them. A sum is told completely, however long; whoever shows it may leave
out some. Layers are counted as in the layout, INPUTS stands for the network's inputs; units and parameters by their
places there. `moment` is an operation's place in the sequence.

All slopes are those of the summed loss of the batch, Σ ℓ: δ is ∂Σℓ/∂z of the chosen sample's z, which is ∂ℓ/∂z of
its own loss unless a batch normalization lets samples meet. The mean over the batch is a unit's gradient.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

INPUTS = -1
"""Stands for the network's inputs among the layers."""
NONE = -1
"""Stands for no parameter, and for a unit outside an image, which is 0."""

Phase = Literal["forward", "loss", "backward", "update"]
PHASES: tuple[Phase, ...] = ("forward", "loss", "backward", "update")


class Terms(msgspec.Struct, frozen=True, eq=False):
    """Products that are added up, each over a link: values · factors, all (n,).

    layer, units: whose values they are. parameters: the places of the factors, or NONE where a factor is no parameter.
    samples: the places in the batch of the values, where other samples take part; None: all are the chosen one's.
    """

    layer: int
    units: Integers
    values: Numbers
    factors: Numbers
    parameters: Integers
    samples: Integers | None = None

    @property
    def products(self) -> Numbers:
        """(n,) the terms of the sum."""
        return self.values * self.factors

    @property
    def total(self) -> float:
        """Their sum."""
        return float(self.values @ self.factors)


# -- forward -----------------------------------------------------------------------------------------------------------


class Draw(msgspec.Struct, frozen=True):
    """What chance gave a unit for one sample of one step: the very number that the kernels draw.

    number: dropout's is uniform in [0, 1), and the unit is silent where it is below `rate`; noise's is standard
    normal, and `rate` · number is added.
    """

    number: float
    rate: float

    @property
    def is_silent(self) -> bool:
        """Whether dropout silences the unit."""
        return self.number < self.rate


class WeightedSum(msgspec.Struct, frozen=True, eq=False):
    """One unit's z: Σ of all terms + bias + added.

    kind: of the layer. bias, bias_parameter: 0 and NONE where there is none. draw: of dropout and noise in training.
    added: what noise adds.
    """

    moment: int
    layer: int
    unit: int
    kind: str
    terms: tuple[Terms, ...]
    bias: float
    bias_parameter: int
    result: float
    draw: Draw | None = None
    added: float = 0.0
    phase: Phase = "forward"


class RunningMoved(msgspec.Struct, frozen=True):
    """Running mean and variance of a channel, before the step and after it; share: how far they go to the batch's."""

    mean: float
    variance: float
    new_mean: float
    new_variance: float
    share: float


class Normalization(msgspec.Struct, frozen=True, eq=False):
    """One unit's z behind a norm: gain · (x − mean) / √(variance + epsilon) + shift.

    over: what mean and variance were taken over: the channel's values in the whole batch, the sample's units, or
    neither: running statistics. values: those numbers, (n,); units, samples: whose they are (samples None: the chosen
    one's). normal: (x − mean) / deviation. running: None for layer normalization; where nothing moves, before and after
    are the same.
    """

    moment: int
    layer: int
    unit: int
    kind: str
    source: int
    over: Literal["batch", "units", "running"]
    x: float
    values: Numbers
    units: Integers
    samples: Integers | None
    mean: float
    variance: float
    epsilon: float
    deviation: float
    normal: float
    gain: float
    gain_parameter: int
    shift: float
    shift_parameter: int
    running: RunningMoved | None
    result: float
    phase: Phase = "forward"


class Largest(msgspec.Struct, frozen=True, eq=False):
    """One unit of max pooling: the largest of its window; of equal ones the first. chosen: its place in the window."""

    moment: int
    layer: int
    unit: int
    source: int
    units: Integers
    values: Numbers
    chosen: int
    result: float
    phase: Phase = "forward"


class Activation(msgspec.Struct, frozen=True, eq=False):
    """One unit's a = f(z), with the slope f′(z); sums: the z of all units where f is a soft-max, else None."""

    moment: int
    layer: int
    unit: int
    name: str
    z: float
    result: float
    slope: float
    sums: Numbers | None = None
    phase: Phase = "forward"


# -- loss --------------------------------------------------------------------------------------------------------------


class SampleLoss(msgspec.Struct, frozen=True, eq=False):
    """The chosen sample's loss ℓ: weight · Σ terms, one for each unit of the head.

    loss: the kernels' name (`softmax_focal`, `naive_binary_cross_entropy` …). number: Huber's δ, the focal γ.
    weight: what the sample's class counts.
    """

    moment: int
    layer: int
    loss: str
    number: float
    sums: Numbers
    outputs: Numbers
    targets: Numbers
    terms: Numbers
    weight: float
    result: float
    phase: Phase = "loss"


class BatchMean(msgspec.Struct, frozen=True, eq=False):
    """The batch's loss: the mean of its samples' weighted losses (n,)."""

    moment: int
    losses: Numbers
    result: float
    phase: Phase = "loss"


class Penalty(msgspec.Struct, frozen=True):
    """l1 · Σ|w| + ½ · l2 · Σw² over the weights that are trained; total: with the batch's loss."""

    moment: int
    l1: float
    l2: float
    absolute: float
    squares: float
    result: float
    total: float
    phase: Phase = "loss"


# -- backward ----------------------------------------------------------------------------------------------------------


class LossSlope(msgspec.Struct, frozen=True):
    """Where a unit of the head begins: the slope of the unweighted loss by its output, or at once by its z (by_sum)."""

    loss: str
    number: float
    output: float
    target: float
    weight: float
    slope: float
    by_sum: bool


class NormBack(msgspec.Struct, frozen=True):
    """How a δ′ passes back through a norm: gain / deviation · (δ′ − mean of δ′ − normal · mean of δ′·normal).

    Means over the same numbers as the norm's; for layer normalization of gain · δ′, and gain stands for 1 outside.
    By running statistics both means are 0. gain_parameter: the unit's own gain.
    """

    gain: float
    gain_parameter: int
    deviation: float
    normal: float
    delta: float
    mean_delta: float
    mean_product: float


class Delta(msgspec.Struct, frozen=True, eq=False):
    """One unit's δ = arriving · slope.

    terms: what the layers after it send back, δ′ · factor over each link; empty at the head, where `from_loss` says
    what arrives. slope: f′(z) of the unit's own activation `name`; 1 where the loss was taken by z at once. norm: how
    it came through a norm right after it.
    """

    moment: int
    layer: int
    unit: int
    terms: tuple[Terms, ...]
    arriving: float
    name: str
    slope: float
    result: float
    from_loss: LossSlope | None = None
    norm: NormBack | None = None
    phase: Phase = "backward"


class Gradients(msgspec.Struct, frozen=True, eq=False):
    """The slopes by one unit's own parameters: of a dense unit, a filter, or a channel's gain and shift.

    unit: which of the layer's biases. units (m,): the units that share the parameters, deltas (m,) their δ. inputs
    (m, k): what each of the k weights met at each of them, from `source`'s units `input_units` (m, k), NONE beside an
    image. The chosen sample's ∂ℓ/∂w is `sample` = deltas @ inputs, (k,); `batch` (k,) is the mean over the batch.
    normalized: inputs are the normal values of a norm, not what the source gave.
    """

    moment: int
    layer: int
    unit: int
    source: int
    units: Integers
    deltas: Numbers
    inputs: Numbers
    input_units: Integers
    parameters: Integers
    sample: Numbers
    batch: Numbers
    bias_parameter: int
    bias_sample: float
    bias_batch: float
    normalized: bool = False
    phase: Phase = "backward"


# -- update ------------------------------------------------------------------------------------------------------------


class Clock(msgspec.Struct, frozen=True):
    """What a schedule makes the rate of. epoch, step: both counted from 0 and since the run began; per_epoch: steps of
    an epoch; plateau: the share that plateaus have left of the rate."""

    epoch: int
    step: int
    per_epoch: int
    plateau: float


class Memory(msgspec.Struct, frozen=True):
    """A number that the optimizer keeps for a parameter: `v` (momentum), `m` (mean), `s` (squares)."""

    name: Literal["v", "m", "s"]
    before: float
    after: float


class Update(msgspec.Struct, frozen=True, eq=False):
    """One parameter's step. It reads from top to bottom:

    gradient: the mean over the batch. penalty: what L1 and L2 add to it. clipped: held within ± clip_value (None: no
    such limit). norm, factor: the length of the whole gradient, and what it was multiplied by for `clip_norm` (1: not
    at all; norm None: no such limit). used: the gradient that the optimizer sees.
    memory: what the optimizer keeps. numbers: its own intermediate ones by name, in the order they are needed (see
    `playground.anatomy.updates`). rate: in force at this step; clock: what its schedule made it of. decay: what weight
    decay multiplies the old value by.
    before, moved: the parameter, and what the optimizer's formula gives. shrunk: what max_norm multiplied it by.
    after: the result of these operations; made: what the engine really made of it.
    """

    moment: int
    layer: int
    unit: int
    parameter: int
    is_bias: bool
    optimizer: str
    gradient: float
    penalty: float
    clipped: float | None
    norm: float | None
    factor: float
    used: float
    memory: tuple[Memory, ...]
    numbers: dict[str, float]
    rate: float
    clock: Clock
    decay: float
    before: float
    moved: float
    shrunk: float
    after: float
    made: float
    phase: Phase = "update"

    @property
    def result(self) -> float:
        """The new value."""
        return self.after


Operation = (
    WeightedSum | Normalization | Largest | Activation | SampleLoss | BatchMean | Penalty | Delta | Gradients | Update
)
