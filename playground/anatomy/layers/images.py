"""Convolution and pooling. An image is (channels, height, width, n); unit (channel · height + row) · width + column.

Owns their formulas; see `playground.anatomy.layers.flow` for what each function answers. Outside an image there is 0.
"""

from __future__ import annotations

import numpy as np

from playground.anatomy.layers.flow import Flow, Kind, Shared
from playground.anatomy.layers.sums import single
from playground.anatomy.operations.operation import NONE, Integers, Largest, NormBack, Numbers, Terms, WeightedSum
from playground.experiment.layers import AveragePool2d, Conv2d, MaxPool2d


def _image(flow: Flow) -> tuple[int, int, int]:
    return flow.stage.before.pixels


# -- convolution -------------------------------------------------------------------------------------------------------


def _edge(flow: Flow) -> int:
    assert isinstance(flow.stage.setting, Conv2d)
    return flow.stage.setting.padded


def _padded(flow: Flow) -> Numbers:
    """What comes in, with zeros on every side: (channels, height, width, n)."""
    edge = _edge(flow)
    return np.pad(flow.below.reshape(*_image(flow), -1), ((0, 0), (edge, edge), (edge, edge), (0, 0)))


def _convolution(flow: Flow) -> Numbers:
    """out[f, y, x] = Σ W[f, c, i, j] · in[c, y + i, x + j] + b[f], one place of the kernel after another."""
    _, high, wide = flow.stage.slot.shape.pixels
    image, size = _padded(flow), flow.weights.shape[-1]
    found = np.zeros((len(flow.weights), high * wide * image.shape[-1]))
    for i in range(size):
        for j in range(size):
            window = image[:, i : i + high, j : j + wide].reshape(image.shape[0], -1)
            found += flow.weights[:, :, i, j] @ window
    return (found + flow.biases[:, None]).reshape(flow.stage.slot.outputs, -1)


def _convolution_back(flow: Flow) -> tuple[Numbers, None]:
    channels, height, width = _image(flow)
    _, high, wide = flow.stage.slot.shape.pixels
    image, edge, size = _padded(flow), _edge(flow), flow.weights.shape[-1]
    deltas = flow.delta.reshape(len(flow.weights), -1)
    flow.weight_slopes, inner = np.empty_like(flow.weights), np.zeros_like(image)
    for i in range(size):
        for j in range(size):
            window = image[:, i : i + high, j : j + wide]
            flow.weight_slopes[:, :, i, j] = deltas @ window.reshape(channels, -1).T
            inner[:, i : i + high, j : j + wide] += (flow.weights[:, :, i, j].T @ deltas).reshape(window.shape)
    flow.bias_slopes = deltas.sum(axis=1)
    inner = inner[:, edge : edge + height, edge : edge + width]
    return inner.reshape(channels * height * width, -1), None


def _seen(flow: Flow, place: int) -> Integers:
    """(channels · kernel · kernel,) the units under the kernel at a place of the feature map; NONE beside the image."""
    channels, height, width = _image(flow)
    _, _, wide = flow.stage.slot.shape.pixels
    size, edge = flow.weights.shape[-1], _edge(flow)
    rows = place // wide - edge + np.arange(size)[:, None]
    columns = place % wide - edge + np.arange(size)[None, :]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    of_one = np.where(inside, rows * width + columns, NONE)
    return np.concatenate([np.where(inside, of_one + c * height * width, NONE).ravel() for c in range(channels)])


def _values(flow: Flow, units: Integers, sample: int) -> Numbers:
    """What came in from these units; 0 beside the image."""
    return np.where(units == NONE, 0.0, flow.below[units, sample])


def _places(flow: Flow) -> int:
    """Places of a feature map."""
    _, high, wide = flow.stage.slot.shape.pixels
    return high * wide


def _convolution_told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    slot = flow.stage.slot
    channel, place = divmod(unit, _places(flow))
    units = _seen(flow, place)
    parameters = flow.weight_index(channel, 0, 0, 0) + np.arange(units.size)
    terms = Terms(flow.before, units, _values(flow, units, sample), flow.weights[channel].ravel(), parameters)
    bias, result = float(flow.biases[channel]), float(flow.sums[unit, sample])
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, (terms,), bias, slot.bias_index(channel), result)


def _convolution_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    """From every place whose kernel saw the pixel, of every filter."""
    _, height, width = _image(flow)
    _, high, wide = flow.stage.slot.shape.pixels
    filters, _, size, _ = flow.weights.shape
    channel, pixel = divmod(unit, height * width)
    row, column = pixel // width + _edge(flow), pixel % width + _edge(flow)
    rows = np.arange(max(0, row - size + 1), min(high, row + 1))
    columns = np.arange(max(0, column - size + 1), min(wide, column + 1))
    y, x = (each.ravel() for each in np.meshgrid(rows, columns, indexing="ij"))
    of_one = (channel * size + row - y) * size + column - x
    kernels = (np.arange(filters)[:, None] * flow.weights[0].size + of_one).ravel()
    units = (np.arange(filters)[:, None] * high * wide + y * wide + x).ravel()
    factors = flow.weights.ravel()[kernels]
    parameters = flow.stage.slot.weights + kernels
    return Terms(flow.stage.number, units, flow.delta[units, sample], factors, parameters), None


