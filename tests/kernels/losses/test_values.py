"""Losses and their gradients where the logits are extreme: finite whenever the exact value is, and right."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.networks import DTYPES, STABLE, Run, make, outputs_for
from tests.reference import LOSSES

dtypes = cases("dtype", DTYPES)
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


def with_weights(targets: np.ndarray, dtype: type) -> np.ndarray:
    """Targets and the samples' weights, all 1."""
    return np.vstack([targets, np.ones(targets.shape[1])]).astype(dtype, order="C")


@dtypes
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_binary_cross_entropy_of_any_logit(target: float, dtype: type) -> None:
    run, logits = bare(1, "binary_cross_entropy", dtype), extremes(dtype)
    targets = np.array([[target], [1.0]], dtype)
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
    targets = with_weights(np.eye(outputs)[chance.integers(0, outputs, 400)].T, dtype)
    exact = logits.astype(float)
    shifted = exact - exact.max(axis=0)
    each = np.log(np.exp(shifted).sum(axis=0)) - (targets[:-1] * shifted).sum(axis=0)
    chances = np.exp(shifted) / np.exp(shifted).sum(axis=0)
    for index in range(400):
        one = logits[:, [index]].copy(), targets[:, [index]].copy()
        found, gradient = run.gradients(*one)
        loss, _, output = run.evaluate(*one)
        assert loss == found
        assert np.isfinite(found)
        assert found == pytest.approx(each[index], rel=30 * EPSILON[dtype], abs=30 * EPSILON[dtype])
        assert output[:, 0] == pytest.approx(chances[:, index], abs=4 * EPSILON[dtype])
        assert gradient[-outputs:] == pytest.approx(chances[:, index] - targets[:-1, index], abs=8 * EPSILON[dtype])
    mean = run.evaluate(logits, targets)[0]
    assert mean == pytest.approx(each.mean(), rel=30 * EPSILON[dtype])


@dtypes
def test_squared_error_of_large_outputs(dtype: type) -> None:
    """The sum is kept in float64, so what float32 can hold as an output gives a finite loss."""
    run, top = bare(2, "squared_error", dtype, head="linear"), {np.float32: 1e30, np.float64: 1e150}[dtype]
    inputs, targets = np.array([[top, -top, 1.0], [0.0, top, -1.0]], dtype), with_weights(np.zeros((2, 3)), dtype)
    exact = (inputs.astype(float) ** 2).sum() / 2 / 3
    assert np.isfinite(exact)
    assert run.evaluate(inputs, targets)[0] == pytest.approx(exact, rel=1e-6)
    assert run.gradients(inputs, targets)[0] == pytest.approx(exact, rel=1e-6)


@dtypes
@cases("loss", [name for name in STABLE if name != "hinge"])
def test_a_saturated_network_still_trains(loss: str, dtype: type) -> None:
    """Huge weights make logits that no exponential can hold; a step on them stays finite."""
    run = make(
        1, (2, 5, outputs_for(loss)), "tanh", loss, head={"huber": "tanh", "absolute": "tanh"}.get(loss), dtype=dtype
    )
    run.parameters[:] *= dtype(1e25)
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


