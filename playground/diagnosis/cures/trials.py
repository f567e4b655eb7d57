"""Runs without and with a cure: the same samples and order, the same seeds, from the start, for the planned epochs.

Owns the seeds, the order of runs and what is made of them; knows nothing of remedies or of which difference is enough.
Seeds are the experiment's own and the ones that follow it, so that nobody can choose them. A search is trained with the
first of these and the samples that choose decide.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.diagnosis.cures.cure import Cure
from playground.diagnosis.cures.measures import WORST, Figures, Measure
from playground.diagnosis.cures.points import Ground, Grounds
from playground.diagnosis.cures.remedies.case import seeds_after
from playground.diagnosis.signals.finding import Finding
from playground.experiment.experiment import Experiment
from playground.population.asked import Asked, Kept, Kind
from playground.population.member import Member
from playground.population.room import ALONE, Room
from playground.population.training import trained
from playground.run.checkpoint import Checkpoint

ROWS = 12
"""Of each run's curve."""
SEARCH_SEEDS = 1
"""Seeds with which each variant of a search is trained."""


HARDLY = 0.01
"""Of accuracy or R², between two neighbours of a sweep."""


class Cancelled(Exception):
    """Nobody wants the rest."""


class Curve(msgspec.Struct, frozen=True, eq=False):
    """Losses over the epochs, a row each: of training samples and of those that judge. Read-only."""

    epochs: NDArray[np.float64]
    train: NDArray[np.float64]
    judged: NDArray[np.float64]


class Run(msgspec.Struct, frozen=True, eq=False):
    """One run of a trial. experiment: as it was trained; parameters: at its end, for maps."""

    experiment: Experiment
    seed: int
    figures: Figures
    curve: Curve
    parameters: NDArray[np.floating]
    ended: str


