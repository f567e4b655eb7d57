"""The bridge to the kernels: the only module that calls them.

Owns the calls, and the look at what is cached before the first of them; knows nothing of sessions or time. Importing it
costs nothing: Numba is loaded with the first kernel.
"""

from __future__ import annotations

import atexit
from collections.abc import Collection
from functools import cache
from operator import attrgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kernels
from kernels.plan import arguments, codes
from kernels.plan.arguments import Records, Samples
from kernels.plan.codes import GOAL_REACHED, NOT_FINITE, STOPPED_EARLY
from kernels.plan.codes import OK as STATUS_OK
from kernels.plan.memory import Tangents, Workspace
from playground.engine import cache_seal, program
from playground.engine.layout import Layout
from playground.engine.state import STATUS, RunState
from playground.experiment.experiment import Experiment

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Pair = tuple[Floats, Floats]

__all__ = [
    "CURVATURE", "GOAL_REACHED", "NOT_FINITE", "STATUS_OK", "STOPPED_EARLY", "Engine", "Workspace", "cache_folder",
    "cache_problem", "ends_of_tridiagonals", "measure_many", "prepared", "scratch", "train_many", "warm",
]  # fmt: skip


CURVATURE = "curvature"
"""In the place of a precision: the kernels of second derivatives, which nobody waits for who only trains."""


@cache
def cache_folder() -> Path | None:
    """Where compiled kernels are kept, if anywhere; the first call clears it if its files are not what they were."""
    from kernels.compiling import cache as compiled

    folder = compiled.FOLDER
    if folder is not None:
        if cache_seal.is_broken(folder):
            compiled.clear()
        before = _files(folder)
        atexit.register(lambda: None if _files(folder) == before else cache_seal.seal(folder))
    return folder


def _files(folder: Path) -> set[tuple[str, int]]:
    return {(path.name, path.stat().st_mtime_ns) for path in folder.rglob("*.nb?")}


def warm(precision: str = "float32") -> None:
    """Compile the kernels for a precision, or those of CURVATURE, or load them; a broken cache is rebuilt."""
    folder = cache_folder()
    if precision == CURVATURE:
        _bend_once()
    else:
        kernels.warm(np.dtype(precision))
    _warmed().add(precision)
    if folder is not None and not cache_seal.is_complete(folder, precision):
        cache_seal.seal(folder, complete=precision)


def _bend_once() -> None:
    """The smallest call of each kernel of second derivatives."""
    experiment = Experiment()
    engine = Engine(experiment, 1, np.float64)
    points, inputs = np.zeros((1, engine.layout.size)), np.zeros((experiment.input_shape.units, 1))
    engine.hessian_products(points, points[None], inputs, np.ones((2, 1)))
    ends_of_tridiagonals(np.zeros((1, 1)), np.zeros((1, 0)))


def prepared(precision: str = "float32") -> bool:
    """Whether the kernels for a precision are here or in the cache, so that `warm` will take a fraction of a second."""
    folder = cache_folder()
    return precision in _warmed() or (folder is not None and cache_seal.is_complete(folder, precision))


@cache
def _warmed() -> set[str]:
    """The precisions that this process has used."""
    return set()


def cache_problem() -> str | None:
    """A sentence if compiled kernels cannot be kept on this machine, with the remedy."""
    if cache_folder() is not None:
        return None
    return (
        "The folder for compiled kernels cannot be written, so they are compiled anew at every start (some seconds). "
        "Set the environment variable PLAYGROUND_KERNEL_CACHE to a folder of your own."
    )


_arrays = attrgetter(*arguments.RunState._fields)
"""The arrays of a run's state in the kernels' order."""


def scratch(table: Integers, numbers: Numbers, loss: int, batch: int, dtype: type[np.floating]) -> Workspace:
    """The kernels' memory for a network; see `kernels.workspace`. Whoever has it may call them."""
    cache_folder()
    return kernels.workspace(table, numbers, loss, batch, dtype)


