"""What the doctor's static facts cost after an edit, in processor time: `python -m tests.costs.static_facts`.

Each data set is new to the process, as after an edit: nothing of it is known. Printed is the median and the largest of
several seeds, in milliseconds of this thread.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np

import playground as pg
from playground.diagnosis.judging import judge
from playground.diagnosis.signals.look import DEMAND, Look
from playground.run.checkpoint import Checkpoint
from tests.own_points import about

SEEDS = range(7)


def table(seed: int, columns: int, samples: int, classes: int) -> Checkpoint:
    """Own points with so many columns, of which two tell the class, or the target."""
    generator = np.random.Generator(np.random.PCG64(seed))
    features = generator.normal(size=(samples, columns))
    told = features[:, 0] + np.sin(2.0 * features[:, 1])
    labels = np.digitize(told, np.quantile(told, np.arange(1, classes) / classes)).astype(float) if classes else told
    own = pg.OwnPoints(features, labels)
    return Checkpoint(about(own, classes=classes), points=own)


def generated(name: str, seed: int, samples: int | None = None, **changes: object) -> Checkpoint:
    more = {} if samples is None else {"data__source__samples": samples}
    return Checkpoint(pg.with_changes(pg.on_dataset(pg.Experiment(), name), seed=seed, **more, **changes))


CASES = {
    "spirals, 500": lambda seed: generated("spirals", seed),
    "spirals, 1 000": lambda seed: generated("spirals", seed, 1000),
    "spirals, 2 000": lambda seed: generated("spirals", seed, 2000),
    "spirals, 2 000, x² y² too": lambda seed: generated(
        "spirals", seed, 2000, data__features=("x", "y", "x_squared", "y_squared")),
    "spirals, 2 000, x alone": lambda seed: generated("spirals", seed, 2000, data__features=("x",)),
    "8 classes, 2 000": lambda seed: generated("blobs", seed, 2000),
    "regression, 2 000": lambda seed: generated("multi_gaussian", seed, 2000),
    "flawed, 2 000": lambda seed: generated(
        "moons", seed, 2000, data__imperfections=pg.Imperfections(
            label_noise=0.1, outliers=0.03, missing=0.1, imputer="mean", irrelevant_features=4, leaked_target=True,
        )),
    "digits": lambda seed: generated("digits", seed),
    "digits, 2 000": lambda seed: generated("digits", seed, 2000),
    "64 columns, 2 000": lambda seed: table(seed, 64, 2000, 2),
    "64 columns, 2 000, 10 classes": lambda seed: table(seed, 64, 2000, 10),
    "64 columns, 2 000, regression": lambda seed: table(seed, 64, 2000, 0),
    "64 columns, 200 000": lambda seed: table(seed, 64, 200_000, 2),
}  # fmt: skip


def cost(start: Checkpoint) -> float:
    """Milliseconds of this thread for all that is said before the first step."""
    snapshot = pg.Session(start).snapshot(DEMAND)
    begun = time.thread_time()
    judge(Look(snapshot))
    return 1000.0 * (time.thread_time() - begun)


def main() -> None:
    cost(CASES["spirals, 500"](99))
    for name, make in CASES.items():
        if len(sys.argv) > 1 and sys.argv[1] not in name:
            continue
        found = [cost(make(seed)) for seed in (SEEDS if "200" not in name.replace("2 000", "") else range(2))]
        print(f"{name:32} {statistics.median(found):6.1f}  {max(found):6.1f}", flush=True)


if __name__ == "__main__":
    main()
