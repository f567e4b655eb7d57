"""Compile or load the kernels in this process, then train one experiment of every kind and count what was compiled.

Run by `compiling`; prints one JSON object. `import_s`: kernels and Numba; `warm_s`: until the first call is done.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator

import numpy as np

from playground.data.task import allowed_losses
from playground.edits.changes import with_changes
from playground.engine import engine
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, RmsProp, Sgd
from playground.experiment.schedules import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    StepSchedule,
    WarmUpSchedule,
)
from playground.run.session import Session

ON_THE_PLANE = (Dropout(), GaussianNoise(), Scaling(), BatchNorm(), LayerNorm(), Residual(span=1))
ON_IMAGES = ((Conv2d(), MaxPool2d(), Flatten(), Dense()), (Conv2d(), AveragePool2d(), Flatten(), Dense()))
OPTIMIZERS = (Sgd(), Sgd(momentum=0.9, nesterov=True), RmsProp(), Adam(), AdaGrad(), AdamW(), Nadam(), Lion())
SCHEDULES = (
    StepSchedule(), ExponentialSchedule(), CosineSchedule(), OneCycleSchedule(), WarmUpSchedule(), PlateauSchedule()
)  # fmt: skip


def experiments(precision: str) -> Iterator[Experiment]:
    """One of every layer, activation, optimizer, loss and schedule."""
    usual = with_changes(Experiment(), training__precision=precision, data__source__samples=40)
    yield usual
    for layer in ON_THE_PLANE:
        yield with_changes(usual, network__layers=(Dense(4), layer, Dense(3)))
    for depth in (0, 1, 7):
        yield with_changes(usual, network__layers=(Dense(20),) * depth)
    for name in ACTIVATIONS:
        yield with_changes(usual, network__layers=(Dense(4, name),))
    images = with_changes(usual, data__source__name="bars")
    for layers in ON_IMAGES:
        yield with_changes(images, network__layers=layers)
    for optimizer in OPTIMIZERS:
        yield with_changes(usual, training__optimizer=optimizer)
    for schedule in SCHEDULES:
        yield with_changes(usual, training__schedule=schedule)
    for source in ("circles", "plane"):
        here = with_changes(usual, data__source__name=source)
        for loss, reason in allowed_losses(here.task).items():
            if reason is None:
                yield with_changes(here, training__loss=loss)
    for loss in ("binary_cross_entropy", "softmax_cross_entropy"):
        yield with_changes(usual, training__loss=loss, training__numerics="naive")


def signatures() -> int:
    """How many signatures of the entries have been compiled or loaded."""
    from kernels.compiling.jit import ENTRIES

    return sum(len(entry.signatures) for entry in ENTRIES)


def main(precision: str) -> None:
    started = time.perf_counter()
    engine.cache_folder()
    importlib.import_module("kernels.warming")
    imported, used = time.perf_counter(), time.process_time()
    engine.warm(precision)
    warmed, spent = time.perf_counter(), time.process_time() - used
    before, trained = signatures(), 0
    for experiment in experiments(precision):
        session = Session(experiment)
        session.advance(epochs=1)
        session.snapshot()
        session.losses(np.zeros((2, session.layout.size)))
        trained += 1
    print(json.dumps({
        "import_s": imported - started, "warm_s": warmed - imported, "warm_cpu_s": spent,
        "compiled_later": signatures() - before, "experiments": trained,
    }))  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
