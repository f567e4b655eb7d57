"""Everything at a small size: runs compiled, and with `NUMBA_DISABLE_JIT=1` through every line of the kernels.

    NUMBA_DISABLE_JIT=1 python -m pytest -m interpreted

Also what every mutant of the kernels has to face (mutants.py), so it is quick without the compiler, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference import KINDS, SCHEDULES, Rule, layer_probes, shuffled, stack

from kernels import codes
from kernels.packing import bad_layer
from tests.kernels.drawing import HIDDEN, choice, draw, rule_for
from tests.kernels.following import follow, walk
from tests.kernels.networks import DTYPES, OPTIMIZERS, STABLE, Run, error, make, outputs_for, prepare
from tests.kernels.opened import opened

pytestmark = pytest.mark.interpreted

CLOSE = {np.float64: 1e-10, np.float32: 5e-4}
EVERYTHING: dict[str, Any] = {
    "l1": 0.003, "l2": 0.02, "clip_norm": 0.1, "clip_value": 0.05, "max_norm": 0.9, "weight_decay": 0.1
}  # fmt: skip


def looks_agree(run: Run, dtype: type) -> None:
    """What does not change the network."""
    twin, data, limit = run.training().twin, (run.inputs, run.targets), CLOSE[dtype]
    loss, accuracy, outputs = run.evaluate()
    assert error(run.activations(), twin.activations(run.inputs)) <= limit
    assert error(outputs, twin.forward(run.inputs)[1][-1]) <= limit
    assert error(loss, twin.loss(*data)) <= limit
    assert accuracy == (twin.accuracy(*data) if run.settings[codes.TASK] == codes.CLASSIFICATION else 0)
    slope_loss, gradient = run.gradients()
    assert error(slope_loss, twin.loss(*data)) <= limit
    expected = twin.gradient(*data)
    floor = 1e-3 * float(np.linalg.norm(expected))
    for mine, wanted in zip(twin.parts(gradient.astype(float)), twin.parts(expected), strict=True):
        for part, theirs in zip(mine, wanted, strict=True):
            assert np.linalg.norm(part - theirs) <= 10 * limit * max(float(np.linalg.norm(theirs)), floor)
    assert run.penalty() == pytest.approx(twin.penalty(run.rule.l1, run.rule.l2), rel=1e-6)
    assert run.losses(run.arrays["parameters"])[0].tolist()[::2] == [loss, run.penalty()]


@pytest.mark.parametrize("number", range(2 * len(KINDS)))
def test_every_kind_of_layer(number: int) -> None:
    """Looked at, trained over an epoch's end and looked at again: records and probes with it."""
    dtype, about = DTYPES[number % 2], choice(number)
    rule = replace(rule_for(number), rate=0.01, l1=0.01 * (number % 2), l2=0.1)
    if about.activation in ("relu", "leaky_relu") or about.loss in ("absolute", "hinge"):
        rule = replace(rule, rate=1e-6)
    run = prepare(draw(number, samples=27), rule, seed=number, batch=6 + number % 13, tests=4, dtype=dtype)
    looks_agree(run, dtype)
    per_epoch = -(-23 // int(run.settings[codes.BATCH_SIZE]))
    training = walk(run, per_epoch)
    assert error(run.parameters, training.parameters) <= {np.float64: 1e-12, np.float32: 1e-5}[dtype]
    single = run.copy()
    single.train(per_epoch, stride=1)
    twin = single.training().twin
    expected = [2, *(twin.loss(x, t) for x, t in ((run.inputs, run.targets), (run.test_inputs, run.test_targets)))]
    assert single.records[0, :3] == pytest.approx(expected, rel=CLOSE[dtype] * 100)
    assert single.records[0, codes.RECORD_PENALTY] == pytest.approx(single.penalty(), rel=1e-6)
    units = layer_probes(twin, run.inputs)
    means = [codes.ACTIVATION_MEAN, codes.ACTIVATION_VARIANCE]
    assert error(single.probes[:, means], units[:, :2]) <= 100 * CLOSE[dtype]
    assert single.probes[:-1, codes.DEAD_UNITS].tolist() == units[:-1, 2].tolist()
    assert single.probes[:-1, codes.SATURATED_SHARE] == pytest.approx(units[:-1, 3], abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_more_samples_than_lanes(kind: str) -> None:
    """Three groups of lanes, the last of them with one sample."""
    rule = Rule("momentum", rate=0.01)
    net = draw(7, kind=kind, activation="tanh", loss="squared_error", samples=37)
    run = prepare(net, rule, batch=33, tests=3)
    looks_agree(run, np.float64)
    assert follow(run, 3) <= 1e-9


@pytest.mark.parametrize("loss", STABLE)
def test_wide_layers_and_more_samples_than_a_block(loss: str) -> None:
    dtype = DTYPES[STABLE.index(loss) % 2]
    run = make(1, (2, 18, 17, outputs_for(loss)), ["tanh", "silu"], loss, batch=33, samples=67, tests=3, dtype=dtype)
    looks_agree(run, dtype)
    assert follow(run, 3) <= 10 * CLOSE[dtype]
    run.train(3, stride=2)
    assert run.state[codes.RECORDS] == 1
    units = layer_probes(run.training().twin, run.inputs)
    found = run.probes[:, [codes.ACTIVATION_MEAN, codes.ACTIVATION_VARIANCE, codes.SATURATED_SHARE]]
    assert error(found[:-1], units[:-1, [0, 1, 3]]) <= 10 * CLOSE[dtype]


@pytest.mark.parametrize("loss", ["naive_binary_cross_entropy", "naive_softmax_cross_entropy"])
def test_naive_losses_and_every_activation(loss: str) -> None:
    for dtype in DTYPES:
        for activation in HIDDEN:
            run = make(2, (2, 5, outputs_for(loss)), activation, loss, samples=18, tests=0, dtype=dtype)
            looks_agree(run, dtype)
        near = run.evaluate()[0]
        run.parameters[:] *= dtype(1e4)
        assert np.isfinite(near)
        assert not np.isfinite(run.evaluate()[0])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_everything(optimizer: str) -> None:
    for extra in ({}, EVERYTHING, {"clip_norm": 0.01}, {"clip_value": 0.01}):
        rule = Rule(optimizer, rate=0.02, decay=0.97, epsilon=1e-5, **extra)
        run = make(6, (2, 4, 3), "tanh", "softmax_cross_entropy", rule, batch=9, samples=12)
        training = walk(run, 5)
        assert error(run.parameters, training.parameters) <= 1e-11
        assert run.state[codes.CLIPPED] == training.clipped == (5 if extra else 0)
        memory = [getattr(training.memory, name) for name in ("velocity", "square")]
        if optimizer not in ("sgd", "rmsprop", "adagrad"):
            assert error(run.slots[0], memory[0]) <= 1e-11
        if optimizer in ("rmsprop", "adagrad", "adam", "adamw", "nadam"):
            assert error(run.slots[1], memory[1]) <= 1e-11


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str) -> None:
    rule = Rule(rate=0.2, schedule=schedule, every=3, factor=0.3, monitor="train_loss", plateau_delta=0.1)
    assert follow(make(3, (1, 1), (), rule=rule, batch=2, samples=5, tests=0), 22) <= 1e-11


def test_stopping_early_and_at_a_goal() -> None:
    rule = Rule("adam", rate=0.1, early_patience=2, monitor="test_loss")
    run = make(5, (2, 6, 1), "tanh", "binary_cross_entropy", rule, samples=8, tests=9, batch=8)
    training = walk(run, 300)
    assert training.status == codes.STOPPED_EARLY
    assert error(run.parameters, training.parameters) <= 1e-8
    assert run.watch[codes.BEST_EPOCH] == training.watch.best_epoch
    assert run.train(3) == codes.STOPPED_EARLY
    assert run.state[codes.EPOCH] == training.epoch
    for extra in ({"stop_loss": 0.45}, {"stop_accuracy": 0.8}):
        run = make(
            5, (2, 6, 1), "tanh", "binary_cross_entropy", Rule("adam", rate=0.1, **extra), samples=8, tests=0, batch=8
        )
        assert walk(run, 100).status == codes.GOAL_REACHED


def test_goals_are_reached_where_they_are_met_exactly() -> None:
    """A loss of just that size, an accuracy of 0."""
    for place in (codes.STOP_LOSS, codes.STOP_ACCURACY):
        run = make(5, (2, 3, 1), "tanh", "binary_cross_entropy", Rule(rate=0.0), samples=8, tests=0, batch=8)
        run.hyper[place] = run.evaluate()[0] if place == codes.STOP_LOSS else 0.0
        assert run.train(5) == codes.GOAL_REACHED
        assert run.state[codes.EPOCH] == 1


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_finite_is_found_named_and_held_back(dtype: type) -> None:
    run = make(9, (2, 3, 1), "linear", head="linear", batch=4, samples=10, tests=2, dtype=dtype)
    run.settings[codes.CHECK_EVERY_STEP], run.hyper[codes.LEARNING_RATE] = 1, 1.0
    bad = int(run.order[6])
    run.inputs[:, bad] = np.finfo(dtype).max
    run.parameters[:] *= dtype(8)
    assert run.train(9) == codes.NOT_FINITE
    assert run.state[[codes.STEP, codes.BAD_SAMPLE, codes.BAD_LAYER]].tolist() == [2, bad, 0]
    assert np.isfinite(run.activations()).all()
    assert np.isfinite(run.evaluate()[2]).all()
    run = make(9, (2, 3, 1), dtype=dtype)
    for place, layer in ((0, 0), (8, 0), (9, 1), (12, 1)):
        for array in (run.parameters, run.slots[0], run.slots[1]):
            kept, array[place] = array[place], np.nan
            assert run.train(0) == codes.NOT_FINITE
            assert run.state[codes.BAD_LAYER] == layer
            array[place] = kept
    assert run.train(0) == codes.OK
    run.parameters[:] = np.nan
    assert run.evaluate()[1] == 0
    assert run.train(10, stride=1) == codes.NOT_FINITE
    assert run.state[codes.RECORDS] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_no_sample_is_to_blame_none_is_named(dtype: type) -> None:
    """A step so large that parameters overflow while every unit is finite."""
    run = make(3, (2, 3, 1), rule=Rule(rate=float(np.finfo(dtype).max)), dtype=dtype)
    run.targets[0] = 100
    run.settings[codes.CHECK_EVERY_STEP] = 1
    run.hyper[codes.L2] = 100.0
    assert run.train(5) == codes.NOT_FINITE
    assert run.state[[codes.STEP, codes.BAD_SAMPLE, codes.BAD_LAYER]].tolist() == [1, -1, 0]
    owners, slots = np.zeros((1, run.parameters.size), np.int64), np.zeros_like(run.slots)
    assert opened(bad_layer)(owners, np.zeros_like(run.parameters), slots) == 0


def test_it_stands_still_where_it_cannot_work() -> None:
    """No room for a record, a workspace for smaller batches, no samples."""
    run = make(4, (2, 3, 1), samples=20, batch=10, capacity=2)
    assert run.train(100, stride=2) == codes.OK
    assert run.state[[codes.EPOCH, codes.RECORDS]].tolist() == [4, 2]
    content = run.content()
    run.train(100, stride=2)
    assert run.content() == content
    run.settings[codes.BATCH_SIZE] = run.inputs.shape[1]
    run.inputs, run.targets = (np.tile(each, 50) for each in (run.inputs, run.targets))
    run.arrays["order"] = np.arange(1000)[None]
    run.settings[codes.BATCH_SIZE] = 1000
    assert run.train(3) == codes.OK
    assert run.state[codes.STEP] == 8
    run.arrays["order"] = np.zeros((1, 0), np.int64)
    assert run.train(3) == codes.OK
    assert run.state[codes.STEP] == 8
    nothing = run.inputs[:, :0].copy(), run.targets[:, :0].copy()
    assert run.evaluate(*nothing)[:2] == (0, 0)
    assert (run.gradients(*nothing)[1] == 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "binary_focal", "softmax_cross_entropy", "softmax_focal"])
