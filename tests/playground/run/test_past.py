"""Any step of a run is reached again, with the same bytes as when it was live, whatever happened since."""

from __future__ import annotations

import pickle
from copy import copy
from pathlib import Path

import pytest
from msgspec.structs import replace

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.exchange.files import load, save
from playground.past import past as past_module
from playground.run import memory as memory_module
from playground.run.actions import Edit
from playground.run.performing import perform
from playground.run.recording import CAPACITY
from playground.run.session import Session
from tests.playground.past import tiny_lives
from tests.playground.past.tiny_lives import TinyLife
from tests.playground.run.lives import START
from tests.playground.run.moments import OF_RECORD, RememberedLife, differences, moment_of
from tests.seeds import seeds

TINY = with_changes(START, data__source__samples=8, training__batch_size=8)


@pytest.mark.parametrize("seed", seeds(6, 40))
@pytest.mark.parametrize("apart", [3, 10**6], ids=["a state every third step", "states after actions alone"])
def test_every_moment_of_a_random_life_is_reached(
    seed: int, apart: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "steps_apart", lambda run: apart)
    life = RememberedLife(seed, tmp_path)
    life.go_through(15)
    assert life.check() == 0


@pytest.mark.parametrize("hundred", seeds(1, 20))
def test_moments_of_two_thousand_lives_are_reached(hundred: int) -> None:
    """Each is short and its network tiny: what happens in them is steps, edits, weights set, branches and switches."""
    begun = Session(tiny_lives.START)
    found = [TinyLife(seed, begun).check() for seed in range(100 * hundred, 100 * hundred + 100)]
    assert sum(found) > 100


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(100, 50_100, 500))
def test_every_moment_of_fifty_thousand_lives_is_reached(first: int, tmp_path: Path) -> None:
    """With branches, switches, deletions, undo, saving and opening again; their logs lead to the same runs."""
    for seed in range(first, first + 500):
        life = RememberedLife(seed, tmp_path)
        life.go_through(20)
        assert life.check() < len(life.known), seed
        log = life.session.log
        assert pg.replay(log.base.experiment, log).digest() == life.session.digest(), seed


@pytest.mark.parametrize("seed", seeds(3, 40))
def test_moments_of_lives_with_own_points_are_reached_unless_a_file_has_lost_them(seed: int, tmp_path: Path) -> None:
    life = RememberedLife(seed, tmp_path, own=True)
    life.go_through(20)
    refused = life.check()
    assert refused < len(life.known)
    assert refused == 0 or life.reopened


@pytest.mark.parametrize("seed", seeds(3, 40))
def test_where_little_is_kept_the_rest_is_done_again(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "MOST_BYTES", 60_000)
    monkeypatch.setattr(memory_module, "steps_apart", lambda run: 2)
    life = RememberedLife(seed, tmp_path)
    life.go_through(15)
    assert life.session._book.memory.past.nbytes < 100_000
    life.check(but=OF_RECORD)


def test_the_curves_of_a_moment_are_those_that_it_had() -> None:
    session, moments = Session(TINY), []
    for epochs in (100, CAPACITY - 101, 1, 1, 700, CAPACITY, 5000):
        session.advance(epochs=epochs)
        moments.append(moment_of(session))
        if epochs == 700:
            session.apply(with_changes(TINY, training__l2=0.1))
            moments[-1] = moment_of(session)
    assert len({moment["stride"] for moment in moments}) >= 3
    for moment in moments:
        assert differences(moment, moment_of(session.at(moment["step"]))) == []


def test_a_session_of_the_past_goes_on_by_itself_and_tells_how_it_came_to_be() -> None:
    session = Session(START)
    session.advance(steps=20)
    session.set_parameter(2, 0.5)
    session.apply(with_changes(START, training__learning_rate=0.1))
    session.advance(steps=20)
    then = session.at(20)
    assert then.experiment.training.learning_rate == 0.1, "edits that landed there are in it"
    assert pg.replay(START, then.log).digest() == then.digest()
    assert then.at(5).digest() == session.at(5).digest()
    then.advance(steps=20)
    assert then.digest() == session.digest()
    then.set_parameter(0, 1.0)
    assert session.at(40).digest() == session.digest() != then.digest()


def test_a_run_without_a_record_is_gone_back_to() -> None:
    session = Session(START, record=False)
    session.advance(steps=50)
    digest = session.digest()
    session.advance(steps=50)
    assert session.at(50).digest() == digest
    assert not session.at(50).recording.on


def test_an_undo_that_brought_weights_back_is_held() -> None:
    session, wide = Session(START), with_changes(START, network__layers=(pg.Dense(7),))
    session.advance(steps=10)
    session.apply(wide)
    session.advance(steps=10)
    perform(session, Edit(START, back=True))
    session.advance(steps=10)
    then = session.at(25)
    assert then.log.begins_with_a_state, "no action tells of the weights that came back"
    assert pg.replay(then.experiment, then.log).digest() == then.digest()
    session.advance(steps=5)
    assert differences(moment_of(then), moment_of(session.at(25))) == []


def test_an_opened_run_lives_through_its_log_again(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=40)
    session.new_seed(3, run=1)
    session.advance(steps=30)
    session.return_to(0, START)
    session.advance(steps=40)
    save(tmp_path / "run.nnp", session)
    opened = Session(load(tmp_path / "run.nnp"))
    opened.advance(steps=10)
    for step in (0, 17, 40, 80, 85):
        assert differences(moment_of(session.at(step)) if step <= 80 else {}, moment_of(opened.at(step))) == []


def test_copies_have_a_past_of_their_own() -> None:
    session = Session(START)
    session.advance(steps=30)
    for other in (copy(session), pickle.loads(pickle.dumps(session))):
        other.set_parameter(0, 2.0)
        other.advance(steps=10)
        assert other.at(30).state.parameters[0] == 2.0
        assert other.at(29).digest() == session.at(29).digest()
    assert session.at(30).digest() == session.digest()


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (-1, "step is a whole number from 0"),
        (1.5, "step is a whole number from 0"),
        ("3", "step is a whole number from 0"),
        (31, "The run has come to step 30; got step 31."),
    ],
)
def test_steps_that_are_none(step: object, sentence: str) -> None:
    session = Session(START)
    session.advance(steps=30)
    with pytest.raises(WrongUse, match=sentence):
        session.at(step)  # type: ignore[arg-type]


def test_steps_before_a_cut_are_refused_in_words(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=30)
    session._book.cut_log()
    save(tmp_path / "run.nnp", replace(session.checkpoint(), past={}))
    opened = Session(load(tmp_path / "run.nnp"))
    opened.advance(steps=5)
    assert opened.at(30).digest() == session.digest()
    with pytest.raises(WrongUse, match=r"Step 12 is not kept any more.*the first step that can be reached is 30"):
        opened.at(12)
