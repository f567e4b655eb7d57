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
from kernels.plan.arguments import Records, RunState, Samples
from kernels.plan.arrangement import BAND, FIRST_MOMENT, GRADIENT, HERE, PARAMETERS
from kernels.plan.batches import shuffle, stage_batch
from kernels.plan.memory import HAS_FROZEN, SUMMED, Workspace
from kernels.plan.packing import bad_layer, bad_sample, copy, keep_frozen, pack, unpack


@inline
def hand_back(places: Array, owners: Array, packed: Array, parameters: Array, slots: Array, counters: Array) -> int:
    """Give parameters and optimizer state back to the caller, set STATUS and BAD_LAYER; returns the status."""
    fine = True
    for group in range(3):
        row, flat = PARAMETERS, parameters
        if group > 0:
            row, flat = FIRST_MOMENT + group - 1, slots[group - 1]
        fine = unpack(places, packed, row, flat) and fine
    counters[codes.STATUS] = codes.OK
    if not fine:
        counters[codes.STATUS] = codes.NOT_FINITE
        counters[codes.BAD_LAYER] = bad_layer(owners, parameters, slots)
    return int(counters[codes.STATUS])


@part
def step(
    settings: Array, hyperparameters: Array, state: RunState, start: int, count: int, samples: int, workspace: Workspace
) -> None:
    """One optimizer step from the batch of `count` samples staged from column `start` on, of an epoch of `samples`."""
    rows, packed, plan, numbers = workspace.rows, workspace.packed, workspace.plan, workspace.numbers
    counters, probes = state.counters, state.probes
    columns = (count + 15) // 16 * 16
    made, seed = counters[codes.STEP], counters[codes.NOISE_SEED]
    ends_epoch = counters[codes.POSITION] + count == samples
    probing = settings[codes.PROBING] == 1 and (ends_epoch or made % EVERY == 0)
    loss, number = settings[codes.LOSS], hyperparameters[codes.LOSS_NUMBER]
    forward(plan, numbers, rows, packed, workspace.staged, start, columns, count, 1, made, seed)
    mean_gradient(
        plan, numbers, workspace.facts[0, SUMMED], loss, number, rows, workspace.staged, start, workspace.turned,
        workspace.pairs, packed, columns, count, 1, made, seed,
    )  # fmt: skip
    if workspace.facts[0, HAS_FROZEN] == 1:
        keep_frozen(packed)
    if probing:
        remember(packed)
        probe_gradient(plan, packed, GRADIENT, workspace.moments, probes)
    rate = rate_in_force(settings, hyperparameters, counters, state.watch, samples)
    state.watch[codes.RATE_TAKEN] = rate
    counters[codes.CLIPPED] += update(settings, hyperparameters, rate, packed, state.powers, plan)
    counters[codes.STEP] += 1
    if probing:
        probe_update(plan, packed, counters[codes.STEP], workspace.moments, probes)


@part
def evaluate_epoch(
    settings: Array, hyperparameters: Array, train_set: Samples, test_set: Samples, validation_set: Samples,
    state: RunState, records: Records, recording: bool, judging: bool, workspace: Workspace,
) -> int:  # fmt: skip
    """At the end of an epoch: measure the data sets, write a record, ask the stop rules; returns their verdict.

    The rules watch the validation set, and the test set where there is none. All sets are measured at one place of the
    program: a second one makes the code of the steps around it slower.
    """
    rows, staged, packed, sample = workspace.rows, workspace.staged, workspace.packed, workspace.sample
    plan, numbers, moments, peaks = workspace.plan, workspace.numbers, workspace.moments, workspace.peaks
    counters, watch, sums = state.counters, state.watch, workspace.sums
    loss, number = settings[codes.LOSS], hyperparameters[codes.LOSS_NUMBER]
    probing = 1 if recording and settings[codes.PROBING] == 1 else 0
    train_loss, train_accuracy, test_loss, test_accuracy = 0.0, 0.0, 0.0, 0.0
    held_loss, held_accuracy = 0.0, 0.0
    validated = validation_set.inputs.shape[1] > 0
    for which in range(3 if validated else 2):
        inputs, targets = train_set.inputs, train_set.targets
        if which == 1:
            inputs, targets = test_set.inputs, test_set.targets
        elif which == 2:
            inputs, targets = validation_set.inputs, validation_set.targets
        measure(
            plan, numbers, loss, number, rows, packed, inputs, targets, sample, staged, sums,
            probing if which == 0 else 0, moments, peaks,
        )  # fmt: skip
        samples = max(inputs.shape[1], 1)
        mean, right = sum_of_lanes(sums, 0) / samples, sum_of_lanes(sums, 1) / samples
        if settings[codes.TASK] != codes.CLASSIFICATION:
            right = 0.0
        if which == 0:
            train_loss, train_accuracy = mean, right
        else:
            held_loss, held_accuracy = mean, right
            if which == 1:
                test_loss, test_accuracy = mean, right
    if probing == 1:
        probe_units(plan, moments, peaks, train_set.inputs.shape[1], state.probes)
        probe_parameters(plan, packed, moments, state.probes)
    if recording:
        if probing == 1:
            record_probes(state.probes, records.probes[counters[codes.RECORDS]])
        row = records.rows[counters[codes.RECORDS]]
        row[codes.RECORD_EPOCH] = counters[codes.EPOCH]
        row[codes.RECORD_TRAIN_LOSS], row[codes.RECORD_TRAIN_ACCURACY] = train_loss, train_accuracy
        row[codes.RECORD_TEST_LOSS], row[codes.RECORD_TEST_ACCURACY] = test_loss, test_accuracy
        row[codes.RECORD_PENALTY] = penalty(packed, hyperparameters[codes.L1], hyperparameters[codes.L2])
        row[codes.RECORD_STEP], row[codes.RECORD_CLIPPED] = counters[codes.STEP], counters[codes.CLIPPED]
        row[codes.RECORD_LEARNING_RATE] = watch[codes.RATE_TAKEN]
        row[codes.RECORD_VALIDATION_LOSS] = held_loss if validated else 0.0
        row[codes.RECORD_VALIDATION_ACCURACY] = held_accuracy if validated else 0.0
        counters[codes.RECORDS] += 1
    if not judging:
        return 0
    held_out = validated or test_set.inputs.shape[1] > 0
    verdict = judge(
        settings, hyperparameters, counters, watch, train_loss, train_accuracy, held_loss, held_accuracy, held_out
    )
    return int(verdict)


