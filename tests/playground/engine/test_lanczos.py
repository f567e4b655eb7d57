"""Both ends of known spectra."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine import lanczos

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


@pytest.mark.parametrize("name", SPECTRA)
def test_both_ends_of_a_spectrum(name: str) -> None:
    values = SPECTRA[name]
    matrix = with_spectrum(values)
    found = lanczos.ends(lambda rows: rows @ matrix, RNG.standard_normal((1, values.size)))[0]
    assert found == pytest.approx([values.min(), values.max()], abs=1e-6 * np.abs(values).max() + 1e-14)


def test_many_matrices_each_with_its_own_end() -> None:
    """One is done after a step, one overflows, one has nothing that could move."""
    matrices = np.array([with_spectrum(np.linspace(-1.0, k, 20)) for k in range(1, 6)])
    matrices[1], matrices[2] = 2.0 * np.eye(20), np.inf
    starts = RNG.standard_normal((5, 20))
    starts[4] = 0.0
    with np.errstate(all="ignore"):
        found = lanczos.ends(lambda rows: np.einsum("np,npq->nq", rows, matrices), starts)
    assert found[0] == pytest.approx([-1.0, 1.0])
    assert found[1] == pytest.approx([2.0, 2.0])
    assert np.isnan(found[2]).all()
    assert found[3] == pytest.approx([-1.0, 4.0])
    assert found[4].tolist() == [0.0, 0.0]


def test_an_iteration_that_is_cut_short_stays_inside_the_spectrum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanczos, "MOST_ITERATIONS", 5)
    values = np.linspace(-3.0, 8.0, 300)
    matrix = with_spectrum(values)
    low, high = lanczos.ends(lambda rows: rows @ matrix, RNG.standard_normal((1, 300)))[0]
    assert -3.0 <= low < high <= 8.0