def test_losses_of_extreme_logits(loss: str, dtype: type) -> None:
    outputs = outputs_for(loss, 2)
    run = make(0, (outputs, outputs), (), loss, dtype=dtype, tests=0, samples=5)
    run.parameters[:] = np.concatenate([np.eye(outputs).ravel(), np.zeros(outputs)])
    for size in (1e-20, 3.0, 30.0, 100.0, 800.0, 1e30):
        for z in (-size, size):
            inputs, targets = np.zeros((outputs, 1), dtype), np.ones((outputs + 1, 1), dtype)
            inputs[-1], targets[0] = z, outputs == 1
            found, slopes = run.gradients(inputs, targets)
            expected = run.training().twin.loss(inputs, targets)
            assert found == pytest.approx(expected, rel=2e-5, abs=2e-15)
            assert slopes[-1] == pytest.approx(run.twin.gradient(inputs, targets)[-1], rel=1e-4, abs=1e-6)


def test_the_order_of_samples_is_the_published_generators() -> None:
    run = make(1, (1, 1), (), samples=19, tests=0, batch=19)
    for _ in range(3):
        order, words = shuffled(run.order.tolist(), [int(word) for word in run.rng])
        run.train(1)
        assert run.order.tolist() == order
        assert [int(word) for word in run.rng] == words


