"""Networks with data, ready to be handed to the kernels, each with its slow twin.

Owns the arrays of a run and the calls on them; judges nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kernels
from kernels.plan import codes
from kernels.plan.arguments import Records, RunState, Samples
from kernels.plan.memory import Workspace
from tests.kernels.contract import hyperparameters_of, numbers_of, program_of, settings_of
from tests.kernels.drawing import HEADS, HIDDEN, NUMBERS, Network, clear_of_kinks, draw, drawn, rule_for, targets_for
from tests.reference import LOSSES, Layer, Rule, Training, Twin

Array = NDArray[Any]

DTYPES = (np.float64, np.float32)
OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad", "adamw", "nadam", "lion")
STABLE = tuple(name for name in LOSSES if "naive" not in name)
CHANGING = ("parameters", "slots", "powers", "order", "chance", "counters", "watch", "best")
PER_NETWORK = ("hyperparameters", *CHANGING, "probes", "records", "probe_records")
SHARED = ("program", "numbers", "settings", "inputs", "targets", "test_inputs", "test_targets")


def error(found: Array | float, expected: Array | float) -> float:
    """Norm-wise relative error."""
    wanted = np.asarray(expected, np.float64)
    difference = float(np.linalg.norm(np.asarray(found, np.float64) - wanted))
    return difference / max(float(np.linalg.norm(wanted)), 1e-300)


def _part(name: str) -> Any:
    """The first network's part of an array with a leading axis of networks, as a view."""
    return property(lambda run: run.arrays[name][0])


def _whole(name: str) -> Any:
    return property(lambda run: run.arrays[name], lambda run, value: run.arrays.__setitem__(name, value))


@dataclass
class Run:
    """Every array of a training, named as in the kernels' contract, and the twin that starts at the same place.

    `arrays` holds those of many networks with their leading axis; the properties are those of the first one.
    """

    twin: Twin
    rule: Rule
    arrays: dict[str, Array]
    space: Workspace = field(repr=False)

    hyperparameters, parameters, slots, powers = (
        _part("hyperparameters"),
        _part("parameters"),
        _part("slots"),
        _part("powers"),
    )
    order, chance, counters, watch = _part("order"), _part("chance"), _part("counters"), _part("watch")
    best, probes, records = _part("best"), _part("probes"), _part("records")
    probe_records = _part("probe_records")
    program, numbers, settings = _whole("program"), _whole("numbers"), _whole("settings")
    inputs, targets = _whole("inputs"), _whole("targets")
    test_inputs, test_targets = _whole("test_inputs"), _whole("test_targets")

    def train(self, steps: int, stride: int = 0) -> int:
        """All networks take the steps."""
        of = self.arrays
        tests = Samples(of["test_inputs"], of["test_targets"])
        state = RunState(*(of[name] for name in RunState._fields))
        records = Records(of["records"], of["probe_records"])
        return int(
            kernels.train(
                of["settings"], of["hyperparameters"], self.samples, tests, state, steps, stride, records, self.space
            )
        )

    @property
    def samples(self) -> Samples:
        """The training data."""
        return Samples(self.inputs, self.targets)

    def evaluate(self, inputs: Array | None = None, targets: Array | None = None) -> tuple[float, float, Array]:
        """Loss, accuracy and outputs; of the training data unless others are given."""
        inputs = self.inputs if inputs is None else inputs
        targets = self.targets if targets is None else targets
        outputs = np.full((self.program[-1, codes.OUTPUTS], inputs.shape[1]), 7, inputs.dtype)
        samples = Samples(inputs, targets)
        loss, accuracy = kernels.evaluate(
            self.settings, self.hyperparameters, self.parameters, samples, outputs, self.space
        )
        return float(loss), float(accuracy), outputs

    def losses(self, vectors: Array) -> Array:
        """Loss, accuracy and penalty of each parameter vector on the training data, (V, 3)."""
        results = np.full((len(vectors), 3), 7.0)
        kernels.evaluate_many(self.settings, self.hyperparameters, vectors, self.samples, results, self.space)
        return results

    def penalty(self) -> float:
        return float(kernels.penalty(self.settings, self.hyperparameters, self.parameters, self.inputs, self.space))

    def activations(self, inputs: Array | None = None) -> Array:
        inputs = self.inputs if inputs is None else inputs
        maps = np.full((self.program[:, codes.OUTPUTS].sum(), inputs.shape[1]), 7, inputs.dtype)
        kernels.activations(self.parameters, inputs, maps, self.space)
        return maps

    def gradients(self, inputs: Array | None = None, targets: Array | None = None) -> tuple[float, Array]:
        """Loss and gradient; of the training data unless others are given."""
        inputs = self.inputs if inputs is None else inputs
        targets = self.targets if targets is None else targets
        gradient = np.full_like(self.parameters, 7)
        samples = Samples(inputs, targets)
        loss = kernels.gradients(self.settings, self.hyperparameters, self.parameters, samples, gradient, self.space)
        return float(loss), gradient

    def probe(self, inputs: Array | None = None, targets: Array | None = None) -> Array:
        """The probes of the network as it stands, on the training data unless others are given."""
        inputs = self.inputs if inputs is None else inputs
        targets = self.targets if targets is None else targets
        probes, gradient = np.full_like(self.probes, 7), np.full_like(self.parameters, 7)
        samples = Samples(inputs, targets)
        kernels.probe(self.settings, self.hyperparameters, self.parameters, samples, gradient, probes, self.space)
        assert gradient.tobytes() == self.gradients(inputs, targets)[1].tobytes()
        return probes

    def next_batch(self) -> Array:
        """The samples that the next step will use."""
        start = int(self.counters[codes.POSITION])
        return self.order[start : start + int(self.settings[codes.BATCH_SIZE])].copy()

    def columns(self, samples: Array) -> tuple[Array, Array]:
        """Inputs and targets of some samples, each C-contiguous."""
        return np.ascontiguousarray(self.inputs[:, samples]), np.ascontiguousarray(self.targets[:, samples])

    def training(self) -> Training:
        """A training of the twin from where this run is."""
        self.twin.parameters = self.parameters.astype(np.float64)
        data, tests = (self.inputs, self.targets), (self.test_inputs, self.test_targets)
        batch = int(self.settings[codes.BATCH_SIZE])
        return Training(self.twin, self.rule, data, tests, batch, int(self.counters[codes.NOISE_SEED]))

    def copy(self, max_batch: int | None = None) -> Run:
        """The same run with arrays and a workspace of its own; the twin is shared."""
        arrays = {name: array.copy() for name, array in self.arrays.items()}
        return Run(self.twin, self.rule, arrays, space_for(arrays, max_batch))

    def content(self) -> bytes:
        """The bytes of everything that training changes, records and probes apart."""
        return b"".join(self.arrays[name].tobytes() for name in CHANGING)


