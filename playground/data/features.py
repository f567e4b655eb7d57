"""The inputs of a network: what each feature computes from a point of the plane; of an image, its pixels.

Owns the table of features and the scaling of inputs; knows nothing of data sets or networks.
The seven features are those of TensorFlow Playground.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FeatureName = Literal["x", "y", "x_squared", "y_squared", "xy", "sin_x", "sin_y"]
Scaling = Literal["none", "standardize", "min_max"]

GRID = 2.0**20
"""Values are rounded to multiples of 1/GRID: the last bits of a sine differ between processors, and a run must not."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One input of a network: its symbol, its formula in words, and the function of (x, y)."""

    name: FeatureName
    symbol: str
    formula: str
    compute: Callable[[Array, Array], Array]


FEATURES: dict[str, Feature] = {
    feature.name: feature
    for feature in (
        Feature("x", "x", "the horizontal coordinate", lambda x, y: x),
        Feature("y", "y", "the vertical coordinate", lambda x, y: y),
        Feature("x_squared", "x²", "x · x", lambda x, y: x * x),
        Feature("y_squared", "y²", "y · y", lambda x, y: y * y),
        Feature("xy", "x·y", "x · y", lambda x, y: x * y),
        Feature("sin_x", "sin x", "sine of x, in radians", lambda x, y: np.sin(x)),
        Feature("sin_y", "sin y", "sine of y, in radians", lambda x, y: np.sin(y)),
    )
}


def rounded(values: Array) -> Array:
    """The values on the grid of 2⁻²⁰, the same on every processor."""
    return np.round(values * GRID) / GRID


@dataclass(frozen=True, slots=True)
class FeatureTransform:
    """Turns points of the plane, or images, into network inputs, with a scaling fitted on the training set alone.

    A feature, or a pixel, f becomes (f − offset) · factor. `names` is None for images: their inputs are the pixels.
    """

    names: tuple[str, ...] | None
    offset: Array
    factor: Array

    @classmethod
    def fit(cls, names: Sequence[str] | None, scaling: Scaling, points: Array) -> FeatureTransform:
        """Fit the scaling on training points of shape (2, n), or on images of shape (pixels, n) without `names`."""
        raw = raw_inputs(names, points)
        kept = None if names is None else tuple(names)
        if scaling == "none" or points.shape[1] == 0:
            return cls(kept, np.zeros(len(raw)), np.ones(len(raw)))
        if scaling == "standardize":
            offset, spread = raw.mean(axis=1), raw.std(axis=1)
        else:
            low, high = raw.min(axis=1), raw.max(axis=1)
            offset, spread = (low + high) / 2, (high - low) / 2
        factor = np.where(spread > 1e-9, 1.0 / np.where(spread > 1e-9, spread, 1.0), 1.0)
        return cls(kept, rounded(offset), rounded(factor))

    def __call__(self, points: Array) -> Array:
        """Inputs of shape (features, n), float64, for points (2, n); of shape (pixels, n) for images of that shape."""
        raw = raw_inputs(self.names, points)
        return rounded((raw - self.offset[:, None]) * self.factor[:, None])


def raw_inputs(names: Sequence[str] | None, points: Array) -> Array:
    """The inputs before scaling: the named features of points (2, n), or the pixels themselves."""
    return rounded(points) if names is None else raw_features(names, points)


def raw_features(names: Sequence[str], points: Array) -> Array:
    """The features before scaling, shape (features, n), for points of shape (2, n)."""
    x, y = points
    values = [FEATURES[name].compute(x, y) for name in names]
    return rounded(np.asarray(values, dtype=np.float64).reshape(len(values), x.size))
