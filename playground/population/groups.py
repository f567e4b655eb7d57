"""Which members are trained together: those of one shape, so many at once as fit in memory.

Owns the grouping and what a part of a group needs: networks, data sets, records; knows nothing of the order of calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import make_dataset
from playground.engine.layout import Layout
from playground.engine.many import ManyNetworks, Sets, shape_of
from playground.engine.state import RECORD_COLUMNS, RunState
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import share_in_force
from playground.population.asked import Asked, Kept, Kind
from playground.run.carrying import examples_of, number_type
from playground.run.examples import Examples
from playground.run.recording import CAPACITY
from playground.run.stopping import Watched

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]

MOST_MEMBERS = 256
MOST_BYTES = 64 << 20
"""How many members, and bytes of their states, data sets and records, are in memory at once; one member always is."""


class Part(msgspec.Struct, eq=False, dict=True):
    """Members of one shape with equally many samples, trained together. All arrays have a leading axis of them.

    places (n,): among all members. last (n,): the step after which each one ends. rows (n, capacity, 9): the records,
    every `stride` epochs; the first row is of the start. epochs: how many were asked for.
    """

    asked: Asked
    places: Integers
    networks: ManyNetworks
    train: Sets
    test: Sets
    validation: Sets
    last: Integers
    epochs: int
    steps_per_epoch: int
    stride: int
    rows: Numbers

    @property
    def seeds(self) -> NDArray[np.uint64]:
        return self.asked.seeds[self.places]

    @cached_property
    def tested(self) -> bool:
        """Whether there is a test set that is looked at."""
        return bool(self.test[0].shape[2] > 0)

    @cached_property
    def validated(self) -> bool:
        """Whether there is a validation set."""
        return bool(self.validation[0].shape[2] > 0)

    @property
    def sets(self) -> tuple[Sets, Sets, Sets]:
        """Training, test and validation set."""
        return self.train, self.test, self.validation

    @property
    def watched(self) -> Watched:
        """The set that rules watch where they do not ask for the training set."""
        return "validation" if self.validated else "test" if self.tested else "train"

    @cached_property
    def has_limits(self) -> bool:
        """Whether rules end some members after so many epochs."""
        kinds = np.unique(self.kind).tolist()
        return any(self.asked.kinds[kind].experiment.training.stop.epochs is not None for kind in kinds)

    @cached_property
    def classes(self) -> bool:
        """Whether there are classes to be right about."""
        return self.experiment(0).task.is_classification

    @property
    def kind(self) -> Integers:
        """Which of the kinds each member is, (n,)."""
        return self.asked.kind[self.places]

    def experiment(self, index: int) -> Experiment:
        """That of a member; seed and learning rate are apart."""
        return self.asked.kinds[int(self.asked.kind[self.places[index]])].experiment

    def starts(self, which: Integers) -> RunState:
        """Fresh states of some of the members."""
        given = None
        if self.asked.starts is not None:
            given = np.array([self.asked.starts[place] for place in self.places[which].tolist()])
        return self.networks.starts(which, self.seeds[which], given)

    def first_rates(self) -> Numbers:
        """(n,): what the first step of each member takes."""
        shares, known = np.ones(len(self.asked.kinds)), dict[int, float]()
        for number in np.unique(self.kind).tolist():
            schedule = self.asked.kinds[number].experiment.training.schedule
            if id(schedule) not in known:
                known[id(schedule)] = share_in_force(schedule, 0, 0, self.steps_per_epoch, 1.0)
            shares[number] = known[id(schedule)]
        rates: Numbers = self.asked.rates[self.places] * shares[self.kind]
        return rates


def parts_of(members: Asked, epochs: int, every: int | None) -> Iterator[Part]:
    """All members, those of one shape after each other. Data sets are made when their part's turn comes."""
    shape = _shapes(members.kinds)
    kept = members.kept or Kept()
    group_of, shown = shape[members.kind], _Shown(members.kinds, members.kept)
    for number in range(int(shape.max()) + 1):
        group = np.flatnonzero(group_of == number)
        while len(group):
            size = _fitting(members, group, shown, epochs, every)
            some, group = group[:size], group[size:]
            for places in shown.alike(some, members.kind[some]):
                yield _part(members, places, shown, epochs, every, kept)
            shown.forget_all_but(int(members.kind[some[-1]]))


def _numbered(
    kinds: Sequence[Kind], parts: Callable[[Kind], tuple[object, ...]], told: Callable[[Kind], Hashable]
) -> Integers:  # fmt: skip
    """(kinds,) equal numbers for kinds of which the same is told. It is asked once where all parts are the same."""
    looked: dict[tuple[object, ...], int] = {}
    numbers: dict[Hashable, int] = {}
    found = []
    for each in kinds:
        key = parts(each)
        if key not in looked:
            looked[key] = numbers.setdefault(told(each), len(numbers))
        found.append(looked[key])
    return np.array(found, np.int64)


def _shapes(kinds: Sequence[Kind]) -> Integers:
    """The number of each kind's shape."""

    def parts(kind: Kind) -> tuple[object, ...]:
        made, training = kind.experiment, kind.experiment.training
        return (
            id(made.data), id(made.network), training.loss, training.numerics, training.batch_size,
            training.early_stopping is None, training.precision,
        )  # fmt: skip

    return _numbered(kinds, parts, lambda kind: shape_of(kind.experiment, number_type(kind.experiment)))


