"""The bridge to the kernels: the only module that imports them.

Owns the translation from experiment to integer program and the calls themselves; knows nothing of sessions or time.
Importing it costs nothing: Numba is loaded at the first call of `load`.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from playground import cache_seal
from playground.chance import kernel_state
from playground.experiment import Experiment
from playground.parameters import Layout
from playground.training import Adam, RmsProp, Sgd

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]

STATUS_OK = 0


@cache
def load() -> ModuleType:
    """The kernels; the first call imports Numba, and clears a cache whose files are not what they were."""
    import kernels

    folder = kernels.cache.FOLDER
    if folder is not None:
        if cache_seal.is_broken(folder):
            kernels.cache.clear()
        before = _files(folder)
        atexit.register(lambda: None if _files(folder) == before else cache_seal.seal(folder))
    return kernels


def _files(folder: Path) -> set[tuple[str, int]]:
    return {(path.name, path.stat().st_mtime_ns) for path in folder.rglob("*.nb?")}


def warm(progress: Callable[[int, int], None] | None = None) -> None:
    """Compile every entry, or load it from the cache; a broken cache is rebuilt. progress(done, total)."""
    load().warm(np.float32, progress=progress)
    folder = load().cache.FOLDER
    if folder is not None and not cache_seal.is_complete(folder):
        cache_seal.seal(folder, complete=True)


def entry_count() -> int:
    """How many entries `warm` counts in its progress."""
    return len(load().warming.calls(np.float32))


def compile_part(which: int, progress: Callable[[int, int], None]) -> None:
    """Fill the cache with part 0 or 1 of the entries; together they are all (a process each, on the first launch)."""
    load().warm(np.float32, progress=progress, part=(slice(1), slice(1, None))[which])


def prepared() -> bool:
    """Whether the cache holds every entry, so that `warm` will take a fraction of a second."""
    folder = load().cache.FOLDER
    return folder is not None and cache_seal.is_complete(folder)


def cache_problem() -> str | None:
    """A sentence if compiled kernels cannot be kept on this machine, with the remedy."""
    if load().cache.FOLDER is not None:
        return None
    return (
        "The folder for compiled kernels cannot be written, so they are compiled anew at every start (some seconds). "
        "Set the environment variable PLAYGROUND_KERNEL_CACHE to a folder of your own."
    )


@dataclass(slots=True)
class RunState:
    """Everything that changes while a run goes on; what a model file has to keep.

    parameters (P,) and slots (2, P) hold the run's number type; powers: the running products of Adam's betas;
    order (n,): the permutation of the current epoch; chance (4,): the generator that shuffles it;
    counters: step, epoch, position within the epoch, status, layer of the first bad value, rows recorded.
    """

    parameters: Floats
    slots: Floats
    powers: NDArray[np.float64]
    order: Integers
    chance: NDArray[np.uint64]
    counters: Integers

    @classmethod
    def start(cls, parameters: Floats, samples: int, seed: int) -> RunState:
        """The state before the first step."""
        slots = np.zeros((2, parameters.size), parameters.dtype)
        state = cls(parameters, slots, np.ones(2), np.empty(0, np.int64), kernel_state(seed), np.zeros(8, np.int64))
        state.restart_order(samples)
        return state

    def copy(self) -> RunState:
        """An independent copy of every array."""
        return RunState(
            self.parameters.copy(), self.slots.copy(), self.powers.copy(), self.order.copy(), self.chance.copy(),
            self.counters.copy(),
        )  # fmt: skip

    def restart_order(self, samples: int) -> None:
        """Another number of samples: the epoch under way starts again, in an order from the run's own generator."""
        seeds = np.random.SeedSequence(self.chance.tolist())
        self.order = np.random.Generator(np.random.PCG64(seeds)).permutation(samples).astype(np.int64)
        self.counters[2] = 0

    @property
    def step(self) -> int:
        return int(self.counters[0])

    @property
    def epoch(self) -> int:
        return int(self.counters[1])

    @property
    def position(self) -> int:
        """Samples of the current epoch already used."""
        return int(self.counters[2])

    @property
    def bad_layer(self) -> int:
        return int(self.counters[4])

    @property
    def rows(self) -> int:
        """Rows of the history written so far."""
        return int(self.counters[5])

    @rows.setter
    def rows(self, count: int) -> None:
        self.counters[5] = count


