"""The settings of layers as the canvas edits them: how each is called, its limits, and how far one step goes.

Owns this table; the limits themselves are the experiment's. Knows nothing of widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from playground.errors import WrongUse
from playground.experiment import schema
from playground.experiment.network import Layer, kind_of
from playground.numbers import plain, rounded


@dataclass(frozen=True, slots=True)
class LayerField:
    """One setting. step: how far one press of + goes, 0 where there are no steps. whole: whether it is a whole number.

    choices: the words it may be, for settings that are no numbers; a switch has neither.
    """

    name: str
    label: str
    step: float = 0.0
    whole: bool = False
    choices: tuple[str, ...] = ()


FIELDS: dict[str, LayerField] = {
    field.name: field
    for field in (
        LayerField("units", "Units", 1, True),
        LayerField("filters", "Filters", 1, True),
        LayerField("kernel", "Kernel size", 1, True),
        LayerField("padding", "Padding", choices=("same", "valid")),
        LayerField("size", "Window size", 1, True),
        LayerField("rate", "Dropout rate", 0.05),
        LayerField("deviation", "Noise deviation", 0.05),
        LayerField("span", "Skipped layers", 1, True),
        LayerField("factor", "Initial gain", 0.1),
        LayerField("offset", "Initial shift", 0.1),
        LayerField("momentum", "Momentum", 0.05),
        LayerField("epsilon", "Epsilon"),
        LayerField("activation", "Activation"),
        LayerField("frozen", "Frozen"),
    )
}
"""Every setting of every kind of layer, in the order in which they are shown."""

MAIN = ("units", "filters", "rate", "deviation", "span", "factor", "size", "momentum")
"""The number that + and − change: the first of these that a layer has."""


def fields_of(layer: Layer) -> list[LayerField]:
    """The settings of a layer."""
    own = type(layer).__struct_fields__
    return [field for name, field in FIELDS.items() if name in own]


def main_field(layer: Layer) -> LayerField | None:
    """The number of a layer that + and − change, or None."""
    return next((FIELDS[name] for name in MAIN if name in type(layer).__struct_fields__), None)


def limits_of(layer: Layer, name: str) -> tuple[float, float]:
    """The smallest and the largest value of a number."""
    return schema.limits(type(layer), name)


def checked_value(layer: Layer, name: str, value: float) -> float:
    """The value if the layer may have it; raises WrongUse with the limits."""
    field, (low, high) = FIELDS[name], limits_of(layer, name)
    broken = field.whole and value != round(value)
    above = math.isfinite(low) and low == 0.0 and name == "momentum"
    if broken or not low <= value <= high or (above and value <= low):
        whole = ", a whole number" if field.whole else ""
        span = f"above {plain(low)}, at most {plain(high)}" if above else f"{plain(low)} to {plain(high)}"
        raise WrongUse(f"{field.label} of a {kind_of(layer).label.lower()} layer: {span}{whole}.")
    return round(value) if field.whole else rounded(value, 10)


def stepped(layer: Layer, by: int) -> tuple[str, float]:
    """The main number one step further, on whole steps, as (field, value); raises WrongUse where there is none."""
    field = main_field(layer)
    if field is None or not field.step:
        raise WrongUse(f"A {kind_of(layer).label.lower()} layer has no number to change in steps.")
    here = float(getattr(layer, field.name))
    places = here / field.step
    target = ((math.ceil(places - 1e-9) if by < 0 else math.floor(places + 1e-9)) + by) * field.step
    low, high = limits_of(layer, field.name)
    if (here > low and target < low) or (here < high and target > high):
        target = min(max(target, low), high)
    return field.name, rounded(target, 10)


def replaced(layer: Layer, name: str, value: object) -> Layer:
    """The layer with another setting."""
    return msgspec.structs.replace(layer, **{name: value})
