"""Each kind of layer as it stands in a program: its lines forward and back, and what it sends back to whom.

Owns these lines. Names carry the layer's number from 1: x are the inputs, a3 the values of layer 3, d3 its deltas, W3
and b3 or gain3 and shift3 its parameters, gW3 their gradients.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from playground.anatomy.layers.flow import Flow
from playground.experiment.layers import AveragePool2d, BatchNorm, Conv2d, Dropout, GaussianNoise, LayerNorm, MaxPool2d
from playground.worked.program.source import Source, literal, number

CONVOLVED = (
    "convolved",
    '''def convolved(image, W, b, edge):
    """Every filter at every place: W (filters, channels, k, k), image (channels, height, width, n)."""
    image = np.pad(image, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    k = W.shape[-1]
    high, wide = image.shape[1] - k + 1, image.shape[2] - k + 1
    z = 0.0
    for i in range(k):
        for j in range(k):
            z = z + np.tensordot(W[:, :, i, j], image[:, i : i + high, j : j + wide], 1)
    return z + b[:, None, None, None]


def convolved_back(image, W, d, edge):
    """(gradient of W, slope by the image) from the deltas d (filters, high, wide, n), both summed."""
    image = np.pad(image, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    k, high, wide = W.shape[-1], d.shape[1], d.shape[2]
    gW, below = np.zeros(W.shape), np.zeros(image.shape)
    for i in range(k):
        for j in range(k):
            gW[:, :, i, j] = np.tensordot(d, image[:, i : i + high, j : j + wide], ((1, 2, 3), (1, 2, 3)))
            below[:, i : i + high, j : j + wide] += np.tensordot(W[:, :, i, j].T, d, 1)
    return gW, below[:, edge : below.shape[1] - edge, edge : below.shape[2] - edge]''',
)
WINDOWS = (
    "windows",
    '''def windows(image, size):
    """(channels, high, wide, size * size, n) the pixels of each window; what is left over at the edge is cut."""
    channels, high, wide, n = image.shape[0], image.shape[1] // size, image.shape[2] // size, image.shape[3]
    parts = image[:, : high * size, : wide * size].reshape(channels, high, size, wide, size, n)
    return parts.transpose(0, 1, 3, 2, 4, 5).reshape(channels, high, wide, size * size, n)


def put_back(parts, shape, size):
    """An image of this shape from its windows; 0 where there was none."""
    channels, high, wide, _, n = parts.shape
    image = np.zeros((*shape, n))
    parts = parts.reshape(channels, high, wide, size, size, n).transpose(0, 1, 3, 2, 4, 5)
    image[:, : high * size, : wide * size] = parts.reshape(channels, high * size, wide * size, n)
    return image''',
)


class Place(msgspec.Struct, frozen=True):
    """A layer in a program. number: its own, from 1; below, source: the arrays it reads and adds."""

    flow: Flow
    number: int
    below: str
    source: str

    @property
    def groups(self) -> tuple[int, int]:
        """Channels, and units of each."""
        return self.flow.stage.slot.weight_shape[0], self.flow.group


Lines = list[str]
Back = tuple[Lines, str, str]
"""The lines of the gradients, what is sent back to the layer below, and to a residual's source ("" for nothing)."""


class WrittenKind(msgspec.Struct, frozen=True):
    """given: lines of what chance drew. forward: lines before the last, and the expression of z. back: see `Back`."""

    forward: Callable[[Place, Source], tuple[Lines, str]]
    back: Callable[[Place, Source], Back]


# -- sums --------------------------------------------------------------------------------------------------------------


def _dense(p: Place, source: Source) -> tuple[Lines, str]:
    return [], f"W{p.number} @ {p.below} + b{p.number}[:, None]"


def _matrix_slopes(p: Place, met: str) -> Lines:
    k = p.number
    return [f"gW{k} = d{k} @ {met}.T / n", f"gb{k} = d{k}.mean(axis=1)"]


def _dense_back(p: Place, source: Source) -> Back:
    return _matrix_slopes(p, p.below), f"W{p.number}.T @ d{p.number}", ""


def _residual(p: Place, source: Source) -> tuple[Lines, str]:
    if not p.flow.weights.size:
        return [], f"{p.below} + {p.source}"
    return [], f"{p.below} + W{p.number} @ {p.source} + b{p.number}[:, None]"


def _residual_back(p: Place, source: Source) -> Back:
    if not p.flow.weights.size:
        return [], f"d{p.number}", f"d{p.number}"
    return _matrix_slopes(p, p.source), f"d{p.number}", f"W{p.number}.T @ d{p.number}"


