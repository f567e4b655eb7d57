"""`python -m tests.benchmarks`: our speed beside the peers that are installed, and the program's own frames and starts.

Owns the command line and the choice of rows. Nothing asserts a time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable

from . import frames, maps, startup, table, training
from .rounds import Row
from .workloads import WORKLOADS

FRAMES = {
    "frame_median_ms": ("a frame, 1440×900, median", "ms", "≤ 8 ms"),
    "frame_p95_ms": ("a frame, 95th percentile", "ms", ""),
    "speed_kept": ("training speed kept while watched", "%", "≥ 90 % (two free cores)"),
}
STARTUP = {
    "warm_window_s": ("start to first window", "s", "≤ 1.0 s"),
    "warm_training_after_window_s": ("first window to training", "s", "≤ 0.3 s"),
    "first_window_s": ("first launch ever: window", "s", "≤ 1.5 s"),
    "first_training_s": ("first launch ever: training", "s", "≤ 10 s"),
    "first_longest_stall_ms": ("first launch ever: longest stall", "ms", "≤ 100 ms"),
    "memory_mb": ("memory after the first epochs", "MB", "≤ 350 MB after an hour"),
}


def rows_of(name: str, quick: bool) -> list[Row]:
    """The rows of one name of the command line."""
    if name in WORKLOADS:
        return [training.measure(name, **({"rounds": 5, "seconds": 0.1} if quick else {}))]
    if name == "maps":
        return [maps.measure(**({"rounds": 5, "seconds": 0.05} if quick else {}))]
    found, known = (frames.measure(quick), FRAMES) if name == "frames" else (startup.measure(quick), STARTUP)
    return list(own_rows(name, found, known))


def own_rows(name: str, found: dict[str, float], known: dict[str, tuple[str, str, str]]) -> Iterable[Row]:
    """Figures without peers."""
    for key, (note, unit, aim) in known.items():
        value = found.get(key)
        yield Row(name, note, unit, value * 100 if unit == "%" and value is not None else value, aim)


NAMES = (*WORKLOADS, "maps", "startup", "frames")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition(":")[2].strip())
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=f"some of: {', '.join(NAMES)}")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    names = [name for name in NAMES if name in (chosen.only or NAMES)]
    rows, failures = collect(names, lambda name: rows_of(name, chosen.quick))
    found = table.machine()
    if chosen.json:
        print(json.dumps({"machine": found, "rows": [row.as_json() for row in rows], "failures": failures}))
    else:
        told = [table.machine_line(found), table.table(rows), table.loss_lines(rows)]
        told += ["\n".join(f"{name} failed: {reason}" for name, reason in failures.items())]
        print("\n\n".join(part for part in told if part))
    sys.stdout.flush()
    return 1 if failures else 0


def collect(names: list[str], measure: Callable[[str], list[Row]]) -> tuple[list[Row], dict[str, str]]:
    """All rows, and the names that could not be measured with the reason; one failure does not stop the others."""
    rows: list[Row] = []
    failures: dict[str, str] = {}
    for place, name in enumerate(names):
        if sys.stderr.isatty():
            print(f"\r\033[K{name} ({place + 1} of {len(names)})", end="", file=sys.stderr, flush=True)
        try:
            rows += measure(name)
        except Exception as error:
            failures[name] = f"{type(error).__name__}: {error}"
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    return rows, failures


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
