"""A column that is the answer in other words: it will not be there when the network is used.

Evidence: the classes' values of this input hardly vary and lie apart, and no other input comes near it; of a
regression, the correlation with the target. A single useful column varies inside its classes, and is none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule

Array = NDArray[np.float64]

INSIDE = 0.15
"""Deviation inside the classes, as a share of the distance between their means."""
AGREES = 0.99
"""Share of the samples whose class the nearest mean tells; of a regression the correlation's size."""
OTHERS = 0.97
NOTHING = 0.01
"""A deviation inside the classes so small that it does not matter what others tell."""
LEAST = 20


def find(look: Look) -> Found | None:
    facts = look.facts
    if facts.dataset.image is not None or facts.count < LEAST or len(facts.inputs) < 2:
        return None
    agrees = _of_classes(facts.inputs, facts.labels, facts.classes) if facts.classes else _of_targets(look)
    makes = facts.dataset.is_plane and not facts.dataset.is_own
    own = len(agrees) - len(facts.added) if makes else 0  # where a point lies is no column that could tell
    if own == len(agrees):
        return None
    best = own + int(np.argmax(agrees[own:]))
    others = np.delete(agrees, best)
    inside = _inside(facts.inputs[best], facts.labels, facts.classes) if facts.classes else 0.0
    if agrees[best] <= AGREES or inside >= INSIDE:
        return None
    if others.max() >= OTHERS and not (facts.classes and inside < NOTHING):
        return None
    figures = (
        Figure("agrees", float(agrees[best]), AGREES), Figure("others", float(others.max()), OTHERS, above=False),
        Figure("input", float(best)),
    )  # fmt: skip
    return Found(figures, "warning", Place(inputs=(best,)))


def _of_classes(inputs: Array, labels: Array, classes: int) -> Array:
    """(inputs,) the share of samples whose class is that of the nearest class mean of this input alone."""
    means = np.stack([_mean(inputs[:, labels == each]) for each in range(classes)], axis=1)
    nearest = np.abs(inputs[:, :, None] - means[:, None, :]).argmin(axis=2)
    return np.asarray((nearest == labels).mean(axis=1), np.float64)


def _mean(values: Array) -> Array:
    return values.mean(axis=1) if values.shape[1] else np.full(len(values), np.inf)


def _inside(values: Array, labels: Array, classes: int) -> float:
    """The largest deviation inside a class, as a share of the smallest distance between two classes' means."""
    own = [values[labels == each] for each in range(classes) if (labels == each).any()]
    means = np.sort([each.mean() for each in own])
    apart = float(np.diff(means).min()) if len(means) > 1 else 0.0
    return float(max(each.std() for each in own)) / apart if apart > 0.0 else np.inf


def _of_targets(look: Look) -> Array:
    """(inputs,) the size of each input's correlation with the target."""
    inputs, labels = look.facts.inputs, look.facts.labels
    spread = inputs.std(axis=1) * labels.std()
    covariance = ((inputs - inputs.mean(axis=1, keepdims=True)) * (labels - labels.mean())).mean(axis=1)
    return np.asarray(np.abs(covariance / np.where(spread > 0.0, spread, np.inf)), np.float64)


RULE = Rule("leaked_column", "fact", find)
