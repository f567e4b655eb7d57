"""The report: draw, train, count, print. See the folder's docstring for its arguments."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import numpy as np

from tests.diagnosis_report.faults import FAULTS, GENERALIZATION, OPTIMIZATION, STATIC, faulty
from tests.diagnosis_report.healthy import FAMILIES, Configuration, Family, draw
from tests.diagnosis_report.trial import Outcome, tried

MISSED = 0.5
"""The recall below which a class is overlooked."""
TRIES = 20
TUNING_SEED = 20_261_129


def healthy_runs(rng: np.random.Generator, family: Family, count: int) -> Iterator[Outcome]:
    """Runs that were trained and found sound, by their scores alone."""
    for _ in range(count * TRIES):
        outcome = tried(draw(rng, family))
        if outcome is not None and outcome.is_sound:
            yield outcome
            count -= 1
            if not count:
                return


def faulty_runs(rng: np.random.Generator, sound: list[Configuration], count: int) -> Iterator[Outcome]:
    """Sound configurations with a fault, each kind in turn; only those that the fault harms."""
    names, made = list(FAULTS), 0
    for turn in range(count * TRIES):
        given = sound[int(rng.integers(len(sound)))]
        wanted = faulty(rng, given, names[turn % len(names)])
        outcome = None if wanted is None else tried(wanted)
        if outcome is not None and is_harmed(outcome):
            yield outcome
            made += 1
            if made == count:
                return


def is_harmed(outcome: Outcome) -> bool:
    """Whether the fault does harm, by scores alone."""
    if outcome.configuration.faults[0] == "imbalance":
        return outcome.lowest_recall is not None and outcome.lowest_recall < MISSED
    if outcome.configuration.faults[0] in GENERALIZATION:
        return outcome.is_worse
    return outcome.behind or outcome.configuration.faults[0] in STATIC


def accepted(configuration: Configuration) -> set[str]:
    """The names that are right."""
    return {*configuration.faults, *configuration.also}


def share(part: int, whole: int) -> str:
    """ "12 of 13 (.923)"."""
    return f"{part} of {whole} ({part / whole:.3f})" if whole else "–"


def report(healthy: list[Outcome], harmed: list[Outcome]) -> None:
    """Print the table and the configurations that were missed."""
    right = [each for each in harmed if each.last and each.last[0] in accepted(each.configuration)]
    told = [(name in accepted(each.configuration)) for each in harmed for name in each.last]
    false = sum(len(each.last) for each in healthy)
    early = [each for each in harmed if each.configuration.faults[0] in OPTIMIZATION]
    soon = [each for each in early if set(each.at(0.1)) & accepted(each.configuration)]
    print("right primary cause  ", share(len(right), len(harmed)))
    print("precision            ", share(sum(told), len(told) + false))
    print("healthy, at the end  ", share(sum(bool(each.last) for each in healthy), len(healthy)))
    print("healthy, ever        ", share(sum(bool(each.ever) for each in healthy), len(healthy)))
    print("optimization at 10 % ", share(len(soon), len(early)))
    print("shown again          ", share(sum(bool(each.flickers) for each in [*healthy, *harmed]),
                                         len(healthy) + len(harmed)))  # fmt: skip
    by_fault = Counter(each.configuration.faults[0] for each in harmed)
    good = Counter(each.configuration.faults[0] for each in right)
    for name in FAULTS:
        print(f"  {name:24s}{share(good[name], by_fault[name])}")
    for each in [*healthy, *harmed]:
        _tell(each)


def _tell(outcome: Outcome) -> None:
    fault = outcome.configuration.faults
    wanted = accepted(outcome.configuration)
    named = bool(outcome.last) and outcome.last[0] in wanted and set(outcome.last) <= wanted
    fine = named if fault else not outcome.ever
    if fine:
        return
    reference = "–" if outcome.reference is None else f"{outcome.reference:.3f}"
    held = "–" if outcome.held_out is None else f"{outcome.held_out:.3f}"
    ever = sorted(outcome.ever - set(outcome.last))
    given = outcome.configuration
    print(f"  {given.family} {given.name} seed {given.experiment.seed}: "
          f"{', '.join(outcome.last) or 'nothing'} (once: {', '.join(ever) or '–'}); "
          f"{outcome.score:.3f}, held out {held}, reference {reference}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.diagnosis_report")
    parser.add_argument("--count", type=int, default=20, help="of healthy and of harmed runs in each family")
    parser.add_argument("--seed", type=int, default=TUNING_SEED)
    parser.add_argument("--family", choices=FAMILIES)
    asked = parser.parse_args()
    healthy: list[Outcome] = []
    harmed: list[Outcome] = []
    for place, family in enumerate(FAMILIES):
        if asked.family in (None, family):
            rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([asked.seed, place])))
            sound = list(healthy_runs(rng, family, asked.count))
            harmed += faulty_runs(rng, [each.configuration for each in sound], asked.count)
            healthy += sound
    report(healthy, harmed)


main()
