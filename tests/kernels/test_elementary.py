"""The vector language and its elementary functions: compiled and plain agree, and both are accurate and tame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from kernels import codes, elementary, lanes
from kernels.activations import CASES as ACTIVATIONS
from kernels.activations import LOGIT, logistic
from kernels.memory import LANES
from kernels.tracing import traced

TYPES = [np.float32, np.float64]
Array = np.ndarray[Any, Any]


def compiled(function: Callable[..., Any]) -> Callable[[Array], Array]:
    """A function of lanes as machine code over the rows of a matrix (rows, 16)."""

    @traced()
    def apply(rows: Any, results: Any) -> None:
        def row(i: Any) -> None:
            lanes.store(results, i, 0, function(lanes.load(rows, i, 0)))

        lanes.each(0, lanes.height(rows), 1, row)

    @numba.njit(error_model="numpy")
    def run(rows: Array, results: Array) -> None:
        apply(rows, results)

    def call(x: Array) -> Array:
        rows = np.resize(x, (-(-x.size // LANES), LANES))
        results = np.empty_like(rows)
        run(rows, results)
        return results.reshape(-1)[: x.size]

    return call


def sine(x: Any) -> Any:
    return elementary.sine_and_cosine(x)[0]


def cosine(x: Any) -> Any:
    return elementary.sine_and_cosine(x)[1]


DOWN = np.concatenate([-np.logspace(-7, 1.93, 4001), [-0.0, 0.0]])
UNIT = np.concatenate([np.logspace(-7, 0, 4001), [0.0, 1.0]])
BOTH = np.concatenate([-np.logspace(-6, 1.3, 4001), np.logspace(-6, 1.3, 4001), np.linspace(-9, 9, 4001), [0.0]])
ANGLES = np.concatenate([np.linspace(-60, 60, 20001), np.linspace(-8000, 8000, 4001)])
CASES: dict[str, tuple[Callable[[Any], Any], Callable[[Array], Array], Array, float, bool]] = {
    # name: (ours, NumPy's, arguments, error allowed in units of the precision's epsilon, relative to the result?)
    "exp_down": (elementary.exp_down, np.exp, DOWN, 1.0, True),
    "log1p_unit": (elementary.log1p_unit, np.log1p, UNIT, 2.0, True),
    "log": (elementary.log, np.log, np.logspace(-30, 30, 8001), 2.0, True),
    "tanh": (elementary.tanh, np.tanh, BOTH, 3.0, True),
    "logistic": (logistic, lambda z: 1 / (1 + np.exp(-z)), BOTH, 3.0, True),
    "sine": (sine, np.sin, ANGLES, 1.0, False),
    "cosine": (cosine, np.cos, ANGLES, 1.0, False),
}
case = pytest.mark.parametrize("name", CASES)
dtypes = pytest.mark.parametrize("dtype", TYPES)


@pytest.fixture(scope="module")
def machine_code() -> dict[str, Callable[[Array], Array]]:
    return {name: compiled(ours) for name, (ours, *_) in CASES.items()}


@case
@dtypes
def test_accuracy(machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type) -> None:
    _, expected, arguments, allowed, relative = CASES[name]
    x = arguments.astype(dtype)
    exact = expected(x.astype(np.longdouble))
    size = np.abs(exact) if relative else np.ones_like(exact)
    error = np.abs(machine_code[name](x) - exact) / np.maximum(size, np.finfo(dtype).tiny)
    assert error.max() <= allowed * np.finfo(dtype).eps, f"worst at {x[error.argmax()]}"


@case
@dtypes
def test_compiled_and_plain_are_the_same_bits(
    machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type
) -> None:
    ours, _, arguments, _, _ = CASES[name]
    x = np.concatenate([arguments[::37], [np.nan, np.inf, -np.inf]]).astype(dtype)
    rows = np.resize(x, (-(-x.size // LANES), LANES))
    with np.errstate(all="ignore"):
        plain = np.concatenate([ours(row) for row in rows])[: x.size]
    found = machine_code[name](x)
    same = (found == plain) | (np.isnan(found) & np.isnan(plain))
    assert same.all(), x[~same]


@pytest.mark.parametrize("name", ["exp_down", "tanh", "logistic", "log"])
@dtypes
def test_rising(machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type) -> None:
    """A larger argument never gives a smaller result, but for the last few bits."""
    x = np.sort(CASES[name][2]).astype(dtype)
    y = machine_code[name](x)
    assert (np.diff(y) >= -4 * np.finfo(dtype).eps * np.abs(y[1:])).all()


@dtypes
def test_bounds_hold_to_the_last_bit(machine_code: dict[str, Callable[[Array], Array]], dtype: type) -> None:
    far = np.concatenate([BOTH, 10.0 ** np.arange(1, 38), -(10.0 ** np.arange(1, 38))]).astype(dtype)
    for name in ("tanh", "sine", "cosine"):
        assert np.abs(machine_code[name](far)).max() <= 1 + np.finfo(dtype).eps * (name != "tanh")
    assert (np.abs(machine_code["tanh"](np.array([20.0, -20.0, np.inf, -np.inf], dtype))) == 1).all()
    p = machine_code["logistic"](far)
    assert p.min() >= 0
    assert p.max() <= 1


@case
@dtypes
def test_nan_stays_nan(machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type) -> None:
    if name not in ("log",):  # of positive numbers only
        assert np.isnan(machine_code[name](np.array([np.nan], dtype))).all()


@dtypes
def test_symmetry(machine_code: dict[str, Callable[[Array], Array]], dtype: type) -> None:
    x = BOTH.astype(dtype)
    assert (machine_code["tanh"](-x) == -machine_code["tanh"](x)).all()
    assert (machine_code["sine"](-x) == -machine_code["sine"](x)).all()
    assert (machine_code["cosine"](-x) == machine_code["cosine"](x)).all()


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@dtypes
def test_slopes_are_slopes(name: int, dtype: type) -> None:
    """Central differences of every activation in the table, away from the corner at 0."""
    if name in (LOGIT, codes.SOFTMAX):
        return
    activation = ACTIVATIONS[name]
    z = np.concatenate([np.linspace(-6, -0.1, 200), np.linspace(0.1, 6, 200)])[: 25 * LANES].reshape(-1, LANES)
    step = 1e-6
    for row in z:
        expected = (activation(row + step)[0] - activation(row - step)[0]) / (2 * step)
        found = activation(row.astype(dtype))[1]
        assert np.abs(found - expected).max() <= (1e-8 if dtype is np.float64 else 5e-6)


@dtypes
def test_totals_come_in_order(dtype: type) -> None:
    chance = np.random.default_rng(0)
    vectors = [chance.integers(-50, 50, LANES).astype(dtype) for _ in range(LANES)]
    assert list(lanes.totals(vectors)) == [vector.sum() for vector in vectors]
    assert lanes.total(vectors[3]) == vectors[3].sum()


@traced()
def every_operation(a: Any, b: Any, results: Any) -> None:
    x, y = lanes.load(a, 0, 0), lanes.load(b, 0, 0)
    magic = elementary.MAGIC_SINGLE if lanes.is_single(x) else elementary.MAGIC_DOUBLE
    power = lanes.lane_numbers(x) + magic
    values = [
        x + y, x - 2.0, 3.0 * y, x / y, -x, 1.0 / x, lanes.fold(x, y), lanes.fold_fours(x, y),
        lanes.where_less(x, y, x, 0.0), lanes.where_bit(power, 1, x, y), lanes.square_root(lanes.magnitude(x)),
        lanes.with_sign(x, y), lanes.times_power(x, power), lanes.exponent(lanes.magnitude(x)),
        lanes.significand(lanes.magnitude(x)), lanes.repeat(a, 3, 5), lanes.load_flat(a, lanes.height(a) + 21),
        lanes.filled(x, 0.1), lanes.as_number(lanes.least(lanes.width(a), 7), x),
    ]  # fmt: skip
    for row, value in enumerate(values):
        lanes.store(results, row, 0, value)
    lanes.transpose(a, 0, 0, results, 32, 0)


@dtypes
def test_every_operation_is_compiled_to_its_plain_meaning(dtype: type) -> None:
    chance = np.random.default_rng(1)
    a, b = chance.standard_normal((2, LANES, LANES)).astype(dtype)
    plain, found = np.zeros((2, 48, LANES), dtype)
    run = numba.njit(error_model="numpy")(lambda a, b, results: every_operation(a, b, results))
    run(a, b, found)
    every_operation(a, b, plain)
    assert found.tobytes() == plain.tobytes()
