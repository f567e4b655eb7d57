"""Many networks of one shape: their states before the first step, and the calls of the kernels about all of them.

Owns what they must have in common, and what is each one's own; knows nothing of how long calls take or of what becomes
of the results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from playground.chance import Purpose, generators, seeded
from playground.engine import program
from playground.engine.engine import Workspace, measure_many, scratch, train_many
from playground.engine.layout import Layout
from playground.engine.parameters import initial_parameters, initial_parameters_of
from playground.engine.state import BEST_EPOCH, COUNTERS, NOISE_SEED, POWERS, PROBES, RunState, fresh_watch
from playground.experiment.alike import bytes_of
from playground.experiment.experiment import Experiment

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Seeds = NDArray[np.uint64]
Sets = tuple[Floats, Floats]
"""Data sets: inputs (D, rows, n) and targets (D, outputs + 1, n)."""

FEW = 4
"""For fewer seeds than this it is quicker to start one by one."""
MOST_KEPT = 20_000
"""Samples of all seeds together up to which the chance of a start is kept."""


def shape_of(experiment: Experiment, dtype: type[np.floating]) -> tuple[object, ...]:
    """What experiments trained in one call have in common, besides the number of samples; equal values mean they do."""
    layout, training = Layout.of(experiment), experiment.training
    table, numbers = program.layer_table(experiment, layout)
    loss, early = program.loss_name(experiment), training.early_stopping is not None
    return (table.tobytes(), numbers.tobytes(), loss, training.batch_size, early, np.dtype(dtype).name)


class ManyNetworks:
    """N networks bound to the kernels: each has an experiment of one shape (`shape_of`) and so many training samples.

    which (N,): the experiment of each. rates (N,): learning rates in place of theirs. sets: which of the data sets
    handed over later belongs to each experiment. before: networks that these take the place of, used no more; their
    scratch memory is taken over where it fits. Not for use by two threads at once.
    """

    def __init__(
        self, experiments: Sequence[Experiment], which: Integers, rates: Numbers, sets: Integers, samples: int,
        dtype: type[np.floating], before: ManyNetworks | None = None,
    ) -> None:  # fmt: skip
        self.layout, self.dtype = Layout.of(experiments[0]), dtype
        self._experiments, self._which, self._samples = experiments, which, samples
        self._starts = _starts_of(experiments)
        settings, numbers = _settings_of(experiments, samples)
        self._settings, self._hyperparameters = settings[which], numbers[which]
        self._hyperparameters[:, codes.LEARNING_RATE] = rates
        self._settings[:, codes.DATA_SET] = sets[which]
        self.batch_size = int(self._settings[0, codes.BATCH_SIZE])
        """Samples per step; never more than there are."""
        self._made_for = (*shape_of(experiments[0], dtype), self.batch_size)
        self._space: Workspace
        if before is not None and before._made_for == self._made_for:
            self._space = before._space
        else:
            table, numbers = program.layer_table(experiments[0], self.layout)
            loss = int(self._settings[0, codes.LOSS])
            self._space = scratch(table, numbers, loss, self.batch_size, dtype)

    def starts(self, places: Integers, seeds: Seeds, given: Floats | None = None) -> RunState:
        """The states before the first step of the networks at these places; every array has a leading axis.

        seeds (n,): of their weights, orders and noise. given (n, P): parameters to start from in place of drawn ones.
        """
        drawn = self._drawn(self._which[places], seeds) if given is None else given
        keeps = self._experiments[0].training.early_stopping is not None
        return _states(drawn.astype(self.dtype), seeds, len(self.layout.slots), self._samples, keeps)

    def _drawn(self, which: Integers, seeds: Seeds) -> Floats:
        """(n, P): those that start alike but for their seeds are drawn together, and equal seeds once."""
        found = np.empty((len(seeds), self.layout.size))
        starts = self._starts[which]
        for number in np.unique(starts).tolist():
            places = np.flatnonzero(starts == number)
            experiment = self._experiments[int(which[places[0]])]
            unlike, same = np.unique(seeds[places], return_inverse=True)
            if len(unlike) < FEW:
                own = [msgspec.structs.replace(experiment, seed=seed) for seed in unlike.tolist()]
                found[places] = np.array([initial_parameters(each, self.layout) for each in own])[same]
            else:
                found[places] = initial_parameters_of(experiment, unlike, self.layout)[same]
        return found

    def train(
        self, places: Integers, states: RunState, steps: Integers, train: Sets, test: Sets, validation: Sets,
        rows: Numbers | None = None, stride: int = 0, every_step: bool = False,
    ) -> None:  # fmt: skip
        """Advance the networks at these places, in place, by so many steps each (n,); see their counters.

        rows (n, capacity, 11): receives a row at every epoch that is a multiple of `stride` (0: never). every_step:
        look for numbers that are not finite after each step. One that has ended by a rule stays as it is.
        """
        settings = self._settings[places]
        settings[:, codes.CHECK_EVERY_STEP] = int(every_step)
        rows = np.zeros((len(places), 0, codes.RECORD_COLUMNS)) if rows is None else rows
        train_many(
            settings, self._hyperparameters[places], train, test, validation, states, steps, rows, stride, self._space
        )

    def measure(self, places: Integers, parameters: Floats, samples: Sets) -> Numbers:
        """(n, 3): mean loss, share of right answers and penalty of the networks at these places, (n, P)."""
        return measure_many(self._settings[places], self._hyperparameters[places], parameters, samples, self._space)


def _settings_of(experiments: Sequence[Experiment], samples: int) -> tuple[Integers, Numbers]:
    """(N, 16) and (N, 32): the settings of each but its learning rate. Those that are the same are written once."""
    known: dict[tuple[bytes, object], int] = {}
    rows, which = list[tuple[Integers, Numbers]](), list[int]()
    for each in experiments:
        at_rest = msgspec.structs.replace(each.training, learning_rate=0.0)
        key = (bytes_of(at_rest), each.task)
        if key not in known:
            known[key] = len(rows)
            rows.append(program.settings_of(each, samples))
        which.append(known[key])
    return np.array([settings for settings, _ in rows])[which], np.array([numbers for _, numbers in rows])[which]


def _starts_of(experiments: Sequence[Experiment]) -> Integers:
    """(N,): equal numbers where the parameters of the start differ by the seed alone."""
    known: dict[tuple[int, bytes], int] = {}
    found = []
    for each in experiments:
        training = each.training
        told = bytes_of((training.initializer, training.initializer_scale, training.initial_bias))
        found.append(known.setdefault((id(each.network), told), len(known)))
    return np.array(found, np.int64)


def part_of(states: RunState, places: slice) -> RunState:
    """Some of many networks: views of their arrays."""
    return RunState(*(getattr(states, field.name)[places] for field in fields(RunState)))


def _chance(seeds: Seeds, samples: int) -> tuple[Seeds, Seeds, Integers]:
    """Of each seed the states of its two streams (n, 4), of orders and of noise, and the first order (n, samples)."""
    purposes = np.repeat(np.array([Purpose.ORDER, Purpose.NOISE], np.uint64), len(seeds))
    chance, noise = seeded([np.tile(seeds, 2), purposes]).reshape(2, -1, 4)
    orders = np.repeat(np.arange(samples, dtype=np.int64)[None], len(seeds), axis=0)
    for own, order in zip(generators(seeded(list(chance.T))), orders, strict=True):
        own.shuffle(order)  # as `permutation` does, in half its time
    return chance, noise, orders


@lru_cache(maxsize=8)
def _kept_chance(seeds: bytes, samples: int) -> tuple[Seeds, Seeds, Integers]:
    """The same, kept: trials ask for the same few seeds again and again. Read-only."""
    found = _chance(np.frombuffer(seeds, np.uint64), samples)
    for each in found:
        each.flags.writeable = False
    return found


def _states(parameters: Floats, seeds: Seeds, layers: int, samples: int, keeps_best: bool) -> RunState:
    """As `RunState.start`, for many networks."""
    unlike, which = np.unique(seeds, return_inverse=True)
    count, size = parameters.shape
    is_small = len(unlike) * samples <= MOST_KEPT
    chance, noise, orders = _kept_chance(unlike.tobytes(), samples) if is_small else _chance(unlike, samples)
    counters = np.zeros((count, COUNTERS), np.int64)
    counters[:, NOISE_SEED], counters[:, codes.BAD_SAMPLE] = noise[which, 0] >> np.uint64(11), -1
    watch = np.repeat(fresh_watch()[None], count, axis=0)
    watch[:, BEST_EPOCH] = 0
    return RunState(
        parameters=parameters,
        slots=np.zeros((count, 2, size), parameters.dtype),
        powers=np.ones((count, POWERS)),
        order=orders[which],
        chance=chance[which],
        counters=counters,
        watch=watch,
        best=parameters.copy() if keeps_best else parameters[:, :0].copy(),
        probes=np.zeros((count, layers, PROBES)),
    )
