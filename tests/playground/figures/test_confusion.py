"""Confusion matrices and scatters, and what they say in words."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.figures.confusion import Confusion, Scatter, confusion, scatter
from playground.run.session import Session
from playground.run.snapshot import Demand, predicted_classes

PREDICTIONS = Demand(predictions=True)


def test_rows_are_true_classes_and_columns_answers() -> None:
    experiment = with_changes(Experiment(), data__source__name="blobs", data__source__classes=4)
    session = Session(experiment)
    snapshot = session.snapshot(PREDICTIONS)
    data = make_dataset(experiment.data, experiment.seed)
    found = confusion(snapshot, data, True)
    assert found is not None
    expected = np.zeros((4, 4), int)
    for true, answered in zip(data.test_labels, predicted_classes(snapshot.test_outputs, "softmax"), strict=True):
        expected[int(true), answered] += 1
    assert found.counts.tolist() == expected.tolist()
    assert found.recall == pytest.approx(np.diag(expected) / expected.sum(axis=1))
    assert np.trace(found.counts) / found.counts.sum() == pytest.approx(snapshot.metrics.test_accuracy)
    train = confusion(snapshot, data, False)
    assert train is not None
    assert train.counts.sum() == data.train_labels.size


def test_the_words_name_the_worst_mix_up() -> None:
    found = Confusion(np.array([[8, 0, 2], [0, 9, 1], [0, 0, 5]]), np.array([0.8, 0.9, 1.0]))
    assert found.sentences == [
        "22 of 25 right (88.0 %)",
        "Most often mixed up: class 0 answered as class 2",
        "(2 of its 10 points)",
    ]
    assert len(Confusion(np.diag([3, 4]), np.ones(2)).sentences) == 1
    assert Confusion(np.zeros((2, 2), int), np.zeros(2)).sentences == ["No points in this set."]


def test_nothing_is_said_of_other_points_or_tasks() -> None:
    experiment = Experiment()
    snapshot = Session(experiment).snapshot(PREDICTIONS)
    data = make_dataset(experiment.data, 0)
    other = with_changes(experiment, data__source__samples=100)
    blobs = with_changes(experiment, data__source__name="blobs", data__source__classes=3)
    assert confusion(None, data, True) is None
    assert confusion(replace(snapshot, test_outputs=None), data, True) is None
    assert confusion(snapshot, make_dataset(other.data, 0), True) is None
    assert scatter(snapshot, data, True) is None
    three = Session(blobs).snapshot(PREDICTIONS)
    assert confusion(three, data, True) is None


def test_a_scatter_tells_error_and_share_explained() -> None:
    experiment = with_changes(Experiment(), data__source__name="plane")
    session = Session(experiment)
    session.advance(epochs=20)
    snapshot = session.snapshot(PREDICTIONS)
    found = scatter(snapshot, make_dataset(experiment.data, 0), True)
    assert found is not None
    assert found.reach >= np.abs(found.targets).max()
    error = np.sqrt(2 * snapshot.metrics.test_loss)
    assert float(found.sentences[0].removeprefix("Typical error ")) == pytest.approx(error, rel=0.01)
    assert confusion(snapshot, make_dataset(experiment.data, 0), True) is None


def test_a_useless_regression_is_called_so() -> None:
    targets = np.array([0.0, 1.0])
    assert Scatter(targets, np.array([9.0, -9.0]), 1.0).sentences[1] == "No better than always the mean"
    assert Scatter(targets, targets, 1.0).sentences[1] == "Explains 100 % of the spread"
    assert Scatter(np.zeros(0), np.zeros(0), 1.0).sentences == ["No points in this set."]
