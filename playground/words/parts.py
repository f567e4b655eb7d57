"""What the hover card says about a part of the canvas, as texts.

Owns the wording and the figures; knows nothing of Qt or of places.
"""

from __future__ import annotations

import msgspec
import numpy as np

from playground.bounded import mean_size, norm, sums
from playground.data import inputs
from playground.data.features import is_plane
from playground.diagram.diagram import Part
from playground.diagram.shown import CanvasModel, Floats
from playground.errors import Said
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Residual, kind_of
from playground.numbers import figure, percent, spaced, weight
from playground.words.links import ROWS
from playground.words.network import (
    formula_of,
    layer_title,
    link_title,
    source_text,
    span_text,
    tile_of_layer,
    unit_title,
)

Rows = list[tuple[str, str]]
DEAD = "0 for every sample"


class Facts(msgspec.Struct, frozen=True):
    """A title, a formula under it, and rows of name and value."""

    title: str
    formula: str
    rows: tuple[tuple[str, str], ...] = ()


def facts_of(model: CanvasModel, part: Part) -> Facts | None:
    """What is to be said about an input, a unit, a bias, a link or an arc; nothing about the rest."""
    match part.kind:
        case "feature":
            return _feature(model, part)
        case "unit" | "bias" if part.layer < 0:
            return _image(model) if model.outline.is_image else _feature(model, part)
        case "unit" | "bias":
            return _unit(model, part)
        case "link":
            return _link(model, part)
        case "arc" | "arc_start":
            return _arc(model, part)
        case _:
            return None


PART_KEYS = {
    "unit": "unit", "bias": "bias", "link": "weight", "minus": "units", "plus": "units", "count": "units",
    "arc": "layer_residual", "arc_start": "layer_residual", "above": "units", "below": "units",
}  # fmt: skip


def key_of_part(experiment: Experiment, part: Part) -> str:
    """The glossary's entry for a part of the canvas: a feature, a kind of layer, an activation, a unit."""
    if part.kind == "feature":
        columns, name = experiment.source_kind.columns, experiment.offered_inputs[part.unit]
        if name in [each.name for each in experiment.added_inputs]:
            return "features"
        if inputs.is_formula(name, columns):
            return "formula"
        return f"feature_{name}" if is_plane(columns) else "features"
    if part.kind in ("card", "activation"):
        if part.layer < 0:
            return "features"
        if part.layer >= len(experiment.network.layers):
            return "output"
        own = experiment.network.layers[part.layer]
        activation = getattr(own, "activation", "") if part.kind == "activation" else ""
        return f"activation_{activation}" if activation else f"layer_{kind_of(own).kind}"
    return PART_KEYS.get(part.kind, "network")


# -- inputs ---------------------------------------------------------------------------------------------------------


ADDED = {
    "noise": "noise that tells nothing of the label",
    "copy": "column {column} again, and a little noise",
    "target": "the label itself: it will not be there when the network is used",
    "blank": "1 where the cell of column {column} is blank, else 0",
}
"""What an input is that imperfections or blank cells have added."""


def _feature(model: CanvasModel, part: Part) -> Facts:
    experiment, columns = model.experiment, model.experiment.source_kind.columns
    name = experiment.offered_inputs[part.unit]
    state = "on" if name in experiment.input_names else "off"
    added = next((each for each in experiment.added_inputs if each.name == name), None)
    if added is not None:
        column = "" if added.column is None else columns[added.column]
        return Facts(name, str(Said(ADDED[added.kind], {"column": column})), (("input", state),))
    return Facts(inputs.symbol_of(name, columns), inputs.meaning_of(name, columns), (("input", state),))


def _image(model: CanvasModel) -> Facts:
    pixels, probe = model.experiment.input_shape.image or (0, 0, 0), model.probe
    rows: Rows = []
    if probe is not None and probe.sample is not None and model.snapshot is not None:
        data = model.snapshot.dataset
        place = probe.sample - data.train_labels.size
        labels, index = (data.train_labels, probe.sample) if place < 0 else (data.held_out_labels, place)
        if index < labels.size:
            rows = [("training" if place < 0 else data.held_out_name, f"image {spaced(index + 1)}")]
            rows += [("class", data.class_name(int(labels[index])))] if data.task.is_classification else []
    elif probe is not None and probe.pixels is not None:
        rows = [("drawn", "by hand")]
    return Facts("Image", f"{pixels[1]} × {pixels[2]} pixels", tuple(rows))


# -- units, filters, channels ---------------------------------------------------------------------------------------


def _unit(model: CanvasModel, part: Part) -> Facts:
    rows = _parameters(model, part)
    if model.outline.is_image:
        rows += _sample_figures(model, part)
    else:
        values = model.unit_map(part.layer, part.unit)
        rows += [] if values is None else _figures(values, model.layout.slots[part.layer].activation)
        rows += [("dead", DEAD)] if model.is_dead(part.layer, part.unit) else []
        share = _share_won(model, part)
        rows += [] if share is None else [("wins", percent(share))]
    title = unit_title(model.experiment, part.layer, part.unit)
    if part.layer == model.head and model.outline.is_image and model.snapshot is not None:
        title = (
            f"Output · {model.snapshot.dataset.class_name(part.unit)}" if model.layout.slots[-1].outputs > 1 else title
        )
    return Facts(title, formula_of(model.experiment, part.layer), tuple(rows))


