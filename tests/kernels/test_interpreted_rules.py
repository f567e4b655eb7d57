"""Optimizers, schedules, stopping and the order of samples at a small size; see test_interpreted.py."""

from __future__ import annotations

import numpy as np
import pytest

from kernels.learning.schedules import swing
from kernels.plan import codes
from tests.kernels.following import follow, walk
from tests.kernels.networks import OPTIMIZERS, error, make
from tests.kernels.opened import opened
from tests.kernels.test_interpreted import EVERYTHING
from tests.reference import SCHEDULES, Rule, shuffled

pytestmark = pytest.mark.interpreted


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_everything(optimizer: str) -> None:
    for extra in ({}, EVERYTHING, {"clip_norm": 0.01}, {"clip_value": 0.01}):
        rule = Rule(optimizer, rate=0.02, decay=0.97, epsilon=1e-5, **extra)
        run = make(6, (2, 4, 3), "tanh", "softmax_cross_entropy", rule, batch=9, samples=12)
        training = walk(run, 5)
        assert error(run.parameters, training.parameters) <= 1e-11
        assert run.counters[codes.CLIPPED] == training.clipped == (5 if extra else 0)
        memory = [getattr(training.memory, name) for name in ("velocity", "square")]
        if optimizer not in ("sgd", "rmsprop", "adagrad"):
            assert error(run.slots[0], memory[0]) <= 1e-11
        if optimizer in ("rmsprop", "adagrad", "adam", "adamw", "nadam"):
            assert error(run.slots[1], memory[1]) <= 1e-11


def test_rmsprop_uses_its_momentum_only_where_there_is_one() -> None:
    for momentum in (0.0, 0.5):
        run = make(6, (2, 4, 3), "tanh", "softmax_cross_entropy", Rule("rmsprop", rate=0.1), batch=9, samples=12)
        run.hyperparameters[codes.MOMENTUM] = momentum
        run.train(1)
        velocity, started = run.slots[0].copy(), run.parameters.copy()
        moment, gradient = run.slots[1].copy(), run.gradients(*run.columns(run.next_batch()))[1]
        run.train(1)
        step = gradient / (np.sqrt(0.99 * moment + 0.01 * gradient**2) + 1e-8) + momentum * velocity
        assert error(run.parameters, started - 0.1 * step) <= 1e-12
        assert error(run.slots[0], step) <= 1e-12 if momentum else (run.slots[0] == 0).all()


def test_a_call_may_begin_in_the_middle_of_an_epoch() -> None:
    whole = make(6, (2, 4, 3), "tanh", "softmax_cross_entropy", batch=5, samples=33, tests=0)
    parts, single = whole.copy(), whole.copy()
    whole.train(17)
    for steps in (3, 9, 5):
        parts.train(steps)
    for _ in range(17):
        single.train(1)
    assert whole.content() == parts.content() == single.content()


def test_a_rate_that_would_hardly_change_is_left_alone() -> None:
    """As PyTorch's: a change of 1e-8 is too small."""
    for rate, reduced in ((2e-8, 1.0), (4e-8, 0.5)):
        rule = Rule(rate=rate, schedule="reduce_on_plateau", factor=0.5, plateau_delta=0.9)
        run = make(3, (1, 1), (), rule=rule, batch=5, samples=5, tests=0)
        run.train(2)
        assert run.watch[codes.PLATEAU_RATE] == reduced


def test_what_is_within_the_limits_is_not_clipped() -> None:
    for extra in ({"clip_norm": 100.0}, {"clip_value": 100.0}, {"clip_value": 100.0, "clip_norm": 100.0}):
        run = make(6, (2, 4, 3), "tanh", "softmax_cross_entropy", Rule(**extra), batch=9, samples=12)
        assert follow(run, 3) <= 1e-11
        assert run.counters[codes.CLIPPED] == 0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str) -> None:
    rule = Rule(rate=0.2, schedule=schedule, every=3, factor=0.3, monitor="train_loss", plateau_delta=0.1)
    assert follow(make(3, (1, 1), (), rule=rule, batch=2, samples=5, tests=0), 22) <= 1e-11


