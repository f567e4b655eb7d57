"""Both ends of known spectra."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import lanczos
from tests.cases import cases

RNG = np.random.default_rng(0)


def with_spectrum(values: np.ndarray) -> np.ndarray:
    turn = np.linalg.qr(RNG.standard_normal((values.size, values.size)))[0]
    return turn @ np.diag(values) @ turn.T


SPECTRA = {
    "a pair of both signs": np.array([-9.0, 9.0, 1.0, 0.5, 0.0]),
    "all alike": np.full(7, 3.0),
    "all below 0": np.linspace(-5.0, -1.0, 30),
    "one number": np.array([-2.0]),
    "many near 0": np.concatenate([np.zeros(150), 1e-6 * RNG.standard_normal(40), [3.0, -0.2]]),
    "spread wide": np.geomspace(1e-8, 1e4, 120),
    "nothing": np.zeros(6),
}


@cases("name", SPECTRA)
def test_both_ends_of_a_spectrum(name: str) -> None:
    values = SPECTRA[name]
    matrix = with_spectrum(values)
    ends = lanczos.ends(lambda rows, _: rows @ matrix, RNG.standard_normal((1, values.size)))
    assert ends.converged.all()
    found = ends.values[0]
    assert found == pytest.approx([values.min(), values.max()], abs=1e-6 * np.abs(values).max() + 1e-14)


def test_many_matrices_each_with_its_own_end() -> None:
    """One is done after a step, one overflows, one has nothing that could move."""
    matrices = np.array([with_spectrum(np.linspace(-1.0, k, 20)) for k in range(1, 6)])
    matrices[1], matrices[2] = 2.0 * np.eye(20), np.inf
    starts = RNG.standard_normal((5, 20))
    starts[4] = 0.0
    with np.errstate(all="ignore"):
        found = lanczos.ends(lambda rows, at: np.einsum("np,npq->nq", rows, matrices[at]), starts).values
    assert found[0] == pytest.approx([-1.0, 1.0])
    assert found[1] == pytest.approx([2.0, 2.0])
    assert np.isnan(found[2]).all()
    assert found[3] == pytest.approx([-1.0, 4.0])
    assert found[4].tolist() == [0.0, 0.0]


def test_an_iteration_that_is_cut_short_stays_inside_the_spectrum_and_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanczos, "MOST_ITERATIONS", 5)
    values = np.linspace(-3.0, 8.0, 300)
    matrix = with_spectrum(values)
    found = lanczos.ends(lambda rows, _: rows @ matrix, RNG.standard_normal((1, 300)))
    low, high = found.values[0]
    assert -3.0 <= low < high <= 8.0
    assert not found.converged.any()
    for end, residual in zip(found.values[0], found.residuals[0], strict=True):
        assert np.abs(values - end).min() <= residual


def test_with_little_memory_points_come_one_after_another_and_a_large_one_ends_early(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matrices = np.array([with_spectrum(np.linspace(-1.0, k, 60)) for k in range(1, 6)])
    starts = RNG.standard_normal((5, 60))
    at_once: list[int] = []

    def product(rows: np.ndarray, at: np.ndarray) -> np.ndarray:
        at_once.append(len(at))
        return np.einsum("np,npq->nq", rows, matrices[at])

    whole = lanczos.ends(product, starts)
    assert max(at_once) == 5
    at_once.clear()
    monkeypatch.setattr(lanczos, "MEMORY", 2 * 8 * 60 * 60)
    assert lanczos.ends(product, starts).values == pytest.approx(whole.values, rel=1e-9)
    assert max(at_once) == 2
    monkeypatch.setattr(lanczos, "MEMORY", 8 * 60 * 10)
    at_once.clear()
    assert not lanczos.ends(product, starts).converged.any()
    assert at_once == [1] * 5 * lanczos.FEWEST


def test_the_vectors_are_orthogonal_to_rounding() -> None:
    """Where two of them nearly span all there is, the second round of it is needed."""
    matrix = with_spectrum(np.concatenate([np.ones(40), 1.0 + 1e-10 * RNG.standard_normal(10), [5.0, -2.0]]))
    vectors = lanczos._Vectors(RNG.standard_normal((1, 52)), 12)
    for k in range(11):
        turned = vectors.add(k, vectors.basis[k] @ matrix)
        vectors.basis[k + 1] = turned / vectors.beside[:, k, None]
    products = vectors.basis[:, 0] @ vectors.basis[:, 0].T
    assert np.abs(products - np.eye(12)).max() <= 1e-13
