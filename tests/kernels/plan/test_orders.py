"""The first orders are those that NumPy's own generator draws, so that a run starts alike by itself and among many."""

from __future__ import annotations

import numpy as np
import pytest

import kernels
from tests.kernels.networks import DTYPES, make

pytestmark = pytest.mark.interpreted

SIZES = (0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 31, 64, 65, 250)


def drawn(words: np.ndarray, samples: int) -> np.ndarray:
    """By NumPy, which seeds PCG64 with the words that a SeedSequence generates."""

    class Given(np.random.bit_generator.ISeedSequence):
        def __init__(self, row: np.ndarray) -> None:
            self._row = row

        def generate_state(self, n_words: int, dtype: object = np.uint32) -> np.ndarray:
            assert (n_words, dtype) == (4, np.uint64)
            return self._row

    rows = [np.random.Generator(np.random.PCG64(Given(row))).permutation(samples) for row in words]
    return np.array(rows).reshape(len(words), samples)


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_draws_the_same(dtype: type) -> None:
    space, random = make(1, (1, 1), (), dtype=dtype).space, np.random.default_rng(5)
    for samples in SIZES:
        words = random.integers(0, 2**64, (6, 4), dtype=np.uint64)
        assert (kernels.first_orders(words, samples, space) == drawn(words, samples)).all(), samples


def test_carries_and_the_ends_of_words() -> None:
    """Sums of 128 bits that carry, and streams whose top bit is lost."""
    ends = np.array([0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1], np.uint64)
    words = np.array([[a, b, c, d] for a in ends for b in ends for c in ends[::5] for d in ends])
    space = make(1, (1, 1), ()).space
    assert (kernels.first_orders(words, 9, space) == drawn(words, 9)).all()


def test_many_samples_and_nobody() -> None:
    space, words = make(1, (1, 1), ()).space, np.arange(8, dtype=np.uint64).reshape(2, 4)
    assert (kernels.first_orders(words, 5_000, space) == drawn(words, 5_000)).all()
    assert kernels.first_orders(words[:0], 7, space).shape == (0, 7)
