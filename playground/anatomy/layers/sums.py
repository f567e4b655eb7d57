"""Layers whose units are weighted sums: dense ones, and residual connections.

Owns their formulas; see `playground.anatomy.layers.flow` for what each function answers.
"""

from __future__ import annotations

import numpy as np

from playground.anatomy.layers.flow import Flow, Kind, Shared
from playground.anatomy.operations.operation import NONE, Integers, NormBack, Numbers, Terms, WeightedSum


def all_of(flow: Flow, layer: int, unit: int, values: Numbers) -> Terms:
    """The terms of one row of a matrix: a value of each unit of a layer, times the weight from it."""
    units = np.arange(values.size)
    first = flow.weight_index(unit, 0)
    return Terms(layer, units, values, flow.weights[unit], first + units)


def back_through(flow: Flow, unit: int, sample: int) -> Terms:
    """What every unit sends back over its weight from `unit`."""
    units, width = np.arange(len(flow.weights)), flow.weights.shape[1]
    parameters = flow.weight_index(0, unit) + width * units
    return Terms(flow.stage.number, units, flow.delta[:, sample], flow.weights[:, unit], parameters)


def single(layer: int, unit: int, value: float, factor: float = 1.0, parameter: int = NONE) -> Terms:
    """A sum of one term."""
    return Terms(layer, _one(unit), np.array([value]), np.array([factor]), _one(parameter))


def _one(number: int) -> Integers:
    return np.array([number], np.int64)


# -- dense -------------------------------------------------------------------------------------------------------------


def _dense(flow: Flow) -> Numbers:
    return flow.weights @ flow.below + flow.biases[:, None]


def _dense_back(flow: Flow) -> tuple[Numbers, None]:
    flow.weight_slopes, flow.bias_slopes = flow.delta @ flow.below.T, flow.delta.sum(axis=1)
    return flow.weights.T @ flow.delta, None


def _dense_told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    slot = flow.stage.slot
    terms = all_of(flow, flow.before, unit, flow.below[:, sample])
    bias, result = float(flow.biases[unit]), float(flow.sums[unit, sample])
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, (terms,), bias, slot.bias_index(unit), result)


def _dense_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    return back_through(flow, unit, sample), None


def of_matrix(flow: Flow, layer: int, unit: int, values: Numbers) -> Shared:
    """A unit that has a row of weights for itself."""
    units = np.arange(values.size)[None, :]
    parameters = flow.weight_index(unit, 0) + units[0]
    return Shared(layer, _one(unit), values[None, :], units, parameters)


def _dense_shared(flow: Flow, unit: int, sample: int) -> Shared:
    return of_matrix(flow, flow.before, unit, flow.below[:, sample])


DENSE = Kind(_dense, _dense_back, _dense_told, _dense_sent, _dense_shared)


# -- residual ----------------------------------------------------------------------------------------------------------


def _projects(flow: Flow) -> bool:
    return flow.weights.size > 0


def _source(flow: Flow) -> tuple[int, Numbers]:
    """The number of the layer that is added, and its values."""
    assert flow.source is not None
    assert flow.stage.slot.source is not None
    return flow.stage.slot.source, flow.source


def _residual(flow: Flow) -> Numbers:
    """He et al. 2016: an earlier layer's output is added, through a matrix where the widths differ."""
    added = _source(flow)[1]
    return flow.below + (flow.weights @ added + flow.biases[:, None] if _projects(flow) else added)


def _residual_back(flow: Flow) -> tuple[Numbers, Numbers]:
    if not _projects(flow):
        return flow.delta, flow.delta
    flow.weight_slopes, flow.bias_slopes = flow.delta @ _source(flow)[1].T, flow.delta.sum(axis=1)
    return flow.delta, flow.weights.T @ flow.delta


def _residual_told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    slot, (source, added) = flow.stage.slot, _source(flow)
    straight = single(flow.before, unit, float(flow.below[unit, sample]))
    bias, parameter = 0.0, NONE
    if _projects(flow):
        around = all_of(flow, source, unit, added[:, sample])
        bias, parameter = float(flow.biases[unit]), slot.bias_index(unit)
    else:
        around = single(source, unit, float(added[unit, sample]))
    result = float(flow.sums[unit, sample])
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, (straight, around), bias, parameter, result)


def _residual_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    return single(flow.stage.number, unit, float(flow.delta[unit, sample])), None


def _residual_to_source(flow: Flow, unit: int, sample: int) -> Terms:
    return back_through(flow, unit, sample) if _projects(flow) else _residual_sent(flow, unit, sample)[0]


def _residual_shared(flow: Flow, unit: int, sample: int) -> Shared:
    source, added = _source(flow)
    return of_matrix(flow, source, unit, added[:, sample])


RESIDUAL = Kind(_residual, _residual_back, _residual_told, _residual_sent, _residual_shared, _residual_to_source)
