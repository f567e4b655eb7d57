"""An experiment moved to another data set, or to another number of classes: everything that has to go along.

Owns that rule: noise and split stay; samples, training settings and layers follow where they would not fit. Knows
nothing of windows or of undo.
"""

from __future__ import annotations

from typing import Any

import msgspec

from playground.data import DATASETS
from playground.edits.fitting import fitted
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LayerKind, kind_of
from playground.experiment.network import Network, shape_problems
from playground.experiment.shapes import Shape, flat, image


def on_dataset(experiment: Experiment, name: str) -> Experiment:
    """The experiment on the data set `name`; samples become the usual number where the old set's usual one differs."""
    source, kind = experiment.data.source, DATASETS[name]
    usual = source.samples if kind.samples == DATASETS[source.name].samples else kind.samples
    samples = max(usual, kind.task(source.classes).classes)
    return _refitted(experiment, msgspec.structs.replace(source, name=name, samples=samples))


def with_classes(experiment: Experiment, classes: int) -> Experiment:
    """The experiment with so many classes, and at least one sample of each."""
    source = experiment.data.source
    samples = max(source.samples, classes)
    return _refitted(experiment, msgspec.structs.replace(source, classes=classes, samples=samples))


def removed_kinds(before: Network, after: Network) -> list[LayerKind[Any]]:
    """Kinds of layers that are in the one network more often than in the other, in order and once each."""
    found: list[LayerKind[Any]] = []
    left = [type(layer) for layer in after.layers]
    for layer in before.layers:
        if type(layer) in left:
            left.remove(type(layer))
        elif kind_of(layer) not in found:
            found.append(kind_of(layer))
    return found


def _refitted(experiment: Experiment, source: object) -> Experiment:
    data = msgspec.structs.replace(experiment.data, source=source)
    kind = DATASETS[data.source.name]
    inputs = flat(len(data.features)) if kind.image is None else image(*kind.image)
    return msgspec.structs.replace(
        experiment,
        data=data,
        network=_without_misfits(experiment.network, inputs),
        training=fitted(experiment.training, kind.task(data.source.classes)),
    )


def _without_misfits(network: Network, inputs: Shape) -> Network:
    """Layers that cannot stand where the inputs are others (convolutions without an image) are taken out."""
    while problems := shape_problems(inputs, network.layers):
        network = network.without(problems[0][0])
    return network
