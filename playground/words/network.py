"""The network in words: titles of layers and units, what stands on a card, and whole sentences about it.

Owns this wording; knows nothing of widgets, places or edits.
"""

from __future__ import annotations

from playground.data.features import FEATURES
from playground.diagram.outline import outline_of
from playground.experiment.experiment import Experiment
from playground.experiment.network import (
    ACTIVATIONS,
    LAYER_KINDS,
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    GaussianNoise,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
    is_frozen,
    kind_of,
    residual_source,
)
from playground.numbers import plain, spaced

SHORT_LABELS = {
    "gaussian_noise": "Noise", "conv2d": "Conv", "max_pool2d": "Max pool", "average_pool2d": "Avg pool",
}  # fmt: skip
"""Names that fit on a chip or a card, where they differ from the label of the kind."""


def short_label(kind: str) -> str:
    """What a kind of layer is called on chips and cards."""
    return SHORT_LABELS.get(kind, LAYER_KINDS[kind].label)


def activation_label(activation: str) -> str:
    """How an activation, the head's too, is written on a card."""
    known = ACTIVATIONS.get(activation)
    return known.label if known else activation


def counted(count: int, noun: str) -> str:
    """`1 unit`, `4 units`."""
    return f"{spaced(count)} {noun if count == 1 else noun + 's'}"


def setting_text(layer: Layer, units: int = 0) -> str:
    """The lower line of a layer's card: its main number, or its activation. units: what comes out of it."""
    match layer:
        case Dense(activation=activation) | BatchNorm(activation=activation) | LayerNorm(activation=activation):
            return activation_label(activation)
        case Dropout(rate=rate):
            return plain(rate)
        case GaussianNoise(deviation=deviation):
            return f"σ {plain(deviation)}"
        case Scaling(factor=factor, activation=activation):
            return _with_activation(f"× {plain(factor)}", activation)
        case Residual(span=span, activation=activation):
            return _with_activation(f"skips {span}", activation)
        case Conv2d(kernel=kernel, activation=activation):
            return f"{kernel}×{kernel} {activation_label(activation)}"
        case MaxPool2d(size=size) | AveragePool2d(size=size):
            return f"{size}×{size}"
        case _:
            return spaced(units) if units else ""


def _with_activation(number: str, activation: str) -> str:
    """A layer's number, and its activation where it has one."""
    return number if activation == "linear" else f"{number} · {activation_label(activation)}"


def layer_title(experiment: Experiment, layer: int) -> str:
    """`Features`, `Image`, `Layer 2`, `Dropout (layer 3)` or `Output`."""
    if layer < 0:
        return "Features" if experiment.input_shape.image is None else "Image"
    if layer >= len(experiment.network.layers):
        return "Output"
    own = experiment.network.layers[layer]
    return f"Layer {layer + 1}" if isinstance(own, Dense) else f"{kind_of(own).label} (layer {layer + 1})"


def unit_title(experiment: Experiment, layer: int, unit: int) -> str:
    """`Layer 2 · unit 3`, `Layer 1 · filter 2`, `Output`, `Output · class 2` (classes are counted from 0)."""
    if layer < len(experiment.network.layers):
        return f"Layer {layer + 1} · {tile_noun(experiment, layer)} {unit + 1}"
    return "Output" if experiment.head.units == 1 else f"Output · class {unit}"


def tile_noun(experiment: Experiment, layer: int) -> str:
    """What one tile of a column stands for: a unit, a filter or a channel."""
    plan = outline_of(experiment).plan(layer)
    return "filter" if plan.kind == "conv2d" else "unit" if plan.image is None else "channel"


def source_title(experiment: Experiment, layer: int, source: int) -> str:
    """What an input of a layer is called: a feature's symbol, `unit 3`, `channel 2` or `the image`."""
    if layer > 0:
        return f"{tile_noun(experiment, layer - 1)} {source + 1}"
    if experiment.input_shape.image is not None:
        return "the image"
    return FEATURES[experiment.data.features[source]].symbol


def span_text(span: int) -> str:
    """`over 1 layer`, `over 2 layers`."""
    return f"over {counted(span, 'layer')}"


def source_text(experiment: Experiment, layer: int) -> str:
    """What a residual connection adds: `the inputs` or `layer 2`."""
    own = experiment.network.layers[layer]
    assert isinstance(own, Residual)
    source = residual_source(layer, own.span)
    return "the inputs" if source < 0 else f"layer {source + 1}"


def in_words(experiment: Experiment) -> str:
    """The architecture as sentences, for those who cannot see the canvas."""
    parts = [_inputs_in_words(experiment)]
    for index, layer in enumerate(experiment.network.layers):
        parts.append(f"layer {index + 1}: {_layer_in_words(experiment, index, layer)}")
    head = experiment.head
    parts.append(f"output: {counted(head.units, 'unit')}, {activation_label(head.activation)}")
    return "; ".join(parts) + f". {counted(experiment.parameter_count, 'parameter')} in all."


def _inputs_in_words(experiment: Experiment) -> str:
    pixels = experiment.input_shape.image
    if pixels is not None:
        return f"an image of {pixels[1]} × {pixels[2]} pixels"
    symbols = ", ".join(FEATURES[name].symbol for name in experiment.data.features)
    return f"{counted(len(experiment.data.features), 'feature')}: {symbols}"


def _layer_in_words(experiment: Experiment, index: int, layer: Layer) -> str:
    words = [kind_of(layer).label.lower()]
    match layer:
        case Dense(units=units, activation=activation):
            words += [counted(units, "unit"), activation_label(activation)]
        case Conv2d(filters=filters, kernel=kernel, activation=activation):
            words += [counted(filters, "filter"), f"{kernel} × {kernel}", activation_label(activation)]
        case Residual():
            words.append(f"adds {source_text(experiment, index)}")
        case _:
            setting = setting_text(layer, experiment.widths[index + 1])
            words += [setting] if setting != "linear" else []
    return ", ".join([*words, "frozen"] if is_frozen(layer) else words)
