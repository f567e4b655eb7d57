"""Looking at a network without changing it: evaluate, penalty, activations, gradients.

Owns measuring, and one compiled entry behind three calls: each further entry would compile the whole network once more.
Must not know optimizers. Samples pass through in blocks of 64 columns; sums over samples are kept in
float64, one per lane, and added up by a fixed tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels import codes
from kernels.batches import enter, stage_block
from kernels.dense import backward, forward
from kernels.jit import entry, inline
from kernels.lanes import (
    Array,
    Index,
    as_number,
    each,
    filled,
    height,
    is_single,
    lane_numbers,
    least,
    load,
    number_at,
    place_number,
    store,
    total,
    where_less,
    width,
)
from kernels.layout import GRADIENT, PARAMETERS, SUM, make_plan, pack, unpack
from kernels.losses import head_deltas, right_answers, sample_losses
from kernels.memory import LANES, Workspace
from kernels.tracing import traced
from kernels.weight_gradients import weight_gradients

BLOCK = 64  # columns


@traced(0, shared=True)
def add_measures(plan: Any, loss: Any, rows: Any, staged: Any, targets: Any, count: Any, sums: Any) -> None:
    """Add the losses and right answers of the first `count` columns to sums (2, 16) of float64."""

    def sixteen(column: Index) -> None:
        losses = sample_losses(plan, loss, rows, staged, targets, column)
        answers = right_answers(plan, loss, rows, staged, targets, column)
        zero = filled(losses, 0.0)
        place, end = lane_numbers(zero) + as_number(column, zero), as_number(count, zero)
        store(sums, 0, 0, load(sums, 0, 0) + where_less(place, end, losses, zero))
        store(sums, 1, 0, load(sums, 1, 0) + where_less(place, end, answers, zero))

    each(0, count, LANES, sixteen)


@traced(0)
def clear(sums: Any) -> None:
    """sums = 0."""
    zero = filled(load(sums, 0, 0), 0.0)
    store(sums, 0, 0, zero)
    store(sums, 1, 0, zero)


@traced("double")
def sum_of_lanes(sums: Any, row: Any) -> Any:
    """The total of 16 lanes by a fixed tree."""
    return total(load(sums, row, 0))


@traced(0, shared=True)
def measure(
    plan: Any, loss: Any, rows: Any, packed: Any, inputs: Any, targets: Any, sample: Any, staged: Any, sums: Any
) -> None:
    """sums (2, 16) become the losses and right answers over all samples of inputs (features, n)."""
    clear(sums)
    n = width(inputs)

    def block(start: Index) -> None:
        count = least(n - start, BLOCK)
        columns = (count + 15) // 16 * 16
        stage_block(inputs, targets, start, count, 0.0, columns, sample, staged)
        enter(staged, 0, height(inputs), columns, rows)
        forward(plan, rows, packed, columns)
        add_measures(plan, loss, rows, staged, height(inputs), count, sums)

    each(0, n, BLOCK, block)


@inline
def penalty_of(program: Array, hyper: Array, parameters: Array) -> float:
    """l1 sum |w| + l2 / 2 sum w**2 over weights, not biases."""
    absolute, square = 0.0, 0.0
    for layer in range(program.shape[0]):
        start = program[layer, codes.WEIGHT_OFFSET]
        for i in range(start, start + program[layer, codes.INPUTS] * program[layer, codes.OUTPUTS]):
            w = np.float64(parameters[i])
            absolute += abs(w)
            square += w * w
    return float(hyper[codes.L1] * absolute + 0.5 * hyper[codes.L2] * square)


@entry
def penalty(program: Array, hyper: Array, parameters: Array) -> float:
    """The penalty that belongs to the gradient term l2 w + l1 sign(w); float64."""
    return penalty_of(program, hyper, parameters)


@traced(0)
def make_finite(rows: Any, row: Any, columns: Any) -> None:
    """In place: NaN becomes 0, infinity the largest number."""

    def sixteen(column: Index) -> None:
        z = load(rows, row, column)
        big = filled(z, np.finfo(np.float32).max if is_single(z) else np.finfo(np.float64).max)
        held = where_less(z, big, where_less(-big, z, z, -big), where_less(0.0, z, big, filled(z, 0.0)))
        store(rows, row, column, held)

    each(0, columns, LANES, sixteen)


@traced(0)
def copy_row(rows: Any, row: Any, count: Any, maps: Any, to: Any, start: Any) -> None:
    """maps[to, start : start + count] = rows[row, :count]."""
    whole = count // LANES * LANES
    each(0, whole, LANES, lambda column: store(maps, to, start + column, load(rows, row, column)))
    each(whole, count, 1, lambda column: place_number(maps, to, start + column, number_at(rows, row, column)))


@traced(0)
def add_to_sum(packed: Any) -> None:
    """packed[SUM] += packed[GRADIENT]."""
    each(0, width(packed), LANES, lambda i: store(packed, SUM, i, load(packed, SUM, i) + load(packed, GRADIENT, i)))


@entry
def look(
    program: Array,
    loss: int,
    parameters: Array,
    inputs: Array,
    targets: Array,
    maps: Array,
    gradient: Array,
    workspace: Workspace,
) -> tuple[float, float]:
    """Pass all samples through a network: (mean loss, share of right answers), both 0 without samples or targets.

    maps (rows, n) receives the last units of the network, as many as it has rows, made finite;
    gradient (P,) the mean gradient, unless it is empty.
    """
    rows, staged, turned, packed, pairs, plan, sample, sums = workspace
    narrow = make_plan(program, loss, plan, rows, pairs)
    pack(program, plan, parameters, packed, PARAMETERS)
    features, n = inputs.shape
    first_row = rows.shape[0] // 3 - 1 - maps.shape[0]
    for i in range(packed.shape[1]):
        packed[SUM, i] = 0
    clear(sums)
    for start in range(0, n, BLOCK):
        count = min(BLOCK, n - start)
        columns = (count + 15) // 16 * 16
        stage_block(inputs, targets, start, count, 1.0 / n, columns, sample, staged)
        enter(staged, 0, features, columns, rows)
        forward(plan, rows, packed, columns)
        if targets.shape[0] > 0:
            add_measures(plan, loss, rows, staged, features, count, sums)
        if gradient.size > 0:
            head_deltas(plan, loss, rows, staged, features, 0, columns)
            backward(plan, rows, packed, columns)
            weight_gradients(plan, narrow, rows, pairs, turned, packed, count, columns)
            add_to_sum(packed)
        for unit in range(maps.shape[0]):
            make_finite(rows, first_row + unit, columns)
            copy_row(rows, first_row + unit, count, maps, unit, start)
    if gradient.size > 0:
        unpack(program, plan, packed, SUM, gradient)
    return sum_of_lanes(sums, 0) / max(n, 1), sum_of_lanes(sums, 1) / max(n, 1)


def evaluate(
    program: Array,
    settings: Array,
    parameters: Array,
    inputs: Array,
    targets: Array,
    outputs: Array,
    workspace: Workspace,
) -> tuple[float, float]:
    """(mean loss without penalty, share of right answers) of inputs (features, n) and targets (units, n).

    outputs (units, n) receives what the head puts out, made finite.
    """
    loss, right = look(
        program, int(settings[codes.LOSS]), parameters, inputs, targets, outputs, parameters[:0], workspace
    )
    return loss, right if settings[codes.TASK] == codes.CLASSIFICATION else 0.0


def activations(program: Array, parameters: Array, inputs: Array, maps: Array, workspace: Workspace) -> None:
    """maps (all units, n): what every unit puts out, layer by layer; NaN becomes 0, infinity the largest number."""
    look(program, codes.SQUARED_ERROR, parameters, inputs, inputs[:0], maps, parameters[:0], workspace)


def gradients(
    program: Array,
    settings: Array,
    hyper: Array,
    parameters: Array,
    inputs: Array,
    targets: Array,
    gradient: Array,
    workspace: Workspace,
) -> float:
    """Mean loss; gradient (P,) of the mean loss over all samples, without penalty."""
    return look(program, int(settings[codes.LOSS]), parameters, inputs, targets, inputs[:0], gradient, workspace)[0]
