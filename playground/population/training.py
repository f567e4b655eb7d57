"""`train_population`: many independent runs in one call.

Owns the order of the calls, how long one may last, and what is made of the results; knows nothing of how members are
grouped. However the calls are cut, the bytes are the same.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import OwnPoints
from playground.engine.engine import GOAL_REACHED, NOT_FINITE, STATUS_OK, STOPPED_EARLY
from playground.engine.many import part_of
from playground.engine.state import BAD_LAYER, BAD_SAMPLE, BEST_EPOCH, EPOCH, RECORDS, STATUS, STEP, RunState
from playground.experiment.experiment import Experiment
from playground.population.asked import Asked, asked
from playground.population.asking import check_cancel
from playground.population.groups import Part, parts_of
from playground.population.member import ROW, VALIDATED_ROW, Member
from playground.population.room import ALONE, Room
from playground.population.sharing import shared_out
from playground.run.measuring import LARGEST
from playground.run.recording import OF_VALIDATION, WITHOUT_VALIDATION
from playground.run.snapshot import HISTORY_COLUMNS, Divergence, Metrics, frozen
from playground.run.stopping import Reason, Stopped, stopped_by
from playground.scalars import whole

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
Ended = Literal["completed", "stopped_early", "diverged"]

CALL_SECONDS = 0.05
"""How long one call of the kernels should last: nobody waits longer for a cancelled population to end."""
SHARED_SECONDS = 0.002
"""How long each of several threads should have to do at least: to begin and end one costs a twentieth of it."""
FIRST_STEPS, SURELY, GROWTH = 16, 5e8, 8
"""Steps of the first call, which is longer where so many multiplications a second, far fewer than any machine makes,
leave time for more; and how many times more the next one may make."""
BESIDE = 250
"""What a sample costs beside the multiplications of its three passes."""
LOSSES = [HISTORY_COLUMNS.index(name) for name in ("train_loss", "test_loss", "penalty")]
CHECKED_LOSS = [HISTORY_COLUMNS.index("validation_loss")]
ON_TRAINING, ON_TESTS, ON_VALIDATION = (
    [*(HISTORY_COLUMNS.index(f"{name}_{figure}") for figure in ("loss", "accuracy")), HISTORY_COLUMNS.index("penalty")]
    for name in ("train", "test", "validation")
)
ROW_EPOCH = HISTORY_COLUMNS.index("epoch")
OF_TESTS = [HISTORY_COLUMNS.index(name) for name in ("test_loss", "test_accuracy")]
ACCURACIES = [HISTORY_COLUMNS.index(name) for name in ("train_accuracy", "test_accuracy")]
RATE = HISTORY_COLUMNS.index("learning_rate")


def train_population(
    experiments: Experiment | Sequence[Experiment], *, epochs: int, seeds: Sequence[int] | None = None,
    rates: Sequence[float] | None = None, points: OwnPoints | Sequence[OwnPoints | None] | None = None,
    parameters: Any = None, every: int | None = None, cancel: threading.Event | None = None,
) -> Iterator[Member]:  # fmt: skip
    """Train many networks independently of each other; yields a `Member` for each as soon as it is done.

    A member stands for each place of the lists; they are equally long, and what is given once, or not at all, holds for
    all. experiments: one, or a list (of any shapes: equal ones are found and trained together). seeds: of the members'
    initial weights, order of samples and noise, without: the experiment's own. rates: learning rates from 0 to 1e6 in
    place of the experiments' own. The points are always those of the experiment and its own seed, so that members with
    other seeds can be compared. points: what experiments about own points are about. parameters: what to start from
    instead of drawn weights, (P,) or a row for each member, laid out as `Session.layout` tells.
    epochs: passes over the training set, 0 or more. every: epochs between two rows of `Member.history` (0: no rows);
    without, as a session records them, at most 2048 rows.

    Members come in the order of their places where all have one shape; else shape by shape, see `Member.place`. The
    first comes within a moment, whatever the number asked for: they are trained as they are taken. `cancel`, set by any
    thread, ends the iteration within some .05 s, or one step where that takes longer; members not yet done do not come.
    Any thread may take members, one at a time; the interpreter is free while the kernels work. At most 256 members are
    in memory at once, and no more than fit in 64 MB with their data and history (one member always is).

    Each member comes to the same bytes as `Session(experiment, record=False)` after `advance(epochs=epochs)`: the same
    optimizer, schedule, rules and end, the last finite parameters where it diverged. Three things differ: the seconds
    of a stop rule are not counted; the seed of the points is apart, as said above; and where the parameters are finite
    and the loss at the end is not, the member counts as diverged, in its output at the last step.

    Raises, at once: WrongUse for lists that are empty or unlike in length, for anything of a wrong type, rates and
    seeds out of range, start parameters that do not fit; InvalidExperiment, PointsRefused.
    """
    count, rows = whole("epochs", epochs), None if every is None else whole("every", every)
    check_cancel(cancel)
    return trained(asked(experiments, seeds, rates, points, parameters), count, rows, cancel)


def trained(
    members: Asked, epochs: int, every: int | None, cancel: threading.Event | None, room: Room = ALONE
) -> Iterator[Member]:  # fmt: skip
    """The members that were asked for; see `train_population`. room: shared with others who train meanwhile."""
    return _results(parts_of(members, epochs, every), Calls(cancel, room))


def _results(parts: Iterator[Part], calls: Calls) -> Iterator[Member]:
    try:
        for part in parts:
            yield from _trained(part, calls)
            calls.check()
    except Cancelled:
        return


class Cancelled(Exception):
    """Nobody wants the rest."""


class Calls:
    """How much one call of the kernels may do, learned from those before."""

    def __init__(self, cancel: threading.Event | None, room: Room = ALONE) -> None:
        self._cancel, self._room, self._steps = cancel, room, float(FIRST_STEPS)

    def check(self) -> None:
        """Wait for this thread's turn; go no further where nobody wants the rest."""
        self._room.go_on()
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled

    def begin(self, part: Part) -> None:
        """Steps of other networks cost something else."""
        of_one = part.networks.batch_size * (BESIDE + 3 * part.networks.layout.work)
        self._steps = max(float(FIRST_STEPS), CALL_SECONDS * SURELY / of_one)

    def train(
        self, part: Part, which: Integers, states: RunState, last: Integers, rows: Numbers | None = None,
        closely: bool = False,
    ) -> Iterator[slice]:  # fmt: skip
        """Train the members `which`, whose states these are, up to their last steps; yields those that are done."""
        first, stride = 0, 0 if rows is None else part.stride
        while first < len(which):
            self.check()
            left = np.where(
                states.counters[first:, STATUS] == STATUS_OK, last[first:] - states.counters[first:, STEP], 0
            )
            with self._hands(left) as hands:
                count = max(hands, int(np.searchsorted(np.cumsum(left), hands * self._steps, side="right")))
                some = slice(first, first + count)
                steps, parts = shared_out(left[:count], hands, max(1, int(self._steps)))
                began, now = time.perf_counter(), part_of(states, some)
                tables = None if rows is None else rows[some]
                part.networks.train(which[some], now, steps, *part.sets, tables, stride, closely, parts)
                self._learn(max(int(steps[each].sum()) for each in parts), time.perf_counter() - began)
            over = (now.counters[:, STATUS] != STATUS_OK) | (now.counters[:, STEP] >= last[some])
            if over.all():
                yield some
                first += count

    @contextmanager
    def _hands(self, left: Integers) -> Iterator[int]:
        """How many threads make the next call, of members with so many steps left each: more than one where others
        have nothing to do and the call lasts long enough to be shared."""
        steps = max(self._steps, 1.0)
        longest = np.minimum(left, steps).sum() * CALL_SECONDS / steps
        helpers = self._room.helpers(min(int(np.count_nonzero(left)), int(longest / SHARED_SECONDS)) - 1)
        try:
            yield helpers + 1
        finally:
            self._room.thanks(helpers)

    def _learn(self, steps: int, seconds: float) -> None:
        if steps:
            self._steps = min(steps * CALL_SECONDS / max(seconds, 1e-6), GROWTH * max(self._steps, 1.0))


