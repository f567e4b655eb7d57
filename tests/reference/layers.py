"""What layers there are, and what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

KINDS = (
    "dense", "dropout", "gaussian_noise", "scaling", "batch_norm", "layer_norm", "residual", "conv2d", "max_pool2d",
    "average_pool2d", "flatten",
)  # fmt: skip

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layer:
    """One layer. Its parameters lie in one stretch: weights, biases, means, variances.

    An image is channels x height x width units, unit = (channel * height + y) * width + x; `channels`, `height` and
    `width` are those of the image that comes in.
    """

    inputs: int
    outputs: int
    activation: str = "linear"
    kind: str = "dense"
    rate: float = 0.0  # of dropout; the deviation of noise
    epsilon: float = 1e-5
    keep: float = 0.1
    group: int = 1  # consecutive units that share one gain and shift
    source: int = -1  # of a residual: the layer whose output it adds; -1: the network's inputs
    source_outputs: int = 0
    channels: int = 0
    height: int = 0
    width: int = 0
    kernel: int = 0
    padding: int = 0
    frozen: bool = False

    @property
    def weight_shape(self) -> Shape:
        """(outputs, inputs) of a matrix, (filters, channels, kernel, kernel), or the gains."""
        match self.kind:
            case "dense":
                return self.outputs, self.inputs
            case "residual" if self.source_outputs != self.outputs:
                return self.outputs, self.source_outputs
            case "conv2d":
                return self.outputs // prod(self.image), self.channels, self.kernel, self.kernel
            case "scaling" | "batch_norm" | "layer_norm":
                return (self.outputs // self.group,)
        return (0,)

    @property
    def image(self) -> tuple[int, int]:
        """Height and width of the image that comes out of a convolution or pool."""
        if self.kind == "conv2d":
            more = 2 * self.padding - self.kernel + 1
            return self.height + more, self.width + more
        return self.height // self.kernel, self.width // self.kernel

    @property
    def weight_count(self) -> int:
        return prod(self.weight_shape)

    @property
    def bias_count(self) -> int:
        return self.weight_shape[0]

    @property
    def statistic_count(self) -> int:
        return 2 * self.bias_count if self.kind == "batch_norm" else 0

    @property
    def size(self) -> int:
        return self.weight_count + self.bias_count + self.statistic_count

    @property
    def has_weights(self) -> bool:
        """Whether its weights belong to the penalty and have a largest norm; gains do not."""
        return len(self.weight_shape) > 1


def stack(shape: int | Shape, specs: Sequence[tuple[str, dict[str, Any]]]) -> list[Layer]:
    """Layers one after another from (kind, choices) pairs; sizes follow from what comes in.

    Choices besides the fields of `Layer`: `units` of a dense layer, `filters` of a convolution.
    """
    first = (shape,) if isinstance(shape, int) else tuple(shape)
    layers: list[Layer] = []
    for kind, choices in specs:
        layer, shape = _placed(layers, prod(first), shape if layers else first, kind, dict(choices))
        layers.append(layer)
    return layers


def _placed(layers: list[Layer], features: int, shape: Any, kind: str, choices: dict[str, Any]) -> tuple[Layer, Shape]:
    """The layer for units of this shape, and the shape that comes out."""
    units, filters = choices.pop("units", 0), choices.pop("filters", 0)
    count = prod(shape)
    layer = Layer(count, count, kind=kind, **choices)
    if kind == "dense":
        return replace(layer, outputs=units), (units,)
    if kind == "flatten":
        return layer, (count,)
    if kind == "residual":
        return replace(layer, source_outputs=features if layer.source < 0 else layers[layer.source].outputs), shape
    if kind in ("scaling", "batch_norm") and len(shape) == 3:
        return replace(layer, group=shape[1] * shape[2]), shape
    if kind not in ("conv2d", "max_pool2d", "average_pool2d"):
        return layer, shape
    channels, height, width = shape
    layer = replace(layer, channels=channels, height=height, width=width)
    out = (filters if kind == "conv2d" else channels, *layer.image)
    return replace(layer, outputs=prod(out)), out
