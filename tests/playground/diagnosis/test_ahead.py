"""The look ahead: the same run as the visible one, told beforehand, within its limits."""

from __future__ import annotations

import threading
from functools import cache
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import Dataset
from playground.diagnosis import ahead
from playground.diagnosis.ahead import Forecast, foreseen, look_ahead
from playground.diagnosis.asking import findings
from playground.diagnosis.judging import judge
from playground.diagnosis.signals import facts
from playground.diagnosis.signals.finding import Finding, primary
from playground.diagnosis.signals.look import DEMAND, Look
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.optimizers import Sgd
from playground.experiment.schedules import Stop
from playground.reference.references import References, references_of
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import HISTORY_COLUMNS
from tests.playground.diagnosis.situations import deep, situation

DIES = situation(60, training__learning_rate=10.0).experiment
LIVES = situation(60).experiment
"""For what is no matter of findings: nothing has to be tried of it."""


@cache
def whole(experiment: Experiment) -> Forecast:
    """All that comes of it, looked at once for all tests."""
    forecast = look_ahead(Checkpoint(experiment), seconds=None)
    assert forecast is not None
    return forecast


def test_it_is_the_run_that_comes() -> None:
    forecast, session = whole(DIES), Session(DIES)
    session.advance(epochs=forecast.reached)
    assert np.array_equal(forecast.last.parameters, session.state.parameters)
    assert np.array_equal(forecast.last.history, session.snapshot(DEMAND).history, equal_nan=True)
    assert forecast.complete


def test_what_it_says_comes_true_at_the_step_it_says() -> None:
    cause = primary(whole(DIES).findings)
    assert cause is not None
    assert cause.forecast
    session = Session(DIES)
    session.advance(epochs=cause.epoch)
    assert session.state.step == cause.step
    seen = primary(findings(session, whole(DIES).plan.epochs))
    assert seen is not None
    assert (seen.rule, seen.step, seen.forecast) == (cause.rule, cause.step, False)


def test_what_follows_from_a_forecast_is_one_too() -> None:
    under = Finding("oscillation", "warning", (), 9, 1)
    cause = Finding("learning_rate_high", "critical", (), 5, 1, consequences=(under, replace(under, step=2)))
    made = foreseen(cause, 3)
    assert [made.forecast, *(each.forecast for each in made.consequences)] == [True, True, False]


def test_what_is_so_already_is_no_forecast() -> None:
    forecast = look_ahead(Checkpoint(with_changes(DIES, training__initializer="zeros")), seconds=None)
    assert forecast is not None
    cause = primary(forecast.findings)
    assert cause is not None
    assert (cause.rule, cause.forecast, cause.step) == ("symmetric", False, 0)


def test_the_run_that_is_looked_ahead_of_is_left_as_it_was() -> None:
    session = Session(LIVES)
    session.advance(epochs=3)
    before, log = session.digest(), session.log
    assert look_ahead(session.checkpoint(), seconds=None) is not None
    assert session.digest() == before
    assert session.log.entries == log.entries


def test_of_a_trained_run_it_looks_on_from_there() -> None:
    session = Session(LIVES)
    session.advance(epochs=20)
    forecast = look_ahead(session.checkpoint(), seconds=None)
    assert forecast is not None
    assert forecast.reached == whole(LIVES).reached == 60
    assert np.array_equal(forecast.last.parameters, whole(LIVES).last.parameters)


def test_a_run_beyond_its_plan_is_looked_at_for_as_many_epochs_more() -> None:
    session = Session(with_changes(LIVES, training__stop=Stop()))
    session.advance(epochs=80)
    forecast = look_ahead(session.checkpoint(), Plan(60, "asked"), seconds=None)
    assert forecast is not None
    assert forecast.reached == 140


def test_without_time_it_says_how_far_it_came() -> None:
    forecast = look_ahead(Checkpoint(DIES), seconds=0.0)
    assert forecast is not None
    assert forecast.reached < 60
    assert not forecast.complete


def test_what_else_the_machine_does_takes_no_time_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock on the wall goes on while others compute; this thread's own does not."""
    wall = count(step=9.0)
    monkeypatch.setattr(ahead, "time", SimpleNamespace(perf_counter=lambda: next(wall), thread_time=lambda: 0.0))
    forecast = look_ahead(Checkpoint(LIVES))
    assert forecast is not None
    assert forecast.complete


