"""Start-up: from the start of the process to the first window and the first epoch, warm and at the first launch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

PROBE = Path(__file__).with_name("startup_probe.py")
ROOT = Path(__file__).resolve().parents[2]


def launch(cache: str | None = None) -> dict[str, float]:
    """One launch; with `cache` an empty folder it is the first launch ever."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as settings:
        environment["XDG_CONFIG_HOME"] = environment["XDG_STATE_HOME"] = settings
        if cache is not None:
            environment["PLAYGROUND_KERNEL_CACHE"] = cache
        environment["PLAYGROUND_STARTED"] = repr(time.time())
        done = subprocess.run(
            [sys.executable, str(PROBE)], env=environment, capture_output=True, text=True, timeout=180, check=True
        )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(quick: bool) -> dict[str, float]:
    """Medians of warm launches, and one launch with an empty kernel cache."""
    launch()
    warm = [launch() for _ in range(3 if quick else 7)]
    with tempfile.TemporaryDirectory() as cache:
        cold = launch(cache)
    return {
        "warm_window_s": median(each["window_s"] for each in warm),
        "warm_training_after_window_s": median(each["training_s"] - each["window_s"] for each in warm),
        "first_window_s": cold["window_s"],
        "first_training_s": cold["training_s"],
        "first_longest_stall_ms": cold["longest_stall_ms"],
        "memory_mb": warm[-1]["memory_mb"],
    }
