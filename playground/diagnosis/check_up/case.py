"""What the check-up is about: an experiment from its beginning, its points, its plan, and what several steps ask of it.

Owns the fresh start, the planned run and the trials beside it, each made once; knows nothing of a single step. Work is
limited by its amount and never by a clock, so that the same experiment gives the same figures.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset
from playground.diagnosis.ahead import Forecast, look_ahead
from playground.diagnosis.judging import judge
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.bends import Bends
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.diagnosis.signals.look import DEMAND, Look
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import ConstantSchedule, Stop
from playground.population.asked import Asked, Kind
from playground.population.member import Member
from playground.population.training import trained
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Metrics, Snapshot

MOST_STEPS, MOST_WORK = 3000, 40_000_000
"""Of one network in a trial: steps, and multiplications of their samples' forward passes."""
KINDS = {rule.name: rule.kind for rule in RULES}


class Cancelled(Exception):
    """Nobody wants the rest."""


class Case:
    """start: whatever stands of the run; it is looked at from its beginning, and stays as it is. bends: see
    `look_ahead`."""

    def __init__(
        self, start: Checkpoint, plan: Plan | None = None, cancel: threading.Event | None = None,
        bends: Bends | None = None,
    ) -> None:  # fmt: skip
        self.experiment, self._cancel, self._bends = start.experiment, cancel, bends
        self.dataset = start.dataset_for(start.experiment)
        self.start = Checkpoint(start.experiment, dataset=self.dataset, points=start.points)
        self.plan = plan_of(start.experiment) if plan is None else plan

    def check(self) -> None:
        """Go no further where nobody wants the rest; raises Cancelled."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled

    # -- the run ----------------------------------------------------------------------------------------------------

    @cached_property
    def before(self) -> Look:
        """The moment before any step."""
        return Look(Session(self.start).snapshot(DEMAND), self.plan)

    @cached_property
    def found_before(self) -> tuple[Finding, ...]:
        """What the doctor says of that moment."""
        return judge(self.before)

    @cached_property
    def _run(self) -> Forecast:
        found = look_ahead(self.start, self.plan, self._cancel, None, bends=self._bends)
        if found is None:
            raise Cancelled
        return found

    @property
    def last(self) -> Snapshot:
        """The end of the planned run. Raises Cancelled."""
        return self._run.last

    @cached_property
    def after(self) -> Look:
        """The same as rules see it. Raises Cancelled."""
        return Look(self.last, self.plan)

    @property
    def found_after(self) -> tuple[Finding, ...]:
        """What the doctor says on the way to that end: here the run is made, so nothing is a forecast."""
        return tuple(replace(each, forecast=False) for each in self._run.findings)

    def found_of(self, *rules: RuleName) -> tuple[Finding, ...]:
        """Those of these rules, causes and consequences alike, in order. Raises Cancelled."""
        all_found = (each for top in self.found_after for each in (top, *top.consequences))
        return tuple(replace(each, forecast=False) for each in all_found if each.rule in rules)

    # -- how good it is ---------------------------------------------------------------------------------------------

    @property
    def guess(self) -> float:
        """The training loss of the best answer that is the same for every sample."""
        return self.before.trivial_loss

    @property
    def floor(self) -> float:
        """The score of such an answer."""
        return (self.before.facts.majority or 0.0) if self.before.facts.classes else 0.0

    def score(self, metrics: Metrics) -> float:
        """Accuracy or R² on held-out samples; on training samples where there are none to be looked at."""
        loss, accuracy = metrics.held_out
        if loss is None or self.before.facts.held_out_labels.size == 0:
            loss, accuracy = metrics.train_loss, metrics.train_accuracy
        return float(self.before.explained(loss)) if accuracy is None else accuracy

    @property
    def can_be_told(self) -> bool:
        """Whether any simple model answers better than always the same; True where none could be asked."""
        reference = self.before.facts.reference
        return reference is None or reference > self.floor + self.before.margin

    # -- trials -----------------------------------------------------------------------------------------------------

    def bare(self, **changes: object) -> Experiment:
        """The experiment without what ends its run, bends its rate, penalizes or holds it; with changed training."""
        plain = msgspec.structs.replace(
            self.experiment.training, schedule=ConstantSchedule(), early_stopping=None, stop=Stop(), l1=0.0, l2=0.0,
            clip_norm=None, clip_value=None, max_norm=None, label_smoothing=0.0,
        )  # fmt: skip
        return msgspec.structs.replace(self.experiment, training=msgspec.structs.replace(plain, **changes))

    def epochs_for(self, experiment: Experiment) -> int:
        """The plan's epochs, or as many as a trial may take."""
        count = max(int(self.dataset.train_labels.size), 1)
        steps = math.ceil(count / min(experiment.training.batch_size, count))
        work = count * max(sum(part.work for part in experiment.parts), 1)
        return max(1, min(self.plan.epochs, MOST_STEPS // steps, MOST_WORK // work))

    def members(
        self, experiments: Sequence[Experiment], epochs: Sequence[int], datasets: Sequence[Dataset] | None = None,
        starts: Sequence[NDArray[np.floating]] | None = None,
    ) -> list[Member]:  # fmt: skip
        """Each network trained for its epochs. datasets: in place of the own one; starts: parameters to start from.

        Raises Cancelled.
        """
        found: dict[int, Member] = {}
        for count in sorted(set(epochs)):
            which = [place for place, each in enumerate(epochs) if each == count]
            kinds = [
                Kind(experiments[place], self.start.points, self.dataset if datasets is None else datasets[place])
                for place in which
            ]
            seeds = np.array([each.experiment.seed for each in kinds], np.uint64)
            rates = np.array([each.experiment.training.learning_rate for each in kinds])
            given = None if starts is None else [starts[place] for place in which]
            asked = Asked(kinds, np.arange(len(kinds)), seeds, rates, given)
            found |= {which[each.place]: each for each in trained(asked, count, 0, self._cancel)}
        if len(found) < len(experiments):
            raise Cancelled
        return [found[place] for place in range(len(experiments))]