def _numbers_of_examples(kinds: Sequence[Kind]) -> Integers:
    """Equal numbers for kinds that are shown the same."""

    def parts(kind: Kind) -> tuple[object, ...]:
        made, training = kind.experiment, kind.experiment.training
        return (
            id(made.data), made.seed, training.loss, training.label_smoothing, training.class_weights,
            training.precision, id(kind.points), id(kind.dataset),
        )  # fmt: skip

    return _numbered(kinds, parts, lambda kind: (*examples_of(kind.experiment), *_told_apart(kind)))


def stride_of(epochs: int, every: int | None) -> int:
    """Epochs between two records: those asked for, else as a session's record of so many epochs has them."""
    if every is not None:
        return every
    stride = 1
    while epochs // stride + 1 >= CAPACITY:
        stride *= 2
    return stride


def _told_apart(kind: Kind) -> tuple[object, ...]:
    """What decides the samples of a kind besides its experiment."""
    return None if kind.points is None else kind.points.digest, None if kind.dataset is None else id(kind.dataset)


def _examples(kind: Kind, kept: Kept | None) -> Examples:
    """What a kind is shown. Examples hold their data set, so its identity stays its own while they are kept."""
    experiment, dataset = kind.experiment, kind.dataset
    if dataset is None or kept is None:
        dataset = dataset or make_dataset(experiment.data, experiment.seed, kind.points)
        return Examples(experiment, dataset, number_type(experiment))
    key = (*examples_of(experiment), id(dataset))
    if key not in kept.examples:
        kept.examples[key] = Examples(experiment, dataset, number_type(experiment))
    return kept.examples[key]


class _Shown:
    """The examples of kinds; equal ones are made once and shared."""

    def __init__(self, kinds: Sequence[Kind], kept: Kept | None) -> None:
        self._kinds, self._kept = kinds, kept
        self.number = _numbers_of_examples(kinds)
        """(kinds,): equal for those that are shown the same."""
        self._made: dict[int, Examples] = {}

    def of(self, kind: int) -> Examples:
        """What a kind is shown."""
        number = int(self.number[kind])
        if number not in self._made:
            self._made[number] = _examples(self._kinds[kind], self._kept)
        return self._made[number]

    def alike(self, places: Integers, kind: Integers) -> list[Integers]:
        """The members apart by how many samples they have."""
        counts: dict[tuple[int, int, int], list[int]] = {}
        numbers, firsts = np.unique(self.number[kind], return_index=True)
        for number, first in zip(numbers.tolist(), firsts.tolist(), strict=True):
            shown = self.of(int(kind[first]))
            sizes = shown.count, shown.test[0].shape[1], shown.validation[0].shape[1]
            counts.setdefault(sizes, []).append(number)
        return [places[np.isin(self.number[kind], some)] for some in counts.values()]

    def forget_all_but(self, kind: int) -> None:
        """What the next members may be shown again stays."""
        number = int(self.number[kind])
        self._made = {number: self._made[number]}


def _fitting(members: Asked, group: Integers, shown: _Shown, epochs: int, every: int | None) -> int:
    """How many of a group's members are in memory at once, judged by the first one's size."""
    first, last = int(members.kind[group[0]]), int(members.kind[group[-1]])
    experiment, examples = members.kinds[first].experiment, shown.of(first)
    size = np.dtype(examples.dtype).itemsize
    state = 4 * Layout.of(experiment).size * size
    records = 8 * RECORD_COLUMNS * _capacity(epochs, stride_of(epochs, every))
    shared = shown.number[first] == shown.number[last]
    data = 0 if shared else sum(array.nbytes for array in (*examples.train, *examples.test, *examples.validation))
    return max(1, min(MOST_MEMBERS, MOST_BYTES // (state + records + data + 8 * examples.count)))


def _capacity(epochs: int, stride: int) -> int:
    """Rows of the records: one more than are written, for the kernels stop where none is left."""
    return epochs // stride + 2 if stride else 0


def _part(
    members: Asked, places: Integers, shown: _Shown, epochs: int, every: int | None, kept: Kept
) -> Part:  # fmt: skip
    unlike, which = np.unique(members.kind[places], return_inverse=True)
    experiments = [members.kinds[kind].experiment for kind in unlike.tolist()]
    _, first, sets = np.unique(shown.number[unlike], return_index=True, return_inverse=True)
    firsts = [shown.of(kind) for kind in unlike[first].tolist()]
    examples = firsts[0]
    networks = ManyNetworks(
        experiments, which, members.rates[places], sets, examples.count, examples.dtype, kept.spaces
    )  # fmt: skip
    per_epoch, stride = math.ceil(examples.count / networks.batch_size), stride_of(epochs, every)
    limits = [each.training.stop.epochs for each in experiments]
    last = np.array([epochs if limit is None else min(epochs, limit) for limit in limits], np.int64) * per_epoch
    rows = np.zeros((len(places), _capacity(epochs, stride), RECORD_COLUMNS))
    train, test = _stacked([each.train for each in firsts]), _stacked([each.test for each in firsts])
    validation = _stacked([each.validation for each in firsts])
    return Part(members, places, networks, train, test, validation, last[which], epochs, per_epoch, stride, rows)


def _stacked(pairs: Sequence[tuple[Floats, Floats]]) -> Sets:
    """Data sets with a leading axis; one alone is not copied."""
    if len(pairs) == 1:
        return pairs[0][0][None], pairs[0][1][None]
    return np.stack([inputs for inputs, _ in pairs]), np.stack([targets for _, targets in pairs])
