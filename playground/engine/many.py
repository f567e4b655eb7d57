"""Many networks of one shape: their states before the first step, and the calls of the kernels about all of them.

Owns what they must have in common, and what is each one's own; knows nothing of how long calls take or of what becomes
of the results.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from playground.chance import Purpose, seeded
from playground.engine import program
from playground.engine.engine import Workspace, first_orders, measure_many, scratch, train_many
from playground.engine.layout import Layout
from playground.engine.parameters import initial_parameters, initial_parameters_of
from playground.engine.state import BEST_EPOCH, COUNTERS, NOISE_SEED, POWERS, PROBES, RunState, fresh_watch
from playground.experiment.experiment import Experiment
from playground.experiment.training import Training

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Seeds = NDArray[np.uint64]
Sets = tuple[Floats, Floats]
"""Data sets: inputs (D, rows, n) and targets (D, outputs + 1, n)."""

_bytes_told = msgspec.msgpack.Encoder(enc_hook=repr).encode
"""Of parts of experiments: equal where all values are the same to the last bit; a word may be NumPy's."""
ELSEWHERE = ("learning_rate", "initializer", "initializer_scale", "initial_bias")
"""Fields of a training that settings tell nothing of, or that each network has for itself."""
_in_settings = attrgetter(*(name for name in Training.__struct_fields__ if name not in ELSEWHERE))
FEW = 4
"""For fewer seeds than this it is quicker to start one by one."""
MOST_SCRATCH = 8 << 20
"""Bytes of scratch memory that are kept for other shapes than the one at work."""
MOST_SEEDS, MOST_KEPT, MOST_ROWS = 64, 5_000, 256
"""Seeds at once, and samples or parameters, up to which the chance of a start is kept; rows that are."""


def shape_of(experiment: Experiment, dtype: type[np.floating]) -> tuple[object, ...]:
    """What experiments trained in one call have in common, besides the number of samples; equal values mean they do."""
    layout, training = Layout.of(experiment), experiment.training
    table, numbers = program.layer_table(experiment, layout)
    loss, early = program.loss_name(experiment), training.early_stopping is not None
    return (table.tobytes(), numbers.tobytes(), loss, training.batch_size, early, np.dtype(dtype).name)


class Spaces:
    """Scratch memory of the latest shapes, as far as it is small: to make it takes as long as hundreds of steps of a
    small network. Nothing in it outlives a call, so networks of one thread share it."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Workspace] = {}

    def of(self, experiment: Experiment, batch: int, dtype: type[np.floating], number: int = 0) -> Workspace:
        """That of experiments of this one's shape, for batches of so many samples. number: of equal ones, which."""
        key = (*shape_of(experiment, dtype), batch, number)
        if key not in self._made:
            table, numbers = program.layer_table(experiment, Layout.of(experiment))
            loss = codes.LOSSES[program.loss_name(experiment)]
            self._made[key] = scratch(table, numbers, loss, batch, dtype)
            while len(self._made) > 1 and sum(map(_size_of, self._made.values())) > MOST_SCRATCH:
                del self._made[next(iter(self._made))]
        return self._made[key]


