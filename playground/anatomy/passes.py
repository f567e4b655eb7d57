"""A batch through the whole network and back, in float64: every layer's numbers, the loss, the gradient.

Owns the order of the layers and what a residual connection joins; formulas are those of `playground.anatomy.layers` and
`playground.anatomy.losses`. Knows nothing of optimizers or of the sequence of operations.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.anatomy.activations import FUNCTIONS, SOFTMAXES
from playground.anatomy.layers.draws import Chance
from playground.anatomy.layers.flow import Flow, Stage
from playground.anatomy.layers.table import KINDS
from playground.anatomy.losses import LOSSES, Loss
from playground.engine.layout import Layout
from playground.engine.program import loss_name
from playground.experiment.experiment import Experiment

Numbers = NDArray[np.float64]


class Wiring(msgspec.Struct, frozen=True):
    """What of an experiment the passes need. naive: whether cross-entropies are computed the textbook's way."""

    experiment: Experiment
    layout: Layout
    stages: tuple[Stage, ...]
    loss_name: str
    dtype: type[np.floating]

    @classmethod
    def of(cls, experiment: Experiment, layout: Layout, dtype: type[np.floating]) -> Wiring:
        """dtype: the run's; settings are rounded to it, arithmetic is float64."""
        layers, first = experiment.network.layers, experiment.input_shape.units + 1
        stages = tuple(
            Stage(number, slot, layers[number] if number < len(layers) else None, before, first + slot.row)
            for number, (slot, before) in enumerate(zip(layout.slots, experiment.shapes, strict=False))
        )
        return cls(experiment, layout, stages, loss_name(experiment), dtype)

    @property
    def loss(self) -> Loss:
        """The loss's formulas."""
        return LOSSES[self.loss_name]

    @property
    def loss_number(self) -> float:
        """Huber's δ or the focal γ."""
        training = self.experiment.training
        return training.focal_gamma if self.experiment.head.loss == "focal" else training.huber_delta

    def activation(self, layer: int) -> str:
        """The name of a layer's activation among the functions."""
        stage = self.stages[layer]
        naive = stage.setting is None and self.loss_name.startswith("naive_")
        return f"naive_{stage.slot.activation}" if naive else stage.slot.activation


class Mode(msgspec.Struct, frozen=True, eq=False):
    """How a pass is meant. training: norms by the batch; chance: what dropout and noise draw from, if they do."""

    training: bool = False
    chance: Chance | None = None


EVALUATION = Mode()


def forward(wiring: Wiring, parameters: Numbers, inputs: Numbers, mode: Mode) -> list[Flow]:
    """Every layer's numbers for a batch (features, n)."""
    layout, flows = wiring.layout, []
    for stage in wiring.stages:
        number = stage.number
        weights = np.asarray(layout.weights(parameters, number), np.float64)
        biases = np.asarray(layout.biases(parameters, number), np.float64)
        statistics = np.asarray(layout.statistics(parameters, number), np.float64)
        flows.append(Flow(stage, weights, biases, statistics, mode.training, mode.chance, wiring.dtype))
    onward(wiring, flows, inputs, 0)
    return flows


def onward(wiring: Wiring, flows: Sequence[Flow], inputs: Numbers, start: int) -> None:
    """The layers from `start` on; those before it are as they were."""
    for flow in flows[start:]:
        number, source = flow.stage.number, flow.stage.slot.source
        flow.below = flows[number - 1].values if number else inputs
        if source is not None:
            flow.source = flows[source].values if source >= 0 else inputs
        flow.sums = KINDS[flow.stage.slot.kind].forward(flow)
        flow.values = activated(wiring, number, flow.sums)


def restarted(wiring: Wiring, flows: Sequence[Flow], inputs: Numbers, layer: int, sums: Numbers) -> list[Flow]:
    """The flows with other sums in one layer, and what follows from them in those after it."""
    changed = [*flows[:layer], *(replace(flow) for flow in flows[layer:])]
    changed[layer].sums, changed[layer].values = sums, activated(wiring, layer, sums)
    onward(wiring, changed, inputs, layer + 1)
    return changed


def activated(wiring: Wiring, layer: int, sums: Numbers) -> Numbers:
    """a of a layer's z."""
    name = wiring.activation(layer)
    return SOFTMAXES[name](sums) if name in SOFTMAXES else FUNCTIONS[name].value(sums)


def sample_losses(wiring: Wiring, flows: Sequence[Flow], targets: Numbers, weights: Numbers) -> Numbers:
    """(n,) each sample's weighted loss."""
    head = flows[-1]
    terms = wiring.loss.terms(head.sums, head.values, targets, wiring.loss_number)
    return _weighted(weights, terms.sum(axis=0))


def _weighted(weights: Numbers, values: Numbers) -> Numbers:
    """Samples that count nothing add nothing, whatever their numbers have become."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(weights != 0.0, weights * values, 0.0)


def slopes_of_loss(wiring: Wiring, sums: Numbers, outputs: Numbers, targets: Numbers) -> Numbers:
    """(units, n) the slope of each sample's unweighted loss by the head's outputs, or by its sums."""
    return wiring.loss.slopes(sums, outputs, targets, wiring.loss_number)


def own_slopes(wiring: Wiring, layer: int, sums: Numbers) -> Numbers:
    """f′(z) of a layer at some of its sums; 1 where the loss's slope is by the sums at once."""
    if wiring.stages[layer].setting is None and wiring.loss.by_sum:
        return np.ones_like(sums)
    return FUNCTIONS[wiring.activation(layer)].slope(sums)


def backward(wiring: Wiring, flows: Sequence[Flow], targets: Numbers, weights: Numbers) -> None:
    """δ of every layer, and the slopes of its parameters, summed over the batch, from the loss back to the first."""
    arriving: list[Numbers] = [np.zeros_like(flow.values) for flow in flows]
    arriving[-1] = _weighted(weights, slopes_of_loss(wiring, flows[-1].sums, flows[-1].values, targets))
    for flow in reversed(flows):
        number, source = flow.stage.number, flow.stage.slot.source
        flow.delta = arriving[number] * own_slopes(wiring, number, flow.sums)
        below, beside = KINDS[flow.stage.slot.kind].backward(flow)
        if number:
            arriving[number - 1] = arriving[number - 1] + below
        if beside is not None and source is not None and source >= 0:
            arriving[source] = arriving[source] + beside


def mean_gradient(wiring: Wiring, flows: Sequence[Flow]) -> Numbers:
    """(P,) the gradient of the batch's mean loss; 0 for running statistics and frozen layers."""
    found = np.zeros(wiring.layout.size)
    for flow in flows:
        slot, number = flow.stage.slot, flow.stage.number
        if slot.bias_count and not slot.frozen:
            wiring.layout.weights(found, number)[...] = flow.weight_slopes
            wiring.layout.biases(found, number)[...] = flow.bias_slopes
    return found / float(flows[0].below.shape[1])


def moved_statistics(wiring: Wiring, flows: Sequence[Flow], parameters: Numbers) -> Numbers:
    """The parameters with the running statistics that a training pass leaves behind."""
    found = parameters.copy()
    for flow in flows:
        if flow.new_statistics is not None:
            wiring.layout.statistics(found, flow.stage.number)[...] = flow.new_statistics
    return found
