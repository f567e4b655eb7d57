"""Through all layers: forward, backward, gradients.

Owns the order of the layers and the choice of each one's functions. Must not know what a layer computes, nor losses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernels.lanes.tracing import traced
from kernels.lanes.vectors import Array, Index, choose, each, height, integer_at, least
from kernels.layers.convolution import backward_convolution, forward_convolution, gradient_convolution
from kernels.layers.dense import backward_copy, backward_dense, backward_residual, forward_dense, forward_residual
from kernels.layers.noise import backward_dropout, forward_copy, forward_dropout, forward_noise
from kernels.layers.normalization import (
    backward_batch_norm,
    backward_layer_norm,
    forward_batch_norm,
    forward_layer_norm,
    forward_running_norm,
    gradient_norm,
)
from kernels.layers.pooling import backward_average_pool, backward_max_pool, forward_average_pool, forward_max_pool
from kernels.layers.scaling import backward_scaling, forward_scaling, gradient_scaling
from kernels.layers.weight_gradients import sums_of_outer_products, sums_over_lanes
from kernels.losses.slopes import head_deltas
from kernels.losses.softmax import probabilities
from kernels.plan import codes
from kernels.plan.arrangement import ADDS, BEFORE, GROUP, HERE, KIND, NEEDS
from kernels.plan.batches import enter

Case = Callable[[], object]


def by_kind(plan: Array, layer: Index, cases: dict[int, Case]) -> None:
    """Do what the layer's kind asks for; nothing if it asks for nothing."""

    def doing(case: Case) -> Callable[[], tuple[()]]:
        return lambda: (case(), ())[1]

    choose(integer_at(plan, layer, KIND), {-1: tuple, **{kind: doing(case) for kind, case in cases.items()}})


def either(training: Index, yes: Case, no: Case) -> Case:
    """What a layer does in training, and what otherwise."""
    return lambda: choose(training, {0: lambda: (no(), ())[1], 1: lambda: (yes(), ())[1]})


def by_batch(plan: Array, layer: Index, count: Index, training: Index) -> Index:
    """1 where batch norm takes the batch's own statistics: in training, unless there is one number a channel.

    That one has no variance, and its normalized value would be 0 whatever it is: it is normalized as in evaluation,
    by the running statistics, which stay as they are (docs/decisions/0021).
    """
    return least(count * integer_at(plan, layer, GROUP) - 1, 1) * training


@traced(shared=True)
def forward(
    plan: Any, numbers: Any, rows: Any, packed: Any, staged: Any, start: Any, columns: Any, count: Any, training: Any,
    step: Any, seed: Any,
) -> None:  # fmt: skip
    """From the inputs staged from column `start` on to the head: value and slope of every unit.

    training 1: dropout and noise draw for this step and seed, batch norm takes the statistics of the first `count`
    columns (see `by_batch`).
    """

    def through(layer: Index) -> None:
        at, noisy = (plan, layer, rows), (plan, numbers, layer, rows, columns, step, seed)
        copy = lambda: forward_copy(*at, columns)  # noqa: E731
        by_kind(
            plan,
            layer,
            {
                codes.DENSE: lambda: forward_dense(*at, packed, columns),
                codes.DROPOUT: either(training, lambda: forward_dropout(*noisy), copy),
                codes.GAUSSIAN_NOISE: either(training, lambda: forward_noise(*noisy), copy),
                codes.SCALING: lambda: forward_scaling(*at, packed, columns),
                codes.BATCH_NORM: either(
                    by_batch(plan, layer, count, training),
                    lambda: forward_batch_norm(plan, numbers, layer, rows, packed, columns, count),
                    lambda: forward_running_norm(plan, numbers, layer, rows, packed, columns),
                ),
                codes.LAYER_NORM: lambda: forward_layer_norm(plan, numbers, layer, rows, packed, columns),
                codes.RESIDUAL: lambda: forward_residual(*at, packed, columns),
                codes.CONVOLUTION: lambda: forward_convolution(*at, packed, columns),
                codes.MAX_POOL: lambda: forward_max_pool(*at, columns),
                codes.AVERAGE_POOL: lambda: forward_average_pool(*at, columns),
                codes.FLATTEN: copy,
            },
        )

    enter(staged, start, integer_at(plan, 0, HERE) - 1, columns, rows)
    each(0, height(plan), 1, through)
    probabilities(plan, rows, columns)


@traced(shared=True)
def backward(
    plan: Any, numbers: Any, rows: Any, packed: Any, columns: Any, count: Any, training: Any, step: Any, seed: Any
) -> None:
    """From the head's deltas to those of every unit below which something is trained."""
    layers = height(plan)

    def through(layer: Index) -> None:
        at = (plan, layer, rows)
        copy = lambda: backward_copy(*at, columns, BEFORE, ADDS)  # noqa: E731
        by_kind(
            plan,
            layer,
            {
                codes.DENSE: lambda: backward_dense(*at, packed, columns, BEFORE, ADDS),
                codes.DROPOUT: either(
                    training, lambda: backward_dropout(plan, numbers, layer, rows, columns, step, seed), copy
                ),
                codes.GAUSSIAN_NOISE: copy,
                codes.SCALING: lambda: backward_scaling(*at, packed, columns),
                codes.BATCH_NORM: lambda: backward_batch_norm(
                    *at, packed, columns, count, by_batch(plan, layer, count, training)
                ),
                codes.LAYER_NORM: lambda: backward_layer_norm(plan, numbers, layer, rows, packed, columns),
                codes.RESIDUAL: lambda: backward_residual(*at, packed, columns),
                codes.CONVOLUTION: lambda: backward_convolution(*at, packed, columns),
                codes.MAX_POOL: lambda: backward_max_pool(*at, columns),
                codes.AVERAGE_POOL: lambda: backward_average_pool(*at, columns),
                codes.FLATTEN: copy,
            },
        )

    def needed(layer: Index) -> tuple[()]:
        through(layer)
        return ()

    each(
        1,
        layers,
        1,
        lambda above: choose(integer_at(plan, layers - above, NEEDS), {0: tuple, 1: lambda: needed(layers - above)}),
    )


@traced(shared=True)
def mean_gradient(
    plan: Any, numbers: Any, summed: Any, loss: Any, number: Any, rows: Any, staged: Any, start: Any, turned: Any,
    pairs: Any, packed: Any, columns: Any, count: Any, training: Any, step: Any, seed: Any,
) -> None:  # fmt: skip
    """After `forward`: the mean gradient over the samples staged from column `start` on, to packed[GRADIENT]."""
    head_deltas(plan, loss, number, rows, staged, integer_at(plan, 0, HERE) - 1, start, columns)
    backward(plan, numbers, rows, packed, columns, count, training, step, seed)
    sums_over_lanes(summed, rows, pairs, packed, columns)

    def of_layer(layer: Index) -> None:
        at = (plan, layer, rows)
        by_kind(
            plan,
            layer,
            {
                codes.DENSE: lambda: sums_of_outer_products(*at, turned, packed, count, columns),
                codes.RESIDUAL: lambda: sums_of_outer_products(*at, turned, packed, count, columns),
                codes.SCALING: lambda: gradient_scaling(*at, packed, columns),
                codes.BATCH_NORM: lambda: gradient_norm(*at, packed, columns),
                codes.LAYER_NORM: lambda: gradient_norm(*at, packed, columns),
                codes.CONVOLUTION: lambda: gradient_convolution(*at, packed, columns),
            },
        )

    each(0, height(plan), 1, of_layer)
