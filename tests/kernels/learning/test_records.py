"""The rows that `train` writes: at the right epochs, with what `evaluate` and the probes would have said then."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import draw, rule_for
from tests.kernels.networks import DTYPES, STABLE, Rule, Run, make, outputs_for, prepare
from tests.reference import KINDS
from tests.reference.schedules import SCHEDULES
from tests.seeds import in_turn

dtypes = cases("dtype", DTYPES)


def started(loss: str = "softmax_cross_entropy", dtype: type = np.float64, capacity: int = 64, batch: int = 7) -> Run:
    outputs = outputs_for(loss)
    rule = Rule("momentum", 0.02, l1=0.01, l2=0.02)
    return make(1, (2, 6, outputs), "tanh", loss, rule, batch=batch, samples=30, dtype=dtype, capacity=capacity)


def rows(run: Run) -> np.ndarray:
    return run.records[: run.counters[codes.RECORDS]]


@dtypes
@cases("stride", [1, 2, 3, 10])
@cases("loss", STABLE)
def test_a_row_holds_what_evaluate_says_at_that_moment(loss: str, stride: int, dtype: type) -> None:
    run, watched = started(loss, dtype), started(loss, dtype)
    assert run.train(5 * 30, stride) == codes.OK
    expected = []
    for epoch in range(1, 31):
        watched.train(5)
        if epoch % stride == 0:
            train, test = watched.evaluate(), watched.evaluate(watched.test_inputs, watched.test_targets)
            expected.append([epoch, train[0], test[0], train[1], test[1], watched.penalty(), 5 * epoch, 0, 0.02, 0, 0])
    assert rows(run).shape == (30 // stride, codes.RECORD_COLUMNS)
    assert rows(run) == pytest.approx(np.array(expected), rel=1e-13 if dtype is np.float64 else 1e-6)
    exact = [0, 3, 4, 6, 7, 8, 9, 10]
    assert rows(run)[:, exact].tolist() == np.array(expected)[:, exact].tolist()


@pytest.mark.parametrize(("schedule", "dtype"), in_turn(SCHEDULES, DTYPES))
def test_a_row_says_how_many_steps_were_clipped_and_which_rate_the_last_one_took(schedule: str, dtype: type) -> None:
    rule = Rule("sgd", 0.02, clip_norm=0.5, schedule=schedule, every=4, factor=0.5, plateau_delta=0.5)
    run = make(1, (2, 6, 3), "tanh", "softmax_cross_entropy", rule, batch=7, samples=30, dtype=dtype)
    training, expected = run.copy().training(), []
    for step in range(5 * 12):
        rate = training.rate
        training.step(*run.columns(run.next_batch()))
        run.train(1, stride=3)
        assert run.watch[codes.RATE_TAKEN] == pytest.approx(rate, rel=1e-12)
        if step % 15 == 14:
            expected.append([step // 5 + 1, step + 1, training.clipped, rate])
    columns = [codes.RECORD_EPOCH, codes.RECORD_STEP, codes.RECORD_CLIPPED, codes.RECORD_LEARNING_RATE]
    assert rows(run)[:, columns] == pytest.approx(np.array(expected), rel=1e-12)
    assert 0 < expected[-1][2] < 60, "some steps are clipped, some are not"
    assert (run.watch[codes.RATE_TAKEN] < 0.02) == (schedule not in ("constant", "warm_up"))


@dtypes
def test_beside_each_row_stand_the_probes_of_that_moment(dtype: type) -> None:
    for number in range(len(KINDS)):
        run = prepare(draw(number, samples=60), rule_for(number), batch=9, dtype=dtype)
        single, expected = run.copy(), []
        run.train(33, stride=2)
        for _ in range(33):
            single.train(1, stride=2)
            if len(rows(single)) > len(expected):
                expected.append(single.probes.copy())
        assert len(expected) == 3
        assert run.probe_records[:3].tobytes() == np.array(expected).tobytes()
        assert (run.probe_records[3:] == 0).all()
        assert (run.probe_records[:3, :, codes.ACTIVATION_VARIANCE] > 0).any(axis=1).all()


@dtypes
def test_without_probing_rows_have_no_probes(dtype: type) -> None:
    """Then there need not be room for any."""
    run, probed = started(dtype=dtype), started(dtype=dtype)
    run.settings[codes.PROBING] = 0
    run.arrays["probe_records"] = run.arrays["probe_records"][:, :0]
    assert run.train(50, stride=1) == probed.train(50, stride=1) == codes.OK
    assert rows(run).tobytes() == rows(probed).tobytes()
    assert (run.probes == 0).all()


@dtypes
def test_rows_do_not_depend_on_how_calls_are_divided(dtype: type) -> None:
    whole, parts = started(dtype=dtype), started(dtype=dtype)
    whole.train(5 * 20 + 3, stride=2)
    for steps in (0, 1, 4, 5, 9, 1, 0, 80, 3):
        parts.train(steps, stride=2)
    assert rows(whole).tobytes() == rows(parts).tobytes()
    assert len(rows(whole)) == 10


def test_without_a_stride_nothing_is_recorded() -> None:
    run = started()
    run.records[:] = run.probe_records[:] = 7
    run.train(50)
    assert run.counters[codes.RECORDS] == 0
    assert (run.records == 7).all()
    assert (run.probe_records == 7).all()


def test_only_the_announced_rows_are_written() -> None:
    run = started()
    run.records[:] = run.probe_records[:] = 7
    run.train(5 * 10, stride=3)
    assert run.counters[codes.RECORDS] == 3
    assert (run.records[3:] == 7).all()
    assert (run.probe_records[3:] == 7).all()


@dtypes
def test_it_returns_when_the_rows_are_full_and_goes_on_when_they_are_drained(dtype: type) -> None:
    run, unlimited = started(dtype=dtype, capacity=4), started(dtype=dtype)
    unlimited.train(5 * 33, stride=2)
    drained = []
    for _ in range(100):
        assert run.train(int(5 * 33 - run.counters[codes.STEP]), stride=2) == codes.OK
        drained.append(rows(run).copy())
        if len(drained[-1]) < 4:
            break
        assert run.counters[codes.EPOCH] % 2 == 0, "it returns right after the row that fills the records"
        assert run.counters[codes.POSITION] == 0
        run.counters[codes.RECORDS] = 0
    assert np.concatenate(drained).tobytes() == rows(unlimited).tobytes()
    assert [len(each) for each in drained] == [4, 4, 4, 4, 0]
    run.counters[codes.RECORDS] = unlimited.counters[codes.RECORDS]
    assert run.content() == unlimited.content()


def test_with_full_rows_nothing_is_trained() -> None:
    run = started(capacity=2)
    run.train(10_000, stride=1)
    before = run.content()
    assert run.counters[codes.EPOCH] == 2
    assert run.train(100, stride=1) == codes.OK
    assert run.content() == before
    run.arrays["records"] = np.zeros((1, 9, codes.RECORD_COLUMNS))
    assert run.train(100, stride=1) == codes.OK
    assert run.content() == before, "nor with full probes"


@dtypes
@cases("loss", STABLE)
def test_an_empty_test_set_gives_zeros(loss: str, dtype: type) -> None:
    run = started(loss, dtype)
    run.test_inputs, run.test_targets = run.test_inputs[:, :0].copy(), run.test_targets[:, :0].copy()
    run.train(5, stride=1)
    assert run.records[0, [codes.RECORD_TEST_LOSS, codes.RECORD_TEST_ACCURACY]].tolist() == [0, 0]
    assert run.records[0, codes.RECORD_TRAIN_LOSS] > 0


def test_regression_has_no_accuracy() -> None:
    run = make(2, (2, 4, 1), head="linear", samples=30, batch=30)
    run.train(3, stride=1)
    assert (rows(run)[:, [codes.RECORD_TRAIN_ACCURACY, codes.RECORD_TEST_ACCURACY]] == 0).all()
    assert rows(run)[:, codes.RECORD_EPOCH].tolist() == [1, 2, 3]
