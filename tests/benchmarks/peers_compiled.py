"""A C program with the workload's shape compiled in (compiled.c), built into a temporary folder.

Owns building and the calls; the arithmetic is the C file's. `-march=native`, but neither `-ffast-math` nor fused
multiply-adds (they bring nothing here), so the parameters come out equal to ours.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from .contender import Bench
from .ours import examples_of, start_of
from .peers import compiler, serve
from .workloads import Workload

SOURCE = Path(__file__).with_name("compiled.c")
FLAGS = ("-march=native", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC")
FAST, SOON = "-O3", "-O1"
"""How hard the compiler tries: for the fastest program, which takes it twenty seconds for W4, or for one that is there
soon and computes the same bits."""


def definitions(workload: Workload) -> list[str]:
    """What the C file is told of the workload."""
    widths, training = workload.widths, workload.training
    told = {f"W{index}": width for index, width in enumerate(widths)}
    told |= {"LAYERS": len(widths) - 1, "BATCH": training.batch_size, "POINTS": workload.points}
    told |= {"TANH": workload.hidden == "tanh", "SOFTMAX": workload.softmax, "ADAM": workload.adam}
    return [f"-D{name}={int(value)}" for name, value in told.items()]


def build(workload: Workload, folder: str, effort: str = FAST) -> ctypes.CDLL:
    """The compiled program; a compiler that refuses it is a RuntimeError with its first complaint."""
    library = Path(folder) / f"{workload.name}.so"
    command = [str(compiler()), effort, *FLAGS, *definitions(workload), str(SOURCE), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if "error" in line] or ["no reason given"]
        raise RuntimeError(f"does not compile: {complaints[0]}")
    return ctypes.CDLL(str(library))


class CompiledTrainer:
    """The C program's arrays: those of our own run state."""

    def __init__(self, workload: Workload, effort: str = FAST) -> None:
        self.chunk, self._workload = workload.chunk, workload
        with tempfile.TemporaryDirectory() as folder:
            self._train = build(workload, folder, effort).train
        (self._inputs, targets), _ = examples_of(workload)
        self._targets = np.ascontiguousarray(targets[:-1])
        rule = workload.training.optimizer
        numbers = (rule.beta1, rule.beta2, rule.epsilon) if workload.adam else (0.0, 0.0, 0.0)
        self._hyper = np.array([workload.training.learning_rate, *numbers])
        self.restart()

    def restart(self) -> None:
        self._state = start_of(self._workload)

    def train(self) -> None:
        state = self._state
        arrays = (
            state.parameters, state.slots, state.powers, self._inputs, self._targets, state.order, state.chance,
            self._hyper,
        )  # fmt: skip
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
        self._train(*pointers, ctypes.c_int64(state.parameters.size), ctypes.c_int64(self.chunk))

    @property
    def parameters(self) -> np.ndarray:
        return self._state.parameters

    def probabilities(self) -> np.ndarray:
        """The head's outputs, in float64 by NumPy: the C program only trains."""
        outputs, workload = self._inputs.T.astype(np.float64), self._workload
        layers = workload.layers_of(self._state.parameters)
        for index, (weights, biases) in enumerate(layers):
            outputs = outputs @ weights.T + biases
            if index < len(layers) - 1:
                outputs = np.tanh(outputs) if workload.hidden == "tanh" else np.maximum(outputs, 0.0)
        if not workload.softmax:
            return np.tanh(outputs)
        parts = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return parts / parts.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    serve(lambda: Bench(CompiledTrainer, None))
