"""From the numbers of a step to its operations.

Owns which operations there are, in which order, and how each is filled; computes nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np

from playground.anatomy.activations import FUNCTIONS, SOFTMAXES, softmax_slope
from playground.anatomy.layers.flow import Flow
from playground.anatomy.layers.table import KINDS
from playground.anatomy.operations.operation import (
    INPUTS,
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Integers,
    Largest,
    LossSlope,
    Memory,
    Normalization,
    NormBack,
    Numbers,
    Operation,
    Penalty,
    SampleLoss,
    Terms,
    Update,
    WeightedSum,
)
from playground.anatomy.operations.sequence import Block, Maker
from playground.anatomy.passes import Wiring, own_slopes, slopes_of_loss
from playground.anatomy.updates import Stepped, decays
from playground.engine.layout import LayerSlot
from playground.experiment.optimizers import optimizer_choice
from playground.experiment.training import Training


class Numbered(msgspec.Struct, frozen=True, eq=False):
    """All numbers of a step, for one sample of its batch: what operations are told of.

    targets (units, n), weights (n,): of the batch. losses (n,): weighted. stepped: None for an inference, which has
    neither backward nor update. made (P,): what the engine made of the parameters.
    """

    wiring: Wiring
    flows: tuple[Flow, ...]
    targets: Numbers
    weights: Numbers
    losses: Numbers
    before: Numbers
    stepped: Stepped | None
    made: Numbers
    sample: int

    @property
    def training(self) -> Training:
        """The settings of the step."""
        return self.wiring.experiment.training


def forward_blocks(told: Numbered) -> Iterator[Block]:
    """z and a of every unit, layer by layer."""
    for flow in told.flows:
        slot, number = flow.stage.slot, flow.stage.number
        summed, active = _sum(told, flow), _activation(told, flow)
        kind = _kind_of_sum(slot)
        if not has_activation(told.wiring, number):
            yield Block("forward", number, slot.outputs, (kind,), (summed,))
        elif told.wiring.activation(number) in SOFTMAXES:  # it needs the sums of all units
            yield Block("forward", number, slot.outputs, (kind,), (summed,))
            yield Block("forward", number, slot.outputs, (Activation,), (active,))
        else:
            yield Block("forward", number, slot.outputs, (kind, Activation), (summed, active))


def has_activation(wiring: Wiring, layer: int) -> bool:
    """Whether a layer's units have an operation for a = f(z): those of their own always, others where f changes z."""
    slot = wiring.stages[layer].slot
    return slot.kind in ("dense", "conv2d") or slot.activation != "linear"


def _kind_of_sum(slot: LayerSlot) -> type[Operation]:
    kinds: dict[str, type[Operation]] = {
        "batch_norm": Normalization, "layer_norm": Normalization, "max_pool2d": Largest
    }  # fmt: skip
    return kinds.get(slot.kind, WeightedSum)


def _sum(told: Numbered, flow: Flow) -> Maker:
    return lambda unit, moment: KINDS[flow.stage.slot.kind].told(flow, unit, told.sample, moment)


def _activation(told: Numbered, flow: Flow) -> Maker:
    number = flow.stage.number
    name = told.wiring.activation(number)

    def made(unit: int, moment: int) -> Activation:
        sums, values = flow.sums[:, told.sample], flow.values[:, told.sample]
        z, a = float(sums[unit]), float(values[unit])
        if name in SOFTMAXES:
            return Activation(moment, number, unit, name, z, a, float(softmax_slope(values)[unit]), sums)
        return Activation(moment, number, unit, name, z, a, float(FUNCTIONS[name].slope(sums[unit : unit + 1])[0]))

    return made


# -- loss --------------------------------------------------------------------------------------------------------------


def loss_blocks(told: Numbered) -> Iterator[Block]:
    """The sample's loss, the batch's, and the penalty where there is one."""
    head = told.flows[-1].stage.number
    yield Block("loss", head, 1, (SampleLoss,), (lambda _, moment: sample_loss(told, moment),))
    yield Block("loss", INPUTS, 1, (BatchMean,), (lambda _, moment: batch_mean(told, moment),))
    if told.training.l1 or told.training.l2:
        yield Block("loss", INPUTS, 1, (Penalty,), (lambda _, moment: penalty(told, moment),))


def sample_loss(told: Numbered, moment: int) -> SampleLoss:
    """The chosen sample's loss."""
    head, wiring, column = told.flows[-1], told.wiring, slice(told.sample, told.sample + 1)
    parts = head.sums[:, column], head.values[:, column], told.targets[:, column]
    terms = wiring.loss.terms(*parts, wiring.loss_number)
    sums, outputs, targets = (each[:, 0] for each in parts)
    return SampleLoss(
        moment, head.stage.number, wiring.loss_name, wiring.loss_number, sums, outputs, targets, terms[:, 0],
        float(told.weights[told.sample]), float(told.losses[told.sample]),
    )  # fmt: skip


def batch_mean(told: Numbered, moment: int) -> BatchMean:
    """The batch's loss."""
    return BatchMean(moment, told.losses, float(told.losses.mean()))


def penalty(told: Numbered, moment: int) -> Penalty:
    """What the sizes of the weights add to it."""
    w, training = told.before[decays(told.wiring.layout)], told.training
    absolute, squares = float(np.abs(w).sum()), float(w @ w)
    result = training.l1 * absolute + 0.5 * training.l2 * squares
    return Penalty(moment, training.l1, training.l2, absolute, squares, result, float(told.losses.mean()) + result)


# -- backward ----------------------------------------------------------------------------------------------------------


