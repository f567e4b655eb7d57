"""The kinds of layer: each a value with its limits, and one row of a table that says everything else about it.

Owns what one layer may be, what it makes of the shape before it and what it learns; knows nothing of networks, of the
kernels or of how a row is drawn or worded in full. To add a kind: its value, its place in `Layer`, and its row. The
output head is not a layer here: it follows from the task (see `playground.data.task`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

import msgspec
from msgspec import Meta

from playground.experiment.activations import ActivationName
from playground.experiment.shapes import Parts, Shape, flat, image

Padding = Literal["same", "valid"]

Group = Literal["Units", "Regularize", "Normalize", "Connect", "Images"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""The headings under which kinds are offered, in their order."""
Form = Literal["tile", "pair", "map", "port"]
"""How the canvas shows a kind. tile: a column of units that read everything before them; pair: the same with a filter
and its feature map; map: each feature map beside the one it is made of; port: a dot in the way of each value."""
Mark = Literal["ring", "wave", "plus", "square", "diamond"]
"""What such a dot looks like. A ring lacks the share `rate` of the layer, a diamond has its gain's size and colour."""

MAX_LAYERS = 32
MAX_UNITS = 512

ONE, TWENTIETH, TENTH = {"step": 1}, {"step": 0.05}, {"step": 0.1}
"""How far + and − go in a number; a layer's first number that has such a step is its main one."""

Units = Annotated[int, Meta(ge=1, le=MAX_UNITS, description="how many units the layer has", extra=ONE)]
Activated = Annotated[ActivationName, Meta(description="the function applied to what the layer computes")]
Frozen = Annotated[bool, Meta(description="whether training leaves the layer's parameters as they are")]
Rate = Annotated[
    float, Meta(ge=0.0, le=0.95, description="the chance that a value is set to 0 while training", extra=TWENTIETH)
]
Deviation = Annotated[float, Meta(ge=0.0, le=10.0, description="the noise's standard deviation", extra=TWENTIETH)]
Factor = Annotated[float, Meta(ge=-100.0, le=100.0, description="the initial gain", extra=TENTH)]
Offset = Annotated[float, Meta(ge=-100.0, le=100.0, description="the initial shift", extra=TENTH)]
Momentum = Annotated[
    float, Meta(gt=0.0, le=1.0, description="the batch's share in the running mean and variance", extra=TWENTIETH)
]
NormEpsilon = Annotated[float, Meta(ge=1e-12, le=1.0, description="added to the variance before its root is taken")]
Span = Annotated[int, Meta(ge=1, le=MAX_LAYERS, description="how many layers the connection skips", extra=ONE)]
Filters = Annotated[int, Meta(ge=1, le=32, description="how many filters, each with a channel of its own", extra=ONE)]
Kernel = Annotated[int, Meta(ge=1, le=5, description="height and width of a filter, in pixels", extra=ONE)]
Padded = Annotated[Padding, Meta(description="same: zeros around keep the image's size; valid: no zeros, it shrinks")]
Window = Annotated[
    int, Meta(ge=2, le=4, description="height and width of a window, and the step between windows", extra=ONE)
]


class Dense(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dense"):
    """A fully connected layer: every unit sees every output of the layer before it."""

    units: Units = 4
    activation: Activated = "tanh"
    frozen: Frozen = False


class Dropout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dropout"):
    """Srivastava et al. 2014, inverted: while training, 0 with chance `rate`, else x / (1 − rate)."""

    rate: Rate = 0.2


class GaussianNoise(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="gaussian_noise"):
    """While training, x + N(0, deviation²); otherwise x."""

    deviation: Deviation = 0.1


class Scaling(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="scaling"):
    """gain · x + shift, learned for each unit (each channel of an image); frozen: a fixed change of scale."""

    factor: Factor = 1.0
    offset: Offset = 0.0
    activation: Activated = "linear"
    frozen: Frozen = False


class BatchNorm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="batch_norm"):
    """Ioffe and Szegedy 2015: gain · (x − mean) / √(variance + epsilon) + shift over the batch; per channel.

    Frozen, gain and shift stay; the running mean and variance go on following the data, as in PyTorch.
    """

    momentum: Momentum = 0.1
    epsilon: NormEpsilon = 1e-5
    activation: Activated = "linear"
    frozen: Frozen = False


class LayerNorm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="layer_norm"):
    """Ba et al. 2016: as batch normalization, with mean and variance over one sample's units."""

    epsilon: NormEpsilon = 1e-5
    activation: Activated = "linear"
    frozen: Frozen = False


class Residual(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="residual"):
    """He et al. 2016: adds what entered `span` layers earlier; a linear projection where the widths differ."""

    span: Span = 1
    activation: Activated = "linear"
    frozen: Frozen = False


