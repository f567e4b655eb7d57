"""The start is so large that the loss and its gradient are: the first step is a leap.

Evidence: the loss before any step, in losses of guessing, and the gradient's norm (Glorot and Bengio 2010; He et al.
2015, for which start keeps signals at their size). With batch normalization a loss before any step says nothing: it
is taken with statistics that nobody has gathered yet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.experiment.layers import BatchNorm

Array = NDArray[np.float64]

LOSS = 3.0
"""Losses of guessing, before any step, of classes."""
LEAST_INPUT = 1.0
"""Inputs that vary less count as if they varied so much: a network may well enlarge them."""
GROWTH = 30.0
"""The deviation of the widest layer's outputs, as a multiple of the first one's, or of the inputs' where that is
smaller. So it is with the first answers of a regression beside inputs and targets: targets that hardly vary make any
start a large loss, in losses of guessing, and that comes down at once."""
GRADIENT = 100.0
"""Losses of guessing, of the gradient's norm."""


def find(look: Look) -> Found | None:
    loss, norms = look.first_loss, look.start("gradient_norm")
    if loss is None or not np.isfinite(norms).any():
        return None
    if look.has_trained and not look.behind and not look.is_worse:
        return None
    if _blocked(look) or any(isinstance(layer, BatchNorm) for layer in look.layers):
        return None
    return _backward(look, loss, norms) or _forward(look)


def _blocked(look: Look) -> bool:
    """Whether a whole layer answers 0 from the start: nothing comes through, however large the head's answers are."""
    layers = list(look.nonlinear)
    units = np.array([look.units(place) for place in layers], float)
    return bool((look.start("dead_units")[layers] >= units).any()) if layers else False


def _backward(look: Look, loss: float, norms: Array) -> Found | None:
    """A large loss with a steep gradient."""
    guess = look.trivial_loss
    most = LOSS * guess if look.facts.classes else _loss_of(look, GROWTH * _size(look))
    steepness = float(np.sqrt(np.nansum(np.minimum(norms, 1e150) ** 2))) / guess
    if loss <= most or steepness <= GRADIENT:
        return None
    figures = (
        Figure("first_loss", loss, most), Figure("guess", guess), Figure("gradient", steepness, GRADIENT),
    )  # fmt: skip
    return Found(figures, "critical", Place(layers=(int(np.nanargmax(norms)),)), "loss")


def _size(look: Look) -> float:
    """How large the inputs and targets of a regression are, the larger of both."""
    means, spreads = look.facts.sizes
    inputs = float(np.sqrt(means**2 + spreads**2).max())
    return max(inputs, float(np.sqrt(np.mean(look.facts.labels**2))), LEAST_INPUT)


def _loss_of(look: Look, error: float) -> float:
    """The loss of answers that are so far off."""
    if look.experiment.head.loss == "huber":
        return look.training.huber_delta * error
    return error if look.experiment.head.loss == "absolute" else 0.5 * error**2


def _forward(look: Look) -> Found | None:
    """Signals that grow from layer to layer; a flat head may hide what they do to the loss."""
    spreads = np.sqrt(np.maximum(np.nan_to_num(look.start("activation_variance")), 0.0))[list(look.hidden)]
    if len(spreads) < 2 or look.has_shortcuts or spreads[0] <= 0.0:
        return None
    inputs = look.facts.sizes[1]
    growth = float(spreads.max() / min(spreads[0], max(float(inputs.max()), LEAST_INPUT)))
    if growth <= GROWTH:
        return None
    figures = (Figure("growth", growth, GROWTH),)
    return Found(figures, "critical", Place(layers=(look.hidden[int(np.argmax(spreads))],)), "growth")


RULE = Rule("exploding", "optimization", find)