def _trained(part: Part, calls: Calls) -> Iterator[Member]:
    """The members of a part, as they are done."""
    calls.begin(part)
    everyone = np.arange(len(part.places))
    states = part.starts(everyone)
    rows = part.rows if part.stride else None
    if rows is not None:
        write_first(part, states, rows)
    for done in calls.train(part, everyone, states, part.last, rows):
        yield from members_of(part, done, part_of(states, done), calls)


def write_first(part: Part, states: RunState, rows: Numbers) -> None:
    """The row of the start."""
    everyone = np.arange(len(part.places))
    found = _Found.measured(part, everyone, states.parameters)
    rows[:, 0, LOSSES] = np.stack([found.train[:, 0], found.test[:, 0], found.train[:, 2]], axis=1)
    rows[:, 0, ACCURACIES] = np.stack([found.train[:, 1], found.test[:, 1]], axis=1)
    if found.validation is not None:
        rows[:, 0, OF_VALIDATION] = found.validation[:, :2]
    rows[:, 0, RATE] = part.first_rates()
    states.counters[:, RECORDS] = 1


class _Found(msgspec.Struct, frozen=True, eq=False):
    """(n, 3) loss, share of right answers and penalty on each set, all finite."""

    train: Numbers
    test: Numbers
    validation: Numbers | None

    @classmethod
    def measured(cls, part: Part, which: Integers, parameters: Floats) -> _Found:
        """Of networks as they are."""
        sets = part.sets if part.validated else part.sets[:2]
        found = [_bounded(part.networks.measure(which, parameters, each)) for each in sets]
        return cls(found[0], found[1], found[2] if part.validated else None)

    @classmethod
    def recorded(cls, part: Part, done: slice, states: RunState) -> _Found | None:
        """Of networks that came to the end of their plan, read off their last rows; None where one of these is not of
        the end. They were measured there as they are here, to the last bit."""
        counters = states.counters
        if not part.stride or (counters[:, STATUS] != STATUS_OK).any():
            return None
        last = part.rows[np.arange(done.start, done.stop), counters[:, RECORDS] - 1]
        if (last[:, ROW_EPOCH] != counters[:, EPOCH]).any():
            return None
        sets = (ON_TRAINING, ON_TESTS, ON_VALIDATION)
        train, test, validation = (_bounded(last[:, columns]) for columns in sets)
        return cls(train, test, validation if part.validated else None)

    def usual(self, states: RunState) -> list[bool]:
        """(n,) whether each came to its end with figures that are finite, by no rule that the kernels know."""
        fine = states.counters[:, STATUS] == STATUS_OK
        for each in (self.train, self.test, self.validation):
            if each is not None:
                fine &= (each != LARGEST).all(axis=1)
        told: list[bool] = fine.tolist()
        return told


