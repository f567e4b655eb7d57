"""The learning rate in force at a step.

Owns the seven schedules. Must not know optimizers. The formulas are PyTorch's (torch.optim.lr_scheduler: StepLR,
ExponentialLR, CosineAnnealingLR, OneCycleLR) and depend on the epoch and the place in it alone, never on how many steps
a call makes. Only + - * / in float64: no mathematics library, so the same bits everywhere.
"""

from __future__ import annotations

import math
from typing import Final

from kernels.compiling.jit import inline
from kernels.lanes.vectors import Array
from kernels.plan import codes

RISE: Final = 0.3  # share of one cycle's steps in which the rate grows
DIVISOR, FINAL_DIVISOR = 25.0, 1e4  # largest rate / first rate, first rate / last rate


@inline
def swing(x: float) -> float:
    """cos(pi x) for 0 <= x <= 1, as 1 - 2 sin(pi x / 2)**2 below 1/2; exact at 0 and 1, error below 5e-16."""
    y = 0.5 * math.pi * min(x, 1.0 - x)
    u = y * y
    s = 1.0 - u / 210.0 * (1.0 - u / 272.0)  # Taylor's series of sin(y) / y from its end; |y| <= pi / 4
    for k in range(12, 0, -2):
        s = 1.0 - u / (k * (k + 1)) * s
    c = 1.0 - 2.0 * (y * s) * (y * s)
    return -c if x > 0.5 else c


@inline
def power(factor: float, count: int) -> float:
    """factor**count for count >= 0, by squaring."""
    result = 1.0
    while count > 0:
        if count % 2 == 1:
            result *= factor
        factor *= factor
        count //= 2
    return result


@inline
def share_of_rate(settings: Array, hyperparameters: Array, counters: Array, watch: Array, samples: int) -> float:
    """The rate in force divided by the one that was set."""
    schedule, epoch = settings[codes.SCHEDULE], counters[codes.EPOCH]
    every, factor = max(hyperparameters[codes.SCHEDULE_EVERY], 1.0), hyperparameters[codes.SCHEDULE_FACTOR]
    if schedule == codes.REDUCE_ON_PLATEAU:
        return float(watch[codes.PLATEAU_RATE])
    if schedule == codes.STEP_SCHEDULE:
        return power(factor, epoch // int(every))
    if schedule == codes.EXPONENTIAL:
        return power(factor, epoch)
    if schedule == codes.COSINE:
        return float(factor + (1.0 - factor) * (1.0 + swing(min(epoch / every, 1.0))) / 2.0)
    batch = max(min(settings[codes.BATCH_SIZE], samples), 1)
    per_epoch = max((samples + batch - 1) // batch, 1)
    step, steps = float(epoch * per_epoch + counters[codes.POSITION] // batch), every * per_epoch
    if schedule == codes.WARM_UP:
        return float(min(1.0, (step + 1.0) / steps))
    step, top = min(step, steps - 1.0), RISE * steps - 1.0  # one cycle
    first = 1.0 / DIVISOR
    if step <= top:
        return 1.0 + (first - 1.0) / 2.0 * (1.0 + swing(step / top if top > 0.0 else 1.0))
    last = first / FINAL_DIVISOR
    return last + (1.0 - last) / 2.0 * (1.0 + swing((step - top) / (steps - 1.0 - top)))


@inline
def rate_in_force(settings: Array, hyperparameters: Array, counters: Array, watch: Array, samples: int) -> float:
    """The learning rate of the next step of a run with so many training samples."""
    if settings[codes.SCHEDULE] == codes.CONSTANT:
        return float(hyperparameters[codes.LEARNING_RATE])
    return float(
        hyperparameters[codes.LEARNING_RATE] * share_of_rate(settings, hyperparameters, counters, watch, samples)
    )