# -- each value by itself ----------------------------------------------------------------------------------------------


def _dropout(p: Place, source: Source) -> tuple[Lines, str]:
    setting, k = p.flow.stage.setting, p.number
    assert isinstance(setting, Dropout)
    assert p.flow.factor is not None
    source.given.append(f"kept{k} = {literal((p.flow.factor > 0).astype(np.int64))}  # what dropout has drawn")
    return [], f"{p.below} * kept{k} / (1 - {number(p.flow.rate(setting.rate))})"


def _dropout_back(p: Place, source: Source) -> Back:
    setting = p.flow.stage.setting
    assert isinstance(setting, Dropout)
    return [], f"d{p.number} * kept{p.number} / (1 - {number(p.flow.rate(setting.rate))})", ""


def _noise(p: Place, source: Source) -> tuple[Lines, str]:
    setting = p.flow.stage.setting
    assert isinstance(setting, GaussianNoise)
    assert p.flow.drawn is not None
    source.given.append(f"noise{p.number} = {literal(p.flow.drawn)}  # standard normal numbers")
    return [], f"{p.below} + {number(p.flow.rate(setting.deviation))} * noise{p.number}"


def _flatten(p: Place, source: Source) -> tuple[Lines, str]:
    return [], p.below


def _passed(p: Place, source: Source) -> Back:
    return [], f"d{p.number}", ""


def _spread(p: Place, name: str) -> str:
    """One number a channel, beside all of its units."""
    return f"{name}[:, None]" if p.groups[1] == 1 else f"np.repeat({name}, {p.groups[1]})[:, None]"


def _over(p: Place, expression: str, what: str) -> str:
    """The mean, the variance or the sum over a channel's units and all samples."""
    channels, group = p.groups
    inner = f"({expression})" if " " in expression else expression
    rows = inner if group == 1 else f"{inner}.reshape({channels}, -1)"
    return f"{rows}.{what}(axis=1)"


def _gain_slopes(p: Place, met: str) -> Lines:
    k = p.number
    return [f"ggain{k} = {_over(p, f'd{k} * {met}', 'sum')} / n", f"gshift{k} = {_over(p, f'd{k}', 'sum')} / n"]


def _scaling(p: Place, source: Source) -> tuple[Lines, str]:
    return [], f"{_spread(p, f'gain{p.number}')} * {p.below} + {_spread(p, f'shift{p.number}')}"


def _scaling_back(p: Place, source: Source) -> Back:
    return _gain_slopes(p, p.below), f"{_spread(p, f'gain{p.number}')} * d{p.number}", ""


# -- norms -------------------------------------------------------------------------------------------------------------


def _batch_norm(p: Place, source: Source) -> tuple[Lines, str]:
    k, setting = p.number, p.flow.stage.setting
    assert isinstance(setting, BatchNorm)
    mean, variance, lines = f"running_mean{k}", f"running_variance{k}", []
    if p.flow.new_statistics is not None:
        mean, variance = f"mean{k}", f"variance{k}"
        lines = [f"mean{k} = {_over(p, p.below, 'mean')}", f"variance{k} = {_over(p, p.below, 'var')}"]
        count = p.groups[1] * p.flow.below.shape[1]
        share, unbiased = number(p.flow.rate(setting.momentum)), f"variance{k} * {count} / {count - 1}"
        source.update += [
            f"running_mean{k} = running_mean{k} + {share} * (mean{k} - running_mean{k})",
            f"running_variance{k} = running_variance{k} + {share} * ({unbiased} - running_variance{k})",
        ]
    lines += [
        f"deviation{k} = np.sqrt({variance} + {number(p.flow.rate(setting.epsilon))})",
        f"normal{k} = ({p.below} - {_spread(p, mean)}) / {_spread(p, f'deviation{k}')}",
    ]
    return lines, f"{_spread(p, f'gain{k}')} * normal{k} + {_spread(p, f'shift{k}')}"


def _batch_norm_back(p: Place, source: Source) -> Back:
    k = p.number
    lines, outer = _gain_slopes(p, f"normal{k}"), _spread(p, f"(gain{k} / deviation{k})")
    if p.flow.new_statistics is None:
        return lines, f"{outer} * d{k}", ""
    lines += [
        f"mean_d{k} = {_over(p, f'd{k}', 'mean')}",
        f"along{k} = {_over(p, f'd{k} * normal{k}', 'mean')}",
    ]
    return lines, f"{outer} * (d{k} - {_spread(p, f'mean_d{k}')} - normal{k} * {_spread(p, f'along{k}')})", ""


