"""The random numbers that samples are spoiled by: in the samples' order, or for each sample from its own coordinates.

Owns both ways. In order, a sample more or less gives those behind it other numbers. By point, a number depends on the
seed, what it is for and the sample's coordinates alone, so that a sample keeps its fate whoever comes or goes; samples
at the very same place share it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, normals, seeded, stream, uniforms

Array = NDArray[np.float64]
Bits = NDArray[np.uint64]


class Draws(Protocol):
    """Numbers for one purpose, one call after another; from 0 to 1, or normal. Normal ones are to be rounded: their
    last bits differ between processors."""

    def uniform(self) -> Array:
        """(n,) a number for each sample."""

    def uniforms(self, rows: int) -> Array:
        """(rows, n), drawn sample by sample."""

    def normal(self) -> Array:
        """(n,) a normal number for each sample."""

    def normals(self, rows: int) -> Array:
        """(rows, n), drawn sample by sample."""


class InOrder:
    """One stream, shared out to `count` samples as they stand."""

    def __init__(self, seed: int, purpose: Purpose, count: int) -> None:
        self._rng, self._count = stream(seed, purpose), count

    def uniform(self) -> Array:
        return self._rng.random(self._count)

    def uniforms(self, rows: int) -> Array:
        return self._rng.random((self._count, rows)).T

    def normal(self) -> Array:
        return self._rng.standard_normal(self._count)

    def normals(self, rows: int) -> Array:
        return self._rng.standard_normal((self._count, rows)).T


class ByPoint:
    """A stream for each sample of its own, by the bits of its coordinates; each call begins others."""

    def __init__(self, seed: int, purpose: Purpose, bits: tuple[Bits, ...]) -> None:
        self._bits, self._calls = bits, 0
        same = np.ones(bits[0].size, np.uint64)
        self._begins = same * np.uint64(seed), same * np.uint64(purpose)

    def uniform(self) -> Array:
        return uniforms(self._words(), 1)[:, 0]

    def uniforms(self, rows: int) -> Array:
        return np.stack([self.uniform() for _ in range(rows)])

    def normal(self) -> Array:
        return normals(self._words())

    def normals(self, rows: int) -> Array:
        return np.stack([self.normal() for _ in range(rows)])

    def _words(self) -> Bits:
        self._calls += 1
        return seeded([*self._begins, np.full_like(self._bits[0], self._calls), *self._bits])


def bits_of(columns: Array) -> tuple[Bits, ...]:
    """The bits of samples (columns, n), a row each; those of a negative zero are those of zero."""
    return tuple(np.ascontiguousarray(row).view(np.uint64) for row in columns + 0.0)
