"""The vector language and its elementary functions: compiled and plain agree, and both are accurate and tame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kernels.lanes import elementary
from kernels.lanes import vectors as lanes
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.layers.activations import ACTIVATIONS, LOGIT
from kernels.plan import codes
from tests.cases import cases
from tests.kernels import exhaustive
from tests.kernels.exhaustive import Array, compiled, cosine, exact_normal, expm1, normal, sine
from tests.kernels.opened import kept_machine_code

TYPES = [np.float32, np.float64]


DOWN = np.concatenate([-np.logspace(-7, 1.93, 4001), [-0.0, 0.0]])
UNIT = np.concatenate([np.logspace(-7, 0, 4001), [0.0, 1.0]])
BOTH = np.concatenate([-np.logspace(-6, 1.3, 4001), np.logspace(-6, 1.3, 4001), np.linspace(-9, 9, 4001), [0.0]])
ANGLES = np.concatenate([np.linspace(-60, 60, 20001), np.linspace(-8000, 8000, 4001)])
CASES: dict[str, tuple[Callable[[Any], Any], Callable[[Array], Array], Array, float, bool]] = {
    # name: (ours, NumPy's, arguments, error allowed in units of the precision's epsilon, relative to the result?)
    "exp": (elementary.exp, np.exp, np.concatenate([DOWN, -DOWN]), 1.0, True),
    "exp_down": (elementary.exp_down, np.exp, DOWN, 1.0, True),
    "log1p_unit": (elementary.log1p_unit, np.log1p, UNIT, 1.0, True),
    "log": (elementary.log, np.log, np.logspace(-30, 30, 8001), 1.0, True),
    "tanh": (elementary.tanh, np.tanh, BOTH, 1.1, True),
    "logistic": (elementary.logistic, lambda z: 1 / (1 + np.exp(-z)), BOTH, 2.0, True),
    "expm1": (expm1, np.expm1, DOWN, 1.0, True),
    "normal": (normal, exact_normal, np.linspace(-12, 9, 20001), 7.5, True),
    "sine": (sine, np.sin, ANGLES, 1.0, False),
    "cosine": (cosine, np.cos, ANGLES, 1.0, False),
}
case = cases("name", CASES)
dtypes = cases("dtype", TYPES)


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


def samples(case: exhaustive.Case) -> list[Array]:
    """Places of neighbours: runs at random, and around every bound that a function's definition names."""
    first, last = exhaustive.place(case.lowest), exhaustive.place(case.highest)
    bounds = [-8192.0, -8.7, -1.0, 0.0, 2.0**-126, 2.0**-24, 0.5, 2.0**-0.5, 1.0, 8.7, 16.63, 17.33, 8192.0]
    starts = np.random.default_rng(5).integers(first, last, 300).tolist()
    starts += [exhaustive.place(bound) - 1000 for bound in (case.lowest, case.highest, *bounds)]
    runs = [np.arange(max(start, first), min(start + 2000, last) + 1) for start in starts]
    return [places for places in runs if places.size > 1]


@pytest.mark.parametrize("name", exhaustive.CASES)
def test_promises_of_float32(name: str) -> None:
    """Error in units of the last place and steps back, as elementary.py states; `exhaustive.py` takes all numbers."""
    case = exhaustive.CASES[name]
    run = compiled(case.ours)
    with np.errstate(divide="ignore", over="ignore"):
        worst = [exhaustive.judged(case, run, places) for places in samples(case)]
    assert max(error for error, _ in worst) <= case.error
    if case.fall is not None:
        assert max(fall for _, fall in worst) <= case.fall
    assert len(worst) > 300


def test_places_count_the_numbers_in_order() -> None:
    x = exhaustive.numbers(np.arange(-5, 5))
    assert (np.diff(x.astype(np.float64)) >= 0).all()
    assert list(np.signbit(x)) == [True] * 5 + [False] * 5
    for number in (-np.inf, -1.5, -0.0, 0.0, 2.0**-149, 3.0, np.inf):
        found = exhaustive.numbers(np.array([exhaustive.place(number)]))[0]
        assert found == number
        assert np.signbit(found) == np.signbit(number)
    assert exhaustive.place(np.inf) == exhaustive.LARGEST
    assert list(exhaustive.units(np.array([1.0, 1.99, 0.99, 2.0**-149]))) == [2.0**-23, 2.0**-23, 2.0**-24, 2.0**-149]


INF = np.inf
SUBNORMAL = {np.float32: 2.0**-149, np.float64: 2.0**-1074}
ENDS = {  # (argument, result) in both precisions
    "exp": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e5, INF), (-1e5, 0.0)],
    "exp_down": [(0.0, 1.0), (-0.0, 1.0), (-INF, 0.0), (-1e5, 0.0)],
    "log": [(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF), (-1.0, np.nan), (-INF, np.nan)],
    "log1p_unit": [(0.0, 0.0)],
    "logistic": [(0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (40.0, 1.0), (-1e5, 0.0)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (20.0, 1.0), (-20.0, -1.0)],
    "expm1": [(0.0, 0.0), (-INF, -1.0), (-1e5, -1.0)],
    "normal": [(0.0, 0.5), (-0.0, 0.5), (INF, 1.0), (-INF, 0.0), (-1e5, 0.0), (1e5, 1.0)],
    "sine": [(0.0, 0.0)],
    "cosine": [(0.0, 1.0)],
}


