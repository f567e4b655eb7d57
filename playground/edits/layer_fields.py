"""The settings of layers as the canvas edits them: how each is called, its limits, and how far one step goes.

Owns the reading of a kind's fields and the steps; limits and sizes of steps are the experiment's, names are in
`playground.words.network`. Knows nothing of widgets.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import msgspec

from playground.errors import WrongUse
from playground.experiment import schema
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import Layer, kind_of
from playground.numbers import Span, plain, rounded
from playground.words.network import FIELD_LABELS


class LayerField(msgspec.Struct, frozen=True):
    """One setting. step: how far one press of + goes, 0 where there are no steps. is_number: else a word or a switch.

    whole: whether it is a whole number. is_open: whether its lower limit itself is not allowed. choices: the words it
    may be, for settings that are no numbers; a switch has neither.
    """

    name: str
    label: str
    step: float
    is_number: bool
    whole: bool
    is_open: bool
    choices: tuple[str, ...]


def fields_of(layer: Layer) -> tuple[LayerField, ...]:
    """The settings of a layer, in the order in which they are shown."""
    return _fields(type(layer))


@cache
def _fields(kind: type[Layer]) -> tuple[LayerField, ...]:
    return tuple(_field(kind, facts) for facts in schema.field_facts(kind))


def _field(kind: type[Layer], facts: dict[str, Any]) -> LayerField:
    name = facts["name"]
    return LayerField(
        name=name,
        label=FIELD_LABELS[name],
        step=schema.extra(kind, name).get("step", 0.0),
        is_number=facts["type"] in ("int", "float"),
        whole=facts["type"] == "int",
        is_open="minimum" in facts["exclusive"],
        choices=tuple(ACTIVATIONS) if name == "activation" else tuple(facts["choices"] or ()),
    )


def field_of(layer: Layer, name: str) -> LayerField | None:
    """One setting of a layer, or None where its kind has no such setting."""
    return next((field for field in fields_of(layer) if field.name == name), None)


def main_field(layer: Layer) -> LayerField | None:
    """The number of a layer that + and − change: the first one that has steps, or None."""
    return next((field for field in fields_of(layer) if field.step), None)


def limits_of(layer: Layer, name: str) -> tuple[float, float]:
    """The smallest and the largest value of a number."""
    return schema.limits(type(layer), name)


def span_of(layer: Layer, name: str) -> Span:
    """The same, with whether the ends are allowed themselves."""
    return schema.span(type(layer), name)


def checked_value(layer: Layer, name: str, value: float) -> float:
    """The value if the layer may have it; raises WrongUse with the limits."""
    field, span = field_of(layer, name), span_of(layer, name)
    assert field is not None
    if not span.holds(value) or (field.whole and value != round(value)):
        low, high = span.low, span.high
        whole = ", a whole number" if field.whole else ""
        allowed = f"above {plain(low)}, at most {plain(high)}" if field.is_open else f"{plain(low)} to {plain(high)}"
        raise WrongUse(f"{field.label} of a {kind_of(layer).label.lower()} layer: {allowed}{whole}.")
    return round(value) if field.whole else rounded(value, 10)


def stepped(layer: Layer, by: int) -> tuple[str, float]:
    """The main number one step further, on whole steps, as (field, value); raises WrongUse where there is none."""
    field = main_field(layer)
    if field is None:
        raise WrongUse(f"A {kind_of(layer).label.lower()} layer has no number to change in steps.")
    here = float(getattr(layer, field.name))
    places = here / field.step
    target = ((math.ceil(places - 1e-9) if by < 0 else math.floor(places + 1e-9)) + by) * field.step
    low, high = limits_of(layer, field.name)
    if (here > low and target < low) or (here < high and target > high):
        target = min(max(target, low), high)
    return field.name, round(target) if field.whole else rounded(target, 10)