def train_many(
    settings: Integers, hyperparameters: Numbers, train: Pair, test: Pair, validation: Pair, states: RunState,
    steps: Integers, rows: Numbers, stride: int, space: Workspace,
) -> None:  # fmt: skip
    """Advance N networks of one shape, in place; every array has a leading axis, that of the data sets apart.

    rows (N, capacity, 11): a row at every epoch that is a multiple of `stride` (0: never). One that has ended by a rule
    stays as it is; see the counters.
    """
    records = Records(rows, np.zeros((len(rows), 0, 0, codes.PROBES)))
    many = arguments.RunState(*_arrays(states))
    kernels.train(
        settings, hyperparameters, Samples(*train), Samples(*test), many, steps, stride, records, space,
        Samples(*validation),
    )  # fmt: skip


def measure_many(
    settings: Integers, hyperparameters: Numbers, vectors: Floats, samples: Pair, space: Workspace
) -> Numbers:  # fmt: skip
    """(N, 3): mean loss, share of right answers and penalty of N networks (N, P) with settings of their own."""
    results = np.zeros((len(vectors), 3))
    kernels.evaluate_many(settings, hyperparameters, vectors, Samples(*samples), results, space)
    return results


def first_orders(words: NDArray[np.uint64], samples: int, space: Workspace) -> Integers:
    """(N, samples): the orders before the first step, as generators of NumPy's draw them; see `kernels`."""
    return kernels.first_orders(words, samples, space)


def ends_of_tridiagonals(middle: Numbers, beside: Numbers) -> tuple[Numbers, Numbers]:
    """Both ends (N, 2) of the spectra of N matrices, and (N, 2) what their eigenvectors end with; see `kernels`."""
    cache_folder()
    return kernels.ends_of_tridiagonals(middle, beside)


EACH_AT_ONCE, EACH_BYTES = 256, 4 << 20
"""Samples that are measured one by one in a call, each with parameters of its own, and the bytes of these."""


