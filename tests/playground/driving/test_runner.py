"""The training thread: it answers at once, keeps its pace, and never changes the result."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from playground.driving.pace import Pace, Rate
from playground.driving.runner import Runner
from playground.edits.changes import with_changes
from playground.errors import EngineUnavailable
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import Stop
from playground.run.actions import Advance
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot


@pytest.fixture(autouse=True)
def patient_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take its time; a thread that never ends still fails."""
    monkeypatch.setattr("playground.driving.runner.CLOSE_SECONDS", 60.0)


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(lambda: Session(Experiment()))
    yield made
    assert made.close()


def wait_for(condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.002)


def test_play_publishes_and_pause_stops(runner: Runner) -> None:
    runner.play()
    wait_for(lambda: (shot := runner.take()) is not None and shot.epoch > 20)
    runner.pause()
    first = runner.ask(lambda session: session.state.step).result()
    time.sleep(0.05)
    assert runner.ask(lambda session: session.state.step).result() == first
    assert runner.take_settled().step == first


def test_the_box_holds_one_snapshot_the_newest(runner: Runner) -> None:
    runner.take_settled()
    for _ in range(50):
        runner.ask(lambda session: session.advance(steps=1))
    assert runner.take_settled().step == 50
    assert runner.take() is None


def test_a_settled_snapshot_can_be_asked_for_again(runner: Runner) -> None:
    runner.submit(Advance(3)).result()
    assert [runner.take_settled().step for _ in range(3)] == [3, 3, 3]


def test_pauses_frames_and_speed_do_not_change_the_result(runner: Runner) -> None:
    runner.set_demand(Demand(True, True, True))
    for speed in (None, 3000.0, None):
        runner.set_speed(speed)
        runner.play()
        time.sleep(0.05)
        runner.take()
        runner.pause()
    digest, step = runner.ask(lambda session: (session.digest(), session.state.step)).result()
    reference = Session(Experiment())
    reference.advance(steps=step)
    assert reference.digest() == digest


def test_an_error_in_a_wish_reaches_who_asked_and_the_thread_lives_on(runner: Runner) -> None:
    future = runner.ask(lambda session: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        future.result()
    assert runner.ask(lambda session: 7).result() == 7


def test_everything_happens_on_the_training_thread(runner: Runner) -> None:
    assert runner.ask(lambda session: threading.current_thread().name).result() == "training"


def test_closing_while_playing_ends_the_thread() -> None:
    made = Runner(lambda: Session(Experiment()))
    made.play()
    assert made.close()
    assert not made.alive


def test_a_diverged_run_stops_playing() -> None:
    from playground.edits.changes import with_changes

    explosive = with_changes(
        Experiment(),
        data__source__name="plane",
        data__features=("x", "x_squared"),
        network__layers=(),
        training__learning_rate=100.0,
    )
    made = Runner(lambda: Session(explosive))
    made.play()
    wait_for(lambda: not made.playing)
    assert made.take_settled().divergence is not None
    assert made.close()


def test_a_session_that_cannot_be_made_is_told_and_nobody_waits_for_ever() -> None:
    def fail() -> Session:
        raise MemoryError("too large")

    made = Runner(fail)
    wait_for(lambda: made.failure is not None)
    with pytest.raises(EngineUnavailable, match="too large"):
        made.take_settled()
    with pytest.raises(EngineUnavailable):
        made.ask(Session.checkpoint).result()
    assert made.close()


def test_after_a_failure_the_run_can_still_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Runner(lambda: Session(Experiment()))
    made.submit(Advance(7)).result()

    def broken(session: Session, **amount: int) -> bool:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Session, "advance", broken)
    made.play()
    wait_for(lambda: made.failure is not None)
    assert not made.playing
    assert made.ask(Session.checkpoint).result().state.step == 7
    assert made.close()


def test_pace_earns_steps_with_time() -> None:
    pace = Pace()
    pace.restart(10.0)
    made = sum(pace.steps_due(now / 100) for now in range(201))
    assert made == pytest.approx(21, abs=1)


def test_pace_does_not_catch_up_after_a_long_gap() -> None:
    pace = Pace()
    pace.restart(100.0)
    pace.measured(1000, 0.001)
    pace.steps_due(0.0)
    assert pace.steps_due(60.0) <= 12


def test_full_pace_fits_the_call() -> None:
    pace = Pace()
    for _ in range(40):
        steps = pace.steps_due(0.0)
        pace.measured(steps, steps * 1e-6)
    assert pace.steps_due(0.0) == 2000


def test_a_call_lasts_until_the_next_snapshot_is_due_within_bounds() -> None:
    pace = Pace()
    for _ in range(40):
        steps = pace.steps_due(0.0)
        pace.measured(steps, steps * 1e-6)
    assert pace.steps_due(0.0, 0.01) == pytest.approx(10_000, rel=1e-3)
    assert pace.steps_due(0.0, -1.0) == 2000
    assert pace.steps_due(0.0, 60.0) == pytest.approx(12_000, rel=1e-3)


def test_steps_that_take_longer_than_a_call_are_made_one_by_one() -> None:
    pace = Pace()
    for seconds in (0.05, 0.004, 0.05):
        pace.measured(1, seconds)
        assert pace.steps_due(0.0) == 1
    assert pace.steps_due(0.0, 0.012) == 1


