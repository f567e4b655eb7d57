"""What leads a run from one document to another."""

from __future__ import annotations

import pytest

from playground.edits import document as documents
from playground.edits.document import Document, Tweak, actions_between
from playground.experiment.experiment import Experiment
from playground.run.actions import RestoreParameter, SetParameter


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
