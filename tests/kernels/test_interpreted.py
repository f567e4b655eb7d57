"""Everything at a small size: runs compiled, and with `NUMBA_DISABLE_JIT=1` through every line of the kernels.

    NUMBA_DISABLE_JIT=1 python -m pytest -m interpreted

Also what every mutant of the kernels has to face (mutants.py), so it is quick without the compiler, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kernels.plan import codes
from kernels.plan.packing import bad_layer
from tests.cases import cases
from tests.kernels.drawing import HIDDEN, choice, draw, rule_for
from tests.kernels.following import follow, walk
from tests.kernels.networks import DTYPES, STABLE, Run, error, make, outputs_for, prepare
from tests.kernels.opened import opened
from tests.reference import KINDS, Chance, Rule, layer_probes, stack
from tests.reference.probes import part_norms

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
    assert single.records[0, codes.RECORD_STEP : codes.RECORD_STEP + 3].tolist() == [
        2 * per_epoch,
        single.counters[codes.CLIPPED],
        single.watch[codes.RATE_TAKEN],
    ]
    assert single.probe_records[0].tobytes() == single.probes.tobytes()
    standing = single.probe()
    assert standing[:, codes.ACTIVATION_MEAN : codes.LARGEST_UPDATE_STEP].tobytes() == (
        single.probes[:, codes.ACTIVATION_MEAN : codes.LARGEST_UPDATE_STEP].tobytes()
    )
    gradient = np.where(training.trained(), twin.gradient(run.inputs, run.targets), 0)
    assert error(standing[:, codes.GRADIENT_NORM], part_norms(twin, gradient)) <= 1000 * CLOSE[dtype]


@pytest.mark.parametrize("kind", KINDS)
def test_more_samples_than_lanes(kind: str) -> None:
    """Three groups of lanes, the last of them with one sample."""
    rule = Rule("momentum", rate=0.01)
    net = draw(7, kind=kind, activation="tanh", loss="squared_error", samples=37)
    run = prepare(net, rule, batch=33, tests=3)
    looks_agree(run, np.float64)
    assert follow(run, 3) <= 1e-9


@cases("step", [3, 2**15 - 1, 2**15, 2**17 + 5, 2**32, 10**9 + 7])
def test_chance_at_any_step(step: int) -> None:
    for kind in ("dropout", "gaussian_noise"):
        net = draw(1, kind=kind, activation="tanh", loss="squared_error", samples=15)
        run = prepare(net, Rule("momentum", rate=0.0), batch=11, tests=4)
        run.counters[codes.STEP] = step
        expected = run.twin.gradient(*run.columns(run.next_batch()), Chance(int(run.counters[codes.NOISE_SEED]), step))
        run.train(1)
        assert error(run.slots[0], expected) <= 1e-11


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_several_filters_of_several_channels(channels: int) -> None:
    conv = ("conv2d", {"filters": 7, "kernel": 3, "padding": 1, "activation": "tanh"})
    layers = stack((channels, 3, 4), [conv, conv, ("dense", {"units": 2})])
    run = prepare(draw(3, layers=layers, loss="squared_error", samples=9), Rule(rate=0.1), batch=5, tests=4)
    looks_agree(run, np.float64)
    assert follow(run, 1) <= 1e-10


@pytest.mark.parametrize("kind", ["batch_norm", "scaling", "layer_norm"])
def test_units_of_an_image(kind: str) -> None:
    """Some share gain, shift and statistics by channel, between convolutions that learn."""
    conv = ("conv2d", {"filters": 2, "kernel": 2, "activation": "tanh"})
    layers = stack((1, 4, 4), [conv, (kind, {"activation": "tanh"}), conv, ("dense", {"units": 2})])
    run = prepare(draw(3, layers=layers, loss="squared_error", samples=23), Rule(rate=0.1), batch=19, tests=4)
    looks_agree(run, np.float64)
    assert follow(run, 2) <= 1e-10


@pytest.mark.parametrize("loss", STABLE)
def test_wide_layers_and_more_samples_than_a_block(loss: str) -> None:
    dtype = DTYPES[STABLE.index(loss) % 2]
    run = make(1, (2, 18, 17, outputs_for(loss)), ["tanh", "silu"], loss, batch=33, samples=67, tests=3, dtype=dtype)
    looks_agree(run, dtype)
    assert follow(run, 3) <= 10 * CLOSE[dtype]
    run.train(3, stride=2)
    assert run.counters[codes.RECORDS] == 1
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


@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_not_finite_is_found_named_and_held_back(dtype: type) -> None:
    run = make(9, (2, 3, 1), "linear", head="linear", batch=4, samples=10, tests=2, dtype=dtype)
    run.settings[codes.CHECK_EVERY_STEP], run.hyperparameters[codes.LEARNING_RATE] = 1, 1.0
    bad = int(run.order[6])
    run.inputs[:, bad] = np.finfo(dtype).max
    run.parameters[:] *= dtype(8)
    assert run.train(9) == codes.NOT_FINITE
    assert run.counters[[codes.STEP, codes.BAD_SAMPLE, codes.BAD_LAYER]].tolist() == [2, bad, 0]
    assert np.isfinite(run.activations()).all()
    assert np.isfinite(run.evaluate()[2]).all()
    run = make(9, (2, 3, 1), "linear", head="linear", batch=10, samples=10, tests=0, dtype=dtype)
    run.settings[codes.CHECK_EVERY_STEP], run.hyperparameters[codes.LEARNING_RATE] = 1, 1.0
    later, first = run.order[2], run.order[7]
    run.inputs[:, later], run.inputs[:, first] = np.finfo(dtype).max / 16, np.finfo(dtype).max
    run.parameters[:6], run.parameters[9:] = 2, 16
    assert run.train(1) == codes.NOT_FINITE
    assert run.counters[codes.BAD_SAMPLE] == first, "the one that shows in the lowest layer"
    run = make(9, (2, 3, 1), dtype=dtype)
    for place, layer in ((0, 0), (8, 0), (9, 1), (12, 1)):
        for array in (run.parameters, run.slots[0], run.slots[1]):
            kept, array[place] = array[place], np.nan
            assert run.train(0) == codes.NOT_FINITE
            assert run.counters[codes.BAD_LAYER] == layer
            array[place] = kept
    assert run.train(0) == codes.OK
    run.parameters[:] = np.nan
    assert run.evaluate()[1] == 0
    assert run.train(10, stride=1) == codes.NOT_FINITE
    assert run.counters[codes.RECORDS] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_where_no_sample_is_to_blame_none_is_named(dtype: type) -> None:
    """A step so large that parameters overflow while every unit is finite."""
    run = make(3, (2, 3, 1), rule=Rule(rate=float(np.finfo(dtype).max)), dtype=dtype)
    run.targets[0] = 100
    run.settings[codes.CHECK_EVERY_STEP] = 1
    run.hyperparameters[codes.L2] = 100.0
    assert run.train(5) == codes.NOT_FINITE
    assert run.counters[[codes.STEP, codes.BAD_SAMPLE, codes.BAD_LAYER]].tolist() == [1, -1, 0]
    owners, slots = np.zeros((1, run.parameters.size), np.int64), np.zeros_like(run.slots)
    assert opened(bad_layer)(owners, np.zeros_like(run.parameters), slots) == 0


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


def test_a_frozen_layer_between_layers_that_learn() -> None:
    specs = [("scaling", {}), ("dense", {"units": 3, "activation": "tanh", "frozen": True}), ("dense", {"units": 2})]
    net = draw(2, layers=stack(2, specs), loss="squared_error", samples=24)
    run = prepare(net, Rule("momentum", 0.1), batch=8, tests=4)
    before = run.parameters[4:13].copy()
    assert follow(run, 4) <= 1e-10
    assert (run.parameters[4:13] == before).all()
    assert (run.slots[0, 4:13] == 0).all()


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
        reached = np.array([1, 17, 20])[np.argmax(seen, axis=0)]
        assert run.probes[:, codes.LARGEST_UPDATE_STEP].tolist() == reached.tolist()