class ManyNetworks:
    """N networks bound to the kernels: each has an experiment of one shape (`shape_of`) and so many training samples.

    which (N,): the experiment of each. rates (N,): learning rates in place of theirs. sets: which of the data sets
    handed over later belongs to each experiment. spaces: where scratch memory is kept for other networks of the same
    thread. Not for use by two threads at once.
    """

    def __init__(
        self, experiments: Sequence[Experiment], which: Integers, rates: Numbers, sets: Integers, samples: int,
        dtype: type[np.floating], spaces: Spaces | None = None,
    ) -> None:  # fmt: skip
        self.layout, self.dtype = Layout.of(experiments[0]), dtype
        self._experiments, self._which, self._samples = experiments, which, samples
        self._numbers, self._starts = _starts_of(experiments)
        settings, numbers = _settings_of(experiments, samples)
        self._settings, self._hyperparameters = settings[which], numbers[which]
        self._hyperparameters[:, codes.LEARNING_RATE] = rates
        self._settings[:, codes.DATA_SET] = sets[which]
        self.batch_size = int(self._settings[0, codes.BATCH_SIZE])
        """Samples per step; never more than there are."""
        self._spaces = spaces or Spaces()
        self._space = self._another_space(0)
        self._beside: list[Workspace] = []
        """Of the threads that have helped; to make it at each call would take longer than the call."""

    def starts(self, places: Integers, seeds: Seeds, given: Floats | None = None) -> RunState:
        """The states before the first step of the networks at these places; every array has a leading axis.

        seeds (n,): of their weights, orders and noise. given (n, P): parameters to start from in place of drawn ones.
        """
        drawn = self._drawn(self._which[places], seeds) if given is None else given
        keeps = self._experiments[0].training.early_stopping is not None
        chances = _chances.of(self._samples, seeds, self._samples, self._chance)
        return _states(drawn.astype(self.dtype), chances, len(self.layout.slots), keeps)

    def _chance(self, seeds: Seeds) -> tuple[Seeds, Seeds, Integers]:
        """Of each seed the states of its two streams (n, 4), of orders and of noise; its first order (n, samples)."""
        purposes = np.repeat(np.array([Purpose.ORDER, Purpose.NOISE], np.uint64), len(seeds))
        chance, noise = seeded([np.tile(seeds, 2), purposes]).reshape(2, -1, 4)
        return chance, noise, first_orders(seeded(list(chance.T)), self._samples, self._space)

    def _drawn(self, which: Integers, seeds: Seeds) -> Floats:
        """(n, P): those that start alike but for their seeds are drawn together."""
        if len(self._starts) == 1:
            return _drawn(self._starts[0], seeds)
        found = np.empty((len(seeds), self.layout.size))
        numbers = self._numbers[which]
        for number in np.unique(numbers).tolist():
            places = np.flatnonzero(numbers == number)
            found[places] = _drawn(self._starts[number], seeds[places])
        return found

    def train(
        self, places: Integers, states: RunState, steps: Integers, train: Sets, test: Sets, validation: Sets,
        rows: Numbers | None = None, stride: int = 0, every_step: bool = False, parts: Sequence[slice] = (),
    ) -> None:  # fmt: skip
        """Advance the networks at these places, in place, by so many steps each (n,); see their counters.

        rows (n, capacity, 11): receives a row at every epoch that is a multiple of `stride` (0: never). every_step:
        look for numbers that are not finite after each step. One that has ended by a rule stays as it is. parts: of
        the networks, a thread each, this one the first; without, they are all this one's.
        """
        settings = self._settings[places]
        settings[:, codes.CHECK_EVERY_STEP] = int(every_step)
        rows = np.zeros((len(places), 0, codes.RECORD_COLUMNS)) if rows is None else rows

        def advance(some: slice, space: Workspace) -> None:
            train_many(
                settings[some], self._hyperparameters[places[some]], train, test, validation, part_of(states, some),
                steps[some], rows[some], stride, space,
            )  # fmt: skip

        mine, *others = parts or (slice(0, len(steps)),)
        if not others:
            advance(mine, self._space)
            return
        while len(self._beside) < len(others):
            self._beside.append(self._another_space(len(self._beside) + 1))
        with ThreadPoolExecutor(len(others), thread_name_prefix="population") as pool:
            under_way = [pool.submit(advance, *each) for each in zip(others, self._beside, strict=False)]
            advance(mine, self._space)
        for each in under_way:
            each.result()

    def _another_space(self, number: int) -> Workspace:
        return self._spaces.of(self._experiments[0], self.batch_size, self.dtype, number)

    def measure(self, places: Integers, parameters: Floats, samples: Sets) -> Numbers:
        """(n, 3): mean loss, share of right answers and penalty of the networks at these places, (n, P)."""
        return measure_many(self._settings[places], self._hyperparameters[places], parameters, samples, self._space)


def _size_of(space: Workspace) -> int:
    return sum(array.nbytes for array in space)


def _settings_of(experiments: Sequence[Experiment], samples: int) -> tuple[Integers, Numbers]:
    """(N, 16) and (N, 32): the settings of each but its learning rate. Those that are the same are written once."""
    looked: dict[tuple[object, ...], int] = {}
    known: dict[tuple[bytes, object], int] = {}
    rows, which = list[tuple[Integers, Numbers]](), list[int]()
    for each in experiments:
        task, told = each.task, _in_settings(each.training)
        same = (task, *map(id, told))
        if same not in looked:
            looked[same] = known.setdefault((_bytes_told(told), task), len(rows))
            if looked[same] == len(rows):
                rows.append(program.settings_of(each, samples))
        which.append(looked[same])
    return np.array([settings for settings, _ in rows])[which], np.array([numbers for _, numbers in rows])[which]