def test_what_is_made_once_of_the_data_takes_no_time_from_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simple models of thousands of samples take longer than the look ahead may."""
    now = [0.0]

    def slow(dataset: Dataset) -> References | None:
        now[0] += 9.0
        return references_of(dataset)

    monkeypatch.setattr(ahead, "time", SimpleNamespace(thread_time=lambda: now[0]))
    monkeypatch.setattr(facts, "kept_references", slow)
    forecast = look_ahead(Checkpoint(with_changes(Experiment(), seed=77)), Plan(3, "asked"))
    assert now == [9.0]
    assert forecast is not None
    assert forecast.reached == 3


def test_a_limit_of_seconds_is_no_part_of_it() -> None:
    limited = with_changes(LIVES, training__stop=Stop(epochs=60, seconds=1e-6))
    forecast = look_ahead(Checkpoint(limited), seconds=None)
    assert forecast is not None
    assert np.array_equal(forecast.last.parameters, whole(LIVES).last.parameters)


def test_a_cancelled_one_says_nothing() -> None:
    cancel = threading.Event()
    cancel.set()
    assert look_ahead(Checkpoint(DIES), cancel=cancel) is None


def test_each_look_is_told() -> None:
    told: list[int] = []
    look_ahead(Checkpoint(LIVES), seconds=None, shown=lambda found: told.append(len(found)))
    assert len(told) >= 25


@pytest.mark.parametrize(
    ("asked", "ends", "plan"),
    [(50, None, Plan(50, "asked")), (50, 70, Plan(50, "asked")), (None, 70, Plan(70, "stop")),
     (None, None, Plan(300, "usual"))],
)  # fmt: skip
def test_the_plan_is_what_was_asked_for_or_the_runs_own_end_or_300_epochs(
    asked: int | None, ends: int | None, plan: Plan
) -> None:
    assert plan_of(with_changes(Experiment(), training__stop=Stop(epochs=ends)), asked) == plan


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_units_with_which_a_run_has_learned_are_not_blamed_for_a_rate_that_ruins_it(seed: int) -> None:
    """Half of a layer is dead from the start with seed 0, and does no harm until the rate is raised."""
    layers = Dense(4, "relu"), Dense(2, "relu")
    session = Session(with_changes(Experiment(seed=seed), network__layers=layers, training__learning_rate=0.5))
    session.advance(epochs=120)
    session.apply(with_changes(session.experiment, training__learning_rate=5.0))
    told = []
    for _ in range(4):
        session.advance(epochs=10)
        told += [each for each in judge(Look(session.snapshot(DEMAND))) if each.is_alarm]
    assert "learning_rate_high" in {each.rule for each in told}
    assert "dead_units" not in {each.rule for each in told}


def test_an_edit_starts_the_evidence_anew() -> None:
    session = Session(situation(training__learning_rate=10.0).experiment)
    session.advance(epochs=20)
    session.apply(with_changes(session.experiment, training__learning_rate=0.01))
    session.advance(epochs=10)
    look = Look(session.snapshot(DEMAND))
    assert (look.begun, look.edited) == (None, (200, 20)), "another rate leaves no other start behind"
    assert look.rows("epoch")[0] >= 20
    assert look.largest_ratio() < 0.5


def test_what_steps_have_done_is_not_put_down_to_the_start_after_an_edit_of_the_rate() -> None:
    """A loss that long steps have blown up, and units that they have killed."""
    session = Session(situation(network=deep(3, 16, "leaky_relu"), training__learning_rate=0.5).experiment)
    other = Session(situation(network=deep(2, 16, "relu"), training__learning_rate=3.0,
                              training__optimizer=Sgd()).experiment)  # fmt: skip
    for each in (session, other):
        each.advance(epochs=20)
        each.apply(with_changes(each.experiment, training__learning_rate=0.001))
        each.advance(epochs=1)
    assert "exploding" not in [each.rule for each in findings(session)]
    (dead,) = [each for each in findings(other) if each.rule == "dead_units"]
    share = dead.figure("at_start")
    assert dead.detail == "died"
    assert share is not None
    assert share < 0.5


def test_another_network_has_a_start_of_its_own() -> None:
    session = Session(situation(training__learning_rate=0.01).experiment)
    session.advance(epochs=20)
    session.apply(with_changes(session.experiment, network=deep(2, 16, "tanh")))
    session.advance(epochs=1)
    look = Look(session.snapshot(DEMAND))
    assert look.first_loss == look.rows("train_loss")[0]
    assert look.first_loss != look.snapshot.history[0, HISTORY_COLUMNS.index("train_loss")]


def test_the_start_of_another_network_is_the_edit_that_made_it() -> None:
    session = Session(situation(network=deep(4, 8, "sigmoid")).experiment)
    session.apply(with_changes(session.experiment, training__batch_size=20))
    assert (Look(session.snapshot(DEMAND)).begun, Look(session.snapshot(DEMAND)).edited) == (None, None)
    session.advance(epochs=8)
    session.apply(with_changes(session.experiment, network=deep(6, 8, "sigmoid")))
    session.advance(epochs=4)
    (faded,) = [each for each in findings(session) if each.rule == "vanishing"]
    assert faded.begun == faded.edited == (look_step(session, 8), 8)


def look_step(session: Session, epoch: int) -> int:
    """The step at which that epoch was recorded."""
    return int(session.history["step"][list(session.history["epoch"]).index(epoch)])
