"""Random networks with data, ready to be handed to the kernels, each with its slow twin.

Owns the arrays of one run and the calls on them; judges nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reference import ACTIVATIONS, KINKED, LOSSES, Layer, Rule, Twin

import kernels
from kernels import codes

Array = NDArray[Any]

ROOT = Path(__file__).resolve().parents[2]
DTYPES = (np.float64, np.float32)
HIDDEN = tuple(ACTIVATIONS)
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
HEADS = {"squared_error": "tanh", "binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}
CHANGING = ("parameters", "slots", "powers", "order", "rng", "state")
MARGIN = 3e-6
"""No unit of a network with kinks lies so close to one that float32 might take the other side."""


def error(found: Array | float, expected: Array | float) -> float:
    """Norm-wise relative error."""
    wanted = np.asarray(expected, np.float64)
    difference = float(np.linalg.norm(np.asarray(found, np.float64) - wanted))
    return difference / max(float(np.linalg.norm(wanted)), 1e-300)


@dataclass
class Run:
    """Every array of one training, named as in the kernels' contract, and the twin that starts at the same place."""

    twin: Twin
    program: Array
    codes: Array
    hyper: Array
    parameters: Array
    slots: Array
    powers: Array
    inputs: Array
    targets: Array
    test_inputs: Array
    test_targets: Array
    order: Array
    rng: Array
    state: Array
    records: Array
    space: tuple[Any, ...] = field(repr=False)

    def train(self, steps: int, stride: int = 0) -> int:
        return int(
            kernels.train(
                self.program, self.codes, self.hyper, self.parameters, self.slots, self.powers, self.inputs,
                self.targets, self.test_inputs, self.test_targets, self.order, self.rng, self.state, steps, stride,
                self.records, self.space,
            )
        )  # fmt: skip

    def evaluate(self, inputs: Array | None = None, targets: Array | None = None) -> tuple[float, float, Array]:
        """Loss, accuracy and outputs; of the training data unless others are given."""
        inputs = self.inputs if inputs is None else inputs
        targets = self.targets if targets is None else targets
        outputs = np.full((self.program[-1, codes.OUTPUTS], inputs.shape[1]), 7, inputs.dtype)
        loss, accuracy = kernels.evaluate(
            self.program, self.codes, self.parameters, inputs, targets, outputs, self.space
        )
        return float(loss), float(accuracy), outputs

    def penalty(self) -> float:
        return float(kernels.penalty(self.program, self.hyper, self.parameters))

    def activations(self, inputs: Array | None = None) -> Array:
        inputs = self.inputs if inputs is None else inputs
        maps = np.full((self.program[:, codes.OUTPUTS].sum(), inputs.shape[1]), 7, inputs.dtype)
        kernels.activations(self.program, self.parameters, inputs, maps, self.space)
        return maps

    def gradients(self, inputs: Array | None = None, targets: Array | None = None) -> tuple[float, Array]:
        """Loss and gradient; of the training data unless others are given."""
        inputs = self.inputs if inputs is None else inputs
        targets = self.targets if targets is None else targets
        gradient = np.full_like(self.parameters, 7)
        loss = kernels.gradients(
            self.program, self.codes, self.hyper, self.parameters, inputs, targets, gradient, self.space
        )
        return float(loss), gradient

    def next_batch(self) -> Array:
        """The samples that the next step will use."""
        start = int(self.state[codes.POSITION])
        return self.order[start : start + int(self.codes[codes.BATCH_SIZE])].copy()

    def columns(self, samples: Array) -> tuple[Array, Array]:
        """Inputs and targets of some samples, each C-contiguous."""
        return np.ascontiguousarray(self.inputs[:, samples]), np.ascontiguousarray(self.targets[:, samples])

    def copy(self, max_batch: int | None = None) -> Run:
        """The same run with arrays and a workspace of its own; the twin is shared."""
        arrays = {each.name: getattr(self, each.name) for each in fields(self)}
        copies = {name: each.copy() if isinstance(each, np.ndarray) else each for name, each in arrays.items()}
        batch = max_batch or int(self.codes[codes.BATCH_SIZE])
        return Run(**{**copies, "space": kernels.workspace(self.program, batch, self.parameters.dtype)})

    def content(self) -> bytes:
        """The bytes of everything that training changes, records apart."""
        return b"".join(getattr(self, name).tobytes() for name in CHANGING)


def make(
    seed: int,
    widths: Sequence[int],
    activation: str | Sequence[str] = "tanh",
    loss: str = "squared_error",
    rule: Rule = Rule(),
    *,
    head: str | None = None,
    batch: int = 10,
    samples: int = 50,
    tests: int = 20,
    dtype: type[np.floating] = np.float64,
    capacity: int = 64,
) -> Run:
    """A network with `widths` units from the features to the output. A linear head makes it a regression."""
    head = head or HEADS[loss]
    hidden = [activation] * (len(widths) - 2) if isinstance(activation, str) else list(activation)
    layers = [Layer(*each) for each in zip(widths[:-1], widths[1:], [*hidden, head], strict=True)]
    classify = head != "linear"
    chance = np.random.default_rng(seed)
    while True:
        parameters = np.concatenate([_drawn(layer, chance) for layer in layers]).astype(dtype)
        inputs = chance.standard_normal((widths[0], samples + tests)).astype(dtype)
        twin = Twin(layers, parameters, loss, rule)
        if _is_clear_of_kinks(twin, inputs):
            break
    targets = _targets(widths[-1], samples + tests, loss, classify, chance).astype(dtype)
    program = _program(layers)
    return Run(
        twin, program, _codes(loss, rule, batch, classify), _hyper(rule), parameters,
        np.zeros((2, parameters.size), dtype), np.ones(2),
        inputs[:, :samples].copy(), targets[:, :samples].copy(),
        inputs[:, samples:].copy(), targets[:, samples:].copy(),
        chance.permutation(samples).astype(np.int64), chance.integers(1, 2**63, 4).astype(np.uint64),
        np.zeros(8, np.int64), np.zeros((capacity, codes.RECORD_COLUMNS)), kernels.workspace(program, batch, dtype),
    )  # fmt: skip


