"""All units of a layer alike: they get the same gradient, so they stay alike, and the layer is one unit wide.

Source: Goodfellow, Bengio and Courville, Deep Learning, 8.4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

GAIN = 0.05
"""What the reference reaches beyond a line: what one unit can do is hardly more than a line."""


def find(look: Look) -> Found | None:
    layer = next((place for place in look.hidden if _alike(look, place)), None)
    if layer is None or look.snapshot.layout.slots[layer].outputs < 2:
        return None
    reference, line = look.facts.reference, look.facts.linear
    needed = reference is not None and line is not None and reference - line > GAIN
    if not needed and not (look.behind and look.has_trained):
        return None
    units = look.units(layer)
    figures = (Figure("different_units", 1.0, 2.0, above=False), Figure("units", float(units)))
    everything = tuple((layer, unit) for unit in range(units))
    return Found(figures, "critical", Place(layers=(layer,), units=everything))


def _alike(look: Look, place: int) -> bool:
    """Whether a layer's units are equal in what they read and in what is made of them."""
    layout, parameters = look.snapshot.layout, look.snapshot.parameters
    rows = layout.weights(parameters, place).reshape(layout.slots[place].weight_shape[0], -1)
    if len(rows) < 2 or _differ(rows) or _differ(layout.biases(parameters, place)):
        return False
    after = next((each for each in look.weighted if each > place), None)
    if after is None or not layout.slots[after].is_matrix or layout.slots[after].inputs != len(rows):
        return True
    return not _differ(layout.weights(parameters, after).T)


def _differ(rows: NDArray[np.floating]) -> bool:
    """Whether any row is unlike the first; a difference of weights may be too large for a number."""
    return bool((rows != rows[:1]).any())


RULE = Rule("symmetric", "fact", find)
