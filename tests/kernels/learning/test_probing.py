"""The probes say what the slow twin says, at the steps that were promised, and watching changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import draw, rule_for
from tests.kernels.networks import DTYPES, Run, error, make, prepare
from tests.reference import KINDS, Rule, Training, layer_probes
from tests.reference.probes import part_norms
from tests.seeds import in_turn

SIZES = [codes.GRADIENT_NORM, codes.UPDATE_RATIO]
UPDATES = [codes.UPDATE_RATIO, codes.LARGEST_UPDATE_RATIO, codes.LARGEST_UPDATE_STEP]
UNITS = [codes.ACTIVATION_MEAN, codes.ACTIVATION_VARIANCE, codes.DEAD_UNITS, codes.SATURATED_SHARE]
WITHIN = {np.float64: 1e-10, np.float32: 1e-2}
"""In float32 the change of a parameter by a small step has few digits left."""
dtypes = cases("dtype", DTYPES)


def sizes(training: Training) -> np.ndarray:
    """(layers, 2): norm of the data gradient, size of the last step relative to what it changed."""
    twin = training.twin
    before = part_norms(twin, training.parameters - training.change)
    moved = part_norms(twin, training.change * training.trained())
    ratio = np.divide(moved, before, out=np.zeros_like(before), where=before > 0)
    return np.stack([part_norms(twin, training.data_gradient), ratio], axis=1)


@pytest.mark.parametrize(("number", "dtype"), in_turn(range(0, 110, 7), DTYPES))
def test_gradient_norm_and_update_ratio(number: int, dtype: type) -> None:
    """At every sixteenth step and at an epoch's last; in between they stay. The largest ratio never shrinks."""
    run = prepare(draw(number, samples=60), rule_for(number), batch=9, dtype=dtype)
    training = run.training()
    shown, largest = np.zeros((len(run.twin.layers), 2)), np.zeros(len(run.twin.layers))
    found, reached = np.zeros_like(largest), np.zeros_like(largest)
    for step in range(23):
        training.step(*run.columns(run.next_batch()))
        run.train(1)
        if step % 16 == 0 or training.step_of_epoch == 0:
            shown = sizes(training)
            ratios = run.probes[:, codes.UPDATE_RATIO]
            reached = np.where(ratios > found, step + 1, reached)
            found, largest = np.maximum(found, ratios), np.maximum(largest, shown[:, 1])
        assert error(run.probes[:, SIZES], shown) <= WITHIN[dtype]
        assert error(run.probes[:, codes.LARGEST_UPDATE_RATIO], largest) <= WITHIN[dtype]
        assert run.probes[:, codes.LARGEST_UPDATE_STEP].tolist() == reached.tolist()


@pytest.mark.parametrize(("number", "dtype"), in_turn(range(0, 220, 9), DTYPES))
def test_units_on_the_whole_training_set(number: int, dtype: type) -> None:
    run = prepare(draw(number, samples=150), rule_for(number), batch=20, dtype=dtype)
    run.train(7, stride=1)
    assert run.counters[codes.RECORDS] == 1
    run.training()
    expected = layer_probes(run.twin, run.inputs)
    sizes = part_norms(run.twin, run.parameters.astype(np.float64))
    assert error(run.probes[:, codes.PARAMETER_NORM], sizes) <= WITHIN[dtype]
    assert error(run.probes[:, UNITS[:2]], expected[:, :2]) <= WITHIN[dtype]
    assert run.probes[:-1, codes.DEAD_UNITS].tolist() == expected[:-1, 2].tolist()
    assert run.probes[:-1, codes.SATURATED_SHARE] == pytest.approx(expected[:-1, 3], abs=1e-3)


@dtypes
def test_the_step_of_the_largest_ratio_moves_only_where_it_is_exceeded(dtype: type) -> None:
    """One sample, one weight: at a rate of 0 every update has the same size as the one before."""
    run = make(0, (1, 1), (), head="linear", samples=1, batch=1, tests=0, dtype=dtype)
    run.inputs[:], run.targets[0] = 0, 3
    for bias, rate, step, reached in ((1, 0, 0, 0), (1, 0.5, 1, 2), (1, 0.5, 2, 2), (1, 0.25, 3, 2), (1, 1, 4, 5)):
        assert run.counters[codes.STEP] == step
        run.parameters[:], run.hyperparameters[codes.LEARNING_RATE] = (0, bias), rate
        run.train(1)
        assert run.probes[0, codes.LARGEST_UPDATE_STEP] == reached
    assert run.probes[0, codes.LARGEST_UPDATE_RATIO] == 2


