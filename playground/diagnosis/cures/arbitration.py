"""Too small, badly drawn or badly trained: a network that stopped short is tried again before it is called too small.

Owns this trial, its answer and its limit; knows nothing of cures. First the same run with other draws, then, with the
same network, other rates of its own optimizer and of Adam. What some other draw reaches, the network can do. Where a
rate does it that no draw did without, and the run had come to a stop, the rate is held against the size: a wider
network that comes clearly further at the run's own rate shows that this rate does for the task and the size does not.
The limit is an amount of work and no clock, so that the same question has the same answer; how far it came is told.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec
import numpy as np
from msgspec.structs import replace

from playground.diagnosis.cures.remedies.case import seeds_after
from playground.diagnosis.cures.remedies.layers import widened
from playground.diagnosis.cures.remedies.training import rates_for
from playground.diagnosis.signals.finding import Figure, Finding, RuleName
from playground.diagnosis.signals.look import Look
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import Adam
from playground.population.asked import Asked, Kind
from playground.population.member import Member
from playground.population.training import trained

DRAWS = 9
"""Other draws: of a network that does it with one draw in four, five of them would miss it every fourth time."""
CLEARLY = 0.3
"""How far beyond what the run was to reach another one comes, as a share of what that lacks of the reference: one that
just gets there shows little."""
AGAIN = 5
"""Runs of the best rate of a sweep, of which the median has to reach it: among two dozen runs one reaches by luck what
the network hardly can."""
WIDER, LEAST_UNITS = 8, 16
"""How much wider each layer of the network is that is held against a rate, and the units it has at least."""
MOST_WORK, BESIDE = 5e9, 250
"""Multiplications of all forward passes together, some seconds; and what a sample costs beside its own."""


class BetterRate(msgspec.Struct, frozen=True):
    """A rate that works. told: of the optimizer that it was found with; own: what it comes to for the run's own.
    reaches: the median score of its runs."""

    told: float
    own: float
    is_adams: bool
    reaches: float


def arbitrated(look: Look, finding: Finding, cancel: threading.Event | None = None) -> Finding | None:
    """What a finding of too few units really is: `bad_draw` where another draw does it, `learning_rate_low` or
    `learning_rate_high` where another rate does and more units do not, else what it was; None where that was cancelled.

    Its figures then have the share of draws that succeed, and the rate, of which the detail says whether it is Adam's.
    Where all of that would take too long it is asked as far as the limit allows, and the detail of a network that still
    seems too small is `partly`; the figures say how many draws and rates were tried.
    """
    if finding.rule != "too_few_units" or look.target is None:
        return finding
    trial = _Trial(look, cancel)
    count = min(DRAWS, trial.affordable)
    draws = trial.solved([look.experiment] * count, seeds_after(look.experiment.seed, count + 1)[1:])
    if draws is None:
        return None
    share = (Figure("solved", float(np.mean(draws)) if draws else 0.0), Figure("draws", float(count)))
    if any(draws):
        return _as("bad_draw", "tried", finding, *share)
    rate = trial.better_rate() if count == DRAWS else None
    if trial.is_cancelled:
        return None
    if rate is None and (count < DRAWS or trial.fell_short):
        tried = (*share, Figure("rates", float(trial.rates)))
        return replace(finding, figures=(*finding.figures, *tried), detail="partly")
    if rate is None:
        return replace(finding, figures=(*finding.figures, *share, *trial.lower_figure))
    return _rate_or_size(trial, look, finding, rate, share)


def _rate_or_size(
    trial: _Trial, look: Look, finding: Finding, rate: BetterRate, share: tuple[Figure, ...]
) -> Finding | None:  # fmt: skip
    """The rate is the cause, unless more units do clearly more; None where that was cancelled."""
    wider = trial.wider() if _stands(finding) else -np.inf
    if trial.is_cancelled:
        return None
    if trial.does_more(wider, rate.reaches):
        tried = (*share, Figure("reached", rate.reaches), Figure("wider", wider), *trial.lower_figure)
        return replace(finding, figures=(*finding.figures, *tried), detail="wider")
    own = look.experiment.training.learning_rate
    higher = rate.own > own if rate.own != own else look.largest_ratio() < LONG_STEP
    rule: RuleName = "learning_rate_low" if higher else "learning_rate_high"
    return _as(rule, "tried_adam" if rate.is_adams else "tried", finding, Figure("rate", rate.told), *share)


def _stands(finding: Finding) -> bool:
    """Whether the run has come to a stop, by the finding's own figure: one that is on its way has units enough to go
    on, and longer steps would have brought it further."""
    return all(each.threshold is None or each.value <= each.threshold for each in finding.figures if each.name == "won")


LONG_STEP = 0.05
"""The largest update ratio of a run whose rate was no lower than one that works."""


def _as(rule: RuleName, detail: str, finding: Finding, *figures: Figure) -> Finding:
    """The finding under its right name, with what the trial has shown."""
    return replace(finding, rule=rule, figures=(*figures, *finding.figures), detail=detail)


class _Trial:
    """Runs of the same data and network for the planned epochs, judged as the look judges: on the training set."""

    def __init__(self, look: Look, cancel: threading.Event | None) -> None:
        self._look, self._cancel = look, cancel
        self._of_one = self._work(look.experiment)
        self._left = MOST_WORK
        assert look.target is not None
        self._enough = look.target + CLEARLY * look.margin
        self.rates = 0
        """Rates that were tried."""
        self.lower = -np.inf
        """The best score of a lower rate of the run's own optimizer."""
        self.fell_short = False
        """Whether there were more to try than the limit allows."""

    def _work(self, experiment: Experiment) -> float:
        """Multiplications of one run."""
        each = BESIDE + sum(part.work for part in experiment.parts)
        return float(self._look.plan.epochs) * self._look.facts.count * each

    @property
    def affordable(self) -> int:
        """How many runs the limit still allows."""
        return int(self._left // self._of_one)

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody waits for the answer."""
        return self._cancel is not None and self._cancel.is_set()

    @property
    def lower_figure(self) -> tuple[Figure, ...]:
        """What a lower rate comes to, where one was tried and does not break."""
        return (Figure("lower", self.lower),) if np.isfinite(self.lower) else ()

    def solved(self, experiments: Sequence[Experiment], seeds: Sequence[int]) -> list[bool] | None:
        """Whether each comes to what the data allow; None where that was cancelled."""
        scores = self._scores(experiments, seeds)
        return None if scores is None else [score >= self._enough for score in scores]

    def better_rate(self) -> BetterRate | None:
        """A rate with which most draws of this network do it, of its own optimizer or else of Adam. None where there is
        none, where the limit ends the search, or that was cancelled."""
        experiment = self._look.experiment
        for training in (experiment.training, msgspec.structs.replace(experiment.training, optimizer=Adam())):
            rates = rates_for(training.optimizer)
            if self.affordable < len(rates) + AGAIN:
                self.fell_short = True
                return None
            self.rates += len(rates)
            tried = [_with(experiment, msgspec.structs.replace(training, learning_rate=rate)) for rate in rates]
            scores = self._scores(tried, [experiment.seed] * len(tried))
            if scores is None:
                return None
            if training is experiment.training:
                self.lower = max([score for rate, score in zip(rates, scores, strict=True)
                                  if rate < training.learning_rate], default=-np.inf)  # fmt: skip
            best = self._middle(scores)
            again = self._scores([tried[best]] * AGAIN, seeds_after(experiment.seed, AGAIN))
            if again is None:
                return None
            if float(np.median(again)) >= self._enough:
                own = experiment.training.optimizer
                return BetterRate(rates[best], rates_for(own)[best], training.optimizer != own, float(np.median(again)))
        return None

    def wider(self) -> float:
        """The median score of draws of a wider network at the run's own rate; −∞ where the limit allows no such trial,
        or that was cancelled."""
        experiment = self._look.experiment
        layers = widened(self._look.layers, WIDER, LEAST_UNITS)
        wider = msgspec.structs.replace(experiment, network=msgspec.structs.replace(experiment.network, layers=layers))
        if layers == self._look.layers or self._left < AGAIN * self._work(wider):
            return -np.inf
        scores = self._scores([wider] * AGAIN, seeds_after(experiment.seed, AGAIN))
        return -np.inf if scores is None else float(np.median(scores))

    def does_more(self, wider: float, reached: float) -> bool:
        """Whether more units do it, and clearly more than another rate does."""
        return wider >= self._enough and wider > reached + CLEARLY * self._look.margin

    def _middle(self, scores: Sequence[float]) -> int:
        """Of a sweep the middle one of those that do it, which is the safest; the best, where none does."""
        does_it = np.flatnonzero(np.array(scores) >= self._enough)
        return int(does_it[len(does_it) // 2]) if does_it.size else int(np.argmax(scores))

    def _scores(self, experiments: Sequence[Experiment], seeds: Sequence[int]) -> list[float] | None:
        """Accuracy, or R² of a regression, on the training set; of those that broke −∞."""
        if not experiments:
            return []
        self._left -= sum(map(self._work, experiments))
        dataset, unlike = self._look.snapshot.dataset, {id(each): each for each in experiments}
        kinds = [Kind(each, None, dataset) for each in unlike.values()]
        places = {key: place for place, key in enumerate(unlike)}
        which = np.array([places[id(each)] for each in experiments])
        rates = np.array([each.training.learning_rate for each in experiments])
        asked = Asked(kinds, which, np.array(seeds, np.uint64), rates, None)
        found = sorted(trained(asked, self._look.plan.epochs, 0, self._cancel), key=lambda member: member.place)
        return [self._score(member) for member in found] if len(found) == len(which) else None

    def _score(self, member: Member) -> float:
        if member.ended == "diverged":
            return -np.inf
        accuracy = member.metrics.train_accuracy
        return float(self._look.explained(member.metrics.train_loss)) if accuracy is None else accuracy


def _with(experiment: Experiment, training: object) -> Experiment:
    return msgspec.structs.replace(experiment, training=training)
