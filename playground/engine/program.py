"""An experiment as the integers and numbers that the kernels go by.

Owns this translation; what each kind of layer adds is told by `playground.engine.builders`, and the places and codes
themselves are the kernels' table. Knows nothing of calls or of what is computed.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from playground.engine.builders import Line, build
from playground.engine.layout import LayerSlot, Layout
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, Optimizer, RmsProp, Sgd
from playground.experiment.schedules import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmUpSchedule,
)
from playground.experiment.shapes import Shape

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]


def layer_table(experiment: Experiment, layout: Layout) -> tuple[Integers, Numbers]:
    """(layers, 24) integers and (layers, 4) numbers: one row a layer, the head last."""
    program = np.zeros((len(layout.slots), codes.PROGRAM_COLUMNS), np.int64)
    numbers = np.zeros((len(layout.slots), codes.NUMBER_COLUMNS))
    before = experiment.input_shape
    for index, slot in enumerate(layout.slots):
        _fill_place(program[index], slot, before)
        if index < len(experiment.network.layers):
            build(experiment.network.layers[index], Line(program[index], numbers[index]))
        before = slot.shape
    return program, numbers


def _fill_place(row: Integers, slot: LayerSlot, before: Shape) -> None:
    """What follows from the layer's place in the network and in the buffer."""
    row[codes.KIND] = codes.KINDS[slot.kind]
    row[codes.INPUTS], row[codes.OUTPUTS] = slot.inputs, slot.outputs
    row[codes.ACTIVATION] = codes.ACTIVATIONS[slot.activation]
    row[codes.WEIGHT_OFFSET], row[codes.BIAS_OFFSET], row[codes.ROW] = slot.weights, slot.biases, slot.row
    row[codes.STATISTICS_OFFSET] = slot.biases + slot.bias_count
    row[codes.FLAGS] = codes.FROZEN if slot.frozen else 0
    row[codes.SOURCE] = 0 if slot.source is None else slot.source
    row[codes.CHANNELS], row[codes.HEIGHT], row[codes.WIDTH] = before.image or (before.units, 1, 1)
    row[codes.GROUP] = slot.outputs // slot.weight_shape[0] if slot.has_gains else 1


def loss_name(experiment: Experiment) -> str:
    """The kernels' name of the loss: focal by the number of units, cross-entropies also in their naive form."""
    head = experiment.head
    if head.loss == "focal":
        return "binary_focal" if head.units == 1 else "softmax_focal"
    return f"naive_{head.loss}" if experiment.training.numerics == "naive" else head.loss


def settings_of(experiment: Experiment, samples: int, spent: Collection[str] = ()) -> tuple[Integers, Numbers]:
    """(16,) integers and (32,) numbers that say how to train; `spent`: stop rules that apply no more."""
    training = experiment.training
    settings, hyperparameters = [0] * codes.SETTINGS, [0.0] * codes.HYPERPARAMETERS  # filled faster than arrays
    settings[codes.LOSS] = codes.LOSSES[loss_name(experiment)]
    settings[codes.BATCH_SIZE] = min(training.batch_size, max(samples, 1))
    settings[codes.TASK] = int(experiment.task.is_classification)
    is_focal = experiment.head.loss == "focal"
    values = {
        codes.LEARNING_RATE: training.learning_rate,
        codes.L1: training.l1,
        codes.L2: training.l2,
        codes.CLIP_NORM: training.clip_norm or 0.0,
        codes.CLIP_VALUE: training.clip_value or 0.0,
        codes.MAX_NORM: training.max_norm or 0.0,
        codes.LOSS_NUMBER: training.focal_gamma if is_focal else training.huber_delta,
    }
    for place, value in values.items():
        hyperparameters[place] = value
    _fill_optimizer(settings, hyperparameters, training.optimizer)
    _fill_schedule(settings, hyperparameters, training.schedule)
    _fill_rules(settings, hyperparameters, experiment, spent)
    return np.array(settings, np.int64), np.array(hyperparameters, np.float64)


def _fill_optimizer(settings: list[int], hyperparameters: list[float], optimizer: Optimizer) -> None:
    first, second, epsilon, decay = 0.0, 0.0, 0.0, 0.0
    match optimizer:
        case Sgd(momentum=first, nesterov=nesterov):
            name, settings[codes.NESTEROV] = "sgd", int(nesterov)
        case RmsProp(decay=second, epsilon=epsilon):
            name = "rmsprop"
        case Adam(beta1=first, beta2=second, epsilon=epsilon):
            name = "adam"
        case AdaGrad(epsilon=epsilon):
            name = "adagrad"
        case AdamW(beta1=first, beta2=second, epsilon=epsilon, weight_decay=decay):
            name = "adamw"
        case Nadam(beta1=first, beta2=second, epsilon=epsilon, momentum_decay=momentum_decay):
            name, hyperparameters[codes.MOMENTUM_DECAY] = "nadam", momentum_decay
        case Lion(beta1=first, beta2=second, weight_decay=decay):
            name = "lion"
    settings[codes.OPTIMIZER] = codes.OPTIMIZERS[name]
    hyperparameters[codes.MOMENTUM], hyperparameters[codes.DECAY] = first, second
    hyperparameters[codes.EPSILON], hyperparameters[codes.WEIGHT_DECAY] = epsilon, decay


def _fill_schedule(settings: list[int], hyperparameters: list[float], schedule: Schedule) -> None:
    name, every, factor = "constant", 0, 0.0
    match schedule:
        case StepSchedule(every=every, factor=factor):
            name = "step"
        case ExponentialSchedule(factor=factor):
            name = "exponential"
        case CosineSchedule(epochs=every, smallest=factor):
            name = "cosine"
        case OneCycleSchedule(epochs=every):
            name = "one_cycle"
        case WarmUpSchedule(epochs=every):
            name = "warm_up"
        case PlateauSchedule(factor=factor, patience=patience, min_delta=least):
            name, hyperparameters[codes.PLATEAU_PATIENCE], hyperparameters[codes.PLATEAU_DELTA] = (
                "reduce_on_plateau",
                patience,
                least,
            )
    settings[codes.SCHEDULE] = codes.SCHEDULES[name]
    hyperparameters[codes.SCHEDULE_EVERY], hyperparameters[codes.SCHEDULE_FACTOR] = every, factor


def _fill_rules(
    settings: list[int], hyperparameters: list[float], experiment: Experiment, spent: Collection[str]
) -> None:  # fmt: skip
    """Early stopping and goals; −1 means that there is no such rule."""
    early, stop = experiment.training.early_stopping, experiment.training.stop
    on_training = early is not None and early.monitor == "train_loss"
    settings[codes.MONITOR] = codes.TRAIN_LOSS if on_training else codes.TEST_LOSS
    hyperparameters[codes.EARLY_PATIENCE] = -1.0 if early is None else early.patience
    hyperparameters[codes.EARLY_DELTA] = 0.0 if early is None else early.min_delta
    for place, name, limit in (
        (codes.STOP_LOSS, "loss", stop.loss), (codes.STOP_ACCURACY, "accuracy", stop.accuracy)
    ):  # fmt: skip
        hyperparameters[place] = -1.0 if limit is None or name in spent else limit