class _OfSeeds:
    """Rows of arrays that are made for seeds. Those of a few seeds are kept: trials ask for the same ones again and
    again. For any thread."""

    def __init__(self) -> None:
        self._kept = OrderedDict[tuple[Hashable, int], tuple[NDArray[Any], ...]]()
        self._lock = threading.Lock()

    def of(
        self, key: Hashable, seeds: Seeds, size: int, make: Callable[[Seeds], tuple[NDArray[Any], ...]]
    ) -> tuple[NDArray[Any], ...]:  # fmt: skip
        """What `make` gives for these seeds, equal ones made once. key: all that it depends on besides; size: how many
        numbers a seed comes to, more or less."""
        if len(seeds) > MOST_SEEDS or size > MOST_KEPT:
            if len(set(seeds.tolist())) == len(seeds):
                return make(seeds)
            unlike, which = np.unique(seeds, return_inverse=True)
            return tuple(each[which] for each in make(unlike))
        keys = [(key, seed) for seed in seeds.tolist()]
        with self._lock:
            new = list(dict.fromkeys(each for each in keys if each not in self._kept))
            if new:
                made = make(np.array([seed for _, seed in new], np.uint64))
                self._kept.update(zip(new, zip(*made, strict=True), strict=True))
            rows = [self._kept[each] for each in keys]
            for each in dict.fromkeys(keys):
                self._kept.move_to_end(each)
            while len(self._kept) > MOST_ROWS:
                self._kept.popitem(last=False)
        return tuple(np.array(each) for each in zip(*rows, strict=True))


_draws, _chances = _OfSeeds(), _OfSeeds()


class _Start(msgspec.Struct, frozen=True):
    """What decides the parameters of a start but for the seed, in bytes, and an experiment that starts so."""

    told: bytes
    experiment: Experiment


def _starts_of(experiments: Sequence[Experiment]) -> tuple[Integers, list[_Start]]:
    """(N,) which of the starts each has; equal ones differ by the seed alone. The experiments are of one shape."""
    known: dict[tuple[int, bytes], int] = {}
    found, starts = [], list[_Start]()
    for each in experiments:
        training = each.training
        told = _bytes_told((training.initializer, training.initializer_scale, training.initial_bias))
        key = (id(each.network), told)
        if key not in known:
            known[key] = len(starts)
            layout = Layout.of(each)
            table = program.layer_table(each, layout)[0].tobytes()
            starts.append(_Start(_bytes_told(each.network) + table + told, each))
        found.append(known[key])
    return np.array(found, np.int64), starts


def _drawn(start: _Start, seeds: Seeds) -> Floats:
    """(n, P): the parameters of a start with each of these seeds, equal ones drawn once."""
    experiment, layout = start.experiment, Layout.of(start.experiment)

    def drawn(unlike: Seeds) -> tuple[Floats]:
        if len(unlike) >= FEW:
            return (initial_parameters_of(experiment, unlike, layout),)
        own = [msgspec.structs.replace(experiment, seed=seed) for seed in unlike.tolist()]
        return (np.array([initial_parameters(each, layout) for each in own]),)

    return _draws.of(start.told, seeds, layout.size, drawn)[0]


_arrays = attrgetter(*RunState.__struct_fields__)


def part_of(states: RunState, places: slice) -> RunState:
    """Some of many networks: views of their arrays."""
    return RunState(*[array[places] for array in _arrays(states)])


def _states(parameters: Floats, chances: Sequence[NDArray[Any]], layers: int, keeps_best: bool) -> RunState:
    """As `RunState.start`, for many networks; chances: their two generators and their first orders."""
    count, size = parameters.shape
    chance, noise, orders = chances
    counters = np.zeros((count, COUNTERS), np.int64)
    counters[:, NOISE_SEED], counters[:, codes.BAD_SAMPLE] = noise[:, 0] >> np.uint64(11), -1
    watch = np.repeat(fresh_watch()[None], count, axis=0)
    watch[:, BEST_EPOCH] = 0
    return RunState(
        parameters=parameters,
        slots=np.zeros((count, 2, size), parameters.dtype),
        powers=np.ones((count, POWERS)),
        order=orders,
        chance=chance,
        counters=counters,
        watch=watch,
        best=parameters.copy() if keeps_best else parameters[:, :0].copy(),
        probes=np.zeros((count, layers, PROBES)),
    )