def _layer_norm(p: Place, source: Source) -> tuple[Lines, str]:
    k, setting = p.number, p.flow.stage.setting
    assert isinstance(setting, LayerNorm)
    lines = [
        f"deviation{k} = np.sqrt({p.below}.var(axis=0) + {number(p.flow.rate(setting.epsilon))})",
        f"normal{k} = ({p.below} - {p.below}.mean(axis=0)) / deviation{k}",
    ]
    return lines, f"gain{k}[:, None] * normal{k} + shift{k}[:, None]"


def _layer_norm_back(p: Place, source: Source) -> Back:
    k = p.number
    lines = [*_gain_slopes(p, f"normal{k}"), f"inner{k} = gain{k}[:, None] * d{k}"]
    along = f"(inner{k} * normal{k}).mean(axis=0)"
    return lines, f"(inner{k} - inner{k}.mean(axis=0) - normal{k} * {along}) / deviation{k}", ""


# -- images ------------------------------------------------------------------------------------------------------------


def _image(p: Place) -> str:
    """What comes in, as an image."""
    return f"{p.below}.reshape({', '.join(map(str, p.flow.stage.before.pixels))}, -1)"


def _deltas(p: Place) -> str:
    """Its deltas, as an image."""
    return f"d{p.number}.reshape({', '.join(map(str, p.flow.stage.slot.shape.pixels))}, -1)"


def _convolution(p: Place, source: Source) -> tuple[Lines, str]:
    source.needs([CONVOLVED])
    k, setting = p.number, p.flow.stage.setting
    assert isinstance(setting, Conv2d)
    return [f"image{k} = {_image(p)}"], (
        f"convolved(image{k}, W{k}, b{k}, {setting.padded}).reshape({p.flow.stage.slot.outputs}, -1)"
    )


def _convolution_back(p: Place, source: Source) -> Back:
    k, setting = p.number, p.flow.stage.setting
    assert isinstance(setting, Conv2d)
    lines = [
        f"gW{k}, below{k} = convolved_back(image{k}, W{k}, {_deltas(p)}, {setting.padded})",
        f"gW{k} = gW{k} / n",
        f"gb{k} = {_deltas(p)}.sum(axis=(1, 2, 3)) / n",
    ]
    return lines, f"below{k}.reshape({p.flow.stage.slot.inputs}, -1)", ""


def _size(p: Place) -> int:
    setting = p.flow.stage.setting
    assert isinstance(setting, (MaxPool2d, AveragePool2d))
    return setting.size


def _pool(p: Place, source: Source) -> tuple[Lines, str]:
    source.needs([WINDOWS])
    k, outputs = p.number, p.flow.stage.slot.outputs
    taken = "max" if isinstance(p.flow.stage.setting, MaxPool2d) else "mean"
    return [f"windows{k} = windows({_image(p)}, {_size(p)})"], f"windows{k}.{taken}(axis=3).reshape({outputs}, -1)"


def _pool_back(p: Place, source: Source) -> Back:
    k, size, slot = p.number, _size(p), p.flow.stage.slot
    delta = f"{_deltas(p)}[:, :, :, None]"
    if isinstance(p.flow.stage.setting, MaxPool2d):
        lines = [
            f"largest{k} = np.arange({size**2})[:, None] == windows{k}.argmax(axis=3)[:, :, :, None]",
            f"shares{k} = {delta} * largest{k}",
        ]
    else:
        lines = [f"shares{k} = np.repeat({delta} / {size**2}, {size**2}, axis=3)"]
    shape = p.flow.stage.before.pixels
    return lines, f"put_back(shares{k}, {shape}, {size}).reshape({slot.inputs}, -1)", ""


WRITTEN_KINDS: dict[str, WrittenKind] = {
    "dense": WrittenKind(_dense, _dense_back),
    "residual": WrittenKind(_residual, _residual_back),
    "dropout": WrittenKind(_dropout, _dropout_back),
    "gaussian_noise": WrittenKind(_noise, _passed),
    "flatten": WrittenKind(_flatten, _passed),
    "scaling": WrittenKind(_scaling, _scaling_back),
    "batch_norm": WrittenKind(_batch_norm, _batch_norm_back),
    "layer_norm": WrittenKind(_layer_norm, _layer_norm_back),
    "conv2d": WrittenKind(_convolution, _convolution_back),
    "max_pool2d": WrittenKind(_pool, _pool_back),
    "average_pool2d": WrittenKind(_pool, _pool_back),
}
