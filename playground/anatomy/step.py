"""One optimizer step of a run: its batch, its operations, what it makes of the parameters, and what the engine made.

Owns the value that `playground.anatomy` gives, and the engine's step on a copy; knows nothing of how it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.anatomy import passes, telling, updates
from playground.anatomy.checking import Check, Of, checked
from playground.anatomy.layers.draws import Chance
from playground.anatomy.layers.flow import Flow, outputs_of
from playground.anatomy.operations.operation import Gradients, Integers, Numbers
from playground.anatomy.operations.sequence import Operations
from playground.anatomy.passes import Mode, Wiring
from playground.anatomy.telling import Numbered
from playground.engine.engine import Engine
from playground.engine.layout import Layout
from playground.engine.state import NOISE_SEED, RECORD_COLUMNS, RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import Stop
from playground.run.examples import Pair
from playground.run.snapshot import frozen
from playground.scalars import shown, whole

Floats = NDArray[np.floating]


class Batch(msgspec.Struct, frozen=True, eq=False):
    """The samples of a step. samples (n,): their numbers in the training set; labels (n,): class or target in its own
    unit; inputs (features, n) and targets (units, n) as the network has them; weights (n,)."""

    samples: Integers
    labels: Numbers
    inputs: Numbers
    targets: Numbers
    weights: Numbers

    @property
    def size(self) -> int:
        """How many; the last batch of an epoch may be smaller."""
        return int(self.samples.size)


class InsideStep(msgspec.Struct, frozen=True, eq=False):
    """The coming step of a run, operation by operation, for one sample of its batch.

    step, epoch: how many were made before. sample: the place of the chosen sample in the batch. rate: the learning rate
    in force. operations: all of them, made when asked for. losses (n,): each sample's weighted loss; loss: their mean;
    penalty: what L1 and L2 add. gradient (P,): of the batch's mean loss, without penalties. before, after (P,): the
    parameters, and what these operations make of them, running statistics included. made (P,): what the engine made of
    them on a copy of the run. undecided: biases whose gradient is nothing but rounding, such as those right before a
    batch normalization: optimizers that divide by its size, or take its sign, make a step of it that means nothing.
    disagreement: how far after and made are apart at most, these aside, relative to the largest parameter; infinite
    where one of them is not finite and the other is. powers (4,): running products of the optimizer's betas.
    told: all numbers at once, as arrays of the whole batch.
    """

    experiment: Experiment
    layout: Layout
    step: int
    epoch: int
    batch: Batch
    sample: int
    rate: float
    operations: Operations
    losses: Numbers
    loss: float
    penalty: float
    gradient: Numbers
    before: Numbers
    after: Numbers
    made: Numbers
    undecided: Integers
    disagreement: float
    powers: Numbers
    told: Numbered

    @property
    def units(self) -> Numbers:
        """(units,) what every unit gave for the chosen sample in this step, layer by layer."""
        return outputs_of(self.told.flows, self.sample)

    def with_sample(self, sample: int) -> InsideStep:
        """The same step, told for another sample of the batch."""
        told = replace(self.told, sample=whole("sample", sample, self.batch.size - 1))
        return replace(self, sample=told.sample, told=told, operations=operations_of(told))

    def check(self, layer: int, unit: int, of: Of = "sample", parameters: Sequence[int] | None = None) -> Check | None:
        """The gradients of a unit, filter or channel held against central differences; None where it is not trained.

        of: of the sample's loss or of the batch's. parameters: some of its own; all where none are named. It takes two
        passes from that layer on for each. Raises WrongUse.
        """
        if not isinstance(of, str) or of not in get_args(Of):
            raise WrongUse("The loss is that of the sample or of the batch; got {given}.", given=shown(of))
        parameters = None if parameters is None else _places(parameters)
        found = self.operations.find(Gradients, whole("layer", layer), whole("unit", unit))
        if found is None:
            return None
        gradients = self.operations[found]
        assert isinstance(gradients, Gradients)
        return checked(self.told, gradients, of, parameters)


def _places(given: Any) -> list[int]:
    if isinstance(given, str) or not isinstance(given, (Sequence, np.ndarray)) or not getattr(given, "shape", (1,)):
        raise WrongUse("Parameters are told by their places in the layout; got {given}.", given=shown(given))
    return [whole("A parameter's place", each) for each in given]


def operations_of(told: Numbered) -> Operations:
    """All four phases."""
    blocks = (telling.forward_blocks, telling.loss_blocks, telling.backward_blocks, telling.update_blocks)
    return Operations([block for each in blocks for block in each(told)])


class Moment(msgspec.Struct, frozen=True, eq=False):
    """What a step begins from. state: read, never changed. train: inputs and targets of the training set as the engine
    has them, the coming batch's samples at `batch.samples`."""

    experiment: Experiment
    layout: Layout
    state: RunState
    train: Pair
    batch: Batch

    @property
    def wiring(self) -> Wiring:
        """The network."""
        return Wiring.of(self.experiment, self.layout, self.state.parameters.dtype.type)

    @property
    def chance(self) -> Chance:
        """What the coming step draws from."""
        return Chance(int(self.state.counters[NOISE_SEED]), self.state.step)


