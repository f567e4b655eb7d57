"""What is not a number is found, named by its layer, and never leaves."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import HIDDEN, draw
from tests.kernels.networks import (
    DTYPES,
    OPTIMIZERS,
    STABLE,
    Rule,
    Run,
    assortment,
    bytes_of,
    make,
    outputs_for,
    prepare,
)
from tests.reference import KINDS, stack
from tests.seeds import in_turn

BAD = (np.nan, np.inf, -np.inf)
NAN_PATTERNS = {
    np.float32: (0x7FC00002, 0xFFC00000, 0x7FBFFFFF),
    np.float64: (0x7FF8 << 48 | 2, 0xFFF8 << 48, 0x7FF4 << 48),
}
dtypes = cases("dtype", DTYPES)


def layer_of(run: Run, index: int) -> int:
    """The layer whose weights or biases lie at this place of the flat buffer."""
    return int(np.searchsorted(run.program[:, codes.WEIGHT_OFFSET], index, side="right")) - 1


@pytest.mark.parametrize(("optimizer", "dtype"), in_turn(OPTIMIZERS, DTYPES))
def test_a_bad_value_anywhere_is_found_and_its_layer_named(optimizer: str, dtype: type) -> None:
    run = make(1, (2, 5, 3, 9, 1), rule=Rule(optimizer), dtype=dtype)
    run.train(3)
    for array in (run.parameters, run.slots[0], run.slots[1]):
        for index, value in enumerate(array.copy()):
            array[index] = BAD[index % 3]
            assert run.train(0) == codes.NOT_FINITE
            assert run.counters[codes.STATUS] == codes.NOT_FINITE
            assert run.counters[codes.BAD_LAYER] == layer_of(run, index)
            array[index] = value
            assert run.train(0) == codes.OK
            assert run.counters[codes.STATUS] == codes.OK


@pytest.mark.parametrize(("activation", "dtype"), in_turn(HIDDEN, DTYPES))
def test_a_bad_value_in_any_layer_is_found_after_training_on_it(activation: str, dtype: type) -> None:
    for loss in STABLE:
        whole = make(2, (2, 5, 3, outputs_for(loss, 2)), activation, loss, dtype=dtype)
        for place in range(3):
            for value in BAD:
                run = whole.copy()
                run.parameters[run.program[place, codes.WEIGHT_OFFSET]] = value
                assert run.train(7) == codes.NOT_FINITE
                assert run.counters[codes.BAD_LAYER] <= place


@dtypes
def test_every_pattern_of_bits_that_is_not_a_number_is_found(dtype: type) -> None:
    """Signed, with something in the unused bits, and signalling."""
    for bits in NAN_PATTERNS[dtype]:
        for place in (0, 20, -1):
            run = make(8, (2, 5, 3, 1), "sigmoid", "binary_cross_entropy", dtype=dtype)
            run.parameters.view(np.dtype(f"u{run.parameters.itemsize}"))[place] = bits
            assert run.train(0) == codes.NOT_FINITE
            assert run.train(5) == codes.NOT_FINITE


@dtypes
def test_of_several_bad_layers_the_first_is_named(dtype: type) -> None:
    run = make(3, (2, 5, 3, 1), dtype=dtype)
    run.slots[1, -1] = np.nan
    assert run.train(0) == codes.NOT_FINITE
    assert run.counters[codes.BAD_LAYER] == 2
    run.parameters[run.program[1, codes.BIAS_OFFSET]] = np.inf
    run.train(0)
    assert run.counters[codes.BAD_LAYER] == 1


def exploding(optimizer: str, dtype: type) -> Run:
    rule = Rule(optimizer, rate=30.0)
    return make(4, (2, 6, 3, 1), "linear", "squared_error", rule, head="linear", samples=33, dtype=dtype, capacity=5000)


@dtypes
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_an_exploding_run_stops_at_its_first_bad_step(optimizer: str, dtype: type) -> None:
    single, exact, blind = (exploding(optimizer, dtype) for _ in range(3))
    while single.train(1) == codes.OK:
        assert single.counters[codes.STEP] < 1000
    assert single.counters[codes.STEP] > 1
    exact.settings[codes.CHECK_EVERY_STEP] = 1
    assert exact.train(1000) == codes.NOT_FINITE
    exact.counters[codes.BAD_SAMPLE] = single.counters[codes.BAD_SAMPLE]  # sought only where every step is checked
    assert exact.content() == single.content()
    assert not np.isfinite(exact.parameters).all()
    assert blind.train(1000) == codes.NOT_FINITE


@dtypes
def test_an_exploding_run_is_found_at_the_next_record(dtype: type) -> None:
    """No row is written for an epoch that ended with bad values, and no step is taken after it."""
    single, recorded = exploding("sgd", dtype), exploding("sgd", dtype)
    while single.train(1) == codes.OK:
        pass
    assert recorded.train(5000, stride=1) == codes.NOT_FINITE
    per_epoch = 4
    assert recorded.counters[codes.STEP] == -(-single.counters[codes.STEP] // per_epoch) * per_epoch
    assert recorded.counters[codes.RECORDS] == recorded.counters[codes.EPOCH] - 1
    assert (recorded.records[recorded.counters[codes.RECORDS] :] == 0).all()


@pytest.mark.parametrize(("activation", "dtype"), in_turn(HIDDEN, DTYPES))
def test_nothing_that_is_not_finite_leaves_through_maps_and_outputs(activation: str, dtype: type) -> None:
    big = float(np.finfo(dtype).max)
    row = np.array([np.nan, np.inf, -np.inf, big, -big, 1e30, -1e30, 0.0, -0.0, np.finfo(dtype).tiny, 1.0], dtype)
    inputs = np.tile(row, (2, 7))
    for loss in STABLE:
        widths = (2, 17, 5, outputs_for(loss))
        run = make(5, widths, activation, loss, dtype=dtype)
        targets = np.ones((widths[-1] + 1, inputs.shape[1]), dtype)
        whole = run.parameters.copy()
        for place, value in [(0, 1.0), *((place, value) for place in (0, 40, 137) for value in BAD)]:
            run.parameters[:] = whole
            run.parameters[place] = value
            assert np.isfinite(run.activations(inputs)).all()
            assert np.isfinite(run.evaluate(inputs, targets)[2]).all()


@dtypes
def test_not_a_number_becomes_zero_and_infinity_the_largest_number(dtype: type) -> None:
    run = make(6, (1, 1), (), head="linear", dtype=dtype)
    run.parameters[:] = 1, 0
    big = np.finfo(dtype).max
    inputs = np.array([[np.nan, np.inf, -np.inf, 2.5, -big, big]], dtype)
    assert run.activations(inputs).tolist() == [[0, big, -big, 2.5, -big, big]]


@dtypes
@cases("loss", STABLE)
def test_a_network_of_nans_is_never_right(loss: str, dtype: type) -> None:
    run = make(7, (2, 3, outputs_for(loss)), loss=loss, dtype=dtype)
    run.parameters[:] = np.nan
    found, accuracy, outputs = run.evaluate()
    assert np.isnan(found)
    assert accuracy == 0
    assert (outputs == 0).all()


@dtypes
@pytest.mark.parametrize("bad", [0, 17, 49])
def test_the_sample_that_does_it_is_named(bad: int, dtype: type) -> None:
    """One sample whose numbers overflow: found in the very step that uses it, with the layer where it shows first."""
    top = float(np.finfo(dtype).max)
    run = make(9, (2, 5, 3, 1), "linear", head="linear", batch=7, samples=50, dtype=dtype)
    run.settings[codes.CHECK_EVERY_STEP] = 1
    run.inputs[:, bad] = top / 4
    run.parameters[:] *= dtype(8)
    place = int(np.flatnonzero(run.order == bad)[0])
    run.hyperparameters[codes.LEARNING_RATE] = 0
    run.hyperparameters[codes.MOMENTUM] = 0.9
    assert run.train(100) == codes.NOT_FINITE
    assert run.counters[codes.STEP] == place // 7 + 1
    assert run.counters[codes.BAD_SAMPLE] == bad
    assert run.counters[codes.BAD_LAYER] == 0


@dtypes
def test_where_only_the_parameters_are_bad_a_sample_of_the_batch_or_none_is_named(dtype: type) -> None:
    run = exploding("sgd", dtype)
    run.settings[codes.CHECK_EVERY_STEP] = 1
    while True:
        batch = run.next_batch()
        if run.train(1) != codes.OK:
            break
    assert run.counters[codes.BAD_SAMPLE] == -1 or run.counters[codes.BAD_SAMPLE] in batch


@dtypes
@cases("kind", KINDS)
def test_every_kind_of_layer_lets_what_is_not_a_number_through(kind: str, dtype: type) -> None:
    """So that it is found: a NaN among the inputs reaches some parameter, and no map shows it."""
    number = KINDS.index(kind) + 2 * len(KINDS)
    run = prepare(draw(number, samples=60, loss="squared_error", activation="tanh"), batch=40, tests=20, dtype=dtype)
    run.inputs[:] = np.nan
    assert run.train(3) == codes.NOT_FINITE
    assert np.isfinite(run.activations()).all()
    assert np.isfinite(run.evaluate()[2]).all()


@dtypes
def test_running_statistics_are_looked_at_too(dtype: type) -> None:
    layers = stack(3, [("dense", {"units": 4}), ("batch_norm", {}), ("dense", {"units": 1})])
    run = prepare(draw(0, layers=layers, loss="squared_error", samples=40), dtype=dtype)
    place = int(run.program[1, codes.STATISTICS_OFFSET])
    for offset in range(8):
        kept = run.parameters[place + offset]
        run.parameters[place + offset] = BAD[offset % 3]
        assert run.train(0) == codes.NOT_FINITE
        assert run.counters[codes.BAD_LAYER] == 1
        run.parameters[place + offset] = kept
    assert run.train(0) == codes.OK


@pytest.mark.parametrize(("bad", "dtype"), in_turn(BAD, DTYPES))
def test_a_broken_call_leaves_nothing_behind(bad: float, dtype: type) -> None:
    """The next call in the same scratch memory, of the same network made whole, is as if nothing had happened."""
    for run in assortment(dtype):
        for name in ("clip_norm", "plain"):
            broken, whole, clean = run.copy(), run.copy(), run.copy()
            for each in (broken, whole, clean):
                each.hyperparameters[codes.CLIP_NORM] = 0.1 if name == "clip_norm" else 0.0
            broken.parameters[:] = bad
            assert broken.train(5, stride=1) == codes.NOT_FINITE
            broken.evaluate(), broken.gradients(), broken.activations()
            whole.space = broken.space
            assert whole.train(9, stride=1) == clean.train(9, stride=1) == codes.OK
            assert whole.content() == clean.content()
            assert bytes_of(whole.gradients()) == bytes_of(clean.gradients())
