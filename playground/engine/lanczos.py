"""Both ends of the spectrum of symmetric matrices that are known by their products only.

Owns the iteration; knows nothing of networks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.engine import engine

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_ITERATIONS = 200
RESIDUAL = 1e-6
"""Of both ends, relative to the larger one, where they count as found."""

MEMORY = 2**28
"""Bytes that the vectors so far may take; at least FEWEST are kept. Points beyond it come one group after another."""

FEWEST = 20
FIRST_LOOK = 8
TWICE = 0.7
"""Vectors that lose more than that by being made orthogonal are made so twice (Parlett's and Kahan's criterion)."""


class Ends(NamedTuple):
    """Both ends of the spectra of N matrices, and how well they are known.

    values (N, 2): the smallest and the largest, NaN where a product is not finite. residuals (N, 2): the norm of
    A v - λ v with the unit vector v that belongs to the value; an eigenvalue lies no further away than that (Parlett
    1998, 4.5).
    """

    values: Array
    residuals: Array

    @property
    def converged(self) -> NDArray[np.bool_]:
        """(N,): whether both ends of a matrix are found; if not, its spectrum may be wider than the values."""
        sizes = np.abs(self.values).max(axis=1)
        return np.asarray(self.residuals.max(axis=1) <= RESIDUAL * sizes)


class _Vectors:
    """Lanczos' vectors of the matrices that are not done, and the tridiagonal matrices they make."""

    def __init__(self, starts: Array, rounds: int) -> None:
        count, size = starts.shape
        self.basis = np.empty((rounds, count, size))
        self.middle, self.beside = np.zeros((count, rounds)), np.zeros((count, rounds))
        self.largest = np.zeros(count)
        """Of the entries of each tridiagonal matrix."""
        self.basis[0] = starts / np.linalg.norm(starts, axis=1)[:, None]

    def add(self, k: int, turned: Array) -> Array:
        """Takes the products with vector k; returns what is new in them, not yet of length 1."""
        turn = self.basis[k]
        self.middle[:, k] = middle = np.einsum("np,np->n", turned, turn)
        turned = turned - middle[:, None] * turn
        if k:
            turned -= self.beside[:, k - 1, None] * self.basis[k - 1]
        before = _lengths(turned)
        turned, after = self._orthogonal(k, turned)
        if (after < TWICE * before).any():
            turned, after = self._orthogonal(k, turned)
        self.beside[:, k] = after
        self.largest = np.maximum(self.largest, np.maximum(np.abs(middle), after))
        return turned

    def _orthogonal(self, k: int, turned: Array) -> tuple[Array, Array]:
        """Without their parts along the vectors so far, and how long they are."""
        basis = self.basis[: k + 1]
        turned = turned - np.einsum("kn,knp->np", np.einsum("knp,np->kn", basis, turned), basis)
        return turned, _lengths(turned)

    def keep(self, k: int, kept: NDArray[np.bool_]) -> None:
        """Only these matrices go on; k vectors each are in use."""
        basis = np.empty((len(self.basis), int(kept.sum()), self.basis.shape[2]))
        basis[:k] = self.basis[:k, kept]
        self.basis = basis
        self.middle, self.beside, self.largest = self.middle[kept], self.beside[kept], self.largest[kept]


def ends(product: Callable[[Array, Places], Array], starts: Array) -> Ends:
    """Both ends of the spectra of N matrices (P, P).

    product: rows (M, P) and the places (M,) of their matrices to (M, P), each row times its matrix. starts (N, P)
    should be random: an eigenvector that a start has no part of is not found; where one is 0 both ends are. Lanczos'
    iteration (1950), every vector made orthogonal to all before it (Parlett 1998, "The Symmetric Eigenvalue Problem",
    chapter 13). It ends where the residuals of both ends are small, where the vectors span all there is, or after 200
    rounds, fewer for more than 1.3 million numbers: then the values lie inside the spectrum, and the residuals say so.
    """
    count, size = starts.shape
    found = Ends(np.zeros((count, 2)), np.zeros((count, 2)))
    at_once = max(1, MEMORY // max(1, 8 * size * min(size, MOST_ITERATIONS)))
    moving = np.flatnonzero(starts.any(axis=1))
    for begin in range(0, len(moving), at_once):
        _group(product, starts, moving[begin : begin + at_once], found)
    return found


def _group(product: Callable[[Array, Places], Array], starts: Array, left: Places, found: Ends) -> None:
    """`ends` of the matrices at these places."""
    size = starts.shape[1]
    rounds = min(size, MOST_ITERATIONS, max(FEWEST, MEMORY // (8 * len(left) * size)))
    vectors = _Vectors(starts[left], rounds)
    look = FIRST_LOOK
    for k in range(rounds):
        turned = vectors.add(k, product(vectors.basis[k], left))
        done = ~np.isfinite(vectors.largest)
        found.values[left[done]] = found.residuals[left[done]] = np.nan
        spans = vectors.beside[:, k] <= 1e-14 * vectors.largest
        if k + 1 in (look, rounds) or spans.any():
            look = max(look, k + 1 + max(4, k // 6))
            done |= _look(k + 1, vectors, left, done, spans | (k + 1 == rounds), found)
        if done.any():
            left, turned = left[~done], turned[~done]
            vectors.keep(k + 1, ~done)
            if not len(left):
                return
        if k + 1 < rounds:
            vectors.basis[k + 1] = turned / vectors.beside[:, k, None]


def _look(
    k: int, vectors: _Vectors, left: Places, broken: NDArray[np.bool_], last: NDArray[np.bool_], found: Ends
) -> NDArray[np.bool_]:
    """Which matrices are done, because their ends are found or nothing comes after; notes them."""
    known = np.flatnonzero(~broken)
    values, ending = engine.ends_of_tridiagonals(vectors.middle[known, :k], vectors.beside[known, :k])
    seen = Ends(values, ending * vectors.beside[known, k - 1, None])
    enough = seen.converged | last[known]
    places = left[known[enough]]
    found.values[places], found.residuals[places] = seen.values[enough], seen.residuals[enough]
    done = np.zeros(len(left), bool)
    done[known[enough]] = True
    return done


def _lengths(vectors: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("np,np->n", vectors, vectors)))