def backward_blocks(told: Numbered) -> Iterator[Block]:
    """δ and gradients of every unit, from the head to the first layer; shared parameters after all their δ."""
    for flow in reversed(told.flows):
        slot, number = flow.stage.slot, flow.stage.number
        groups = slot.bias_count if not slot.frozen else 0
        delta, slopes = _delta(told, flow), _gradients(told, flow)
        if groups == slot.outputs:
            yield Block("backward", number, groups, (Delta, Gradients), (delta, slopes))
        else:
            yield Block("backward", number, slot.outputs, (Delta,), (delta,))
            yield Block("backward", number, groups, (Gradients,), (slopes,))


def _delta(told: Numbered, flow: Flow) -> Maker:
    wiring, number, sample = told.wiring, flow.stage.number, told.sample

    def made(unit: int, moment: int) -> Delta:
        slope = float(own_slopes(wiring, number, flow.sums[unit : unit + 1, sample])[0])
        result, name = float(flow.delta[unit, sample]), wiring.activation(number)
        if number == len(told.flows) - 1:
            by_loss = _by_loss(told, unit)
            arriving = by_loss.weight * by_loss.slope if by_loss.weight else 0.0
            return Delta(moment, number, unit, (), arriving, name, slope, result, by_loss)
        terms, norm = _arriving(told, flow, unit)
        return Delta(moment, number, unit, terms, sum(each.total for each in terms), name, slope, result, norm=norm)

    return made


def _by_loss(told: Numbered, unit: int) -> LossSlope:
    head, wiring, sample = told.flows[-1], told.wiring, told.sample
    column = slice(sample, sample + 1)
    slopes = slopes_of_loss(wiring, head.sums[:, column], head.values[:, column], told.targets[:, column])
    return LossSlope(
        wiring.loss_name, wiring.loss_number, float(head.values[unit, sample]), float(told.targets[unit, sample]),
        float(told.weights[sample]), float(slopes[unit, 0]), wiring.loss.by_sum,
    )  # fmt: skip


def _arriving(told: Numbered, flow: Flow, unit: int) -> tuple[tuple[Terms, ...], NormBack | None]:
    """What the next layer sends back to a unit, and every residual connection that adds it."""
    number, sample = flow.stage.number, told.sample
    after = told.flows[number + 1]
    first, norm = KINDS[after.stage.slot.kind].sent(after, unit, sample)
    terms = [first]
    for other in told.flows:
        beside = KINDS[other.stage.slot.kind].to_source
        if other.stage.slot.source == number and beside is not None:
            terms.append(beside(other, unit, sample))
    return tuple(terms), norm


def _gradients(told: Numbered, flow: Flow) -> Maker:
    slot, number, sample = flow.stage.slot, flow.stage.number, told.sample
    shared = KINDS[slot.kind].shared

    def made(unit: int, moment: int) -> Gradients:
        assert shared is not None
        assert told.stepped is not None
        met, bias = shared(flow, unit, sample), slot.bias_index(unit)
        deltas = flow.delta[met.units, sample]
        mean = told.stepped.gradient
        return Gradients(
            moment, number, unit, met.source, met.units, deltas, met.inputs, met.input_units, met.parameters,
            sample=deltas @ met.inputs,
            batch=mean[met.parameters],
            bias_parameter=bias,
            bias_sample=float(deltas.sum()),
            bias_batch=float(mean[bias]),
            normalized=met.normalized,
        )  # fmt: skip

    return made


# -- update ------------------------------------------------------------------------------------------------------------


def update_blocks(told: Numbered) -> Iterator[Block]:
    """Every trained parameter's step: unit by unit its weights, then its bias."""
    for flow in told.flows:
        slot = flow.stage.slot
        if slot.bias_count and not slot.frozen:
            parameters = _in_order(slot)
            yield Block("update", flow.stage.number, parameters.size, (Update,), (_update(told, flow, parameters),),
                        parameters)  # fmt: skip


def _in_order(slot: LayerSlot) -> Integers:
    weights = np.arange(slot.weights, slot.biases).reshape(slot.bias_count, -1)
    biases = np.arange(slot.biases, slot.biases + slot.bias_count)[:, None]
    return np.concatenate([weights, biases], axis=1).ravel()


def _update(told: Numbered, flow: Flow, parameters: Integers) -> Maker:
    each = parameters.size // flow.stage.slot.bias_count

    def made(place: int, moment: int) -> Update:
        assert told.stepped is not None
        parameter, step = int(parameters[place]), told.stepped
        return Update(
            moment, flow.stage.number, place // each, parameter,
            is_bias=parameter >= flow.stage.slot.biases,
            optimizer=optimizer_choice(told.training.optimizer),
            gradient=float(step.gradient[parameter]),
            penalty=float(step.penalty[parameter]),
            clipped=None if step.clipped is None else float(step.clipped[parameter]),
            norm=step.norm,
            factor=step.factor,
            used=float(step.used[parameter]),
            memory=tuple(
                Memory(name, float(old[parameter]), float(new[parameter])) for name, (old, new) in step.memory.items()
            ),
            numbers={
                name: float(value) if isinstance(value, float) else float(value[parameter])
                for name, value in step.numbers.items()
            },
            rate=step.rate,
            clock=step.clock,
            decay=float(step.decay[parameter]),
            before=float(told.before[parameter]),
            moved=float(step.moved[parameter]),
            shrunk=float(step.shrunk[parameter]),
            after=float(step.after[parameter]),
            made=float(told.made[parameter]),
        )  # fmt: skip

    return made
