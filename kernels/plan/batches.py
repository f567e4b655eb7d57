"""Which samples a step sees: shuffling, and gathering samples ahead of their steps.

Owns the order of samples and the staged block. Must not know networks.

Staged columns are samples in the order of their use; every batch starts at a multiple of 16. Rows: inputs, targets,
share. The last row of the targets is the sample's weight; its share is weight / size of its batch. Lanes past the end
of a batch repeat its last sample with share 0, so they hold nothing that the batch itself does not, and add exactly
nothing.

Random numbers: xoshiro256**, Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021),
https://prng.di.unimi.it/xoshiro256starstar.c
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.compiling.jit import inline
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    as_number,
    choose,
    each,
    filled,
    gather,
    height,
    integer_at,
    lane_numbers,
    least,
    load,
    place_integer,
    store,
    where_less,
)


@inline
def shuffle(order: Array, chance: Array) -> None:
    """Fisher-Yates in place on order (1, n).

    Index j <= i is the high half of 32 random bits times i + 1 (bias below n / 2**32).
    """
    a, b, c, d = chance[0], chance[1], chance[2], chance[3]
    for i in range(order.shape[1] - 1, 0, -1):
        bits = b * np.uint64(5)
        bits = ((bits << np.uint64(7)) | (bits >> np.uint64(57))) * np.uint64(9)
        shifted = b << np.uint64(17)
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << np.uint64(45)) | (d >> np.uint64(19))
        j = np.int64(((bits >> np.uint64(32)) * np.uint64(i + 1)) >> np.uint64(32))
        order[0, i], order[0, j] = order[0, j], order[0, i]
    chance[0], chance[1], chance[2], chance[3] = a, b, c, d


def gather_rows(source: Array, sample: Array, staged: Array, top: Index, start: Index, columns: Index) -> None:
    """staged[top + k, column] = source[k, sample[0, column]] for all rows of source."""

    def sixteen(k: Index, column: Index) -> None:
        store(staged, top + k, column, gather(source, k, sample, column))

    each(0, height(source), 1, lambda k: each(start, start + columns, LANES, lambda column: sixteen(k, column)))


def gather_block(
    inputs: Array, targets: Array, count: Index, share: Any, columns: Index, start: Index, sample: Array, staged: Array
) -> None:
    """Stage the samples named in sample[0, start : start + columns], of which `count` are real."""
    features = height(inputs)
    share_row = features + height(targets) - 1

    def give_share(column: Index) -> None:
        weight = load(staged, share_row, start + column)
        zero = filled(weight, 0.0)
        place = lane_numbers(zero) + as_number(column, zero)
        store(staged, share_row, start + column, where_less(place, as_number(count, zero), weight * share, zero))

    def with_targets() -> tuple[()]:
        gather_rows(targets, sample, staged, features, start, columns)
        each(0, columns, LANES, give_share)
        return ()

    gather_rows(inputs, sample, staged, 0, start, columns)
    choose(least(height(targets), 1), {0: tuple, 1: with_targets})


@traced(shared=True)
def stage_batch(
    inputs: Any,
    targets: Any,
    order: Any,
    first: Any,
    count: Any,
    share: Any,
    columns: Any,
    start: Any,
    sample: Any,
    staged: Any,
) -> None:
    """Stage the samples order[first : first + count] in columns start … start + columns - 1."""

    def name(column: Index) -> None:
        place_integer(sample, 0, start + column, integer_at(order, 0, first + least(column, count - 1)))

    each(0, columns, 1, name)
    gather_block(inputs, targets, count, share, columns, start, sample, staged)


@traced(shared=True)
def stage_block(
    inputs: Any, targets: Any, first: Any, count: Any, share: Any, columns: Any, sample: Any, staged: Any
) -> None:
    """Stage the samples first … first + count - 1 in the first `columns` columns."""
    each(0, columns, 1, lambda column: place_integer(sample, 0, column, first + least(column, count - 1)))
    gather_block(inputs, targets, count, share, columns, first * 0, sample, staged)


@traced()
def enter(staged: Any, start: Any, features: Any, columns: Any, rows: Any) -> None:
    """Copy staged inputs, from column `start` on, to the input rows."""

    def sixteen(k: Index, column: Index) -> None:
        store(rows, k, column, load(staged, k, start + column))

    each(0, features, 1, lambda k: each(0, columns, LANES, lambda column: sixteen(k, column)))
