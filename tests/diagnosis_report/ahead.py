"""How soon a cause is told where the planned run is made beforehand.

    python -m tests.diagnosis_report.ahead [--count N] [--seed N] [--family NAME]

Owns this figure. Processor time of the one thread that looks ahead, so that what else a machine does counts little;
data sets are there when Play is pressed, and what is known of them is not.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable

from msgspec.structs import replace

from playground.data import make_dataset
from playground.diagnosis.ahead import SECONDS, look_ahead
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.diagnosis_report.drawing import TUNING_SEED, accepted, corpus
from tests.diagnosis_report.healthy import FAMILIES, Configuration

WITHIN = 0.5
"""Seconds from Play to the cause."""


def computing(configuration: Configuration, start: Checkpoint) -> float:
    """Seconds that the plan takes without a look at it."""
    session = Session(replace(start))
    begun = time.thread_time()
    session.advance(epochs=configuration.epochs)
    return time.thread_time() - begun


def told_after(configuration: Configuration, start: Checkpoint) -> float | None:
    """Seconds until the right cause is shown; None where it never is."""
    seconds: list[float] = []
    begun = time.thread_time()

    def shown(findings: tuple[Finding, ...]) -> None:
        named = {each.rule for top in findings if top.is_alarm for each in (top, *top.consequences)}
        if named & accepted(configuration):
            seconds.append(time.thread_time() - begun)

    forecast = look_ahead(start, Plan(configuration.epochs, "asked"), seconds=None, shown=shown)
    assert forecast is not None
    shown(forecast.findings)
    return min(seconds, default=None)


def measured(harmed: Iterable[Configuration]) -> str:
    """The share of those whose plan is short enough to be made beforehand, and what was told too late or never."""
    short, late, in_time = 0, list[str](), 0
    for each in harmed:
        start = Checkpoint(each.experiment, dataset=make_dataset(each.experiment.data, each.experiment.seed))
        if computing(each, start) > SECONDS:
            continue
        short, after = short + 1, told_after(each, start)
        if after is not None and after <= WITHIN:
            in_time += 1
        else:
            late.append(f"- {each.family} {each.name} seed {each.experiment.seed}: {after}")
    head = f"within {WITHIN} s of Play: {in_time} of {short} ({in_time / max(short, 1):.3f})"
    return "\n".join((head, *late))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.diagnosis_report.ahead")
    parser.add_argument("--count", type=int, default=20, help="of harmed runs in each family")
    parser.add_argument("--seed", type=int, default=TUNING_SEED)
    parser.add_argument("--family", choices=FAMILIES)
    asked = parser.parse_args()
    drawn = [corpus(asked.seed, family, asked.count)[1] for family in FAMILIES if asked.family in (None, family)]
    print(measured(each.configuration for part in drawn for each in part))


if __name__ == "__main__":
    main()
