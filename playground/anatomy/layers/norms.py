"""Batch normalization and layer normalization.

Owns their formulas (Ioffe & Szegedy 2015, running statistics as PyTorch keeps them; Ba, Kiros & Hinton 2016); see
`playground.anatomy.layers.flow` for what each function answers.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.anatomy.layers.flow import Flow, Kind, Shared
from playground.anatomy.layers.passing import gathered, of_channel, spread
from playground.anatomy.operations.operation import Integers, Normalization, NormBack, Numbers, RunningMoved, Terms
from playground.experiment.layers import BatchNorm, LayerNorm


def _setting(flow: Flow) -> BatchNorm | LayerNorm:
    setting = flow.stage.setting
    assert isinstance(setting, (BatchNorm, LayerNorm))
    return setting


def _count(flow: Flow) -> int:
    """Numbers of a channel in the batch."""
    return flow.group * int(flow.below.shape[1])


def _by_batch(flow: Flow) -> bool:
    """Whether a channel's mean and variance are the batch's; a lone number has no variance."""
    return flow.training and _count(flow) > 1


def _batch_norm(flow: Flow) -> Numbers:
    setting = _setting(flow)
    flow.mean, flow.variance = flow.statistics
    if _by_batch(flow):
        count = _count(flow)
        flow.mean = gathered(flow, flow.below) / count
        flow.variance = gathered(flow, (flow.below - spread(flow, flow.mean)) ** 2) / count
        assert isinstance(setting, BatchNorm)
        keep, unbiased = flow.rate(setting.momentum), flow.variance * (count / (count - 1))
        flow.new_statistics = flow.statistics + keep * (np.stack([flow.mean, unbiased]) - flow.statistics)
    flow.deviation = np.sqrt(flow.variance + flow.rate(setting.epsilon))
    flow.normal = (flow.below - spread(flow, flow.mean)) / spread(flow, flow.deviation)
    return spread(flow, flow.weights) * flow.normal + spread(flow, flow.biases)


def _gain_slopes(flow: Flow) -> None:
    flow.weight_slopes, flow.bias_slopes = gathered(flow, flow.delta * flow.normal), gathered(flow, flow.delta)


def _means(flow: Flow) -> tuple[Numbers, Numbers]:
    """(channels,) the means of δ and of δ · normal over the batch; 0 where the statistics stand still."""
    if not _by_batch(flow):
        return np.zeros_like(flow.mean), np.zeros_like(flow.mean)
    return gathered(flow, flow.delta) / _count(flow), gathered(flow, flow.delta * flow.normal) / _count(flow)


def _batch_norm_back(flow: Flow) -> tuple[Numbers, None]:
    _gain_slopes(flow)
    mean, product = (spread(flow, each) for each in _means(flow))
    outer = spread(flow, flow.weights) / spread(flow, flow.deviation)
    return outer * (flow.delta - mean - flow.normal * product), None


def _layer_norm(flow: Flow) -> Numbers:
    flow.mean, flow.variance = flow.below.mean(axis=0), flow.below.var(axis=0)
    flow.deviation = np.sqrt(flow.variance + flow.rate(_setting(flow).epsilon))
    flow.normal = (flow.below - flow.mean) / flow.deviation
    return flow.weights[:, None] * flow.normal + flow.biases[:, None]


def _layer_norm_back(flow: Flow) -> tuple[Numbers, None]:
    _gain_slopes(flow)
    inner = flow.weights[:, None] * flow.delta
    mean, product = inner.mean(axis=0), (inner * flow.normal).mean(axis=0)
    return (inner - mean - flow.normal * product) / flow.deviation, None


# -- one unit ----------------------------------------------------------------------------------------------------------


def _channel_places(flow: Flow, channel: int) -> tuple[Integers, Integers]:
    """Units and samples of all of a channel's numbers in the batch, sample by sample."""
    units = np.arange(channel * flow.group, (channel + 1) * flow.group)
    samples = np.arange(flow.below.shape[1])
    return np.tile(units, samples.size), np.repeat(samples, units.size)


