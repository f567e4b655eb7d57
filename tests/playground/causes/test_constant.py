"""The loss of the best constant answer, against the figures that formulas give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.causes import constant
from playground.causes.constant import constant_loss
from playground.data import OwnPoints, make_dataset
from playground.edits.changes import with_changes
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment

RNG = np.random.default_rng(0)
INPUTS = RNG.standard_normal((100, 2))


def loss(labels: np.ndarray, classes: int, kind: str, weights: tuple[float, ...] | None = None) -> float:
    points = OwnPoints(INPUTS, labels)
    experiment = with_changes(Experiment(), data__source=points.source(classes), data__train_share=1.0)
    experiment = with_changes(experiment, training__loss=kind, training__class_weights=weights)
    return constant_loss(experiment, make_dataset(experiment.data, experiment.seed, points))


def test_of_numbers_it_is_the_mean_or_the_median() -> None:
    labels = RNG.exponential(5.0, 100)
    assert loss(labels, 0, "squared_error") == pytest.approx(labels.var() / 2, rel=1e-6)
    assert loss(labels, 0, "absolute") == pytest.approx(np.abs(labels - np.median(labels)).mean(), rel=1e-6)


def test_of_classes_it_is_their_shares() -> None:
    two, three = np.repeat([0.0, 1.0], [30, 70]), np.repeat([0.0, 1.0, 2.0], [20, 30, 50])
    entropy = -sum(share * math.log(share) for share in (0.3, 0.7))
    assert loss(two, 2, "binary_cross_entropy") == pytest.approx(entropy, rel=1e-3)
    assert loss(two, 2, "squared_error") == pytest.approx(0.3 * 0.7 * 2, rel=1e-3)
    assert loss(two, 2, "hinge") == pytest.approx(0.3 * 2, rel=0.02)
    entropy = -sum(share * math.log(share) for share in (0.2, 0.3, 0.5))
    assert loss(three, 3, "softmax_cross_entropy") == pytest.approx(entropy, rel=1e-6)


def test_of_several_units_each_gives_its_own_best() -> None:
    """One unit a class with targets of ±1: the mean of each, or the more frequent end."""
    labels = np.repeat([0.0, 1.0, 2.0], [20, 30, 50])
    shares = np.array([0.2, 0.3, 0.5])
    assert loss(labels, 3, "squared_error") == pytest.approx(2.0 * (shares * (1.0 - shares)).sum(), rel=1e-3)
    assert loss(labels, 3, "hinge") == pytest.approx(2.0 * np.minimum(shares, 1.0 - shares).sum(), rel=1e-6)


def test_samples_that_weigh_more_count_for_more() -> None:
    """Weights that bring classes of 20, 30 and 50 samples to shares of 0.4, 0.4 and 0.2."""
    labels, weights = np.repeat([0.0, 1.0, 2.0], [20, 30, 50]), (6.0, 4.0, 1.2)
    shares = np.array([0.4, 0.4, 0.2])
    entropy = -(shares * np.log(shares)).sum()
    assert loss(labels, 3, "softmax_cross_entropy", weights) == pytest.approx(entropy, rel=1e-6)
    assert loss(labels, 3, "squared_error", weights) == pytest.approx(2.0 * (shares * (1.0 - shares)).sum(), rel=1e-6)


def test_of_classes_one_sample_each_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many samples there are: a constant answer cannot tell those of one class apart."""
    asked: list[int] = []
    real = Engine.losses
    monkeypatch.setattr(Engine, "losses", lambda *given: asked.append(given[2].shape[1]) or real(*given))
    loss(np.repeat([0.0, 1.0, 2.0], [20, 30, 50]), 3, "softmax_cross_entropy")
    assert asked == [3]


def test_of_many_numbers_no_more_than_some_are_measured_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = RNG.exponential(5.0, 100)
    whole = loss(labels, 0, "huber")
    monkeypatch.setattr(constant, "AT_ONCE", 7)
    assert loss(labels, 0, "huber") == pytest.approx(whole, rel=1e-12)
