"""A race: up to eight variants of an experiment trained side by side, an epoch or a few of each at a time.

Owns the order in which they are trained and what is known of each meanwhile; what a call of the kernels may do and what
comes out of a run, `playground.population.training` knows. Each variant comes to the same bytes as a session.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints, make_dataset
from playground.data.section import USUAL_PLANE, PlaneWish
from playground.engine.engine import STATUS_OK
from playground.engine.many import part_of
from playground.engine.state import RECORDS, STATUS, STEP, RunState
from playground.errors import WrongUse
from playground.population.asked import Asked, Kind
from playground.population.entrants import EPOCHS, MOST_ENTRANTS, MOST_EPOCHS, Entrant
from playground.population.groups import Part, parts_of
from playground.population.member import Member
from playground.population.training import Calls, Cancelled, histories_of, members_of, write_first
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot, frozen
from playground.run.stopping import Watched, stopped_by
from playground.scalars import whole

Floats = NDArray[np.floating]

processor_time = time.perf_counter if os.name == "nt" else time.thread_time
"""What training has taken of a processor, whoever else wants it; Windows tells that in steps of 16 ms only."""
ROUND_SECONDS, GROWTH = 0.1, 4
"""How long one round should last, and how many times more epochs the next one may have."""


class Standing(msgspec.Struct, frozen=True, eq=False):
    """How one of the race stands. number: its place in the field, from 1. watched: the set that it is judged by.

    history: as `Member.history`, a row an epoch so far. parameters (P,): now, those of the last finite state where it
    diverged. seconds: of computing that its training has taken. clock (rows,): how many of these it had taken at each
    row: measured at the ends of rounds, in between by the share of the epochs. member: what came out, once it is over.
    """

    entrant: Entrant
    number: int
    watched: Watched
    history: NDArray[np.void]
    parameters: Floats
    seconds: float
    clock: NDArray[np.float64]
    member: Member | None = None

    @property
    def epoch(self) -> int:
        """How many it has made."""
        return int(self.history["epoch"][-1]) if self.member is None else self.member.epochs

    @property
    def loss(self) -> float:
        """On the set that it is judged by; of one that diverged in its last finite state."""
        return self._figure(f"{self.watched}_loss")

    @property
    def train_loss(self) -> float:
        """On the training set."""
        return self._figure("train_loss")

    @property
    def accuracy(self) -> float | None:
        """On the set that it is judged by; None of a regression."""
        found = self._figure(f"{self.watched}_accuracy")
        return None if np.isnan(found) else found

    @property
    def losses(self) -> NDArray[np.float64]:
        """(rows,) on the set that it is judged by, so far."""
        found: NDArray[np.float64] = self.history[f"{self.watched}_loss"]
        return found

    def seconds_to(self, loss: float) -> float | None:
        """Seconds that it was trained until its loss, on the set that it is judged by, was first at most this."""
        there = np.flatnonzero(self.losses <= loss)
        return float(self.clock[there[0]]) if len(there) else None

    @property
    def diverged(self) -> bool:
        """Whether its numbers stopped being finite."""
        return self.member is not None and self.member.ended == "diverged"

    def _figure(self, name: str) -> float:
        if self.member is None:
            return float(self.history[name][-1])
        found = getattr(self.member.metrics, name)
        return float("nan") if found is None else float(found)


def ranked(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """The best first: by the loss they are judged by; those that diverged come last. Equal ones as in the field."""
    return tuple(sorted(standings, key=lambda each: (each.diverged, each.loss, each.number)))


def mark_of(standings: Sequence[Standing]) -> float | None:
    """The lowest loss that half of those that did not diverge have reached so far: how long each took to it, tells who
    is fast. None of none."""
    lowest = sorted(float(np.nanmin(each.losses)) for each in standings if not each.diverged)
    return lowest[(len(lowest) - 1) // 2] if lowest else None


class Race:
    """A race of a field of entrants, epochs passes over the training set each, or as many as their rules allow: a rule
    of seconds counts those for which an entrant itself was trained.

    points: what experiments about own points are about. opened: what knows the data set of its experiment, where a file
    has another one than its recipe gives; entrants with the same data have it. Raises WrongUse for no entrants or more
    than eight, or for epochs out of range; PointsRefused. Not for use by two threads at once.
    """

    def __init__(
        self, entrants: Sequence[Entrant], epochs: int = EPOCHS, points: OwnPoints | None = None,
        opened: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        if not 0 < len(entrants) <= MOST_ENTRANTS:
            sentence = "A race has one entrant to {most}; got {given}."
            raise WrongUse(sentence, most=MOST_ENTRANTS, given=len(entrants))
        self.entrants, self.epochs = tuple(entrants), whole("epochs", epochs, MOST_EPOCHS)
        self._points = [points if each.points is None else each.points for each in entrants]
        self._datasets = _datasets(entrants, self._points, opened)
        self._shown: dict[int, Session] = {}

    def run(self, cancel: threading.Event | None = None) -> Iterator[tuple[Standing, ...]]:
        """Train all of them from the start; yields how they stand, in the order of the field: before the first step,
        and after each round. `cancel`, set by any thread, ends it within some .05 s; then no more comes."""
        calls = Calls(cancel)
        lanes = self._lanes()
        rate, epochs = 1.0, 1
        yield tuple(lane.standing for lane in lanes)
        try:
            while any(not lane.is_over for lane in lanes):
                began = time.perf_counter()
                for lane in lanes:
                    lane.go_on(epochs, calls)
                yield tuple(lane.standing for lane in lanes)
                rate = min(epochs * ROUND_SECONDS / max(time.perf_counter() - began, 1e-6), GROWTH * rate)
                epochs = max(1, int(rate))
        except Cancelled:
            return

    def snapshot(self, standing: Standing, plane: PlaneWish = USUAL_PLANE) -> Snapshot:
        """The network of a standing with its maps over the plane; of more than two columns over the section that is
        wished for, and of images without."""
        place = standing.number - 1
        if place not in self._shown:
            start = Checkpoint(standing.entrant.experiment, dataset=self._datasets[place], points=self._points[place])
            self._shown[place] = Session(start, record=False)
        self._shown[place].state.parameters[:] = standing.parameters
        return self._shown[place].snapshot(Demand(maps=True, cut=plane))

    def _lanes(self) -> list[_Lane]:
        count = len(self.entrants)
        kinds = [
            Kind(each.experiment, points, dataset)
            for each, points, dataset in zip(self.entrants, self._points, self._datasets, strict=True)
        ]
        asked = Asked(
            kinds, np.arange(count), np.array([each.experiment.seed for each in self.entrants], np.uint64),
            np.array([each.experiment.training.learning_rate for each in self.entrants]), None,
        )  # fmt: skip
        lanes = list[_Lane]()
        for part in parts_of(asked, self.epochs, 1):
            states = part.starts(np.arange(len(part.places)))
            write_first(part, states, part.rows)
            lanes += [
                _Lane(self.entrants[place], place, part, index, states)
                for index, place in enumerate(part.places.tolist())
            ]
        return sorted(lanes, key=lambda lane: lane.standing.number)


class _Lane:
    """One entrant's run, within a part of the population."""

    def __init__(self, entrant: Entrant, place: int, part: Part, index: int, states: RunState) -> None:
        self._entrant, self._place, self._part, self._index = entrant, place, part, index
        self._states, self._own = states, slice(index, index + 1)
        self._seconds, self._member = 0.0, None if part.last[index] else self._over(None)
        self._rounds: list[tuple[int, float]] = [(0, 0.0)]
        self.standing = self._stand()

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end."""
        return self._member is not None

    def go_on(self, epochs: int, calls: Calls) -> None:
        """Train it for so many epochs, or up to its end."""
        if self.is_over:
            return
        part, state, began = self._part, part_of(self._states, self._own), processor_time()
        last = min(int(state.counters[0, STEP]) + self._allowed(epochs) * part.steps_per_epoch, self._last)
        for _ in calls.train(part, np.array([self._index]), state, np.array([last]), part.rows[self._own]):
            pass
        self._seconds += processor_time() - began
        self._rounds.append((int(state.counters[0, STEP]), self._seconds))
        if state.counters[0, STATUS] != STATUS_OK or last == self._last:
            self._member = self._over(calls)
        elif self._limit is not None and self._seconds >= self._limit:
            self._member = self._out_of_time(self._over(calls))
        self.standing = self._stand()

    @property
    def _last(self) -> int:
        return int(self._part.last[self._index])

    @property
    def _limit(self) -> float | None:
        """Seconds after which its own rule ends it."""
        return self._entrant.experiment.training.stop.seconds

    def _allowed(self, epochs: int) -> int:
        """So many epochs, or as many as its time is enough for, but one."""
        steps, seconds = self._rounds[-1]
        if self._limit is None or not seconds:
            return epochs if self._limit is None else 1
        of_one = seconds * self._part.steps_per_epoch / steps
        return min(epochs, max(1, int((self._limit - seconds) / of_one)))

    def _out_of_time(self, member: Member) -> Member:
        stopped = stopped_by("seconds", self._entrant.experiment.training, member.epochs, 0, self._part.watched)
        return msgspec.structs.replace(member, ended="stopped_early", stopped=stopped)

    def _over(self, calls: Calls | None) -> Member:
        (member,) = members_of(self._part, self._own, part_of(self._states, self._own), calls or Calls(None))
        return member

    def _stand(self) -> Standing:
        member, part = self._member, self._part
        if member is None:
            rows = int(self._states.counters[self._index, RECORDS])
            history = frozen(histories_of(part, self._own)[0, :rows])
            parameters = frozen(self._states.parameters[self._index].copy())
        else:
            history, parameters = member.history, member.parameters
        steps, seconds = zip(*self._rounds, strict=True)
        clock = frozen(np.interp(history["epoch"] * float(part.steps_per_epoch), steps, seconds))
        return Standing(self._entrant, self._place + 1, part.watched, history, parameters, self._seconds, clock, member)


def _datasets(
    entrants: Sequence[Entrant], points: Sequence[OwnPoints | None], opened: Checkpoint | None
) -> list[Dataset]:  # fmt: skip
    """That of each; those with the same settings and seed share one."""
    made: dict[tuple[int, int], Dataset] = {}
    for each, own in zip(entrants, points, strict=True):
        key, experiment = (id(each.experiment.data), each.experiment.seed), each.experiment
        if key in made:
            continue
        given = own if experiment.source_kind.is_given else None
        if opened is not None and opened.has_points_of(experiment):
            made[key] = opened.dataset_for(experiment, given)
        else:
            made[key] = make_dataset(experiment.data, experiment.seed, given)
    return [made[id(each.experiment.data), each.experiment.seed] for each in entrants]
