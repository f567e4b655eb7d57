"""How parameters follow gradients: torch.optim's formulas, and Lion (Chen et al. 2023, algorithm 2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Everything that decides a step. Numbers at 0 (patience, stop: below 0) are switched off.

    `optimizer` is one of sgd, momentum, nesterov, rmsprop, adam, adagrad, adamw, nadam, lion.
    """

    optimizer: str = "sgd"
    rate: float = 0.05
    momentum: float = 0.9  # beta1 of Adam's relatives and of Lion
    decay: float = 0.99  # RMSProp's alpha, beta2
    epsilon: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float = 0.0
    clip_value: float = 0.0
    max_norm: float = 0.0
    weight_decay: float = 0.0  # of AdamW and Lion, on weights
    momentum_decay: float = 0.004  # of Nadam
    schedule: str = "constant"
    every: float = 1.0  # epochs
    factor: float = 1.0
    plateau_patience: float = 0.0
    plateau_delta: float = 0.0
    early_patience: float = -1.0
    early_delta: float = 0.0
    stop_loss: float = -1.0
    stop_accuracy: float = -1.0
    monitor: str = "none"  # train_loss, test_loss


class Memory:
    """What an optimizer remembers between steps; `decayed` is 1 for parameters with weight decay, 0 for others."""

    def __init__(self, decayed: Array) -> None:
        self.decayed = decayed
        self.velocity = np.zeros(decayed.size)
        self.square = np.zeros(decayed.size)
        self.steps = 0
        self.product = 1.0  # of Nadam's momenta


Update = Callable[[Memory, Rule, float, Array, Array], Array]
"""(memory, rule, rate, parameters, gradient) to the new parameters."""


def sgd(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    return w - rate * g


def momentum(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    memory.velocity = rule.momentum * memory.velocity + g
    return w - rate * memory.velocity


def nesterov(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    memory.velocity = rule.momentum * memory.velocity + g
    return w - rate * (g + rule.momentum * memory.velocity)


def rmsprop(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    memory.square = rule.decay * memory.square + (1 - rule.decay) * g**2
    return w - rate * g / (np.sqrt(memory.square) + rule.epsilon)


def adagrad(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    memory.square = memory.square + g**2
    return w - rate * g / (np.sqrt(memory.square) + rule.epsilon)


def moments(memory: Memory, rule: Rule, g: Array) -> Array:
    """Advance both moving means; the corrected root of the second."""
    memory.velocity = rule.momentum * memory.velocity + (1 - rule.momentum) * g
    memory.square = rule.decay * memory.square + (1 - rule.decay) * g**2
    return np.sqrt(memory.square / (1 - rule.decay**memory.steps)) + rule.epsilon


def adam(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    spread = moments(memory, rule, g)
    return w - rate * memory.velocity / (1 - rule.momentum**memory.steps) / spread


def adamw(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    """Loshchilov & Hutter 2019: the decay does not pass through the moments."""
    return adam(memory, rule, rate, w * (1 - rate * rule.weight_decay * memory.decayed), g)


def nadam(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    """Dozat 2016, with the momentum's schedule."""
    spread = moments(memory, rule, g)
    now, then = (
        rule.momentum * (1 - 0.5 * 0.96 ** (step * rule.momentum_decay)) for step in (memory.steps, memory.steps + 1)
    )
    memory.product *= now
    ahead = g * (1 - now) / (1 - memory.product) + memory.velocity * then / (1 - memory.product * then)
    return w - rate * ahead / spread


def lion(memory: Memory, rule: Rule, rate: float, w: Array, g: Array) -> Array:
    direction = np.sign(rule.momentum * memory.velocity + (1 - rule.momentum) * g)
    memory.velocity = rule.decay * memory.velocity + (1 - rule.decay) * g
    return w - rate * (direction + rule.weight_decay * memory.decayed * w)


OPTIMIZERS: dict[str, Update] = {
    "sgd": sgd, "momentum": momentum, "nesterov": nesterov, "rmsprop": rmsprop, "adam": adam, "adagrad": adagrad,
    "adamw": adamw, "nadam": nadam, "lion": lion,
}  # fmt: skip
