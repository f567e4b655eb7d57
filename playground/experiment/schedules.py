"""Learning-rate schedules and rules that end a run, as values with their limits.

Owns what may be set about them; when they act is the kernels' and the session's. A schedule gives the share of the
learning rate that is in force; e is the epoch, counted from 0.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from playground.numbers import spaced

Every = Annotated[int, Meta(ge=1, le=1_000_000, description="epochs from one drop to the next")]
Length = Annotated[int, Meta(ge=1, le=1_000_000, description="epochs that the schedule takes from start to end")]
Drop = Annotated[float, Meta(gt=0.0, le=1.0, description="what the rate is multiplied by")]
Smallest = Annotated[float, Meta(ge=0.0, le=1.0, description="the share of the rate that is left at the end")]
Patience = Annotated[int, Meta(ge=1, le=1_000_000, description="it acts after so many epochs without improvement")]
Relative = Annotated[float, Meta(ge=0.0, lt=1.0, description="share of the best loss that counts as an improvement")]
Absolute = Annotated[float, Meta(ge=0.0, le=1e6, description="how much smaller a loss must be to count as better")]


class ConstantSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="constant"):
    """The learning rate stays as it is."""


class StepSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="step"):
    """factor to the whole part of e / every."""

    every: Every = 100
    factor: Drop = 0.5


class ExponentialSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="exponential"):
    """factor^e."""

    factor: Drop = 0.99


class CosineSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="cosine"):
    """Half a cosine from 1 to `smallest` (Loshchilov and Hutter 2017, without restarts); afterwards `smallest`."""

    epochs: Length = 500
    smallest: Smallest = 0.0


class OneCycleSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="one_cycle"):
    """Smith and Topin 2017: up from 1/25 in 30 % of the time, then down to 1/250,000, as PyTorch does by default.

    Unlike PyTorch's it leaves momentum and beta1 as they are (`cycle_momentum=False`).
    """

    epochs: Length = 500


class WarmUpSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="warm_up"):
    """From nearly 0 in equal steps to 1, which then stays."""

    epochs: Length = 10


class PlateauSchedule(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="reduce_on_plateau"
):
    """Multiplied by `factor` in the `patience`-th epoch in a row in which the test loss has not improved.

    So counts early stopping; PyTorch's ReduceLROnPlateau acts one epoch later, Keras's as this. Where early stopping
    watches the training loss, so does the schedule.
    """

    factor: Drop = 0.5
    patience: Patience = 20
    min_delta: Relative = 1e-4


Schedule = (
    ConstantSchedule
    | StepSchedule
    | ExponentialSchedule
    | CosineSchedule
    | OneCycleSchedule
    | WarmUpSchedule
    | PlateauSchedule
)


class ScheduleChoice(msgspec.Struct, frozen=True):
    """A ready-made schedule of the list."""

    name: str
    label: str
    note: str
    formula: str
    schedule: Schedule


SCHEDULES: dict[str, ScheduleChoice] = {
    choice.name: choice
    for choice in (
        ScheduleChoice("constant", "constant", "The learning rate stays as it is.", "1", ConstantSchedule()),
        ScheduleChoice(
            "step", "step", "Drops by a factor now and then.", "factor to the whole part of e / every", StepSchedule(),
        ),
        ScheduleChoice(
            "exponential", "exponential", "Drops by a factor every epoch.", "factor^e", ExponentialSchedule()
        ),
        ScheduleChoice(
            "cosine", "cosine", "Falls slowly, then fast, then slowly again.",
            "m + (1 − m)(1 + cos(π e / epochs)) / 2, with m the smallest share", CosineSchedule(),
        ),
        ScheduleChoice(
            "one_cycle", "one cycle", "Rises and then falls far below where it began, once.",
            f"1/25 up to 1 in 30 % of the steps, then down to 1/{spaced(250_000)}; both half cosines",
            OneCycleSchedule(),
        ),
        ScheduleChoice(
            "warm_up", "warm-up", "Starts small and reaches the full rate after some epochs.",
            "min(1, (k + 1) / steps), with k the step", WarmUpSchedule(),
        ),
        ScheduleChoice(
            "reduce_on_plateau", "reduce on plateau", "Drops when the test loss has stopped falling.",
            "factor^(number of plateaus)", PlateauSchedule(),
        ),
    )
}  # fmt: skip


def schedule_choice(schedule: Schedule) -> str:
    """The list entry that a schedule belongs to, whatever its numbers."""
    return next(name for name, each in SCHEDULES.items() if type(each.schedule) is type(schedule))


def share_in_force(schedule: Schedule, epoch: int, step: int, steps_per_epoch: int, plateau: float) -> float:
    """The share of the learning rate that step number `step` of an epoch takes; plateau: what plateaus have left.

    For display, everywhere: the kernels compute their own, in float64 and the same on every machine. A test holds this
    against the rate that they took.
    """
    done = epoch * steps_per_epoch + step
    match schedule:
        case StepSchedule(every=every, factor=factor):
            return factor ** (epoch // every)
        case ExponentialSchedule(factor=factor):
            return factor**epoch
        case CosineSchedule(epochs=epochs, smallest=smallest):
            return _cosine(1.0, smallest, min(epoch, epochs) / epochs)
        case OneCycleSchedule(epochs=epochs):
            return _one_cycle(done, epochs * steps_per_epoch)
        case WarmUpSchedule(epochs=epochs):
            return min(1.0, (done + 1) / (epochs * steps_per_epoch))
        case PlateauSchedule():
            return plateau
        case _:
            return 1.0


def _cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1.0 + math.cos(math.pi * share)) / 2.0


def _one_cycle(done: int, steps: int) -> float:
    """torch.optim.lr_scheduler.OneCycleLR: pct_start 0.3, div_factor 25, final_div_factor 10,000."""
    first, last = 1.0 / 25.0, 1.0 / 250_000.0
    top, end = 0.3 * steps - 1.0, steps - 1.0
    if done <= top and top > 0:
        return _cosine(first, 1.0, done / top)
    return _cosine(1.0, last, min(1.0, (done - top) / (end - top))) if end > top else last


class EarlyStopping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The run ends in the `patience`-th epoch in a row without a better loss, with the parameters of its best epoch."""

    patience: Patience = 50
    min_delta: Absolute = 0.0
    monitor: Annotated[Literal["test_loss", "train_loss"], Meta(description="the loss that is watched")] = "test_loss"


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules that end a run; null means no such rule. Whatever comes first ends it.

    loss: of the training set. accuracy: of the test set, or of the training set where there is no test set.
    """

    epochs: Annotated[int, Meta(ge=1, le=1_000_000_000, description="at this many epochs")] | None = None
    loss: Annotated[float, Meta(ge=0.0, le=1e9, description="when the training loss is at most this")] | None = None
    accuracy: Annotated[float, Meta(ge=0.0, le=1.0, description="when the accuracy is at least this")] | None = None
    seconds: (
        Annotated[float, Meta(gt=0.0, le=1e9, description="after this many seconds of training in one go")] | None
    ) = None