@inline
def apply_verdict(verdict: int, parameters: Array, best: Array, counters: Array) -> bool:
    """Keep the best parameters, or stop: sets STATUS, gives the best parameters back. Does the run stop?"""
    keeps = best.size == parameters.size
    if verdict & IMPROVED and keeps:
        copy(parameters, best)
    if verdict & GOAL:
        counters[codes.STATUS] = codes.GOAL_REACHED
    elif verdict & STOP:
        counters[codes.STATUS] = codes.STOPPED_EARLY
        if keeps:
            copy(best, parameters)
    return verdict & (GOAL | STOP) != 0


@part
def train_one(
    settings: Array, hyperparameters: Array, train_set: Samples, test_set: Samples, validation_set: Samples,
    state: RunState, steps: int, stride: int, records: Records, workspace: Workspace,
) -> int:  # fmt: skip
    """Advance by `steps` optimizer steps; returns the status."""
    rows, packed, plan, places = workspace.rows, workspace.packed, workspace.plan, workspace.places
    parameters, slots, order, counters = state.parameters, state.slots, state.order, state.counters
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
    watching = needed(settings, hyperparameters)
    room = records.rows.shape[0]
    if settings[codes.PROBING] == 1:
        room = min(room, records.probes.shape[0])
    if n == 0 or pitch > rows.shape[1] or (stride > 0 and counters[codes.RECORDS] >= room):
        steps = 0  # nothing to learn from, a workspace for smaller batches, or no room for records
    if counters[codes.STATUS] >= codes.STOPPED_EARLY:
        return int(counters[codes.STATUS])
    if steps > 0:
        counters[codes.BAD_SAMPLE] = -1
    for done in range(steps):
        position = counters[codes.POSITION]
        if used == ready:
            used, ready = 0, min(steps - done, (n - position + batch - 1) // batch, workspace.staged.shape[1] // pitch)
            for b in range(ready):
                first = position + b * batch
                count = min(batch, n - first)
                stage_batch(
                    train_set.inputs, train_set.targets, order, first, count, 1.0 / count, pitch, b * pitch,
                    workspace.sample, workspace.staged,
                )  # fmt: skip
        count, start = min(batch, n - position), used * pitch
        step(settings, hyperparameters, state, start, count, n, workspace)
        used += 1
        ended = position + count == n
        counters[codes.POSITION] = 0 if ended else position + count
        if ended:
            shuffle(order, state.chance)
            counters[codes.EPOCH] += 1
            used = ready
        recording = ended and stride > 0 and counters[codes.EPOCH] % stride == 0
        judging = ended and watching
        checking = recording or judging or settings[codes.CHECK_EVERY_STEP] == 1
        if checking and hand_back(places, workspace.owners, packed, parameters, slots, counters) != codes.OK:
            counters[codes.BAD_SAMPLE] = bad_sample(rows, plan[0, BAND], plan[0, HERE], count, workspace.sample, start)
            return codes.NOT_FINITE
        if recording or judging:
            verdict = evaluate_epoch(
                settings, hyperparameters, train_set, test_set, validation_set, state, records, recording, judging,
                workspace,
            )  # fmt: skip
            if apply_verdict(verdict, parameters, state.best, counters):
                return int(counters[codes.STATUS])
            if recording and counters[codes.RECORDS] >= room:
                break
    return hand_back(places, workspace.owners, packed, parameters, slots, counters)
