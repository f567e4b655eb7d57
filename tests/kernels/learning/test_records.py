"""The history rows that `train` writes: at the right epochs, with what `evaluate` would have said then."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.plan import codes
from tests.kernels.networks import DTYPES, STABLE, Rule, Run, make, outputs_for

dtypes = pytest.mark.parametrize("dtype", DTYPES)


def started(loss: str = "softmax_cross_entropy", dtype: type = np.float64, capacity: int = 64, batch: int = 7) -> Run:
    outputs = outputs_for(loss)
    rule = Rule("momentum", 0.02, l1=0.01, l2=0.02)
    return make(1, (2, 6, outputs), "tanh", loss, rule, batch=batch, samples=30, dtype=dtype, capacity=capacity)


def rows(run: Run) -> np.ndarray:
    return run.records[: run.state[codes.RECORDS]]


@dtypes
@pytest.mark.parametrize("stride", [1, 2, 3, 10])
@pytest.mark.parametrize("loss", STABLE)
def test_a_row_holds_what_evaluate_says_at_that_moment(loss: str, stride: int, dtype: type) -> None:
    run, watched = started(loss, dtype), started(loss, dtype)
    assert run.train(5 * 30, stride) == codes.OK
    expected = []
    for epoch in range(1, 31):
        watched.train(5)
        if epoch % stride == 0:
            train, test = watched.evaluate(), watched.evaluate(watched.test_inputs, watched.test_targets)
            expected.append([epoch, train[0], test[0], train[1], test[1], watched.penalty()])
    assert rows(run).shape == (30 // stride, codes.RECORD_COLUMNS)
    assert rows(run) == pytest.approx(np.array(expected), rel=1e-13 if dtype is np.float64 else 1e-6)
    assert rows(run)[:, [0, 3, 4]].tolist() == np.array(expected)[:, [0, 3, 4]].tolist()


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
    run.records[:] = 7
    run.train(50)
    assert run.state[codes.RECORDS] == 0
    assert (run.records == 7).all()


def test_only_the_announced_rows_are_written() -> None:
    run = started()
    run.records[:] = 7
    run.train(5 * 10, stride=3)
    assert run.state[codes.RECORDS] == 3
    assert (run.records[3:] == 7).all()


@dtypes
def test_it_returns_when_the_rows_are_full_and_goes_on_when_they_are_drained(dtype: type) -> None:
    run, unlimited = started(dtype=dtype, capacity=4), started(dtype=dtype)
    unlimited.train(5 * 33, stride=2)
    drained = []
    for _ in range(100):
        assert run.train(int(5 * 33 - run.state[codes.STEP]), stride=2) == codes.OK
        drained.append(rows(run).copy())
        if len(drained[-1]) < 4:
            break
        assert run.state[codes.EPOCH] % 2 == 0, "it returns right after the row that fills the records"
        assert run.state[codes.POSITION] == 0
        run.state[codes.RECORDS] = 0
    assert np.concatenate(drained).tobytes() == rows(unlimited).tobytes()
    assert [len(each) for each in drained] == [4, 4, 4, 4, 0]
    run.state[codes.RECORDS] = unlimited.state[codes.RECORDS]
    assert run.content() == unlimited.content()


def test_with_full_rows_nothing_is_trained() -> None:
    run = started(capacity=2)
    run.train(10_000, stride=1)
    before = run.content()
    assert run.state[codes.EPOCH] == 2
    assert run.train(100, stride=1) == codes.OK
    assert run.content() == before


@dtypes
@pytest.mark.parametrize("loss", STABLE)
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
