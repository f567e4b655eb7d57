"""What the figures at an epoch's end decide.

Owns reducing the rate on a plateau, early stopping and the goals. Must not know how figures are measured. A figure that
is NaN is never an improvement and reaches no goal.
"""

from __future__ import annotations

from typing import Final

from kernels.compiling.jit import inline
from kernels.lanes.vectors import Array
from kernels.plan import codes

# Bits of a verdict
IMPROVED: Final = 1  # the best epoch so far for early stopping: keep its parameters
STOP: Final = 2  # early stopping
GOAL: Final = 4  # the training loss or the accuracy has reached what was asked for

SMALLEST_CHANGE: Final = 1e-8  # of the rate, below which PyTorch's ReduceLROnPlateau leaves it alone


@inline
def needed(settings: Array, hyperparameters: Array) -> bool:
    """Does any rule want the figures of every epoch?"""
    return bool(
        settings[codes.SCHEDULE] == codes.REDUCE_ON_PLATEAU
        or hyperparameters[codes.EARLY_PATIENCE] >= 0.0
        or hyperparameters[codes.STOP_LOSS] >= 0.0
        or hyperparameters[codes.STOP_ACCURACY] >= 0.0
    )


@inline
def watch_plateau(hyperparameters: Array, watch: Array, loss: float) -> None:
    """torch.optim.lr_scheduler.ReduceLROnPlateau, mode min, relative threshold, no cooldown.

    It acts on the PATIENCE-th epoch in a row without improvement, as early stopping does; PyTorch's on the one after.
    """
    watch[codes.PLATEAU_WAIT] += 1.0
    if loss < watch[codes.PLATEAU_BEST] * (1.0 - hyperparameters[codes.PLATEAU_DELTA]):
        watch[codes.PLATEAU_BEST], watch[codes.PLATEAU_WAIT] = loss, 0.0
    elif watch[codes.PLATEAU_WAIT] >= hyperparameters[codes.PLATEAU_PATIENCE]:
        watch[codes.PLATEAU_WAIT] = 0.0
        rate = watch[codes.PLATEAU_RATE] * hyperparameters[codes.SCHEDULE_FACTOR]
        if hyperparameters[codes.LEARNING_RATE] * (watch[codes.PLATEAU_RATE] - rate) > SMALLEST_CHANGE:
            watch[codes.PLATEAU_RATE] = rate


@inline
def judge(
    settings: Array,
    hyperparameters: Array,
    counters: Array,
    watch: Array,
    train_loss: float,
    train_accuracy: float,
    held_out_loss: float,
    held_out_accuracy: float,
    held_out: bool,
) -> int:
    """The verdict, as bits, on an epoch that has just ended; advances `watch`.

    counters[EPOCH] counts the ended epochs. Losses are mean losses without penalty. held_out: there are validation
    data, whose figures these are then, or test data; without them the training figures stand in. settings[MONITOR]
    chooses what plateau and early stopping look at; the training loss, if it names nothing.
    """
    loss, accuracy, verdict = train_loss, train_accuracy, 0
    if held_out:
        accuracy = held_out_accuracy
        if settings[codes.MONITOR] == codes.TEST_LOSS:
            loss = held_out_loss
    if settings[codes.SCHEDULE] == codes.REDUCE_ON_PLATEAU:
        watch_plateau(hyperparameters, watch, loss)
    if hyperparameters[codes.EARLY_PATIENCE] >= 0.0:
        watch[codes.EARLY_WAIT] += 1.0
        if loss < watch[codes.EARLY_BEST] - hyperparameters[codes.EARLY_DELTA]:
            watch[codes.EARLY_BEST], watch[codes.EARLY_WAIT] = loss, 0.0
            watch[codes.BEST_EPOCH] = counters[codes.EPOCH]
            verdict = IMPROVED
        elif watch[codes.EARLY_WAIT] >= hyperparameters[codes.EARLY_PATIENCE]:
            verdict = STOP
    if hyperparameters[codes.STOP_LOSS] >= 0.0 and train_loss <= hyperparameters[codes.STOP_LOSS]:
        verdict |= GOAL
    if hyperparameters[codes.STOP_ACCURACY] >= 0.0 and accuracy >= hyperparameters[codes.STOP_ACCURACY]:
        verdict |= GOAL
    return verdict
