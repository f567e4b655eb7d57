"""What an edit changed, as paths and values: small enough to be kept for every edit.

Owns the difference of two experiments and its application; knows nothing of runs or files. Layers that both experiments
share as objects are told by their place, since a run keeps the weights of exactly those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any, get_type_hints

import msgspec

from playground.errors import InvalidExperiment, Problem
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Layer
from playground.experiment.network import Network

LAYERS = "network.layers"
SECTIONS: dict[str, Any] = get_type_hints(Experiment, include_extras=True)
"""The fields of an experiment and their types."""

Changes = dict[str, Any]
"""Values by dotted path; at LAYERS a list with, for each layer, its place in the old experiment or its fields."""


def kept_places(old: Sequence[object], new: Sequence[object]) -> list[int | None]:
    """For each new layer its place in the old list, if it is the same object; None for another one.

    An object that stands in a list several times is several layers: the first of them stays the first.
    """
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place in reversed(range(len(old))):
        places[id(old[place])].append(place)
    return [left.pop() if (left := places.get(id(layer))) else None for layer in new]


def changes_between(old: Experiment, new: Experiment) -> Changes:
    """What leads from one experiment to another; empty where they are equal and share all layers."""
    changes: Changes = {}
    for name in SECTIONS:
        before, after = getattr(old, name), getattr(new, name)
        if before is not after and name != "network":
            _collect(name, msgspec.to_builtins(before), msgspec.to_builtins(after), changes)
    kept = kept_places(old.network.layers, new.network.layers)
    if kept != list(range(len(old.network.layers))):
        layers = zip(kept, new.network.layers, strict=True)
        changes[LAYERS] = [msgspec.to_builtins(layer) if place is None else place for place, layer in layers]
    return changes


@cache
def paths() -> frozenset[str]:
    """Every path that an edit can be told by: those of fields, of whichever kind of optimizer, source …"""
    found: set[str] = set()
    _gather("", msgspec.inspect.type_info(Experiment), found)
    return frozenset(found)


def _gather(prefix: str, kind: msgspec.inspect.Type, found: set[str]) -> None:
    if isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            _gather(prefix, each, found)
    elif isinstance(kind, msgspec.inspect.StructType):
        for field in kind.fields:
            path = f"{prefix}.{field.encode_name}".removeprefix(".")
            found.add(path)
            _gather(path, field.type, found)


def changed_by(old: Experiment, changes: Changes) -> Experiment:
    """The experiment that the changes lead to, its structure checked; raises InvalidExperiment.

    Rules that join fields are not checked here. Only what has changed is converted: a log has thousands of edits.
    """
    sections: dict[str, Any] = {}
    for path, value in changes.items():
        name, *inner = path.split(".")
        if name not in SECTIONS or (name == "network" and path != LAYERS):
            raise InvalidExperiment([Problem(path, "there is no such field")])
        if path == LAYERS:
            continue
        if inner:
            value = _put(sections.get(name, msgspec.to_builtins(getattr(old, name))), inner, value)
        sections[name] = value
    only_numbers = all(isinstance(value, (int, float)) for path, value in changes.items() if path != LAYERS)
    made = {name: _converted(name, raw, only_numbers) for name, raw in sections.items()}
    if LAYERS in changes:
        made["network"] = Network(_layers(old.network.layers, changes[LAYERS]))
    return msgspec.structs.replace(old, **made)


def _converted(name: str, raw: Any, only_numbers: bool) -> Any:
    """The section of these built-in values. Numbers are checked by their conversion alone, which is ten times faster;
    the walk that finds all problems of text and of structs is then needed for its words only.
    """
    if only_numbers:
        with suppress(msgspec.ValidationError, OverflowError):
            return msgspec.convert(raw, SECTIONS[name])
    found = schema.field_problems(Experiment, name, raw, name)
    if found:
        raise InvalidExperiment(found)
    return msgspec.convert(raw, SECTIONS[name])


def _layers(old: tuple[Layer, ...], given: Any) -> tuple[Layer, ...]:
    """Layers given by their place in the old network, each place once, or by their fields."""
    if not isinstance(given, list):
        raise InvalidExperiment([Problem(LAYERS, "a list of layers is needed")])
    places = [layer for layer in given if _is_place(layer)]
    if len(set(places)) < len(places) or not all(0 <= place < len(old) for place in places):
        raise InvalidExperiment([Problem(LAYERS, "a place names no layer, or one that is named already")])
    raw = [msgspec.to_builtins(old[layer]) if _is_place(layer) else layer for layer in given]
    found = schema.field_problems(Network, "layers", raw, LAYERS)
    if found:
        raise InvalidExperiment(found)
    return tuple(old[layer] if _is_place(layer) else msgspec.convert(layer, Layer) for layer in given)


def _is_place(layer: Any) -> bool:
    return isinstance(layer, int) and not isinstance(layer, bool)


def _collect(path: str, old: Any, new: Any, changes: Changes) -> None:
    """Descend where both sides are objects with the same fields and of the same kind; elsewhere take the new value."""
    alike = isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys()
    if alike and old.get("kind") == new.get("kind"):
        for name in old:
            _collect(f"{path}.{name}", old[name], new[name], changes)
    elif old != new:
        changes[path] = new


def _put(raw: Any, names: list[str], value: Any) -> Any:
    """Set a value deep inside nested objects; they are returned."""
    inner = raw
    for place, name in enumerate(names):
        if not isinstance(inner, dict):
            raise InvalidExperiment([Problem(".".join(names[: place + 1]), "there is no such field")])
        if place == len(names) - 1:
            inner[name] = value
        else:
            inner = inner.get(name)
    return raw
