"""Regressions over one number: a target that is a function of x alone.

Owns their formulas and their entries. In the plane such a target is a picture of upright stripes: y is spread evenly
and says nothing, so a network that is given x alone, as these sets begin, has all that can be known, and one that is
given y too has to learn to leave it out.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from playground.data.recipes.recipe import Array, DatasetKind, Parameter, Shape
from playground.data.recipes.surfaces import SHIFTS, Taken


def _sine(points: Array, shape: Shape) -> Array:
    """sin(f x)."""
    found: Array = np.sin(shape["frequency"] * points[0])
    return found


def _x_sin_x(points: Array, shape: Shape) -> Array:
    """x sin(f x) / 5."""
    x = points[0]
    found: Array = x * np.sin(shape["frequency"] * x) / 5.0
    return found


def _polynomial(points: Array, shape: Shape) -> Array:
    """Chebyshev's polynomial of the degree, over x / 6, by its recurrence."""
    x = np.clip(points[0] / 6.0, -1.0, 1.0)
    before: Array = np.ones_like(x)
    found: Array = x
    for _ in range(shape.whole("degree") - 1):
        before, found = found, 2.0 * x * found - before
    return found


def _staircase(points: Array, shape: Shape) -> Array:
    """Even steps from −1 to 1."""
    steps = shape.whole("count")
    found: Array = 2.0 * np.clip(np.floor((points[0] + 6.0) / 12.0 * steps), 0, steps - 1) / (steps - 1) - 1.0
    return found


def _runge(points: Array, shape: Shape) -> Array:
    """1 / (1 + (x/w)²); Runge's function where w is a fifth of the window's half."""
    across = points[0] / shape["width"]
    found: Array = 1.0 / (1.0 + across * across)
    return found


_entry = partial(DatasetKind, noise_note=SHIFTS, classes=0, samples=200, over_x=True)

KINDS = (
    _entry(
        "x_sin_x", "x sin x", "Regression over x: waves that grow.", generate=Taken(_x_sin_x, 5.0),
        source="ConvNetJS, regression", parameters=(Parameter("frequency", 0.2, 4.0, 1.0, "how dense the waves are"),),
    ),
    _entry(
        "sine", "Sine", "Regression over x: even waves.", generate=Taken(_sine), source="Bishop 2006, section 1.1",
        parameters=(Parameter("frequency", 0.2, 5.0, 1.0, "how dense the waves are; networks learn dense ones late"),),
    ),
    _entry(
        "polynomial", "Polynomial", "Regression over x: Chebyshev's polynomial.", generate=Taken(_polynomial),
        source="Chebyshev 1854", parameters=(Parameter("degree", 1, 9, 3, "the highest power of x"),),
    ),
    _entry(
        "staircase", "Staircase", "Regression over x: jumps, which no smooth function has.",
        generate=Taken(_staircase), source="akarzazi's neural-network-playground, a function of one's own",
        parameters=(Parameter("count", 2, 8, 3, "how many steps there are"),),
    ),
    _entry(
        "runge", "Runge", "Regression over x: a narrow peak on flat ground.", generate=Taken(_runge),
        source="Runge 1901", parameters=(Parameter("width", 0.3, 4.0, 1.2, "how wide the peak is"),),
    ),
)  # fmt: skip