@pytest.mark.parametrize("patience", [1, 3])
def test_patience_with_a_plateau(patience: int) -> None:
    """The rate stands still, so every epoch is one without improvement; each reduction starts the count anew."""
    rule = Rule(rate=1e-4, schedule="reduce_on_plateau", factor=0.5, plateau_patience=patience, plateau_delta=0.5)
    run = make(3, (1, 1), (), rule=rule, batch=5, samples=5, tests=0)
    training = walk(run, 11)
    assert run.watch[codes.PLATEAU_WAIT] == training.watch.plateau_wait
    assert run.watch[codes.PLATEAU_RATE] == training.watch.plateau_rate == {1: 2.0**-10, 3: 2.0**-3}[patience]


def test_the_cosine_of_the_schedules() -> None:
    turns = np.linspace(0, 1, 401)
    swinging = opened(swing)
    found = [swinging(turn) for turn in turns]
    assert found == pytest.approx(np.cos(np.pi * turns), abs=1e-15)
    assert (found[0], found[-1]) == (1, -1)


def test_stopping_early_and_at_a_goal() -> None:
    for patience in (0, 3):
        rule = Rule("adam", rate=0.1, early_patience=patience, monitor="test_loss")
        run = make(5, (2, 6, 1), "tanh", "binary_cross_entropy", rule, samples=8, tests=9, batch=8)
        training = walk(run, 300)
        assert training.status == codes.STOPPED_EARLY
        assert error(run.parameters, training.parameters) <= 1e-8
        assert run.watch[codes.BEST_EPOCH] == training.watch.best_epoch
        assert run.train(3) == codes.STOPPED_EARLY
        assert run.counters[codes.EPOCH] == training.epoch
    for extra in ({"stop_loss": 0.45}, {"stop_accuracy": 0.8}):
        run = make(
            5, (2, 6, 1), "tanh", "binary_cross_entropy", Rule("adam", rate=0.1, **extra), samples=8, tests=0, batch=8
        )
        assert walk(run, 100).status == codes.GOAL_REACHED


def test_goals_are_reached_where_they_are_met_exactly() -> None:
    """A loss of just that size, an accuracy of 0."""
    for place in (codes.STOP_LOSS, codes.STOP_ACCURACY):
        run = make(5, (2, 3, 1), "tanh", "binary_cross_entropy", Rule(rate=0.0), samples=8, tests=0, batch=8)
        run.hyperparameters[place] = run.evaluate()[0] if place == codes.STOP_LOSS else 0.0
        assert run.train(5) == codes.GOAL_REACHED
        assert run.counters[codes.EPOCH] == 1
    run = make(5, (2, 3, 1), "tanh", "hinge", Rule(rate=0.0), samples=8, tests=0, batch=8)
    run.parameters[:], run.targets[0] = 0, 1
    run.parameters[-1], run.hyperparameters[codes.STOP_LOSS] = 2, 0
    assert run.train(5) == codes.GOAL_REACHED, "a hinge loss may be 0"


def test_it_stands_still_where_it_cannot_work() -> None:
    """No room for a record, a workspace for smaller batches, no samples."""
    run = make(4, (2, 3, 1), samples=20, batch=10, capacity=2)
    assert run.train(100, stride=2) == codes.OK
    assert run.counters[[codes.EPOCH, codes.RECORDS]].tolist() == [4, 2]
    content = run.content()
    run.train(100, stride=2)
    assert run.content() == content
    assert run.train(2, stride=0) == codes.OK
    assert run.counters[codes.EPOCH] == 5, "who wants no record needs no room for one"
    run.settings[codes.BATCH_SIZE] = run.inputs.shape[1]
    run.inputs, run.targets = (np.tile(each, 50) for each in (run.inputs, run.targets))
    run.arrays["order"] = np.arange(1000)[None]
    run.settings[codes.BATCH_SIZE] = 1000
    assert run.train(3) == codes.OK
    assert run.counters[codes.STEP] == 10
    run.arrays["order"] = np.zeros((1, 0), np.int64)
    assert run.train(3) == codes.OK
    assert run.counters[codes.STEP] == 10
    nothing = run.inputs[:, :0].copy(), run.targets[:, :0].copy()
    assert run.evaluate(*nothing)[:2] == (0, 0)
    assert (run.gradients(*nothing)[1] == 0).all()


def test_the_order_of_samples_is_the_published_generators() -> None:
    run = make(1, (1, 1), (), samples=19, tests=0, batch=19)
    for _ in range(3):
        order, words = shuffled(run.order.tolist(), [int(word) for word in run.chance])
        run.train(1)
        assert run.order.tolist() == order
        assert [int(word) for word in run.chance] == words
