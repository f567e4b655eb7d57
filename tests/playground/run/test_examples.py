"""Inputs, targets and sample weights that a network is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.run import coding
from playground.run.checkpoint import Checkpoint
from playground.run.coding import class_weights
from playground.run.examples import Examples, first_inputs
from playground.run.session import Session
from tests.cases import cases
from tests.own_points import about, made


def shown(name: str, **changes: Any) -> tuple[Examples, Any]:
    experiment = with_changes(Experiment(), data__source__name=name, **changes)
    dataset = make_dataset(experiment.data, experiment.seed)
    return Examples(experiment, dataset, np.float64), dataset


def test_images_are_shown_pixel_by_pixel_whatever_the_features() -> None:
    found, dataset = shown("shapes")
    assert np.array_equal(found.train[0], dataset.train_points)
    assert found.train[0].flags.c_contiguous
    assert found.train[1].shape == (5, dataset.train_labels.size)
    scaled, _ = shown("shapes", data__scaling="min_max")
    assert scaled.train[0].min() == pytest.approx(-1.0, abs=1e-4)


def test_targets_of_the_plane_are_as_ever_with_a_row_of_ones() -> None:
    found, dataset = shown("circles")
    assert np.array_equal(found.train[1], [2 * dataset.train_labels - 1, np.ones(dataset.train_labels.size)])
    found, dataset = shown("plane", data__source__samples=40)
    assert np.array_equal(found.test[1], [dataset.test_labels, np.ones(20)])


@cases(
    ("name", "loss", "wrong", "right"),
    [
        ("circles", "squared_error", -1.0, 1.0),
        ("circles", "hinge", -1.0, 1.0),
        ("three_spirals", "hinge", -1.0, 1.0),
        ("circles", "binary_cross_entropy", 0.0, 1.0),
        ("circles", "focal", 0.0, 1.0),
        ("three_spirals", "softmax_cross_entropy", 0.0, 1.0),
        ("three_spirals", "focal", 0.0, 1.0),
    ],
)
def test_the_code_of_a_class_follows_the_loss(name: str, loss: str, wrong: float, right: float) -> None:
    found, dataset = shown(name, training__loss=loss)
    rows = found.train[1][:-1]
    labels = dataset.train_labels.astype(int)
    expected = labels == 1 if len(rows) == 1 else labels == np.arange(len(rows))[:, None]
    assert np.array_equal(rows, np.where(expected, right, wrong).reshape(rows.shape))


def test_label_smoothing_spreads_a_share_over_all_classes() -> None:
    found, dataset = shown("circles", training__loss="binary_cross_entropy", training__label_smoothing=0.2)
    assert np.allclose(found.train[1][0], np.where(dataset.train_labels == 1, 0.9, 0.1))
    found, dataset = shown("shapes", training__label_smoothing=0.2)
    assert np.allclose(found.train[1][:4].sum(axis=0), 1.0)
    assert np.allclose(np.unique(found.train[1][:4]), [0.05, 0.85])
    assert np.array_equal(found.train[1][:4].argmax(axis=0), dataset.train_labels)


@pytest.mark.parametrize("name", ["bars", "digits"])
def test_the_right_class_is_known_however_smooth_its_label(name: str) -> None:
    loss = "binary_cross_entropy" if name == "bars" else "softmax_cross_entropy"
    smooth = {"training__loss": loss, "training__label_smoothing": 1.0 - 1e-12}
    experiment = with_changes(Experiment(), data__source__name=name, **smooth)
    dataset = make_dataset(experiment.data, experiment.seed)
    rows = Examples(experiment, dataset, np.float32).train[1][:-1]
    found = rows[0] > 0.5 if name == "bars" else rows.argmax(axis=0)
    assert np.array_equal(found, dataset.train_labels)


def test_balanced_classes_count_the_same_in_training_and_keep_their_weight_in_the_test() -> None:
    found, dataset = shown("blobs", training__class_weights="balanced", data__imperfections__imbalance=0.8)
    weights, labels = found.train[1][-1], dataset.train_labels
    assert weights.mean() == pytest.approx(1.0)
    sums = [weights[labels == index].sum() for index in range(3)]
    assert np.allclose(sums, weights.size / 3)
    for index in range(3):
        test = found.test[1][-1][dataset.test_labels == index]
        assert np.all(test == weights[labels == index][0])


def test_given_weights_keep_their_ratios_and_average_1() -> None:
    found, dataset = shown("circles", training__class_weights=(1.0, 3.0))
    weights, labels = found.train[1][-1], dataset.train_labels
    assert weights.mean() == pytest.approx(1.0)
    assert weights[labels == 1][0] == pytest.approx(3.0 * weights[labels == 0][0])


def test_weights_of_odd_training_sets_stay_finite() -> None:
    only_second = np.ones(5)
    assert class_weights("balanced", 3, only_second).tolist() == [5.0, 1.0, 5.0]
    assert class_weights((2.0, 0.0, 1.0), 3, only_second).tolist() == [2.0, 0.0, 1.0]
    assert class_weights(None, 3, only_second).tolist() == [1.0, 1.0, 1.0]
    assert class_weights(None, 0, only_second).size == 0


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("validated", [0.0, 0.2])
def test_the_first_inputs_are_those_that_the_network_is_shown(sealed: bool, validated: float) -> None:
    experiment = with_changes(
        Experiment(), data__scaling="standardize", data__validation_share=validated,
        data__imperfections__irrelevant_features=2, data__test_sealed=sealed and validated > 0.0,
    )  # fmt: skip
    dataset = make_dataset(experiment.data, experiment.seed)
    found = Examples(experiment, dataset, np.float64)
    for most in (7, 100_000):
        train, held_out = first_inputs(experiment, dataset, most)
        assert np.array_equal(train, found.train[0][:, :most])
        assert np.array_equal(held_out, found.held_out[0][:, :most])


def test_runs_that_are_shown_the_same_share_their_inputs() -> None:
    """A look ahead at a large table would else take as much memory as the run."""
    session = Session(Experiment())
    other = Session(session.checkpoint())
    assert other._run.examples.train[0] is session._run.examples.train[0]
    rate = with_changes(session.experiment, training__learning_rate=0.3, network__layers=())
    assert Session(Checkpoint(rate, dataset=session.dataset))._run.examples.test[0] is session._run.examples.test[0]
    scaled = with_changes(session.experiment, data__scaling="standardize")
    assert (
        Session(Checkpoint(scaled, dataset=session.dataset))._run.examples.train[0] is not other._run.examples.train[0]
    )
    assert Session(session.experiment, np.float64)._run.examples.train[0].dtype == np.float64


@pytest.mark.parametrize("name", ["plane", "own"])
def test_inputs_are_the_same_however_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    features = ("x", "sin(3*x)+abs(y)", "xy") if name == "plane" else ("x1", "sin(2*x2)")
    points = made(3, 90, 2) if name == "own" else None
    given = {"data__scaling": "robust", "data__features": features, "data__formulas": features[1:2],
             "data__imperfections__irrelevant_features": 2, "data__validation_share": 0.2}  # fmt: skip
    experiment = about(points, **given) if points is not None else with_changes(Experiment(), **given)
    dataset = make_dataset(experiment.data, experiment.seed, points)
    whole = Examples(experiment, dataset, np.float32)
    monkeypatch.setattr(coding, "AT_ONCE", 7)
    again = Examples(experiment, replace(dataset), np.float32)
    for one, other in ((whole.train, again.train), (whole.validation, again.validation), (whole.test, again.test)):
        assert one[0] is not other[0]
        assert one[0].tobytes() == other[0].tobytes()
        assert other[0].flags.c_contiguous
