"""Trying cures: each candidate against the run as it is, results as they come, and `verify` for scripts.

Owns the order of trials and what is told of each; knows nothing of threads or windows. Everything depends on the
experiment, the finding and the plan alone, so that the same question has the same answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import fmean, median

import msgspec
from msgspec.structs import replace

from playground.diagnosis.cures import evidence
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.cure import Cure, Name
from playground.diagnosis.cures.evidence import Verdict
from playground.diagnosis.cures.hands import Halt, in_order
from playground.diagnosis.cures.measures import Measure, falls, measure_of
from playground.diagnosis.cures.remedies.case import seeds_after
from playground.diagnosis.cures.trials import Cancelled, Run, Trials
from playground.diagnosis.signals.facts import facts_of
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import BEHIND_ACCURACY, BEHIND_R2
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.errors import WrongUse
from playground.population.room import ALONE, Room
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.scalars import shown, whole

Runs = tuple[Run, ...]


class Pair(msgspec.Struct, frozen=True, eq=False):
    """Two runs of one seed, without and with the cure, and the figure that judges each."""

    seed: int
    without: float
    treated: float
    run_without: Run
    run_treated: Run


class CureResult(msgspec.Struct, frozen=True, eq=False):
    """What became of a cure. cure: with what a search has chosen. pairs: five; the first two of a cure that these show
    to be none; ten where five left it open. effect: between the medians of these pairs, see `evidence.effect`;
    of loss and optimism smaller is better. epochs: of each run with the cure. better: pairs that it made better, which
    is only shown. like: the cure that it is about equal to."""

    cure: Cure
    verdict: Verdict
    effect: float
    measure: Measure
    pairs: tuple[Pair, ...]
    epochs: int
    like: Name | None = None

    @property
    def helped(self) -> bool:
        """Whether it was shown to help; about as well as another one too."""
        return self.verdict != "no_help"

    @property
    def better(self) -> int:
        """Pairs that the cure made better."""
        sign = -1.0 if falls(self.measure) else 1.0
        return sum(sign * pair.treated > sign * pair.without for pair in self.pairs)

    @property
    def treated(self) -> tuple[float, ...]:
        """The figures with the cure, a seed each."""
        return tuple(pair.treated for pair in self.pairs)


def verify(session: Session, finding: Finding, epochs: int | None = None) -> tuple[CureResult, ...]:
    """Try what may cure a finding of this run: the best first, then what helped less, then what did not.

    epochs: how many each run lasts; without, those at which the experiment's own rule ends it, or 300. Raises WrongUse.
    """
    if not isinstance(session, Session):
        raise WrongUse("Cures are tried for a Session; got {given}.", given=shown(session))
    if not isinstance(finding, Finding):
        raise WrongUse("What is cured is a Finding, as the doctor makes them; got {given}.", given=shown(finding))
    epochs = None if epochs is None else whole("epochs", epochs)
    plan = plan_of(session.experiment, epochs)
    return ranked(tuple(try_cures(session.checkpoint(), finding, plan, room=Room())))


def try_cures(
    start: Checkpoint, finding: Finding, plan: Plan | None = None, cures: Sequence[Cure] | None = None,
    cancel: threading.Event | None = None, room: Room = ALONE,
) -> Iterator[CureResult]:  # fmt: skip
    """The result of each cure as soon as it and those before it are there; a cancelled trial yields no more.

    start: what the run is about, of which the experiment and the points are taken: trials begin at the start. cures:
    those to be tried, without: all candidates. The seeds are the experiment's own and the four that follow it, nine
    where these leave it open; where a draw is at fault, fourteen. room: the threads that try; the results are the
    same bytes whatever their number. Without, that of the caller alone.
    """
    start = Checkpoint(start.experiment, dataset=start.dataset, points=start.points)
    plan = plan_of(start.experiment) if plan is None else plan
    dataset = start.dataset_for(start.experiment)
    start = replace(start, dataset=dataset)
    measure = measure_of(finding.rule, start.experiment)
    seeds = seeds_after(start.experiment.seed, evidence.DRAWS if measure == "success" else evidence.PAIRS)
    halt = Halt(cancel)
    trials = Trials(start, finding, measure, plan.epochs, seeds, halt, room)
    asked = candidates(finding, start.experiment, dataset, plan) if cures is None else cures
    judge = Judge(start, measure, trials)
    best: CureResult | None = None
    try:
        for found in in_order(_jobs(asked, trials, judge, room.threads), room, halt):
            if found is None:
                continue
            result = beside(found, best)
            if result.verdict == "helped" and (best is None or _rank(result) < _rank(best)):
                best = result
            yield result
            if halt.is_set():  # other threads may have made more
                return
    except Cancelled:
        return


def _jobs(
    cures: Sequence[Cure], trials: Trials, judge: Judge, threads: int
) -> list[Callable[[], CureResult | None]]:  # fmt: skip
    """Each cure; where there are threads, before them the runs without, which all the others wait for."""

    def without() -> None:
        assert trials.controls

    jobs: list[Callable[[], CureResult | None]] = [partial(judge.result, cure) for cure in cures]
    return [without, *jobs] if threads > 1 and cures else jobs


def ranked(results: Sequence[CureResult]) -> tuple[CureResult, ...]:
    """The best cure first, those about equal to it marked, and last what did not help; of equals the earlier one."""
    order = sorted(results, key=lambda each: (not each.helped, _rank(each)))
    if not order or not order[0].helped or order[0].cure.name == "tenth":
        return tuple(order)
    best = replace(order[0], verdict="helped", like=None)
    others = (replace(each, verdict="helped", like=None) if each.helped else each for each in order[1:])
    return (best, *(beside(each, best) for each in others))


def beside(result: CureResult, best: CureResult | None) -> CureResult:
    """A result, told as about equal to the best one where it helped too and is no further away than chance."""
    if best is None or result.verdict != "helped":
        return result
    both = min(len(best.pairs), len(result.pairs))
    if not evidence.about_equal(result.treated[:both], best.treated[:both]):
        return result
    return replace(result, verdict="about_equal", like=best.cure.name)


def _rank(result: CureResult) -> float:
    """Smaller is better."""
    mean = fmean(result.treated)
    if result.measure in ("optimism", "misjudged"):
        return abs(mean)
    return mean if falls(result.measure) else -mean


class Judge:
    """Reads the figures of runs and gives the word."""

    def __init__(self, start: Checkpoint, measure: Measure, trials: Trials) -> None:
        self._start, self._measure, self._trials = start, measure, trials
        self._dataset = start.dataset_for(start.experiment)
        self._enough: float | None = None

    def result(self, cure: Cure) -> CureResult:
        """A cure tried. Raises Cancelled."""
        trials = self._trials
        cure = trials.chosen(cure)
        if cure.name == "another_draw":  # one draw in place of one: that is what is applied
            drawn = trials.drawn(cure)
            return self.compared(cure, trials.controls[:1], drawn)
        if cure.name != "tenth":
            first = trials.treated(cure, evidence.FIRST)
            some, first = trials.alike(cure, trials.controls, first)
            if self._is_lost(some, first):
                return self.compared(cure, some, first)
        treated = trials.treated(cure)
        some, all_of_them = trials.alike(cure, trials.controls, treated)
        if cure.name == "tenth":
            return self.compared(cure, some, all_of_them)
        return self.settled(cure, some, all_of_them, lambda: trials.alike(cure, *trials.further(cure)))

    def settled(
        self, cure: Cure, controls: Sequence[Run], treated: Sequence[Run], further: Callable[[], tuple[Runs, Runs]]
    ) -> CureResult:
        """What is told of a cure by these runs, and where they leave it open by as many more without and with it."""
        result = self.compared(cure, controls, treated)
        without, after = [pair.without for pair in result.pairs], list(result.treated)
        if not evidence.is_open(self._measure, without, after, self._unit, self._is_sound(result.pairs)):
            return result
        more = further()
        return self.compared(cure, (*controls, *more[0]), (*treated, *more[1]))

    def _is_lost(self, controls: Sequence[Run], first: Sequence[Run]) -> bool:
        """Whether the first runs with a cure show that it cannot be one by the rule of evidence."""
        if self._measure == "success":
            return False
        figures = [[self._figure(run) for run in runs] for runs in (controls, first)]
        return any(run.figures.diverged for run in first) or evidence.is_lost(self._measure, *figures)

    def compared(self, cure: Cure, controls: Sequence[Run], treated: Sequence[Run]) -> CureResult:
        """What is told of a cure by these runs, a pair for each treated one; all of those without judge."""
        without = [self._figure(run) for run in controls]
        pairs = tuple(
            Pair(one.seed, figure, self._figure(other), one, other)
            for one, figure, other in zip(controls, without, treated, strict=False)
        )
        after = [pair.treated for pair in pairs]
        before = without if self._measure == "success" else [pair.without for pair in pairs]
        effect, verdict = evidence.effect(self._measure, before, after), self._verdict(cure, pairs, without)
        return CureResult(cure, verdict, effect, self._measure, pairs, self._trials.epochs * cure.times)

    def _verdict(self, cure: Cure, pairs: Sequence[Pair], without: Sequence[float]) -> Verdict:
        treated = [pair.treated for pair in pairs]
        if cure.name == "tenth":
            return "about_equal" if evidence.as_good(without, treated) else "no_help"
        if cure.name == "another_draw":
            return "helped" if treated[0] > without[0] else "no_help"
        sound = self._is_sound(pairs)
        return "helped" if evidence.helped(self._measure, without, treated, self._unit, sound) else "no_help"

    def _is_sound(self, pairs: Sequence[Pair]) -> bool:
        """Whether all runs with the cure are finite, and most of them better than always the same answer."""
        figures = [pair.run_treated.figures for pair in pairs]
        right = median(each.judged_on for each in figures)
        return not any(each.diverged for each in figures) and right > self._trials.ground.trivial

    @property
    def _unit(self) -> float:
        """The loss of the best constant answer, where losses are compared."""
        if self._measure != "loss":
            return 1.0
        return facts_of(self._start.experiment, self._dataset).trivial_loss(self._start.experiment)

    def _figure(self, run: Run) -> float:
        trivial = self._trials.ground.trivial
        if self._measure != "success":
            return run.figures.score(self._measure, self._unit if self._measure == "loss" else trivial)
        return float(not run.figures.diverged and run.figures.judged_on >= self._needed)

    @property
    def _needed(self) -> float:
        """What a draw has to reach to be one that succeeds: what simple models do, less what a run may lack."""
        if self._enough is None:
            reference = facts_of(self._start.experiment, self._dataset).reference
            margin = BEHIND_ACCURACY if self._start.experiment.task.is_classification else BEHIND_R2
            self._enough = (1.0 if reference is None else reference) - margin
        return self._enough
