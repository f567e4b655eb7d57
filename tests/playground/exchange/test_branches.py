"""Branches are in the model file, and are there again when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import FileRefused
from playground.exchange import branches, container, model_file
from playground.exchange.files import load, parse, save
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.playground.run.lives import START
from tests.playground.run.moments import differences, moment_of

FAST = with_changes(START, training__learning_rate=0.3)


def branched() -> Session:
    """Three branches: the first, one that left it at step 20, and another seed; the second is the present one."""
    session = Session(START)
    session.advance(steps=40)
    session.new_seed(3, run=1)
    session.advance(steps=10)
    session.switch(0)
    session.branch("fast", at=20)
    session.apply(FAST)
    session.advance(steps=25)
    return session


def opened(session: Session, folder: Path) -> Session:
    save(folder / "run.nnp", session)
    return Session(load(folder / "run.nnp"))


def test_a_file_brings_the_branches_back(tmp_path: Path) -> None:
    session = branched()
    again = opened(session, tmp_path)
    assert again.branches == session.branches
    assert again.number == session.number == 2
    assert model_file.write(again.checkpoint()) == model_file.write(session.checkpoint())
    for number in (1, 0, 2):
        for each in (session, again):
            each.switch(number)
            each.advance(steps=7)
        assert differences(moment_of(session), moment_of(again)) == []
    assert pg.replay(START, again.log).digest() == again.digest()
    assert opened(again, tmp_path).branches == session.branches


def test_the_past_of_each_branch_is_lived_through_again(tmp_path: Path) -> None:
    session = branched()
    again = opened(session, tmp_path)
    for number, steps in ((2, (3, 20, 31)), (0, (0, 21, 40)), (1, (0, 4))):
        for step in steps:
            for each in (session, again):
                each.switch(number)
            assert differences(moment_of(session.at(step)), moment_of(again.at(step))) == []


def test_the_curves_of_a_branch_are_in_the_file(tmp_path: Path) -> None:
    session = branched()
    again = opened(session, tmp_path)
    for number in (0, 1):
        shots = [each.times.left(number, Demand(maps=True)) for each in (session, again)]
        assert shots[0] is not None
        assert shots[1] is not None
        assert shots[0].history.tobytes() == shots[1].history.tobytes()
        assert shots[0].parameters.tobytes() == shots[1].parameters.tobytes()
        assert len(shots[1].history) > 2
    here = again.times.left(2, Demand())
    assert here is not None
    assert here.parameters.tobytes() == session.state.parameters.tobytes()
    assert again.times.left(7, Demand()) is None, "of what is known no more"
    for each in (session, again):
        each.switch(0)
        each.advance(steps=9)
    assert differences(moment_of(session.at(40)), moment_of(again.at(40))) == []


def test_a_branch_begun_after_opening_leaves_from_the_past_before_it(tmp_path: Path) -> None:
    session = branched()
    again = opened(session, tmp_path)
    for each in (session, again):
        each.branch("inner", at=23)
        each.rename(1, "seeds")
        each.delete(0)
        each.advance(steps=5)
    assert differences(moment_of(session), moment_of(again)) == []
    assert again.branches == session.branches
    assert opened(again, tmp_path).branches == session.branches
    assert pg.replay(START, again.log).branches == session.branches


def test_a_run_without_branches_is_saved_as_ever(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=3)
    assert "branches" not in container.read_header(model_file.write(session.checkpoint())).spec
    session.rename(0, "first")
    assert opened(session, tmp_path).branches[0].name == "first"


@pytest.mark.parametrize(("limit", "most", "kept"), [("MOST_SAVED", 2, [0, 4]), ("MOST_TENSORS", 20, [0, 4])])
def test_the_present_branch_is_saved_where_there_is_not_room_for_all(
    limit: str, most: int, kept: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(branches, limit, most)
    session = Session(START)
    for number in range(1, 5):
        session.branch(f"number {number}")
    session.switch(0)
    assert [branch.number for branch in branches.left_out(session.checkpoint())] == [1, 2, 3]
    with pytest.warns(UserWarning, match=r'without these branches: 1 "number 1", 2 "number 2", 3 "number 3"\.$'):
        assert [branch.number for branch in opened(session, tmp_path).branches] == kept


def test_a_forged_branch_about_other_points_begins_anew() -> None:
    def lengthen(branches: list[dict[str, Any]], tensors: dict[str, Any]) -> None:
        tensors["branch/0/run/order"] = np.arange(tensors["branch/0/run/order"].size + 30)

    session = Session(parse(forged(lengthen), "run.nnp"))
    session.switch(0)
    assert session.state.step == 0
    assert (session.branches[2].parent, session.branches[2].left_at) == (None, None)
    session.advance(steps=5)
    fresh = Session(START)
    fresh.advance(steps=5)
    assert session.digest() == fresh.digest()


def forged(change: Callable[[list[dict[str, Any]], dict[str, Any]], None]) -> bytes:
    """The file of `branched`, its branches and tensors changed."""
    data = model_file.write(branched().checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    change(spec["branches"], tensors)
    return container.pack(spec, tensors)


def put(number: int, name: str, value: Any) -> Callable[[list[dict[str, Any]], dict[str, Any]], None]:
    def change(branches: list[dict[str, Any]], tensors: dict[str, Any]) -> None:
        branches[number][name] = value

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put(0, "number", 1), "not told apart"),
        (put(0, "progress", None), "not told apart"),
        (put(2, "changes", {"seed": 3}), "not told apart"),
        (put(0, "name", "\n"), "not told apart"),
        (put(0, "name", "x" * 61), "a branch that no run has"),
        (put(0, "left_at", -1), "a branch that no run has"),
        (put(0, "number", 2**52), "a branch that no run has"),
        (put(0, "more", 1), "a branch that no run has"),
        (put(1, "changes", {"seed": -1}), "branch 1 is about no experiment"),
        (put(1, "changes", {"network.layers": []}), "branch/1/"),
        (lambda branches, tensors: branches.pop(0), "does not belong to its experiment"),
        (lambda branches, tensors: tensors.pop("branch/0/run/chance"), "branch/0/run/chance is missing"),
        (lambda branches, tensors: tensors["branch/0/run/chance"].fill(0), "run/chance is no state"),
        (lambda branches, tensors: tensors["branch/1/opt/powers"].fill(np.nan), "branch/1/opt/powers has values"),
        (lambda branches, tensors: tensors["branch/1/run/order"].fill(0), "does not name every training point once"),
    ],
)
def test_forged_branches_are_refused_in_words(change: Any, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        parse(forged(change), "f.nnp")
