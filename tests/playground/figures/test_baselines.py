"""Accuracy beside what is easy and possible; a regression's error beside always answering the mean."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.figures.baselines import SIMPLE, compared
from playground.numbers import MISSING, accuracy, figure
from playground.reference.references import references_of
from playground.run.session import Session
from playground.run.snapshot import Metrics
from tests.cases import cases


def dataset(name: str, **changes: object):
    experiment = with_changes(Experiment(), data__source__name=name, **changes)
    return make_dataset(experiment.data, 0)


def test_accuracy_with_majority_and_best_possible() -> None:
    data = dataset("circles", data__imperfections__label_noise=0.1)
    found = compared(data, Metrics(0.1, 0.2, 0.96, 0.872, 0.0), Experiment())
    assert found.title == "Accuracy"
    assert [(bar.name, bar.share, bar.text) for bar in found.bars] == [
        ("train", 0.96, "96.0 %"),
        ("test", 0.872, "87.2 %"),
    ]
    majority, best = found.marks
    assert majority.shares == data.majority_shares
    train, test = map(accuracy, data.majority_shares)
    assert (train != test, majority.text) == (True, f"{train} (train), {test} (test)")
    assert (best.name, best.shares, best.text) == ("best possible", (0.9, 0.9), "90.0 %")


def test_no_best_possible_where_it_is_not_known() -> None:
    found = compared(dataset("random_blobs", data__imperfections__position_noise=0.3), None, Experiment())
    assert [mark.name for mark in found.marks] == ["majority"]
    assert [bar.text for bar in found.bars] == ["–", "–"]
    assert [bar.share for bar in found.bars] == [None, None]


def test_without_a_test_set_its_bar_is_empty() -> None:
    found = compared(dataset("circles", data__train_share=1.0), Metrics(0.1, None, 0.5, None, 0.0), Experiment())
    assert (found.bars[1].share, found.bars[1].text) == (None, "–")
    assert found.marks[0].shares[1] is None
    assert "(" not in found.marks[0].text


def test_the_error_of_a_regression_is_in_the_targets_unit() -> None:
    data = dataset("plane")
    always_mean = 0.5 * np.mean((data.test_labels - data.train_labels.mean()) ** 2)
    found = compared(data, Metrics(0.02, float(always_mean), None, None, 0.0), Experiment())
    assert found.bars[0].text == "0.200"
    assert found.bars[1].share == pytest.approx(found.marks[0].shares[1])
    assert data.mean_errors == pytest.approx([data.train_labels.std(), np.sqrt(2 * always_mean)])


@pytest.mark.parametrize("loss", [0.0, 1e-300, 1e300, 1.7e308])
def test_every_loss_gives_a_bar_within_its_track(loss: float) -> None:
    found = compared(dataset("plane"), Metrics(loss, loss, None, None, 0.0), Experiment())
    assert 0 <= (found.bars[0].share or 0) <= 1
    assert "inf" not in found.bars[0].text


def test_the_best_simple_model_is_a_mark() -> None:
    data = dataset("xor")
    references = references_of(data)
    assert references is not None
    found = compared(data, None, Experiment(), references)
    assert [mark.name for mark in found.marks] == ["majority", SIMPLE[references.best.name], "best possible"]
    simple = found.marks[1]
    assert simple.shares == (references.best.left_out, references.best.held_out)
    line = references.named("linear")
    train, test = accuracy(line.left_out), accuracy(line.held_out)
    assert train != test
    assert f"a line {train} (train), {test} (test)" in simple.text, "the doctor tells the first of them"


def test_of_a_regression_a_line_may_be_the_best() -> None:
    data = dataset("plane")
    found = compared(data, None, Experiment(), references_of(data))
    assert [mark.name for mark in found.marks] == ["always the mean", "a line"]
    assert all(share is not None and share < 0.05 for share in found.marks[1].shares)


@cases("loss", ["huber", "absolute", "squared_error"])
@cases("target_scaling", ["none", "standardize"])
def test_whatever_the_loss_the_error_is_how_far_the_answers_are_off(loss: str, target_scaling: str) -> None:
    experiment = with_changes(
        Experiment(), data__source__name="plane", training__loss=loss, data__target_scaling=target_scaling,
        data__validation_share=0.2,
    )  # fmt: skip
    session = Session(experiment)
    session.advance(steps=30)
    data = session.dataset
    found = compared(data, session.metrics(), experiment)
    for bar, name in zip(found.bars, data.sets, strict=True):
        answers = session.predict(getattr(data, f"{name}_points").T).ravel()
        error = float(np.sqrt(np.mean((answers - getattr(data, f"{name}_labels")) ** 2)))
        assert bar.text == figure(error)


def test_of_a_sealed_test_set_no_error_is_told() -> None:
    changes = {"data__validation_share": 0.2, "data__test_sealed": True, "training__loss": "absolute"}
    experiment = with_changes(Experiment(), data__source__name="plane", **changes)
    session = Session(experiment)
    assert compared(session.dataset, session.metrics(), experiment).bars[2].text == MISSING