class Trials:
    """The runs of one finding's trials, for any thread. start: the experiment and its points. epochs: the plan's.
    room: shared by the threads that make runs."""

    def __init__(
        self, start: Checkpoint, finding: Finding, measure: Measure, epochs: int, seeds: Sequence[int],
        cancel: threading.Event | None = None, room: Room = ALONE,
    ) -> None:  # fmt: skip
        self._grounds, self._start, self.epochs = Grounds(start, finding), start, epochs
        self._measure, self._cancel, self.seeds = measure, cancel, tuple(seeds)
        self._made: dict[tuple[Experiment, int, int], Run] = {}
        """By experiment, seed and epochs: a run that was made for a search is one of the pairs, too."""
        self._room, self._own = room, threading.local()
        self._without = threading.Lock()
        """Held while runs without a cure are made, which several cures wait for."""

    @property
    def controls(self) -> tuple[Run, ...]:
        """The runs without a cure, one for each seed. Raises Cancelled."""
        return self._untreated(self.seeds)

    def _untreated(self, seeds: Sequence[int]) -> tuple[Run, ...]:
        self._room.leave()  # whoever makes them meanwhile needs the turn
        with self._without:
            return self.runs([self._start.experiment] * len(seeds), seeds, self.epochs)

    @cached_property
    def ground(self) -> Ground:
        """What the run without a cure is judged on."""
        return self._grounds.of(self._start.experiment)

    def chosen(self, cure: Cure) -> Cure:
        """The cure with the variant that the choosing samples prefer; of equals the first. Raises Cancelled."""
        if not cure.search:
            return cure
        seeds = self.seeds[:SEARCH_SEEDS]
        asked = [(each.experiment, seed) for each in cure.search for seed in seeds]
        if cure.name == "another_draw":
            asked = [(each.experiment, each.experiment.seed) for each in cure.search]
        runs = self.runs([each for each, _ in asked], [seed for _, seed in asked], self.epochs * cure.times)
        marks = np.array([run.figures.preference(self._measure) for run in runs])
        means = marks.reshape(len(cure.search), -1, marks.shape[1]).mean(axis=1)
        best = max(range(len(means)), key=lambda place: (*means[place].tolist(), -place))
        return cure.chosen(cure.search[amid_plateau(means[:, 0], best) if cure.is_sweep else best])

    def treated(self, cure: Cure, count: int | None = None) -> tuple[Run, ...]:
        """The runs with a cure, one for each seed, or for each of the first so many. Raises Cancelled."""
        seeds = self.seeds[:count]
        return self.runs([cure.experiment] * len(seeds), seeds, self.epochs * cure.times)

    def further(self, cure: Cure) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
        """Runs without and with a cure with as many seeds more: those that follow. Raises Cancelled."""
        more = seeds_after(self.seeds[-1], len(self.seeds) + 1)[1:]
        return self._untreated(more), self.runs([cure.experiment] * len(more), more, self.epochs * cure.times)

    def alike(
        self, cure: Cure, controls: tuple[Run, ...], treated: tuple[Run, ...]
    ) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
        """The same runs, judged on the same samples where the cure has others. Raises Cancelled."""
        grounds = self._grounds.alike(cure.experiment)
        if grounds is None:
            return controls, treated
        return self._judged_again(controls, grounds[0]), self._judged_again(treated, grounds[1])

    def _judged_again(self, runs: tuple[Run, ...], ground: Ground) -> tuple[Run, ...]:
        """Runs with the figures that they have on a ground's samples, but for what chooses."""
        kinds, which = [self._kind(ground)], [0] * len(runs)
        starts, nothing = [run.parameters for run in runs], np.zeros(len(runs), np.uint64)
        members = self._all(Asked(kinds, np.array(which), nothing, np.zeros(len(runs)), starts), 0, 0)
        found = []
        for run, member, square in zip(runs, members, self._squared(kinds, members, which), strict=True):
            figures = figures_of(ground, member, square)
            found.append(replace(run, figures=replace(run.figures, judged_on=figures.judged_on, loss=figures.loss)))
        return tuple(found)

    def drawn(self, cure: Cure) -> tuple[Run, ...]:
        """The one run of another draw. Raises Cancelled."""
        return self.runs([cure.experiment], [cure.experiment.seed], self.epochs)

    def runs(self, experiments: Sequence[Experiment], seeds: Sequence[int], epochs: int) -> tuple[Run, ...]:
        """So many epochs of each experiment with its seed, in their order; each is made once. Raises Cancelled."""
        asked = [(each, seed, epochs) for each, seed in zip(experiments, seeds, strict=True)]
        new = list(dict.fromkeys(key for key in asked if key not in self._made))
        if new:
            made = self._new([key[0] for key in new], [key[1] for key in new], epochs)
            for key, run in zip(new, made, strict=True):
                self._made.setdefault(key, run)  # another thread may have made the very same
        return tuple(self._made[key] for key in asked)

    def _new(self, experiments: Sequence[Experiment], seeds: Sequence[int], epochs: int) -> tuple[Run, ...]:
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled
        unlike = {id(each): each for each in experiments}
        grounds = {key: self._grounds.of(each) for key, each in unlike.items()}
        numbers = {key: place for place, key in enumerate(unlike)}
        kinds = [self._kind(each) for each in grounds.values()]
        members = self._trained(kinds, [numbers[id(each)] for each in experiments], seeds, epochs)
        squared = self._squared(kinds, members, [numbers[id(each)] for each in experiments])
        return tuple(
            Run(each, member.seed, figures_of(grounds[id(each)], member, square), _curve(member), member.parameters,
                member.ended)
            for each, member, square in zip(experiments, members, squared, strict=True)
        )  # fmt: skip

    def _kind(self, ground: Ground) -> Kind:
        return Kind(ground.experiment, self._start.points, ground.dataset)

    def _trained(self, kinds: Sequence[Kind], which: Sequence[int], seeds: Sequence[int], epochs: int) -> list[Member]:
        rates = [kinds[number].experiment.training.learning_rate for number in which]
        asked = Asked(kinds, np.array(which), np.array(seeds, np.uint64), np.array(rates), None)
        return self._all(asked, epochs, max(1, -(-epochs // ROWS)))

    def _squared(self, kinds: Sequence[Kind], members: Sequence[Member], which: Sequence[int]) -> list[Member]:
        """The same networks measured by squared error, where a regression was trained by another loss."""
        if all(each.experiment.task.is_classification or _is_squared(each.experiment) for each in kinds):
            return list(members)
        measured = [replace(each, experiment=_by_squared_error(each.experiment)) for each in kinds]
        seeds, starts = np.zeros(len(which), np.uint64), [each.parameters for each in members]
        return self._all(Asked(measured, np.array(which), seeds, np.zeros(len(which)), starts), 0, 0)

    def _all(self, asked: Asked, epochs: int, every: int) -> list[Member]:
        """The members in their order. Raises Cancelled."""
        if not hasattr(self._own, "kept"):
            self._own.kept = Kept()
        members = trained(replace(asked, kept=self._own.kept), epochs, every, self._cancel, self._room)
        found = sorted(members, key=lambda member: member.place)
        if len(found) < len(asked.kind):
            raise Cancelled
        return found


def amid_plateau(marks: NDArray[np.float64], best: int) -> int:
    """The middle of the neighbours that are hardly worse than the best: a rate at the edge of what works works with one
    draw and not with the next."""
    fine = marks >= marks[best] - HARDLY
    first, last = best, best
    while first > 0 and fine[first - 1]:
        first -= 1
    while last + 1 < len(marks) and fine[last + 1]:
        last += 1
    return (first + last) // 2


def _is_squared(experiment: Experiment) -> bool:
    return experiment.head.loss == "squared_error"


def _by_squared_error(experiment: Experiment) -> Experiment:
    training = msgspec.structs.replace(experiment.training, loss="squared_error")
    return msgspec.structs.replace(experiment, training=training)


def figures_of(ground: Ground, member: Member, squared: Member) -> Figures:
    """What a member comes to. squared: the same network measured by squared error, of a regression."""
    metrics, of_squares = member.metrics, squared.metrics
    judging, choosing = metrics.test_loss, metrics.validation_loss
    assert judging is not None
    assert choosing is not None
    diverged = member.ended == "diverged"
    if metrics.test_accuracy is not None and metrics.validation_accuracy is not None:
        return Figures(metrics.validation_accuracy, choosing, metrics.test_accuracy, judging, diverged)
    assert of_squares.test_loss is not None
    assert of_squares.validation_loss is not None
    return Figures(
        _explained(of_squares.validation_loss, ground.variance[1]), choosing,
        _explained(of_squares.test_loss, ground.variance[0]), judging, diverged,
    )  # fmt: skip


def _explained(loss: float, variance: float) -> float:
    """R² of a loss that is half the squared error; not followed far below 0."""
    return max(WORST, 1.0 - 2.0 * min(loss, 1e150) / variance)


def _curve(member: Member) -> Curve:
    rows = member.history
    curve = Curve(*(np.array(rows[name], np.float64) for name in ("epoch", "train_loss", "test_loss")))
    for each in (curve.epochs, curve.train, curve.judged):
        each.flags.writeable = False
    return curve
