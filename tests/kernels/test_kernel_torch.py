"""The kernels agree with PyTorch: gradients and whole trainings, float64, over every combination of the choices."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from kernels import codes
from tests.kernels.networks import HIDDEN, LOSSES, OPTIMIZERS, Rule, Run, error, make

GRADIENT_WITHIN = 1e-12
TRAINING_WITHIN = 1e-9
COMBINATIONS = list(product(HIDDEN, LOSSES, OPTIMIZERS))


@pytest.fixture(scope="module")
def torch() -> Any:
    module = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to compare with it")
    module.set_num_threads(1)
    return module


class Mirror:
    """The same network written with PyTorch's own functions."""

    def __init__(self, torch: Any, run: Run) -> None:
        self.torch, self.run = torch, run
        parts = list(run.twin.parts(run.parameters.astype(float)))
        self.weights = [torch.tensor(each.copy(), requires_grad=True) for each, _ in parts]
        self.biases = [torch.tensor(each.copy(), requires_grad=True) for _, each in parts]
        self.tensors = [each for pair in zip(self.weights, self.biases, strict=True) for each in pair]

    def activation(self, name: str) -> Callable[[Any], Any]:
        functional = self.torch.nn.functional
        return {
            "linear": lambda z: z,
            "relu": functional.relu,
            "leaky_relu": functional.leaky_relu,
            "elu": functional.elu,
            "gelu": lambda z: functional.gelu(z, approximate="tanh"),
            "silu": functional.silu,
            "softplus": lambda z: functional.softplus(z, threshold=1000),
            "tanh": self.torch.tanh,
            "sigmoid": self.torch.sigmoid,
            "sine": self.torch.sin,
        }[name]

    def loss(self, inputs: np.ndarray, targets: np.ndarray) -> Any:
        functional, layers = self.torch.nn.functional, self.run.twin.layers
        values, wanted = self.torch.tensor(inputs.T.copy()), self.torch.tensor(targets.T.copy())
        for layer, weights, biases in zip(layers[:-1], self.weights, self.biases, strict=False):
            values = self.activation(layer.activation)(functional.linear(values, weights, biases))
        values = functional.linear(values, self.weights[-1], self.biases[-1])
        match self.run.twin.loss_name:
            case "squared_error":
                outputs = self.activation(layers[-1].activation)(values)
                return 0.5 * functional.mse_loss(outputs, wanted, reduction="sum") / len(wanted)
            case "binary_cross_entropy":
                return functional.binary_cross_entropy_with_logits(values, wanted)
            case _:
                return functional.cross_entropy(values, wanted.argmax(dim=1))

    def gradient(self, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        found = self.torch.autograd.grad(self.loss(inputs, targets), self.tensors)
        return np.concatenate([each.numpy().ravel() for each in found])

    def optimizer(self) -> Any:
        rule, optim = self.run.twin.rule, self.torch.optim
        match rule.optimizer:
            case "sgd":
                return optim.SGD(self.tensors, lr=rule.rate)
            case "momentum" | "nesterov" as name:
                return optim.SGD(self.tensors, lr=rule.rate, momentum=rule.momentum, nesterov=name == "nesterov")
            case "rmsprop":
                momentum = float(self.run.hyper[codes.MOMENTUM])
                return optim.RMSprop(self.tensors, rule.rate, alpha=rule.decay, eps=rule.epsilon, momentum=momentum)
            case _:
                return optim.Adam(self.tensors, rule.rate, betas=(rule.momentum, rule.decay), eps=rule.epsilon)

    def step(self, optimizer: Any, inputs: np.ndarray, targets: np.ndarray) -> None:
        rule = self.run.twin.rule
        loss = self.loss(inputs, targets)
        for weights in self.weights:
            loss = loss + rule.l1 * weights.abs().sum() + 0.5 * rule.l2 * (weights**2).sum()
        optimizer.zero_grad()
        loss.backward()
        if rule.clip_norm > 0:
            self.torch.nn.utils.clip_grad_norm_(self.tensors, rule.clip_norm)
        optimizer.step()

    @property
    def parameters(self) -> np.ndarray:
        return np.concatenate([each.detach().numpy().ravel() for each in self.tensors])


def network(number: int, activation: str, loss: str, optimizer: str, depth: int | None = None) -> Run:
    """Sizes, penalties, clipping and rates drawn from the number."""
    chance = np.random.default_rng(number)
    depth = int(chance.integers(1, 7)) if depth is None else depth
    outputs = 1 if loss == "binary_cross_entropy" else int(chance.integers(2, 9))
    head = "linear" if loss == "squared_error" and number % 2 else None
    widths = [int(each) for each in chance.choice((1, 2, 3, 5, 7, 8, 11, 17), depth + 1)]
    rule = Rule(
        optimizer,
        rate=float(10 ** chance.uniform(-4, -1.5)),
        momentum=float(chance.choice((0.5, 0.9))),
        decay=float(chance.choice((0.9, 0.99, 0.999))),
        epsilon=float(chance.choice((1e-8, 1e-6))),
        l1=float(chance.choice((0, 0, 0.01))),
        l2=float(chance.choice((0, 0, 0.1))),
        clip_norm=float(chance.choice((0, 0, 0.05, 1.0))),
    )
    batch, samples = int(chance.integers(3, 40)), int(chance.integers(20, 70))
    return make(number, [*widths, outputs], activation, loss, rule, head=head, batch=batch, samples=samples)


def agree(torch: Any, run: Run, steps: int) -> None:
    mirror, started = Mirror(torch, run), run.parameters.copy()
    expected = mirror.gradient(run.inputs, run.targets)
    assert error(run.gradients()[1], expected) <= GRADIENT_WITHIN
    optimizer = mirror.optimizer()
    for _ in range(steps):
        mirror.step(optimizer, *run.columns(run.next_batch()))
        assert run.train(1) == codes.OK
    assert error(run.parameters - started, mirror.parameters - started) <= TRAINING_WITHIN


@pytest.mark.parametrize(("activation", "loss", "optimizer"), COMBINATIONS)
def test_a_random_network(torch: Any, activation: str, loss: str, optimizer: str) -> None:
    number = COMBINATIONS.index((activation, loss, optimizer))
    run = network(number, activation, loss, optimizer)
    per_epoch = -(-run.inputs.shape[1] // int(run.codes[codes.BATCH_SIZE]))
    agree(torch, run, min(max(5, per_epoch + 2), 20))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_without_hidden_layers(torch: Any, loss: str, optimizer: str) -> None:
    agree(torch, network(len(COMBINATIONS), "linear", loss, optimizer, depth=0), 8)


def test_rmsprop_with_momentum(torch: Any) -> None:
    run = network(7, "tanh", "softmax_cross_entropy", "rmsprop")
    run.hyper[codes.MOMENTUM] = 0.8
    agree(torch, run, 12)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
def test_the_slope_at_a_corner(torch: Any, activation: str) -> None:
    """At z = 0 nothing but convention decides; ours is PyTorch's."""
    run = make(3, (2, 4, 1), activation, "squared_error")
    run.parameters[:12] = 0
    assert error(run.gradients()[1], Mirror(torch, run).gradient(run.inputs, run.targets)) <= GRADIENT_WITHIN
