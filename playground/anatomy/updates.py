"""From a gradient to the next parameters: penalties, clipping, the seven optimizers, the limit on norms.

Owns these formulas in float64, for all parameters at once: those of torch.optim, and of Lion (Chen et al. 2023,
algorithm 2). Knows nothing of layers' formulas or of the sequence of operations. η is the rate in force.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.anatomy.operations.operation import Clock
from playground.engine.layout import Layout
from playground.engine.state import PLATEAU_RATE, RunState
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, RmsProp, Sgd
from playground.experiment.schedules import share_in_force
from playground.experiment.training import Training

Numbers = NDArray[np.float64]
Kept = Literal["v", "m", "s"]

NORM_ROOM = 1e-6
"""Added to the gradient's norm before it is divided by, as torch.nn.utils.clip_grad_norm_ does."""


class Stepped(msgspec.Struct, eq=False):
    """One optimizer step of all parameters (P,), from top to bottom, as `Update` tells it of one.

    memory: by name what the optimizer kept before and keeps after. numbers: intermediate ones by name, (P,) or one for
    all. shrunk: what max_norm multiplied each parameter by.
    """

    gradient: Numbers
    penalty: Numbers
    clipped: Numbers | None
    norm: float | None
    factor: float
    used: Numbers
    rate: float
    clock: Clock
    memory: dict[Kept, tuple[Numbers, Numbers]] = msgspec.field(default_factory=dict)
    numbers: dict[str, Numbers | float] = msgspec.field(default_factory=dict)
    decay: Numbers = msgspec.field(default_factory=lambda: np.ones(0))
    moved: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))
    shrunk: Numbers = msgspec.field(default_factory=lambda: np.ones(0))
    after: Numbers = msgspec.field(default_factory=lambda: np.zeros(0))


class Before(msgspec.Struct, frozen=True, eq=False):
    """What a step begins with: parameters, both arrays of the optimizer's memory, and the powers of its betas."""

    parameters: Numbers
    slots: Numbers
    powers: Numbers


def decays(layout: Layout) -> NDArray[np.bool_]:
    """(P,) which parameters penalties, weight decay and max_norm apply to: weights, not biases, gains or shifts."""
    found = np.zeros(layout.size, dtype=bool)
    for slot in layout.slots:
        found[slot.weights : slot.biases] = len(slot.weight_shape) > 1 and not slot.frozen
    return found


def clock_of(state: RunState, batch: int, samples: int) -> Clock:
    """When the coming step is made, as schedules count."""
    per_epoch = math.ceil(samples / batch)
    step = state.epoch * per_epoch + state.position // batch
    return Clock(state.epoch, step, per_epoch, float(state.watch[PLATEAU_RATE]))


def rate_of(training: Training, clock: Clock) -> float:
    """The learning rate in force at the coming step."""
    place = clock.step - clock.epoch * clock.per_epoch
    share = share_in_force(training.schedule, clock.epoch, place, clock.per_epoch, clock.plateau)
    return training.learning_rate * share


def stepped(training: Training, layout: Layout, before: Before, gradient: Numbers, clock: Clock) -> Stepped:
    """The step that a mean gradient leads to. Parameters that are not trained stay as they are."""
    weights, w = decays(layout), before.parameters
    penalty = np.where(weights, training.l1 * np.sign(w) + training.l2 * w, 0.0)
    used, clipped, norm, factor = gradient + penalty, None, None, 1.0
    if training.clip_value is not None:
        used = clipped = np.clip(used, -training.clip_value, training.clip_value)
    if training.clip_norm is not None:
        norm = float(np.sqrt(used @ used))
        factor = min(1.0, training.clip_norm / (norm + NORM_ROOM))
        used = used * factor
    rate = rate_of(training, clock)
    found = Stepped(gradient, penalty, clipped, norm, factor, used, rate, clock)
    found.decay = np.ones(w.size)
    _ADVANCE[type(training.optimizer)](found, training.optimizer, before, weights)
    found.moved = np.where(layout.trained(), found.moved, w)
    found.shrunk = _shrinking(layout, found.moved, training.max_norm)
    found.after = found.moved * found.shrunk
    return found


def _shrinking(layout: Layout, parameters: Numbers, limit: float | None) -> Numbers:
    """(P,) what holds the weights into each unit, or of each filter, at this Euclidean norm."""
    found = np.ones(parameters.size)
    for number, slot in enumerate(layout.slots):
        if limit is not None and len(slot.weight_shape) > 1 and not slot.frozen:
            rows = layout.weights(parameters, number).reshape(slot.weight_shape[0], -1)
            norms = np.sqrt((rows * rows).sum(axis=1))
            factors = np.where(norms > limit, limit / np.maximum(norms, limit), 1.0)
            layout.weights(found, number)[...] = factors.reshape(-1, *[1] * (len(slot.weight_shape) - 1))
    return found


# -- the optimizers ----------------------------------------------------------------------------------------------------