def _convolution_shared(flow: Flow, channel: int, sample: int) -> Shared:
    """A filter at every place of its feature map."""
    places = _places(flow)
    seen = np.stack([_seen(flow, place) for place in range(places)])
    parameters = flow.weight_index(channel, 0, 0, 0) + np.arange(seen.shape[1])
    units = channel * places + np.arange(places)
    return Shared(flow.before, units, _values(flow, seen, sample), seen, parameters)


CONVOLUTION = Kind(_convolution, _convolution_back, _convolution_told, _convolution_sent, _convolution_shared)


# -- pooling -----------------------------------------------------------------------------------------------------------


def _size(flow: Flow) -> int:
    assert isinstance(flow.stage.setting, (MaxPool2d, AveragePool2d))
    return flow.stage.setting.size


def _windows(flow: Flow) -> Integers:
    """(units, size · size) the units of each window, row by row; what is left over at the edge is in none."""
    _, height, width = _image(flow)
    channels, high, wide = flow.stage.slot.shape.pixels
    size = _size(flow)
    c, y, x = np.meshgrid(np.arange(channels), np.arange(high), np.arange(wide), indexing="ij")
    first = ((c * height + y * size) * width + x * size).reshape(-1, 1)
    within = (np.arange(size)[:, None] * width + np.arange(size)).reshape(1, -1)
    found: Integers = first + within
    return found


def _max_pool(flow: Flow) -> Numbers:
    pixels = flow.below[_windows(flow)]
    flow.chosen = pixels.argmax(axis=1)
    return np.take_along_axis(pixels, flow.chosen[:, None], axis=1)[:, 0]


def _max_pool_back(flow: Flow) -> tuple[Numbers, None]:
    assert flow.chosen is not None
    found, windows = np.zeros_like(flow.below), _windows(flow)
    samples = np.arange(flow.below.shape[1])
    taken = np.take_along_axis(windows, flow.chosen, axis=1)
    found[taken, samples] = flow.delta
    return found, None


def _average_pool(flow: Flow) -> Numbers:
    return np.asarray(flow.below[_windows(flow)].mean(axis=1))


def _average_pool_back(flow: Flow) -> tuple[Numbers, None]:
    found, windows = np.zeros_like(flow.below), _windows(flow)
    found[windows] = (flow.delta / windows.shape[1])[:, None, :]
    return found, None


def _max_pool_told(flow: Flow, unit: int, sample: int, moment: int) -> Largest:
    assert flow.chosen is not None
    units, result = _windows(flow)[unit], float(flow.sums[unit, sample])
    chosen = int(flow.chosen[unit, sample])
    return Largest(
        moment, flow.stage.number, unit, flow.before, units, flow.below[units, sample], chosen, result
    )  # fmt: skip


def _average_pool_told(flow: Flow, unit: int, sample: int, moment: int) -> WeightedSum:
    slot, units = flow.stage.slot, _windows(flow)[unit]
    shares = np.full(units.size, 1.0 / units.size)
    terms = Terms(flow.before, units, flow.below[units, sample], shares, np.full(units.size, NONE))
    result = float(flow.sums[unit, sample])
    return WeightedSum(moment, flow.stage.number, unit, slot.kind, (terms,), 0.0, NONE, result)


def _pool_sent(flow: Flow, unit: int, sample: int) -> tuple[Terms, NormBack | None]:
    """From the window that the pixel is in, if any: its share, or all where it was the largest, else nothing."""
    number, (_, height, width) = flow.stage.number, _image(flow)
    _, high, wide = flow.stage.slot.shape.pixels
    size = _size(flow)
    channel, pixel = divmod(unit, height * width)
    row, column = pixel // width, pixel % width
    if row // size >= high or column // size >= wide:
        none = np.zeros(0, np.int64)
        return Terms(number, none, np.zeros(0), np.zeros(0), none), None
    window = (channel * high + row // size) * wide + column // size
    factor = 1.0 / size**2
    if flow.chosen is not None:
        factor = float(flow.chosen[window, sample] == (row % size) * size + column % size)
    return single(number, window, float(flow.delta[window, sample]), factor), None


MAX_POOL = Kind(_max_pool, _max_pool_back, _max_pool_told, _pool_sent)
AVERAGE_POOL = Kind(_average_pool, _average_pool_back, _average_pool_told, _pool_sent)