@case
@dtypes
def test_ends_are_exact(machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type) -> None:
    arguments, expected = np.array(ENDS[name], dtype).T
    found = machine_code[name](np.ascontiguousarray(arguments))
    assert np.array_equal(found, expected, equal_nan=True), found
    assert (np.signbit(found) == np.signbit(expected))[~np.isnan(expected)].all(), found


@dtypes
def test_exp_ends_where_results_stop_being_normal_numbers(
    machine_code: dict[str, Callable[[Array], Array]], dtype: type
) -> None:
    single = dtype is np.float32
    low = elementary.LOWEST_SINGLE if single else elementary.LOWEST_DOUBLE
    high = elementary.HIGHEST_SINGLE if single else elementary.HIGHEST_DOUBLE
    inside = np.array([low, high], dtype)
    outside = np.nextafter(inside, np.array([-INF, INF], dtype))
    least, most = machine_code["exp"](inside)
    assert np.finfo(dtype).tiny <= least < 1.0001 * np.finfo(dtype).tiny
    assert 0.999 * np.finfo(dtype).max < most <= np.finfo(dtype).max
    assert list(machine_code["exp"](outside)) == [0.0, INF]


@dtypes
def test_log_of_subnormal_numbers(machine_code: dict[str, Callable[[Array], Array]], dtype: type) -> None:
    x = np.array([SUBNORMAL[dtype], 12345 * SUBNORMAL[dtype], np.finfo(dtype).tiny / 2], dtype)
    exact = np.log(x.astype(np.longdouble))
    assert np.abs(machine_code["log"](x) / exact - 1).max() <= np.finfo(dtype).eps


@pytest.mark.parametrize("name", ["exp", "exp_down", "tanh", "logistic", "log", "log1p_unit"])
@dtypes
def test_rising(machine_code: dict[str, Callable[[Array], Array]], name: str, dtype: type) -> None:
    """A larger argument never gives a smaller result, but for the last few bits in float64."""
    x = np.sort(CASES[name][2]).astype(dtype)
    y = machine_code[name](x)
    allowed = 0 if dtype is np.float32 else 4
    assert (np.diff(y) >= -allowed * np.finfo(dtype).eps * np.abs(y[1:])).all()


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
@pytest.mark.parametrize(("code", "exact"), [(codes.ELU, np.expm1), (codes.GELU_ERF, lambda z: z * exact_normal(z))])
def test_nothing_cancels_near_zero_or_far_below_it(code: int, exact: Callable[[Array], Array], dtype: type) -> None:
    """e**z - 1 had lost 6 % of itself at -1e-6, 1 + tanh and 1 + erf everything below -5."""
    z = np.concatenate([-np.geomspace(1e-7, 12, 240)]).astype(dtype)
    found = np.concatenate([ACTIVATIONS[code](row)[0] for row in z.reshape(-1, LANES)])
    assert np.abs(found / exact(z.astype(np.longdouble)) - 1).max() <= 8 * np.finfo(dtype).eps


@dtypes
def test_the_tanh_form_of_gelu_keeps_its_digits_far_below_zero(dtype: type) -> None:
    z = -np.linspace(0.01, 8, 240).astype(dtype)
    found = np.concatenate([ACTIVATIONS[codes.GELU](row)[0] for row in z.reshape(-1, LANES)])
    wide = z.astype(np.longdouble)
    u = np.sqrt(2 / np.longdouble(np.pi)) * (wide + np.longdouble("0.044715") * wide**3)
    exact = wide / (1 + np.exp(-2 * u))
    assert (np.abs(found / exact - 1) <= (4 + 4 * np.abs(u)) * np.finfo(dtype).eps).all()


@dtypes
def test_totals_come_in_order(dtype: type) -> None:
    chance = np.random.default_rng(0)
    vectors = [chance.integers(-50, 50, LANES).astype(dtype) for _ in range(LANES)]
    found = lanes.totals(lambda start, count: tuple(vectors[start : start + count]), 4)
    assert list(found) == [vector.sum() for vector in vectors]
    assert lanes.total(vectors[3]) == vectors[3].sum()


@dtypes
def test_totals_are_the_same_bits_however_many_are_asked_for_together(dtype: type) -> None:
    vectors = np.random.default_rng(0).standard_normal((LANES, LANES)).astype(dtype)
    found = {
        lanes.totals(lambda start, count: tuple(vectors[start : start + count]), at_once).tobytes()
        for at_once in (1, 2, 4, 8, 16)
    }
    assert found == {np.array([lanes.total(each) for each in vectors], dtype).tobytes()}


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


compiled_operations = kept_machine_code(lambda a, b, results: every_operation(a, b, results))
"""Compiled anew when this file has changed, whoever asks."""


@dtypes
def test_every_operation_is_compiled_to_its_plain_meaning(dtype: type) -> None:
    chance = np.random.default_rng(1)
    a, b = chance.standard_normal((2, LANES, LANES)).astype(dtype)
    plain, found = np.zeros((2, 48, LANES), dtype)
    compiled_operations(a, b, found)
    every_operation(a, b, plain)
    assert found.tobytes() == plain.tobytes()
