"""Both ends of tridiagonal matrices, against LAPACK's whole spectra and eigenvectors."""

from __future__ import annotations

import numpy as np
import pytest

import kernels
from tests.cases import cases

RNG = np.random.default_rng(0)


@cases("k", [1, 2, 3, 8, 40, 200])
@cases("scale", [1e-200, 1e-3, 1.0, 1e150])
def test_the_ends_and_their_last_entries_are_those_of_the_whole_spectrum(k: int, scale: float) -> None:
    middle, beside = scale * RNG.standard_normal((5, k)), scale * RNG.random((5, k))
    values, last = kernels.ends_of_tridiagonals(middle, beside)
    for n in range(5):
        whole = np.diag(middle[n]) + np.diag(beside[n, :-1], 1) + np.diag(beside[n, :-1], -1)
        expected, vectors = np.linalg.eigh(whole)
        assert values[n] == pytest.approx(expected[[0, -1]], abs=1e-14 * np.abs(expected).max())
        assert last[n] == pytest.approx(np.abs(vectors[-1, [0, -1]]), abs=1e-9)


def test_what_an_end_has_found_long_ago_has_no_part_in_the_last_row() -> None:
    """A last entry of 1e-110 is told as next to nothing, not as a rounding."""
    middle, beside = np.linspace(0.0, 1.0, 30)[None].copy(), np.full((1, 30), 1e-3)
    middle[0, 0] = -10.0
    values, last = kernels.ends_of_tridiagonals(middle, beside)
    assert values[0, 0] == pytest.approx(-10.0, abs=1e-6)
    assert 0.0 < last[0, 0] < 1e-30


def test_nothing_has_ends_of_0() -> None:
    values, last = kernels.ends_of_tridiagonals(np.zeros((2, 5)), np.zeros((2, 5)))
    assert not values.any()
    assert not last.any()