class Engine:
    """The kernels bound to one experiment, one number type and the largest batch they will see."""

    def __init__(self, experiment: Experiment, samples: int, dtype: type[np.floating]) -> None:
        self._kernels = load()
        self._codes_table = self._kernels.codes
        self.layout = Layout.of(experiment)
        self.dtype = dtype
        self._program = self._make_program()
        self._codes, self._hyper = self._make_settings(experiment, samples)
        self._space = self._kernels.workspace(
            self._program, min(experiment.training.batch_size, max(samples, 1)), dtype
        )

    def _make_program(self) -> Integers:
        table = self._codes_table.ACTIVATIONS
        rows = [
            [0, slot.inputs, slot.outputs, table[slot.activation], slot.weights, slot.biases, slot.row, 0]
            for slot in self.layout.slots
        ]
        return np.array(rows, dtype=np.int64)

    def _make_settings(self, experiment: Experiment, samples: int) -> tuple[Integers, NDArray[np.float64]]:
        training, codes, hyper = experiment.training, np.zeros(8, np.int64), np.zeros(8)
        hyper[0], hyper[4], hyper[5] = training.learning_rate, training.l1, training.l2
        hyper[6] = training.clip_norm or 0.0
        match training.optimizer:
            case Sgd(momentum=momentum, nesterov=nesterov):
                kind, hyper[1], codes[2] = "sgd", momentum, int(nesterov)
            case RmsProp(decay=decay, epsilon=epsilon):
                kind, hyper[2], hyper[3] = "rmsprop", decay, epsilon
            case Adam(beta1=beta1, beta2=beta2, epsilon=epsilon):
                kind, hyper[1], hyper[2], hyper[3] = "adam", beta1, beta2, epsilon
        codes[0] = self._codes_table.LOSSES[experiment.head.loss]
        codes[1] = self._codes_table.OPTIMIZERS[kind]
        codes[3] = min(training.batch_size, max(samples, 1))
        codes[4] = int(experiment.task.is_classification)
        return codes, hyper

    @property
    def batch_size(self) -> int:
        """Samples per step; never more than there are."""
        return int(self._codes[3])

    def train(
        self, state: RunState, steps: int, train: tuple[Floats, Floats], test: tuple[Floats, Floats],
        records: NDArray[np.float64], stride: int,
    ) -> int:  # fmt: skip
        """Advance the state in place by up to `steps` optimizer steps; returns early when `records` is full.

        train and test: (inputs, targets), feature-major. Returns 0, or another number where a value is not finite.
        """
        return int(
            self._kernels.train(
                self._program, self._codes, self._hyper, state.parameters, state.slots, state.powers, *train, *test,
                state.order, state.chance, state.counters, steps, stride, records, self._space,
            )
        )  # fmt: skip

    def evaluate(self, parameters: Floats, inputs: Floats, targets: Floats) -> tuple[float, float, Floats]:
        """Mean loss, accuracy, and the head's outputs (units, n)."""
        outputs = np.empty((self.layout.slots[-1].outputs, inputs.shape[1]), self.dtype)
        loss, accuracy = self._kernels.evaluate(
            self._program, self._codes, parameters, inputs, targets, outputs, self._space
        )
        return float(loss), float(accuracy), outputs

    def penalty(self, parameters: Floats) -> float:
        """l1·Σ|w| + ½·l2·Σw² over the weights."""
        return float(self._kernels.penalty(self._program, self._hyper, parameters))

    def activations(self, parameters: Floats, inputs: Floats) -> Floats:
        """Every unit's output, (units, n), all finite."""
        maps = np.empty((self.layout.units, inputs.shape[1]), self.dtype)
        self._kernels.activations(self._program, parameters, inputs, maps, self._space)
        return maps

    def gradient(self, parameters: Floats, inputs: Floats, targets: Floats) -> Floats:
        """The mean gradient over all samples, without the penalty, laid out like the parameters."""
        gradient = np.empty_like(parameters)
        self._kernels.gradients(
            self._program, self._codes, self._hyper, parameters, inputs, targets, gradient, self._space
        )
        return gradient