def step_from(moment: Moment, sample: int) -> InsideStep:
    """The step that comes, told for the sample at this place of its batch."""
    experiment, layout, state, batch = moment.experiment, moment.layout, moment.state, moment.batch
    wiring, before = moment.wiring, state.parameters.astype(np.float64)
    with np.errstate(all="ignore"):
        flows = passes.forward(wiring, before, batch.inputs, Mode(training=True, chance=moment.chance))
        losses = passes.sample_losses(wiring, flows, batch.targets, batch.weights)
        passes.backward(wiring, flows, batch.targets, batch.weights)
        gradient = passes.mean_gradient(wiring, flows)
        clock = updates.clock_of(state, _batch_size(moment), moment.train[0].shape[1])
        start = updates.Before(
            passes.moved_statistics(wiring, flows, before), state.slots.astype(np.float64), state.powers
        )
        stepped = updates.stepped(experiment.training, layout, start, gradient, clock)
        made = made_by_engine(moment).astype(np.float64)
        undecided = undecided_biases(wiring, flows)
        told = Numbered(wiring, tuple(flows), batch.targets, batch.weights, losses, before, stepped, made, sample)
        for each in (losses, gradient, before, stepped.after, made, undecided, state.powers):
            frozen(each)
        return InsideStep(
            experiment, layout, state.step, state.epoch, batch, sample, stepped.rate, operations_of(told), losses,
            float(losses.mean()), telling.penalty(told, 0).result, gradient, before, stepped.after, made,
            undecided, disagreement(stepped.after, made, undecided), state.powers, told,
        )  # fmt: skip


def _batch_size(moment: Moment) -> int:
    return min(moment.experiment.training.batch_size, int(moment.train[0].shape[1]))


def made_by_engine(moment: Moment) -> Floats:
    """(P,) the parameters after one step of the engine from a copy of the state.

    No rule may end the run there, and early stopping may not bring back its best parameters: this is about the step.
    """
    training = msgspec.structs.replace(moment.experiment.training, early_stopping=None, stop=Stop())
    experiment = msgspec.structs.replace(moment.experiment, training=training)
    state, samples = moment.state.copy(), moment.train[0].shape[1]
    engine = Engine(experiment, samples, state.parameters.dtype.type)
    none = (moment.train[0][:, :0].copy(), moment.train[1][:, :0].copy())
    engine.train(state, 1, moment.train, none, np.zeros((0, RECORD_COLUMNS)), np.zeros((0, 0, 0)), 0, record=False)
    return state.parameters


UNDECIDED = 64.0
"""A sum of n numbers that is below this many roundings of their sizes is nothing but rounding."""


def undecided_biases(wiring: Wiring, flows: Sequence[Flow]) -> Integers:
    """The places of trained biases whose δ cancel over the batch, to the rounding of the run's number type."""
    found = []
    for flow in flows:
        slot = flow.stage.slot
        if slot.bias_count and not slot.frozen:
            sizes = np.abs(flow.delta).reshape(slot.bias_count, -1).sum(axis=1)
            nothing = np.abs(flow.bias_slopes) <= UNDECIDED * float(np.finfo(wiring.dtype).eps) * sizes
            found.append(slot.biases + np.flatnonzero(nothing & (sizes > 0)))
    return np.concatenate([np.zeros(0, np.int64), *found])


def disagreement(told: Numbers, made: Numbers, undecided: Integers) -> float:
    """The largest difference relative to the largest of the engine's numbers."""
    both = np.isfinite(told) & np.isfinite(made)
    if (np.isfinite(told) != np.isfinite(made)).any():
        return float("inf")
    both[undecided] = False
    if not both.any():
        return 0.0
    largest = float(np.abs(made[both]).max())
    return float(np.abs(told[both] - made[both]).max()) / largest if largest else float(np.abs(told[both]).max())


def coming_batch(state: RunState, train: Pair, labels: Numbers, batch_size: int) -> Batch:
    """The samples that the next step takes; raises WrongUse where there is none."""
    samples = state.order[state.position : state.position + batch_size].copy()
    if not samples.size:
        raise WrongUse("There are no training samples, so there is no step to look into.")
    inputs, targets = (np.asarray(each[:, samples], np.float64) for each in train)
    return Batch(samples, labels[samples], inputs, targets[:-1], targets[-1])
