"""Which members are trained together: those of one shape, so many at once as fit in memory.

Owns the grouping and what a part of a group needs: networks, data sets, records; knows nothing of the order of calls.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data import OwnPoints, make_dataset
from playground.engine.many import ManyNetworks, Sets, shape_of
from playground.engine.state import RECORD_COLUMNS, RunState
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import share_in_force
from playground.population.asked import Asked
from playground.run.carrying import examples_of, number_type
from playground.run.examples import Examples
from playground.run.recording import CAPACITY

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]

MOST_MEMBERS = 256
MOST_BYTES = 64 << 20
"""How many members, and bytes of their states, data sets and records, are in memory at once; one member always is."""


@dataclass(eq=False)
class Part:
    """Members of one shape with equally many samples, trained together. All arrays have a leading axis of them.

    places (n,): among all members. last (n,): the step after which each one ends. rows (n, capacity, 9): the records,
    every `stride` epochs; the first row is of the start. epochs: how many were asked for.
    """

    asked: Asked
    places: Integers
    networks: ManyNetworks
    train: Sets
    test: Sets
    last: Integers
    epochs: int
    steps_per_epoch: int
    stride: int
    rows: Numbers

    @property
    def seeds(self) -> NDArray[np.uint64]:
        return self.asked.seeds[self.places]

    @property
    def tested(self) -> bool:
        """Whether there is a test set."""
        return bool(self.test[0].shape[2] > 0)

    def experiment(self, index: int) -> Experiment:
        """That of a member, the learning rate apart."""
        return self.asked.experiments[self.places[index]]

    def starts(self, which: Integers) -> RunState:
        """Fresh states of some of the members."""
        given = None
        if self.asked.starts is not None:
            given = np.array([self.asked.starts[place] for place in self.places[which].tolist()])
        return self.networks.starts(which, self.seeds[which], given)

    def first_rates(self) -> Numbers:
        """(n,): what the first step of each member takes."""
        rates, shares = self.asked.rates[self.places], {}
        experiments = [self.experiment(index) for index in range(len(self.places))]
        for each in {id(each): each for each in experiments}.values():
            shares[id(each)] = share_in_force(each.training.schedule, 0, 0, self.steps_per_epoch, 1.0)
        return rates * np.array([shares[id(each)] for each in experiments])


def parts_of(members: Asked, epochs: int, every: int | None) -> Iterator[Part]:
    """All members, those of one shape after each other. Data sets are made when their part's turn comes."""
    keys: dict[int, tuple[object, ...]] = {}
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, experiment in enumerate(members.experiments):
        if id(experiment) not in keys:
            keys[id(experiment)] = shape_of(experiment, number_type(experiment))
        groups.setdefault(keys[id(experiment)], []).append(place)
    shown = _Shown(members)
    for group in groups.values():
        before: ManyNetworks | None = None
        while group:
            size = _fitting(members, group, shown, epochs, every)
            some, group = group[:size], group[size:]
            for alike in shown.alike(some):
                part = _part(members, alike, shown, epochs, every, before)
                before = part.networks
                yield part
            shown.forget_all_but(some[-1])


def stride_of(epochs: int, every: int | None) -> int:
    """Epochs between two records: those asked for, else as a session's record of so many epochs has them."""
    if every is not None:
        return every
    stride = 1
    while epochs // stride + 1 >= CAPACITY:
        stride *= 2
    return stride


class _Shown:
    """The examples of members; equal ones are made once and shared."""

    def __init__(self, members: Asked) -> None:
        self._members = members
        self._keys: dict[tuple[int, int], tuple[object, ...]] = {}
        self._made: dict[tuple[object, ...], Examples] = {}

    def key(self, place: int) -> tuple[object, ...]:
        """Equal for members that are shown the same."""
        experiment, own = self._members.experiments[place], self._members.points[place]
        both = (id(experiment), id(own))
        if both not in self._keys:
            self._keys[both] = (*examples_of(experiment), None if own is None else own.digest)
        return self._keys[both]

    def of(self, place: int) -> Examples:
        """What a member is shown."""
        key = self.key(place)
        if key not in self._made:
            experiment, own = self._members.experiments[place], self._members.points[place]
            dataset = make_dataset(experiment.data, experiment.seed, own)
            self._made[key] = Examples(experiment, dataset, number_type(experiment))
        return self._made[key]

    def alike(self, places: Sequence[int]) -> list[list[int]]:
        """The members apart by how many samples they have."""
        found: dict[tuple[int, int], list[int]] = {}
        for place in places:
            shown = self.of(place)
            found.setdefault((shown.count, shown.test[0].shape[1]), []).append(place)
        return list(found.values())

    def forget_all_but(self, place: int) -> None:
        key = self.key(place)
        self._made = {key: self._made[key]}


def _fitting(members: Asked, group: Sequence[int], shown: _Shown, epochs: int, every: int | None) -> int:
    """How many of a group's members are in memory at once, judged by the first one's size."""
    experiment, examples = members.experiments[group[0]], shown.of(group[0])
    size = examples.dtype().itemsize
    state = 4 * sum(part.weight_count + part.bias_count + part.statistic_count for part in experiment.parts) * size
    records = 8 * RECORD_COLUMNS * _capacity(epochs, stride_of(epochs, every))
    shared = shown.key(group[0]) == shown.key(group[-1])
    data = 0 if shared else sum(array.nbytes for array in (*examples.train, *examples.test))
    return max(1, min(MOST_MEMBERS, MOST_BYTES // (state + records + data + 8 * examples.count)))


def _capacity(epochs: int, stride: int) -> int:
    return epochs // stride + 1 if stride else 0


def _part(
    members: Asked, places: Sequence[int], shown: _Shown, epochs: int, every: int | None, before: ManyNetworks | None
) -> Part:
    experiments = [members.experiments[place] for place in places]
    unlike: dict[tuple[object, ...], int] = {}
    sets = np.array([unlike.setdefault(shown.key(place), len(unlike)) for place in places], np.int64)
    firsts = [shown.of(places[int(np.flatnonzero(sets == number)[0])]) for number in range(len(unlike))]
    examples, chosen = firsts[0], np.array(places, np.int64)
    networks = ManyNetworks(experiments, members.rates[chosen], sets, examples.count, examples.dtype, before)
    per_epoch, stride = math.ceil(examples.count / networks.batch_size), stride_of(epochs, every)
    limits = [each.training.stop.epochs for each in experiments]
    last = np.array([epochs if limit is None else min(epochs, limit) for limit in limits], np.int64) * per_epoch
    rows = np.zeros((len(places), _capacity(epochs, stride), RECORD_COLUMNS))
    train, test = _stacked([each.train for each in firsts]), _stacked([each.test for each in firsts])
    return Part(members, chosen, networks, train, test, last, epochs, per_epoch, stride, rows)


def _stacked(pairs: Sequence[tuple[Floats, Floats]]) -> Sets:
    """Data sets with a leading axis; one alone is not copied."""
    if len(pairs) == 1:
        return pairs[0][0][None], pairs[0][1][None]
    return np.stack([inputs for inputs, _ in pairs]), np.stack([targets for _, targets in pairs])
