"""The report: draw, train, count, print. See the folder's docstring for its arguments."""

from __future__ import annotations

import argparse
from collections import Counter

from tests.diagnosis_report.drawing import TUNING_SEED, Twice, accepted, corpus
from tests.diagnosis_report.faults import FAULTS, OPTIMIZATION
from tests.diagnosis_report.healthy import FAMILIES
from tests.diagnosis_report.trial import Outcome


def share(part: int, whole: int) -> str:
    """ "12 of 13 (.923)"."""
    return f"{part} of {whole} ({part / whole:.3f})" if whole else "–"


def report(healthy: list[Outcome], harmed: list[Outcome], twice: list[Twice]) -> None:
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
    print("two faults, at once  ", share(sum(each.at_once for each in twice), len(twice)))
    print("two faults, in rounds", share(sum(each.over_rounds for each in twice), len(twice)))
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
    drawn = [corpus(asked.seed, family, asked.count) for family in FAMILIES if asked.family in (None, family)]
    healthy, harmed, twice = ([each for part in parts for each in part] for parts in zip(*drawn, strict=True))
    report(healthy, harmed, twice)


if __name__ == "__main__":
    main()
