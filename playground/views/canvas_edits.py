"""The edits of the network canvas as values: a name for the undo list and the experiment it leads to.

Owns their names and refusals, and the network in words; knows nothing of widgets. A refusal is raised as `WrongUse`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from playground.errors import WrongUse
from playground.experiment import Experiment
from playground.features import FEATURES
from playground.network import ACTIVATIONS, LAYER_KINDS, MAX_LAYERS, MAX_UNITS, Layer, LayerKind, Network
from playground.views.controls.formats import spaced


@dataclass(frozen=True, slots=True)
class Edit:
    """One step: what it is called, where it leads, and the layer that is selected after it (None: no change)."""

    name: str
    experiment: Experiment
    selected: int | None = None


def kind_of(layer: Layer) -> LayerKind:
    """The palette entry a layer came from."""
    return next(kind for kind in LAYER_KINDS.values() if isinstance(layer, kind.layer))


def new_layer(network: Network, kind: str, index: int) -> Layer:
    """A layer for this place: as many units as the layer before it, and its neighbour's activation."""
    before = network.layers[index - 1] if index > 0 else None
    neighbour = before or (network.layers[0] if network.layers else None)
    wishes: dict[str, Any] = {
        "units": getattr(before, "units", 4),
        "activation": getattr(neighbour, "activation", "tanh"),
    }
    layer = LAYER_KINDS[kind].layer
    return layer(**{name: value for name, value in wishes.items() if name in layer.__struct_fields__})


def insert_layer(experiment: Experiment, kind: str, index: int) -> Edit:
    """A new layer before position `index`."""
    _refuse_more_layers(experiment)
    layer = new_layer(experiment.network, kind, index)
    name = f"Insert {LAYER_KINDS[kind].label.lower()} layer"
    return Edit(name, _with(experiment, experiment.network.with_inserted(index, layer)), index)


def remove_layer(experiment: Experiment, index: int) -> Edit:
    """The layer taken away."""
    return Edit(f"Remove layer {index + 1}", _with(experiment, experiment.network.without(index)), -1)


def duplicate_layer(experiment: Experiment, index: int) -> Edit:
    """A second layer like it, right after it."""
    _refuse_more_layers(experiment)
    return Edit(f"Duplicate layer {index + 1}", _with(experiment, experiment.network.with_duplicate(index)), index + 1)


def move_layer(experiment: Experiment, index: int, target: int) -> Edit:
    """The layer moved so that it ends at position `target`."""
    if not 0 <= target < len(experiment.network.layers):
        raise WrongUse(f"Layer {index + 1} is already the {'first' if target < 0 else 'last'} one.")
    return Edit(f"Move layer {index + 1}", _with(experiment, experiment.network.with_moved(index, target)), target)


def set_units(experiment: Experiment, index: int, units: int) -> Edit:
    """Another number of units."""
    here = experiment.network.layers[index].units
    if units < 1:
        raise WrongUse("A layer keeps at least one unit. To take the whole layer away, press Delete on its card.")
    if units > MAX_UNITS:
        raise WrongUse(f"A layer has at most {MAX_UNITS} units.")
    name = {1: f"Add unit to layer {index + 1}", -1: f"Remove unit from layer {index + 1}"}.get(
        units - here, f"Set layer {index + 1} to {units} units"
    )
    return Edit(name, _with(experiment, experiment.network.with_layer(index, units=units)))


def set_activation(experiment: Experiment, index: int, activation: str) -> Edit:
    """Another activation function."""
    name = f"Set layer {index + 1} to {ACTIVATIONS[activation].label}"
    return Edit(name, _with(experiment, experiment.network.with_layer(index, activation=activation)))


def toggle_feature(experiment: Experiment, name: str) -> Edit:
    """A feature switched on or off; the others keep their order."""
    active = experiment.data.features
    if active == (name,):
        raise WrongUse(f"{FEATURES[name].symbol} is the only feature left; the network needs at least one.")
    if name in active:
        chosen = tuple(each for each in active if each != name)
    else:
        order = list(FEATURES)
        place = sum(order.index(each) < order.index(name) for each in active)
        chosen = (*active[:place], FEATURES[name].name, *active[place:])
    data = msgspec.structs.replace(experiment.data, features=chosen)
    return Edit(f"Toggle feature {FEATURES[name].symbol}", msgspec.structs.replace(experiment, data=data))


def _with(experiment: Experiment, network: Network) -> Experiment:
    return msgspec.structs.replace(experiment, network=network)


def _refuse_more_layers(experiment: Experiment) -> None:
    if len(experiment.network.layers) >= MAX_LAYERS:
        raise WrongUse(f"A network has at most {MAX_LAYERS} layers.")


# -- in words -------------------------------------------------------------------------------------------------------

HEAD_LABELS = {"linear": "linear", "tanh": "tanh", "sigmoid": "sigmoid", "softmax": "softmax"}


def activation_label(activation: str) -> str:
    """How an activation, the head's too, is written on a card."""
    known = ACTIVATIONS.get(activation)
    return known.label if known else HEAD_LABELS.get(activation, activation)


def counted(count: int, noun: str) -> str:
    """`1 unit`, `4 units`."""
    return f"{spaced(count)} {noun if count == 1 else noun + 's'}"


def layer_title(experiment: Experiment, layer: int) -> str:
    """`Features`, `Layer 2` or `Output`."""
    if layer < 0:
        return "Features"
    return f"Layer {layer + 1}" if layer < len(experiment.network.layers) else "Output"


def unit_title(experiment: Experiment, layer: int, unit: int) -> str:
    """`Layer 2 · unit 3`, `Output`, `Output · class 2` (classes are counted from 0)."""
    if layer < len(experiment.network.layers):
        return f"Layer {layer + 1} · unit {unit + 1}"
    return "Output" if experiment.head.units == 1 else f"Output · class {unit}"


def source_title(experiment: Experiment, layer: int, source: int) -> str:
    """What an input of a layer is called: a feature's symbol or `unit 3`."""
    if layer == 0:
        return FEATURES[experiment.data.features[source]].symbol
    return f"unit {source + 1}"


def in_words(experiment: Experiment) -> str:
    """The architecture as sentences, for those who cannot see the canvas."""
    symbols = ", ".join(FEATURES[name].symbol for name in experiment.data.features)
    parts = [f"{counted(len(experiment.data.features), 'feature')}: {symbols}"]
    for index, layer in enumerate(experiment.network.layers):
        units, activation = counted(layer.units, "unit"), activation_label(layer.activation)
        parts.append(f"layer {index + 1}: {kind_of(layer).label.lower()}, {units}, {activation}")
    head = experiment.head
    parts.append(f"output: {counted(head.units, 'unit')}, {activation_label(head.activation)}")
    return "; ".join(parts) + f". {counted(experiment.parameter_count, 'parameter')} in all."
