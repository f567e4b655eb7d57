"""Sizes of many numbers at once, where squares and sums of large ones would overflow.

Owns this arithmetic; knows nothing of what the numbers mean. Whatever comes in, results are finite, and no operation
warns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Array = NDArray[np.float64]

LARGEST = float(np.finfo(np.float64).max)


def bounded(values: Floats) -> Array:
    """The values as float64, 0 for NaN, and no further from 0 than a float reaches."""
    return np.nan_to_num(np.asarray(values, np.float64), nan=0.0, posinf=LARGEST, neginf=-LARGEST)


def norm(values: Floats, axis: int | None = None) -> Array:
    """The Euclidean norm along an axis, or of all values; the largest float where it would be larger."""
    return _scaled(values, axis, lambda shares: np.sqrt(np.square(shares).sum(axis=axis)))


def mean_size(values: Floats) -> float:
    """The mean of the absolute values, 0 for none."""
    return float(_scaled(values, None, lambda shares: np.asarray(np.abs(shares).mean()))) if values.size else 0.0


def _scaled(values: Floats, axis: int | None, measure: Callable[[Array], Array]) -> Array:
    """A measure that grows in proportion, taken of the values relative to the largest of them."""
    sizes = np.abs(bounded(values))
    largest = sizes.max(axis=axis, keepdims=True, initial=0.0)
    found = measure(np.divide(sizes, largest, out=np.zeros_like(sizes), where=largest > 0.0))
    with np.errstate(over="ignore"):
        return np.asarray(np.minimum(found * largest.reshape(found.shape), LARGEST))


def products(left: Floats, right: Floats) -> Array:
    """Element by element, none beyond what a float reaches."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bounded(np.asarray(left, np.float64) * right)


def sums(values: Floats, axis: int) -> Array:
    """Sums along an axis, none beyond what a float reaches."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bounded(np.asarray(values, np.float64).sum(axis=axis))
