"""Every kind of layer agrees with the slow twin: evaluation, training with its own chance, running statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import choice, draw, rule_for
from tests.kernels.following import follow
from tests.kernels.networks import DTYPES, Run, error, prepare
from tests.reference import KINDS, Chance, Rule, stack

WITHIN = {np.float64: 1e-12, np.float32: 2e-5}
NORM_WITHIN = {np.float64: 1e-10, np.float32: 5e-4}
VELOCITY = Rule("momentum", rate=2.0**-20)
"""After one step from rest the velocity is the gradient itself."""
WALK = Rule("momentum", rate=0.02)

counts = pytest.mark.parametrize("count", [3, pytest.param(10, marks=pytest.mark.long)])
dtypes = cases("dtype", DTYPES)


def within(run: Run, dtype: type) -> float:
    normed = any(layer.kind in ("batch_norm", "layer_norm") for layer in run.twin.layers)
    return (NORM_WITHIN if normed else WITHIN)[dtype]


def numbered(kind: str, count: int, **choices: object) -> list[int]:
    """The first `count` numbers whose network is about this kind."""
    return [number for number in range(count * len(KINDS)) if choice(number).kind == kind]


def prepared(number: int, dtype: type, rule: Rule = VELOCITY, batch: int = 31) -> Run:
    """The numbered network with 31 samples to train on and 20 to test on, in this precision."""
    net = draw(number, samples=51)
    run = prepare(net, rule, seed=number, batch=batch, dtype=dtype)
    run.training()  # the twin starts at the rounded parameters
    return run


def parts_agree(run: Run, found: np.ndarray, expected: np.ndarray, limit: float) -> None:
    """Layer by layer, so that a small layer cannot hide behind a large one; statistics have no gradient."""
    floor = 1e-3 * float(np.linalg.norm(expected))
    pairs = zip(run.twin.parts(found.astype(float)), run.twin.parts(expected), strict=True)
    for mine, theirs in pairs:
        for part, wanted in zip(mine[:2], theirs[:2], strict=True):
            assert np.linalg.norm(part - wanted) <= 10 * limit * max(float(np.linalg.norm(wanted)), floor)
        assert (mine[2] == 0).all()


@counts
@dtypes
@pytest.mark.parametrize("kind", KINDS)
def test_evaluation(kind: str, dtype: type, count: int) -> None:
    """Maps, outputs, loss, accuracy, gradient: no dropout or noise, running statistics."""
    for number in numbered(kind, count):
        run = prepared(number, dtype)
        loss, accuracy, outputs = run.evaluate()
        twin, data, limit = run.twin, (run.inputs, run.targets), within(run, dtype)
        assert error(run.activations(), twin.activations(run.inputs)) <= limit
        assert error(outputs, twin.forward(run.inputs)[1][-1]) <= limit
        assert error(loss, twin.loss(*data)) <= limit
        assert accuracy == (twin.accuracy(*data) if run.settings[codes.TASK] == codes.CLASSIFICATION else 0)
        slope_loss, gradient = run.gradients()
        assert error(slope_loss, twin.loss(*data)) <= limit
        expected = twin.gradient(*data)
        assert error(gradient, expected) <= limit
        parts_agree(run, gradient, expected, limit)


@counts
@dtypes
@pytest.mark.parametrize("kind", KINDS)
def test_one_training_step(kind: str, dtype: type, count: int) -> None:
    """The gradient in training mode, with the twin's own dropout masks and noise, and the new running statistics."""
    for number in numbered(kind, count):
        run = prepared(number, dtype)
        run.counters[codes.STEP] = (0, 1, 7, 2**15 - 1, 2**15, 2**17, 2**32, 10**9 + 7)[number % 8]
        chance = Chance(int(run.counters[codes.NOISE_SEED]), int(run.counters[codes.STEP]))
        batch = run.columns(run.next_batch())
        assert batch[0].shape[1] == 31
        expected, after = run.twin.learn(*batch, chance)
        assert run.train(1) == codes.OK
        limit = within(run, dtype)
        assert error(run.slots[0], expected) <= limit
        parts_agree(run, run.slots[0], expected, limit)
        pairs = zip(run.twin.parts(run.parameters.astype(float)), run.twin.parts(after), strict=True)
        for mine, theirs in pairs:
            assert error(mine[2], theirs[2]) <= limit


@counts
@pytest.mark.parametrize("kind", KINDS)
def test_partial_batches_over_several_epochs(kind: str, count: int) -> None:
    """Masks follow the place in the batch, statistics the batch's own size."""
    for number in numbered(kind, count):
        rule = rule_for(number)
        if choice(number).activation in ("relu", "leaky_relu") or choice(number).loss in ("absolute", "hinge"):
            rule = replace(rule, rate=1e-6)  # near where it was drawn there is no kink
        assert follow(prepared(number, np.float64, rule, batch=4 + number % 9), 13) <= 1e-9


@dtypes
def test_seeds_differ_and_equal_seeds_agree(dtype: type) -> None:
    for kind in ("dropout", "gaussian_noise"):
        number = numbered(kind, 1)[0]
        ends = []
        for seed in (5, 5, 6):
            run = prepared(number, dtype)
            run.counters[codes.NOISE_SEED] = seed
            run.train(4)
            ends.append(run.parameters.tobytes())
        assert ends[0] == ends[1] != ends[2]


