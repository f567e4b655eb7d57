"""Reducing on a plateau, early stopping and goals, from made-up losses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from kernels.learning import monitoring
from kernels.learning.monitoring import GOAL, IMPROVED, STOP
from kernels.plan import codes
from tests.kernels.mirror import pytorch
from tests.kernels.opened import opened

judge, needed = opened(monitoring.judge), opened(monitoring.needed)


class Monitor:
    """The arrays of one run as far as monitoring sees them; every rule is off unless given."""

    def __init__(self, schedule: int = codes.CONSTANT, monitor: int = codes.TRAIN_LOSS, **given: float) -> None:
        self.settings, self.hyperparameters = np.zeros(codes.SETTINGS, np.int64), np.zeros(codes.HYPERPARAMETERS)
        self.counters, self.watch = np.zeros(codes.COUNTERS, np.int64), np.array([math.inf, 0, 1, math.inf, 0, 0, 0, 0])
        self.settings[codes.SCHEDULE], self.settings[codes.MONITOR] = schedule, monitor
        off = {"EARLY_PATIENCE": -1.0, "STOP_LOSS": -1.0, "STOP_ACCURACY": -1.0, "LEARNING_RATE": 0.1}
        for name, value in {**off, **given}.items():
            self.hyperparameters[getattr(codes, name)] = value

    def judge(
        self, train: float, test: float = math.nan, accuracy: tuple[float, float] = (0.0, 0.0), tested: bool = False
    ) -> int:
        self.counters[codes.EPOCH] += 1
        figures = (train, accuracy[0], test, accuracy[1], tested)
        return int(judge(self.settings, self.hyperparameters, self.counters, self.watch, *figures))

    def needed(self) -> bool:
        return bool(needed(self.settings, self.hyperparameters))


def bumpy(count: int) -> list[float]:
    """Losses that fall, rest, rise and are sometimes no number."""
    chance = np.random.default_rng(4)
    losses = np.maximum.accumulate(chance.random(count))[::-1] + 0.01 * chance.random(count)
    losses[[5, 30]] = math.nan
    return [float(loss) for loss in losses]


@pytest.mark.parametrize(("patience", "delta"), [(1, 1e-4), (2, 1e-4), (3, 1e-4), (4, 0.05)])
def test_plateau_as_pytorch_but_one_epoch_earlier(patience: int, delta: float) -> None:
    """PyTorch acts on the epoch after `patience` bad ones; we on the last of them, as early stopping does."""
    torch = pytorch()
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    twin = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=patience - 1, threshold=delta)
    given = {"SCHEDULE_FACTOR": 0.5, "PLATEAU_PATIENCE": patience, "PLATEAU_DELTA": delta}
    monitor, rates = Monitor(codes.REDUCE_ON_PLATEAU, **given), set()
    for loss in bumpy(120):
        twin.step(loss)
        assert monitor.judge(loss) == 0
        rates.add(optimizer.param_groups[0]["lr"])
        assert 0.1 * monitor.watch[codes.PLATEAU_RATE] == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
    assert len(rates) > 2


def test_plateau_and_early_stopping_mean_the_same_by_patience() -> None:
    """Both act in the third epoch in a row without improvement."""
    monitor = Monitor(
        codes.REDUCE_ON_PLATEAU, SCHEDULE_FACTOR=0.5, PLATEAU_PATIENCE=3, PLATEAU_DELTA=0.0, EARLY_PATIENCE=3
    )
    for loss in (5.0, 5.0, 5.0):
        assert not monitor.judge(loss) & STOP
        assert monitor.watch[codes.PLATEAU_RATE] == 1.0
    assert monitor.judge(5.0) & STOP
    assert monitor.watch[codes.PLATEAU_RATE] == 0.5


def verdicts(monitor: Monitor, losses: Sequence[float]) -> list[int]:
    return [monitor.judge(loss) for loss in losses]


def test_early_stopping_stops_after_so_many_epochs_without_improvement() -> None:
    monitor = Monitor(EARLY_PATIENCE=3)
    losses = [5, 4, 4, 4.5, 3, 3.1, math.nan, 3]
    assert verdicts(monitor, losses) == [IMPROVED, IMPROVED, 0, 0, IMPROVED, 0, 0, STOP]
    assert monitor.watch[codes.BEST_EPOCH] == 5
    assert monitor.watch[codes.EARLY_BEST] == 3


def test_early_stopping_wants_an_improvement_by_more_than_its_delta() -> None:
    monitor = Monitor(EARLY_PATIENCE=9, EARLY_DELTA=0.5)
    assert verdicts(monitor, [4, 3.75, 3.5, 3.25]) == [IMPROVED, 0, 0, IMPROVED]


@pytest.mark.parametrize("patience", [0, 1])
def test_the_least_patience_stops_at_the_first_epoch_without_improvement(patience: int) -> None:
    assert verdicts(Monitor(EARLY_PATIENCE=patience), [4, 3, 3]) == [IMPROVED, IMPROVED, STOP]


def test_the_monitor_looks_at_the_loss_it_is_told_to() -> None:
    on_train, on_test = Monitor(EARLY_PATIENCE=5), Monitor(monitor=codes.TEST_LOSS, EARLY_PATIENCE=5)
    for monitor in (on_train, on_test):
        monitor.judge(2.0, 2.0, tested=True)
    assert on_train.judge(1.0, 3.0, tested=True) == IMPROVED
    assert on_test.judge(1.0, 3.0, tested=True) == 0
    assert on_test.judge(1.5, 0.0, tested=False) == IMPROVED, "without test data it is the training loss"


def test_goals() -> None:
    on_loss = Monitor(STOP_LOSS=0.1)
    assert [on_loss.judge(loss, 0.0, tested=True) for loss in (0.2, math.nan, 0.1)] == [0, 0, GOAL]
    on_accuracy = Monitor(STOP_ACCURACY=0.9)
    assert on_accuracy.judge(1.0, 1.0, (1.0, 0.8), tested=True) == 0
    assert on_accuracy.judge(1.0, 1.0, (0.5, 0.9), tested=True) == GOAL
    assert on_accuracy.judge(1.0, 1.0, (0.95, 0.0), tested=False) == GOAL


def test_a_goal_and_an_improvement_in_the_same_epoch_are_both_told() -> None:
    assert Monitor(EARLY_PATIENCE=2, STOP_LOSS=1.0).judge(0.5) == IMPROVED | GOAL


RULES: dict[str, Any] = {
    "plateau": {"schedule": codes.REDUCE_ON_PLATEAU},
    "early stopping": {"EARLY_PATIENCE": 0},
    "loss": {"STOP_LOSS": 0.0},
    "accuracy": {"STOP_ACCURACY": 0.0},
}


@pytest.mark.parametrize("rule", RULES)
def test_figures_are_needed_for_each_rule(rule: str) -> None:
    assert Monitor(**RULES[rule]).needed()
    assert not Monitor(codes.COSINE, codes.TEST_LOSS).needed()
