"""The gradient fades on its way back: the first layers hardly learn.

Evidence: the gradient's norm of the first and the last layer before any step, or the spread of activations on the way
forward (Hochreiter 1991; Bengio, Simard and Frasconi 1994; Glorot and Bengio 2010).
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

LEAST_LAYERS = 3
GRADIENT = 5e-3
"""The first layer's gradient norm, as a share of the head's."""
UPDATE, STILL = 1e-2, 1.5e-3
"""The first layer's largest update ratio, as a share of the head's, and what it is below: the head moves, the first
layer does not. That tells where the gradient at the start does not: of classes that are equally frequent the head's own
is small then by balance, and grows once answers lean to one side."""
BLOCKED = 0.5
"""Share of a layer's units that are dead, or of its outputs that are flat."""
SPREAD = 1e-2
"""The last hidden layer's deviation of activations, as a share of the first one's."""


def find(look: Look) -> Found | None:
    layers = list(look.nonlinear)
    if len(layers) < LEAST_LAYERS or look.has_shortcuts or not look.behind or _blocked(look):
        return None
    norms, variances = look.start("gradient_norm"), look.start("activation_variance")
    gradient = _ratio(norms[layers[0]], norms[-1])
    spread = _ratio(np.sqrt(max(variances[layers[-1]], 0.0)), np.sqrt(max(variances[layers[0]], 0.0)))
    ratios = look.now("largest_update_ratio")
    update = _ratio(ratios[layers[0]], ratios[-1]) if look.has_trained else 1.0
    stands = update < UPDATE and ratios[layers[0]] < STILL
    passed = {"backward": gradient < GRADIENT, "forward": spread < SPREAD, "update": stands}
    detail = next((name for name, found in passed.items() if found), None)
    if detail is None:
        return None
    figures = {
        "backward": Figure("gradient", gradient, GRADIENT, False, passed["backward"]),
        "forward": Figure("spread", spread, SPREAD, False, passed["forward"]),
        "update": Figure("update", update, UPDATE, False, passed["update"]),
    }
    step = Figure("step", ratios[layers[0]], STILL, False, stands) if look.has_trained else None
    told = (
        figures.pop(detail), *figures.values(), *([] if step is None or not np.isfinite(step.value) else [step]),
        Figure("layers", float(len(layers))),
    )  # fmt: skip
    return Found(told, look.severity, Place(layers=tuple(layers[: len(layers) // 2])), detail)


def _blocked(look: Look) -> bool:
    """Whether units answered 0, or were flat, from the start: then the way is blocked, not long."""
    layers = list(look.nonlinear)
    units = np.array([look.units(place) for place in layers], float)
    dead, flat = look.start("dead_units")[layers] / units, look.start("saturated_share")[layers]
    return bool((dead >= BLOCKED).any() or (flat > BLOCKED).any())


def _ratio(small: float, large: float) -> float:
    return float(small / large) if large > 0.0 and np.isfinite(small) and np.isfinite(large) else 1.0


RULE = Rule("vanishing", "optimization", find)