@dtypes
@pytest.mark.parametrize("rate", [0.0, 0.95])
def test_dropout_at_the_ends_of_its_range(rate: float, dtype: type) -> None:
    layers = stack(3, [("dense", {"units": 40}), ("dropout", {"rate": rate}), ("dense", {"units": 1})])
    run = prepare(draw(0, layers=layers, loss="squared_error", samples=60), WALK, batch=40, dtype=dtype)
    assert follow(run, 3) <= {np.float64: 1e-12, np.float32: 1e-4}[dtype]


@dtypes
def test_a_lone_last_sample_leaves_the_running_statistics_alone(dtype: type) -> None:
    """It has no variance: it is normalized by them, as in evaluation, and is learned from; PyTorch refuses this."""
    layers = stack(3, [("dense", {"units": 6}), ("batch_norm", {"keep": 0.3}), ("dense", {"units": 2})])
    run = prepare(draw(1, layers=layers, loss="squared_error", samples=41), WALK, batch=10, dtype=dtype, tests=20)
    assert follow(run, 2) <= {np.float64: 1e-9, np.float32: 1e-3}[dtype]
    weights, _, statistics = list(run.twin.parts(run.parameters))[1]
    gains, before = weights.copy(), statistics.copy()
    _, expected = run.gradients(*run.columns(run.next_batch()))
    started = run.parameters.copy()
    velocity = run.slots[0].copy()
    assert run.train(1) == codes.OK
    assert run.counters[codes.EPOCH] == 1
    assert statistics.tobytes() == before.tobytes()
    assert (weights != gains).all()
    assert error(run.slots[0], WALK.momentum * velocity + expected) <= {np.float64: 1e-12, np.float32: 1e-5}[dtype]
    assert (run.parameters != started).any()
    assert run.train(1) == codes.OK
    assert (statistics != before).all()


@dtypes
def test_one_image_is_many_numbers_a_channel(dtype: type) -> None:
    """The pixels of a channel have a variance even where the batch is one sample."""
    specs = [("conv2d", {"filters": 2, "kernel": 2}), ("batch_norm", {"keep": 0.3}), ("dense", {"units": 2})]
    layers = stack((1, 4, 4), specs)
    run = prepare(draw(1, layers=layers, loss="squared_error", samples=22), WALK, batch=1, dtype=dtype)
    before = list(run.twin.parts(run.parameters))[1][2].copy()
    assert follow(run, 4) <= {np.float64: 1e-9, np.float32: 1e-3}[dtype]
    assert (list(run.twin.parts(run.parameters))[1][2] != before).all()


@dtypes
@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
def test_norms_of_equal_numbers(kind: str, dtype: type) -> None:
    """A variance of 0 meets epsilon only."""
    layers = stack(2, [("dense", {"units": 5}), (kind, {"epsilon": 1e-3}), ("dense", {"units": 2})])
    run = prepare(draw(2, layers=layers, loss="squared_error", samples=30), WALK, batch=10, dtype=dtype)
    weights, biases, _ = next(iter(run.twin.parts(run.parameters)))
    weights[:], biases[:] = 0, 0.5
    assert follow(run, 1) <= {np.float64: 1e-10, np.float32: 1e-4}[dtype]


@dtypes
def test_the_first_of_equal_pixels_gets_the_slope(dtype: type) -> None:
    """A pool over one colour: everything goes to the upper left pixel of each window, what is left over to nobody."""
    pool = ("max_pool2d", {"kernel": 2})
    image = (1, 5, 5)
    layers = stack(image, [("scaling", {}), pool, ("dense", {"units": 1})])
    layers[0] = replace(layers[0], group=1)
    run = prepare(draw(0, layers=layers, loss="squared_error", samples=30), VELOCITY, batch=10, dtype=dtype)
    run.inputs[:] = 0.5
    weights, biases, _ = next(iter(run.twin.parts(run.parameters)))
    weights[:], biases[:] = 1, 0
    gradient = run.gradients()[1]
    gains = next(iter(run.twin.parts(gradient)))[0].reshape(5, 5)
    assert np.argwhere(gains != 0).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]
    training = run.training()
    assert error(gradient, training.twin.gradient(run.inputs, run.targets)) <= WITHIN[dtype]


@dtypes
@pytest.mark.parametrize("kind", ["average_pool2d", "max_pool2d", "conv2d"])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_every_size_of_window(kind: str, kernel: int, dtype: type) -> None:
    for padding in (0, 1, 2) if kind == "conv2d" else (0,):
        own = {"filters": 3, "padding": padding, "activation": "tanh"} if kind == "conv2d" else {}
        specs = [("conv2d", {"filters": 2, "kernel": 1}), (kind, {"kernel": kernel, **own}), ("dense", {"units": 2})]
        run = prepare(draw(kernel, layers=stack((2, 7, 6), specs), loss="squared_error", samples=40), dtype=dtype)
        run.training()
        expected = run.twin.gradient(run.inputs, run.targets)
        assert error(run.gradients()[1], expected) <= WITHIN[dtype]
        parts_agree(run, run.gradients()[1], expected, WITHIN[dtype])


