"""PyTorch, eager: `nn.Sequential`, `torch.optim` with its defaults, one thread; one gather makes an epoch's batches."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from .contender import Bench
from .peers import serve
from .workloads import Workload

HIDDEN = {"tanh": nn.Tanh, "relu": nn.ReLU}


def network_of(workload: Workload) -> nn.Sequential:
    """The network at the starting parameters; a softmax is left to the loss."""
    modules: list[nn.Module] = []
    for weights, biases in workload.start_layers():
        linear = nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights))
            linear.bias.copy_(torch.from_numpy(biases))
        modules += [linear, HIDDEN[workload.hidden]()]
    modules[-1:] = [] if workload.softmax else [nn.Tanh()]
    return nn.Sequential(*modules)


class TorchTrainer:
    chunk = 1

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        inputs, labels = workload.examples
        self._inputs = torch.from_numpy(inputs)
        self._targets = torch.from_numpy(labels if workload.softmax else workload.targets)
        self._loss = nn.CrossEntropyLoss() if workload.softmax else nn.MSELoss()
        self._factor = 1.0 if workload.softmax else 0.5 * workload.head.units
        self.restart()

    def restart(self) -> None:
        torch.manual_seed(self._workload.seed)
        self._network = network_of(self._workload)
        rate, parameters = self._workload.training.learning_rate, self._network.parameters()
        optimizer = torch.optim.Adam if self._workload.adam else torch.optim.SGD
        self._optimizer = optimizer(parameters, rate)

    def train(self) -> None:
        size, order = self._workload.training.batch_size, torch.randperm(self._workload.points)
        pairs = zip(self._inputs[order].split(size), self._targets[order].split(size), strict=True)
        for inputs, targets in pairs:
            self._optimizer.zero_grad()
            loss = self._loss(self._network(inputs), targets)
            (loss if self._factor == 1.0 else self._factor * loss).backward()
            self._optimizer.step()

    def probabilities(self) -> np.ndarray:
        with torch.no_grad():
            outputs = self._network(self._inputs)
            return (torch.softmax(outputs, 1) if self._workload.softmax else outputs).numpy()


def bench() -> Bench:
    torch.set_num_threads(1)
    return Bench(TorchTrainer, None)


if __name__ == "__main__":
    serve(bench)
