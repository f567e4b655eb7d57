"""What it takes to try cures, measured: five pairs, and the whole list of candidates.

    python -m tests.diagnosis_report.times [--given FILE] [--count N] [--seed N] [--threads N]

Owns these figures. Configurations are those of `provoked`, or of a file: a list of objects with the `experiment`, its
`epochs`, its `name`, its `family`, and the `label` of its fault (as `LABELS` has them; others are left out). Each list
is tried by one thread, of which the processor's seconds are counted, for other work on the machine is none of them, and
by several, of which those of all of them are, and the clock's, which mean something only on a machine that is idle.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import playground as pg
from playground.diagnosis.cures.verifying import CureResult, try_cures
from playground.diagnosis.signals.finding import RuleName
from playground.engine.engine import warm
from playground.population.room import Room
from tests.diagnosis_report.cures import Case, Counts, timed, was_searched
from tests.diagnosis_report.provoked import Provoked, drawn
from tests.diagnosis_report.stopwatch import told

LABELS: dict[str, RuleName] = {
    "lr_low": "learning_rate_low", "lr_high": "learning_rate_high", "vanish": "vanishing", "explode": "exploding",
    "capacity_units": "too_few_units", "capacity_linear": "no_hidden_nonlinearity", "unscaled": "unscaled_inputs",
    "over_reg": "over_regularized", "overfit": "overfitting", "label_noise": "label_noise", "dead": "dead_units",
    "saturated": "saturated", "symmetric": "symmetric", "few_data": "too_little_data", "imbalance": "imbalance",
    "missing_feature": "missing_feature", "stuck": "bad_draw", "numerics": "numerics", "batch_large": "batch_large",
}  # fmt: skip


def given(path: Path) -> Iterator[Provoked]:
    """The faulty configurations of a file."""
    for each in json.loads(path.read_text("utf-8")):
        rule = LABELS.get(each["label"])
        if rule is not None:
            experiment = pg.from_json(json.dumps(each["experiment"]))
            yield Provoked(each["name"], rule, each["family"], experiment, each["epochs"])


@dataclass(frozen=True)
class ByThreads:
    """Seconds of all threads' processors, and by the clock."""

    processors: float
    clock: float


@dataclass
class Clocked:
    """pairs: single cures, each with its own runs without; lists: all candidates."""

    pairs: list[ByThreads] = field(default_factory=list)
    lists: list[ByThreads] = field(default_factory=list)


def clocked(case: Case, results: Iterable[CureResult], room: Room, clock: Clocked) -> None:
    """Try them all, and each one of five pairs alone."""
    clock.lists.append(_seconds(case, None, room))
    for result in results:
        if len(result.pairs) == 5 and not was_searched(result):
            clock.pairs.append(_seconds(case, result, room))


def _seconds(case: Case, alone: CureResult | None, room: Room) -> ByThreads:
    """Of the whole process, in which nothing else works."""
    cures = None if alone is None else [alone.cure]
    spent, began = time.process_time(), time.perf_counter()
    assert list(try_cures(case.start, case.finding, case.plan, cures, room=room))
    return ByThreads(time.process_time() - spent, time.perf_counter() - began)


def report(counts: Counts, clock: Clocked, threads: int) -> str:
    """A row for each, and what else the machine was doing."""
    lines = [f"{len(counts.lists)} lists, {len(counts.pairs)} times five pairs (or two that decide); one thread:"]
    for name, spent in (("five pairs", counts.pairs), ("whole list", counts.lists)):
        lines += [f"- {name}, {word}: {told(spent, share)}" for word, share in (("median", 0.5), ("at 90 %", 0.9))]
    lines.append(f"{threads} threads, all of them, and by the clock:")
    for name, taken in (("five pairs", clock.pairs), ("whole list", clock.lists)):
        median, nine = ([_quantile(taken, each, share) for each in ("processors", "clock")] for share in (0.5, 0.9))
        lines.append(f"- {name} ({len(taken)}): {' and '.join(median)} in the median, {' and '.join(nine)} at 90 %")
    load = f"; {os.getloadavg()[0]:.1f} at work" if hasattr(os, "getloadavg") else ""
    return "\n".join([*lines, f"{os.cpu_count()} cores{load}"])


def _quantile(taken: list[ByThreads], name: str, share: float) -> str:
    return f"{1000.0 * float(np.quantile([getattr(each, name) for each in taken], share)):.0f} ms" if taken else "–"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.diagnosis_report.times")
    parser.add_argument("--given", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=550013)
    parser.add_argument("--threads", type=int)
    asked = parser.parse_args()
    some = drawn(asked.count, asked.seed) if asked.given is None else given(asked.given)
    counts, clock, room = Counts(), Clocked(), Room(asked.threads)
    warm()
    for each in some:
        if each.rule is not None:
            case = Case(each, each.rule)
            clocked(case, timed(case, counts), room, clock)
    print(report(counts, clock, room.threads))


if __name__ == "__main__":
    main()
