"""The network in words: what is said about each kind of layer, titles of layers and units, and whole sentences.

Owns this wording, a row of `WORDS` for each kind of layer; knows nothing of widgets, places or edits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

import msgspec

from playground.data import inputs
from playground.diagram.outline import outline_of
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    LAYER_KINDS,
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    L,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
    activation_of,
    is_frozen,
    kind_name,
    kind_of,
)
from playground.experiment.network import source_of
from playground.numbers import plain, spaced

KEPT_NETWORK = "Your network was kept; for images another one is suggested."
USE_SUGGESTED = "Use the network suggested for images"
FIELD_LABELS = {
    "units": "Units", "filters": "Filters", "kernel": "Kernel size", "padding": "Padding", "size": "Window size",
    "rate": "Dropout rate", "deviation": "Noise deviation", "span": "Skipped layers", "factor": "Initial gain",
    "offset": "Initial shift", "momentum": "Momentum", "epsilon": "Epsilon", "activation": "Activation",
    "frozen": "Frozen",
}  # fmt: skip
"""What each setting of a layer is called, whatever its kind."""


def activation_label(activation: str) -> str:
    """How an activation, the head's too, is written on a card."""
    known = ACTIVATIONS.get(activation)
    return known.label if known else activation


def counted(count: int, noun: str) -> str:
    """`1 unit`, `4 units`."""
    return f"{spaced(count)} {noun if count == 1 else noun + 's'}"


def source_text(experiment: Experiment, layer: int) -> str:
    """What a residual connection adds: `the inputs` or `layer 2`."""
    source = source_of(layer, experiment.network.layers[layer])
    assert source is not None
    return "the inputs" if source < 0 else f"layer {source + 1}"


def how_to_place(kind: str) -> str:
    """How a layer of the palette gets into the network."""
    return f"{LAYER_KINDS[kind].label}: drag it between two layers, or press Enter to put it before the output."


# -- kinds of layers ---------------------------------------------------------------------------------------------------


def _card(layer: Any, units: int) -> str:
    """The activation, or how many values come out where there is none."""
    if hasattr(layer, "activation"):
        return activation_label(layer.activation)
    return spaced(units) if units else ""


def _with_activation(number: str, activation: str) -> str:
    """A layer's number, and its activation where it has one."""
    return number if activation == "linear" else f"{number} · {activation_label(activation)}"


def _name(layer: Any) -> str:
    return kind_of(layer).label.lower()


def _spoken(layer: Any, experiment: Experiment, index: int) -> list[str]:
    setting = setting_text(layer, experiment.widths[index + 1])
    return [] if setting == "linear" else [setting]


def _normalized(layer: object, experiment: Experiment, index: int) -> str:
    return "gain · (x − mean) / √(variance + ε) + shift"


def _added(layer: Residual, experiment: Experiment, index: int) -> str:
    projects = len(experiment.parts[index].weight_shape) == 2
    return f"{'x + W y + b' if projects else 'x + y'}, y: {source_text(experiment, index)}"


class LayerWords(msgspec.Struct, Generic[L], frozen=True):
    """What is said about one kind of layer, beside what its row in `LAYER_KINDS` says.

    short: its name where there is little room, on chips and cards.
    formula: what a layer at a place of a network computes before its activation, with its numbers where they are short.
    card: the lower line of its card; `units` come out of it. brief: the layer in a line with others, before its
    activation. spoken: its settings in a sentence.
    """

    layer: type[L]
    short: str
    formula: Callable[[L, Experiment, int], str]
    card: Callable[[L, int], str] = _card
    brief: Callable[[L], str] = _name
    spoken: Callable[[L, Experiment, int], list[str]] = _spoken