class Conv2d(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="conv2d"):
    """A two-dimensional convolution (a cross-correlation, step 1) over the channels of an image."""

    filters: Filters = 4
    kernel: Kernel = 3
    padding: Padded = "same"
    activation: Activated = "relu"
    frozen: Frozen = False

    @property
    def padded(self) -> int:
        """Zeros on every side of the image."""
        return (self.kernel - 1) // 2 if self.padding == "same" else 0


class MaxPool2d(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="max_pool2d"):
    """The largest value of each window; windows do not overlap, what is left over at the edge is not read."""

    size: Window = 2


class AveragePool2d(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="average_pool2d"):
    """The mean of each window; windows do not overlap, what is left over at the edge is not read."""

    size: Window = 2


class Flatten(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="flatten"):
    """An image becomes a row of numbers, channel by channel and row by row."""


Layer = (
    Dense
    | Dropout
    | GaussianNoise
    | Scaling
    | BatchNorm
    | LayerNorm
    | Residual
    | Conv2d
    | MaxPool2d
    | AveragePool2d
    | Flatten
)
"""The union of all layer kinds."""
Pool = MaxPool2d | AveragePool2d


# -- what each kind asks for and gives ---------------------------------------------------------------------------------

NEEDS_IMAGE = (
    "needs an image; choose an image data set (bars, shapes, digits) and place it before the first dense or flatten "
    "layer"
)


def _anywhere(layer: object, before: Shape, index: int) -> None:
    """For kinds that can stand anywhere."""


def _refuse_span(layer: Residual, before: Shape, index: int) -> str | None:
    if layer.span <= index:
        return None
    there = "is no layer" if index == 0 else "is only 1 layer" if index == 1 else f"are only {index} layers"
    layers = "layers" if layer.span > 1 else "layer"
    return f"a residual connection over {layer.span} {layers} does not fit: there {there} before it"


def _refuse_filters(layer: Conv2d, before: Shape, index: int) -> str | None:
    if before.image is None:
        return f"a convolution {NEEDS_IMAGE}"
    if layer.padding == "same":
        return None if layer.kernel % 2 else f"padding same needs an odd kernel; got {layer.kernel}"
    return _too_large("kernel", layer.kernel, before)


def _refuse_pool(layer: Pool, before: Shape, index: int) -> str | None:
    return f"pooling {NEEDS_IMAGE}" if before.image is None else _too_large("window", layer.size, before)


def _too_large(what: str, size: int, before: Shape) -> str | None:
    _, height, width = before.pixels
    if size <= min(height, width):
        return None
    return f"the {what} ({size} × {size}) is larger than the image ({height} × {width})"


def _unchanged(layer: object, before: Shape) -> Shape:
    return before


def _filtered(layer: Conv2d, before: Shape) -> Shape:
    _, height, width = before.pixels
    lost = layer.kernel - 1 - 2 * layer.padded
    return image(layer.filters, height - lost, width - lost)


