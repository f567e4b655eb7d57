"""The learning rate's schedules as formulas of the epoch e and the step k, both counted from 0.

Owns these formulas, those of `kernels.learning.schedules`. K is the number of steps that the schedule takes, p how
many plateaus there were, `left` the share that they have left where their factor was another one meanwhile.
"""

from __future__ import annotations

from playground.experiment.schedules import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmUpSchedule,
)
from playground.mathematics.tree import PI, Cases, Compared, Equation, Node, Number, Symbol, call

ETA, BASE = Symbol("η"), Symbol("η", "0")
e, k, p, LEFT = Symbol("epoch"), Symbol("k"), Symbol("p"), Symbol("left")
FACTOR, EVERY, SMALLEST, EPOCHS, STEPS = Symbol("f"), Symbol("N"), Symbol("q"), Symbol("N"), Symbol("K")


def _between(first: Node, last: Node, share: Node) -> Node:
    """Half a cosine from one to the other."""
    return last + (first - last) * ((1 + call("cos", PI * share)) / 2)


def _one_cycle() -> Node:
    top, first, last = 0.3 * STEPS - 1, Number(1) / 25, Number(1) / 250_000
    fall = call("min", 1, (k - top) / (STEPS - 1 - top))
    return Cases(
        BASE * _between(first, Number(1), k / top), Compared(k, "≤", top), BASE * _between(Number(1), last, fall)
    )  # fmt: skip


def rate_of(schedule: Schedule) -> Equation:
    """The rate that is in force."""
    match schedule:
        case StepSchedule():
            share: Node = BASE * FACTOR ** call("floor", e / EVERY)
        case ExponentialSchedule():
            share = BASE * FACTOR**e
        case CosineSchedule():
            share = BASE * _between(Number(1), SMALLEST, call("min", e, EPOCHS) / EPOCHS)
        case OneCycleSchedule():
            share = _one_cycle()
        case WarmUpSchedule():
            share = BASE * call("min", 1, (k + 1) / STEPS)
        case PlateauSchedule():
            share = BASE * FACTOR**p
        case _:
            share = BASE
    return Equation(ETA, share)


def settings_of(schedule: Schedule, steps_per_epoch: int) -> dict[Symbol, float]:
    """The schedule's own numbers by the symbols of its formula."""
    match schedule:
        case StepSchedule(every=every, factor=factor):
            return {FACTOR: factor, EVERY: every}
        case ExponentialSchedule(factor=factor) | PlateauSchedule(factor=factor):
            return {FACTOR: factor}
        case CosineSchedule(epochs=epochs, smallest=smallest):
            return {SMALLEST: smallest, EPOCHS: epochs}
        case OneCycleSchedule(epochs=epochs) | WarmUpSchedule(epochs=epochs):
            return {STEPS: epochs * steps_per_epoch}
        case _:
            return {}