def focal_of(u: np.ndarray, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Loss and slope by u, the logit of the right class against the other."""
    with np.errstate(over="ignore", under="ignore"):
        wrong, right, surprise = np.exp(-np.logaddexp(0, u)), np.exp(-np.logaddexp(0, -u)), np.logaddexp(0, -u)
        return wrong**gamma * surprise, -(wrong**gamma) * (gamma * right * surprise + wrong)


@dtypes
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 10.0])
def test_focal_loss_of_any_logit(gamma: float, dtype: type) -> None:
    run, logits = bare(1, "binary_focal", dtype), extremes(dtype)
    run.hyperparameters[codes.LOSS_NUMBER] = gamma
    for target, sign in ((0.0, -1.0), (1.0, 1.0)):
        targets = np.array([[target], [1.0]], dtype)
        expected, slopes = focal_of(sign * logits.astype(float), gamma)
        for logit, loss, slope in zip(logits, expected, sign * slopes, strict=True):
            inputs = np.full((1, 1), logit, dtype)
            found, gradient = run.gradients(inputs, targets)
            assert found == pytest.approx(loss, rel=100 * EPSILON[dtype], abs=1e-37)
            assert gradient[1] == pytest.approx(slope, rel=1e-3, abs=40 * EPSILON[dtype])


@dtypes
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 10.0])
def test_focal_loss_of_two_classes_is_the_binary_one(gamma: float, dtype: type) -> None:
    run, logits = bare(2, "softmax_focal", dtype), extremes(dtype)
    run.hyperparameters[codes.LOSS_NUMBER] = gamma
    targets = np.array([[0.0], [1.0], [1.0]], dtype)
    expected, slopes = focal_of(logits.astype(float), gamma)
    for logit, loss, slope in zip(logits, expected, slopes, strict=True):
        found, gradient = run.gradients(np.array([[0], [logit]], dtype), targets)
        assert found == pytest.approx(loss, rel=100 * EPSILON[dtype], abs=1e-37)
        assert gradient[-2:] == pytest.approx([-slope, slope], rel=1e-3, abs=40 * EPSILON[dtype])


@dtypes
@pytest.mark.parametrize("loss", ["huber", "absolute", "hinge"])
def test_straight_losses_at_and_beyond_their_corners(loss: str, dtype: type) -> None:
    run, delta = bare(1, loss, dtype), 0.5
    run.hyperparameters[codes.LOSS_NUMBER] = delta
    for z in (-1e30, -3.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 3.0, 1e30):
        for target in (-1.0, 1.0) if loss == "hinge" else (0.0,):
            found, gradient = run.gradients(np.array([[z]], dtype), np.array([[target], [1.0]], dtype))
            d = float(np.array(z, dtype)) - target
            expected, slope = {
                "huber": (d * d / 2 if abs(d) <= delta else delta * (abs(d) - delta / 2), np.clip(d, -delta, delta)),
                "absolute": (abs(d), np.sign(d)),
                "hinge": (max(0.0, 1 - target * z), -target if target * z < 1 else 0.0),
            }[loss]
            assert found == pytest.approx(expected, rel=4 * EPSILON[dtype])
            assert gradient[1] == slope


@dtypes
@pytest.mark.parametrize("name", ["binary_cross_entropy", "softmax_cross_entropy"])
def test_naive_losses_break_down_where_the_stable_ones_hold(name: str, dtype: type) -> None:
    """The lesson on numerical stability: first the loss is infinite, then the gradient is not a number."""
    outputs = outputs_for(name, 2)
    far = {np.float32: 200.0, np.float64: 2000.0}[dtype]
    inputs = np.full((outputs, 1), -far, dtype)
    inputs[1:] = far
    targets = np.array([[1.0], [0.0]][:outputs] + [[1.0]], dtype)  # noqa: RUF005
    stable, naive = bare(outputs, name, dtype), bare(outputs, f"naive_{name}", dtype)
    assert np.isfinite(stable.gradients(inputs, targets)[0])
    assert not np.isfinite(naive.gradients(inputs, targets)[0])
    assert np.isnan(naive.gradients(inputs, targets)[1]).any()
    near = (inputs / dtype(100), targets)
    assert naive.gradients(*near)[0] == pytest.approx(stable.gradients(*near)[0], rel=1e-4)
    assert naive.gradients(*near)[1] == pytest.approx(stable.gradients(*near)[1], rel=1e-4, abs=1e-5)
    naive.inputs[:], naive.targets[:] = inputs, targets
    assert naive.train(1) == codes.NOT_FINITE


@dtypes
@cases("loss", LOSSES)
def test_sample_weights(loss: str, dtype: type) -> None:
    """A weight of 2 is a sample that is there twice, a weight of 0 one that is not."""
    run = make(4, (2, 4, outputs_for(loss)), "tanh", loss, samples=30, dtype=dtype)
    weights = np.array([0.0, 1.0, 2.0] * 10)
    run.targets[-1] = weights
    repeated = run.columns(np.repeat(np.arange(30), weights.astype(int)))
    repeated[1][-1] = 1
    loss_found, gradient = run.gradients()
    assert loss_found == pytest.approx(run.gradients(*repeated)[0], rel=1e-5)
    assert run.evaluate()[0] == pytest.approx(loss_found, rel=1e-5)
    assert gradient == pytest.approx(run.gradients(*repeated)[1], rel=1e-3, abs=1e-5)
    assert run.evaluate()[1] == run.training().twin.accuracy(run.inputs, run.targets) * run.settings[codes.TASK]


@dtypes
def test_label_smoothing_is_a_matter_of_targets(dtype: type) -> None:
    for loss in ("binary_cross_entropy", "softmax_cross_entropy"):
        run = make(5, (2, 4, outputs_for(loss)), "tanh", loss, samples=30, dtype=dtype)
        run.targets[:-1] = 0.9 * run.targets[:-1] + 0.1 / max(2, run.targets.shape[0] - 1)
        run.training()
        data = run.inputs, run.targets
        assert run.evaluate()[:2] == pytest.approx((run.twin.loss(*data), run.twin.accuracy(*data)), rel=1e-5)
        assert run.gradients()[1] == pytest.approx(run.twin.gradient(*data), rel=1e-3, abs=1e-6)