def _bounded(values: Numbers) -> Numbers:
    """The values, in place; LARGEST where they are not finite."""
    values[~np.isfinite(values)] = LARGEST
    return values


def members_of(part: Part, done: slice, states: RunState, calls: Calls) -> Iterator[Member]:
    """What came out of the members that are done; states are theirs."""
    which, recorded = np.arange(done.start, done.stop), states.counters[:, RECORDS].copy()
    broken = np.flatnonzero(states.counters[:, STATUS] == NOT_FINITE)
    divergences = _taken_back(part, which, states, broken, calls) if broken.size else {}
    found = None if broken.size else _Found.recorded(part, done, states)
    found = found or _Found.measured(part, which, states.parameters)
    histories = frozen(histories_of(part, done))
    parameters, kinds = frozen(states.parameters.copy()), part.kind[done].tolist()
    places, seeds = part.places[done].tolist(), part.seeds[done].tolist()
    rates, bests = part.asked.rates[part.places[done]].tolist(), states.watch[:, BEST_EPOCH].tolist()
    counters, metrics, usual = states.counters.tolist(), _metrics(part, found), found.usual(states)
    for index, counted in enumerate(counters):
        divergence, stopped = divergences.get(index), None
        if divergence is None and not usual[index]:
            divergence = _in_output(part, counted, metrics[index])
        if divergence is None and (not usual[index] or part.has_limits):
            experiment = part.asked.kinds[kinds[index]].experiment
            stopped = _stopped(part, experiment, counted, metrics[index], int(bests[index]))
        yield Member(
            places[index], seeds[index], rates[index], counted[EPOCH], counted[STEP],
            _word(part, counted, stopped, divergence), parameters[index], metrics[index],
            histories[index, : recorded[index]], stopped, divergence,
        )  # fmt: skip


