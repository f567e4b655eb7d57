"""Entry `train`: many optimizer steps.

Owns the loop over steps and epochs, the records and the check for non-finite numbers. A call of 1,000 steps and 1,000
calls of one step give the same bits: whatever outlives a step is in the caller's arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels import codes
from kernels.batches import enter, shuffle, stage_batch
from kernels.dense import backward, forward
from kernels.evaluation import measure, penalty_of, sum_of_lanes
from kernels.jit import entry, inline
from kernels.lanes import Array, integer_at
from kernels.layout import FIRST_MOMENT, N_IN, PARAMETERS, make_plan, mark_weights, pack, unpack
from kernels.losses import head_deltas
from kernels.memory import Workspace
from kernels.optimizers import update
from kernels.tracing import traced
from kernels.weight_gradients import weight_gradients


@inline
def bad_layer(program: Array, parameters: Array, slots: Array) -> int:
    """The first layer with a non-finite weight, bias or optimizer value."""
    for layer in range(program.shape[0]):
        n_in, n_out = program[layer, codes.INPUTS], program[layer, codes.OUTPUTS]
        for part in range(2):
            start, count = program[layer, codes.WEIGHT_OFFSET], n_in * n_out
            if part == 1:
                start, count = program[layer, codes.BIAS_OFFSET], n_out
            for i in range(start, start + count):
                if not (np.isfinite(parameters[i]) and np.isfinite(slots[0, i]) and np.isfinite(slots[1, i])):
                    return layer
    return 0


@inline
def hand_back(program: Array, plan: Array, packed: Array, parameters: Array, slots: Array, state: Array) -> int:
    """Give parameters and optimizer state back to the caller, set STATUS and BAD_LAYER; returns the status."""
    fine = True
    for part in range(3):
        row, flat = PARAMETERS, parameters
        if part > 0:
            row, flat = FIRST_MOMENT + part - 1, slots[part - 1]
        fine = unpack(program, plan, packed, row, flat) and fine
    state[codes.STATUS] = codes.OK
    if not fine:
        state[codes.STATUS] = codes.NOT_FINITE
        state[codes.BAD_LAYER] = bad_layer(program, parameters, slots)
    return int(state[codes.STATUS])


@traced(0, shared=True)
def batch_gradient(
    plan: Any,
    narrow: Any,
    loss: Any,
    rows: Any,
    staged: Any,
    start: Any,
    samples: Any,
    turned: Any,
    pairs: Any,
    packed: Any,
) -> None:
    """The mean gradient over the batch staged from column `start` on, to packed[GRADIENT]."""
    features, columns = integer_at(plan, 0, N_IN), (samples + 15) // 16 * 16
    enter(staged, start, features, columns, rows)
    forward(plan, rows, packed, columns)
    head_deltas(plan, loss, rows, staged, features, start, columns)
    backward(plan, rows, packed, columns)
    weight_gradients(plan, narrow, rows, pairs, turned, packed, samples, columns)


@inline
def write(sums: Array, part: int, count: int, settings: Array, state: Array, records: Array) -> None:
    """Put the measures of the training data (part 0) or test data (part 1) into the row that is being recorded."""
    row, samples = state[codes.RECORDS], max(count, 1)
    right = sum_of_lanes(sums, 1) if settings[codes.TASK] == codes.CLASSIFICATION else 0.0
    records[row, codes.RECORD_TRAIN_LOSS + part] = sum_of_lanes(sums, 0) / samples
    records[row, codes.RECORD_TRAIN_ACCURACY + part] = right / samples


@entry
def train(
    program: Array,
    settings: Array,
    hyper: Array,
    parameters: Array,
    slots: Array,
    powers: Array,
    inputs: Array,
    targets: Array,
    test_inputs: Array,
    test_targets: Array,
    order: Array,
    rng: Array,
    state: Array,
    steps: int,
    stride: int,
    records: Array,
    workspace: Workspace,
) -> int:
    """Advance by `steps` optimizer steps; see codes.py for the columns of every argument. Returns the status."""
    rows, staged, turned, packed, pairs, plan, sample, sums = workspace
    narrow = make_plan(program, settings[codes.LOSS], plan, rows, pairs)
    mark_weights(plan, packed)
    for part in range(3):
        row, flat = PARAMETERS, parameters
        if part > 0:
            row, flat = FIRST_MOMENT + part - 1, slots[part - 1]
        pack(program, plan, flat, packed, row)
    n, loss = order.size, settings[codes.LOSS]
    batch = min(settings[codes.BATCH_SIZE], n)
    samples = order.reshape((1, n))
    pitch = (batch + 15) // 16 * 16  # columns a batch takes
    ready, used = 0, 0  # staged batches, and how many of them are used
    if n == 0 or pitch > rows.shape[1] or (stride > 0 and state[codes.RECORDS] >= records.shape[0]):
        steps = 0  # nothing to learn from, a workspace for smaller batches, or no room for records
    for done in range(steps):
        position = state[codes.POSITION]
        if used == ready:
            used, ready = 0, min(steps - done, (n - position + batch - 1) // batch, staged.shape[1] // pitch)
            for b in range(ready):
                first = position + b * batch
                count = min(batch, n - first)
                stage_batch(inputs, targets, samples, first, count, 1.0 / count, pitch, b * pitch, sample, staged)
        count = min(batch, n - position)
        batch_gradient(plan, narrow, loss, rows, staged, used * pitch, count, turned, pairs, packed)
        update(settings, hyper, packed, powers)
        used += 1
        state[codes.STEP] += 1
        state[codes.POSITION] = position + count
        ended = position + count == n
        if ended:
            shuffle(order, rng)
            state[codes.POSITION] = 0
            state[codes.EPOCH] += 1
            used = ready
        recording = ended and stride > 0 and state[codes.EPOCH] % stride == 0
        checking = recording or settings[codes.CHECK_EVERY_STEP] == 1
        if checking and hand_back(program, plan, packed, parameters, slots, state) != codes.OK:
            return codes.NOT_FINITE
        if recording:
            records[state[codes.RECORDS], codes.RECORD_EPOCH] = state[codes.EPOCH]
            records[state[codes.RECORDS], codes.RECORD_PENALTY] = penalty_of(program, hyper, parameters)
            measure(plan, loss, rows, packed, inputs, targets, sample, staged, sums)
            write(sums, 0, n, settings, state, records)
            measure(plan, loss, rows, packed, test_inputs, test_targets, sample, staged, sums)
            write(sums, 1, test_inputs.shape[1], settings, state, records)
            state[codes.RECORDS] += 1
            if state[codes.RECORDS] >= records.shape[0]:
                break
    return hand_back(program, plan, packed, parameters, slots, state)
