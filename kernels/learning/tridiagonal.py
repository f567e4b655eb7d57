"""Both ends of the spectrum of symmetric tridiagonal matrices, and how much the last row has to do with them.

Owns this computation. Must not know where the matrices come from.
"""

from __future__ import annotations

import math

from kernels.compiling.jit import inline, part
from kernels.lanes.vectors import Array

HALVINGS = 56
"""Of a bracket less than five times as wide as the largest entry: what is left is narrower than a rounding."""


@inline
def _is_below(middle: Array, beside: Array, scale: float, place: float) -> bool:
    """Whether `place` lies below all eigenvalues of the matrix / scale: whether all pivots of Gauss' are positive."""
    pivot = middle[0] / scale - place
    for j in range(1, middle.shape[0]):
        if not pivot > 0.0:
            return False
        across = beside[j - 1] / scale
        pivot = middle[j] / scale - place - across / pivot * across
    return bool(pivot > 0.0)


@inline
def _solve(middle: Array, beside: Array, scale: float, place: float, vector: Array, pivots: Array) -> None:
    """vector (k,) becomes the solution of (matrix / scale - place) x = vector, then of length 1.

    place lies below all eigenvalues. In the signs in which all that stands beside the diagonal is negative, where a
    positive vector has a positive solution and nothing cancels.
    """
    k = middle.shape[0]
    pivots[0] = middle[0] / scale - place
    for j in range(1, k):
        across = beside[j - 1] / abs(scale)
        factor = across / pivots[j - 1]
        pivots[j] = middle[j] / scale - place - factor * across
        vector[j] += factor * vector[j - 1]
    vector[k - 1] /= pivots[k - 1]
    for j in range(k - 2, -1, -1):
        vector[j] = (vector[j] + beside[j] / abs(scale) * vector[j + 1]) / pivots[j]
    largest = 0.0
    for j in range(k):
        largest = max(largest, vector[j])
    squares = 0.0
    for j in range(k):
        vector[j] /= largest
        squares += vector[j] * vector[j]
    for j in range(k):
        vector[j] /= math.sqrt(squares)


@part
def tridiagonal_ends(middle: Array, beside: Array, values: Array, last: Array, scratch: Array) -> None:
    """values (2,): the smallest and the largest eigenvalue; last (2,): the size of their unit eigenvectors' last entry.

    middle (k,): the diagonal, which it leaves as it is. beside (k - 1,) or longer: what stands beside it, not negative.
    scratch (2, k). The ends by bisection, which is as exact as the matrix (Parlett 1998, "The Symmetric Eigenvalue
    Problem", 3.3), their eigenvectors by two steps of inverse iteration.
    """
    k = middle.shape[0]
    size = 0.0
    for j in range(k):
        size = max(size, abs(middle[j]))
        if j < k - 1:
            size = max(size, beside[j])
    for end in range(2):
        values[end] = 0.0
        last[end] = 0.0
        if size > 0.0:
            scale = size if end == 0 else -size  # the largest is the smallest of the matrix with its sign turned
            low, high = -3.5, middle[0] / scale
            for _ in range(HALVINGS):
                place = 0.5 * (low + high)
                if _is_below(middle, beside, scale, place):
                    low = place
                else:
                    high = place
            for j in range(k):
                scratch[0, j] = 1.0
            for _ in range(2):
                _solve(middle, beside, scale, low, scratch[0], scratch[1])
            values[end] = 0.5 * (low + high) * scale
            last[end] = scratch[0, k - 1]
