"""`python -m tests.benchmarks`: our speed beside the peers that are installed, and the program's own frames and starts.

Owns the command line and the choice of rows. Nothing asserts a time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import cost, maps, operations, own, table, training
from .rounds import Row
from .workloads import WORKLOADS

NAMES = (*WORKLOADS, "maps", "many", "cost", "recording", "past", "compile", "startup", "frames", "drag")
RARE = {"rounds": 5, "seconds": 0.1}
"""Of a quick run."""


@dataclass
class Report:
    """Everything that was found."""

    rows: list[Row] = field(default_factory=list)
    curves: list[cost.Curve] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def as_json(self, machine: dict[str, object]) -> dict[str, Any]:
        return {
            "machine": machine,
            "counted": operations.COUNTED,
            "rows": [row.as_json() for row in self.rows],
            "curves": [curve.as_json() for curve in self.curves],
            "cliffs": [cliff.as_json() for cliff in cost.cliffs(self.curves)],
            "failures": self.failures,
        }

    def as_text(self, machine: dict[str, object]) -> str:
        rows, told = self.rows, [table.machine_line(machine)]
        told += [table.table(rows), table.cpu_lines(rows), table.loss_lines(rows)] if rows else []
        told += [operations.COUNTED] if any(row.gflops for row in rows) else []
        told += [table.curve_tables(self.curves), table.cliff_lines(cost.cliffs(self.curves))]
        told += ["\n".join(f"{name} failed: {reason}" for name, reason in self.failures.items())]
        return "\n\n".join(part for part in told if part)


def measure(name: str, quick: bool, report: Report) -> None:
    """Add what one name of the command line stands for."""
    rare = RARE if quick else {}
    if name in WORKLOADS:
        report.rows.append(training.measure(name, **rare))
    elif name == "maps":
        report.rows.append(maps.measure(**rare))
    elif name == "cost":
        report.curves += cost.measure(quick)
    else:
        report.rows += own.measure(name, quick)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition(":")[2].strip())
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the tables")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=f"some of: {', '.join(NAMES)}")
    parser.add_argument("--curves", metavar="FILE.png", help="draw the cost against width, depth and batch")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    names = [name for name in NAMES if name in (chosen.only or NAMES) or (name == "cost" and chosen.curves)]
    report = Report()
    report.failures = collect(names, lambda name: measure(name, chosen.quick, report))
    if chosen.curves and report.curves:
        report.failures |= collect(["curves"], lambda _: draw(report.curves, chosen.curves))
    machine = table.machine()
    if chosen.json:
        print(json.dumps(report.as_json(machine)))
    else:
        print(report.as_text(machine))
    sys.stdout.flush()
    return 1 if report.failures else 0


def draw(curves: list[cost.Curve], path: str) -> None:
    """The picture; what draws is loaded only when a picture is wanted."""
    from . import curves as picture

    picture.draw(curves, path)


def collect(names: list[str], work: Callable[[str], object]) -> dict[str, str]:
    """Do the work of every name; those that failed, with the reason. One failure does not stop the others."""
    failures: dict[str, str] = {}
    for place, name in enumerate(names):
        if sys.stderr.isatty():
            print(f"\r\033[K{name} ({place + 1} of {len(names)})", end="", file=sys.stderr, flush=True)
        try:
            work(name)
        except Exception as error:
            failures[name] = f"{type(error).__name__}: {error}"
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return failures


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