@pytest.mark.parametrize("frozen", range(4))
def test_frozen_layers_stand_still(frozen: int) -> None:
    specs = [
        ("dense", {"units": 3, "activation": "tanh"}),
        ("batch_norm", {}),
        ("residual", {"source": -1}),
        ("dense", {"units": 2}),
    ]
    layers = stack(2, specs)
    layers[frozen] = replace(layers[frozen], frozen=True)
    rule = Rule("adamw", 0.01, epsilon=1e-5, **EVERYTHING)
    run = prepare(draw(frozen, layers=layers, loss="squared_error", samples=24), rule, batch=8, tests=4)
    marks, gradient = run.training().trained(), run.gradients()[1]
    assert error(gradient[marks], run.twin.gradient(run.inputs, run.targets)[marks]) <= 1e-10
    assert (gradient[~marks] == 0).all()
    before = [part.copy() for part in list(run.twin.parts(run.parameters))[frozen][:2]]
    assert follow(run, 4) <= 1e-8
    after = list(run.twin.parts(run.parameters))[frozen][:2]
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("features", [1, 2])
def test_a_projection_may_be_the_lowest_that_learns(features: int) -> None:
    """From one number too: what lies above it is needed for its gradient."""
    specs = [("dense", {"units": 3, "frozen": True}), ("residual", {"source": -1}), ("dense", {"units": 2})]
    run = prepare(draw(1, layers=stack(features, specs), loss="squared_error", samples=24), Rule(rate=0.1), tests=4)
    assert follow(run, 3) <= 1e-10


