"""Layers whose activation has two flat ends, as tanh and sigmoid do: what is flat there is saturated and not dead.

Owns which layers these are; knows nothing of rules.
"""

from __future__ import annotations

from playground.diagnosis.signals.look import Look
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import Conv2d, Dense


def squashing(look: Look) -> tuple[int, ...]:
    """Hidden layers that press all they are given between two ends."""
    return tuple(
        place for place, layer in enumerate(look.layers)
        if isinstance(layer, Dense | Conv2d) and ACTIVATIONS[layer.activation].saturated is not None
    )  # fmt: skip
