"""Elementary functions by their definition in lanes, over their whole range; see test_interpreted.py.

What the compiler makes of them is compared with this definition, bit by bit, in test_elementary.py.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kernels.lanes import elementary
from kernels.lanes.size import LANES
from tests.cases import cases
from tests.kernels.networks import DTYPES

pytestmark = pytest.mark.interpreted

Function = Callable[[np.ndarray], np.ndarray]


def near_and_far(low: float, high: float) -> np.ndarray:
    """Evenly, and by orders of magnitude towards 0, within the limits."""
    sizes = np.geomspace(1e-30, max(-low, high), 300)
    both = np.concatenate([-sizes, [0.0], sizes, np.linspace(low, high, 400)])
    return both[(both >= low) & (both <= high)]


def positive(dtype: type) -> np.ndarray:
    """From the smallest subnormal number to the largest."""
    info = np.finfo(dtype)
    return np.concatenate(
        [np.geomspace(float(info.smallest_subnormal), 0.99 * float(info.max), 900), np.linspace(0.5, 2, 300)]
    )


def ends(dtype: type) -> float:
    """Beyond it exp underflows."""
    return 86.0 if dtype is np.float32 else 700.0


CASES: dict[str, tuple[Function, Callable[[type], np.ndarray], Function]] = {
    "log": (elementary.log, positive, np.log),
    "exp_down": (elementary.exp_down, lambda dtype: near_and_far(-ends(dtype), 0), np.exp),
    "exp": (elementary.exp, lambda dtype: near_and_far(-ends(dtype), ends(dtype)), np.exp),
    "tanh": (elementary.tanh, lambda dtype: near_and_far(-25, 25), np.tanh),
    "logistic": (elementary.logistic, lambda dtype: near_and_far(-80, 80), lambda x: 1 / (1 + np.exp(-x))),
    "log1p_unit": (elementary.log1p_unit, lambda dtype: near_and_far(0, 1), np.log1p),
    "expm1": (lambda x: elementary.exp_and_expm1(x)[1], lambda dtype: near_and_far(-ends(dtype), 0), np.expm1),
    "sine": (lambda x: elementary.sine_and_cosine(x)[0], lambda dtype: near_and_far(-30, 30), np.sin),
    "cosine": (lambda x: elementary.sine_and_cosine(x)[1], lambda dtype: near_and_far(-30, 30), np.cos),
}


@cases("dtype", DTYPES)
@cases("name", CASES)
def test_a_few_units_in_the_last_place(name: str, dtype: type) -> None:
    """Of the result, or of 1e-2 where a sine or cosine crosses 0."""
    function, points, exact = CASES[name]
    x = points(dtype).astype(dtype)
    x = np.concatenate([x, np.full(-x.size % LANES, x[-1])])
    with np.errstate(all="ignore"):
        found = np.concatenate([function(lanes) for lanes in x.reshape(-1, LANES)])
        wanted = exact(x.astype(np.longdouble))
    floor = 1e-2 if "sine" in name else float(np.finfo(dtype).tiny)
    unit = np.spacing(np.maximum(np.abs(wanted), floor).astype(dtype)).astype(np.longdouble)
    assert float((np.abs(found.astype(np.longdouble) - wanted) / unit).max()) <= 4
