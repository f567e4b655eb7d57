"""Remedies of what a network is made of: more, fewer, other layers and units.

Owns these edits and their sizes; knows nothing of data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from playground.diagnosis.cures.remedies.case import Case, Wishes
from playground.diagnosis.cures.remedies.training import start, swept
from playground.experiment.activations import ActivationName
from playground.experiment.layers import MAX_LAYERS, MAX_UNITS, BatchNorm, Conv2d, Dense, Dropout, Layer, Residual
from playground.experiment.network import Network

WIDE, MOST_FILTERS = 16, 32
DROPPED = 0.3
FEW_UNITS = 8
TENTH = 10


def bias_zero_wide(case: Case) -> Wishes:
    wide = widened(case.layers, 1, WIDE)
    return [{**({} if wide == case.layers else {"network.layers": wide}), **start(case)}]


def widened(layers: Sequence[Layer], factor: int, least: int = 0) -> tuple[Layer, ...]:
    """The layers with so many times the units, and so many at least."""
    found: list[Layer] = []
    for layer in layers:
        if isinstance(layer, Dense):
            units = min(MAX_UNITS, max(least, factor * layer.units))
            layer = msgspec.structs.replace(layer, units=max(units, layer.units))
        elif isinstance(layer, Conv2d):
            layer = msgspec.structs.replace(
                layer, filters=max(layer.filters, min(MOST_FILTERS, factor * layer.filters))
            )
        found.append(layer)
    return tuple(found)


def bending(layers: Sequence[Layer], activation: str, linear_too: bool = False) -> tuple[Layer, ...]:
    """The layers with this activation wherever one bends, or also where none does."""
    return tuple(
        msgspec.structs.replace(layer, activation=activation)
        if isinstance(layer, Dense | Conv2d) and (linear_too or layer.activation != "linear")
        else layer
        for layer in layers
    )


def behind(case: Case, make: Callable[[int, Dense | Conv2d], Sequence[Layer]]) -> tuple[Layer, ...]:
    """The network with layers put behind (or in place of) each one of units; what skips others is kept up."""
    network = case.experiment.network
    for place in reversed(case.dense):
        layer = network.layers[place]
        assert isinstance(layer, Dense | Conv2d)
        first, *rest = make(place, layer)
        network = Network((*network.layers[:place], first, *network.layers[place + 1 :]))
        for each in reversed(rest):
            network = network.with_inserted(place + 1, each)
    return network.layers


def relu_he(case: Case) -> Wishes:
    return [{"network.layers": bending(case.layers, "relu"), "training.initializer": "he_normal",
             "training.initial_bias": 0.0}]  # fmt: skip


def residual_tanh(case: Case) -> Wishes:
    """Every hidden dense layer but the first with a way around it."""
    first = next((place for place in case.dense if isinstance(case.layers[place], Dense)), None)
    if first is None or any(isinstance(layer, Residual) for layer in case.layers):
        return []

    def made(place: int, layer: Dense | Conv2d) -> Sequence[Layer]:
        bent = msgspec.structs.replace(layer, activation="tanh") if layer.activation != "linear" else layer
        return [bent] if place == first or isinstance(layer, Conv2d) else [bent, Residual()]

    layers = behind(case, made)
    if len(layers) > MAX_LAYERS or not any(isinstance(layer, Residual) for layer in layers):
        return []
    return [{"network.layers": layers, "training.initializer": "xavier_uniform", "training.initial_bias": 0.0}]


def batch_norm(case: Case) -> Wishes:
    """Between each layer's sum and its activation."""
    if any(isinstance(layer, BatchNorm) for layer in case.layers) or case.experiment.training.batch_size < 2:
        return []

    def made(place: int, layer: Dense | Conv2d) -> Sequence[Layer]:
        return [msgspec.structs.replace(layer, activation="linear"), BatchNorm(activation=layer.activation)]

    layers = behind(case, made)
    return [{"network.layers": layers}] if len(layers) <= MAX_LAYERS else []


def leaky_relu(case: Case) -> Wishes:
    leaky = tuple(
        msgspec.structs.replace(layer, activation="leaky_relu") if getattr(layer, "activation", "") == "relu" else layer
        for layer in case.layers
    )
    return [{"network.layers": leaky}]


def widen(case: Case) -> Wishes:
    return [{"network.layers": widened(case.layers, 4)}] if case.dense else []


def widen_swept(case: Case) -> Wishes:
    """Eight times the units, sixteen at least."""
    return swept(case, {"network.layers": widened(case.layers, 8, WIDE)}) if case.dense else []


def smaller(case: Case) -> Wishes:
    """One layer of eight; of an image network the last layer of units with a quarter."""
    activation: ActivationName = next((each.activation for each in case.layers if isinstance(each, Dense)), "tanh")
    if any(isinstance(layer, Conv2d) for layer in case.layers):
        return _narrowed(case, 4)
    units = sum(layer.units for layer in case.layers if isinstance(layer, Dense))
    return [{"network.layers": (Dense(FEW_UNITS, activation),)}] if units > FEW_UNITS else []


def tenth(case: Case) -> Wishes:
    """Layers as wide as a tenth of the parameters allows, all of them narrower by one factor; none where layers of one
    unit have more."""
    widest = max((_units(each) for each in case.layers), default=1)
    for factor in range(2, widest + 1):
        layers = _narrow(case, factor)
        network = msgspec.structs.replace(case.experiment.network, layers=layers)
        small = msgspec.structs.replace(case.experiment, network=network)
        if TENTH * small.parameter_count <= case.experiment.parameter_count:
            return [{"network.layers": layers}]
    return []


def _units(layer: Layer) -> int:
    return layer.units if isinstance(layer, Dense) else layer.filters if isinstance(layer, Conv2d) else 1


def _narrowed(case: Case, factor: int) -> Wishes:
    return [{"network.layers": _narrow(case, factor)}]


def _narrow(case: Case, factor: int) -> tuple[Layer, ...]:
    return tuple(
        msgspec.structs.replace(layer, units=max(1, layer.units // factor)) if isinstance(layer, Dense)
        else msgspec.structs.replace(layer, filters=max(1, layer.filters // factor)) if isinstance(layer, Conv2d)
        else layer
        for layer in case.layers
    )  # fmt: skip


def two_layers(case: Case) -> Wishes:
    network, extra = case.experiment.network, case.dense[2:]
    for place in reversed(extra):
        network = network.without(place)
    return [{"network.layers": network.layers}] if extra else []


def hidden_layers_swept(case: Case) -> Wishes:
    """Two hidden layers of sixteen where there is none that could bend."""
    layers = () if case.dense else (Dense(WIDE), Dense(WIDE))
    return swept(case, {"network.layers": (*case.layers, *layers)}) if layers else []


def bend_swept(case: Case) -> Wishes:
    """The layers that are there, made to bend."""
    return swept(case, {"network.layers": bending(case.layers, "tanh", True)}) if case.dense else []


def dropout(case: Case) -> Wishes:
    if not case.dense or any(isinstance(layer, Dropout) for layer in case.layers):
        return []
    layers = behind(case, lambda place, layer: [layer, Dropout(DROPPED)])
    return [{"network.layers": layers}] if len(layers) <= MAX_LAYERS else []