def variety(dtype: type) -> list[Run]:
    """A few trainings that together use every activation, loss and optimizer, and odd sizes."""
    runs = []
    for seed, optimizer in enumerate(OPTIMIZERS):
        loss = LOSSES[seed % 3]
        hidden = [HIDDEN[2 * seed], HIDDEN[2 * seed + 1], HIDDEN[(3 * seed + 4) % 10]]
        widths = (2 + seed, 17, 5 + seed, 33, 1 if loss == "binary_cross_entropy" else 3)
        rule = Rule(optimizer, 0.003, decay=0.99, l1=1e-4, l2=1e-3 * seed, clip_norm=0.5 * (seed % 2))
        runs.append(make(seed, widths, hidden, loss, rule, batch=7 + 3 * seed, samples=53, dtype=dtype))
    return runs


def bytes_of(result: Any) -> bytes:
    """The bytes of an array, a number, bytes, or a tuple of them."""
    if isinstance(result, tuple):
        return b"".join(bytes_of(each) for each in result)
    return result if isinstance(result, bytes) else np.asarray(result).tobytes()


def digest_of(*results: Any) -> str:
    return hashlib.sha256(bytes_of(results)).hexdigest()


def fresh_process(script: str, *arguments: str, **environment: str | None) -> str:
    """What a script prints in an interpreter of its own; None removes a variable. It must end well."""
    changed = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), **environment}
    variables = {name: value for name, value in changed.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def dispatchers() -> dict[str, Any]:
    """Everything of the kernels that Numba compiles, by module and name."""
    modules = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "kernels"}
    found = {
        f"{each.py_func.__module__}.{each.py_func.__name__}": each
        for module in modules.values()
        for each in vars(module).values()
        if hasattr(each, "signatures")
    }
    return dict(sorted(found.items()))


def compiled() -> dict[str, int]:
    """How often each of them was compiled, or loaded from the cache, in this process."""
    return {name: len(each.signatures) for name, each in dispatchers().items()}


def _drawn(layer: Layer, chance: np.random.Generator) -> Array:
    weights = chance.standard_normal(layer.inputs * layer.outputs) / np.sqrt(layer.inputs)
    return np.concatenate([weights, 0.3 * chance.standard_normal(layer.outputs)])


def _is_clear_of_kinks(twin: Twin, inputs: Array) -> bool:
    kinked = [
        each for each, layer in zip(twin.forward(inputs)[0], twin.layers, strict=True) if layer.activation in KINKED
    ]
    return all(np.abs(each).min(initial=1.0) > MARGIN for each in kinked)


def _targets(outputs: int, count: int, loss: str, classify: bool, chance: np.random.Generator) -> Array:
    if not classify:
        return chance.standard_normal((outputs, count))
    if outputs == 1:
        right = chance.integers(0, 2, (1, count)).astype(float)
    else:
        right = np.eye(outputs)[chance.integers(0, outputs, count)].T
    return 2 * right - 1 if loss == "squared_error" else right


def _program(layers: list[Layer]) -> Array:
    program = np.zeros((len(layers), codes.PROGRAM_COLUMNS), np.int64)
    offset = row = 0
    for line, layer in zip(program, layers, strict=True):
        line[codes.KIND] = codes.DENSE
        line[codes.INPUTS], line[codes.OUTPUTS] = layer.inputs, layer.outputs
        line[codes.ACTIVATION] = codes.ACTIVATIONS[layer.activation]
        line[codes.WEIGHT_OFFSET], line[codes.BIAS_OFFSET] = offset, offset + layer.inputs * layer.outputs
        line[codes.ROW] = row
        offset, row = offset + layer.size, row + layer.outputs
    return program


def _codes(loss: str, rule: Rule, batch: int, classify: bool) -> Array:
    result = np.zeros(8, np.int64)
    kind = "sgd" if rule.optimizer in ("momentum", "nesterov") else rule.optimizer
    result[codes.LOSS], result[codes.OPTIMIZER] = codes.LOSSES[loss], codes.OPTIMIZERS[kind]
    result[codes.NESTEROV], result[codes.BATCH_SIZE] = int(rule.optimizer == "nesterov"), batch
    result[codes.TASK] = codes.CLASSIFICATION if classify else codes.REGRESSION
    return result


def _hyper(rule: Rule) -> Array:
    result = np.zeros(8)
    result[codes.LEARNING_RATE], result[codes.DECAY], result[codes.EPSILON] = rule.rate, rule.decay, rule.epsilon
    result[codes.MOMENTUM] = rule.momentum if rule.optimizer in ("momentum", "nesterov", "adam") else 0.0
    result[codes.L1], result[codes.L2], result[codes.CLIP_NORM] = rule.l1, rule.l2, rule.clip_norm
    return result
