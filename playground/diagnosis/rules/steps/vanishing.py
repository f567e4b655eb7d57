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
DEAD = 0.5
SPREAD = 1e-2
"""The last hidden layer's deviation of activations, as a share of the first one's."""


def find(look: Look) -> Found | None:
    if len(look.nonlinear) < LEAST_LAYERS or look.has_shortcuts or not look.behind:
        return None
    first, last = look.nonlinear[0], look.nonlinear[-1]
    norms, variances = look.start("gradient_norm"), look.start("activation_variance")
    gradient = _ratio(norms[first], norms[-1])
    spread = _ratio(np.sqrt(max(variances[last], 0.0)), np.sqrt(max(variances[first], 0.0)))
    if _born_dead(look) or (gradient >= GRADIENT and spread >= SPREAD):
        return None
    figures = (
        Figure("gradient", gradient, GRADIENT, above=False), Figure("spread", spread, SPREAD, above=False),
        Figure("layers", float(len(look.nonlinear))),
    )  # fmt: skip
    if gradient >= GRADIENT:
        figures = (figures[1], figures[0], figures[2])
    detail, early = ("backward" if gradient < GRADIENT else "forward"), look.nonlinear[: len(look.nonlinear) // 2]
    return Found(figures, look.severity, Place(layers=early), detail)


def _born_dead(look: Look) -> bool:
    """Whether units answered 0 from the start: then the way is blocked, not long."""
    units = np.array([look.units(place) for place in look.nonlinear], float)
    return bool((look.start("dead_units")[list(look.nonlinear)] / units >= DEAD).any())


def _ratio(small: float, large: float) -> float:
    return float(small / large) if large > 0.0 and np.isfinite(small) and np.isfinite(large) else 1.0


RULE = Rule("vanishing", "optimization", find)