WORDS: dict[str, LayerWords[Any]] = {
    kind_name(words.layer): words
    for words in (
        LayerWords(
            Dense, "Dense", lambda layer, experiment, index: "Σ w·a + b",
            brief=lambda layer: f"{layer.units}",
            spoken=lambda layer, experiment, index: [
                counted(layer.units, "unit"), activation_label(layer.activation)
            ],
        ),
        LayerWords(
            Residual, "Residual", _added,
            card=lambda layer, units: _with_activation(f"skips {layer.span}", layer.activation),
            brief=lambda layer: f"residual over {layer.span}",
            spoken=lambda layer, experiment, index: [f"adds {source_text(experiment, index)}"],
        ),
        LayerWords(BatchNorm, "Batch norm", _normalized),
        LayerWords(LayerNorm, "Layer norm", _normalized),
        LayerWords(
            Dropout, "Dropout",
            lambda layer, experiment, index: f"0 with chance {plain(layer.rate)}, else x / {plain(1 - layer.rate)}; "
            "x after training",
            card=lambda layer, units: plain(layer.rate),
            brief=lambda layer: f"dropout {plain(layer.rate)}",
        ),
        LayerWords(
            GaussianNoise, "Noise",
            lambda layer, experiment, index: f"x + noise of deviation {plain(layer.deviation)}; x after training",
            card=lambda layer, units: f"σ {plain(layer.deviation)}",
            brief=lambda layer: f"gaussian noise {plain(layer.deviation)}",
        ),
        LayerWords(
            Scaling, "Scaling", lambda layer, experiment, index: "gain · x + shift",
            card=lambda layer, units: _with_activation(f"× {plain(layer.factor)}", layer.activation),
        ),
        LayerWords(
            Conv2d, "Conv", lambda layer, experiment, index: "Σ w·a + b around each pixel",
            card=lambda layer, units: f"{layer.kernel}×{layer.kernel} {activation_label(layer.activation)}",
            brief=lambda layer: f"convolution {layer.filters} × {layer.kernel}×{layer.kernel} {layer.padding}",
            spoken=lambda layer, experiment, index: [
                counted(layer.filters, "filter"), f"{layer.kernel} × {layer.kernel}", activation_label(layer.activation)
            ],
        ),
        LayerWords(
            MaxPool2d, "Max pool", lambda layer, experiment, index: "the largest value of each window",
            card=lambda layer, units: f"{layer.size}×{layer.size}",
            brief=lambda layer: f"max pooling {layer.size}×{layer.size}",
        ),
        LayerWords(
            AveragePool2d, "Avg pool", lambda layer, experiment, index: "the mean of each window",
            card=lambda layer, units: f"{layer.size}×{layer.size}",
            brief=lambda layer: f"average pooling {layer.size}×{layer.size}",
        ),
        LayerWords(Flatten, "Flatten", lambda layer, experiment, index: "x, as a row of numbers"),
    )
}  # fmt: skip


def short_label(kind: str) -> str:
    """What a kind of layer is called on chips and cards."""
    return WORDS[kind].short


def setting_text(layer: Layer, units: int = 0) -> str:
    """The lower line of a layer's card: its main number, or its activation. units: what comes out of it."""
    return WORDS[kind_of(layer).kind].card(layer, units)


def described(layer: Layer) -> str:
    """A layer in a few words, such as `4 tanh` or `dropout 0.2`: how an architecture is written in one line."""
    kind, activation = kind_of(layer), activation_of(layer)
    words = WORDS[kind.kind].brief(layer)
    if kind.has_units or activation != "linear":
        words = f"{words} {activation}"
    return f"{words} (frozen)" if is_frozen(layer) else words


def formula_of(experiment: Experiment, index: int) -> str:
    """What a layer computes, with its numbers where they are short; the head is a dense layer."""
    hidden = index < len(experiment.network.layers)
    layer = experiment.network.layers[index] if hidden else Dense(experiment.head.units)
    activation = activation_of(layer) if hidden else experiment.head.activation
    kind = kind_of(layer)
    inner = WORDS[kind.kind].formula(layer, experiment, index)
    if activation == "linear":
        return f"z = {inner}" if kind.has_units else inner
    return f"{activation_label(activation)}(z), z = {inner}"