def _sgd(step: Stepped, rule: Sgd, before: Before, weights: NDArray[np.bool_]) -> None:
    """v ← μv + g, w ← w − ηv; Nesterov: w ← w − η(g + μv). Without momentum w ← w − ηg."""
    direction = step.used
    if rule.momentum:
        v = rule.momentum * before.slots[0] + step.used
        step.memory["v"], direction = (before.slots[0], v), v
        if rule.nesterov:
            step.numbers["ahead"] = direction = step.used + rule.momentum * v
    step.moved = before.parameters - step.rate * direction


def _by_root(step: Stepped, before: Before, s: Numbers, epsilon: float) -> None:
    """w ← w − ηg / (√s + ε)."""
    step.memory["s"], step.numbers["root"] = (before.slots[1], s), np.sqrt(s)
    step.moved = before.parameters - step.rate * step.used / (np.sqrt(s) + epsilon)


def _rmsprop(step: Stepped, rule: RmsProp, before: Before, weights: NDArray[np.bool_]) -> None:
    """s ← ρs + (1 − ρ)g²."""
    _by_root(step, before, rule.decay * before.slots[1] + (1.0 - rule.decay) * step.used**2, rule.epsilon)


def _adagrad(step: Stepped, rule: AdaGrad, before: Before, weights: NDArray[np.bool_]) -> None:
    """s ← s + g²."""
    _by_root(step, before, before.slots[1] + step.used**2, rule.epsilon)


def _moments(step: Stepped, rule: Adam | AdamW | Nadam, before: Before) -> tuple[Numbers, Numbers]:
    """Both moving means, and √ŝ + ε: m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², ŝ = s / (1 − β₂ᵗ)."""
    m = rule.beta1 * before.slots[0] + (1.0 - rule.beta1) * step.used
    s = rule.beta2 * before.slots[1] + (1.0 - rule.beta2) * step.used**2
    step.memory |= {"m": (before.slots[0], m), "s": (before.slots[1], s)}
    correction = 1.0 - float(before.powers[1]) * rule.beta2
    step.numbers |= {"correction2": correction, "s_hat": s / correction, "root": np.sqrt(s / correction)}
    return m, np.sqrt(s / correction) + rule.epsilon


def _adam(step: Stepped, rule: Adam | AdamW, before: Before, weights: NDArray[np.bool_]) -> None:
    """w ← w − ηm̂ / (√ŝ + ε), m̂ = m / (1 − β₁ᵗ)."""
    m, spread = _moments(step, rule, before)
    correction = 1.0 - float(before.powers[0]) * rule.beta1
    step.numbers |= {"correction1": correction, "m_hat": m / correction}
    step.moved = step.decay * before.parameters - step.rate * (m / correction) / spread


def _adamw(step: Stepped, rule: AdamW, before: Before, weights: NDArray[np.bool_]) -> None:
    """w ← (1 − ηλ)w, then Adam's step."""
    step.decay = np.where(weights, 1.0 - step.rate * rule.weight_decay, 1.0)
    _adam(step, rule, before, weights)


def _nadam(step: Stepped, rule: Nadam, before: Before, weights: NDArray[np.bool_]) -> None:
    """w ← w − η(νm / (1 − Mν) + (1 − μ)g / (1 − M)) / (√ŝ + ε): μ = β₁(1 − ½ · 0.96^(ψt)), ν the next μ, M their
    product so far."""
    m, spread = _moments(step, rule, before)
    fading = 0.96**rule.momentum_decay
    power = float(before.powers[2]) * fading
    mu, nu = rule.beta1 * (1.0 - 0.5 * power), rule.beta1 * (1.0 - 0.5 * power * fading)
    product = float(before.powers[3]) * mu
    step.numbers |= {"fading": power, "mu": mu, "nu": nu, "product_before": float(before.powers[3]), "product": product}
    ahead = nu * m / (1.0 - product * nu) + (1.0 - mu) * step.used / (1.0 - product)
    step.numbers["ahead"] = ahead
    step.moved = before.parameters - step.rate * ahead / spread


def _lion(step: Stepped, rule: Lion, before: Before, weights: NDArray[np.bool_]) -> None:
    """w ← w − η(sign(β₁m + (1 − β₁)g) + λw), m ← β₂m + (1 − β₂)g."""
    m = before.slots[0]
    direction = rule.beta1 * m + (1.0 - rule.beta1) * step.used
    step.numbers["ahead"] = direction
    step.memory["m"] = (m, rule.beta2 * m + (1.0 - rule.beta2) * step.used)
    step.decay = np.where(weights, 1.0 - step.rate * rule.weight_decay, 1.0)
    step.moved = step.decay * before.parameters - step.rate * np.sign(direction)


_ADVANCE: dict[type, Callable[..., None]] = {
    Sgd: _sgd, RmsProp: _rmsprop, AdaGrad: _adagrad, Adam: _adam, AdamW: _adamw, Nadam: _nadam, Lion: _lion,
}  # fmt: skip
