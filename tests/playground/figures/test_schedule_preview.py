"""The line of a schedule: the formulas of the contract, level where a schedule is over, nothing for plateaus."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.experiment.schedules import (
    SCHEDULES,
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmUpSchedule,
)
from playground.figures.schedule_preview import natural_end, preview, share_at
from tests.cases import cases


@cases(
    ("schedule", "epoch", "share"),
    [
        (ConstantSchedule(), 1e6, 1.0),
        (StepSchedule(every=10, factor=0.5), 9.99, 1.0),
        (StepSchedule(every=10, factor=0.5), 10, 0.5),
        (StepSchedule(every=10, factor=0.5), 35, 0.125),
        (ExponentialSchedule(factor=0.9), 3, 0.729),
        (ExponentialSchedule(factor=0.9), 3.99, 0.729),
        (CosineSchedule(epochs=100), 0, 1.0),
        (CosineSchedule(epochs=100), 50, 0.5),
        (CosineSchedule(epochs=100, smallest=0.2), 100, 0.2),
        (CosineSchedule(epochs=100, smallest=0.2), 1000, 0.2),
        (OneCycleSchedule(epochs=100), 0, 1 / 25),
        (OneCycleSchedule(epochs=100), 30, 1.0),
        (OneCycleSchedule(epochs=100), 100, 1 / 250_000),
        (OneCycleSchedule(epochs=100), 1000, 1 / 250_000),
        (WarmUpSchedule(epochs=10), 50, 1.0),
    ],
)
def test_a_share_is_what_the_formula_says(schedule: Schedule, epoch: float, share: float) -> None:
    found = share_at(schedule, np.array([float(epoch)]))
    assert found is not None
    assert math.isclose(found[0], share, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("schedule", "epoch", "share"),
    [(OneCycleSchedule(epochs=100), 15, (1 + 1 / 25) / 2), (WarmUpSchedule(epochs=10), 5, 0.5)],
)
def test_where_steps_count_the_line_is_a_step_ahead(schedule: Schedule, epoch: float, share: float) -> None:
    found = share_at(schedule, np.array([float(epoch)]))
    assert found is not None
    assert share < found[0] < share * (1 + 3e-4)


def test_the_same_line_is_made_once() -> None:
    """A run draws it again with every frame."""
    assert preview(CosineSchedule(epochs=50), 3.0) is preview(CosineSchedule(epochs=50), 4.0)


@cases("name", SCHEDULES)
@cases("now", [0.0, 3.0, 12_345.0, 1e9])
def test_a_preview_is_finite_and_holds_the_present(name: str, now: float) -> None:
    found = preview(SCHEDULES[name].schedule, now)
    if name == "reduce_on_plateau":
        assert found is None
        return
    assert found is not None
    assert found.end >= max(now, natural_end(SCHEDULES[name].schedule))
    assert found.epochs[-1] == found.end
    assert np.isfinite(found.shares).all()
    assert found.shares.min() >= 0.0
    assert found.shares.max() <= 1.0


@pytest.mark.parametrize("factor", [1.0, 0.999999, 1e-9])
def test_an_exponential_that_hardly_or_at_once_falls_has_an_end(factor: float) -> None:
    end = natural_end(ExponentialSchedule(factor=factor))
    assert 0.0 < end <= 1_000_000.0


def test_a_plateau_depends_on_the_run() -> None:
    assert share_at(PlateauSchedule(), np.zeros(3)) is None


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "reduce_on_plateau"])
def test_the_preview_agrees_with_the_rate_that_trains(name: str) -> None:
    from playground.edits.changes import with_changes
    from playground.experiment.experiment import Experiment
    from playground.run.session import Session

    experiment = with_changes(
        Experiment(), training__schedule=SCHEDULES[name].schedule, training__batch_size=100_000,
        data__source__samples=20, training__learning_rate=0.01,
    )  # fmt: skip
    session = Session(experiment)
    for _ in range(12):
        session.advance(epochs=1)
        shot = session.snapshot()
        found = share_at(SCHEDULES[name].schedule, np.array([float(shot.epoch)]))
        assert found is not None
        step = {"warm_up": 0.1, "one_cycle": 1e-3}.get(name, 1e-6)  # these count steps, the preview counts epochs
        assert abs(shot.learning_rate / 0.01 - found[0]) <= step + 1e-9
