"""The kinds of layer as values, with their limits, and the tables of kinds and activation functions.

Owns what one layer may be; knows nothing of networks, shapes or parameters. The output head is not a layer here: it
follows from the task (see `playground.data.task`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from playground.numbers import plain

ActivationName = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid", "sine"]
Padding = Literal["same", "valid"]

MAX_LAYERS = 32
MAX_UNITS = 512

Units = Annotated[int, Meta(ge=1, le=MAX_UNITS, description="how many units the layer has")]
Activated = Annotated[ActivationName, Meta(description="the function applied to what the layer computes")]
Frozen = Annotated[bool, Meta(description="whether training leaves the layer's parameters as they are")]
Rate = Annotated[float, Meta(ge=0.0, le=0.95, description="the chance that a value is set to 0 while training")]
Deviation = Annotated[float, Meta(ge=0.0, le=10.0, description="the noise's standard deviation")]
Factor = Annotated[float, Meta(ge=-100.0, le=100.0, description="the initial gain")]
Offset = Annotated[float, Meta(ge=-100.0, le=100.0, description="the initial shift")]
Momentum = Annotated[float, Meta(gt=0.0, le=1.0, description="the batch's share in the running mean and variance")]
NormEpsilon = Annotated[float, Meta(ge=1e-12, le=1.0, description="added to the variance before its root is taken")]
Span = Annotated[int, Meta(ge=1, le=MAX_LAYERS, description="how many layers the connection skips")]
Filters = Annotated[int, Meta(ge=1, le=32, description="how many filters, each with a channel of its own")]
Kernel = Annotated[int, Meta(ge=1, le=5, description="height and width of a filter, in pixels")]
Padded = Annotated[Padding, Meta(description="same: zeros around keep the image's size; valid: no zeros, it shrinks")]
Pool = Annotated[int, Meta(ge=2, le=4, description="height and width of a window, and the step between windows")]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function: its name on a card, its formula, and what it is good for."""

    name: str
    label: str
    formula: str
    note: str


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("tanh", "tanh", "tanh z", "Smooth, −1 to 1; the classic choice for small networks."),
        Activation("relu", "ReLU", "max(0, z)", "Fast and strong; a unit may die and stay at 0."),
        Activation("sigmoid", "sigmoid", "1 / (1 + e⁻ᶻ)", "0 to 1; its slope is at most ¼: deep stacks learn slowly."),
        Activation("linear", "linear", "z", "No non-linearity: a stack of linear layers is one linear layer."),
        Activation("leaky_relu", "leaky ReLU", "max(0.01 z, z)", "A ReLU with a small slope below 0: it cannot die."),
        Activation("elu", "ELU", "z if z > 0 else eᶻ − 1", "Smooth below 0, mean closer to 0."),
        Activation("gelu", "GELU", "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))", "A smooth ReLU, in its tanh form."),
        Activation("silu", "SiLU", "z / (1 + e⁻ᶻ)", "Also called swish."),
        Activation("softplus", "softplus", "ln(1 + eᶻ)", "A smooth ReLU."),
        Activation("sine", "sine", "sin z", "Periodic; good at repeating patterns, hard to train."),
    )
}


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


class MaxPool2d(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="max_pool2d"):
    """The largest value of each window; windows do not overlap, what is left over at the edge is not read."""

    size: Pool = 2


class AveragePool2d(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="average_pool2d"):
    """The mean of each window; windows do not overlap, what is left over at the edge is not read."""

    size: Pool = 2


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


@dataclass(frozen=True, slots=True)
class LayerKind:
    """An entry of the palette: what is dragged onto the canvas."""

    kind: str
    label: str
    note: str
    formula: str
    layer: type[Layer]


LAYER_KINDS: dict[str, LayerKind] = {
    kind.kind: kind
    for kind in (
        LayerKind("dense", "Dense", "Every unit sees every output of the layer before it.", "f(W x + b)", Dense),
        LayerKind(
            "residual", "Residual", "Adds what entered some layers earlier: gradients get a short way back.",
            "f(x + y), or f(x + W y + b) where the widths differ", Residual,
        ),
        LayerKind(
            "batch_norm", "Batch norm", "Gives every unit mean 0 and variance 1 over the batch, then a learned scale.",
            "f(gain · (x − mean) / √(variance + ε) + shift), over the batch", BatchNorm,
        ),
        LayerKind(
            "layer_norm", "Layer norm", "Gives every sample mean 0 and variance 1 over its units.",
            "f(gain · (x − mean) / √(variance + ε) + shift), over the units", LayerNorm,
        ),
        LayerKind(
            "dropout", "Dropout", "Silences units at random while training, so that none is relied upon alone.",
            "0 with chance rate, else x / (1 − rate); x after training", Dropout,
        ),
        LayerKind(
            "gaussian_noise", "Gaussian noise", "Adds noise while training, so that small differences do not matter.",
            "x + N(0, deviation²); x after training", GaussianNoise,
        ),
        LayerKind(
            "scaling", "Scaling", "Multiplies and shifts every unit by numbers of its own.", "f(gain · x + shift)",
            Scaling,
        ),
        LayerKind(
            "conv2d", "Convolution", "Slides small filters over an image: the same weights at every place.",
            "f(Σ W[filter, channel, i, j] · x[channel, row + i, column + j] + b[filter])", Conv2d,
        ),
        LayerKind(
            "max_pool2d", "Max pooling", "Keeps the largest value of each window of an image.", "max over the window",
            MaxPool2d,
        ),
        LayerKind(
            "average_pool2d", "Average pooling", "Keeps the mean of each window of an image.", "mean over the window",
            AveragePool2d,
        ),
        LayerKind("flatten", "Flatten", "Reads an image as a row of numbers.", "x", Flatten),
    )
}  # fmt: skip


def kind_of(layer: Layer) -> LayerKind:
    """The palette's entry of a layer."""
    return next(kind for kind in LAYER_KINDS.values() if type(layer) is kind.layer)


def activation_of(layer: Layer) -> ActivationName:
    """The layer's activation function; linear for kinds that have none."""
    return getattr(layer, "activation", "linear")


def is_frozen(layer: Layer) -> bool:
    """Whether training leaves the layer alone; False for kinds without parameters."""
    return getattr(layer, "frozen", False)


def described(layer: Layer) -> str:
    """A layer in a few words, such as `4 tanh` or `dropout 0.2`: how an architecture is written in one line."""
    name, activation = kind_of(layer).label.lower(), activation_of(layer)
    match layer:
        case Dense(units=units):
            words = f"{units} {activation}"
        case Dropout(rate=rate):
            words = f"{name} {plain(rate)}"
        case GaussianNoise(deviation=deviation):
            words = f"{name} {plain(deviation)}"
        case Conv2d(filters=filters, kernel=kernel, padding=padding):
            words = f"{name} {filters} × {kernel}×{kernel} {padding} {activation}"
        case MaxPool2d(size=size) | AveragePool2d(size=size):
            words = f"{name} {size}×{size}"
        case Residual(span=span):
            words = f"{name} over {span}"
        case _:
            words = name
    if not isinstance(layer, (Dense, Conv2d)) and activation != "linear":
        words = f"{words} {activation}"
    return f"{words} (frozen)" if is_frozen(layer) else words