def _parameters(model: CanvasModel, part: Part) -> Rows:
    """The tile's own parameters."""
    slot, plan = model.layout.slots[part.layer], model.outline.plan(part.layer)
    rows: Rows = []
    gain, bias = (model.parameter(Part(kind, part.layer, part.unit)) for kind in ("gain", "bias"))
    if gain is not None:
        rows += [("gain", weight(gain)), *_shown(model, Part("gain", part.layer, part.unit), "its ")]
    if bias is not None:
        name = "bias" if plan.has_bias else "shift"
        rows += [(name, weight(bias)), *_shown(model, Part("bias", part.layer, part.unit), "its ")]
    if slot.statistics is not None and model.parameters is not None:
        means, variances = model.layout.statistics(model.parameters, part.layer)
        if part.unit < means.size:
            rows += [
                ("running mean", weight(float(means[part.unit]))),
                ("running variance", weight(float(variances[part.unit]))),
            ]
    return rows


def _figures(values: Floats, activation: str) -> Rows:
    """Figures over the whole plane that is shown."""
    figures = {"mean": sums(values.ravel() / values.size, axis=0), "min": values.min(), "max": values.max()}
    rows = [(name, weight(float(value))) for name, value in figures.items()]
    own = ACTIVATIONS.get(activation)
    if own is not None:
        low, high = own.bounds or (0.0, 0.0)
        rows.append(("active", percent(float(np.mean(values > (low + high) / 2)))))
    if own is not None and own.saturated is not None:
        low, high = own.saturated
        rows.append(("saturated", percent(float(np.mean((values < low) | (values > high))))))
    return rows


def _sample_figures(model: CanvasModel, part: Part) -> Rows:
    """Figures of the shown image alone."""
    channels, values = model.channel_values(part.layer), model.outputs_of(part.layer)
    if channels is not None:
        own = channels[part.unit]
        return [("min", weight(float(own.min()))), ("max", weight(float(own.max())))]
    if values is None or part.unit >= values.size:
        return []
    return [("output", weight(float(values[part.unit])))]


def _share_won(model: CanvasModel, part: Part) -> float | None:
    """The share of the plane that a class gets."""
    if part.layer != model.head or model.experiment.head.units == 1 or model.snapshot is None:
        return None
    maps = model.snapshot.layer_maps(part.layer)
    return None if maps is None else float(np.mean(maps.argmax(axis=0) == part.unit))


# -- lines ----------------------------------------------------------------------------------------------------------


def _link(model: CanvasModel, part: Part) -> Facts:
    experiment, plan = model.experiment, model.outline.plan(part.layer)
    if plan.reads_own:
        source = tile_of_layer(experiment, part.layer, part.source)
        return Facts(source, f"goes into {layer_title(experiment, part.layer).lower()}")
    title = link_title(experiment, part.layer, part.unit, part.source)
    own = model.parameter(part)
    if model.parameter_index(part) is not None:
        rows = [] if own is None else [("weight", weight(own))]
        return Facts(title, "", tuple(rows + _shown(model, part)))
    weights = _together(model, model.parameters, part)
    if weights is None:
        return Facts(title, "")
    rows = [("mean |w|", weight(mean_size(weights))), ("norm", weight(float(norm(weights))))]
    if model.links_show != "weight":
        figures = _together(model, model.figures, part)
        rows.append((f"mean |{ROWS[model.links_show]}|", figure(None if figures is None else mean_size(figures))))
    count = " × ".join(map(str, weights.shape)) if plan.form == "pair" else spaced(weights.size)
    return Facts(title, f"stands for {count} weights", tuple(rows))


def _shown(model: CanvasModel, part: Part, of: str = "") -> Rows:
    """What the links show beside weights; of: whose it is, where that is no weight. A dash where it is not known."""
    return [] if model.links_show == "weight" else [(f"{of}{ROWS[model.links_show]}", figure(model.figure(part)))]


def _together(model: CanvasModel, figures: Floats | None, part: Part) -> Floats | None:
    """The weights behind a link that stands for several, or other figures of these."""
    if figures is None:
        return None
    weights = model.layout.weights(figures, part.layer)
    group = model.outline.plan(part.layer - 1).group
    several = slice(part.source * group, (part.source + 1) * group)
    found: Floats = weights[part.unit, part.source if weights.ndim == 4 else several]
    return found


def _arc(model: CanvasModel, part: Part) -> Facts:
    own, slot = model.experiment.network.layers[part.layer], model.layout.slots[part.layer]
    assert isinstance(own, Residual)
    source = source_text(model.experiment, part.layer)
    what = f"adds {source} to layer {part.layer}, {span_text(own.span)}"
    if not slot.is_matrix:
        return Facts("Residual connection", what, (("weights", "none: the widths are equal"),))
    outputs, inputs = slot.weight_shape
    rows = [("projects with", f"{outputs} × {inputs} weights")]
    weights = model.weights(part.layer)
    if weights is not None:
        rows.append(("norm", weight(float(norm(weights)))))
    return Facts("Residual connection", what, tuple(rows))


def card_tip(model: CanvasModel, layer: int) -> str:
    """A layer in a few lines: what it is, what it computes, and what the card can do."""
    layers = model.experiment.network.layers
    if not 0 <= layer < len(layers):
        return ""
    kind, parts = kind_of(layers[layer]), model.experiment.parts[layer]
    count = parts.weight_count + parts.bias_count
    shape = model.experiment.shapes[layer + 1]
    size = f"{spaced(shape.units) if shape.image is None else shape} values"
    frozen = ", frozen" if model.layout.slots[layer].frozen else ""
    return (
        f"{layer_title(model.experiment, layer)}: {kind.note}\n{formula_of(model.experiment, layer)}\n"
        f"{size}, {spaced(count)} parameters{frozen}\n"
        "Drag to reorder, or out of the canvas to remove.  Ctrl+D duplicates, Del removes."
    )
