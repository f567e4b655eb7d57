"""Passing samples through a network without changing it: losses, right answers, activations, gradients.

Owns measuring. Must not know optimizers. Samples pass through in blocks of 64 columns; sums over samples are kept in
float64, one per lane, and added up by a fixed tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kernels.compiling.jit import part
from kernels.lanes.size import LANES
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import (
    Array,
    Index,
    Lanes,
    accumulate,
    as_number,
    choose,
    each,
    filled,
    height,
    integer_at,
    is_single,
    lane_numbers,
    least,
    load,
    magnitude,
    number_at,
    place_number,
    store,
    total,
    where_less,
    widened,
    width,
)
from kernels.layers.passes import forward, mean_gradient
from kernels.learning.probing import add_moments, clear, probe_gradient, probe_parameters, probe_units, sum_of_lanes
from kernels.losses.values import right_answers, sample_losses
from kernels.plan import codes
from kernels.plan.arguments import Evaluation, Samples
from kernels.plan.arrangement import BAND, GRADIENT, IS_WEIGHT, N_OUT, PARAMETERS, SUM
from kernels.plan.batches import stage_block
from kernels.plan.memory import HAS_FROZEN, SUMMED, Workspace
from kernels.plan.packing import keep_frozen, pack, unpack

BLOCK = 64  # columns


@traced(shared=True)
def add_measures(
    plan: Any, loss: Any, number: Any, rows: Any, staged: Any, targets: Any, count: Any, sums: Any
) -> None:
    """Add the weighted losses and the right answers of the first `count` columns to sums (2, 16) of float64."""

    def sixteen(column: Index) -> None:
        losses = sample_losses(plan, loss, number, rows, staged, targets, column)
        answers = right_answers(plan, loss, rows, staged, targets, column)
        weight = widened(load(staged, targets + integer_at(plan, height(plan) - 1, N_OUT), column))
        zero = filled(losses, 0.0)
        place, end = lane_numbers(zero) + as_number(column, zero), as_number(count, zero)
        store(sums, 0, 0, load(sums, 0, 0) + where_less(place, end, losses * weight, zero))
        store(sums, 1, 0, load(sums, 1, 0) + where_less(place, end, answers, zero))

    each(0, count, LANES, sixteen)


@traced(shared=True)
def measure(
    plan: Any, numbers: Any, loss: Any, number: Any, rows: Any, packed: Any, inputs: Any, targets: Any, sample: Any,
    staged: Any, sums: Any, probing: Any, moments: Any, peaks: Any,
) -> None:  # fmt: skip
    """sums (2, 16) become the losses and right answers over all samples of inputs (features, n).

    probing 1: the layers' moments and the units' peaks become those of the same samples.
    """
    clear(sums)
    n = width(inputs)

    def start_moments() -> tuple[()]:
        clear(moments)
        clear(peaks)
        return ()

    choose(probing, {0: tuple, 1: start_moments})

    def block(start: Index) -> None:
        count = least(n - start, BLOCK)
        columns = (count + 15) // 16 * 16

        def add_to_moments() -> tuple[()]:
            add_moments(plan, rows, count, moments, peaks)
            return ()

        stage_block(inputs, targets, start, count, 1.0, columns, sample, staged)
        forward(plan, numbers, rows, packed, staged, start * 0, columns, count, start * 0, start * 0, start * 0)
        add_measures(plan, loss, number, rows, staged, height(inputs), count, sums)
        choose(probing, {0: tuple, 1: add_to_moments})

    each(0, n, BLOCK, block)


@traced(number=True)
def penalty(packed: Any, l1: Any, l2: Any) -> Any:
    """l1 sum |w| + l2 / 2 sum w**2 over trained weights, in float64."""

    def term(i: Index) -> Lanes:
        w = widened(load(packed, PARAMETERS, i * LANES) * load(packed, IS_WEIGHT, i * LANES))
        return magnitude(w) * l1 + w * w * l2 * 0.5

    return total(accumulate(1, width(packed) // LANES, lambda i, sums: (sums + term(i),), (term(0),))[0])


@traced()
def make_finite(rows: Any, row: Any, columns: Any) -> None:
    """In place: NaN becomes 0, infinity the largest number."""

    def sixteen(column: Index) -> None:
        z = load(rows, row, column)
        big = filled(z, np.finfo(np.float32).max if is_single(z) else np.finfo(np.float64).max)
        held = where_less(z, big, where_less(-big, z, z, -big), where_less(0.0, z, big, filled(z, 0.0)))
        store(rows, row, column, held)

    each(0, columns, LANES, sixteen)


@traced()
def copy_row(rows: Any, row: Any, count: Any, maps: Any, to: Any, start: Any) -> None:
    """maps[to, start : start + count] = rows[row, :count]."""
    whole = count // LANES * LANES
    each(0, whole, LANES, lambda column: store(maps, to, start + column, load(rows, row, column)))
    each(whole, count, 1, lambda column: place_number(maps, to, start + column, number_at(rows, row, column)))


@traced()
def add_to_sum(packed: Any) -> None:
    """packed[SUM] += packed[GRADIENT]."""
    each(0, width(packed), LANES, lambda i: store(packed, SUM, i, load(packed, SUM, i) + load(packed, GRADIENT, i)))


@part
def look(
    settings: Array, hyperparameters: Array, parameters: Array, samples: Samples, evaluation: Evaluation,
    workspace: Workspace,
) -> None:  # fmt: skip
    """Pass all samples through a network; results (3,) become mean loss, share of right answers, penalty.

    Without samples or targets the first two are 0. maps (rows, n) receives the last units of the network, as many as it
    has rows, made finite; gradient (P,) the mean gradient, unless it is empty. probes (layers, 9) receives the norms of
    that gradient and what the units say, unless it is empty; its columns about updates stay as they are.
    """
    rows, staged, packed, sums = workspace.rows, workspace.staged, workspace.packed, workspace.sums
    plan, numbers, places = workspace.plan, workspace.numbers, workspace.places
    inputs, targets = samples.inputs, samples.targets
    maps, gradient, probes, results = evaluation.maps, evaluation.gradient, evaluation.probes, evaluation.results
    pack(places, parameters, packed, PARAMETERS)
    features, n = inputs.shape
    loss, number = settings[codes.LOSS], hyperparameters[codes.LOSS_NUMBER]
    share = 1.0 / max(n, 1) if gradient.size > 0 else 1.0
    first_row = plan[0, BAND] - 1 - maps.shape[0]
    if gradient.size > 0:
        for i in range(packed.shape[1]):
            packed[SUM, i] = 0
    probing = probes.shape[0] > 0
    if probing:
        clear(workspace.moments)
        clear(workspace.peaks)
    clear(sums)
    for start in range(0, n, BLOCK):
        count = min(BLOCK, n - start)
        columns = (count + 15) // 16 * 16
        stage_block(inputs, targets, start, count, share, columns, workspace.sample, staged)
        forward(plan, numbers, rows, packed, staged, 0, columns, count, 0, 0, 0)
        if probing:
            add_moments(plan, rows, count, workspace.moments, workspace.peaks)
        if targets.shape[0] > 0:
            add_measures(plan, loss, number, rows, staged, features, count, sums)
        if gradient.size > 0:
            mean_gradient(
                plan, numbers, workspace.facts[0, SUMMED], loss, number, rows, staged, 0, workspace.turned,
                workspace.pairs, packed, columns, count, 0, 0, 0,
            )  # fmt: skip
            if workspace.facts[0, HAS_FROZEN] == 1:
                keep_frozen(packed)
            add_to_sum(packed)
        for unit in range(maps.shape[0]):
            make_finite(rows, first_row + unit, columns)
            copy_row(rows, first_row + unit, count, maps, unit, start)
    if gradient.size > 0:
        unpack(places, packed, SUM, gradient)
    if probing:
        probe_units(plan, workspace.moments, workspace.peaks, n, probes)
        probe_gradient(plan, packed, SUM, workspace.moments, probes)
        probe_parameters(plan, packed, workspace.moments, probes)
    results[0] = sum_of_lanes(sums, 0) / (1.0 if gradient.size > 0 else max(n, 1))
    results[1] = sum_of_lanes(sums, 1) / max(n, 1)
    results[2] = penalty(packed, hyperparameters[codes.L1], hyperparameters[codes.L2])
