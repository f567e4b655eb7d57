"""Layers, rules and losses as the integers and numbers of the kernels' contract."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from tests.reference import Layer, Rule

Array = NDArray[Any]

MOVING = ("momentum", "nesterov", "adam", "adamw", "nadam", "lion")
"""Optimizers that use the rule's momentum."""


def program_of(layers: list[Layer]) -> Array:
    """(layers, 24): one row a layer; parameters lie one layer after another."""
    program = np.zeros((len(layers), codes.PROGRAM_COLUMNS), np.int64)
    offset = row = 0
    for line, layer in zip(program, layers, strict=True):
        line[codes.KIND], line[codes.ACTIVATION] = codes.KINDS[layer.kind], codes.ACTIVATIONS[layer.activation]
        line[codes.INPUTS], line[codes.OUTPUTS], line[codes.ROW] = layer.inputs, layer.outputs, row
        line[codes.WEIGHT_OFFSET], line[codes.BIAS_OFFSET] = offset, offset + layer.weight_count
        line[codes.STATISTICS_OFFSET] = offset + layer.weight_count + layer.bias_count
        line[codes.FLAGS] = codes.FROZEN * layer.frozen
        line[codes.SOURCE], line[codes.GROUP] = layer.source, layer.group
        line[codes.CHANNELS], line[codes.HEIGHT], line[codes.WIDTH] = layer.channels, layer.height, layer.width
        line[codes.KERNEL], line[codes.PADDING] = layer.kernel, layer.padding
        offset, row = offset + layer.size, row + layer.outputs
    return program


def numbers_of(layers: list[Layer]) -> Array:
    """(layers, 4)."""
    numbers = np.zeros((len(layers), codes.NUMBER_COLUMNS))
    for line, layer in zip(numbers, layers, strict=True):
        line[codes.RATE], line[codes.NORM_EPSILON], line[codes.KEEP] = layer.rate, layer.epsilon, layer.keep
    return numbers


def settings_of(loss: str, rule: Rule, batch: int, classify: bool) -> Array:
    """(16,), probing switched on."""
    result = np.zeros(codes.SETTINGS, np.int64)
    kind = "sgd" if rule.optimizer in ("momentum", "nesterov") else rule.optimizer
    result[codes.LOSS], result[codes.OPTIMIZER] = codes.LOSSES[loss], codes.OPTIMIZERS[kind]
    result[codes.NESTEROV], result[codes.BATCH_SIZE] = int(rule.optimizer == "nesterov"), batch
    result[codes.TASK] = codes.CLASSIFICATION if classify else codes.REGRESSION
    result[codes.SCHEDULE], result[codes.PROBING] = codes.SCHEDULES[rule.schedule], 1
    monitors = {"none": codes.NOTHING, "train_loss": codes.TRAIN_LOSS, "test_loss": codes.TEST_LOSS}
    result[codes.MONITOR] = monitors[rule.monitor]
    return result


def hyperparameters_of(rule: Rule, number: float) -> Array:
    """(32,); `number` is that of the loss."""
    result = np.zeros(codes.HYPERPARAMETERS)
    values = {
        codes.LEARNING_RATE: rule.rate, codes.DECAY: rule.decay, codes.EPSILON: rule.epsilon,
        codes.MOMENTUM: rule.momentum if rule.optimizer in MOVING else 0.0, codes.L1: rule.l1, codes.L2: rule.l2,
        codes.CLIP_NORM: rule.clip_norm, codes.CLIP_VALUE: rule.clip_value, codes.MAX_NORM: rule.max_norm,
        codes.WEIGHT_DECAY: rule.weight_decay,
        codes.LOSS_NUMBER: number, codes.SCHEDULE_EVERY: rule.every, codes.SCHEDULE_FACTOR: rule.factor,
        codes.PLATEAU_PATIENCE: rule.plateau_patience, codes.PLATEAU_DELTA: rule.plateau_delta,
        codes.EARLY_PATIENCE: rule.early_patience, codes.EARLY_DELTA: rule.early_delta,
        codes.STOP_LOSS: rule.stop_loss, codes.STOP_ACCURACY: rule.stop_accuracy,
        codes.MOMENTUM_DECAY: rule.momentum_decay,
    }  # fmt: skip
    for place, value in values.items():
        result[place] = value
    return result
