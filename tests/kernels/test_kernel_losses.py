"""Losses and their gradients where the logits are extreme: finite whenever the exact value is, and right."""

from __future__ import annotations

import numpy as np
import pytest

from tests.kernels.networks import DTYPES, Run, make

dtypes = pytest.mark.parametrize("dtype", DTYPES)
LARGEST = {np.float32: 1e30, np.float64: 1e300}
EPSILON = {np.float32: 6e-8, np.float64: 2e-16}


def bare(outputs: int, loss: str, dtype: type, head: str | None = None) -> Run:
    """No hidden layer, weights the unit matrix: the inputs are the logits."""
    run = make(0, (outputs, outputs), (), loss, head=head, dtype=dtype)
    run.parameters[:] = np.concatenate([np.eye(outputs).ravel(), np.zeros(outputs)])
    return run


def extremes(dtype: type) -> np.ndarray:
    top = LARGEST[dtype]
    half = np.concatenate([np.geomspace(1e-30, 1e3, 67), [88, 89, 104, 709, 710, 746, 1e4, 1e9, top / 3, top]])
    return np.concatenate([-half, [-0.0, 0.0], half]).astype(dtype)


@dtypes
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_binary_cross_entropy_of_any_logit(target: float, dtype: type) -> None:
    run, logits = bare(1, "binary_cross_entropy", dtype), extremes(dtype)
    targets = np.full((1, 1), target, dtype)
    signed = logits.astype(float) * (1 - 2 * target)
    with np.errstate(over="ignore"):
        wrong = np.exp(-np.logaddexp(0, -signed)) * (1 - 2 * target)
    for logit, expected, slope in zip(logits, np.logaddexp(0, signed), wrong, strict=True):
        inputs = np.full((1, 1), logit, dtype)
        found, gradient = run.gradients(inputs, targets)
        assert run.evaluate(inputs, targets)[0] == found
        assert np.isfinite(found)
        assert found == pytest.approx(expected, rel=30 * EPSILON[dtype], abs=1e-300 if dtype is np.float64 else 1e-37)
        assert gradient[1] == pytest.approx(slope, abs=4 * EPSILON[dtype])


@dtypes
@pytest.mark.parametrize("outputs", [2, 3, 8])
def test_softmax_cross_entropy_of_any_logits(outputs: int, dtype: type) -> None:
    run, chance = bare(outputs, "softmax_cross_entropy", dtype), np.random.default_rng(outputs)
    logits = chance.choice(extremes(dtype), (outputs, 400))
    logits[:, 0], logits[:, 1] = LARGEST[dtype], -LARGEST[dtype]
    logits[:, 2] = LARGEST[dtype] * np.sign(np.arange(outputs) - 0.5)
    targets = np.eye(outputs)[chance.integers(0, outputs, 400)].T.astype(dtype, order="C")
    exact = logits.astype(float)
    shifted = exact - exact.max(axis=0)
    each = np.log(np.exp(shifted).sum(axis=0)) - (targets * shifted).sum(axis=0)
    chances = np.exp(shifted) / np.exp(shifted).sum(axis=0)
    for index in range(400):
        one = logits[:, [index]].copy(), targets[:, [index]].copy()
        found, gradient = run.gradients(*one)
        loss, _, output = run.evaluate(*one)
        assert loss == found
        assert np.isfinite(found)
        assert found == pytest.approx(each[index], rel=30 * EPSILON[dtype], abs=30 * EPSILON[dtype])
        assert output[:, 0] == pytest.approx(chances[:, index], abs=4 * EPSILON[dtype])
        assert gradient[-outputs:] == pytest.approx(chances[:, index] - targets[:, index], abs=8 * EPSILON[dtype])
    mean = run.evaluate(logits, targets)[0]
    assert mean == pytest.approx(each.mean(), rel=30 * EPSILON[dtype])


@dtypes
def test_squared_error_of_large_outputs(dtype: type) -> None:
    """The sum is kept in float64, so what float32 can hold as an output gives a finite loss."""
    run, top = bare(2, "squared_error", dtype, head="linear"), {np.float32: 1e30, np.float64: 1e150}[dtype]
    inputs, targets = np.array([[top, -top, 1.0], [0.0, top, -1.0]], dtype), np.zeros((2, 3), dtype)
    exact = (inputs.astype(float) ** 2).sum() / 2 / 3
    assert np.isfinite(exact)
    assert run.evaluate(inputs, targets)[0] == pytest.approx(exact, rel=1e-6)
    assert run.gradients(inputs, targets)[0] == pytest.approx(exact, rel=1e-6)


@dtypes
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "softmax_cross_entropy", "squared_error"])
def test_a_saturated_network_still_trains(loss: str, dtype: type) -> None:
    """Huge weights make logits that no exponential can hold; a step on them stays finite."""
    run = make(1, (2, 5, 1 if loss == "binary_cross_entropy" else 3), "tanh", loss, dtype=dtype)
    run.parameters *= dtype(1e25)
    assert np.isfinite(run.evaluate()[0])
    assert run.train(20, stride=1) == 0
    assert np.isfinite(run.records).all()


@dtypes
def test_the_loss_is_a_mean_and_not_a_sum(dtype: type) -> None:
    run = make(2, (2, 4, 3), "tanh", "softmax_cross_entropy", samples=30, dtype=dtype)
    twice = run.columns(np.tile(np.arange(30), 2))
    assert run.evaluate(*twice)[0] == pytest.approx(run.evaluate()[0], rel=1e-12)
    assert run.gradients(*twice)[1] == pytest.approx(run.gradients()[1], rel=1e-4, abs=1e-6)


@dtypes
def test_of_no_samples_the_loss_is_zero(dtype: type) -> None:
    run = make(3, (2, 4, 3), "tanh", "softmax_cross_entropy", dtype=dtype)
    nothing = run.inputs[:, :0].copy(), run.targets[:, :0].copy()
    assert run.evaluate(*nothing)[:2] == (0, 0)
    loss, gradient = run.gradients(*nothing)
    assert loss == 0
    assert (gradient == 0).all()