def _batch_norm_told(flow: Flow, unit: int, sample: int, moment: int) -> Normalization:
    channel, setting = unit // flow.group, _setting(flow)
    over: Literal["batch", "running"] = "batch" if _by_batch(flow) else "running"
    units, samples = _channel_places(flow, channel) if _by_batch(flow) else (np.zeros(0, np.int64),) * 2
    new = flow.statistics if flow.new_statistics is None else flow.new_statistics
    assert isinstance(setting, BatchNorm)
    (old_mean, old_variance), (new_mean, new_variance) = (part[:, channel].tolist() for part in (flow.statistics, new))
    moved = RunningMoved(old_mean, old_variance, new_mean, new_variance, flow.rate(setting.momentum))
    mean, variance, deviation = (float(each[channel]) for each in (flow.mean, flow.variance, flow.deviation))
    return _told(flow, moment, unit, sample, channel, over, units, samples, (mean, variance, deviation), moved)


def _layer_norm_told(flow: Flow, unit: int, sample: int, moment: int) -> Normalization:
    units = np.arange(len(flow.below))
    mean, variance, deviation = (float(each[sample]) for each in (flow.mean, flow.variance, flow.deviation))
    return _told(flow, moment, unit, sample, unit, "units", units, None, (mean, variance, deviation), None)


def _told(
    flow: Flow, moment: int, unit: int, sample: int, channel: int, over: Literal["batch", "units", "running"],
    units: Integers, samples: Integers | None, statistics: tuple[float, float, float], moved: RunningMoved | None,
) -> Normalization:  # fmt: skip
    slot, (mean, variance, deviation) = flow.stage.slot, statistics
    return Normalization(
        moment, flow.stage.number, unit, slot.kind, flow.before, over,
        x=float(flow.below[unit, sample]),
        values=flow.below[units, sample if samples is None else samples],
        units=units,
        samples=samples,
        mean=mean,
        variance=variance,
        epsilon=flow.rate(_setting(flow).epsilon),
        deviation=deviation,
        normal=float(flow.normal[unit, sample]),
        gain=float(flow.weights[channel]),
        gain_parameter=flow.weight_index(channel),
        shift=float(flow.biases[channel]),
        shift_parameter=slot.bias_index(channel),
        running=moved,
        result=float(flow.sums[unit, sample]),
    )  # fmt: skip


def _batch_norm_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack]:
    """Over every number that mean and variance were taken of: ∂zⱼ/∂xᵢ = gain / deviation · ([i = j] − (1 + x̂ᵢx̂ⱼ)/n)."""
    channel = unit // flow.group
    gain, deviation = float(flow.weights[channel]), float(flow.deviation[channel])
    normal, delta = float(flow.normal[unit, sample]), float(flow.delta[unit, sample])
    mean, product = (float(each[channel]) for each in _means(flow))
    if _by_batch(flow):
        units, samples = _channel_places(flow, channel)
        own = (units == unit) & (samples == sample)
        factors = gain / deviation * (own - (1.0 + normal * flow.normal[units, samples]) / units.size)
    else:
        units, samples, factors = np.array([unit]), np.array([sample]), np.array([gain / deviation])
    parameters = np.full(units.size, flow.weight_index(channel))
    terms = Terms(flow.stage.number, units, flow.delta[units, samples], factors, parameters, samples)
    return terms, NormBack(gain, flow.weight_index(channel), deviation, normal, delta, mean, product)


def _layer_norm_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack]:
    """Over all units of the sample: ∂zⱼ/∂xᵢ = gainⱼ / deviation · ([i = j] − (1 + x̂ᵢx̂ⱼ)/units)."""
    units, deviation = np.arange(len(flow.below)), float(flow.deviation[sample])
    normals, deltas = flow.normal[:, sample], flow.delta[:, sample]
    factors = flow.weights / deviation * ((units == unit) - (1.0 + normals[unit] * normals) / units.size)
    parameters = flow.stage.slot.weights + units
    inner = flow.weights * deltas
    mean, product = float(inner.mean()), float((inner * normals).mean())
    back = NormBack(1.0, int(parameters[unit]), deviation, float(normals[unit]), float(inner[unit]), mean, product)
    return Terms(flow.stage.number, units, deltas, factors, parameters), back


def _shared(flow: Flow, channel: int, sample: int) -> Shared:
    return of_channel(flow, channel, flow.normal[:, sample], normalized=True)


BATCH_NORM = Kind(_batch_norm, _batch_norm_back, _batch_norm_told, _batch_norm_sent, _shared)
LAYER_NORM = Kind(_layer_norm, _layer_norm_back, _layer_norm_told, _layer_norm_sent, _shared)