class Engine:
    """The kernels bound to one experiment, one number type and the largest batch they will see.

    spent: stop rules of the experiment that apply no more. before: the engine that this one takes the place of, used no
    more; its scratch memory is taken over where it fits, because a large network's takes a tenth of a second to make.
    """

    def __init__(
        self, experiment: Experiment, samples: int, dtype: type[np.floating], spent: Collection[str] = (),
        before: Engine | None = None,
    ) -> None:  # fmt: skip
        self.layout = Layout.of(experiment)
        self.dtype = dtype
        self._settings, self._hyperparameters = program.settings_of(experiment, samples, spent)
        self.batch_size = int(self._settings[codes.BATCH_SIZE])
        """Samples per step; never more than there are."""
        table, numbers = program.layer_table(experiment, self.layout)
        loss = int(self._settings[codes.LOSS])
        self._made_for = (table.tobytes(), numbers.tobytes(), loss, self.batch_size, np.dtype(dtype))
        fits = before is not None and before._made_for == self._made_for
        self._space: Workspace
        if before is not None and fits:
            self._space = before._space
        else:
            self._space = scratch(table, numbers, loss, self.batch_size, dtype)
        self._tangents: Tangents | None = None
        self._blank = np.zeros((experiment.input_shape.units, 0), dtype)

    def train(
        self, state: RunState, steps: int, train: Pair, test: Pair, records: Numbers, probe_records: Numbers,
        stride: int, record: bool = True, every_step: bool = False, validation: Pair | None = None,
    ) -> int:  # fmt: skip
        """Advance the state in place by up to `steps` optimizer steps; returns early when `records` is full.

        train, test and validation: (inputs, targets), feature-major, a row of sample weights last; rules watch the
        validation set, and the test set where there is none. Returns one of the four
        statuses; what ended an earlier call does not keep this one from going on.

        records (rows, 11) and probe_records (rows, layers, 9) receive a row each at every epoch that is a multiple of
        `stride` (0: never). record False: neither these rows nor `state.probes` are written, and nothing is computed
        for them. every_step: look for numbers that are not finite after each step, and for the sample that gave the
        first one.
        """
        state.counters[STATUS] = STATUS_OK
        self._settings[codes.CHECK_EVERY_STEP], self._settings[codes.PROBING] = int(every_step), int(record)
        one = arguments.RunState(*[array[None] for array in _arrays(state)])
        return int(
            kernels.train(
                self._settings, self._hyperparameters[None], Samples(*train), Samples(*test), one, steps,
                stride if record else 0, Records(records[None], probe_records[None]), self._space,
                None if validation is None else Samples(*validation),
            )
        )  # fmt: skip

    def evaluate(self, parameters: Floats, inputs: Floats, targets: Floats) -> tuple[float, float, Floats]:
        """Mean loss, accuracy, and the head's outputs (units, n)."""
        outputs = np.empty((self.layout.slots[-1].outputs, inputs.shape[1]), self.dtype)
        loss, accuracy = kernels.evaluate(
            self._settings, self._hyperparameters, parameters, Samples(inputs, targets), outputs, self._space
        )
        return float(loss), float(accuracy), outputs

    def losses(self, vectors: Floats, inputs: Floats, targets: Floats) -> Numbers:
        """(V, 2) mean loss and accuracy for each of V parameter vectors, (V, P)."""
        results, samples = np.zeros((len(vectors), 3)), Samples(inputs, targets)
        if len(vectors):
            kernels.evaluate_many(self._settings, self._hyperparameters, vectors, samples, results, self._space)
        return np.ascontiguousarray(results[:, :2])

    def of_each(self, parameters: Floats, inputs: Floats, targets: Floats) -> Numbers:
        """(n, 2) unweighted loss of each sample, and 1 where it is answered right: each is a data set of its own."""
        count, results = inputs.shape[1], np.zeros((inputs.shape[1], 3))
        alone = np.ascontiguousarray(inputs.T[:, :, None]), np.ascontiguousarray(targets.T[:, :, None])
        alone[1][:, -1] = 1.0
        at_once = max(1, min(EACH_AT_ONCE, EACH_BYTES // max(parameters.nbytes, 1)))
        settings = np.repeat(self._settings[None], at_once, axis=0)
        numbers, vectors = np.repeat(self._hyperparameters[None], at_once, axis=0), np.tile(parameters, (at_once, 1))
        settings[:, codes.DATA_SET] = np.arange(at_once)
        for start in range(0, count, at_once):
            some = slice(0, min(at_once, count - start))
            samples = Samples(*(each[start : start + at_once] for each in alone))
            found = results[start : start + at_once]
            kernels.evaluate_many(settings[some], numbers[some], vectors[some], samples, found, self._space)
        return np.ascontiguousarray(results[:, :2])

    def penalty(self, parameters: Floats) -> float:
        """l1·Σ|w| + ½·l2·Σw² over the weights that are trained."""
        return float(kernels.penalty(self._settings, self._hyperparameters, parameters, self._blank, self._space))

    def activations(self, parameters: Floats, inputs: Floats) -> Floats:
        """Every unit's output, (units, n), all finite."""
        maps = np.empty((self.layout.units, inputs.shape[1]), self.dtype)
        kernels.activations(parameters, inputs, maps, self._space)
        return maps

    def gradient(self, parameters: Floats, inputs: Floats, targets: Floats) -> Floats:
        """The mean gradient over all samples, without the penalty, laid out like the parameters."""
        gradient, samples = np.empty_like(parameters), Samples(inputs, targets)
        kernels.gradients(self._settings, self._hyperparameters, parameters, samples, gradient, self._space)
        return gradient

    def hessian_products(self, points: Floats, vectors: Floats, inputs: Floats, targets: Floats) -> Floats:
        """(N, V, P): the loss's Hessian at N points (N, P) times V vectors each, (N, V, P).

        In evaluation mode, without penalty. Over the parameters that are trained; there are zeros at the others.
        """
        if self._tangents is None:
            self._tangents = kernels.tangents(self._space)
        products = np.empty_like(vectors)
        kernels.hessian_products(
            self._settings, self._hyperparameters, Samples(inputs, targets), points, vectors, products, self._space,
            self._tangents,
        )  # fmt: skip
        return products

    def probe(self, parameters: Floats, inputs: Floats, targets: Floats) -> Numbers:
        """(layers, 9): what `state.probes` would say of a network as it stands, over the samples given.

        The gradient is that of `gradient`; the columns about updates are 0.
        """
        probes = np.zeros((len(self.layout.slots), codes.PROBES))
        gradient, samples = np.empty_like(parameters), Samples(inputs, targets)
        kernels.probe(self._settings, self._hyperparameters, parameters, samples, gradient, probes, self._space)
        return probes
