"""Inputs far from 0 ± 1: units saturate or die, and one direction of the loss is far steeper than others.

Source: LeCun, Bottou, Orr and Müller, Efficient BackProp (1998), 4.3; thresholds measured on this engine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.experiment.layers import BatchNorm, LayerNorm, Scaling

Array = NDArray[np.float64]
WIDE, NARROW, AWAY = 12.0, 0.1, 3.0
"""Standard deviations of an input, and its mean in units of that."""
NEAR = 2.0
"""A mean smaller than this harms nobody, however small the deviation."""


def find(look: Look) -> Found | None:
    first = next((place for place, layer in enumerate(look.layers) if not isinstance(layer, Scaling)), None)
    if first is not None and isinstance(look.layers[first], BatchNorm | LayerNorm):
        return None
    means, spreads = look.facts.sizes
    for layer in look.layers[:first]:
        assert isinstance(layer, Scaling)
        means, spreads = means * layer.factor + layer.offset, spreads * abs(layer.factor)
    varies = spreads > 0.0
    if not varies.any():
        return None
    wide, narrow = varies & (spreads > WIDE), varies & (spreads < NARROW)
    away = varies & (np.abs(means) > AWAY * spreads) & (np.abs(means) > NEAR)
    if wide.any():
        worst, figure = int(np.argmax(spreads)), Figure("spread", float(spreads.max()), WIDE)
        return _found(wide | away, worst, means, figure, "wide")
    if away.any():
        ratios = np.where(away, np.abs(means) / np.where(varies, spreads, 1.0), 0.0)
        worst = int(np.argmax(ratios))
        return _found(away, worst, means, Figure("away", float(ratios[worst]), AWAY), "away", float(spreads[worst]))
    if narrow.sum() == varies.sum():
        worst = int(np.argmin(np.where(varies, spreads, np.inf)))
        return _found(narrow, worst, means, Figure("spread", float(spreads[worst]), NARROW, above=False), "narrow")
    return None


def _found(
    which: NDArray[np.bool_], worst: int, means: Array, figure: Figure, detail: str, spread: float | None = None
) -> Found:
    more = () if spread is None else (Figure("spread", spread),)
    figures = (figure, Figure("mean", float(means[worst])), Figure("input", float(worst)), *more)
    return Found(figures, "warning", Place(inputs=tuple(np.flatnonzero(which).tolist())), detail)


RULE = Rule("unscaled_inputs", "fact", find)