def test_the_head_has_no_dead_units() -> None:
    """Its loss looks at the logits, which may all be 0."""
    run = make(2, (2, 3, 1), "relu", "binary_cross_entropy", Rule(rate=0.0), samples=9, tests=0)
    run.parameters[:] = 0
    run.train(1, stride=1)
    assert run.probes[:, codes.DEAD_UNITS].tolist() == [3, 0]


def test_probes_of_sizes() -> None:
    """At the first step, at an epoch's end, and at every sixteenth."""
    run = make(2, (2, 17, 3), "tanh", "softmax_cross_entropy", Rule("adam", 0.01), batch=1, samples=20, tests=0)
    seen = []
    for step in range(21):
        before = run.parameters.copy()
        gradient = run.gradients(*run.columns(run.next_batch()))[1]
        run.train(1)
        norms, ratios, largest = run.probes[:, codes.GRADIENT_NORM : codes.LARGEST_UPDATE_RATIO + 1].T
        if step in (0, 16, 19):
            changes = zip(*(run.twin.parts(x) for x in (gradient, run.parameters - before, before)), strict=True)
            parts = [[np.linalg.norm(np.concatenate([w.ravel(), b])) for w, b, _ in each] for each in changes]
            expected = [(g, moved / size) for g, moved, size in parts]
            seen.append([ratio for _, ratio in expected])
            assert np.stack([norms, ratios], axis=1) == pytest.approx(np.array(expected), rel=1e-9)
        assert ratios == pytest.approx(seen[-1], rel=1e-9), "in between they stay"
        assert largest == pytest.approx(np.max(seen, axis=0), rel=1e-9)
