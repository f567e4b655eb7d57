"""Steps with every optimizer and extra, schedules, early stopping, goals: the kernels do what the slow twin does."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import draw
from tests.kernels.following import follow, walk
from tests.kernels.networks import DTYPES, OPTIMIZERS, STABLE, Run, make, outputs_for, prepare
from tests.reference import SCHEDULES, Rule
from tests.seeds import in_turn, pairs

RULES = {
    "plain": {},
    "l1": {"l1": 0.01},
    "l2": {"l2": 0.1},
    "clipped by norm": {"clip_norm": 0.05},
    "clipped by value": {"clip_value": 0.01},
    "clipped by both": {"clip_value": 0.02, "clip_norm": 0.03},
    "short weights": {"max_norm": 0.7},
    "decay": {"weight_decay": 0.2},
    "everything": {"l1": 0.003, "l2": 0.02, "clip_norm": 0.1, "clip_value": 0.05, "max_norm": 1.0, "weight_decay": 0.1},
    "hardly anything": {"clip_norm": 1e3, "clip_value": 1e3, "max_norm": 1e3},
}
DECAYING = [("adamw", "decay"), ("lion", "decay")]
"""Only these two let weights decay."""

dtypes = cases("dtype", DTYPES)
LONG = pytest.mark.long


@pytest.mark.parametrize(("optimizer", "extra", "dtype"), in_turn(pairs(OPTIMIZERS, list(RULES), 3, DECAYING), DTYPES))
def test_every_optimizer_with_every_extra(optimizer: str, extra: str, dtype: type) -> None:
    rule = Rule(optimizer, rate=0.01, decay=0.9, epsilon=1e-6, **RULES[extra])
    if optimizer in ("adam", "adamw", "nadam"):
        rule = replace(rule, decay=0.999)
    place = OPTIMIZERS.index(optimizer) + list(RULES).index(extra)  # each of them meets every loss
    loss = ("squared_error", "binary_cross_entropy", "softmax_cross_entropy")[place % 3]
    run = make(6, (2, 5, 17, 3, outputs_for(loss)), "tanh", loss, rule, batch=7, samples=31, dtype=dtype)
    training = run.training()
    assert follow(run, 12) <= {np.float64: 1e-11, np.float32: 4e-3}[dtype]
    assert np.isfinite(training.parameters).all()


@pytest.mark.parametrize(
    ("extra", "dtype"),
    in_turn(["clipped by norm", "clipped by value", "clipped by both", "hardly anything", "plain"], DTYPES),
)
def test_clipped_steps_are_counted(extra: str, dtype: type) -> None:
    """Only those in which something was clipped, each of them once."""
    run = make(7, (2, 5, 3), "tanh", "softmax_cross_entropy", Rule(rate=0.3, **RULES[extra]), batch=5, dtype=dtype)
    training = walk(run, 60)
    assert run.counters[codes.CLIPPED] == training.clipped
    if extra in ("plain", "hardly anything"):
        assert training.clipped == 0
    run = make(7, (2, 5, 3), "tanh", "softmax_cross_entropy", Rule(rate=0.3, clip_norm=0.6), batch=5, dtype=dtype)
    training = walk(run, 60)
    assert 0 < training.clipped < 60
    assert run.counters[codes.CLIPPED] == training.clipped


@dtypes
def test_max_norm_holds_for_every_unit_after_every_step(dtype: type) -> None:
    """Rows of matrices and whole filters; gains, shifts and biases may be as long as they like."""
    for number in (4, 6, 7, 8, 17, 18):
        run = prepare(draw(number, samples=40), Rule(rate=0.2, max_norm=0.4), dtype=dtype)
        for _ in range(5):
            run.train(1)
            for layer, (weights, _, _) in zip(run.twin.layers, run.twin.parts(run.parameters), strict=True):
                if layer.has_weights:
                    norms = np.linalg.norm(weights.reshape(len(weights), -1).astype(float), axis=1)
                    assert norms.max() <= 0.4 * (1 + {np.float64: 1e-14, np.float32: 1e-6}[dtype])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_rules_at_the_edge_of_what_may_be_chosen(optimizer: str) -> None:
    """Momentum, decay and rate of 0; a weight of exactly 0, where l1 has no slope."""
    for changes in ({"momentum": 0.0}, {"decay": 0.0}, {"rate": 0.0}, {"l1": 0.1}):
        run = make(7, (2, 4, 1), "tanh", "binary_cross_entropy", Rule(optimizer, **{"epsilon": 1e-3, **changes}))
        run.parameters[:2] = 0
        started = run.parameters.copy()
        assert follow(run, 9) <= 1e-11
        assert (run.parameters == started).all() == ("rate" in changes)


@pytest.mark.parametrize(
    ("every", "factors"),
    [(1, (0.3,)), (3, (0.0, 1.0)), *(pytest.param(each, (0.0, 0.3, 1.0), marks=LONG) for each in (1, 3, 7))],
)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str, every: int, factors: tuple[float, ...]) -> None:
    """Beyond its end too; five steps an epoch, the last of them on fewer samples."""
    for factor in factors:
        rule = Rule(rate=0.2, schedule=schedule, every=every, factor=factor, monitor="train_loss", plateau_delta=0.1)
        assert follow(make(3, (2, 4, 1), rule=rule, batch=7, samples=31), 60) <= 1e-11


def plateau(**changes: object) -> Rule:
    return Rule(rate=0.5, schedule="reduce_on_plateau", factor=0.5, **{"monitor": "test_loss", **changes})


@pytest.mark.parametrize(
    ("monitor", "patience", "dtype"), in_turn(product(["train_loss", "test_loss"], [0, 2]), DTYPES)
)
def test_reduce_on_plateau(patience: int, monitor: str, dtype: type) -> None:
    run = make(4, (2, 5, 1), rule=plateau(plateau_patience=patience, plateau_delta=0.05, monitor=monitor), dtype=dtype)
    training = walk(run, 5 * 30)
    assert training.watch.plateau_rate < 0.2
    assert run.watch[codes.PLATEAU_RATE] == training.watch.plateau_rate
    assert run.watch[codes.PLATEAU_WAIT] == training.watch.plateau_wait
    assert run.watch[codes.PLATEAU_BEST] == pytest.approx(training.watch.plateau_best, rel=1e-5)


def test_a_plateau_is_watched_on_the_training_data_where_there_are_no_tests() -> None:
    run = make(4, (2, 5, 1), rule=plateau(), tests=0)
    training = walk(run, 5 * 30)
    assert run.watch[codes.PLATEAU_RATE] == training.watch.plateau_rate < 0.2


def stopping(dtype: type, **changes: object) -> Run:
    """A network that learns its 12 samples by heart, so that its test loss rises."""
    rule = Rule("adam", rate=0.05, **{"early_patience": 4, "monitor": "test_loss", **changes})
    return make(5, (2, 12, 1), "tanh", "binary_cross_entropy", rule, samples=12, tests=40, batch=4, dtype=dtype)


@pytest.mark.parametrize(("delta", "patience", "dtype"), in_turn(product([0.0, 0.02], [0, 1, 4, 20]), DTYPES))
def test_early_stopping_keeps_the_best_weights(patience: int, delta: float, dtype: type) -> None:
    run = stopping(dtype, early_patience=patience, early_delta=delta)
    seen, weights = [], []
    watched = run.copy()
    watched.hyperparameters[codes.EARLY_PATIENCE] = -1
    training = walk(run, 5000)
    assert training.status == codes.STOPPED_EARLY == run.counters[codes.STATUS]
    assert run.counters[codes.EPOCH] == training.epoch
    for _ in range(training.epoch):
        watched.train(3)
        seen.append(watched.evaluate(watched.test_inputs, watched.test_targets)[0])
        weights.append(watched.parameters.copy())
    best = int(run.watch[codes.BEST_EPOCH])
    assert best == training.watch.best_epoch
    assert (run.parameters == weights[best - 1]).all()
    assert (run.best == run.parameters).all()
    assert run.watch[codes.EARLY_BEST] == pytest.approx(seen[best - 1], rel=1e-6)
    assert min(seen) >= seen[best - 1] - delta - 1e-9
    assert training.epoch - best == max(patience, 1)


@dtypes
def test_after_stopping_nothing_moves(dtype: type) -> None:
    run = stopping(dtype)
    assert run.train(5000) == codes.STOPPED_EARLY
    content = run.content()
    assert run.train(10, stride=1) == codes.STOPPED_EARLY
    assert run.content() == content


@dtypes
def test_when_it_stops_does_not_depend_on_calls_and_records(dtype: type) -> None:
    whole, single, recorded = stopping(dtype), stopping(dtype), stopping(dtype)
    whole.train(5000)
    while single.train(1) == codes.OK:
        pass
    while recorded.train(50, stride=7) == codes.OK:
        recorded.counters[codes.RECORDS] = 0
    recorded.counters[codes.RECORDS] = 0
    assert whole.content() == single.content() == recorded.content()


@dtypes
def test_without_room_for_the_best_weights_it_stops_where_it_is(dtype: type) -> None:
    kept, bare = stopping(dtype), stopping(dtype)
    bare.arrays["best"] = np.zeros((1, 0), dtype)
    assert kept.train(5000) == bare.train(5000) == codes.STOPPED_EARLY
    assert kept.counters[codes.EPOCH] == bare.counters[codes.EPOCH]
    assert kept.parameters.tobytes() != bare.parameters.tobytes()


@pytest.mark.parametrize(("loss", "dtype"), in_turn(STABLE, DTYPES))
def test_a_goal_for_the_training_loss(loss: str, dtype: type) -> None:
    rule = Rule("adam", rate=0.02)
    run = make(6, (2, 8, outputs_for(loss)), "tanh", loss, rule, samples=20, dtype=dtype)
    goal = 0.8 * run.evaluate()[0]
    run.hyperparameters[codes.STOP_LOSS], run.rule = goal, replace(rule, stop_loss=goal)
    before = run.copy()
    training = walk(run, 2000)
    assert training.status == codes.GOAL_REACHED == run.counters[codes.STATUS]
    assert run.counters[codes.POSITION] == 0
    assert run.evaluate()[0] <= goal
    before.hyperparameters[codes.STOP_LOSS] = -1
    before.train(2 * (int(run.counters[codes.EPOCH]) - 1))
    assert before.evaluate()[0] > goal


@dtypes
@pytest.mark.parametrize("tests", [0, 30])
def test_a_goal_for_the_accuracy(tests: int, dtype: type) -> None:
    rule = Rule("adam", rate=0.05, stop_accuracy=0.7)
    run = make(8, (2, 8, 1), "tanh", "binary_cross_entropy", rule, samples=20, tests=tests, dtype=dtype)
    run.test_inputs, run.test_targets = (x[:, :tests].copy() for x in (run.inputs, run.targets))
    training = walk(run, 2000)
    assert training.status == codes.GOAL_REACHED
    seen = run.evaluate(run.test_inputs, run.test_targets) if tests else run.evaluate()
    assert seen[1] >= 0.7


@dtypes
def test_a_goal_that_is_never_reached_changes_nothing(dtype: type) -> None:
    plain = make(9, (2, 5, 1), "tanh", "binary_cross_entropy", dtype=dtype)
    watched = plain.copy()
    watched.hyperparameters[codes.STOP_LOSS], watched.hyperparameters[codes.STOP_ACCURACY] = 0, 1
    assert plain.train(100) == watched.train(100) == codes.OK
    assert plain.content() == watched.content()
