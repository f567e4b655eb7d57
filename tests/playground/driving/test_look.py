"""A runner shows any moment of its run, follows the recorded run from there, and goes on live at its end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from itertools import count

import pytest

import playground as pg
from playground.driving.runner import Runner
from playground.driving.seeking import PATIENCE, Seeking
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.run.actions import Advance, Edit, SetParameter, Step
from playground.run.session import Session
from playground.run.snapshot import Demand, LiveEnd, Snapshot
from tests.playground.run.lives import START

EPOCH = 3
"""Steps of an epoch of START: 20 training samples in batches of 7."""


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner(lambda: Session(START))
    for action in (Advance(30), SetParameter(1, 0.5), Advance(30)):
        runner.submit(action)
    runner.take_settled()
    yield runner
    assert runner.close()


def shown(runner: Runner, step: int | None) -> Snapshot:
    runner.look(step).result(10.0)
    return runner.take_settled()


def test_a_past_moment_is_shown_and_the_run_stays(runner: Runner) -> None:
    runner.set_demand(Demand(maps=True, layers=True, samples=True))
    whole = Session(START)
    whole.advance(steps=20)
    then = shown(runner, 20)
    assert then.step == 20
    assert then.live == LiveEnd(60, 20)
    assert then.parameters.tobytes() == whole.state.parameters.tobytes()
    assert then.history.tobytes() == whole.recording.rows_so_far().tobytes()
    assert then.marks == ()
    assert then.maps is not None
    assert runner.looks_back
    now = shown(runner, None)
    assert (now.step, now.live, len(now.marks)) == (60, None, 1)
    assert then.dataset is now.dataset, "what is the same need not be drawn anew"
    assert then.version < 0 <= now.version
    after = shown(runner, 30)
    assert (after.step, len(after.marks), after.version) == (30, 1, now.version)
    assert shown(runner, 60).live is None


def test_single_steps_move_in_the_recorded_run(runner: Runner) -> None:
    shown(runner, 10)
    places = []
    for what in ("batch", "epoch", "sample", "sample"):
        runner.submit(Step(what)).result(10.0)
        then = runner.take_settled()
        places.append((then.step, then.looked))
    assert places == [(11, None), (12, None), (12, (1, 7)), (12, (2, 7))]
    shown(runner, 59)
    runner.submit(Step("batch")).result(10.0)
    assert runner.take_settled().live is None
    assert runner.submit(Step("batch")).result(10.0) is None
    assert runner.take_settled().step == 61


def test_the_sample_before_is_reached_where_the_next_one_came_from(runner: Runner) -> None:
    """From the end, in the present and in the past, and across the end of an epoch, whose last batch is smaller."""

    def moment(then: Snapshot) -> tuple[int, tuple[int, int] | None, int | None, bool, bytes]:
        return then.step, then.looked, then.sample, then.live is not None, then.parameters.tobytes()

    shown(runner, 57)
    seen = []
    for _ in range(25):
        runner.submit(Step("sample")).result(10.0)
        seen.append(moment(runner.take_settled()))
    assert [each[:2] for each in seen[:8]] == [*((57, (place, 7)) for place in range(1, 8)), (58, (1, 7))]
    assert seen[14][:2] == (59, (1, 6))
    assert [each[3] for each in seen] == [True] * 20 + [False] * 5
    assert seen[20][:2] == (60, (1, 7))
    for now, before in zip(reversed(seen), reversed(seen[:-1]), strict=False):
        assert now[1] is not None
        step, place = (now[0], now[1][0] - 2) if now[1][0] > 1 else (now[0] - 1, 99)
        runner.look(step, place).result(10.0)
        assert moment(runner.take_settled()) == before


def test_the_present_begins_its_batch_where_samples_lead_to_it(runner: Runner) -> None:
    shown(runner, None)
    for _ in range(4):
        runner.submit(Step("sample")).result(10.0)
    assert runner.take_settled().looked == (4, 7)
    runner.look(59, 99).result(10.0)
    runner.submit(Step("sample")).result(10.0)
    now = runner.take_settled()
    assert (now.step, now.live, now.looked) == (60, None, (1, 7))


def test_playing_follows_the_recorded_run_and_goes_on_live(runner: Runner) -> None:
    runner.set_speed(100.0)
    shown(runner, 5)
    runner.play()
    seen = []
    while not seen or seen[-1].live is not None or seen[-1].step <= 60:
        if (snapshot := runner.take()) is not None:
            seen.append(snapshot)
        time.sleep(0.002)
    runner.pause()
    last = runner.take_settled()
    assert {snapshot.live for snapshot in seen} >= {LiveEnd(60, 20), None}
    steps = [snapshot.step for snapshot in seen]
    assert steps == sorted(steps)
    again = pg.replay(START, runner.ask(lambda session: session.log).result())
    assert last.parameters.tobytes() == again.state.parameters.tobytes()


def test_any_other_action_leaves_the_past(runner: Runner) -> None:
    shown(runner, 5)
    runner.submit(Edit(with_changes(START, training__learning_rate=0.5))).result(10.0)
    now = runner.take_settled()
    assert (now.step, now.live) == (60, None)
    assert not runner.looks_back


def test_the_update_of_the_last_step_is_known_in_the_past_too(runner: Runner) -> None:
    runner.set_demand(Demand(updates=True))
    runner.take_settled()
    for step in (15, 16):
        then = shown(runner, step)
        before = runner.ask(lambda session, step=step: session.at(step - 1).state.parameters).result()
        assert then.update is not None
        assert then.update.tobytes() == (then.parameters - before).tobytes()


def test_questions_about_what_is_shown(runner: Runner) -> None:
    shown(runner, 7)
    assert runner.ask(lambda session: session.state.step, shown=True).result(10.0) == 7
    assert runner.ask(lambda session: session.state.step).result(10.0) == 60
    shown(runner, None)
    assert runner.ask(lambda session: session.state.step, shown=True).result(10.0) == 60


def test_a_step_that_is_none_is_refused_and_what_is_shown_stays(runner: Runner) -> None:
    assert shown(runner, 9).step == 9
    with pytest.raises(WrongUse, match="The run has come to step 60; got step 61"):
        runner.look(61).result(10.0)
    assert runner.take_settled().step == 9


def test_of_many_wishes_the_newest_counts(runner: Runner) -> None:
    held = threading.Event()
    runner.ask(lambda session: held.wait(10.0))
    futures = [runner.look(step) for step in range(40)]
    held.set()
    futures[-1].result(10.0)
    assert runner.take_settled().step == 39
    cancelled = 0
    for future in futures[:-1]:
        try:
            future.result(10.0)
        except CancelledError:
            cancelled += 1
    assert cancelled >= 38


def test_a_long_way_is_left_for_another_wish(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.run.cursor.PIECES", 10**9)
    runner.ask(lambda session: session._book.memory.past.line.kept.__delitem__(slice(1, None))).result()
    far = runner.look(59)
    near = runner.look(1)
    near.result(10.0)
    assert runner.take_settled().step == 1
    assert far.cancelled() or far.done()


@pytest.mark.parametrize("pieces", [5, 59], ids=["short ways", "long ways"])
def test_whoever_drags_sees_moments_however_fast_wishes_come(pieces: int, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(START)
    session.advance(steps=60)
    session._book.memory.past.line.kept.__delitem__(slice(1, None))
    monkeypatch.setattr("playground.run.cursor.steps_apart", lambda run: 1)
    ticks = count()
    seeking, shown = Seeking(threading.Condition(), lambda: next(ticks) * PATIENCE / 8), set()
    for place in range(400):
        seeking.wish(pieces - place % 3)  # a new one before each piece of the way
        if seeking.move(session):
            shown.add(seeking.look_of(session).step)
    assert len(shown) > 1
    back = seeking.wish(None)
    seeking.wish(pieces)
    seeking.move(session)
    assert back.cancelled()
    live = seeking.wish(None)
    assert seeking.move(session)
    assert live.done(), "the present needs no way, and waits for none"


def test_what_is_played_on_the_way_to_the_past_spends_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a rule has ended is not to go on because somebody plays before the moment wished for is reached."""
    session = Session(with_changes(START, training__stop__epochs=4))
    session.advance(steps=60)
    end = session.state.step
    kept = session._book.memory.past.line.kept
    kept[:] = [kept[0], kept[-1]]
    monkeypatch.setattr("playground.run.cursor.steps_apart", lambda run: 1)
    seeking = Seeking(threading.Condition())
    future = seeking.wish(end - 1)
    assert not seeking.move(session)
    assert seeking.looks_back
    assert seeking.settle(session).step == end - 1
    assert future.done()
    seeking.wish(end)
    seeking.move(session)
    assert not seeking.looks_back


def test_a_runner_that_is_closed_answers_no_look(runner: Runner) -> None:
    runner.stop()
    runner.close()
    assert runner.look(3).cancelled()
