"""The rate that is shown is the rate that the kernels take: every schedule, every step, both precisions."""

from __future__ import annotations

import pytest

from playground.edits.changes import with_changes
from playground.engine.state import RATE_TAKEN, RECORDED
from playground.experiment.experiment import Experiment
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
    share_in_force,
)
from playground.run.session import Session

RATE, SAMPLES, PER_EPOCH, LAST = 0.03, 23, 4, 12
CASES: tuple[Schedule, ...] = (
    ConstantSchedule(),
    StepSchedule(every=3, factor=0.3),
    ExponentialSchedule(factor=0.7),
    CosineSchedule(epochs=9, smallest=0.05),
    CosineSchedule(epochs=20),
    OneCycleSchedule(epochs=1),
    OneCycleSchedule(epochs=9),
    OneCycleSchedule(epochs=30),
    WarmUpSchedule(epochs=3),
    WarmUpSchedule(epochs=20),
    PlateauSchedule(factor=0.5, patience=1, min_delta=0.2),
)


def run_of(schedule: Schedule, precision: str, batch: int = 6) -> Session:
    """23 training samples: the last batch of an epoch is a smaller one."""
    return Session(
        with_changes(
            Experiment(), data__source__samples=2 * SAMPLES, training__batch_size=batch, training__schedule=schedule,
            training__learning_rate=RATE, training__precision=precision,
        )
    )  # fmt: skip


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("schedule", CASES, ids=str)
def test_before_each_step_the_rate_it_will_take_is_shown(schedule: Schedule, precision: str) -> None:
    session, taken = run_of(schedule, precision), []
    assert session.steps_per_epoch == PER_EPOCH
    for _ in range(PER_EPOCH * LAST):
        shown = session.snapshot().learning_rate
        assert session.advance(steps=1)
        taken.append(float(session.state.watch[RATE_TAKEN]))
        assert taken[-1] == pytest.approx(shown, rel=1e-10)
    assert (len(set(taken)) > 1) == (schedule != ConstantSchedule())


@pytest.mark.parametrize("batch", [1, 6, SAMPLES, 1000])
@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "reduce_on_plateau"])
def test_a_long_run_has_taken_at_each_epoch_what_the_formula_says(name: str, batch: int) -> None:
    """To the end of the ready-made schedules, and beyond."""
    schedule = SCHEDULES[name].schedule
    session = run_of(schedule, "float32", batch)
    session.advance(epochs=600)
    per_epoch, table = session.steps_per_epoch, session.recording.table[1 : session.recording.rows]
    assert len(table) == 600
    for row in table:
        epoch = int(row[RECORDED["epoch"]])
        expected = RATE * share_in_force(schedule, epoch - 1, per_epoch - 1, per_epoch, 1.0)
        assert row[RECORDED["step"]] == epoch * per_epoch
        assert row[RECORDED["learning_rate"]] == pytest.approx(expected, rel=1e-9, abs=1e-15)
