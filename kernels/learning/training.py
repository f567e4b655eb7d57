"""Many optimizer steps of one network.

Owns the loop over steps and epochs, the records and the check for non-finite numbers. A call of 1,000 steps and 1,000
calls of one step give the same bits: whatever outlives a step is in the caller's arrays.
"""

from __future__ import annotations

from kernels.compiling.jit import inline, part
from kernels.lanes.vectors import Array
from kernels.layers.passes import forward, mean_gradient
from kernels.learning.evaluation import measure, penalty
from kernels.learning.monitoring import GOAL, IMPROVED, STOP, judge, needed
from kernels.learning.optimizers import update
from kernels.learning.probing import (
    EVERY,
    probe_gradient,
    probe_parameters,
    probe_units,
    probe_update,
    record_probes,
    remember,
    sum_of_lanes,
)
from kernels.learning.schedules import rate_in_force
from kernels.plan import codes
from kernels.plan.batches import shuffle, stage_batch
from kernels.plan.layout import BAND, FIRST_MOMENT, GRADIENT, HERE, PARAMETERS
from kernels.plan.memory import HAS_FROZEN, SUMMED, Workspace
from kernels.plan.packing import bad_layer, bad_sample, copy, keep_frozen, pack, unpack


@inline
def hand_back(places: Array, owners: Array, packed: Array, parameters: Array, slots: Array, state: Array) -> int:
    """Give parameters and optimizer state back to the caller, set STATUS and BAD_LAYER; returns the status."""
    fine = True
    for group in range(3):
        row, flat = PARAMETERS, parameters
        if group > 0:
            row, flat = FIRST_MOMENT + group - 1, slots[group - 1]
        fine = unpack(places, packed, row, flat) and fine
    state[codes.STATUS] = codes.OK
    if not fine:
        state[codes.STATUS] = codes.NOT_FINITE
        state[codes.BAD_LAYER] = bad_layer(owners, parameters, slots)
    return int(state[codes.STATUS])


@part
def learn(
    settings: Array, hyper: Array, powers: Array, state: Array, watch: Array, probes: Array, start: int, count: int,
    samples: int, workspace: Workspace,
) -> None:  # fmt: skip
    """One optimizer step from the batch of `count` samples staged from column `start` on."""
    rows, staged, turned, packed, pairs, plan, numbers, _, _, facts, _, _, tallies, _ = workspace
    columns = (count + 15) // 16 * 16
    step, seed = state[codes.STEP], state[codes.NOISE_SEED]
    ends_epoch = state[codes.POSITION] + count == samples
    probing = settings[codes.PROBING] == 1 and (ends_epoch or step % EVERY == 0)
    loss, number = settings[codes.LOSS], hyper[codes.LOSS_NUMBER]
    forward(plan, numbers, rows, packed, staged, start, columns, count, 1, step, seed)
    mean_gradient(
        plan, numbers, facts[0, SUMMED], loss, number, rows, staged, start, turned, pairs, packed, columns, count, 1,
        step, seed,
    )  # fmt: skip
    if facts[0, HAS_FROZEN] == 1:
        keep_frozen(packed)
    if probing:
        remember(packed)
        probe_gradient(plan, packed, GRADIENT, tallies, probes)
    rate = rate_in_force(settings, hyper, state, watch, samples)
    watch[codes.RATE_TAKEN] = rate
    state[codes.CLIPPED] += update(settings, hyper, rate, packed, powers, plan)
    state[codes.STEP] += 1
    if probing:
        probe_update(plan, packed, state[codes.STEP], tallies, probes)


@part
def take_stock(
    settings: Array, hyper: Array, inputs: Array, targets: Array, test_inputs: Array, test_targets: Array,
    state: Array, watch: Array, probes: Array, recording: bool, judging: bool, records: Array, probe_records: Array,
    workspace: Workspace,
) -> int:  # fmt: skip
    """At the end of an epoch: measure both data sets, write a record, ask the stop rules; returns their verdict."""
    rows, staged, _, packed, _, plan, numbers, _, _, _, sample, sums, tallies, peaks = workspace
    loss, number = settings[codes.LOSS], hyper[codes.LOSS_NUMBER]
    tallying = 1 if recording and settings[codes.PROBING] == 1 else 0
    figures = (0.0, 0.0, 0.0, 0.0)
    for held_out in range(2):
        x, t = (test_inputs, test_targets) if held_out == 1 else (inputs, targets)
        wanted = tallying if held_out == 0 else 0
        measure(plan, numbers, loss, number, rows, packed, x, t, sample, staged, sums, wanted, tallies, peaks)
        samples = max(x.shape[1], 1)
        mean, right = sum_of_lanes(sums, 0) / samples, sum_of_lanes(sums, 1) / samples
        if settings[codes.TASK] != codes.CLASSIFICATION:
            right = 0.0
        figures = (figures[2], figures[3], mean, right)
    if tallying == 1:
        probe_units(plan, tallies, peaks, inputs.shape[1], probes)
        probe_parameters(plan, packed, tallies, probes)
    if recording:
        if tallying == 1:
            record_probes(probes, probe_records[state[codes.RECORDS]])
        found = records[state[codes.RECORDS]]
        found[codes.RECORD_EPOCH] = state[codes.EPOCH]
        found[codes.RECORD_TRAIN_LOSS], found[codes.RECORD_TRAIN_ACCURACY] = figures[0], figures[1]
        found[codes.RECORD_TEST_LOSS], found[codes.RECORD_TEST_ACCURACY] = figures[2], figures[3]
        found[codes.RECORD_PENALTY] = penalty(packed, hyper[codes.L1], hyper[codes.L2])
        found[codes.RECORD_STEP], found[codes.RECORD_CLIPPED] = state[codes.STEP], state[codes.CLIPPED]
        found[codes.RECORD_LEARNING_RATE] = watch[codes.RATE_TAKEN]
        state[codes.RECORDS] += 1
    if not judging:
        return 0
    tested = test_inputs.shape[1] > 0
    return int(judge(settings, hyper, state, watch, figures[0], figures[1], figures[2], figures[3], tested))


