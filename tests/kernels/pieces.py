"""One layer by itself, its rows filled with random numbers, for functions of one kind of layer.

Owns the arrays of such a layer, the call of a function as machine code and by its NumPy meaning, and derivatives by
complex steps; judges nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from kernels.plan.arrangement import (
    BAND,
    BEFORE,
    BIAS,
    BIAS_STEP,
    GROUP,
    HERE,
    N_IN,
    N_OUT,
    PLAN_COLUMNS,
    STATISTICS,
    WEIGHTS,
)
from tests.kernels.opened import kept_machine_code

Array = NDArray[Any]
DTYPES = (np.float32, np.float64)
MACHINE_CODE: dict[Callable[..., Any], Callable[..., None]] = {}


def machine_code(function: Callable[..., Any]) -> Callable[..., None]:
    """A traced function of the kernels, of 4 to 7 arguments, as Python calls it."""
    assert function.__module__.startswith("kernels."), "what is kept is only told apart by the kernels' sources"
    if function not in MACHINE_CODE:
        f = function
        by_count: dict[int, Callable[..., Any]] = {
            4: lambda a, b, c, d: f(a, b, c, d),
            5: lambda a, b, c, d, e: f(a, b, c, d, e),
            6: lambda a, b, c, d, e, g: f(a, b, c, d, e, g),
            7: lambda a, b, c, d, e, g, h: f(a, b, c, d, e, g, h),
        }
        count = len(inspect.signature(function).parameters)
        MACHINE_CODE[function] = kept_machine_code(by_count[count])
    return MACHINE_CODE[function]


class Piece:
    """A layer of `n_out` units after `n_in` units; the first `count` of `columns` columns are samples.

    rows: four bands of height `band`; the units before start at row 1, the layer's own at row 1 + n_in.
    """

    def __init__(
        self, n_in: int, n_out: int, weights: int, biases: int, dtype: type, count: int = 19, **plan: int
    ) -> None:
        chance = np.random.default_rng(n_in + 100 * n_out)
        self.count, self.columns = count, -(-count // 16) * 16
        self.n_in, self.n_out, self.band, self.dtype = n_in, n_out, n_in + n_out + 2, dtype
        self.here, self.layer = 1 + n_in, 0
        self.rows = chance.standard_normal((4 * self.band, self.columns + 16)).astype(dtype)
        self.rows[: 2 * self.band, count : self.columns] = self.rows[: 2 * self.band, count - 1 : count]
        self.rows[2 * self.band : 3 * self.band, count : self.columns] = 0  # deltas of padding
        self.packed = chance.standard_normal((7, weights + 3 * biases + 9)).astype(dtype)
        self.weights, self.biases = slice(2, 2 + weights), slice(3 + weights, 3 + weights + biases)
        self.means = slice(5 + weights + biases, 5 + weights + 2 * biases)
        self.variances = slice(self.means.stop, self.means.stop + biases)
        self.packed[:, self.variances] = np.abs(self.packed[:, self.variances]) + 0.5
        self.plan = np.zeros((1, PLAN_COLUMNS), np.int64)
        places = {BEFORE: 1, HERE: self.here, BAND: self.band, N_IN: n_in, N_OUT: n_out, BIAS_STEP: 1, GROUP: 1}
        parts = {WEIGHTS: self.weights.start, BIAS: self.biases.start, STATISTICS: self.means.start}
        for column, value in (places | parts).items():
            self.plan[0, column] = value
        for name, value in plan.items():
            self.plan[0, getattr(__import__("kernels.plan.arrangement", fromlist=[name]), name)] = value
        self.numbers = np.zeros((1, codes.NUMBER_COLUMNS))
        self.before = self.rows.copy()

    def run(self, function: Callable[..., Any], **more: int) -> None:
        """Call by name of the arguments; asserts that machine code and NumPy meaning leave the same bytes."""
        names = [name for name in inspect.signature(function).parameters if name not in more]
        rows, packed = self.rows.copy(), self.packed.copy()
        arguments = {name: getattr(self, name) for name in names} | more
        ordered = [arguments[name] for name in inspect.signature(function).parameters]
        with np.errstate(all="ignore"):
            plain = {"rows": rows, "packed": packed}
            function(*[plain.get(name, arguments[name]) for name in inspect.signature(function).parameters])
        machine_code(function)(*ordered)
        assert self.rows.tobytes() == rows.tobytes()
        assert self.packed.tobytes() == packed.tobytes()

    def part(self, band: int, own: bool) -> Array:
        """Values (0), slopes (1), deltas (2), normalized values (3) of the own units or those before; samples only."""
        first, units = (self.here, self.n_out) if own else (1, self.n_in)
        return self.rows[band * self.band + first :][:units, : self.count].astype(np.float64)

    def at_start(self, band: int, own: bool) -> Array:
        """The same before anything ran."""
        now, self.rows = self.rows, self.before
        found = self.part(band, own)
        self.rows = now
        return found

    def parameters(self, place: slice, row: int = 0) -> Array:
        """A part of a row of the packed parameters."""
        return self.packed[row, place].astype(np.float64)

    def padding_deltas(self) -> Array:
        """Deltas that padding lanes hand to the units before."""
        return self.rows[2 * self.band + 1 :][: self.n_in, self.count : self.columns]


def derivative(function: Callable[[Array], Array], x: Array, delta: Array) -> Array:
    """d sum(delta * function(x)) / dx by complex steps, exact but for rounding."""
    found = np.empty(x.size)
    for i in range(x.size):
        moved = x.astype(np.complex128)
        moved.reshape(-1)[i] += 1e-30j
        found[i] = (delta * function(moved)).sum().imag / 1e-30
    return found.reshape(x.shape)


def error(found: Array, expected: Array) -> float:
    """Largest difference, relative to the largest number."""
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-300))


def allowed(dtype: type) -> float:
    """What rounding may do to a sum of some hundred terms."""
    return 200 * float(np.finfo(dtype).eps)
