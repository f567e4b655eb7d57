"""The inputs of a network: what a feature or a formula computes from a sample; of an image, its pixels.

Owns the table of features and the scaling of inputs; knows nothing of data sets or networks.
The seven features are those of TensorFlow Playground. Other inputs are columns of the data, called by their names, and
formulas over both, called by their texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data.formula import Formula, parse
from playground.data.rounding import rounded, to_twenty_bits
from playground.data.source_kind import PLANE

Array = NDArray[np.float64]
FeatureName = Literal["x", "y", "x_squared", "y_squared", "xy", "sin_x", "sin_y"]
Scaling = Literal["none", "standardize", "min_max", "robust"]
TargetScaling = Literal["none", "standardize"]

LEAST_SPREAD = 1e-100
"""A column whose spread is less stays unscaled: its factor would be too large for what it is multiplied with."""


class Feature(msgspec.Struct, frozen=True):
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


class FeatureTransform(msgspec.Struct, frozen=True, eq=False):
    """Turns points of the plane, images or samples with columns into network inputs, with a scaling fitted before.

    A feature, a pixel, a column or an added input f becomes (f · stretch + shift − offset) · factor. `names` is None
    where the inputs are the numbers of a sample themselves. columns: what those numbers are called.
    exact: own points, which may have any scale. They are not put on the grid of 2⁻²⁰, where 10⁻⁹ would be 0: given
    bits are the same everywhere, and so are products and differences; only what may differ between processors (sines,
    mean and deviation) is rounded, to twenty binary digits.
    """

    names: tuple[str, ...] | None
    offset: Array
    factor: Array
    exact: bool = False
    stretch: Array | None = None
    shift: Array | None = None
    columns: tuple[str, ...] = PLANE

    @classmethod
    def fit(
        cls, names: Sequence[str] | None, scaling: Scaling, points: Array, exact: bool = False,
        columns: Sequence[str] = PLANE, added: Array | None = None, stretch: Array | None = None,
        shift: Array | None = None,
    ) -> FeatureTransform:  # fmt: skip
        """Fit the scaling on points of shape (columns, n), or of shape (inputs, n) without `names`.

        added: (k, n) further inputs of these. stretch, shift: (inputs,), or None where inputs stay as they are.
        """
        kept = None if names is None else tuple(names)
        plain = cls(kept, np.zeros(1), np.ones(1), exact, stretch, shift, tuple(columns))
        raw = plain.raw(points, added)
        if scaling == "none" or points.shape[1] == 0:
            return replace(plain, offset=np.zeros(len(raw)), factor=np.ones(len(raw)))
        offset, spread = _place_and_spread(scaling, raw)
        least = np.maximum(1e-9 * np.abs(raw).max(axis=1), LEAST_SPREAD) if exact else 1e-9
        varies = spread > least
        factor = np.where(varies, 1.0 / np.where(varies, spread, 1.0), 1.0)
        if exact:
            digits = to_twenty_bits(offset, np.where(varies, spread, 1.0))
            return replace(plain, offset=np.where(varies, digits, offset), factor=to_twenty_bits(factor))
        return replace(plain, offset=rounded(offset), factor=rounded(factor))

    def raw(self, points: Array, added: Array | None = None) -> Array:
        """The inputs before scaling, rescaled and shifted where that was asked for."""
        raw = raw_inputs(self.names, points, self.exact, self.columns)
        raw = raw if added is None or not len(added) else np.concatenate([raw, added])
        if self.stretch is not None:
            raw = raw * self.stretch[:, None]
        if self.shift is not None:
            raw = raw + self.shift[:, None]
        return raw

    def __call__(self, points: Array, added: Array | None = None) -> Array:
        """Inputs of shape (inputs, n), float64, for points (2, n), or for samples of that shape, and added inputs."""
        scaled = (self.raw(points, added) - self.offset[:, None]) * self.factor[:, None]
        return scaled if self.exact else rounded(scaled)


def _place_and_spread(scaling: Scaling, raw: Array) -> tuple[Array, Array]:
    """What is subtracted from each input, and what it is then divided by."""
    if scaling == "standardize":
        return raw.mean(axis=1), raw.std(axis=1)
    if scaling == "robust":
        low, middle, high = np.percentile(raw, (25, 50, 75), axis=1)
        return middle, high - low
    low, high = raw.min(axis=1), raw.max(axis=1)
    return (low + high) / 2, (high - low) / 2


def raw_inputs(
    names: Sequence[str] | None, points: Array, exact: bool = False, columns: Sequence[str] = PLANE
) -> Array:  # fmt: skip
    """The inputs before scaling, shape (inputs, n): the named ones of points (columns, n), or the numbers of the
    samples themselves."""
    if names is None or (not is_plane(columns) and tuple(names) == tuple(columns)):
        return points if exact else rounded(points)
    found = np.empty((len(names), points.shape[1]))
    for row, name in enumerate(names):
        found[row] = _computed(name, columns, points, exact)
    return found if exact else rounded(found)


def is_plane(columns: Sequence[str]) -> bool:
    """Whether samples with these columns are points of the plane, which have features x, y, x² …"""
    return len(columns) == len(PLANE)


def formula_named(name: str, columns: Sequence[str]) -> Formula | None:
    """The formula of an input, or None of a feature or a column; raises FormulaRefused.

    A formula may read the columns by their names, and the coordinates of the plane as x and y, too.
    """
    plane = is_plane(columns)
    if name in (FEATURES if plane else columns):
        return None
    return parse(name, tuple(dict.fromkeys((*PLANE, *columns) if plane else columns)))


def _computed(name: str, columns: Sequence[str], points: Array, exact: bool) -> Array:
    plane, formula = is_plane(columns), formula_named(name, columns)
    if formula is not None:
        known = dict(zip(columns, points, strict=True))
        return formula.compute(dict(zip(PLANE, points, strict=True)) | known if plane else known)
    if not plane:
        row: Array = points[list(columns).index(name)]
        return row
    feature = FEATURES[name]
    found = feature.compute(*points)
    return to_twenty_bits(found) if exact and not feature.exact else found