def _pooled(layer: Pool, before: Shape) -> Shape:
    channels, height, width = before.pixels
    return image(channels, height // layer.size, width // layer.size)


def _nothing(layer: object, before: Shape, after: Shape, source: Shape | None) -> Parts:
    return Parts((0,), 0, 0, after.units)


def _matrix(layer: object, before: Shape, after: Shape, source: Shape | None) -> Parts:
    return Parts((after.units, before.units), after.units, 0, after.units * (before.units + 1))


def _projection(layer: Residual, before: Shape, after: Shape, source: Shape | None) -> Parts:
    """A matrix from the source, where it has another width."""
    if source is None or source.units == after.units:
        return _nothing(layer, before, after, source)
    return _matrix(layer, source, after, None)


def _filters(layer: Conv2d, before: Shape, after: Shape, source: Shape | None) -> Parts:
    read = before.channels * layer.kernel * layer.kernel
    shape = (layer.filters, before.channels, layer.kernel, layer.kernel)
    return Parts(shape, layer.filters, 0, after.units * (read + 1))


def _gains(layer: object, before: Shape, after: Shape, source: Shape | None) -> Parts:
    """A gain and a shift for each channel."""
    return Parts((after.channels,), after.channels, 0, 2 * after.units)


def _gains_and_statistics(layer: object, before: Shape, after: Shape, source: Shape | None) -> Parts:
    return Parts((after.channels,), after.channels, 2 * after.channels, 2 * after.units)


def _gains_of_units(layer: object, before: Shape, after: Shape, source: Shape | None) -> Parts:
    """A gain and a shift for each unit, of an image too."""
    return Parts((after.units,), after.units, 0, 2 * after.units)


def _neutral(layer: object) -> tuple[float, float]:
    return 1.0, 0.0


# -- the table ---------------------------------------------------------------------------------------------------------

L = TypeVar("L", bound=msgspec.Struct)


def kind_name(layer: type[msgspec.Struct]) -> str:
    """The name of a kind of layer, from its value's class."""
    return str(layer.__struct_config__.tag)


class LayerKind(msgspec.Struct, Generic[L], frozen=True):
    """A row of the table: one kind of layer.

    layer: its value; a new layer is `layer()`. label, note, formula: its name, one sentence about it, and what it
    computes. group: the heading under which it is offered.
    form: how the canvas shows it; mark: what its dots look like, where it has such.
    takes_after: the layers of its kind that a new one resembles: none, the last one before it, or where there is none,
    in its activation, the next one.
    refusal: why it cannot stand behind this shape at this position, or None. after: the shape behind it where it can.
    parts: what it learns, by the shapes before, after and of the source that a residual connection adds.
    start: the gain and the shift it starts with, for a kind with gains.
    """

    layer: type[L]
    label: str
    note: str
    formula: str
    group: Group
    form: Form = "port"
    mark: Mark = "diamond"
    takes_after: Literal["none", "before", "beside"] = "none"
    refusal: Callable[[L, Shape, int], str | None] = _anywhere
    after: Callable[[L, Shape], Shape] = _unchanged
    parts: Callable[[L, Shape, Shape, Shape | None], Parts] = _nothing
    start: Callable[[L], tuple[float, float]] = _neutral

    @property
    def kind(self) -> str:
        """The kind's name, as in JSON."""
        return kind_name(self.layer)

    @property
    def has_units(self) -> bool:
        """Whether it has units (or filters) of its own, which read everything before them."""
        return self.form in ("tile", "pair")

    @property
    def is_for_images(self) -> bool:
        """Whether it is of use for images only."""
        return self.group == "Images"


LAYER_KINDS: dict[str, LayerKind[Any]] = {
    kind.kind: kind
    for kind in (
        LayerKind(
            Dense, "Dense", "Every unit sees every output of the layer before it.", "f(W x + b)", "Units",
            form="tile", takes_after="beside", after=lambda layer, before: flat(layer.units), parts=_matrix,
        ),
        LayerKind(
            Residual, "Residual", "Adds what entered some layers earlier: gradients get a short way back.",
            "f(x + y), or f(x + W y + b) where the widths differ", "Connect",
            mark="plus", refusal=_refuse_span, parts=_projection,
        ),
        LayerKind(
            BatchNorm, "Batch norm", "Gives every unit mean 0 and variance 1 over the batch, then a learned scale.",
            "f(gain · (x − mean) / √(variance + ε) + shift), over the batch", "Normalize",
            parts=_gains_and_statistics,
        ),
        LayerKind(
            LayerNorm, "Layer norm", "Gives every sample mean 0 and variance 1 over its units.",
            "f(gain · (x − mean) / √(variance + ε) + shift), over the units", "Normalize", parts=_gains_of_units,
        ),
        LayerKind(
            Dropout, "Dropout", "Silences units at random while training, so that none is relied upon alone.",
            "0 with chance rate, else x / (1 − rate); x after training", "Regularize", mark="ring",
        ),
        LayerKind(
            GaussianNoise, "Gaussian noise", "Adds noise while training, so that small differences do not matter.",
            "x + N(0, deviation²); x after training", "Regularize", mark="wave",
        ),
        LayerKind(
            Scaling, "Scaling", "Multiplies and shifts every unit by numbers of its own.", "f(gain · x + shift)",
            "Normalize", parts=_gains, start=lambda layer: (layer.factor, layer.offset),
        ),
        LayerKind(
            Conv2d, "Convolution", "Slides small filters over an image: the same weights at every place.",
            "f(Σ W[filter, channel, i, j] · x[channel, row + i, column + j] + b[filter])", "Images",
            form="pair", takes_after="before", refusal=_refuse_filters, after=_filtered, parts=_filters,
        ),
        LayerKind(
            MaxPool2d, "Max pooling", "Keeps the largest value of each window of an image.", "max over the window",
            "Images", form="map", refusal=_refuse_pool, after=_pooled,
        ),
        LayerKind(
            AveragePool2d, "Average pooling", "Keeps the mean of each window of an image.", "mean over the window",
            "Images", form="map", refusal=_refuse_pool, after=_pooled,
        ),
        LayerKind(
            Flatten, "Flatten", "Reads an image as a row of numbers.", "x", "Images",
            mark="square", after=lambda layer, before: flat(before.units),
        ),
    )
}  # fmt: skip
"""Every kind by its name, in the order in which they are listed."""


def kind_of(layer: Layer) -> LayerKind[Any]:
    """The row of a layer."""
    return LAYER_KINDS[kind_name(type(layer))]


def activation_of(layer: Layer) -> ActivationName:
    """The layer's activation function; linear for kinds that have none."""
    return getattr(layer, "activation", "linear")


def is_frozen(layer: Layer) -> bool:
    """Whether training leaves the layer alone; False for kinds without parameters."""
    return getattr(layer, "frozen", False)
