"""How long the kernels take to compile, and from the cache; and that no network, rule or loss ever compiles again.

Owns the processes of its own in which that happens, with a cache folder of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRECISIONS = ("float32", "float64")


def probe(precision: str, cache: str) -> dict[str, float]:
    """What `compiling_probe` finds in a process of its own."""
    environment = {**os.environ, "PLAYGROUND_KERNEL_CACHE": cache, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", f"{__package__}.compiling_probe", precision], cwd=ROOT, env=environment,
        capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(quick: bool) -> dict[str, float]:
    """Seconds for each precision; `compiled_later`: signatures that edits of an experiment have compiled."""
    found: dict[str, float] = {}
    for precision in PRECISIONS:
        with tempfile.TemporaryDirectory() as cache:
            cold = probe(precision, cache)
            warm = [probe(precision, cache) for _ in range(2 if quick else 5)]
        best = min(warm, key=lambda each: each["warm_s"])
        found |= {
            f"cold_{precision}_s": cold["warm_s"],
            f"cold_{precision}_cpu_s": cold["warm_cpu_s"],
            f"cached_{precision}_s": best["warm_s"],
            f"cached_{precision}_cpu_s": best["warm_cpu_s"],
            f"import_{precision}_s": best["import_s"],
            f"compiled_later_{precision}": max(each["compiled_later"] for each in (cold, *warm)),
            f"experiments_{precision}": cold["experiments"],
        }
    found["compiled_later"] = sum(found[f"compiled_later_{precision}"] for precision in PRECISIONS)
    return found
