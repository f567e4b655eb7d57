"""Derivatives that lanes carry, against complex steps and the words of each formula on its corner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kernels.lanes import elementary, vectors
from kernels.lanes.duals import Dual, DualRows, along, following, still
from kernels.layers.activations import ACTIVATIONS
from kernels.plan import codes
from tests.cases import cases

X = np.linspace(-3.0, 3.0, 16)
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp": (elementary.exp, np.exp),
    "exp_down": (lambda x: elementary.exp_down(-(x * x)), lambda x: np.exp(-(x * x))),
    "logistic": (elementary.logistic, lambda x: 1 / (1 + np.exp(-x))),
    "log": (lambda x: elementary.log(x * x + 0.5), lambda x: np.log(x * x + 0.5)),
    "log1p_unit": (lambda x: elementary.log1p_unit(x * x * 0.1), lambda x: np.log(1 + x * x * 0.1)),
    "tanh": (elementary.tanh, np.tanh),
    "sine": (lambda x: elementary.sine_and_cosine(x)[0], np.sin),
    "cosine": (lambda x: elementary.sine_and_cosine(x)[1], np.cos),
    "quotients": (lambda x: (2.0 - x) / (1.0 + x * x) / 3.0 + 1.0 / (x + 4.0), None),
    "root": (lambda x: vectors.square_root(x * x + 1.0), lambda x: np.sqrt(x * x + 1.0)),
}  # type: ignore[dict-item]


@cases("name", FUNCTIONS)
def test_the_derivative_of_every_function(name: str) -> None:
    ours, plain = FUNCTIONS[name]
    found = ours(Dual(X.copy(), np.full(16, 2.0)))
    step = (plain or ours)(X + 1e-30j)
    assert found.value.tobytes() == ours(X.copy()).tobytes()
    assert found.tangent == pytest.approx(2.0 * step.imag / 1e-30, rel=1e-13, abs=1e-15)


@cases("code", [code for code in ACTIVATIONS if code <= codes.SINE])
def test_a_value_moves_by_its_slope_everywhere(code: int) -> None:
    """On the corners too: 0 is one of the places."""
    z = np.concatenate([[0.0, -0.0], X[:14]])
    value, slope = ACTIVATIONS[code](Dual(z, np.ones(16)))
    assert value.tangent == pytest.approx(still(slope), rel=1e-12, abs=1e-14)


def test_what_stands_still_follows_or_goes_along() -> None:
    x, y = Dual(X, X * 2), Dual(X, X * 3)
    assert [still(x) is X, still(X) is X, following(x, X) is x, along(X, X, X) is X] == [True] * 4
    assert following(X, y).tangent is y.tangent
    assert along(x, X, y).tangent.tolist() == (X * y.tangent).tolist()
    assert vectors.magnitude(Dual(np.zeros(16), np.ones(16))).tangent.tolist() == [0.0] * 16


def test_matrices_carry_what_is_stored() -> None:
    rows = DualRows(np.ones((2, 32)), np.ones((2, 32)))
    vectors.store(rows, 0, 16, Dual(X, -X))
    vectors.store(rows, 1, 0, X)
    assert vectors.load(rows, 0, 16).tangent.tolist() == (-X).tolist()
    assert vectors.load(rows, 1, 0).tangent.tolist() == [0.0] * 16
    assert (vectors.height(rows), vectors.width(rows)) == (2, 32)


def test_a_sum_that_moves_starts_from_one_that_can() -> None:
    moving = Dual(X, X)
    (total,) = vectors.accumulate(0, 3, lambda j, s: (s + moving,), (vectors.filled(moving, 0.0),))
    assert total.tangent == pytest.approx(3 * X)
    with pytest.raises(AssertionError, match="carries a derivative"):
        vectors.accumulate(0, 3, lambda j, s, t: (s + moving, t), (np.zeros(16), moving))