@inline
def obey(verdict: int, parameters: Array, best: Array, state: Array) -> bool:
    """Keep the best parameters, or stop: sets STATUS, gives the best parameters back. Does the run stop?"""
    keeps = best.size == parameters.size
    if verdict & IMPROVED and keeps:
        copy(parameters, best)
    if verdict & GOAL:
        state[codes.STATUS] = codes.GOAL_REACHED
    elif verdict & STOP:
        state[codes.STATUS] = codes.STOPPED_EARLY
        if keeps:
            copy(best, parameters)
    return verdict & (GOAL | STOP) != 0


@part
def train_one(
    settings: Array, hyper: Array, parameters: Array, slots: Array, powers: Array, inputs: Array, targets: Array,
    test_inputs: Array, test_targets: Array, order: Array, rng: Array, state: Array, watch: Array, best: Array,
    probes: Array, steps: int, stride: int, records: Array, probe_records: Array, workspace: Workspace,
) -> int:  # fmt: skip
    """Advance by `steps` optimizer steps; see plan/codes.py for the columns of every argument. Returns the status."""
    rows, staged, _, packed, _, plan, _, places, owners, _, sample, _, _, _ = workspace
    for group in range(3):
        row, flat = PARAMETERS, parameters
        if group > 0:
            row, flat = FIRST_MOMENT + group - 1, slots[group - 1]
        pack(places, flat, packed, row)
    for i in range(packed.shape[1]):
        packed[GRADIENT, i] = 0  # what a call that broke has left between the parameters
    n = order.shape[1]
    batch = min(settings[codes.BATCH_SIZE], n)
    pitch = (batch + 15) // 16 * 16  # columns a batch takes
    ready, used = 0, 0  # staged batches, and how many of them are used
    watching = needed(settings, hyper)
    room = records.shape[0]
    if settings[codes.PROBING] == 1:
        room = min(room, probe_records.shape[0])
    if n == 0 or pitch > rows.shape[1] or (stride > 0 and state[codes.RECORDS] >= room):
        steps = 0  # nothing to learn from, a workspace for smaller batches, or no room for records
    if state[codes.STATUS] >= codes.STOPPED_EARLY:
        return int(state[codes.STATUS])
    if steps > 0:
        state[codes.BAD_SAMPLE] = -1
    for done in range(steps):
        position = state[codes.POSITION]
        if used == ready:
            used, ready = 0, min(steps - done, (n - position + batch - 1) // batch, staged.shape[1] // pitch)
            for b in range(ready):
                first = position + b * batch
                count = min(batch, n - first)
                stage_batch(inputs, targets, order, first, count, 1.0 / count, pitch, b * pitch, sample, staged)
        count, start = min(batch, n - position), used * pitch
        learn(settings, hyper, powers, state, watch, probes, start, count, n, workspace)
        used += 1
        ended = position + count == n
        state[codes.POSITION] = 0 if ended else position + count
        if ended:
            shuffle(order, rng)
            state[codes.EPOCH] += 1
            used = ready
        recording = ended and stride > 0 and state[codes.EPOCH] % stride == 0
        judging = ended and watching
        checking = recording or judging or settings[codes.CHECK_EVERY_STEP] == 1
        if checking and hand_back(places, owners, packed, parameters, slots, state) != codes.OK:
            state[codes.BAD_SAMPLE] = bad_sample(rows, plan[0, BAND], plan[0, HERE], count, sample, start)
            return codes.NOT_FINITE
        if recording or judging:
            verdict = take_stock(
                settings, hyper, inputs, targets, test_inputs, test_targets, state, watch, probes, recording, judging,
                records, probe_records, workspace,
            )  # fmt: skip
            if obey(verdict, parameters, best, state):
                return int(state[codes.STATUS])
            if recording and state[codes.RECORDS] >= room:
                break
    return hand_back(places, owners, packed, parameters, slots, state)
