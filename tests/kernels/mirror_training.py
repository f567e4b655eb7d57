"""A training written with PyTorch's own optimizers and schedulers, beside a mirror of the network.

Owns the translation of a rule; judges nothing. Only Lion is not in PyTorch: it is written here with its tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.kernels.mirror import Array, Mirror
from tests.reference import Chance, Rule


def optimizer(mirror: Mirror, rule: Rule) -> Any:
    """PyTorch's, over everything that is not frozen."""
    optim = mirror.torch.optim
    trained, weights, others = [], [], []
    for layer, module in zip(mirror.twin.layers, mirror.modules, strict=True):
        for each in [] if module is None else module.parameters():
            each.requires_grad_(not layer.frozen)
            trained += [] if layer.frozen else [each]
        if module is not None and not layer.frozen:
            (weights if layer.has_weights else others).append(module.weight)
            others.append(module.bias)
    rate, betas, decay = rule.rate, (rule.momentum, rule.decay), rule.weight_decay
    match rule.optimizer:
        case "sgd":
            return optim.SGD(trained, lr=rate)
        case "momentum" | "nesterov" as name:
            return optim.SGD(trained, lr=rate, momentum=rule.momentum, nesterov=name == "nesterov")
        case "rmsprop":
            return optim.RMSprop(trained, rate, alpha=rule.decay, eps=rule.epsilon)
        case "adagrad":
            return optim.Adagrad(trained, rate, eps=rule.epsilon)
        case "adam":
            return optim.Adam(trained, rate, betas, rule.epsilon)
        case "adamw":
            groups = [{"params": weights}, {"params": others, "weight_decay": 0.0}]
            return optim.AdamW(groups, rate, betas, rule.epsilon, weight_decay=decay)
        case "nadam":
            return optim.NAdam(trained, rate, betas, rule.epsilon, momentum_decay=rule.momentum_decay)
    return lion(mirror.torch, [{"params": weights, "decay": decay}, {"params": others, "decay": 0.0}], rate, betas)


def lion(torch: Any, groups: list[dict[str, Any]], rate: float, betas: tuple[float, float]) -> Any:
    """Chen et al. 2023, algorithm 2, as an optimizer of PyTorch."""

    class Lion(torch.optim.Optimizer):  # type: ignore[misc]
        @torch.no_grad()  # type: ignore[untyped-decorator]
        def step(self, closure: Any = None) -> None:
            for group in self.param_groups:
                for w in group["params"]:
                    m = self.state[w].setdefault("m", torch.zeros_like(w))
                    c = betas[0] * m + (1 - betas[0]) * w.grad
                    w.sub_(group["lr"] * (torch.sign(c) + group["decay"] * w))
                    m.mul_(betas[1]).add_(w.grad, alpha=1 - betas[1])

    return Lion(groups, {"lr": rate})


class MirrorTraining:
    """A mirror on its way; the schedulers are PyTorch's own and are told of steps or epochs as each of them wants."""

    def __init__(self, mirror: Mirror, rule: Rule, per_epoch: int, seed: int = 0) -> None:
        self.mirror, self.rule, self.per_epoch, self.seed = mirror, rule, per_epoch, seed
        self.optimizer = optimizer(mirror, rule)
        self.scheduler = self._scheduler()
        self.steps = 0

    def _scheduler(self) -> Any:
        schedulers, rule, given = self.mirror.torch.optim.lr_scheduler, self.rule, self.optimizer
        every = int(rule.every)
        match rule.schedule:
            case "step":
                return schedulers.StepLR(given, every, rule.factor)
            case "exponential":
                return schedulers.ExponentialLR(given, rule.factor)
            case "cosine":
                return schedulers.CosineAnnealingLR(given, every, eta_min=rule.factor * rule.rate)
            case "one_cycle":
                total = every * self.per_epoch
                return schedulers.OneCycleLR(given, rule.rate, total_steps=total, cycle_momentum=False)
            case "warm_up":
                total = every * self.per_epoch
                return schedulers.LambdaLR(given, lambda k: min(1.0, (k + 1) / total))
            case "reduce_on_plateau":
                patience, delta = int(rule.plateau_patience), rule.plateau_delta
                # PyTorch acts on the epoch after `patience` bad ones, we on the last of them
                return schedulers.ReduceLROnPlateau(given, "min", rule.factor, max(patience - 1, 0), delta)
        return None

    def step(self, inputs: Array, targets: Array, seen: Callable[[], float] = lambda: 0.0) -> None:
        """One batch; `seen` is asked for the monitored loss at an epoch's end."""
        mirror, rule, utils = self.mirror, self.rule, self.mirror.torch.nn.utils
        loss = mirror.loss(inputs, targets, Chance(self.seed, self.steps))
        for layer, module in zip(mirror.twin.layers, mirror.modules, strict=True):
            if layer.has_weights and module is not None:
                loss = loss + rule.l1 * module.weight.abs().sum() + 0.5 * rule.l2 * (module.weight**2).sum()
        self.optimizer.zero_grad()
        loss.backward()
        trained = [each for group in self.optimizer.param_groups for each in group["params"]]
        if rule.clip_value > 0:
            utils.clip_grad_value_(trained, rule.clip_value)
        if rule.clip_norm > 0:
            utils.clip_grad_norm_(trained, rule.clip_norm)
        with self._wide_numbers():
            self.optimizer.step()
        self.limit_norms()
        self.steps += 1
        self._advance(seen)

    @contextmanager
    def _wide_numbers(self) -> Iterator[None]:
        """PyTorch's Nadam keeps its product of momenta in the default precision, float32."""
        torch = self.mirror.torch
        usual = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        yield
        torch.set_default_dtype(usual)

    def limit_norms(self) -> None:
        """Rows of weights that are too long are shortened; torch.renorm would leave them 1e-7 too short."""
        limit = self.rule.max_norm
        for layer, module in zip(self.mirror.twin.layers, self.mirror.modules, strict=True):
            if limit > 0 and layer.has_weights and module is not None and not layer.frozen:
                norms = (
                    module.weight.data.flatten(1)
                    .norm(dim=1)
                    .reshape(layer.bias_count, *[1] * (module.weight.dim() - 1))
                )
                module.weight.data *= (limit / norms).clamp(max=1.0)

    def _advance(self, seen: Callable[[], float]) -> None:
        ended, name = self.steps % self.per_epoch == 0, self.rule.schedule
        epoch, every = self.steps // self.per_epoch, int(self.rule.every)
        if name == "reduce_on_plateau" and ended:
            self.scheduler.step(seen())
            return
        due = {
            "one_cycle": self.steps < every * self.per_epoch,  # PyTorch's raises when asked for more
            "warm_up": True,
            "step": ended,
            "exponential": ended,
            "cosine": ended and epoch <= every,  # PyTorch's would rise again
        }
        if due.get(name, False):
            self.scheduler.step()