@dtypes
def test_residuals_over_any_layers(dtype: type) -> None:
    """From the inputs, from one source into two sums, one after another, through wide and narrow matrices."""
    tanh = {"activation": "tanh"}
    cases = (
        (3, [("dense", {"units": 3, **tanh}), ("residual", {"source": -1}), ("dense", {"units": 2})]),
        (5, [("dense", {"units": 4, **tanh}), ("residual", {"source": -1, **tanh}), ("dense", {"units": 2})]),
        (4, [("dense", {"units": 20}), ("dense", {"units": 7}), ("residual", {"source": 0}), ("dense", {"units": 2})]),
        (4, [("dense", {"units": 6, **tanh}), ("dense", {"units": 6, **tanh}), ("residual", {"source": 0, **tanh}),
             ("dense", {"units": 6, **tanh}), ("residual", {"source": 0}), ("residual", {"source": 2}),
             ("dense", {"units": 2})]),
        (20, [("dense", {"units": 3, **tanh}), ("residual", {"source": -1}), ("dense", {"units": 3, **tanh}),
              ("residual", {"source": 1}), ("layer_norm", {}), ("residual", {"source": -1}), ("dense", {"units": 1})]),
    )  # fmt: skip
    for number, (features, specs) in enumerate(cases):
        net = draw(number, layers=stack(features, specs), loss="squared_error", samples=51)
        run = prepare(net, VELOCITY, batch=31, dtype=dtype)
        run.training()
        expected = run.twin.gradient(run.inputs, run.targets)
        assert error(run.gradients()[1], expected) <= 10 * WITHIN[dtype]
        parts_agree(run, run.gradients()[1], expected, 10 * WITHIN[dtype])
        run.train(1)
        assert error(run.slots[0], run.twin.gradient(*run.columns(prepared_batch(run)))) <= 10 * WITHIN[dtype]


def prepared_batch(run: Run) -> np.ndarray:
    """All samples: the run's batch holds every one, in whatever order."""
    return np.arange(run.inputs.shape[1])


@dtypes
@pytest.mark.parametrize("outputs", [1, 15, 16, 17])
def test_channels_share_gain_shift_and_statistics(outputs: int, dtype: type) -> None:
    for kind in ("batch_norm", "scaling"):
        specs = [("conv2d", {"filters": outputs, "kernel": 2}), (kind, {}), ("dense", {"units": 2})]
        layers = stack((1, 4, 3), specs)
        assert layers[1].group == 6
        net = draw(outputs, layers=layers, loss="squared_error", samples=51)
        run = prepare(net, WALK, batch=31, dtype=dtype)
        assert follow(run, 2) <= {np.float64: 1e-10, np.float32: 1e-3}[dtype]


@dtypes
@pytest.mark.parametrize("frozen", range(4))
def test_a_frozen_layer_stands_still(frozen: int, dtype: type) -> None:
    """So do its running statistics' neighbours; what lies below it goes on learning."""
    specs = [("dense", {"units": 5, "activation": "tanh"}), ("batch_norm", {}), ("conv2d", {}), ("dense", {"units": 2})]
    specs[2] = ("dense", {"units": 17, "activation": "tanh"})
    layers = stack(3, specs)
    layers[frozen] = replace(layers[frozen], frozen=True)
    for optimizer in ("sgd", "momentum", "rmsprop", "adamw", "lion"):
        rule = Rule(optimizer, 0.01, epsilon=1e-6, l1=0.01, l2=0.1, clip_norm=0.3, max_norm=0.5, weight_decay=0.1)
        net = draw(frozen, layers=layers, loss="squared_error", samples=51)
        run = prepare(net, rule, batch=10, dtype=dtype)
        before = [part.copy() for part in list(run.twin.parts(run.parameters))[frozen][:2]]
        assert follow(run, 6) <= {np.float64: 1e-9, np.float32: 5e-3}[dtype]
        after = list(run.twin.parts(run.parameters))[frozen][:2]
        assert all((a == b).all() for a, b in zip(before, after, strict=True))
        assert run.penalty() == pytest.approx(penalty_of(run), rel=1e-6)


def penalty_of(run: Run) -> float:
    """Of what is trained, by the twin."""
    return run.training().twin.penalty(run.rule.l1, run.rule.l2)


@dtypes
def test_gradients_below_a_frozen_stack_are_no_leftovers(dtype: type) -> None:
    """With everything below frozen the backward pass ends early; what is not computed is 0."""
    layers = stack(
        3, [("dense", {"units": 4, "frozen": True}), ("dense", {"units": 5, "frozen": True}), ("dense", {"units": 1})]
    )
    run = prepare(draw(5, layers=layers, loss="squared_error", samples=40), dtype=dtype)
    expected = run.twin.gradient(run.inputs, run.targets)
    found = run.gradients()[1]
    trained = run.training().trained()
    assert error(found[trained], expected[trained]) <= WITHIN[dtype]
    assert (found[~trained] == 0).all()
