"""What leads a run from one document to another."""

from __future__ import annotations

from playground.edits.document import Document, Tweak, actions_between
from playground.edits.history import MAX_STEPS
from playground.experiment.experiment import Experiment
from playground.run.actions import RestoreParameter, SetParameter


def test_only_as_many_tweaks_are_kept_as_can_be_undone() -> None:
    """However many weights are typed, a step to the next document sets one, and its undo puts one back."""
    document = Document(Experiment())
    for key in range(MAX_STEPS + 50):
        after = document.with_tweak(Tweak(key, 3, float(key)))
        assert actions_between(document, after, back=False) == [SetParameter(3, float(key), key)]
        assert actions_between(after, document, back=True) == [RestoreParameter(3, key)]
        document = after
    assert len(document.tweaks) == MAX_STEPS
