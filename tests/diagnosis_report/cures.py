"""How good cures are, measured.

    python -m tests.diagnosis_report.cures [--count N] [--seed N] [--corpus NAME] [--placebos]

Owns these figures. The corpus is the doctor's own, faults in configurations that learn, or `provoked`: plain tasks,
each with one thing that surely goes wrong. Either by another seed than anything was tuned on.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import cast

import numpy as np
from msgspec.structs import replace

from playground.data import make_dataset
from playground.diagnosis.cures import evidence
from playground.diagnosis.cures.cure import Cure
from playground.diagnosis.cures.measures import falls, measure_of
from playground.diagnosis.cures.remedies.case import seeds_after
from playground.diagnosis.cures.trials import Run, Trials, figures_of
from playground.diagnosis.cures.verifying import CureResult, Judge, ranked, try_cures
from playground.diagnosis.signals.facts import facts_of
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.diagnosis.signals.plan import Plan
from playground.experiment.changing import Change, changed_if_allowed
from playground.experiment.experiment import Experiment, validate
from playground.population.asked import Asked, Kind
from playground.population.training import trained
from playground.run.checkpoint import Checkpoint
from tests.diagnosis_report.faults import FAULTS, faulty
from tests.diagnosis_report.healthy import FAMILIES, draw
from tests.diagnosis_report.provoked import Provoked, drawn
from tests.diagnosis_report.stopwatch import Stopwatch, Taken, told

COUNT, SEED = 420, 20261
"""Experiments, and the seed of the generator; another one was used while thresholds were chosen."""
LEARNED: tuple[RuleName, ...] = (
    "learning_rate_low", "learning_rate_high", "exploding", "vanishing", "dead_units", "saturated", "symmetric",
    "no_hidden_nonlinearity", "too_few_units", "unscaled_inputs", "missing_feature", "numerics", "batch_large",
    "over_regularized",
)  # fmt: skip
"""Faults of training and inputs: a cure of these reaches what the data allow."""
WITHIN, WITHIN_R2 = 0.03, 0.06
BEHIND, BEHIND_R2 = 0.05, 0.10
Placebo = Callable[[Trials], Sequence[Run]]
"""Runs with the seeds of a trial."""
FAR, OTHER = 1000, 10
"""Seeds of the check, far from those of trials, and how many."""


@dataclass
class Counts:
    """What was counted; cases that went wrong by name."""

    harmed: int = 0
    cured: int = 0
    cured_longer: int = 0
    not_cured: list[str] = field(default_factory=list)
    placebos: int = 0
    called_good: list[str] = field(default_factory=list)
    useful: int = 0
    found: int = 0
    pairs: list[Taken] = field(default_factory=list)
    lists: list[Taken] = field(default_factory=list)
    by_cure: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


class Case:
    """One experiment about to be looked at as if a finding of this rule had been made."""

    def __init__(self, provoked: Provoked, rule: RuleName) -> None:
        self.provoked, self.rule, self.experiment = provoked, rule, provoked.experiment
        self.finding = Finding(rule, "warning", (), 0, 0)
        self.dataset = dataset = make_dataset(self.experiment.data, self.experiment.seed)
        self.start = Checkpoint(self.experiment, dataset=dataset)
        self.plan = Plan(provoked.epochs, "asked")
        self.measure = measure_of(rule, self.experiment)
        facts = facts_of(self.experiment, dataset)
        best = None if facts.references is None else facts.held_out_score(facts.references.best)
        self.reference = min(each for each in (facts.reference, best, 1.0) if each is not None)
        if rule == "missing_feature" and facts.with_everything is not None:
            self.reference = facts.score(facts.with_everything.best)

    def trials(self, first: int = 0, count: int | None = None) -> Trials:
        """Trials with other seeds than those of `try_cures`, where `first` is not 0."""
        pairs = evidence.DRAWS if self.measure == "success" else evidence.PAIRS
        seeds = seeds_after(self.experiment.seed + first, pairs if count is None else count)
        return Trials(self.start, self.finding, self.measure, self.plan.epochs, seeds)

    def judge(self, trials: Trials) -> Judge:
        return Judge(self.start, self.measure, trials)

    @property
    def margins(self) -> tuple[float, float]:
        """How far below the reference a run is cured, and harmed."""
        classes = self.experiment.task.is_classification
        return (WITHIN, BEHIND) if classes else (WITHIN_R2, BEHIND_R2)

    def reaches(self, runs: Sequence[Run]) -> bool:
        """Whether four of five runs come to what the data allow."""
        right = sum(each.figures.judged_on >= self.reference - self.margins[0] for each in runs)
        return right >= 0.8 * len(runs)

    def is_harmed(self, result: CureResult) -> bool:
        """Whether the run without a cure is behind what the data allow."""
        return result.pairs[0].run_without.figures.judged_on < self.reference - self.margins[1]


def measured(experiments: Iterable[Provoked], only_placebos: bool = False) -> Counts:
    """Everything about these experiments, or what was called good of what changes nothing."""
    counts = Counts()
    for provoked in experiments:
        rules: tuple[RuleName, ...] = ("plateau", "overfitting") if provoked.rule is None else (provoked.rule,)
        for rule in rules:
            case = Case(provoked, rule)
            if provoked.rule is not None and not only_placebos:
                _count_cures(case, counts)
            count_placebos(case, counts)
    return counts


# -- cures -------------------------------------------------------------------------------------------------------------


def _count_cures(case: Case, counts: Counts) -> None:
    results = timed(case, counts)
    _count_useful(case, results, counts)
    for result in results:
        counts.by_cure[case.rule, result.cure.name][result.verdict] += 1
    if case.rule not in LEARNED or not case.is_harmed(results[0]):
        return
    best = ranked(results)[0]
    counts.harmed += 1
    within = best.helped and case.reaches([pair.run_treated for pair in best.pairs])
    longer = within or (best.helped and case.reaches(case.trials().treated(replace(best.cure, times=3))))
    counts.cured, counts.cured_longer = counts.cured + within, counts.cured_longer + longer
    if not longer:
        counts.not_cured.append(f"{case.provoked.name}: {best.cure.name}, {_figures(best)}")


def timed(case: Case, counts: Counts) -> list[CureResult]:
    """The results of all cures, and what they took."""
    watch, results = Stopwatch(), list[CureResult]()
    with watch.running():
        begun = watch.now()
        controls = case.trials().controls
        without = last = watch.now()
        assert controls
        for result in try_cures(case.start, case.finding, case.plan):
            now = watch.now()
            if results and not was_searched(result) and case.measure != "success":
                counts.pairs.append(without - begun + (now - last))
            results.append(result)
            last = now
    counts.lists.append(last - without)
    return results


def was_searched(result: CureResult) -> bool:
    return result.cure.name.endswith("_swept") or result.cure.name in ("last_resort", "weight_penalty", "another_draw")


def _figures(result: CureResult) -> str:
    before, after = (median(getattr(pair, name) for pair in result.pairs) for name in ("without", "treated"))
    return f"{before:.3f} to {after:.3f}"


def _count_useful(case: Case, results: Sequence[CureResult], counts: Counts) -> None:
    """Cures that help in nine of ten other draws, by as much as the rule asks, and how many of them it called so."""
    if case.measure == "success":
        return
    trials = case.trials(FAR, OTHER)
    judge, sign = case.judge(trials), -1.0 if falls(case.measure) else 1.0
    for result in results:
        again = judge.compared(result.cure, trials.controls, trials.treated(result.cure))
        better = sum(sign * pair.treated > sign * pair.without for pair in again.pairs)
        least = evidence.LOSS if case.measure == "loss" else evidence.POINTS
        broke = any(pair.run_treated.figures.diverged for pair in again.pairs)
        if better >= 0.9 * OTHER and sign * again.effect >= least and not broke:
            counts.useful += 1
            counts.found += result.helped


# -- placebos ----------------------------------------------------------------------------------------------------------


def count_placebos(case: Case, counts: Counts) -> None:
    """What is called good of what changes nothing."""
    trials, later = case.trials(), case.trials(evidence.PAIRS)
    judge, cure = case.judge(trials), Cure("adam", (), case.experiment)
    for name, runs in placebos(case):
        further = partial(_both, later, runs)
        result = judge.settled(cure, trials.controls, tuple(runs(trials)), further)
        counts.placebos += 1
        if result.helped:
            counts.called_good.append(f"{name} on {case.provoked.name} by {case.measure}: {_figures(result)}")


def _both(later: Trials, runs: Placebo) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    return later.controls, tuple(runs(later))


TINY = 1e-6
"""Of the rate, and of a weight at most: it changes how numbers are rounded."""


def placebos(case: Case) -> Iterator[tuple[str, Placebo]]:
    """What changes chance alone, decided before anything is run: other seeds, another order of samples, another
    rounding, a sample less in a batch where that makes no step more.

    Limits that are never met (clipped gradients, norms of weights) are none: where they are not met every bit of the
    run stays, so that nothing is tested, and where they are, they act and may well cure.
    """
    experiment, samples = case.experiment, int(case.dataset.train_labels.size)
    for first in (FAR, 2 * FAR, 3 * FAR, 4 * FAR):
        yield f"seeds + {first}", partial(_with, experiment=experiment, first=first)
    if experiment.task.is_classification or experiment.head.loss == "squared_error":
        yield "another order", partial(_reordered, case)
    batch, rate = experiment.training.batch_size, experiment.training.learning_rate
    settings: dict[str, float | None] = {
        "training.learning_rate": rate * (1.0 + TINY),
        "training.l2": None if experiment.training.l2 else TINY / 1000.0,
        "training.batch_size": batch - 1 if batch > 1 and -(-samples // batch) == -(-samples // (batch - 1)) else None,
    }
    for path, value in settings.items():
        made = None if value is None else changed_if_allowed(experiment, [Change(path, value)])
        if made is not None:
            yield path, partial(_with, experiment=made)


def _with(trials: Trials, experiment: Experiment, first: int = 0) -> Sequence[Run]:
    """The runs of an experiment with the seeds of a trial, or with others."""
    seeds = seeds_after(trials.seeds[0] + first, len(trials.seeds))
    return trials.runs([experiment] * len(seeds), seeds, trials.epochs)


def _reordered(case: Case, trials: Trials) -> Sequence[Run]:
    """The same initial weights, with the order and the noise of other seeds."""
    ground, count = trials.ground, len(trials.seeds)
    kinds, none, rates = [Kind(ground.experiment, None, ground.dataset)], np.zeros(count, np.int64), np.zeros(count)
    rates += ground.experiment.training.learning_rate
    own, other = np.array(trials.seeds, np.uint64), np.array(seeds_after(trials.seeds[0] + 5 * FAR, count), np.uint64)
    starts = [each.parameters for each in trained(Asked(kinds, none, own, rates, None), 0, 0, None)]
    members = trained(Asked(kinds, none, other, rates, starts), trials.epochs, 0, None)
    return [
        replace(run, figures=figures_of(ground, member, member), ended=member.ended)
        for member, run in zip(members, trials.controls, strict=True)
    ]


# -- the report --------------------------------------------------------------------------------------------------------


def report(counts: Counts) -> str:
    """The figures beside what they shall be."""
    share = lambda part, of: f"{part / max(of, 1):.3f} ({part} of {of})"  # noqa: E731
    lines = [
        "| aim | bar | measured |", "|---|---|---|",
        f"| best verified cure cures (4 of 5) | ≥ .92 | {share(counts.cured, counts.harmed)} |",
        f"| the same within three times the epochs | ≥ .97 | {share(counts.cured_longer, counts.harmed)} |",
        f"| fair placebos called good | ≤ .001 | {share(len(counts.called_good), counts.placebos)} |",
        f"| truly useful cures not missed | ≥ .86 | {share(counts.found, counts.useful)} |",
        f"| five pairs, median | ≤ 15 ms | {told(counts.pairs, 0.5)} |",
        f"| the whole list, at 90 % | ≤ 400 ms | {told(counts.lists, 0.9)} |",
        "", "Not cured:", *(f"- {each}" for each in counts.not_cured),
        "", "Placebos called good:", *(f"- {each}" for each in counts.called_good),
        "", "| cause | cure | helped | about equal | no help |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for (rule, cure), each in counts.by_cure.items():
        lines.append(f"| {rule} | {cure} | {each['helped']} | {each['about_equal']} | {each['no_help']} |")
    return "\n".join(lines)


def of_doctor(count: int, seed: int) -> Iterator[Provoked]:
    """So many configurations of the doctor's corpus, healthy ones and each fault in turn."""
    rng, names = np.random.Generator(np.random.PCG64(seed)), [None, *FAULTS]
    for place in range(count):
        given, name = draw(rng, FAMILIES[int(rng.integers(len(FAMILIES)))]), names[place % len(names)]
        made = given if name is None else faulty(rng, given, name)
        if made is not None and not validate(made.experiment):
            rule = cast(RuleName | None, name)
            yield Provoked(made.name, rule, made.family, made.experiment, made.epochs)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.diagnosis_report.cures")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--corpus", choices=("doctor", "provoked"), default="doctor")
    parser.add_argument("--placebos", action="store_true", help="count these alone, which takes a tenth of the time")
    asked = parser.parse_args()
    corpus = of_doctor if asked.corpus == "doctor" else drawn
    print(report(measured(corpus(asked.count, asked.seed), asked.placebos)))


if __name__ == "__main__":
    main()
