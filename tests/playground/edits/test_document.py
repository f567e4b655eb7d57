"""What leads a run from one document to another."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from playground.edits import document as documents
from playground.edits.changes import with_changes
from playground.edits.document import Document, Tweak, actions_between, document_after, highest_run
from playground.experiment.experiment import Experiment
from playground.run.actions import Action, DropBranch, Edit, NameBranch, Reset, RestoreParameter, Return, SetParameter


def test_only_so_many_tweaks_are_kept_and_the_newest_step_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many weights are set, a step to the next document sets its own, and its undo puts these back."""
    monkeypatch.setattr(documents, "MOST_TWEAKS", 60)
    document = Document(Experiment())
    for key in range(0, 200, 2):
        after = document.with_tweaks([Tweak(key, 3, float(key)), Tweak(key + 1, 4, 1.0)])
        assert actions_between(document, after, back=False) == [
            SetParameter(3, float(key), key), SetParameter(4, 1.0, key + 1)
        ]  # fmt: skip
        assert actions_between(after, document, back=True) == [
            RestoreParameter(4, key + 1), RestoreParameter(3, key)
        ]  # fmt: skip
        document = after
    assert len(document.tweaks) == 60


START = Experiment()
FAST = with_changes(START, training__learning_rate=0.3)
FIRST = Document(START)
BRANCHED = FIRST.edited(FAST, run=1, at=20).with_tweaks([Tweak(1, 2, 0.5)])


def test_a_branch_is_made_undone_and_made_again() -> None:
    assert actions_between(FIRST, BRANCHED, back=False) == [Edit(FAST, run=1, at=20), SetParameter(2, 0.5, 1)]
    assert actions_between(BRANCHED, FIRST, back=True) == [Return(0, START), DropBranch(1)], (
        "what was typed stays there"
    )
    assert actions_between(FIRST, BRANCHED, back=True) == [Return(1, FAST)]
    plain = FIRST.begun(2, at=7)
    assert actions_between(FIRST, plain, back=False) == [Edit(START, run=2, at=7)]
    assert actions_between(FIRST, FIRST.begun(2), back=False) == [Reset(2)]


def test_names_and_deletions_of_branches_are_undone() -> None:
    named = BRANCHED.named(0, "slow")
    assert actions_between(BRANCHED, named, back=False) == [NameBranch(0, "slow")]
    assert actions_between(named, BRANCHED, back=True) == [NameBranch(0, "")]
    alone = named.dropped(0)
    assert actions_between(named, alone, back=False) == [DropBranch(0)]
    assert actions_between(alone, named, back=True) == [DropBranch(0, back=True), NameBranch(0, "slow")]
    assert not named.says_the_same(BRANCHED)


def test_what_a_run_is_about_after_actions_about_branches() -> None:
    actions: list[Action] = [Edit(FAST, run=1, at=20), NameBranch(1, "fast"), Reset(2), DropBranch(1)]
    after = document_after(FIRST, actions)
    assert (after.run, after.experiment, after.branches) == (2, FAST, ((0, ""), (2, "")))
    assert document_after(FIRST, [*actions, Return(0, START)]).run == 0
    assert highest_run(FIRST, actions) == 2


def test_what_is_there_again_after_undo_is_listed_before_it_has_taken_effect() -> None:
    named = FIRST.begun(1, 20).named(1, "fast")
    switched = replace(named, run=0)
    for old, new in ((switched.dropped(1), switched), (FIRST, named), (named, switched)):
        after = document_after(old, actions_between(old, new, back=True))
        assert (after.run, after.branches) == (new.run, new.branches)
