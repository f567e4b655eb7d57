"""The same network written with PyTorch's own modules and losses.

Owns the translation and nothing else; judges nothing. Only the focal losses are not in PyTorch: they are written here
with its tensors, their slopes found by its autograd.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.reference import Chance, Layer, Twin, normals, uniforms

Array = np.ndarray[Any, np.dtype[Any]]
COMPILER = "torch._dynamo"


def pytorch() -> Any:
    """The package, on one thread; a test that needs it is skipped where it is not installed."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is only needed to compare with it")
    torch.set_num_threads(1)
    _leave_the_compiler_out(torch)
    _pass_on_what_is_logged()
    return torch


def _leave_the_compiler_out(torch: Any) -> None:
    """PyTorch's optimizers load its compiler, some seconds of it, only to tell it that they are not to be compiled."""
    if COMPILER not in sys.modules:
        nobody = ModuleType(COMPILER)
        vars(nobody).update(disable=lambda function, *_, **__: function, graph_break=lambda: None)
        sys.modules[COMPILER] = torch._dynamo = nobody


def _pass_on_what_is_logged() -> None:
    """PyTorch's loggers keep to themselves what they are told, and pytest listens to each such logger three times a
    test; from now on they pass it on to the one to which it listens anyway."""
    for logger in tuple(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.name.startswith("torch"):
            logger.propagate = True


class Mirror:
    """The network of a twin. Flat arrays are laid out as the twin's."""

    def __init__(self, twin: Twin, parameters: Array | None = None) -> None:
        self.torch, self.twin = pytorch(), twin
        self.functional = self.torch.nn.functional
        self.modules = [self._module(layer) for layer in twin.layers]
        self.fill(twin.parameters if parameters is None else parameters)

    def _module(self, layer: Layer) -> Any:
        """None for layers without parameters."""
        nn, wide = self.torch.nn, self.torch.float64
        match layer.kind:
            case "dense":
                return nn.Linear(layer.inputs, layer.outputs, dtype=wide)
            case "residual":
                return nn.Linear(layer.source_outputs, layer.outputs, dtype=wide) if layer.weight_count else None
            case "conv2d":
                filters = layer.bias_count
                return nn.Conv2d(layer.channels, filters, layer.kernel, padding=layer.padding, dtype=wide)
            case "batch_norm":
                norm = nn.BatchNorm2d if layer.group > 1 else nn.BatchNorm1d
                return norm(layer.bias_count, eps=layer.epsilon, momentum=layer.keep, dtype=wide)
            case "layer_norm":
                return nn.LayerNorm(layer.outputs, eps=layer.epsilon, dtype=wide)
            case "scaling":
                return nn.LayerNorm(layer.bias_count, dtype=wide)  # only its gain and shift are used
        return None

    def tensors(self, layer: Layer, module: Any) -> list[Any]:
        """In the order of the flat array."""
        if module is None:
            return []
        statistics = [module.running_mean, module.running_var] if layer.kind == "batch_norm" else []
        return [module.weight, module.bias, *statistics]

    def all_tensors(self) -> list[Any]:
        pairs = zip(self.twin.layers, self.modules, strict=True)
        return [each for layer, module in pairs for each in self.tensors(layer, module)]

    def fill(self, flat: Array) -> None:
        start = 0
        for each in self.all_tensors():
            part = np.asarray(flat[start : start + each.numel()], np.float64)
            each.data = self.torch.tensor(part).reshape(each.shape)
            start += each.numel()

    @property
    def parameters(self) -> Array:
        return self._flat([each.detach() for each in self.all_tensors()])

    @property
    def gradient(self) -> Array:
        """Of the last backward pass; 0 where there is none."""
        return self._flat([self.torch.zeros_like(x) if x.grad is None else x.grad for x in self.all_tensors()])

    def _flat(self, tensors: list[Any]) -> Array:
        return np.concatenate([np.asarray(each.numpy()).ravel() for each in tensors])

    def activation(self, name: str, z: Any) -> Any:
        functional = self.functional
        table: dict[str, Callable[[Any], Any]] = {
            "linear": lambda z: z,
            "relu": functional.relu,
            "leaky_relu": functional.leaky_relu,
            "elu": functional.elu,
            "gelu": lambda z: functional.gelu(z, approximate="tanh"),
            "gelu_erf": functional.gelu,
            "silu": functional.silu,
            "softplus": lambda z: functional.softplus(z, threshold=1000),
            "tanh": self.torch.tanh,
            "sigmoid": self.torch.sigmoid,
            "sine": self.torch.sin,
            "softmax": lambda z: functional.softmax(z, dim=1),
        }
        return table[name](z)

    def sum(self, layer: Layer, module: Any, below: Any, source: Any, chance: Chance | None, rows: range) -> Any:
        """What a layer gives before its activation; `below` (n, units)."""
        image = below.reshape(-1, layer.channels, layer.height, layer.width) if layer.channels else None
        match layer.kind:
            case "dense":
                return module(below)
            case "scaling":
                units = below.reshape(len(below), -1, layer.group)
                return (units * module.weight[:, None] + module.bias[:, None]).flatten(1)
            case "batch_norm":
                shaped = below if layer.group == 1 else below.reshape(len(below), -1, layer.group, 1)
                return module.train(chance is not None)(shaped).flatten(1)
            case "layer_norm":
                return module(below)
            case "residual":
                return below + (source if module is None else module(source))
            case "conv2d":
                return module(image).flatten(1)
            case "max_pool2d":
                return self.functional.max_pool2d(image, layer.kernel).flatten(1)
            case "average_pool2d":
                return self.functional.avg_pool2d(image, layer.kernel).flatten(1)
            case "dropout" | "gaussian_noise" if chance is not None:
                return self._shaken(layer, below, chance.words(rows, len(below)))
        return below

    def _shaken(self, layer: Layer, below: Any, words: Any) -> Any:
        """Dropout and noise with the twin's numbers: PyTorch has others."""
        if layer.kind == "gaussian_noise":
            return below + layer.rate * self.torch.tensor(normals(*words).T.copy())
        kept = self.torch.tensor((uniforms(words[0]) >= layer.rate).T.copy())
        return below * kept / (1 - layer.rate)

    def head(self, inputs: Array, chance: Chance | None = None) -> Any:
        """The last layer's sums, (n, outputs)."""
        given = below = self.torch.tensor(np.ascontiguousarray(inputs.T, np.float64))
        values: list[Any] = []
        row = len(inputs) + 1
        for layer, module in zip(self.twin.layers, self.modules, strict=True):
            source = values[layer.source] if layer.source >= 0 else given
            z = self.sum(layer, module, below, source, chance, range(row, row + layer.outputs))
            row += layer.outputs
            below = self.activation(layer.activation, z)
            values.append(below)
        return z

    def loss(self, inputs: Array, targets: Array, chance: Chance | None = None) -> Any:
        """The mean of the weighted losses."""
        torch, functional, number = self.torch, self.functional, self.twin.number
        z = self.head(inputs, chance)
        t, weight = (torch.tensor(np.ascontiguousarray(x.T, np.float64)) for x in (targets[:-1], targets[-1]))
        o = z if self.twin.layers[-1].activation == "softmax" else self.activation(self.twin.layers[-1].activation, z)
        chances = functional.log_softmax(z, dim=1)
        match self.twin.loss_name:
            case "squared_error":
                each = 0.5 * functional.mse_loss(o, t, reduction="none")
            case "huber":
                each = functional.huber_loss(o, t, reduction="none", delta=number)
            case "absolute":
                each = functional.l1_loss(o, t, reduction="none")
            case "hinge":
                each = functional.relu(1 - t * z)
            case "binary_cross_entropy" | "naive_binary_cross_entropy":
                each = functional.binary_cross_entropy_with_logits(z, t, reduction="none")
            case "binary_focal":
                surprise = functional.binary_cross_entropy_with_logits(z, t, reduction="none")
                each = torch.sigmoid(-z * (2 * t - 1)) ** number * surprise
            case "softmax_focal":
                right = (t * chances).sum(dim=1, keepdim=True)
                each = -((-torch.expm1(right)) ** number) * right
            case _:
                each = functional.cross_entropy(z, t, reduction="none")[:, None]
        return (each.sum(dim=1) * weight).mean()

    def slope(self, inputs: Array, targets: Array, chance: Chance | None = None) -> Array:
        """The gradient of the loss."""
        for each in self.all_tensors():
            each.grad = None
        self.loss(inputs, targets, chance).backward()
        return self.gradient
