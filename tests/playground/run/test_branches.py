"""Branches: a run goes on from any of its moments as another one, and each is there as it was left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.exchange import model_file
from playground.exchange.files import load, save
from playground.past.branches import LONGEST_NAME, MOST_BRANCHES
from playground.run.actions import Advance, DropBranch, Edit, NameBranch, Reset, Return, SetParameter
from playground.run.performing import perform
from playground.run.session import Session
from tests.playground.run.lives import START
from tests.playground.run.moments import differences, moment_of

FAST = with_changes(START, training__learning_rate=0.3)


def run_of(steps: int) -> Session:
    session = Session(START)
    session.advance(steps=steps)
    return session


def test_a_branch_goes_on_from_a_past_moment_and_the_run_stays() -> None:
    session, twin = run_of(60), run_of(20)
    there = moment_of(session)
    branch = session.branch("a try", at=20)
    assert (branch.name, branch.parent, branch.left_at, branch.step, branch.present) == ("a try", 0, 20, 20, True)
    assert differences(moment_of(twin), moment_of(session)) == []
    session.apply(FAST)
    twin.apply(FAST)
    for each in (session, twin):
        each.advance(steps=30)
    assert session.digest() == twin.digest()
    first, second = session.branches
    assert (first.step, first.present, second.step, second.experiment) == (60, False, 50, FAST)
    left = moment_of(session)
    assert session.switch(first).present
    assert differences(there, moment_of(session)) == []
    session.switch(second.number)
    assert differences(left, moment_of(session)) == []
    assert pg.replay(START, session.log).digest() == session.digest()


def test_the_past_of_a_branch_leads_through_that_of_its_parent() -> None:
    session = run_of(40)
    moments = [moment_of(session.at(step)) for step in (5, 30)]
    session.branch(at=30)
    session.set_parameter(0, 1.0)
    session.advance(steps=10)
    inner = session.branch(at=35)
    assert (inner.parent, inner.left_at) == (1, 35)
    session.advance(steps=20)
    assert differences(moments[0], moment_of(session.at(5))) == []
    assert session.at(30).state.parameters[0] == 1.0, "what landed there is of the branch"
    session.switch(0)
    assert differences(moments[1], moment_of(session.at(30))) == []


def test_the_first_differing_action_at_a_past_moment_makes_a_branch() -> None:
    session = run_of(40)
    perform(session, Edit(START, run=1, at=10))
    perform(session, SetParameter(2, 0.75, key=1))
    session.advance(steps=5)
    alone = run_of(10)
    alone.set_parameter(2, 0.75)
    alone.advance(steps=5)
    assert session.digest() == alone.digest()
    assert [mark.step for mark in session.snapshot().marks] == [10]
    perform(session, Edit(FAST, run=2, at=12))
    assert [(mark.step, mark.fields) for mark in session.snapshot().marks] == [
        (10, ("parameter",)),
        (12, ("training.learning_rate",)),
    ]


def test_a_branch_with_another_seed_or_before_the_first_step_begins_anew() -> None:
    session, other = run_of(20), with_changes(START, seed=5)
    session.apply(other, run=1, at=7)
    assert session.state.step == 0
    assert session.digest() == Session(other).digest()
    session.switch(0)
    wide = with_changes(START, network__layers=(pg.Dense(9),))
    session.apply(wide, run=2, at=0)
    assert session.digest() == Session(wide).digest()
    session.advance(steps=3)
    assert pg.replay(START, session.log).digest() == session.digest()


def test_layers_of_then_keep_their_weights_whatever_became_of_them(tmp_path: Path) -> None:
    deep = with_changes(START, network__layers=(pg.Dense(4), pg.Dense(3)))
    session = Session(deep)
    session.advance(steps=10)
    session.apply(with_changes(deep, network=deep.network.without(1)))
    session.advance(steps=10)
    session.apply(with_changes(deep, training__learning_rate=0.5), run=1, at=8)
    session.advance(steps=5)
    plain = Session(deep)
    plain.advance(steps=8)
    plain.apply(with_changes(deep, training__learning_rate=0.5))
    plain.advance(steps=5)
    assert session.digest() == plain.digest()
    save(tmp_path / "run.nnp", session)
    opened = load(tmp_path / "run.nnp")
    assert opened.log is not None
    assert pg.replay(opened, opened.log).digest() == session.digest()


def test_names_and_deletions() -> None:
    session = run_of(10)
    session.branch()
    session.rename(0, "first")
    session.delete(0)
    assert [branch.number for branch in session.branches] == [1]
    with pytest.raises(WrongUse, match="There is no branch 0; there are 1"):
        session.switch(0)
    with pytest.raises(WrongUse, match="The present branch cannot be deleted"):
        session.delete(1)
    perform(session, DropBranch(0, back=True))
    assert [branch.name for branch in session.branches] == ["first", ""]
    again = pg.replay(START, session.log)
    assert again.branches == session.branches
    assert again.log.entries == session.log.entries


@pytest.mark.parametrize("name", ["a" * (LONGEST_NAME + 1), "two\nlines", 3, None])
def test_names_that_are_none(name: Any) -> None:
    session = run_of(1)
    with pytest.raises(WrongUse, match="The name of a branch is a text of up to 60 letters"):
        session.branch(name)
    assert len(session.branches) == 1


@pytest.mark.parametrize(("at", "sentence"), [(11, "has come to step 10"), (-1, "whole number"), ("x", "whole number")])
def test_branches_from_steps_that_are_none(at: Any, sentence: str) -> None:
    session = run_of(10)
    with pytest.raises(WrongUse, match=sentence):
        session.branch(at=at)
    with pytest.raises(WrongUse, match=sentence):
        session.apply(FAST, run=3, at=at)
    with pytest.raises(WrongUse, match="has a number of its own"):
        session.apply(FAST, at=3)
    assert session.experiment == START
    assert len(session.branches) == 1


def test_the_oldest_without_a_name_makes_way_and_comes_back_by_undo() -> None:
    session = run_of(5)
    session.branch("kept")
    for _ in range(MOST_BRANCHES - 2):
        session.switch(0)
        session.branch()
    assert len(session.branches) == MOST_BRANCHES
    session.switch(0)
    said = perform(session, Reset(run=40))
    assert said is not None
    assert "Of more than 16 branches the oldest without a name goes: number 0," in str(said)
    numbers = [branch.number for branch in session.branches]
    assert 0 not in numbers, "nothing of the new one comes from it"
    assert {1, 2, 40} <= set(numbers)
    assert perform(session, Return(0, START)) is None
    perform(session, DropBranch(40))
    assert sorted(branch.number for branch in session.branches) == list(range(MOST_BRANCHES))
    assert pg.replay(START, session.log).branches == session.branches


def test_a_branch_keeps_a_run_from_what_begins_anew() -> None:
    session = run_of(30)
    there = moment_of(session)
    session.branch("before")
    session.new_seed(4)
    session.advance(steps=5)
    session.branch("again")
    session.reset()
    assert [(each.parent, each.left_at, each.step) for each in session.branches] == [
        (None, None, 30), (None, None, 5), (None, None, 0),
    ]  # fmt: skip
    session.switch(0)
    assert differences(there, moment_of(session)) == []


def test_where_none_can_make_way_it_is_said_that_there_are_more() -> None:
    session = run_of(5)
    session.rename(0, "the first")
    for place in range(1, MOST_BRANCHES):
        session.switch(0)
        session.branch(f"number {place}")
    session.switch(0)
    said = perform(session, Reset(run=40))
    assert "There are 17 branches now, more than 16: none makes way for the new one" in str(said)
    assert len(session.branches) == MOST_BRANCHES + 1
    assert perform(session, Advance(1)) is None, "said once"
    said = perform(session, Edit(FAST, run=41))
    assert "the oldest without a name goes: number 40" in str(said)
    assert len(session.branches) == MOST_BRANCHES + 1
    session.delete(5)
    assert perform(session, Return(40, START)) is None
    assert pg.replay(START, session.log).branches == session.branches


def test_a_branch_of_a_moment_that_no_log_tells_of_begins_the_log_anew() -> None:
    session = run_of(10)
    session._book.cut_log()
    session.advance(steps=10)
    session.branch(at=5)
    assert session.log.begins_with_a_state
    session.advance(steps=5)
    assert session.digest() == run_of(10).digest()
    assert pg.replay(session.experiment, session.log).digest() == session.digest()
    perform(session, NameBranch(0, "before"))
    assert model_file.read(model_file.write(session.checkpoint())).log is not None


def test_a_run_that_begins_anew_shares_no_step_with_another() -> None:
    session = run_of(40)
    session.apply(with_changes(START, seed=5), run=1, at=20)
    assert (session.branches[1].parent, session.branches[1].left_at) == (0, None)
    session.switch(0)
    session.branch(at=20)
    session.branch(at=10)
    session.switch(2)
    session.reset()
    session.advance(steps=30)
    assert [(branch.parent, branch.left_at) for branch in session.branches[2:]] == [(None, None), (None, None)]
    assert pg.replay(START, session.log).branches == session.branches