LOOKS = (Run.evaluate, Run.activations, Run.gradients, Run.penalty, Run.probe)
"""Calls that leave the network as it is."""


def space_for(arrays: dict[str, Array], max_batch: int | None = None) -> Workspace:
    """A workspace for a run's arrays."""
    settings = arrays["settings"]
    batch = max_batch or int(settings[codes.BATCH_SIZE])
    loss, dtype = int(settings[codes.LOSS]), arrays["parameters"].dtype
    return kernels.workspace(arrays["program"], arrays["numbers"], loss, batch, dtype)


def together(runs: Sequence[Run]) -> Run:
    """Runs of one shape on the data of the first as networks of one call."""
    first = runs[0]
    arrays = {name: first.arrays[name].copy() for name in SHARED}
    arrays |= {name: np.concatenate([run.arrays[name] for run in runs]) for name in PER_NETWORK}
    return Run(first.twin, first.rule, arrays, space_for(arrays))


def prepare(
    net: Network,
    rule: Rule = Rule(),
    *,
    seed: int = 0,
    batch: int = 10,
    tests: int = 20,
    dtype: type[np.floating] = np.float64,
    capacity: int = 64,
    classify: bool | None = None,
) -> Run:
    """A run of a network; its last `tests` samples are for testing. A linear head makes a regression, hinge apart."""
    twin, chance = net.twin, np.random.default_rng([seed, 77])
    regression = twin.layers[-1].activation == "linear" and twin.loss_name != "hinge"
    samples, size = net.inputs.shape[1] - tests, twin.parameters.size
    inputs, targets = net.inputs.astype(dtype), net.targets.astype(dtype)
    counters = np.zeros((1, codes.COUNTERS), np.int64)
    counters[0, codes.NOISE_SEED] = int(chance.integers(0, 2**32))
    watch = np.zeros((1, codes.WATCH))
    watch[0, [codes.PLATEAU_BEST, codes.PLATEAU_RATE, codes.EARLY_BEST]] = np.inf, 1, np.inf
    arrays = {
        "program": program_of(twin.layers),
        "numbers": numbers_of(twin.layers),
        "settings": settings_of(twin.loss_name, rule, batch, not regression if classify is None else classify),
        "inputs": inputs[:, :samples].copy(),
        "targets": targets[:, :samples].copy(),
        "test_inputs": inputs[:, samples:].copy(),
        "test_targets": targets[:, samples:].copy(),
        "hyperparameters": hyperparameters_of(rule, twin.number)[None],
        "parameters": twin.parameters.astype(dtype)[None],
        "slots": np.zeros((1, 2, size), dtype),
        "powers": np.ones((1, codes.POWERS)),
        "order": chance.permutation(samples).astype(np.int64)[None],
        "chance": chance.integers(1, 2**63, (1, 4)).astype(np.uint64),
        "counters": counters,
        "watch": watch,
        "best": twin.parameters.astype(dtype)[None],
        "probes": np.zeros((1, len(twin.layers), codes.PROBES)),
        "records": np.zeros((1, capacity, codes.RECORD_COLUMNS)),
        "probe_records": np.zeros((1, capacity, len(twin.layers), codes.PROBES)),
    }
    return Run(twin, rule, arrays, space_for(arrays))


