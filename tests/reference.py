"""The slow twin: what the kernels compute, in plain NumPy and float64, written to be read.

Owns an independent statement of every formula; imports nothing of the program. Arrays are feature-major like the
kernels': inputs (features, n), targets (outputs, n). Optimizers follow PyTorch's documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0, -z))


def softmax(z: Array) -> Array:
    """Over the units (rows) of each sample (column)."""
    raised = np.exp(z - z.max(axis=0))
    return raised / raised.sum(axis=0)


def bump(z: Array) -> Array:
    """What GELU's tanh form takes the tanh of (Hendrycks and Gimpel 2016)."""
    return np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)


def gelu_slope(z: Array) -> Array:
    t = np.tanh(bump(z))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)


def silu_slope(z: Array) -> Array:
    return sigmoid(z) * (1 + z * sigmoid(-z))


ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "linear": (lambda z: z, np.ones_like),
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda z: np.exp(np.minimum(z, 0))),
    "gelu": (lambda z: 0.5 * z * (1 + np.tanh(bump(z))), gelu_slope),
    "silu": (lambda z: z * sigmoid(z), silu_slope),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "sine": (np.sin, np.cos),
}
"""Name: the function and its slope."""

KINKED = {"relu", "leaky_relu"}
LOSSES = ("squared_error", "binary_cross_entropy", "softmax_cross_entropy")


@dataclass(frozen=True)
class Layer:
    """A dense layer's shape; its weights (outputs, inputs) lie row by row before its biases."""

    inputs: int
    outputs: int
    activation: str

    @property
    def size(self) -> int:
        return self.outputs * (self.inputs + 1)


@dataclass(frozen=True)
class Rule:
    """How parameters follow gradients. `optimizer` is one of sgd, momentum, nesterov, rmsprop, adam."""

    optimizer: str = "sgd"
    rate: float = 0.05
    momentum: float = 0.9  # Adam's beta1
    decay: float = 0.99  # RMSProp's alpha, Adam's beta2
    epsilon: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float = 0.0


class Twin:
    """A network, its loss and its optimizer. `parameters` is flat: weights, then biases, layer by layer."""

    def __init__(self, layers: list[Layer], parameters: NDArray[np.floating], loss: str, rule: Rule) -> None:
        self.layers, self.loss_name, self.rule = layers, loss, rule
        self.parameters = parameters.astype(np.float64)
        self.velocity = np.zeros_like(self.parameters)
        self.square = np.zeros_like(self.parameters)
        self.steps = 0

    def parts(self, flat: Array) -> Iterator[tuple[Array, Array]]:
        """The (outputs, inputs) weights and (outputs,) biases of each layer, as views of a flat array."""
        start = 0
        for layer in self.layers:
            middle, end = start + layer.outputs * layer.inputs, start + layer.size
            yield flat[start:middle].reshape(layer.outputs, layer.inputs), flat[middle:end]
            start = end

    def forward(self, inputs: Array) -> tuple[list[Array], list[Array]]:
        """Every layer's sums (before the activation) and values (after it), each (outputs, n)."""
        sums: list[Array] = []
        values: list[Array] = []
        below = inputs.astype(np.float64)
        for layer, (weights, biases) in zip(self.layers, self.parts(self.parameters), strict=True):
            sums.append(weights @ below + biases[:, None])
            below = softmax(sums[-1]) if layer.activation == "softmax" else ACTIVATIONS[layer.activation][0](sums[-1])
            values.append(below)
        return sums, values

    def activations(self, inputs: Array) -> Array:
        """Every unit's output, layer by layer, (units, n)."""
        return np.concatenate(self.forward(inputs)[1])

    def loss(self, inputs: Array, targets: Array) -> float:
        """The mean over the samples, without penalty; cross-entropies from the logits."""
        sums, values = self.forward(inputs)
        logits, targets = sums[-1], targets.astype(np.float64)
        match self.loss_name:
            case "squared_error":
                each = 0.5 * (values[-1] - targets) ** 2
            case "binary_cross_entropy":
                each = targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)
            case _:
                each = -targets * (logits - np.logaddexp.reduce(logits, axis=0))
        return float(each.sum(axis=0).mean())

    def accuracy(self, inputs: Array, targets: Array) -> float:
        """The share of right classes. One output: above the middle of its two targets or not."""
        outputs = self.forward(inputs)[1][-1]
        if len(outputs) == 1:
            middle = 0.0 if self.loss_name == "squared_error" else 0.5
            return float(((outputs > middle) == (targets > middle)).mean())
        return float((outputs.argmax(axis=0) == targets.argmax(axis=0)).mean())

    def gradient(self, inputs: Array, targets: Array) -> Array:
        """Of the loss, laid out like the parameters."""
        sums, values = self.forward(inputs)
        count = inputs.shape[1]
        delta = (values[-1] - targets) / count
        if self.loss_name == "squared_error":
            delta = delta * ACTIVATIONS[self.layers[-1].activation][1](sums[-1])
        result = np.empty_like(self.parameters)
        places, weights = list(self.parts(result)), [each for each, _ in self.parts(self.parameters)]
        for index in reversed(range(len(self.layers))):
            below = values[index - 1] if index else inputs.astype(np.float64)
            places[index][0][:] = delta @ below.T
            places[index][1][:] = delta.sum(axis=1)
            if index:
                slope = ACTIVATIONS[self.layers[index - 1].activation][1]
                delta = (weights[index].T @ delta) * slope(sums[index - 1])
        return result

    def penalty(self) -> float:
        """l1 · sum of |w| + l2 / 2 · sum of w² over the weights; biases are free."""
        weights = np.concatenate([each.ravel() for each, _ in self.parts(self.parameters)])
        return float(self.rule.l1 * np.abs(weights).sum() + 0.5 * self.rule.l2 * (weights**2).sum())

    def full_gradient(self, inputs: Array, targets: Array) -> Array:
        """Of loss plus penalty, clipped to the norm: what the optimizer gets to see."""
        result = self.gradient(inputs, targets)
        for (slope, _), (weights, _) in zip(self.parts(result), self.parts(self.parameters), strict=True):
            slope += self.rule.l1 * np.sign(weights) + self.rule.l2 * weights
        if self.rule.clip_norm > 0:
            result *= min(1.0, self.rule.clip_norm / (np.sqrt((result**2).sum()) + 1e-6))
        return result

    def step(self, inputs: Array, targets: Array) -> None:
        """One step of the optimizer on one batch."""
        rule, g = self.rule, self.full_gradient(inputs, targets)
        self.steps += 1
        match rule.optimizer:
            case "sgd":
                move = g
            case "momentum" | "nesterov":
                self.velocity = rule.momentum * self.velocity + g
                move = self.velocity if rule.optimizer == "momentum" else g + rule.momentum * self.velocity
            case "rmsprop":
                self.square = rule.decay * self.square + (1 - rule.decay) * g**2
                move = g / (np.sqrt(self.square) + rule.epsilon)
            case "adam":
                self.velocity = rule.momentum * self.velocity + (1 - rule.momentum) * g
                self.square = rule.decay * self.square + (1 - rule.decay) * g**2
                mean = self.velocity / (1 - rule.momentum**self.steps)
                spread = self.square / (1 - rule.decay**self.steps)
                move = mean / (np.sqrt(spread) + rule.epsilon)
            case other:
                raise ValueError(f"no optimizer is called {other!r}")
        self.parameters = self.parameters - rule.rate * move
