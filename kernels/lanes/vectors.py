"""Sixteen numbers at once: the vocabulary every kernel computes with.

Owns the operations on lanes and their meaning. Must not know networks. Each operation is a plain NumPy function on
arrays of 16 numbers: that is its definition, it is what runs when the compiler is off (`NUMBA_DISABLE_JIT=1`), and the
tests hold the compiled form to it bit by bit. How an operation becomes machine code is said in `lowering.py`.

Why not leave vectors to the compiler: strict IEEE forbids it to reorder sums, and whether it succeeds depends on the
processor. Explicit lanes fix the order of every addition, so SSE2, AVX2, AVX-512 and NEON return the same bits.

Lanes also know + - * / and unary minus. A scalar beside lanes is converted to their precision and repeated.
Arrays are C-contiguous matrices; indices are not checked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from kernels.lanes.philox import WORD, philox
from kernels.lanes.registers import sums_at_once
from kernels.lanes.size import LANES

Lanes: TypeAlias = Any  # an array of 16 numbers when the compiler is off
Number: TypeAlias = Any  # lanes or a scalar
Index: TypeAlias = Any  # an integer
Array: TypeAlias = NDArray[Any]
Function = TypeVar("Function", bound=Callable[..., Any])

INTEGERS = {4: (np.int32, 23), 8: (np.int64, 52)}  # bytes of a number: (integer of that size, bits of the mantissa)


def operation(plain: Function) -> Function:
    """Let traced operands (tracing.py) emit machine code; everything else gets the plain meaning.

    Operands that carry a derivative (duals.py) come first: their rules call operations on their parts.
    """

    @functools.wraps(plain)
    def apply(*operands: Any) -> Any:
        speaker = None
        for operand in operands:
            for each in operand if isinstance(operand, tuple) else (operand,):
                if hasattr(each, "differentiates"):
                    return each.emit(plain.__name__, operands)
            if speaker is None and hasattr(operand, "emit"):
                speaker = operand
        return plain(*operands) if speaker is None else speaker.emit(plain.__name__, operands)

    return cast(Function, apply)


@operation
def load(rows: Array, row: Index, column: Index) -> Lanes:
    """rows[row, column : column + 16]."""
    return rows[row, column : column + LANES].copy()


@operation
def store(rows: Array, row: Index, column: Index, value: Lanes) -> None:
    """rows[row, column : column + 16] = value."""
    rows[row, column : column + LANES] = value


@operation
def load_flat(rows: Array, place: Index) -> Lanes:
    """16 numbers from position `place` of the matrix read row after row."""
    return rows.reshape(-1)[place : place + LANES].copy()


@operation
def repeat(rows: Array, row: Index, column: Index) -> Lanes:
    """The one number rows[row, column], sixteen times."""
    return np.full(LANES, rows[row, column])


@operation
def integer_at(rows: Array, row: Index, column: Index) -> Index:
    """rows[row, column] of a matrix of int64."""
    return rows[row, column]


@operation
def place_integer(rows: Array, row: Index, column: Index, value: Index) -> None:
    """rows[row, column] = value in a matrix of int64."""
    rows[row, column] = value


@operation
def number_at(rows: Array, row: Index, column: Index) -> Any:
    """The scalar rows[row, column]."""
    return rows[row, column]


@operation
def place_number(rows: Array, row: Index, column: Index, value: Any) -> None:
    """rows[row, column] = value of a scalar."""
    rows[row, column] = value


@operation
def height(rows: Array) -> Index:
    """Number of rows."""
    return rows.shape[0]


@operation
def width(rows: Array) -> Index:
    """Number of columns."""
    return rows.shape[1]


@operation
def least(a: Index, b: Index) -> Index:
    """The smaller of two integers."""
    return min(a, b)


@operation
def most(a: Index, b: Index) -> Index:
    """The larger of two integers."""
    return max(a, b)


@operation
def as_number(index: Index, like: Lanes) -> Lanes:
    """An integer as lanes of the precision of `like`."""
    return np.full(LANES, index, like.dtype)


@operation
def gather(rows: Array, row: Index, places: Array, first_place: Index) -> Lanes:
    """rows[row, places[0, first_place + lane]] for the 16 lanes."""
    return rows[row, places[0, first_place : first_place + LANES]]


@operation
def transpose(rows: Array, row: Index, column: Index, turned: Array, top: Index, left: Index) -> None:
    """turned[top : top + 16, left : left + 16] = rows[row : row + 16, column : column + 16] transposed."""
    turned[top : top + LANES, left : left + LANES] = rows[row : row + LANES, column : column + LANES].T


@operation
def accumulate(start: Index, stop: Index, step: Callable[..., Any], sums: tuple[Lanes, ...]) -> tuple[Lanes, ...]:
    """sums = step(j, *sums) for j from start to stop - 1."""
    for j in range(start, stop):
        sums = step(j, *sums)
    return sums


@operation
def each(start: Index, stop: Index, step: int, work: Callable[[Any], object]) -> None:
    """work(j) for j = start, start + step, … below stop."""
    for j in range(start, stop, step):
        work(j)


@operation
def sums_held(rows: Array) -> int:
    """How many sums of lanes of this precision the processor holds at once (registers.py); known when compiling."""
    return sums_at_once(rows.itemsize)


def blocks_of(most: int) -> tuple[int, ...]:
    """Sizes of blocks, from this power of two to 1."""
    return (8, 4, 1) if most == 8 else (most, 1) if most > 1 else (1,)


def in_blocks(count: Index, sizes: tuple[int, ...], work: Callable[[Any, int], object]) -> None:
    """work(first, size) for blocks that cover 0 … count - 1; sizes are powers of two from large to 1."""
    start = count * 0
    for size in sizes:
        end = count // size * size
        each(start, end, size, functools.partial(lambda size, first: work(first, size), size))
        start = end


@operation
def choose(code: Index, cases: dict[int, Callable[..., Any]], *operands: Lanes) -> tuple[Lanes, ...]:
    """cases[code](*operands); an unknown code means the first case."""
    return cast(tuple[Lanes, ...], cases.get(code, next(iter(cases.values())))(*operands))


@operation
def filled(x: Lanes, number: Number) -> Lanes:
    """Lanes of the precision of x that all hold `number`."""
    return np.full(LANES, number, x.dtype)


@operation
def lane_numbers(x: Lanes) -> Lanes:
    """0, 1, …, 15 in the precision of x."""
    return np.arange(LANES, dtype=x.dtype)


@operation
def is_single(x: Lanes) -> bool:
    """Is it float32? Known when compiling: the other branch does not exist in the machine code."""
    return bool(x.dtype == np.float32)


@operation
def uniforms(like: Lanes, first: Index, second: Index, key: Index) -> tuple[Lanes, Lanes]:
    """Two random numbers a lane, multiples of 2**-24 from 0 on and below 1, in the precision of `like`.

    The upper 24 bits of the two words that philox.py makes of the counters (first + lane, second) and the key, integers
    taken modulo 2**32.
    """
    low, high = philox(np.arange(LANES) + int(first) % WORD, np.full(LANES, int(second) % WORD), int(key) % WORD)
    share = like.dtype.type(2.0**-24)
    return (low >> np.uint64(8)).astype(like.dtype) * share, (high >> np.uint64(8)).astype(like.dtype) * share


@operation
def fold(x: Lanes, y: Lanes) -> Lanes:
    """Sums of neighbours in groups of four: (x0+x1, x2+x3, y0+y1, y2+y3, x4+x5, x6+x7, y4+y5, …)."""
    fours = np.concatenate((x.reshape(4, 4), y.reshape(4, 4)), axis=1)
    return (fours[:, 0::2] + fours[:, 1::2]).reshape(LANES)


@operation
def fold_fours(x: Lanes, y: Lanes) -> Lanes:
    """The same with whole groups of four: (first + second, third + fourth of x, then of y)."""
    fours = np.concatenate((x.reshape(4, 4), y.reshape(4, 4)))
    return (fours[0::2] + fours[1::2]).reshape(LANES)


COMBINE = (fold, fold, fold_fours, fold_fours)
"""What makes of the sums of two neighbours, or of two groups of them, those of both: the fixed tree of all totals."""


def totals(sums: Callable[[int, int], tuple[Lanes, ...]], at_once: int, start: int = 0, count: int = LANES) -> Lanes:
    """The totals of 16 vectors, in their order, by a fixed tree: neighbours first, then groups of four.

    sums(start, count): so many of them from `start` on; at_once: how many are asked for together, a power of two.
    """
    if count > at_once:
        half = count // 2
        left, right = totals(sums, at_once, start, half), totals(sums, at_once, start + half, half)
        return COMBINE[half.bit_length() - 1](left, right)
    found = list(sums(start, count))
    for combine in COMBINE[: count.bit_length() - 1]:
        found = [combine(found[i], found[i + 1]) for i in range(0, len(found), 2)]
    return found[0]


def total(x: Lanes) -> Any:
    """The total of 16 lanes by the same tree."""
    for combine in COMBINE:
        x = combine(x, x)
    return first(x)


@operation
def first(x: Lanes) -> Any:
    """The scalar in lane 0."""
    return x[0]


@operation
def where_less(a: Number, b: Number, x: Number, y: Number) -> Lanes:
    """x where a < b, else y (also where a or b is NaN)."""
    kind = next(operand.dtype for operand in (a, b, x, y) if isinstance(operand, np.ndarray))
    chosen: Lanes = np.where(np.less(a, b), x, y)
    return chosen.astype(kind)


@operation
def where_bit(power: Lanes, bit: int, x: Lanes, y: Lanes) -> Lanes:
    """x where this bit of the pattern of `power` is set, else y."""
    integer, _ = INTEGERS[power.itemsize]
    return np.where(power.view(integer) >> bit & 1 == 1, x, y)


@operation
def square_root(x: Lanes) -> Lanes:
    """Correctly rounded, as IEEE 754 demands."""
    return np.sqrt(x)


@operation
def magnitude(x: Lanes) -> Lanes:
    """|x|, by clearing the sign bit."""
    return np.abs(x)


@operation
def with_sign(x: Lanes, sign: Lanes) -> Lanes:
    """|x| with the sign bit of `sign`."""
    return np.copysign(x, sign)


@operation
def times_power(x: Lanes, power: Lanes) -> Lanes:
    """x * 2**k where `power` is 1.5 * 2**mantissa + k, by adding k to the exponent bits."""
    integer, mantissa = INTEGERS[x.itemsize]
    return (x.view(integer) + (power.view(integer) << mantissa)).view(x.dtype)


def halfway(x: Lanes) -> Any:
    """The bit pattern of sqrt(1/2), where the exponent changes."""
    return np.sqrt(x.dtype.type(0.5)).view(INTEGERS[x.itemsize][0])


@operation
def exponent(x: Lanes) -> Lanes:
    """k such that x / 2**k lies in [sqrt(1/2), sqrt(2)); x positive and normal."""
    integer, mantissa = INTEGERS[x.itemsize]
    pattern: Lanes = x.view(integer)
    return ((pattern - halfway(x)) >> mantissa).astype(x.dtype)


@operation
def significand(x: Lanes) -> Lanes:
    """x / 2**exponent(x)."""
    integer, mantissa = INTEGERS[x.itemsize]
    return (x.view(integer) - ((x.view(integer) - halfway(x)) >> mantissa << mantissa)).view(x.dtype)


@operation
def widened(x: Lanes) -> Lanes:
    """The same numbers in float64."""
    return x.astype(np.float64)
