"""The inputs of a network: what each feature computes from a point of the plane; of an image, its pixels.

Owns the table of features and the scaling of inputs; knows nothing of data sets or networks.
The seven features are those of TensorFlow Playground.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FeatureName = Literal["x", "y", "x_squared", "y_squared", "xy", "sin_x", "sin_y"]
Scaling = Literal["none", "standardize", "min_max"]
TargetScaling = Literal["none", "standardize"]

LEAST_SPREAD = 1e-100
"""A column whose spread is less stays unscaled: its factor would be too large for what it is multiplied with."""
GRID = 2.0**20
"""Values are rounded to multiples of 1/GRID: the last bits of a sine differ between processors, and a run must not."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One input of a network: its symbol, its formula in words, and the function of (x, y).

    exact: whether it gives the same bits on every processor, because IEEE 754 says what they are.
    """

    name: FeatureName
    symbol: str
    formula: str
    compute: Callable[[Array, Array], Array]
    exact: bool = True

    def symbol_of(self, columns: Sequence[str]) -> str:
        """Its symbol over two columns with these names."""
        return _over(columns, self.symbol)

    def formula_of(self, columns: Sequence[str]) -> str:
        """Its formula over two columns with these names: a coordinate with a name of its own is that column."""
        own = tuple(columns) != ("x", "y") and self.name in ("x", "y")
        return f"column {'xy'.index(self.name) + 1} of 2" if own else _over(columns, self.formula)


def _over(columns: Sequence[str], text: str) -> str:
    """x and y, where they stand by themselves, as the names of two columns."""
    return re.sub("(?<![a-z])[xy](?![a-z])", lambda found: columns["xy".index(found[0])], text)


FEATURES: dict[str, Feature] = {
    feature.name: feature
    for feature in (
        Feature("x", "x", "the horizontal coordinate", lambda x, y: x),
        Feature("y", "y", "the vertical coordinate", lambda x, y: y),
        Feature("x_squared", "x²", "x · x", lambda x, y: x * x),
        Feature("y_squared", "y²", "y · y", lambda x, y: y * y),
        Feature("xy", "x·y", "x · y", lambda x, y: x * y),
        Feature("sin_x", "sin x", "sine of x, in radians", lambda x, y: np.sin(x), False),
        Feature("sin_y", "sin y", "sine of y, in radians", lambda x, y: np.sin(y), False),
    )
}


def rounded(values: Array) -> Array:
    """The values on the grid of 2⁻²⁰, the same on every processor."""
    with np.errstate(over="ignore"):
        scaled = values * GRID
    return np.where(np.isfinite(scaled), np.round(scaled) / GRID, values)  # so large a number is on the grid as it is


def to_twenty_bits(values: Array, sizes: Array | None = None) -> Array:
    """The values with twenty binary digits behind the leading one, of their own or of other sizes: `rounded` where
    numbers may have any scale. Zeros stay."""
    exponents = np.frexp(values if sizes is None else sizes)[1] - 1
    found: Array = np.ldexp(np.round(np.ldexp(values, 20 - exponents)), exponents - 20)
    return found


@dataclass(frozen=True, slots=True)
class FeatureTransform:
    """Turns points of the plane, images or samples with columns into network inputs, with a scaling fitted on the
    training set alone.

    A feature, a pixel or a column f becomes (f − offset) · factor. `names` is None where the inputs are the numbers of
    a sample themselves: pixels or columns.
    exact: own points, which may have any scale. They are not put on the grid of 2⁻²⁰, where 10⁻⁹ would be 0: given
    bits are the same everywhere, and so are products and differences; only what may differ between processors (sines,
    mean and deviation) is rounded, to twenty binary digits.
    """

    names: tuple[str, ...] | None
    offset: Array
    factor: Array
    exact: bool = False

    @classmethod
    def fit(
        cls, names: Sequence[str] | None, scaling: Scaling, points: Array, exact: bool = False
    ) -> FeatureTransform:  # fmt: skip
        """Fit the scaling on training points of shape (2, n), or on samples of shape (inputs, n) without `names`."""
        raw = raw_inputs(names, points, exact)
        kept = None if names is None else tuple(names)
        if scaling == "none" or points.shape[1] == 0:
            return cls(kept, np.zeros(len(raw)), np.ones(len(raw)), exact)
        if scaling == "standardize":
            offset, spread = raw.mean(axis=1), raw.std(axis=1)
        else:
            low, high = raw.min(axis=1), raw.max(axis=1)
            offset, spread = (low + high) / 2, (high - low) / 2
        least = np.maximum(1e-9 * np.abs(raw).max(axis=1), LEAST_SPREAD) if exact else 1e-9
        varies = spread > least
        factor = np.where(varies, 1.0 / np.where(varies, spread, 1.0), 1.0)
        if exact:
            digits = to_twenty_bits(offset, np.where(varies, spread, 1.0))
            return cls(kept, np.where(varies, digits, offset), to_twenty_bits(factor), exact)
        return cls(kept, rounded(offset), rounded(factor))

    def __call__(self, points: Array) -> Array:
        """Inputs of shape (inputs, n), float64, for points (2, n), or for samples of that shape."""
        scaled = (raw_inputs(self.names, points, self.exact) - self.offset[:, None]) * self.factor[:, None]
        return scaled if self.exact else rounded(scaled)


def raw_inputs(names: Sequence[str] | None, points: Array, exact: bool = False) -> Array:
    """The inputs before scaling: the named features of points (2, n), or the numbers of the samples themselves."""
    if names is not None:
        return raw_features(names, points, exact)
    return points if exact else rounded(points)


def raw_features(names: Sequence[str], points: Array, exact: bool = False) -> Array:
    """The features before scaling, shape (features, n), for points of shape (2, n)."""
    x, y = points
    values = [FEATURES[name].compute(x, y) for name in names]
    if not exact:
        return rounded(np.asarray(values, dtype=np.float64).reshape(len(values), x.size))
    known = [
        value if FEATURES[name].exact else to_twenty_bits(value) for name, value in zip(names, values, strict=True)
    ]
    return np.asarray(known, dtype=np.float64).reshape(len(values), x.size)