def make(
    seed: int,
    widths: Sequence[int],
    activation: str | Sequence[str] = "tanh",
    loss: str = "squared_error",
    rule: Rule = Rule(),
    *,
    head: str | None = None,
    samples: int = 50,
    tests: int = 20,
    **others: Any,
) -> Run:
    """A dense network with `widths` units from the features to the output."""
    hidden = [activation] * (len(widths) - 2) if isinstance(activation, str) else list(activation)
    layers = [Layer(*each) for each in zip(widths[:-1], widths[1:], [*hidden, head or HEADS[loss]], strict=True)]
    chance, dtype = np.random.default_rng(seed), others.get("dtype", np.float64)
    classify = layers[-1].activation != "linear" or loss == "hinge"
    while True:
        parameters = np.concatenate([drawn(layer, chance) for layer in layers]).astype(dtype)
        inputs = chance.standard_normal((widths[0], samples + tests)).astype(dtype)
        twin = Twin(layers, parameters, loss, NUMBERS.get(loss, 1.0))
        targets = targets_for(widths[-1], samples + tests, loss, classify, chance).astype(dtype)
        if clear_of_kinks(twin, inputs, targets):
            return prepare(Network(twin, inputs, targets), rule, seed=seed, tests=tests, **others)


def variety(dtype: type) -> list[Run]:
    """A few dense trainings that together use every activation, optimizer and three losses, and odd sizes."""
    runs = []
    losses = ("squared_error", "binary_cross_entropy", "softmax_cross_entropy")
    for seed, optimizer in enumerate(OPTIMIZERS):
        loss = losses[seed % 3]
        hidden = [HIDDEN[2 * seed % 10], HIDDEN[(2 * seed + 1) % 10], HIDDEN[(3 * seed + 4) % 10]]
        widths = (2 + seed, 17, 5 + seed, 33, outputs_for(loss))
        rule = Rule(optimizer, 0.003, decay=0.99, l1=1e-4, l2=1e-3 * seed, clip_norm=0.5 * (seed % 2))
        runs.append(make(seed, widths, hidden, loss, rule, batch=7 + 3 * seed, samples=53, dtype=dtype))
    return runs


def assortment(dtype: type) -> list[Run]:
    """A few trainings that together use every kind of layer, every loss and every optimizer."""
    numbers = range(11, 33)
    nets = [(number, draw(number, samples=73)) for number in numbers]
    return [prepare(net, rule_for(n), seed=n, batch=5 + n % 13, dtype=dtype) for n, net in nets]


def outputs_for(loss: str, several: int = 3) -> int:
    """One output unit for two classes, else several."""
    return 1 if "binary" in loss else several


def changed(rule: Rule, **changes: Any) -> Rule:
    return replace(rule, **changes)


def bytes_of(result: Any) -> bytes:
    """The bytes of an array, a number, bytes, or a tuple of them."""
    if isinstance(result, tuple):
        return b"".join(bytes_of(each) for each in result)
    return result if isinstance(result, bytes) else np.asarray(result).tobytes()


def digest_of(*results: Any) -> str:
    return hashlib.sha256(bytes_of(results)).hexdigest()
