"""Sharpness and gradient noise: against matrices and sums written out in full."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import OwnPoints
from playground.edits.changes import with_changes
from playground.engine import lanczos
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, Sgd
from playground.run import curvature
from playground.run.session import Session


def small(**changes: object) -> Session:
    changes = {"training__precision": "float64", **changes}
    changes = {"network": Network((Dense(3),)), **changes}
    made = with_changes(Experiment(), data__source__samples=40, **changes)
    session = Session(made)
    session.advance(epochs=10)
    return session


def gradient(session: Session, parameters: np.ndarray) -> np.ndarray:
    return session._run.engine.gradient(parameters, *session._run.examples.train)


def hessian(session: Session) -> np.ndarray:
    """All of it; tests/kernels/learning/test_curvature.py compares such matrices with PyTorch's."""
    size = session.state.parameters.size
    at = session.state.parameters.astype(np.float64)[None]
    found = session._run.engine.hessian_products(at, np.eye(size)[None], *session._run.examples.train)[0]
    return (found + found.T) / 2


@pytest.mark.parametrize("activation", ["tanh", "relu", "leaky_relu", "softplus", "gelu"])
@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy", "hinge"])
def test_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian(loss: str, activation: str) -> None:
    """Hinge's spectrum has the two signs alike, ReLU's samples lie on kinks where biases are 0."""
    network = Network((Dense(4, activation), Dense(3, activation)))
    session = Session(with_changes(small(training__loss=loss).experiment, network=network))
    for epochs in (0, 10):
        session.advance(epochs=epochs)
        found, values = session.sharpness(), np.linalg.eigvalsh(hessian(session))
        within = 1e-6 * np.abs(values).max()
        assert found.eigenvalue == pytest.approx(values.max(), abs=within)
        assert found.smallest == pytest.approx(values.min(), abs=within)
        assert found.limit == pytest.approx(2 / 0.03)
        assert found.converged
        assert found.residual <= within


def test_many_points_at_once_are_each_as_alone() -> None:
    session = small()
    rng = np.random.default_rng(0)
    points = session.state.parameters + 0.3 * rng.standard_normal((5, session.state.parameters.size))
    together = curvature.spectrum_ends(session.experiment, session.dataset, points)
    assert together.converged.all()
    for point, found in zip(points, together.values, strict=True):
        alone = curvature.spectrum_ends(session.experiment, session.dataset, point[None]).values[0]
        assert found == pytest.approx(alone, rel=1e-5)


def test_a_search_that_ended_early_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the spectrum is wider than the figures, and each lies within the residual of an eigenvalue."""
    session = small()
    values = np.linalg.eigvalsh(hessian(session))
    monkeypatch.setattr(lanczos, "MOST_ITERATIONS", 4)
    found = session.sharpness()
    assert not found.converged
    assert values.min() - 1e-12 <= found.smallest <= found.eigenvalue <= values.max() + 1e-12
    for figure in (found.smallest, found.eigenvalue):
        assert np.abs(values - figure).min() <= found.residual
    assert found.residual > 1e-6 * found.eigenvalue


def test_where_derivatives_are_too_large_nothing_is_claimed() -> None:
    points = OwnPoints(np.eye(2), np.ones(2))
    made = with_changes(
        Experiment(), data__source=points.source(0), data__train_share=1.0, training__precision="float64"
    )
    session = Session(with_changes(made, network=Network((Dense(3, "relu"),))), points=points)
    session.state.parameters[:] = 1e200
    found = session.sharpness()
    assert found[:3:2] == (None, None)
    assert (found.residual, found.converged) == (None, False)


@pytest.mark.parametrize(
    ("optimizer", "limit"),
    [
        (Sgd(), 2.0),
        (Sgd(momentum=0.9), 3.8),
        (Sgd(momentum=0.9, nesterov=True), 3.8 / 2.8),
        (Sgd(nesterov=True), 2.0),
    ],
)
def test_the_stable_limit_is_where_descent_on_a_parabola_begins_to_grow(optimizer: Sgd, limit: float) -> None:
    rate = 0.01
    found = curvature.stable_limit(optimizer, rate)
    assert found == pytest.approx(limit / rate)

    def size_after(bend: float) -> float:
        w, v = 1.0, 0.0
        for _ in range(20_000):
            slope = bend * w
            v = optimizer.momentum * v + slope
            w -= rate * (slope + optimizer.momentum * v if optimizer.nesterov else v)
            if abs(w) > 1e12:
                break
        return abs(w)

    assert size_after(0.99 * found) < 1.0 < size_after(1.01 * found)


def test_no_limit_is_claimed_for_optimizers_that_scale_each_step() -> None:
    assert curvature.stable_limit(Adam(), 0.01) is None
    assert curvature.stable_limit(Sgd(), 0.0) is None


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
    assert session.sharpness().eigenvalue == pytest.approx(largest, rel=1e-6)


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
