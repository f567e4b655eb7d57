"""The gradient's norm in every layer, before any step: whether the first one hears what the last one is told."""

from __future__ import annotations

import numpy as np

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure, RuleName

FADED, GROWN = 1e-3, 1e3
"""The first layer's gradient norm, as a share of the last one's."""
CAUSES: tuple[RuleName, ...] = ("symmetric", "vanishing", "exploding", "dead_units", "saturated", "unscaled_inputs")


def check(case: Case) -> Step:
    layers = list(case.before.weighted)
    norms = case.before.start("gradient_norm")[layers]
    if len(layers) < 2 or not np.isfinite(norms).all():
        return Step("gradients", None, "one_layer")
    curve = Curve(np.array(layers, np.float64), norms.copy())
    if norms.max() <= 0.0:
        return Step("gradients", False, "none", (Figure("last", float(norms[-1])),), case.found_of(*CAUSES), curve)
    ratio = float(norms[0] / norms[-1]) if norms[-1] > 0.0 else 0.0
    grown, faded = ratio > GROWN, ratio < FADED
    figures = (
        Figure("ratio", ratio, GROWN if grown else FADED, above=grown), Figure("first", float(norms[0])),
        Figure("last", float(norms[-1])), Figure("layers", float(len(layers))),
    )  # fmt: skip
    if not (grown or faded):
        return Step("gradients", True, "fine", figures, curve=curve)
    if case.after.behind:
        return Step("gradients", False, "grown" if grown else "faded", figures, case.found_of(*CAUSES), curve)
    return Step("gradients", True, "harmless", figures, curve=curve)
