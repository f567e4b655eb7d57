"""Both ends of the spectrum of symmetric matrices that are known by their products only.

Owns the iteration; knows nothing of networks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_ITERATIONS = 200
RESIDUAL = 1e-6
"""Of both ends, relative to the larger one: an eigenvalue lies no further away than that."""

MEMORY = 2**28
"""Bytes that the vectors so far may take; at least FEWEST are kept."""

FEWEST = 20


def ends(product: Callable[[Array], Array], starts: Array) -> Array:
    """(N, 2): the smallest and the largest eigenvalue of N matrices; NaN where a product is not finite.

    product: (N, P) to (N, P), each row times its matrix. starts (N, P) should be random: an eigenvector that a start
    has no part of is not found. Lanczos' iteration (1950), every vector made orthogonal to all before it, twice
    (Parlett 1998, "The Symmetric Eigenvalue Problem", chapter 13). It ends where the residuals of both ends are small,
    where the vectors span all there is, or after 200 rounds: then the values lie inside the spectrum, not beyond it.
    """
    count, size = starts.shape
    rounds = min(size, MOST_ITERATIONS, max(FEWEST, MEMORY // max(1, 8 * count * size)))
    found = np.zeros((count, 2))
    norms = np.linalg.norm(starts, axis=1)
    left = norms > 0.0
    turn = np.where(left[:, None], starts, 0.0) / np.where(left, norms, 1.0)[:, None]
    basis = np.zeros((rounds, count, size))
    middle, beside = np.zeros((count, rounds)), np.zeros((count, rounds))
    look = 4
    for k in range(rounds):
        basis[k] = turn
        turned = product(turn)
        middle[:, k] = np.einsum("np,np->n", turned, turn)
        broken = left & ~np.isfinite(turned).all(axis=1)
        found[broken], left = np.nan, left & ~broken
        turned = _orthogonal(np.where(left[:, None], turned, 0.0), basis[: k + 1])
        beside[:, k] = np.linalg.norm(turned, axis=1)
        spans = beside[:, k] <= 1e-14 * np.abs(middle[:, : k + 1]).max(axis=1, initial=0.0)
        if k + 1 in (look, rounds) or (left & spans).any():
            values, residuals = _ritz(middle[:, : k + 1], beside[:, : k + 1])
            size_of = np.maximum(np.abs(values).max(axis=1), 1e-300)
            done = left & (spans | (residuals.max(axis=1) <= RESIDUAL * size_of) | (k + 1 == rounds))
            found[done], left = values[done], left & ~done
            look = k + 1 + max(4, (k + 1) // 4) if k + 1 == look else look
        if not left.any():
            break
        turn = np.where(left[:, None], turned, 0.0) / np.where(left, beside[:, k], 1.0)[:, None]
    return found


def _orthogonal(vectors: Array, basis: Array) -> Array:
    """Without their parts along the basis (k, N, P)."""
    for _ in range(2):
        shares = np.einsum("knp,np->kn", basis, vectors)
        vectors = vectors - np.einsum("kn,knp->np", shares, basis)
    return vectors


def _ritz(middle: Array, beside: Array) -> tuple[Array, Array]:
    """(N, 2) both ends of the tridiagonal matrices, and the norms of their residuals."""
    k = middle.shape[1]
    matrices = np.zeros((len(middle), k, k))
    rows = np.arange(k)
    matrices[:, rows, rows] = np.where(np.isfinite(middle), middle, 0.0)
    matrices[:, rows[1:], rows[:-1]] = beside[:, :-1]
    values, vectors = np.linalg.eigh(matrices)
    both = [0, k - 1]
    return values[:, both], np.abs(vectors[:, -1, both]) * beside[:, -1:]
