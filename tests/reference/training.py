"""Training: steps, epochs, and the rules that watch them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.reference.chance import Chance
from tests.reference.network import Twin
from tests.reference.optimizers import OPTIMIZERS, Memory, Rule
from tests.reference.schedules import share

Array = NDArray[np.float64]
OK, STOPPED_EARLY, GOAL_REACHED = 0, 2, 3


@dataclass
class Watch:
    """What the rules at an epoch's end remember."""

    plateau_best: float = np.inf
    plateau_wait: int = 0
    plateau_rate: float = 1.0
    early_best: float = np.inf
    early_wait: int = 0
    best_epoch: int = 0


class Training:
    """A twin on its way. `data` and `tests` are (inputs, targets); `seed` is that of dropout and noise."""

    def __init__(
        self, twin: Twin, rule: Rule, data: tuple[Array, Array], tests: tuple[Array, Array], batch: int, seed: int = 0
    ) -> None:
        self.twin = Twin(twin.layers, twin.parameters.copy(), twin.loss_name, twin.number)
        self.rule, self.data, self.tests, self.seed = rule, data, tests, seed
        self.samples = data[0].shape[1]
        self.per_epoch = -(-self.samples // batch)
        self.memory, self.watch = Memory(self.decayed()), Watch()
        self.best = self.twin.parameters.copy()
        self.step_count = self.epoch = self.step_of_epoch = self.clipped = 0
        self.status = OK
        self.change = np.zeros_like(self.twin.parameters)
        self.data_gradient = np.zeros_like(self.twin.parameters)

    @property
    def parameters(self) -> Array:
        return self.twin.parameters

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        k = self.epoch * self.per_epoch + self.step_of_epoch
        return self.rule.rate * share(self.rule, self.epoch, k, self.per_epoch, self.watch.plateau_rate)

    def trained(self) -> NDArray[np.bool_]:
        """Which parameters an optimizer may touch: neither statistics nor those of frozen layers."""
        marks = np.zeros(self.twin.parameters.size)
        for layer, (weights, biases, _) in zip(self.twin.layers, self.twin.parts(marks), strict=True):
            weights[...], biases[...] = not layer.frozen, not layer.frozen
        return marks > 0

    def decayed(self) -> Array:
        """1 for weights, which weight decay applies to; 0 for biases, gains and shifts, which it spares."""
        marks = np.zeros(self.twin.parameters.size)
        for layer, (weights, _, _) in zip(self.twin.layers, self.twin.parts(marks), strict=True):
            weights[...] = layer.has_weights
        return marks

    def penalised(self, gradient: Array) -> Array:
        """With the slope of the penalty: on weights only."""
        result = gradient.copy()
        pairs = zip(self.twin.layers, self.twin.parts(result), self.twin.parts(self.parameters), strict=True)
        for layer, (slope, _, _), (weights, _, _) in pairs:
            if layer.has_weights:
                slope += self.rule.l1 * np.sign(weights) + self.rule.l2 * weights
        return np.where(self.trained(), result, 0)

    def clip(self, gradient: Array) -> Array:
        """Each number first, then the whole: torch.nn.utils.clip_grad_value_ and clip_grad_norm_."""
        result, norm, value = gradient, self.rule.clip_norm, self.rule.clip_value
        if value > 0:
            result = np.clip(result, -value, value)
        if norm > 0:
            result = result * min(1.0, norm / (float(np.sqrt((result**2).sum())) + 1e-6))
        self.clipped += int((result != gradient).any())
        return result

    def step(self, inputs: Array, targets: Array) -> None:
        """One optimizer step on one batch; at the epoch's end the rules look."""
        gradient, after = self.twin.learn(inputs, targets, Chance(self.seed, self.step_count))
        self.data_gradient = np.where(self.trained(), gradient, 0)
        seen = self.clip(self.penalised(gradient))
        before, self.memory.steps = self.parameters, self.memory.steps + 1
        moved = OPTIMIZERS[self.rule.optimizer](self.memory, self.rule, self.rate, before, seen)
        self.twin.parameters = np.where(self.trained(), moved, after)
        self.limit_norms()
        self.change = self.parameters - before
        self.step_count += 1
        self.step_of_epoch += 1
        if self.step_of_epoch == self.per_epoch:
            self.epoch, self.step_of_epoch = self.epoch + 1, 0
            self.look()

    def limit_norms(self) -> None:
        """The weights into one unit (or of one filter) have at most this norm; frozen layers are let alone."""
        for layer, (weights, _, _) in zip(self.twin.layers, self.twin.parts(self.parameters), strict=True):
            if self.rule.max_norm > 0 and layer.has_weights and not layer.frozen:
                rows = weights.reshape(len(weights), -1)
                norms = np.sqrt((rows**2).sum(axis=1, keepdims=True))
                rows *= np.minimum(1.0, self.rule.max_norm / np.maximum(norms, 1e-300))

    def look(self) -> None:
        """Measure, reduce the rate on a plateau, stop early, stop at a goal."""
        rule, watch, twin = self.rule, self.watch, self.twin
        rules = (rule.early_patience, rule.stop_loss, rule.stop_accuracy)
        if rule.schedule != "reduce_on_plateau" and max(rules) < 0:
            return
        has_tests = self.tests[0].shape[1] > 0
        loss = twin.loss(*self.data)
        seen = twin.loss(*self.tests) if rule.monitor == "test_loss" and has_tests else loss
        if rule.schedule == "reduce_on_plateau":
            self.plateau(seen)
        if rule.early_patience >= 0:
            if seen < watch.early_best - rule.early_delta:
                watch.early_best, watch.early_wait, watch.best_epoch = seen, 0, self.epoch
                self.best = self.parameters.copy()
            else:
                watch.early_wait += 1
        accuracy = twin.accuracy(*(self.tests if has_tests else self.data))
        if (rule.stop_loss >= 0 and loss <= rule.stop_loss) or 0 <= rule.stop_accuracy <= accuracy:
            self.status = GOAL_REACHED
        elif rule.early_patience >= 0 and watch.early_wait >= max(rule.early_patience, 1):
            self.twin.parameters, self.status = self.best.copy(), STOPPED_EARLY

    def plateau(self, seen: float) -> None:
        """torch.optim.lr_scheduler.ReduceLROnPlateau, mode min, a relative threshold; too small a change is none.

        It acts on the patience-th bad epoch, PyTorch's on the one after.
        """
        rule, watch = self.rule, self.watch
        if seen < watch.plateau_best * (1 - rule.plateau_delta):
            watch.plateau_best, watch.plateau_wait = seen, 0
        else:
            watch.plateau_wait += 1
        if watch.plateau_wait >= max(rule.plateau_patience, 1):
            rate, watch.plateau_wait = watch.plateau_rate * rule.factor, 0
            if rule.rate * (watch.plateau_rate - rate) > 1e-8:
                watch.plateau_rate = rate
