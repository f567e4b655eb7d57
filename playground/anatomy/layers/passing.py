"""Layers that hand on each value by itself: dropout, noise, scaling, flatten.

Owns their formulas; see `playground.anatomy.layers.flow` for what each function answers.
"""

from __future__ import annotations

import numpy as np

from playground.anatomy.layers.flow import Flow, Kind, Shared
from playground.anatomy.layers.sums import single
from playground.anatomy.operations.operation import NONE, Draw, NormBack, Numbers, Terms, WeightedSum
from playground.experiment.layers import Dropout, GaussianNoise


def _told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    """What comes in, times a factor; with what noise adds."""
    slot, factor, draw, added = flow.stage.slot, 1.0, None, 0.0
    x, result = float(flow.below[unit, sample]), float(flow.sums[unit, sample])
    if flow.factor is not None:
        factor = float(flow.factor[unit, sample])
    if flow.drawn is not None:
        rate = _setting(flow)
        draw = Draw(float(flow.drawn[unit, sample]), rate)
        added = rate * draw.number if isinstance(flow.stage.setting, GaussianNoise) else 0.0
    terms = (single(flow.before, unit, x, factor),)
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, terms, 0.0, NONE, result, draw, added)


def _sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    factor = 1.0 if flow.factor is None else float(flow.factor[unit, sample])
    return single(flow.stage.number, unit, float(flow.delta[unit, sample]), factor), None


def _setting(flow: Flow) -> float:
    """Dropout's rate, or the noise's deviation."""
    setting = flow.stage.setting
    if isinstance(setting, Dropout):
        return flow.rate(setting.rate)
    assert isinstance(setting, GaussianNoise)
    return flow.rate(setting.deviation)


def _dropout(flow: Flow) -> Numbers:
    """Srivastava et al. 2014, inverted: in training 0 with chance `rate`, else x / (1 − rate)."""
    if flow.chance is None:
        return flow.below
    rate = _setting(flow)
    if flow.drawn is None:
        flow.drawn = flow.chance.uniforms(flow.stage.rows, flow.below.shape[1])
    flow.factor = np.where(flow.drawn < rate, 0.0, 1.0 / (1.0 - rate))
    return flow.below * flow.factor


def _noise(flow: Flow) -> Numbers:
    if flow.chance is None:
        return flow.below
    if flow.drawn is None:
        flow.drawn = flow.chance.normals(flow.stage.rows, flow.below.shape[1])
    return flow.below + _setting(flow) * flow.drawn


def _flatten(flow: Flow) -> Numbers:
    return flow.below


def _back(flow: Flow) -> tuple[Numbers, None]:
    return flow.delta if flow.factor is None else flow.delta * flow.factor, None


DROPOUT, NOISE, FLATTEN = (Kind(forward, _back, _told, _sent) for forward in (_dropout, _noise, _flatten))


# -- scaling -----------------------------------------------------------------------------------------------------------


def spread(flow: Flow, numbers: Numbers) -> Numbers:
    """(units, 1) from one number a channel."""
    return np.repeat(numbers, flow.group)[:, None]


def gathered(flow: Flow, units: Numbers) -> Numbers:
    """(channels,) sums over a channel's units and all samples."""
    return np.asarray(units.reshape(-1, flow.group * units.shape[1]).sum(axis=1))


def _scaling(flow: Flow) -> Numbers:
    return spread(flow, flow.weights) * flow.below + spread(flow, flow.biases)


def _scaling_back(flow: Flow) -> tuple[Numbers, None]:
    flow.weight_slopes, flow.bias_slopes = gathered(flow, flow.delta * flow.below), gathered(flow, flow.delta)
    return spread(flow, flow.weights) * flow.delta, None


def _scaling_told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    slot, channel = flow.stage.slot, unit // flow.group
    gain, place = float(flow.weights[channel]), flow.weight_index(channel)
    terms = (single(flow.before, unit, float(flow.below[unit, sample]), gain, place),)
    shift, result = float(flow.biases[channel]), float(flow.sums[unit, sample])
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, terms, shift, slot.bias_index(channel), result)


def _scaling_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    channel = unit // flow.group
    delta, gain = float(flow.delta[unit, sample]), float(flow.weights[channel])
    return single(flow.stage.number, unit, delta, gain, flow.weight_index(channel)), None


def of_channel(flow: Flow, channel: int, values: Numbers, normalized: bool = False) -> Shared:
    """The units that share a gain, and what the gain met at each of them: values (units,)."""
    units = np.arange(channel * flow.group, (channel + 1) * flow.group)
    parameters = np.array([flow.weight_index(channel)])
    return Shared(flow.before, units, values[units][:, None], units[:, None], parameters, normalized)


def _scaling_shared(flow: Flow, channel: int, sample: int) -> Shared:
    return of_channel(flow, channel, flow.below[:, sample])


SCALING = Kind(_scaling, _scaling_back, _scaling_told, _scaling_sent, _scaling_shared)
