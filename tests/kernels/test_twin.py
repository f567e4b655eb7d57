"""Dense networks agree with the slow twin: outputs, maps, losses, gradients, accuracy and whole trainings."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import HEADS, HIDDEN
from tests.kernels.following import follow
from tests.kernels.networks import DTYPES, OPTIMIZERS, STABLE, Rule, Run, error, make
from tests.reference import ACTIVATIONS, KINDS, LOSSES, SCHEDULES
from tests.seeds import in_turn, pairs

WITHIN = {np.float64: 1e-12, np.float32: 1e-5}
WIDTHS = (1, 2, 3, 5, 7, 16, 17, 33, 64, 65)
BATCHES = (1, 2, 10, 15, 16, 17, 32, 33, 100, 1000)
dtypes = cases("dtype", DTYPES)


def outputs_for(loss: str, seed: int) -> int:
    """One unit where the loss is for two classes; otherwise some number."""
    if "binary" in loss:
        return 1
    return (2, 3, 8)[seed % 3] if "softmax" in loss else (2, 3, 8, 1, 5)[seed % 5]


def check(run: Run, dtype: type) -> None:
    """Everything that does not change the network."""
    inputs, targets, twin = run.inputs, run.targets, run.twin
    loss, accuracy, outputs = run.evaluate()
    slope_loss, gradient = run.gradients()
    within = WITHIN[dtype]
    assert error(outputs, twin.forward(inputs)[1][-1]) <= within
    assert error(run.activations(), twin.activations(inputs)) <= within
    assert error(loss, twin.loss(inputs, targets)) <= within
    assert error(slope_loss, twin.loss(inputs, targets)) <= within
    assert error(gradient, twin.gradient(inputs, targets)) <= within
    expected, floor = twin.gradient(inputs, targets), float(np.linalg.norm(gradient)) / 1000
    for wanted, found in zip(twin.parts(expected), twin.parts(gradient.astype(float)), strict=True):
        for part, mine in zip(wanted[:2], found[:2], strict=True):
            size = max(float(np.linalg.norm(part)), floor)
            assert np.linalg.norm(mine - part) <= 10 * within * size, "a small layer may not hide behind a large one"
    assert accuracy == (twin.accuracy(inputs, targets) if run.settings[codes.TASK] == codes.CLASSIFICATION else 0)


@pytest.mark.parametrize(("activation", "loss", "dtype"), in_turn(pairs(HIDDEN, STABLE, 3), DTYPES))
def test_every_activation_with_every_loss(activation: str, loss: str, dtype: type) -> None:
    for seed in range(3):
        last = outputs_for(loss, seed + HIDDEN.index(activation))
        check(make(seed, (2 + seed, 9, 6, last), activation, loss, samples=41 + seed, dtype=dtype), dtype)


@pytest.mark.parametrize(
    ("head", "loss", "dtype"), in_turn(product(HIDDEN, ["squared_error", "huber", "absolute"]), DTYPES)
)
def test_losses_of_a_distance_through_any_head(head: str, loss: str, dtype: type) -> None:
    check(make(3, (2, 5, 3), "tanh", loss, head=head, dtype=dtype), dtype)


@dtypes
@pytest.mark.parametrize("outputs", [1, 3, 17])
def test_regression(outputs: int, dtype: type) -> None:
    check(make(4, (3, 7, outputs), "silu", "squared_error", head="linear", dtype=dtype), dtype)


@pytest.mark.parametrize(("depth", "dtype"), in_turn(range(7), DTYPES))
def test_every_depth(depth: int, dtype: type) -> None:
    for seed, loss in enumerate(STABLE):
        chance = np.random.default_rng([depth, seed])
        hidden = [str(name) for name in chance.choice(HIDDEN, depth)]
        widths = (int(chance.choice(WIDTHS)), *(int(each) for each in chance.choice(WIDTHS[:7], depth)))
        check(make(seed, (*widths, outputs_for(loss, seed)), hidden, loss, dtype=dtype), dtype)


@pytest.mark.parametrize(("width", "dtype"), in_turn(WIDTHS, DTYPES))
def test_every_width(width: int, dtype: type) -> None:
    """As features, as a hidden layer before and after another, and as outputs."""
    check(make(width, (width, 5, width, 3), "tanh", "softmax_cross_entropy", dtype=dtype), dtype)
    check(make(width, (2, width, width, 1), "gelu", "binary_cross_entropy", dtype=dtype), dtype)
    check(make(width, (3, 4, width), "relu", "squared_error", dtype=dtype), dtype)
    check(make(width, (2, width), (), "softmax_cross_entropy", dtype=dtype), dtype)


@pytest.mark.parametrize(
    ("samples", "dtype"), in_turn([1, 2, 15, 16, 17, 31, 33, 64, 100, 255, 256, 257, 513, 1000], DTYPES)
)
def test_every_number_of_samples(samples: int, dtype: type) -> None:
    check(make(samples, (2, 7, 5, 3), "tanh", "softmax_cross_entropy", samples=samples, batch=3, dtype=dtype), dtype)
    check(make(samples, (3, 17, 1), "elu", "binary_cross_entropy", samples=samples, batch=64, dtype=dtype), dtype)


@dtypes
def test_the_largest_layers_and_the_deepest_stack(dtype: type) -> None:
    check(make(1, (2, 512, 300, 4), "tanh", "softmax_cross_entropy", samples=37, dtype=dtype), dtype)
    check(make(2, (2, *[4] * 32, 1), "sine", "squared_error", samples=37, dtype=dtype), dtype)


@pytest.mark.interpreted
@dtypes
@pytest.mark.parametrize("activation", HIDDEN)
def test_an_activation_and_its_slope_far_and_near(activation: str, dtype: type) -> None:
    """One hidden unit for each z, its bias; the head adds them so lightly that the loss hardly moves."""
    sizes = 10.0 ** np.linspace(-6, 2.5, 60)
    grid = np.concatenate([-sizes, [-0.0, 0.0], sizes, np.linspace(-12, 12, 97)]).astype(dtype)
    run = make(0, (1, grid.size, 1), activation, "squared_error", head="linear", samples=19, dtype=dtype)
    (weights, biases, _), (head_weights, head_biases, _) = run.twin.parts(run.parameters)
    weights[:], biases[:], head_weights[:], head_biases[:] = 0, grid, 2.0**-30, 1
    run.targets[0] = 0
    value, slope = ACTIVATIONS[activation]
    within = {np.float64: 2e-15, np.float32: 1e-6}[dtype]
    expected = value(grid.astype(float))
    found = run.activations()[:-1]
    assert (np.abs(found - expected[:, None]) <= within * np.maximum(1, np.abs(grid))[:, None]).all()
    assert (found == found[:, :1]).all(), "a value depends on the lane it is computed in"
    slopes = next(run.twin.parts(run.gradients()[1]))[1].astype(float) * 2**30
    outputs = run.evaluate()[2].mean()
    assert slopes / outputs == pytest.approx(slope(grid.astype(float)), abs=40 * within)


@dtypes
def test_the_first_of_equal_classes_wins(dtype: type) -> None:
    run = make(5, (2, 3, 4), "tanh", "softmax_cross_entropy", dtype=dtype)
    run.parameters[:] = 0
    assert run.evaluate()[1] == (run.targets[:-1].argmax(axis=0) == 0).mean()


@pytest.mark.parametrize("batch", BATCHES)
def test_every_batch_size_with_a_partial_last_batch(batch: int) -> None:
    for seed, samples in enumerate((50, 101, 257)):
        run = make(seed, (2, 6, 3), "tanh", "softmax_cross_entropy", Rule("momentum"), batch=batch, samples=samples)
        assert follow(run, min(2 * samples // batch + 3, 40)) <= 1e-12


@pytest.mark.parametrize("steps", [120, pytest.param(300, marks=pytest.mark.long)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_hundred_steps_and_more(optimizer: str, steps: int) -> None:
    """Long enough for a bias correction or a running product that is slightly off to show."""
    rule = Rule(optimizer, rate=0.003, decay=0.999, epsilon=1e-6)
    assert follow(make(8, (2, 4, 2, 1), "tanh", "squared_error", rule, samples=33), steps) <= 1e-9


@dtypes
def test_the_penalty(dtype: type) -> None:
    for rule in (Rule(), Rule(l1=0.5), Rule(l2=0.25), Rule(l1=1e-4, l2=1e3)):
        run = make(9, (3, 17, 5, 2), "relu", "softmax_cross_entropy", rule, dtype=dtype)
        expected = run.twin.penalty(rule.l1, rule.l2)
        assert run.penalty() == pytest.approx(expected, rel={np.float64: 1e-12, np.float32: 1e-7}[dtype])


@dtypes
def test_sums_over_many_samples_are_kept_in_float64(dtype: type) -> None:
    """One large loss first: a float32 sum would stand still. Every loss is exact, so the mean must be."""
    run = make(10, (1, 1), (), "squared_error", head="linear", samples=40_000, tests=0, dtype=dtype)
    run.parameters[:] = 1, 0
    run.inputs[:], run.targets[0] = 0.25, 0
    run.inputs[0, 0] = 8192
    exact = (8192**2 / 2 + 39_999 / 32) / 40_000
    assert run.evaluate()[0] == pytest.approx(exact, rel=1e-12)
    assert run.gradients()[0] == pytest.approx(exact, rel={np.float64: 1e-12, np.float32: 1e-7}[dtype])
    run.counters[:] = 0
    run.hyperparameters[codes.LEARNING_RATE] = 0
    run.settings[codes.BATCH_SIZE] = 10
    assert run.train(4000, stride=1) == codes.OK
    assert run.records[0, codes.RECORD_TRAIN_LOSS] == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("widths", [(2, 8, 1), (2, 17, 17, 1)])
def test_a_step_on_a_very_large_batch_in_float32(widths: tuple[int, ...]) -> None:
    """Sums of 20,000 gradients, each rounded, still agree."""
    run = make(11, widths, "tanh", "binary_cross_entropy", batch=20_000, samples=20_000, tests=0, dtype=np.float32)
    assert error(run.gradients()[1], run.twin.gradient(run.inputs, run.targets)) <= 1e-5
    assert follow(run, 1) <= 1e-4


def test_the_tables_of_twin_and_kernels_are_the_same() -> None:
    assert set(HEADS) == set(codes.LOSSES) == set(LOSSES)
    assert set(HIDDEN) | {"softmax"} == set(codes.ACTIVATIONS)
    assert set(OPTIMIZERS) - {"momentum", "nesterov"} == set(codes.OPTIMIZERS)
    assert set(KINDS) == set(codes.KINDS)
    assert set(SCHEDULES) == set(codes.SCHEDULES)
