"""The chain rule held against central differences, (L(w + ε) − L(w − ε)) / 2ε in float64, for a unit's parameters.

Owns the two ways to move a parameter and the search for corners between both sides, where a difference means nothing;
judges no difference. Everything that chance has drawn stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np
from msgspec.structs import replace

from playground.anatomy import passes
from playground.anatomy.activations import CORNERED
from playground.anatomy.layers.flow import Flow
from playground.anatomy.layers.table import KINDS
from playground.anatomy.operations.operation import Gradients, Integers, Numbers
from playground.anatomy.telling import Numbered

EPSILON = 2.0**-17
"""How far a parameter of size up to 1 is moved: the cube root of float64's rounding, where both errors are small."""

Of = Literal["sample", "batch"]


class Corner(msgspec.Struct, frozen=True):
    """Why a difference cannot agree: between both sides of a parameter the slope jumps.

    kind: activation: a unit's z passes 0; window: another pixel is the largest; hinge: a margin passes 1; absolute: an
    error passes 0. layer, unit: the first one met.
    """

    kind: Literal["activation", "window", "hinge", "absolute"]
    layer: int
    unit: int


class Check(msgspec.Struct, frozen=True, eq=False):
    """What the chain rule and central differences say of the same slopes, (k,) each.

    of: of the chosen sample's loss, or of the batch's mean. The sample's: the parameter is moved for this sample alone,
    in the summed loss. epsilons: how far each was moved to either side. corners: None where there is none.
    """

    of: Of
    parameters: Integers
    chain: Numbers
    differences: Numbers
    epsilons: Numbers
    corners: tuple[Corner | None, ...]

    @property
    def worst(self) -> float:
        """The largest difference between the two; not a number where one is none."""
        return float(np.abs(self.chain - self.differences).max())


def checked(told: Numbered, gradients: Gradients, of: Of, parameters: Sequence[int] | None = None) -> Check:
    """Both ways for one unit's parameters, its bias last; or for some of them."""
    places = np.append(gradients.parameters, gradients.bias_parameter)
    slopes = {"sample": gradients.sample, "batch": gradients.batch}[of]
    bias = {"sample": gradients.bias_sample, "batch": gradients.bias_batch}[of]
    chain = np.append(slopes, bias)
    if parameters is not None:
        wanted = np.isin(places, parameters)
        places, chain = places[wanted], chain[wanted]
    move = _mover(told, gradients.layer, of)
    epsilons = EPSILON * np.maximum(1.0, np.abs(told.before[places]))
    found, corners = np.zeros(places.size), []
    for k, (place, epsilon) in enumerate(zip(places.tolist(), epsilons.tolist(), strict=True)):
        with np.errstate(all="ignore"):
            above, below = move(place, epsilon), move(place, -epsilon)
        found[k] = (above.loss - below.loss) / (2.0 * epsilon)
        corners.append(_corner_between(told, above.flows, below.flows, gradients.layer))
    return Check(of, places, chain, found, epsilons, tuple(corners))


class _Side(msgspec.Struct, frozen=True, eq=False):
    """The network with one parameter moved: the loss, and every layer's numbers."""

    loss: float
    flows: list[Flow]


def _mover(told: Numbered, layer: int, of: Of) -> Callable[[int, float], _Side]:
    """From a parameter and how far it is moved to what comes out."""
    wiring, flows, targets, weights = told.wiring, list(told.flows), told.targets, told.weights
    sample = told.sample
    if of == "sample" and not any(flow.stage.slot.kind == "batch_norm" for flow in flows[layer:]):
        column = slice(sample, sample + 1)  # no other sample can feel it
        flows = [_column(flow, column) for flow in flows]
        targets, weights, sample = targets[:, column], weights[column], 0
    inputs, here, parameters = flows[0].below, flows[layer], told.before.copy()
    changed = replace(
        here,
        weights=np.asarray(wiring.layout.weights(parameters, layer), np.float64),  # views: they move along
        biases=np.asarray(wiring.layout.biases(parameters, layer), np.float64),
    )

    def move(place: int, by: float) -> _Side:
        parameters[place] += by
        sums = KINDS[here.stage.slot.kind].forward(changed)
        parameters[place] = told.before[place]
        if of == "sample":
            moved, sums = sums, here.sums.copy()
            sums[:, sample] = moved[:, sample]
        after = passes.restarted(wiring, flows, inputs, layer, sums)
        losses = passes.sample_losses(wiring, after, targets, weights)
        return _Side(float(losses.sum() if of == "sample" else losses.mean()), after)

    return move


def _column(flow: Flow, column: slice) -> Flow:
    """A layer's numbers for one sample alone, with what chance has drawn for it."""
    return replace(
        flow,
        below=flow.below[:, column],
        source=None if flow.source is None else flow.source[:, column],
        sums=flow.sums[:, column],
        values=flow.values[:, column],
        factor=None if flow.factor is None else flow.factor[:, column],
        drawn=None if flow.drawn is None else flow.drawn[:, column],
    )


def _corner_between(told: Numbered, above: list[Flow], below: list[Flow], first: int) -> Corner | None:
    """The first corner that lies between both sides, from the moved layer on."""
    for one, other in zip(above[first:], below[first:], strict=True):
        layer = one.stage.number
        if one.stage.slot.activation in CORNERED:
            passed = (one.sums > 0) != (other.sums > 0)
            if passed.any():
                return Corner("activation", layer, _first_unit(passed))
        if one.stage.slot.kind == "max_pool2d" and one.chosen is not None and other.chosen is not None:
            passed = one.chosen != other.chosen
            if passed.any():
                return Corner("window", layer, _first_unit(passed))
    return _corner_of_loss(told, above[-1], below[-1])


def _corner_of_loss(told: Numbered, above: Flow, below: Flow) -> Corner | None:
    name, targets = told.wiring.loss_name, told.targets
    if above.values.shape != targets.shape:
        targets = targets[:, told.sample : told.sample + 1]
    if name == "hinge":
        passed = (targets * above.values < 1.0) != (targets * below.values < 1.0)
        return Corner("hinge", above.stage.number, _first_unit(passed)) if passed.any() else None
    if name == "absolute":
        passed = (above.values > targets) != (below.values > targets)
        return Corner("absolute", above.stage.number, _first_unit(passed)) if passed.any() else None
    return None


def _first_unit(passed: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    return int(np.flatnonzero(passed.any(axis=1))[0])
