"""`python -m tests.costs.large_tables`: frames and memory of the window while a table of 200,000 rows trains.

Each table has a process of its own, whose largest resident set is told. Nothing asserts a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (2, 8, 64)
ROWS, SECONDS = 200_000, 5.0
PER_MB = 1024.0
"""Linux tells kilobytes."""


def probe(columns: int, rows: int = ROWS, seconds: float = SECONDS) -> dict[str, float]:
    """What `measure` finds in a process of its own."""
    asked = [str(each) for each in (columns, rows, seconds)]
    done = subprocess.run(
        [sys.executable, "-m", f"{__package__}.large_tables", *asked], cwd=ROOT, capture_output=True, text=True,
        timeout=300, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(columns: int, rows: int, seconds: float) -> dict[str, float]:
    """Frames a second of a window at 1440×900 whose timer draws sixty, what one takes, and the memory."""
    import resource  # Windows has none

    from playground.data import OwnPoints
    from playground.edits.on_dataset import on_points
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint
    from tests.benchmarks.frames import frame_cost, opened

    rng = np.random.Generator(np.random.PCG64(0))
    features = rng.normal(size=(rows, columns))
    own = OwnPoints(features, (features[:, 0] * features[:, 1] > 0).astype(np.float64))
    del features
    with opened(Checkpoint(on_points(Experiment(), own.source(2)), points=own)) as (app, workbench, _):
        app.processEvents()
        costs = [frame_cost(workbench, app) for _ in range(5)]
        frames = _frames(workbench, app, seconds)
    return {
        "frames_per_s": frames,
        "frame_ms": 1000 * sorted(wall for wall, _ in costs)[2],
        "frame_cpu_ms": 1000 * sorted(cpu for _, cpu in costs)[2],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PER_MB,
    }


def _frames(workbench: Any, app: Any, seconds: float) -> float:
    """Turns of the window's loop a second, as its frame timer counts them, while it trains at full speed."""
    live, drawn = workbench.run, [0]
    live._frames.timeout.connect(lambda: drawn.__setitem__(0, drawn[0] + 1))
    live._runner.play()
    live._frames.start()
    started = time.perf_counter()
    while time.perf_counter() < started + seconds:
        app.processEvents()
        time.sleep(0.001)
    passed = time.perf_counter() - started
    live._frames.stop()
    live._runner.pause()
    return drawn[0] / passed


def main(arguments: list[str]) -> int:
    if arguments:
        columns, rows, seconds = arguments
        print(json.dumps(measure(int(columns), int(rows), float(seconds))))
        return 0
    for columns in COLUMNS:
        found = probe(columns)
        print(f"{ROWS:,} rows x {columns}: " + ", ".join(f"{name} {value:.1f}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