@pytest.mark.parametrize(("number", "dtype"), in_turn(range(0, 220, 9), DTYPES))
def test_a_network_as_it_stands(number: int, dtype: type) -> None:
    """Before any step, on all samples: the mean gradient's norms, no updates, and what the units say."""
    run = prepare(draw(number, samples=150), rule_for(number), batch=20, dtype=dtype)
    training, before = run.training(), run.content()
    gradient = np.where(training.trained(), run.twin.gradient(run.inputs, run.targets), 0)
    expected, found = layer_probes(run.twin, run.inputs), run.probe()
    assert run.content() == before
    assert error(found[:, codes.GRADIENT_NORM], part_norms(run.twin, gradient)) <= WITHIN[dtype]
    assert (found[:, UPDATES] == 0).all()
    sizes = part_norms(run.twin, run.parameters.astype(np.float64))
    assert error(found[:, codes.PARAMETER_NORM], sizes) <= WITHIN[dtype]
    assert error(found[:, UNITS[:2]], expected[:, :2]) <= WITHIN[dtype]
    assert found[:-1, codes.DEAD_UNITS].tolist() == expected[:-1, 2].tolist()
    assert found[:-1, codes.SATURATED_SHARE] == pytest.approx(expected[:-1, 3], abs=1e-3)


@dtypes
def test_what_training_says_of_the_units_is_what_looking_says(dtype: type) -> None:
    for number in range(2 * len(KINDS)):
        run = prepare(draw(number, samples=150), rule_for(number), batch=20, dtype=dtype)
        run.train(7, stride=1)
        assert run.probe()[:, UNITS].tobytes() == run.probes[:, UNITS].tobytes()


def test_no_samples_have_no_gradient() -> None:
    run = make(1, (2, 4, 1))
    assert (run.probe(run.inputs[:, :0].copy(), run.targets[:, :0].copy())[:, SIZES] == 0).all()


@dtypes
def test_dead_units_and_saturated_shares_that_are_known(dtype: type) -> None:
    """Three of seven ReLUs get no signal at all, one on one sample only; a tanh is flat on four samples of ten."""
    run = make(0, (1, 7, 5, 1), ["relu", "tanh"], samples=10, batch=10, rule=Rule(rate=0.0), dtype=dtype)
    run.inputs[0] = np.arange(10)
    (w, b, _), (v, c, _), _ = run.twin.parts(run.parameters)
    w[:, 0], b[:] = (1, 1, 1, -1, -1, 0, 1), (1, 1, 1, -1, -1, -1, -8.5)
    v[:], c[:] = 0, 0
    v[0, 0], c[0] = 1, -7 + 3.5  # z = -2.5, -1.5 … 6.5: flatter than 1/100 from z = 3 on
    run.train(1, stride=1)
    assert run.probes[:, codes.DEAD_UNITS].tolist() == [3, 0, 0]
    z = np.arange(10) - 2.5
    expected = (1 - np.tanh(z) ** 2 < 0.01).sum() / 50
    assert 0 < expected < 0.2
    assert run.probes[1, codes.SATURATED_SHARE] == pytest.approx(expected)
    assert run.probes[0, codes.SATURATED_SHARE] == 0
    assert run.probes[0, codes.ACTIVATION_MEAN] == pytest.approx((3 * 5.5 + 0.05) / 7, rel=1e-6)


@dtypes
def test_sigmoids_saturate_where_their_slope_is_a_hundredth_of_the_steepest(dtype: type) -> None:
    run = make(1, (1, 2, 1), "sigmoid", samples=9, batch=9, rule=Rule(rate=0.0), dtype=dtype)
    run.inputs[0] = np.arange(9)
    (w, b, _), _ = run.twin.parts(run.parameters)
    w[:, 0], b[:] = (1, 0), 0
    run.train(1, stride=1)
    assert run.probes[0, codes.SATURATED_SHARE] == pytest.approx(3 / 18)  # z = 6, 7, 8: from 5.98 on


@dtypes
def test_watching_changes_nothing(dtype: type) -> None:
    for number in range(len(KINDS)):
        plain = prepare(draw(number, samples=60), rule_for(number), dtype=dtype)
        watched = plain.copy()
        plain.settings[codes.PROBING] = 0
        plain.probe_records[:] = 7
        plain.train(33, stride=2)
        watched.train(33, stride=2)
        assert plain.content() == watched.content()
        assert plain.records.tobytes() == watched.records.tobytes()
        assert (plain.probes == 0).all()
        assert (plain.probe_records == 7).all()
        assert (watched.probes[:, codes.GRADIENT_NORM] > 0).any()


@dtypes
def test_what_they_say_does_not_depend_on_how_calls_are_divided(dtype: type) -> None:
    for number in range(len(KINDS)):
        whole = prepare(draw(number, samples=60), rule_for(number), dtype=dtype)
        single = whole.copy()
        whole.train(33, stride=2)
        for _ in range(33):
            single.train(1, stride=2)
        assert whole.probes.tobytes() == single.probes.tobytes()


def biased(run: Run) -> Run:
    run.parameters[:] = 0
    return run


def test_a_layer_of_zeros_has_no_update_ratio() -> None:
    run = biased(make(2, (2, 4, 1), rule=Rule(rate=0.1)))
    run.train(1)
    assert run.probes[:, codes.UPDATE_RATIO].tolist() == [0, 0]
    assert np.isfinite(run.probes).all()
