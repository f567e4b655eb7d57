"""Sharpness and gradient noise: against matrices and sums written out in full."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.run.curvature import power_iteration
from playground.run.session import Session


def small(**changes: object) -> Session:
    changes = {"training__precision": "float64", **changes}
    made = with_changes(Experiment(), network=Network((Dense(3),)), data__source__samples=40, **changes)
    session = Session(made)
    session.advance(epochs=10)
    return session


def gradient(session: Session, parameters: np.ndarray) -> np.ndarray:
    return session._run.engine.gradient(parameters, *session._run.examples.train)


def hessian(session: Session) -> np.ndarray:
    """Every column by central differences of the gradient."""
    at, step = session.state.parameters, 1e-5
    columns = []
    for unit in np.eye(at.size):
        columns.append((gradient(session, at + step * unit) - gradient(session, at - step * unit)) / (2 * step))
    found = np.array(columns)
    return (found + found.T) / 2


def test_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian() -> None:
    for loss in ("squared_error", "binary_cross_entropy"):
        session = small(training__loss=loss)
        found = session.sharpness()
        assert found.eigenvalue == pytest.approx(np.linalg.eigvalsh(hessian(session)).max(), rel=5e-3)
        assert found.limit == pytest.approx(2 / 0.03)


def test_power_iteration_finds_the_eigenvalue_of_largest_size() -> None:
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    matrix = turn @ np.diag([-9.0, 4.0, 1.0, 0.5, 0.0]) @ turn.T
    assert power_iteration(lambda vector: matrix @ vector, np.ones(5)) == pytest.approx(-9.0, rel=1e-3)
    assert power_iteration(lambda vector: 0 * vector, np.ones(5)) == 0.0
    assert power_iteration(lambda vector: vector, np.zeros(5)) == 0.0


def test_the_noise_scale_is_the_trace_of_the_covariance_over_the_squared_gradient() -> None:
    session = small()
    inputs, targets = session._run.examples.train
    each = np.array(
        [
            session._run.engine.gradient(
                session.state.parameters,
                np.ascontiguousarray(inputs[:, place : place + 1]),
                np.ascontiguousarray(targets[:, place : place + 1]),
            )
            for place in range(inputs.shape[1])
        ]
    )
    mean = each.mean(axis=0)
    assert mean == pytest.approx(gradient(session, session.state.parameters), rel=1e-9)
    expected = np.trace(np.cov(each.T, bias=True)) / (mean @ mean)
    assert session.gradient_noise_scale() == pytest.approx(expected, rel=1e-6)


def test_looking_changes_nothing_and_single_precision_gives_about_the_same() -> None:
    double, single = small(), small(training__precision="float32")
    before = single.digest()
    assert single.sharpness().eigenvalue == pytest.approx(double.sharpness().eigenvalue, rel=1e-2)
    assert single.gradient_noise_scale() == pytest.approx(double.gradient_noise_scale(), rel=1e-2)
    assert single.digest() == before


def test_what_training_does_not_move_does_not_count() -> None:
    layers = (Dense(3, frozen=True), BatchNorm(), Dropout(0.5))
    session = small()
    session = Session(with_changes(session.experiment, network=Network(layers), training__optimizer=Adam()))
    session.advance(epochs=5)
    found = hessian(session)
    moved = session.layout.trained()
    largest = np.linalg.eigvalsh(found[np.ix_(moved, moved)]).max()
    assert session.sharpness().eigenvalue == pytest.approx(largest, rel=5e-3)


def test_without_a_rate_there_is_no_limit_and_without_a_gradient_no_scale() -> None:
    session = Session(with_changes(Experiment(), training__learning_rate=0.0, training__initializer="zeros"))
    assert session.sharpness().limit is None
    layers = (Dense(3, "relu"),)
    dead = with_changes(Experiment(), network=Network(layers), training__initializer="zeros", data__train_share=1.0)
    dead = with_changes(dead, data__source__name="plane", training__initial_bias=0.0)
    scale = Session(dead).gradient_noise_scale()
    assert scale is None or np.isfinite(scale)


def test_a_rise_beyond_all_bounds_is_still_told_in_finite_figures() -> None:
    session = small(training__initializer="constant", training__initializer_scale=100.0)
    session.state.parameters[:] = 1e200
    found = session.sharpness()
    assert np.isfinite(found.eigenvalue)
    scale = session.gradient_noise_scale()
    assert scale is None or np.isfinite(scale)
