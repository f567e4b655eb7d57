"""Elementary functions over all float32: largest error, steps back, what happens at the ends.

Owns the bounds that `kernels/lanes/elementary.py` states and how they are measured. `python -m
tests.kernels.exhaustive` walks through every number (about a quarter of an hour on one core);
lanes/test_elementary.py walks through samples.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from kernels.lanes import elementary
from kernels.lanes import vectors as lanes
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from tests.kernels.opened import kept_machine_code

Array = np.ndarray[Any, Any]
CHUNK = 2**21
LARGEST = 0x7F800000  # the place of infinity; numbers are counted from 0.0 = place 0, -0.0 = place -1


def compiled(function: Callable[..., Any]) -> Callable[[Array], Array]:
    """A function of lanes as machine code over an array."""

    @traced()
    def apply(rows: Any, results: Any) -> None:
        def row(i: Any) -> None:
            lanes.store(results, i, 0, function(lanes.load(rows, i, 0)))

        lanes.each(0, lanes.height(rows), 1, row)

    @kept_machine_code
    def run(rows: Array, results: Array) -> None:
        apply(rows, results)

    def call(x: Array) -> Array:
        rows = np.resize(x, (-(-x.size // LANES), LANES))
        results = np.empty_like(rows)
        run(rows, results)
        return results.reshape(-1)[: x.size]

    return call


def numbers(places: Array) -> Array:
    """The float32 at these places of the order -infinity … -0.0, 0.0 … infinity."""
    bits = np.where(places >= 0, places, 0x80000000 + (-1 - places))
    return bits.astype(np.uint32).view(np.float32)


def place(x: float) -> int:
    """Where a float32 lies in that order."""
    bits = int(np.float32(x).view(np.uint32))
    return bits if bits < 0x80000000 else -1 - (bits - 0x80000000)


def units(exact: Array) -> Array:
    """The unit in the last place of float32 at these float64 numbers."""
    power = (np.abs(exact).view(np.int64) & 0x7FF0000000000000).view(np.float64)
    return np.maximum(power * 2.0**-23, 2.0**-149)


def sine(x: Any) -> Any:
    return elementary.sine_and_cosine(x)[0]


def cosine(x: Any) -> Any:
    return elementary.sine_and_cosine(x)[1]


def expm1(x: Any) -> Any:
    return elementary.exp_and_expm1(x)[1]


def normal(x: Any) -> Any:
    return elementary.normal(x)[0]


def exact_normal(x: Array) -> Array:
    """erfc of a rounded argument, and by its slope what rounding has left of it."""
    exact = -x.astype(np.longdouble) / np.sqrt(np.longdouble(2))
    y = exact.astype(np.float64)
    with np.errstate(invalid="ignore"):
        left = np.where(np.isfinite(y), (exact - y) * np.exp(-(y * y)) * (2 / math.sqrt(math.pi)), 0.0)
    found: Array = ((np.vectorize(math.erfc)(y) - left) / 2).astype(x.dtype)
    return found


def exact_logistic(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1.0) / (1.0 + e)


@dataclass(frozen=True)
class Case:
    """A function, its reference, the closed range of good arguments and what is promised there.

    error: in units of the last place, or of 2**-24 where `absolute`; fall: largest step back between neighbours, as a
    share of the result, or None where the function does not only rise.
    """

    ours: Callable[[Any], Any]
    exact: Callable[[Array], Array]
    lowest: float
    highest: float
    error: float
    fall: float | None = 0.0
    absolute: bool = False


LOW, HIGH = elementary.LOWEST_SINGLE, elementary.HIGHEST_SINGLE
CASES = {
    "exp": Case(elementary.exp, np.exp, LOW, HIGH, 1.0),
    "exp_down": Case(elementary.exp_down, np.exp, LOW, 0.0, 1.0),
    "log": Case(elementary.log, np.log, 2.0**-149, np.inf, 0.9),
    "log1p_unit": Case(elementary.log1p_unit, np.log1p, 0.0, 1.0, 0.91),
    "logistic": Case(elementary.logistic, exact_logistic, LOW, np.inf, 2.5),
    "expm1": Case(expm1, np.expm1, LOW, -0.0, 1.0),
    "normal": Case(normal, exact_normal, -12.9, np.inf, 7.5, 9 * 2.0**-24),
    "tanh": Case(elementary.tanh, np.tanh, -np.inf, np.inf, 1.4),
    "sine": Case(sine, np.sin, -8192.0, 8192.0, 1.6, None, absolute=True),
    "cosine": Case(cosine, np.cos, -8192.0, 8192.0, 1.6, None, absolute=True),
}


def judged(case: Case, run: Callable[[Array], Array], places: Array) -> tuple[float, float]:
    """(largest error, largest fall) of a run of neighbours inside the range of good arguments."""
    x = numbers(places)
    y = run(x).astype(np.float64)
    exact = case.exact(x.astype(np.float64))
    with np.errstate(invalid="ignore"):
        wrong = np.abs(y - exact) / (2.0**-24 if case.absolute else units(exact))
        fall = (y[:-1] - y[1:]) / np.maximum(np.abs(y[:-1]), 2.0**-126)
    wrong[y == exact] = 0.0
    fall[y[:-1] == y[1:]] = 0.0
    return float(wrong.max()), float(fall.max(initial=0.0))  # NaN, if there is one, wins


def runs(case: Case) -> Iterator[Array]:
    """All places of the range, in chunks that overlap by one."""
    start, end = place(case.lowest), place(case.highest)
    while start < end:
        stop = min(start + CHUNK, end)
        yield np.arange(start, stop + 1, dtype=np.int64)
        start = stop


def main() -> int:
    """Print a line a function; 1 if a promise is broken."""
    broken = 0
    for name, case in CASES.items():
        started, run = time.perf_counter(), compiled(case.ours)
        worst = [judged(case, run, places) for places in runs(case)]
        error, fall = max(e for e, _ in worst), max(f for _, f in worst)
        kept = error <= case.error and (case.fall is None or fall <= case.fall)
        broken += not kept
        steps = "" if case.fall is None else f", largest step back {fall * 2**24:.2f} * 2**-24"
        unit = "2**-24" if case.absolute else "units in the last place"
        print(f"{name}: error {error:.3f} {unit}{steps}, {time.perf_counter() - started:.0f} s", end="")
        print("" if kept else "   BROKEN", flush=True)
    return min(broken, 1)


if __name__ == "__main__":
    with np.errstate(divide="ignore"):
        sys.exit(main())
