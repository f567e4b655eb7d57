"""What the hover card says about a part of the canvas, as texts.

Owns the wording and the figures over the plane; knows nothing of Qt or of places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.diagram import Part
from playground.features import FEATURES
from playground.views.canvas_edits import activation_label, source_title, unit_title
from playground.views.canvas_model import FEATURE_NAMES, CanvasModel, Floats
from playground.views.controls.formats import percent

SATURATED = {"tanh": (-0.95, 0.95), "sigmoid": (0.05, 0.95)}


@dataclass(frozen=True, slots=True)
class Facts:
    """A title, a formula under it, and rows of name and value."""

    title: str
    formula: str
    rows: tuple[tuple[str, str], ...] = ()


def number(value: float) -> str:
    """A weight or an output: three decimals, with a real minus sign."""
    size = abs(value)
    places = ".1e" if size >= 1e5 or 0 < size < 5e-4 else ".3f" if size < 100 else ".1f"
    return format(value, places).replace("-", "−")


def facts_of(model: CanvasModel, part: Part) -> Facts | None:
    """What is to be said about a feature, a unit, a bias or a link; nothing about the rest."""
    match part.kind:
        case "feature":
            return _feature(model, part)
        case "unit" | "bias":
            return _unit(model, part)
        case "link":
            return _link(model, part)
        case _:
            return None


def _feature(model: CanvasModel, part: Part) -> Facts:
    feature = FEATURES[FEATURE_NAMES[part.unit]]
    on = feature.name in model.experiment.data.features
    return Facts(feature.symbol, feature.formula, (("input", "on" if on else "off"),))


def _unit(model: CanvasModel, part: Part) -> Facts:
    activation = model.layout.slots[part.layer].activation
    rows = []
    bias = model.parameter(Part("bias", part.layer, part.unit))
    if bias is not None:
        rows.append(("bias", number(bias)))
    values = model.unit_map(part.layer, part.unit)
    if values is not None:
        rows += _figures(values, activation)
    share = _share_won(model, part)
    if share is not None:
        rows.append(("wins", percent(share)))
    name = activation_label(activation)
    formula = "z = Σ w·a + b" if activation == "linear" else f"{name}(z), z = Σ w·a + b"
    return Facts(unit_title(model.experiment, part.layer, part.unit), formula, tuple(rows))


def _figures(values: Floats, activation: str) -> list[tuple[str, str]]:
    """Figures over the whole plane that is shown."""
    figures = {"mean": values.mean(), "min": values.min(), "max": values.max()}
    rows = [(name, number(float(value))) for name, value in figures.items()]
    if activation != "softmax":
        rows.append(("active", percent(float(np.mean(values > (0.5 if activation == "sigmoid" else 0.0))))))
    if activation in SATURATED:
        low, high = SATURATED[activation]
        rows.append(("saturated", percent(float(np.mean((values < low) | (values > high))))))
    return rows


def _share_won(model: CanvasModel, part: Part) -> float | None:
    """The share of the plane that a class gets."""
    if part.layer != model.head or model.experiment.head.units == 1 or model.snapshot is None:
        return None
    maps = model.snapshot.layer_maps(part.layer)
    return None if maps is None else float(np.mean(maps.argmax(axis=0) == part.unit))


def _link(model: CanvasModel, part: Part) -> Facts:
    source = source_title(model.experiment, part.layer, part.source)
    target = f"unit {part.unit + 1}" if part.layer < model.head else unit_title(model.experiment, part.layer, part.unit)
    weight = model.parameter(part)
    rows = [] if weight is None else [("weight", number(weight))]
    return Facts(f"{source}  →  {target}", "", tuple(rows))
