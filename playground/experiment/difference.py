"""What an edit changed, as paths and values: small enough to be kept for every edit.

Owns the difference of two experiments and its application; knows nothing of runs or files. Layers that both experiments
share as objects are told by their place, since a run keeps the weights of exactly those.
"""

from __future__ import annotations

from typing import Any

import msgspec

from playground.errors import InvalidExperiment, Problem
from playground.experiment import schema
from playground.experiment.experiment import Experiment

LAYERS = "network.layers"

Changes = dict[str, Any]
"""Values by dotted path; at LAYERS a list with, for each layer, its place in the old experiment or its fields."""


def changes_between(old: Experiment, new: Experiment) -> Changes:
    """What leads from one experiment to another; empty where they are equal and share all layers."""
    changes: Changes = {}
    _collect("", _without_layers(old), _without_layers(new), changes)
    then, now = old.network.layers, new.network.layers
    if len(then) != len(now) or any(a is not b for a, b in zip(then, now, strict=True)):
        places = {id(layer): index for index, layer in enumerate(then)}
        changes[LAYERS] = [places.get(id(layer), msgspec.to_builtins(layer)) for layer in now]
    return changes


def changed_by(old: Experiment, changes: Changes) -> Experiment:
    """The experiment that the changes lead to, its structure checked; raises InvalidExperiment.

    Rules that join fields are not checked here.
    """
    raw = _without_layers(old)
    for path, value in changes.items():
        if path != LAYERS:
            _put(raw, path.split("."), value)
    layers = changes.get(LAYERS, list(range(len(old.network.layers))))
    if not isinstance(layers, list):
        raise InvalidExperiment([Problem(LAYERS, "a list of layers is needed")])
    kept = {place: layer for place, layer in enumerate(layers) if _is_place(layer, old)}
    whole = msgspec.to_builtins(old.network.layers)
    raw["network"]["layers"] = [whole[layer] if place in kept else layer for place, layer in enumerate(layers)]
    problems = schema.problems(raw, Experiment)
    if problems:
        raise InvalidExperiment(problems)
    made = msgspec.convert(raw, Experiment)
    network = msgspec.structs.replace(
        made.network,
        layers=tuple(
            old.network.layers[kept[place]] if place in kept else layer
            for place, layer in enumerate(made.network.layers)
        ),
    )
    return msgspec.structs.replace(made, network=network)


def _is_place(layer: Any, old: Experiment) -> bool:
    return isinstance(layer, int) and not isinstance(layer, bool) and 0 <= layer < len(old.network.layers)


def _without_layers(experiment: Experiment) -> dict[str, Any]:
    network = msgspec.structs.replace(experiment.network, layers=())
    raw: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(experiment, network=network))
    return raw


def _collect(path: str, old: Any, new: Any, changes: Changes) -> None:
    """Descend where both sides are objects with the same fields and of the same kind; elsewhere take the new value."""
    alike = isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys()
    if alike and old.get("kind") == new.get("kind"):
        for name in old:
            _collect(f"{path}.{name}" if path else name, old[name], new[name], changes)
    elif old != new:
        changes[path] = new


def _put(raw: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        inner = raw.get(name)
        if not isinstance(inner, dict):
            raise InvalidExperiment([Problem(".".join(names), "there is no such field")])
        raw = inner
    raw[names[-1]] = value
