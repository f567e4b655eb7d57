"""Random numbers from counters: published answers, machine code and NumPy meaning, what dropout and noise draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kernels.lanes import vectors as lanes
from kernels.lanes.philox import philox
from kernels.lanes.tracing import traced
from kernels.layers.noise import backward_dropout, forward_copy, forward_dropout, forward_noise
from kernels.plan import codes
from tests.cases import cases
from tests.kernels.opened import kept_machine_code
from tests.kernels.pieces import DTYPES, Array, Piece, allowed, error

dtypes = cases("dtype", DTYPES)
layers = pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.long)])
KNOWN = [  # Random123 1.14, tests/kat_vectors: philox2x32, 10 rounds
    ((0, 0), 0, (0xFF1DAE59, 0x6CD10DF2)),
    ((0xFFFFFFFF, 0xFFFFFFFF), 0xFFFFFFFF, (0x2C3F628B, 0xAB4FD7AD)),
    ((0x243F6A88, 0x85A308D3), 0x13198A2E, (0xDD7CE038, 0xF62A4C12)),
]


@traced()
def draw(results: Any, first: Any, second: Any, key: Any) -> None:
    for row, numbers in enumerate(lanes.uniforms(lanes.load(results, 0, 0), first, second, key)):
        lanes.store(results, row, 0, numbers)


machine_draw = kept_machine_code(lambda results, first, second, key: draw(results, first, second, key))


@pytest.mark.parametrize(("counters", "key", "words"), KNOWN)
@dtypes
def test_known_answers(counters: tuple[int, int], key: int, words: tuple[int, int], dtype: type) -> None:
    low, high = philox(np.array([counters[0]]), np.array([counters[1]]), key)
    assert (int(low[0]), int(high[0])) == words
    found = np.zeros((2, 16), dtype)
    machine_draw(found, *counters, key)
    assert found[:, 0].tolist() == [(word >> 8) * 2.0**-24 for word in words]


@cases("first", [0, 2**32 - 7, 2**40 + 5, -3])
@cases("key", [0, 2**63 - 1, -1])
@dtypes
def test_machine_code_draws_the_plain_meaning(first: int, key: int, dtype: type) -> None:
    found, plain = np.zeros((2, 2, 16), dtype)
    machine_draw(found, first, 3 * first + 1, key)
    draw(plain, first, 3 * first + 1, key)
    assert found.tobytes() == plain.tobytes()
    assert len(np.unique(found)) > 30


def layer(dtype: type, rate: float, units: int = 40, count: int = 500, **plan: int) -> Piece:
    piece = Piece(units, units, 1, 1, dtype, count, **plan)
    piece.numbers[0, codes.RATE] = rate
    return piece


def disturbed(piece: Piece, function: Any, step: int, seed: int) -> Array:
    piece.rows = piece.before.copy()
    piece.run(function, step=step, seed=seed)
    return piece.part(0, True)


@pytest.mark.parametrize("rate", [0.0, 0.5, 0.9, pytest.param(0.1, marks=pytest.mark.long)])
@layers
def test_dropout_drops_its_share(rate: float, dtype: type) -> None:
    piece = layer(dtype, rate)
    x, n = piece.part(0, False), piece.n_in * piece.count
    found = disturbed(piece, forward_dropout, 3, 5)
    dropped = found == 0
    assert abs(dropped.mean() - rate) <= 4 * np.sqrt(rate * (1 - rate) / n)
    for axis in (0, 1):  # no unit and no place in the batch is treated better than another
        share, each = dropped.mean(axis=axis), dropped.shape[axis]
        assert np.abs(share - rate).max() <= 5 * np.sqrt(rate * (1 - rate) / each)
    assert error(found[~dropped], (x / (1 - rate))[~dropped]) < allowed(dtype)
    assert (piece.part(1, True) == 1).all()


@layers
def test_noise_is_standard_normal(dtype: type) -> None:
    piece = layer(dtype, 0.5)
    x = piece.part(0, False)
    drawn = (disturbed(piece, forward_noise, 3, 5) - x) / 0.5
    n = drawn.size
    assert abs(drawn.mean()) < 4 / np.sqrt(n)
    assert abs((drawn**2).mean() - 1) < 4 * np.sqrt(2 / n)
    assert abs((drawn**3).mean()) < 4 * np.sqrt(15 / n)
    assert abs((drawn**4).mean() - 3) < 4 * np.sqrt(96 / n)
    for limit, share in ((1.0, 0.3173105), (2.0, 0.0455003), (3.0, 0.0026998)):
        assert abs((np.abs(drawn) > limit).mean() - share) < 4 * np.sqrt(share / n)
    assert (piece.part(1, True) == 1).all()


@pytest.mark.parametrize("function", [forward_dropout, forward_noise])
def test_draws_differ_by_step_seed_unit_and_place_only(function: Any) -> None:
    piece = layer(np.float32, 0.5, units=20, count=160)
    piece.before[: piece.band] = 1
    reference = disturbed(piece, function, 3, 5)
    assert (disturbed(piece, function, 3, 5) == reference).all()
    others = [disturbed(piece, function, step, seed) for step, seed in ((4, 5), (3, 6), (3 + 2**15, 5), (3 + 2**20, 5))]
    for other in [*others, np.roll(reference, 1, axis=0), np.roll(reference, 1, axis=1)]:
        agreement = np.corrcoef(other.ravel(), reference.ravel())[0, 1]
        assert abs(agreement) < 5 / np.sqrt(reference.size)
    short = layer(np.float32, 0.5, units=20, count=100)
    short.before[: short.band] = 1
    assert (disturbed(short, function, 3, 5) == reference[:, :100]).all(), "the size of the batch changes no draw"


@pytest.mark.parametrize("adds", [0, 1])
@layers
def test_dropout_backward_uses_the_same_draws(dtype: type, adds: int) -> None:
    piece = layer(dtype, 0.3, ADDS=adds)
    piece.before[1 : 1 + piece.n_in] = 1
    mask = disturbed(piece, forward_dropout, 2**15 + 1, 9)
    expected = mask * piece.part(2, True) * piece.at_start(1, False) + (piece.at_start(2, False) if adds else 0)
    piece.run(backward_dropout, step=2**15 + 1, seed=9)
    assert error(piece.part(2, False), expected) < allowed(dtype)
    assert not piece.padding_deltas().any()


@layers
def test_copy(dtype: type) -> None:
    piece = layer(dtype, 0.0)
    piece.run(forward_copy)
    assert (piece.part(0, True) == piece.part(0, False)).all()
    assert (piece.part(1, True) == 1).all()
