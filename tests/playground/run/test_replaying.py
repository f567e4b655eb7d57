"""A log and its base give the very same run again, whatever happened to it."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest

import playground as pg
from playground.driving.runner import Runner
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.exchange import model_file
from playground.exchange.files import load, save
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.training import Stop
from playground.run import log as log_module
from playground.run.actions import Advance, Edit, NewSeed, Reopen, Reset, SetParameter
from playground.run.checkpoint import Entry
from playground.run.session import Session
from tests.playground.run.lives import START, Life
from tests.playground.run.sameness import check_same
from tests.seeds import seeds


@pytest.mark.parametrize("seed", seeds(2, 100))
def test_a_random_life_is_lived_again(seed: int, tmp_path: Path) -> None:
    life = Life(seed, tmp_path)
    for _ in range(20):
        life.live(3)
        model_file.read(model_file.write(life.session.checkpoint()))
    made = life.session
    check_same(made, pg.replay(made.log.base.experiment, made.log))
    save(life.file, made)
    opened = load(life.file)
    assert opened.log is not None
    again = pg.replay(opened, opened.log)
    check_same(made, again)


@pytest.mark.parametrize("seed", seeds(1, 2))
def test_a_life_with_painted_points_and_tables_is_lived_again(seed: int, tmp_path: Path) -> None:
    live_with_own_points(seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 1000))
def test_many_lives_with_painted_points_and_tables_are_lived_again(seed: int, tmp_path: Path) -> None:
    live_with_own_points(seed, tmp_path)


def live_with_own_points(seed: int, folder: Path) -> None:
    life = Life(seed, folder, own=True)
    for _ in range(20):
        life.live(3)
        model_file.read(model_file.write(life.session.checkpoint()))
    check_same(life.session, pg.replay(life.session.checkpoint(), life.session.log))
    save(life.file, life.session)
    opened = load(life.file)
    assert opened.log is not None
    check_same(life.session, pg.replay(opened, opened.log))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(30, 2000))
def test_many_random_lives_are_lived_again(seed: int, tmp_path: Path) -> None:
    life = Life(seed, tmp_path)
    life.live(150)
    check_same(life.session, pg.replay(life.session.log.base.experiment, life.session.log))


def test_a_replayed_run_goes_on_as_the_first_one(tmp_path: Path) -> None:
    life = Life(7, tmp_path)
    life.live(40)
    again = pg.replay(START, life.session.log)
    for session in (life.session, again):
        session.go_on()
        session.advance(steps=30)
    check_same(life.session, again)


def test_actions_that_meet_a_playing_thread_are_replayed_where_they_landed() -> None:
    draw = random.Random(3)
    runner = Runner(lambda: Session(START))
    try:
        runner.play()
        futures = []
        for _ in range(40):
            rate = with_changes(START, training__learning_rate=draw.choice([0.01, 0.02, 0.03]))
            futures.append(runner.submit(draw.choice([Edit(rate), SetParameter(1, draw.random()), Reset()])))
            threading.Event().wait(draw.random() * 0.004)
        for future in futures:
            future.result()
        runner.pause()
        digest, log = runner.ask(lambda session: (session.digest(), session.log)).result()
    finally:
        assert runner.close()
    assert pg.replay(START, log).digest() == digest


def test_the_end_of_a_run_is_replayed_too() -> None:
    wild = on_dataset(with_changes(START, training__learning_rate=3.0, network=Network((Dense(8, "relu"),))), "plane")
    made = Session(wild)
    made.advance(epochs=50)
    assert made.divergence is not None
    assert pg.replay(wild, made.log).divergence == made.divergence
    ruled = with_changes(START, training__stop=Stop(epochs=3))
    made = Session(ruled)
    made.advance(epochs=50)
    made.go_on()
    made.advance(epochs=2)
    again = pg.replay(ruled, made.log)
    assert again.digest() == made.digest()
    assert again.state.epoch == 5


# -- entries ----------------------------------------------------------------------------------------------------------


def actions(session: Session) -> list[object]:
    return [entry.action for entry in session.log.entries]


def test_a_drag_is_one_entry_and_steps_are_one_entry() -> None:
    session = Session(START)
    for _ in range(10):
        session.advance(steps=3)
    for rate in (0.1, 0.2, 0.3):
        session.apply(with_changes(session.experiment, training__learning_rate=rate))
    first, second = session.log.entries
    assert first == Entry(0, 0, Advance(30))
    assert (second.number, second.step) == (1, 30)
    assert isinstance(second.action, Edit)
    assert second.action.experiment.training.learning_rate == 0.3


def test_entries_do_not_merge_across_a_step_or_where_the_effect_would_be_another() -> None:
    session = Session(START)
    session.advance(steps=3)
    session.apply(with_changes(session.experiment, training__learning_rate=0.5))
    session.advance(steps=1)
    session.apply(with_changes(session.experiment, training__learning_rate=0.6))
    assert len(actions(session)) == 4
    layers = session.experiment.network.layers
    session.apply(with_changes(session.experiment, network=Network(())))
    session.apply(with_changes(session.experiment, network=Network(layers)))
    assert len(actions(session)) == 6


def test_a_drag_that_ends_where_it_began_still_lets_a_stopped_run_go_on() -> None:
    made = Session(with_changes(START, training__stop=Stop(epochs=2)))
    made.advance(epochs=2)
    made.go_on()
    made.advance(epochs=1)
    rate = made.experiment.training.learning_rate
    for value in (0.5, rate):
        made.apply(with_changes(made.experiment, training__learning_rate=value))
    made.advance(epochs=1)
    again = pg.replay(made.log.base.experiment, made.log)
    check_same(made, again)


def test_a_drag_back_and_on_again_gives_the_log_that_its_replay_gives() -> None:
    made = Session(START)
    made.advance(steps=3)
    for rate in (0.5, START.training.learning_rate, 0.01, 0.02):
        made.apply(with_changes(made.experiment, training__learning_rate=rate))
    made.advance(steps=2)
    check_same(made, pg.replay(made.log.base.experiment, made.log))


def test_what_changes_nothing_is_not_noted() -> None:
    session = Session(START)
    session.apply(START)
    session.advance(steps=0)
    session.go_on()
    session.restore_parameter(0, 5)
    assert session.log.entries == ()


def test_a_reset_begins_the_steps_anew_and_numbers_go_on() -> None:
    session = Session(START)
    session.advance(steps=5)
    session.reset()
    session.advance(steps=2)
    session.new_seed(4)
    found = [(entry.number, entry.step) for entry in session.log.entries]
    assert found == [(0, 0), (1, 5), (2, 0), (3, 2)]
    assert actions(session)[3] == NewSeed(4)


def test_a_reopened_run_says_so_before_its_next_action(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=5)
    save(tmp_path / "a.nnp", session)
    reopened = Session(load(tmp_path / "a.nnp"))
    assert reopened.log.entries == session.log.entries
    save(tmp_path / "b.nnp", reopened)
    assert (tmp_path / "a.nnp").read_bytes() == (tmp_path / "b.nnp").read_bytes()
    reopened.advance(steps=1)
    assert actions(reopened) == [Advance(5), Reopen(), Advance(1)]


# -- bases ------------------------------------------------------------------------------------------------------------


def test_a_long_log_begins_anew_with_a_state_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 20)
    life = Life(11, tmp_path)
    life.live(150)
    made = life.session
    assert made.log.begins_with_a_state
    assert made.log.first > 0
    check_same(made, pg.replay(made.experiment, made.log))
    save(life.file, made)
    opened = load(life.file)
    assert opened.log is not None
    assert opened.log.begins_with_a_state
    check_same(made, pg.replay(opened, opened.log))


def test_a_file_that_is_older_than_logs_begins_its_log_with_its_state() -> None:
    old = load(Path(__file__).resolve().parents[2] / "files" / "first_version.nnp")
    assert old.log is None
    session = Session(old)
    assert session.log.begins_with_a_state
    session.advance(epochs=2)
    check_same(session, pg.replay(old, session.log))


def test_a_session_of_another_number_type_is_replayed_in_it() -> None:
    session = Session(START, np.float64)
    session.advance(epochs=2)
    again = pg.replay(START, session.log)
    assert again.dtype == np.float64
    check_same(session, again)