def test_a_frame_is_left_alone_before_the_next_snapshot(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.driving.runner.FRAME_SECONDS", 0.3)
    runner.play()
    wait_for(lambda: (shot := runner.take()) is not None and shot.epoch > 0)
    began = time.monotonic()
    wait_for(lambda: runner.take() is not None)
    assert time.monotonic() - began > 0.25


def test_a_pause_does_not_wait_for_the_frame(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.driving.runner.FRAME_SECONDS", 3600.0)
    runner.play()
    runner.submit(lambda session: None).result()
    wait_for(lambda: runner.take() is not None)
    runner.pause()
    assert runner.take_settled().step > 0


def test_rate_counts_the_last_half_second() -> None:
    rate = Rate()
    rate.restart(0.0)
    for tick in range(1, 101):
        rate.add(5.0 if tick > 50 else 50.0, tick / 50)
    assert rate.per_second() == pytest.approx(250.0, rel=0.05)


def test_a_rate_is_not_told_before_it_is_known() -> None:
    rate = Rate()
    rate.restart(10.0)
    assert rate.per_second() == 0.0
    rate.add(25.0, 10.001)
    assert rate.per_second() == 0.0, "one call of a thousandth of a second tells nothing"
    rate.add(25.0, 10.25)
    assert rate.per_second() == pytest.approx(200.0)


def test_a_wish_that_came_meanwhile_does_not_wait_for_a_snapshot_but_snapshots_come_all_the_same(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    advance, publish = Runner._advance, Runner._publish

    def advanced(self: Runner, session: Session) -> None:
        advance(self, session)
        if len(done) < 12:
            runner.ask(lambda session: done.append("wish"))

    monkeypatch.setattr(Runner, "_advance", advanced)
    monkeypatch.setattr(Runner, "_publish", lambda self, session: (done.append("shot"), publish(self, session)))
    runner.play()
    wait_for(lambda: len(done) >= 12)
    runner.pause()
    order = done[done.index("wish") : 12]
    assert order[:1] == ["wish"]
    assert order.count("shot") >= 3
    assert all({"wish", "shot"} == set(order[place : place + 3]) for place in range(len(order) - 2))


def test_an_answer_that_nobody_wants_any_more_harms_nothing(runner: Runner) -> None:
    gate = threading.Event()
    runner.ask(lambda session: gate.wait())
    left = runner.ask(lambda session: session.state.step)
    assert left.cancel()
    gate.set()
    assert runner.ask(lambda session: session.state.step).result() == 0
    assert runner.alive


def ruled(**rules: float) -> Runner:
    return Runner(lambda: Session(with_changes(Experiment(), training__stop=Stop(**rules))))


def test_a_rule_ends_the_play_and_another_play_goes_on() -> None:
    runner = ruled(epochs=30)
    try:
        runner.play()
        wait_for(lambda: not runner.playing)
        shot = runner.take_settled()
        assert (shot.epoch, shot.stopped and shot.stopped.reason) == (30, "epochs")
        runner.play()
        wait_for(lambda: (shot := runner.take()) is not None and shot.epoch > 40)
        runner.pause()
        assert runner.take_settled().stopped is None
    finally:
        assert runner.close()


def test_the_seconds_of_a_rule_count_from_play_at_any_speed() -> None:
    runner = ruled(seconds=0.3)
    try:
        for speed in (None, 20.0):
            runner.set_speed(speed)
            runner.ask(lambda session: session.reset())
            began = time.monotonic()
            runner.play()
            wait_for(lambda: not runner.playing)
            assert time.monotonic() - began > 0.25
            shot = runner.take_settled()
            assert shot.stopped is not None
            assert shot.stopped.reason == "seconds"
            assert shot.step > 0
    finally:
        assert runner.close()


def test_a_pause_before_the_thread_wakes_spends_no_rule() -> None:
    session = Session(with_changes(Experiment(), training__stop=Stop(epochs=2)))
    session.advance(epochs=5)
    runner = Runner(lambda: session)
    try:
        with runner._wake:
            runner.play()
            runner.pause()
        assert runner.ask(lambda run: run.stopped is not None and run.log.entries[-1].number == 0).result()
    finally:
        assert runner.close()


def test_a_play_asked_for_while_the_last_call_runs_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends inside a call; somebody who paused and played meanwhile wants it to go on."""
    ended, asked = threading.Event(), threading.Event()
    advance = Session.advance

    def last_call(session: Session, **given: int) -> bool:
        goes_on = advance(session, **given)
        if not goes_on and not ended.is_set():
            ended.set()
            assert asked.wait(60.0)
        return goes_on

    monkeypatch.setattr(Session, "advance", last_call)
    runner = Runner(lambda: Session(with_changes(Experiment(), training__stop=Stop(epochs=5))))
    try:
        runner.play()
        assert ended.wait(60.0)
        runner.pause()
        runner.play()
        asked.set()
        wait_for(lambda: (shot := runner.take()) is not None and shot.epoch > 5)
        assert runner.playing
    finally:
        asked.set()
        assert runner.close()


def test_an_action_that_comes_while_the_failed_thread_answers_the_rest_is_answered_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever brings it waits for the thread, and must hold nothing that the thread waits for."""
    failing, going, asked = threading.Event(), threading.Event(), threading.Event()
    session = Session(Experiment())

    def broken(_demand: Demand) -> Snapshot:
        failing.set()
        assert asked.wait(10)
        raise RuntimeError("a defect of ours")

    runner = Runner(lambda: session)
    runner.take_settled()
    monkeypatch.setattr(session, "snapshot", broken)
    runner.set_demand(Demand(maps=True))
    assert failing.wait(10)
    slow = runner.ask(lambda session: (going.set(), time.sleep(0.3)))
    asked.set()
    assert going.wait(10)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: runner.submit(Advance(1)).result()).result(10) is None
    assert slow.done()
    assert isinstance(runner.failure, RuntimeError)
    runner.close()
