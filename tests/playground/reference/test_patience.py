"""What nobody wants any more is given up between two pieces of it, and asked again it is whole."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QObject

from playground.data import make_dataset
from playground.diagnosis.ahead import look_ahead
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.reference import models
from playground.reference.patience import GivenUp, go_on, unless
from playground.reference.references import kept_references
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.referring import Referring


@pytest.fixture
def cancelled(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that the first of a kernel's matrices sets; whoever goes on after it fails."""
    cancel, real = threading.Event(), models._inverse_of_root

    def invert(matrix: np.ndarray) -> np.ndarray:
        assert not cancel.is_set(), "one piece more than was wanted"
        cancel.set()
        return real(matrix)

    monkeypatch.setattr(models, "SMALLEST", 1000)  # so that a matrix is not halved
    monkeypatch.setattr(models, "_inverse_of_root", invert)
    return cancel


def test_without_a_wish_everything_is_waited_for() -> None:
    go_on()
    with unless(None):
        go_on()
    done = threading.Event()
    with unless(done):
        go_on()
        done.set()
        with pytest.raises(GivenUp):
            go_on()
    go_on()


def test_a_look_ahead_ends_in_the_middle_of_the_references_and_the_next_one_has_them(
    cancelled: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = with_changes(Experiment(), seed=1717)
    start = Checkpoint(experiment, dataset=make_dataset(experiment.data, experiment.seed))
    assert look_ahead(start, cancel=cancelled) is None
    assert cancelled.is_set()
    monkeypatch.undo()
    found = kept_references(start.dataset_for(experiment))
    assert found is not None
    assert found.named("kernel").left_out > 0.9


def test_the_bars_give_up_when_the_window_closes(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset, parent = make_dataset(Experiment().data, 1718), QObject()

    class Source:
        @staticmethod
        def connect(_slot: object) -> None:
            """Nothing changes."""

    referring = Referring(lambda: dataset, Source(), parent)  # type: ignore[arg-type]
    reached, go = threading.Event(), threading.Event()
    real = models._inverse_of_root
    calls: list[int] = []

    def invert(matrix: np.ndarray) -> np.ndarray:
        calls.append(len(matrix))
        reached.set()
        assert go.wait(60)
        return real(matrix)

    monkeypatch.setattr(models, "SMALLEST", 1000)
    monkeypatch.setattr(models, "_inverse_of_root", invert)
    referring.want(True)
    referring._ask()
    assert reached.wait(60)
    referring._cancel.set()
    go.set()
    referring.close()
    assert len(calls) == 1