def _taken_back(
    part: Part, which: Integers, states: RunState, broken: Integers, calls: Calls
) -> dict[int, Divergence]:  # fmt: skip
    """Where those at `broken` broke; their states become the last finite ones.

    They are trained anew, looked at after each step: the same bytes come, so the same step breaks.
    """
    members, layout = which[broken], part.networks.layout
    trial, kept = part.starts(members), part.starts(members)
    for _ in calls.train(part, members, trial, states.counters[broken, STEP], closely=True):
        pass
    for _ in calls.train(part, members, kept, trial.counters[:, STEP] - 1):
        pass
    for name in RunState.__struct_fields__:
        getattr(states, name)[broken] = getattr(kept, name)
    found = {}
    for index, after, before in zip(broken.tolist(), trial.counters.tolist(), kept.counters.tolist(), strict=True):
        layer, sample = after[BAD_LAYER], after[BAD_SAMPLE]
        name, shown = layout.layer_name(layer), None if sample < 0 else sample
        found[index] = Divergence(after[STEP], before[EPOCH], layer, name, shown)
    return found


def histories_of(part: Part, done: slice) -> NDArray[np.void]:
    """(n, capacity) with named fields."""
    rows = part.rows[done].copy()
    if not np.isfinite(rows).all():
        for losses in (LOSSES, CHECKED_LOSS):
            rows[:, :, losses] = _bounded(rows[:, :, losses])
    if not part.tested:
        rows[:, :, OF_TESTS] = np.nan
    if not part.classes:
        rows[:, :, [*ACCURACIES, OF_VALIDATION[1]]] = np.nan
    if part.validated:
        return rows.view(VALIDATED_ROW)[:, :, 0]
    return np.ascontiguousarray(rows[:, :, :WITHOUT_VALIDATION]).view(ROW)[:, :, 0]


def _metrics(part: Part, found: _Found) -> list[Metrics]:
    """Of each member; None stands for what does not exist."""
    none = [None] * len(found.train)
    loss, right, penalty = found.train.T.tolist()
    tests = found.test.T.tolist() if part.tested else (none, none)
    checks = (none, none) if found.validation is None else found.validation.T.tolist()
    shares = (right, tests[1], checks[1]) if part.classes else (none, none, none)
    return list(map(Metrics, loss, tests[0], shares[0], shares[1], penalty, checks[0], shares[2]))


def _in_output(part: Part, counted: Sequence[int], metrics: Metrics) -> Divergence | None:
    """A loss alone that is not finite is the output's."""
    if LARGEST not in (metrics.train_loss, metrics.test_loss, metrics.penalty, metrics.validation_loss):
        return None
    layout = part.networks.layout
    head = len(layout.slots) - 1
    return Divergence(counted[STEP], counted[EPOCH], head, layout.layer_name(head))


def _stopped(
    part: Part, experiment: Experiment, counted: Sequence[int], metrics: Metrics, best_epoch: int
) -> Stopped | None:  # fmt: skip
    """The rule that has ended a member, told as for a session."""
    stop = experiment.training.stop
    reason: Reason | None = None
    if counted[STATUS] == STOPPED_EARLY:
        reason = "early_stopping"
    elif counted[STATUS] == GOAL_REACHED:
        reason = "loss" if stop.loss is not None and metrics.train_loss <= stop.loss else "accuracy"
    elif stop.epochs is not None and 0 < stop.epochs <= counted[EPOCH]:
        reason = "epochs"
    return None if reason is None else stopped_by(reason, experiment.training, counted[EPOCH], best_epoch, part.watched)


def _word(part: Part, counted: Sequence[int], stopped: Stopped | None, divergence: Divergence | None) -> Ended:
    """How a member ended, as `playground train` says it."""
    if divergence is not None:
        return "diverged"
    if stopped is not None and (stopped.reason == "early_stopping" or counted[EPOCH] < part.epochs):
        return "stopped_early"
    return "completed"