# -- layers, units and sources in their place --------------------------------------------------------------------------


def layer_title(experiment: Experiment, layer: int) -> str:
    """`Features`, `Image`, `Columns`, `Layer 2`, `Dropout (layer 3)` or `Output`."""
    if layer < 0:
        return inputs_title(experiment)
    if layer >= len(experiment.network.layers):
        return "Output"
    kind = kind_of(experiment.network.layers[layer])
    return f"Layer {layer + 1}" if kind.form == "tile" else f"{kind.label} (layer {layer + 1})"


def inputs_title(experiment: Experiment) -> str:
    """What the network reads: `Features` of points of the plane, an `Image`, or the `Columns` of other data."""
    if experiment.input_shape.image is not None:
        return "Image"
    return "Features" if experiment.source_kind.is_plane else "Columns"


def unit_title(experiment: Experiment, layer: int, unit: int) -> str:
    """`Layer 2 · unit 3`, `Layer 1 · filter 2`, `Output`, `Output · class 2` (classes are counted from 0)."""
    if layer < len(experiment.network.layers):
        return f"Layer {layer + 1} · {tile_noun(experiment, layer)} {unit + 1}"
    return "Output" if experiment.head.units == 1 else f"Output · class {unit}"


def tile_noun(experiment: Experiment, layer: int) -> str:
    """What one tile of a column stands for: a unit, a filter or a channel."""
    plan = outline_of(experiment).plan(layer)
    return "filter" if plan.form == "pair" else "unit" if plan.image is None else "channel"


def source_title(experiment: Experiment, layer: int, source: int) -> str:
    """What an input of a layer is called: a feature's symbol, a column's name, `unit 3`, `channel 2` or `the image`."""
    if layer > 0:
        return f"{tile_noun(experiment, layer - 1)} {source + 1}"
    if experiment.input_shape.image is not None:
        return "the image"
    return input_symbols(experiment)[source]


def tile_of_layer(experiment: Experiment, layer: int, source: int) -> str:
    """What an input of a layer is called, with its layer: `unit 3 of layer 1`; a feature or column has none."""
    title = source_title(experiment, layer, source)
    return f"{title} of layer {layer}" if layer > 0 else title


def link_title(experiment: Experiment, layer: int, unit: int, source: int) -> str:
    """A link by its two ends: `from unit 3 of layer 1 to unit 2 of layer 2`, `from x² to class 0 of the output`."""
    if layer < len(experiment.network.layers):
        target = f"{tile_noun(experiment, layer)} {unit + 1} of layer {layer + 1}"
    else:
        target = "the output" if experiment.head.units == 1 else f"class {unit} of the output"
    return f"from {tile_of_layer(experiment, layer, source)} to {target}"


def input_symbols(experiment: Experiment) -> tuple[str, ...]:
    """The inputs as they are written: symbols of features, or names of columns; none for an image."""
    columns = experiment.source_kind.columns
    return tuple(inputs.symbol_of(name, columns) for name in experiment.input_names)


def feature_symbols(experiment: Experiment) -> tuple[str, ...]:
    """All features or columns, and formulas, as they are written, whether they are inputs or not; none for images."""
    columns = experiment.source_kind.columns
    return tuple(inputs.symbol_of(name, columns) for name in experiment.offered_inputs)


def span_text(span: int) -> str:
    """`over 1 layer`, `over 2 layers`."""
    return f"over {counted(span, 'layer')}"


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
    symbols, noun = input_symbols(experiment), "feature" if experiment.source_kind.is_plane else "column"
    return f"{counted(len(symbols), noun)}: {', '.join(symbols)}"


def _layer_in_words(experiment: Experiment, index: int, layer: Layer) -> str:
    kind = kind_of(layer)
    words = [kind.label.lower(), *WORDS[kind.kind].spoken(layer, experiment, index)]
    return ", ".join([*words, "frozen"] if is_frozen(layer) else words)
